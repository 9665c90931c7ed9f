"""Scopes 1 and 2 of enterprises against hand calculations, and what must hold of any of them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hand_tables import coal, flows_of, grid, park_of, schedule_of, tank
from hypothesis import given, settings
from hypothesis import strategies as st
from test_carbon import POTLINE

from holin.carbon import Matching, carbon, scopes
from holin.errors import BadInput, CheckFailed
from holin.park import EmissionFactor, Enterprise
from holin.trace import trace

# Average of the public grid 0.5306 (China 2023), residual mix 0.6096 (China 2023): MEE announcement 2025 No. 47.
FACTORS = (
    EmissionFactor(id="ef", region="CN", year=2023, t_per_mwh=0.5306),
    EmissionFactor(id="rest", region="CN", year=2023, t_per_mwh=0.6096, method="residual"),
)


def park_with(*things, enterprises=("works", "mill", "power"), **facts):
    park = park_of(*FACTORS, *things, **facts)
    return dataclasses.replace(park, enterprises=tuple(Enterprise(id=e) for e in enterprises))


def owned(flows: xr.Dataset, **owners: str) -> xr.Dataset:
    """Give units (`coal_1` for coal-1) to enterprises."""
    names = {unit.replace("_", "-"): owner for unit, owner in owners.items()}
    whose = [names.get(u, e) for u, e in zip(flows["unit"].values, flows["enterprise"].values, strict=True)]
    return flows.assign_coords(enterprise=("unit", whose))


def accounted(park, schedule, flows, metal=None, followed=None, **more):
    followed = trace(park, schedule, flows) if followed is None else followed
    table = carbon(park, schedule, flows, followed)
    lines = [p.id for p in park.potlines]
    made = np.zeros((flows.sizes["time"], len(lines))) if metal is None else np.asarray(metal, dtype=float)
    coords = {"time": flows["time"].values, "potline": np.array(lines, dtype=object)}
    metal_t = xr.DataArray(made, coords=coords, dims=("time", "potline"))
    return scopes(park, schedule, flows, followed, table, metal_t, **more)


def claims(*rows: tuple[str, int, float], kind: str = "wind_farm") -> pd.DataFrame:
    start = np.datetime64("2025-01-01T00", "ns")
    return pd.DataFrame(
        {
            "enterprise": [r[0] for r in rows],
            "time": [start + np.timedelta64(r[1], "h") for r in rows],
            "device": ["wind-1"] * len(rows),
            "source_kind": [kind] * len(rows),
            "retired_mwh": [r[2] for r in rows],
        }
    )


# One bus: coal 60 net (60 gross at 1 t/MWh) of the works, wind 20 of the power firm, import 20; works 80, mill 20.
HOUR = owned(
    flows_of(
        {
            "coal-1": ("a", [60]),
            "wind-1": ("a", [20]),
            "grid": ("a", [20]),
            "load-1": ("a", [-80]),
            "load-2": ("a", [-20]),
        },
        {},
    ),
    coal_1="works",
    wind_1="power",
    load_2="mill",
)
PARK = park_with(coal("coal-1"), grid(emission_factor="ef"))
SCHEDULE = schedule_of(1, gross_mw={"coal-1": [60]})


def values(table, column):
    return table[column].values[0].tolist()


def test_an_hour_by_hand():
    made = accounted(PARK, SCHEDULE, HOUR)
    table = made.table
    # Scope 1 of the works: all its 60 t. By the meter it uses 80 and feeds in 60: it buys 20. The mill buys 20.
    assert values(table, "scope_1_power_t") == [60, 0, 0, 0]
    assert values(table, "own_mwh") == [60, 0] and values(table, "own_t") == [60, 0]
    np.testing.assert_allclose(values(table, "scope_2_location_t"), [20 * 0.5306, 20 * 0.5306])
    np.testing.assert_allclose(values(table, "scope_2_market_t"), [20 * 0.6096, 20 * 0.6096])
    # By tracing both draw the same mixture, 60 % of it from the works' coal: 48 of the 80 MWh are its own (48 t), the
    # rest 16 of wind and 16 of import, 8.4896 t; of the mill's 20 MWh 12 are the works' coal: 12 t, and 4 import.
    np.testing.assert_allclose(values(table, "own_traced_t"), [48, 0])
    np.testing.assert_allclose(values(table, "scope_2_traced_t"), [16 * 0.5306, 12 + 4 * 0.5306])
    # Per MWh used, own power included: works (60 + 20 x 0.5306) / 80, by tracing (48 + 16 x 0.5306) / 80.
    np.testing.assert_allclose(values(table, "power_location_t_per_mwh"), [(60 + 20 * 0.5306) / 80, 0.5306])
    np.testing.assert_allclose(values(table, "power_traced_t_per_mwh"), [0.70612, (12 + 4 * 0.5306) / 20])
    assert [c.factor.id for c in made.factors] == ["ef", "rest"] and made.factors[0].age_years == 2


def test_retired_certificates_cover_and_what_is_beyond_counts_for_nothing():
    table = accounted(PARK, SCHEDULE, HOUR, claims=claims(("works", 0, 15), ("mill", 0, 30))).table
    np.testing.assert_allclose(values(table, "covered_mwh"), [15, 20])
    np.testing.assert_allclose(values(table, "excess_mwh"), [0, 10, 0, 0])
    np.testing.assert_allclose(values(table, "scope_2_market_t"), [5 * 0.6096, 0])
    # The other two counts know nothing of certificates.
    np.testing.assert_allclose(values(table, "scope_2_location_t"), [20 * 0.5306, 20 * 0.5306])
    np.testing.assert_allclose(values(table, "scope_2_traced_t"), [16 * 0.5306, 12 + 4 * 0.5306])


def test_own_wind_without_certificates_is_not_green_by_the_market():
    # The mill owns the wind: 20 made, 20 used. By location it buys nothing; by the market all is residual mix until it
    # retires certificates of its own wind; by tracing 4 of its 20 MWh are wind, 12 coal of the works, 4 import.
    mine = owned(HOUR, wind_1="mill")
    table = accounted(PARK, SCHEDULE, mine).table
    assert values(table, "own_mwh") == [60, 20] and values(table, "own_fired_mwh") == [60, 0]
    np.testing.assert_allclose(values(table, "scope_2_location_t"), [20 * 0.5306, 0])
    np.testing.assert_allclose(values(table, "scope_2_market_t"), [20 * 0.6096, 20 * 0.6096])
    proven = accounted(PARK, SCHEDULE, mine, claims=claims(("mill", 0, 20))).table
    np.testing.assert_allclose(values(proven, "scope_2_market_t"), [20 * 0.6096, 0])
    np.testing.assert_allclose(values(proven, "scope_2_traced_t"), [16 * 0.5306, 12 + 4 * 0.5306])


def test_power_that_is_sold_stays_scope_1_and_is_nobody_s_own():
    # The works makes 60 and uses 40: 40 own (40 t), 20 sold to the mill; it buys nothing, and all 60 t are its scope 1.
    flows = owned(
        flows_of({"coal-1": ("a", [60]), "load-1": ("a", [-40]), "load-2": ("a", [-20])}, {}),
        coal_1="works",
        load_2="mill",
    )
    table = accounted(PARK, SCHEDULE, flows).table
    assert values(table, "scope_1_power_t") == [60, 0, 0]
    assert values(table, "own_t") == [40, 0] and values(table, "scope_2_location_t") == [0, 20 * 0.5306]
    np.testing.assert_allclose(values(table, "scope_2_traced_t"), [0, 20])


def test_own_coal_through_another_s_storage_is_followed():
    # Hour 1: coal 30 of the works, 10 of it into a tank; hour 2: the tank gives the mill 5 and the works 5.
    flows = owned(
        flows_of(
            {
                "coal-1": ("a", [30, 0]),
                "tank-1": ("a", [-10, 10]),
                "load-1": ("a", [-20, -5]),
                "load-2": ("a", [0, -5]),
            },
            {},
        ),
        coal_1="works",
        load_2="mill",
        tank_1="power",
    )
    schedule = schedule_of(2, {"tank-1": ([10, 0], [0, 10], [10, 0])}, gross_mw={"coal-1": [30, 0]})
    table = accounted(park_with(coal("coal-1"), grid(emission_factor="ef"), tank("tank-1")), schedule, flows).table
    np.testing.assert_allclose(table["own_traced_t"], [[20, 0], [5, 0]], atol=1e-9)
    np.testing.assert_allclose(table["scope_2_traced_t"], [[0, 0], [0, 5]], atol=1e-9)
    # By the meter the works buys its 5 MWh of the second hour: its unit feeds nothing in then.
    np.testing.assert_allclose(table["scope_2_location_t"], [[0, 0], [5 * 0.5306, 5 * 0.5306]])


@pytest.mark.parametrize("losses", ["gross", "net"])
@pytest.mark.parametrize("storage", ["pro_rata", "fifo"])
def test_own_coal_is_left_out_however_it_is_traced(losses, storage):
    # Coal 50 of the works behind a line that loses 5; the tank keeps 10 of what is left and gives them to the works.
    flows = owned(
        flows_of(
            {
                "coal-1": ("a", [50, 20]),
                "tank-1": ("b", [-10, 10]),
                "load-1": ("b", [-35, -20]),
                "load-2": ("b", [0, -8]),
            },
            {"line": ("a", "b", [50, 20], [-45, -18])},
        ),
        coal_1="works",
        load_2="mill",
        tank_1="power",
    )
    schedule = schedule_of(2, {"tank-1": ([10, 0], [0, 10], [10, 0])}, gross_mw={"coal-1": [50, 20]})
    park = park_with(coal("coal-1"), grid(emission_factor="ef"), tank("tank-1"))
    followed = trace(park, schedule, flows, losses=losses, storage=storage)
    table = accounted(park, schedule, flows, followed=followed).table
    # All is the works' coal, at one bus: the mill bears 8 of the 28 MWh of hour 2 and of the carbon that they bring.
    works, mill = table["own_traced_t"].sum("time").values[0], table["scope_2_traced_t"].sum("time").values[1]
    assert works + mill == pytest.approx(70)
    assert float(table["scope_2_traced_t"].sel(user="load-1").sum()) == pytest.approx(0, abs=1e-9)
    if losses == "gross":
        assert mill == pytest.approx(8 / 28 * (20 + 50 * 10 / 45))


TWO_MONTHS = owned(
    flows_of({"grid": ("a", [10.0] * 1416), "load-1": ("a", [-10.0] * 1416)}, {}),
)
"""1 January 2025 to 28 February 2025, 16:00 UTC and later are March in China: 744 - 8 h of January there, 672, 8."""


@pytest.mark.parametrize(
    ("matching", "covered", "excess"),
    [
        # 100 MWh claimed of the first hour, 5 of the last: an hour uses 10.
        (Matching.HOUR, 10 + 5, 90),
        (Matching.MONTH, 105, 0),
        (Matching.YEAR, 105, 0),
    ],
)
def test_volume_matching_is_declared_and_covers_more(matching, covered, excess):
    park = park_with(grid(emission_factor="ef"), time_zone="Asia/Shanghai")
    asked = claims(("works", 0, 100), ("works", 1415, 5))
    made = accounted(park, schedule_of(1416), TWO_MONTHS, claims=asked, matching=matching)
    assert made.matching is matching
    assert float(made.table["covered_mwh"].sum()) == pytest.approx(covered)
    assert float(made.table["excess_mwh"].sum()) == pytest.approx(excess)
    assert float(made.table["scope_2_market_t"].sum()) == pytest.approx((14160 - covered) * 0.6096)


def test_months_are_local():
    # 8,000 MWh claimed of January in China (736 h from midnight UTC, 7,360 MWh used): 640 are beyond it, by the year
    # none. An hour at 16:00 UTC on 31 January is February there.
    park = park_with(grid(emission_factor="ef"), time_zone="Asia/Shanghai")
    for hour, left in ((735, 640), (736, 1280)):  # February in China: 672 h, 6,720 MWh
        made = accounted(
            park, schedule_of(1416), TWO_MONTHS, claims=claims(("works", hour, 8000)), matching=Matching.MONTH
        )
        assert float(made.table["excess_mwh"].sum()) == pytest.approx(left)


def test_claims_of_other_hours_are_told():
    made = accounted(PARK, SCHEDULE, HOUR, claims=claims(("works", 0, 1), ("works", 7, 4), ("mill", -3, 2)))
    assert made.outside_mwh == 6 and float(made.table["claimed_mwh"].sum()) == 1


def test_all_faults_of_claims_at_once():
    wrong = claims(("nobody", 0, 1), ("works", 0, -1))
    wrong.loc[1, "time"] += pd.Timedelta(minutes=30)
    wrong.loc[0, "source_kind"] = "thermal_unit"
    with pytest.raises(BadInput) as error:
        accounted(PARK, SCHEDULE, HOUR, claims=wrong)
    places = {(f.row, f.field) for f in error.value.faults}
    assert places == {(2, "enterprise"), (2, "source_kind"), (3, "retired_mwh"), (3, "time")}
    with pytest.raises(BadInput, match="retired_mwh: the column is missing"):
        accounted(PARK, SCHEDULE, HOUR, claims=wrong.drop(columns="retired_mwh"))


def test_a_missing_residual_mix_is_refused_and_a_wider_one_is_told():
    park = dataclasses.replace(PARK, emission_factors=FACTORS[:1])
    with pytest.raises(BadInput, match="method residual, region CN"):
        accounted(park, SCHEDULE, HOUR)
    local = EmissionFactor(id="ef", region="CN-NM", year=2022, t_per_mwh=0.6849)
    made = accounted(dataclasses.replace(PARK, emission_factors=(local, FACTORS[1])), SCHEDULE, HOUR)
    assert [(c.factor.id, c.widened, c.age_years) for c in made.factors] == [("ef", False, 3), ("rest", True, 2)]
    np.testing.assert_allclose(values(made.table, "scope_2_location_t"), [20 * 0.6849] * 2)


def test_metal_brings_its_anodes_and_pfc():
    # 10 t of metal: 14.24 t by the anodes, 1.454 t by PFC (guideline values of the Chinese ETS, draft 2024).
    flows = flows_of({"grid": ("a", [133]), "pots-1": ("a", [-133])}, {})
    park = dataclasses.replace(
        park_with(grid(emission_factor="ef")), potlines=(dataclasses.replace(POTLINE, id="pots-1"),)
    )
    table = accounted(park, schedule_of(1), flows, metal=[[10]]).table
    np.testing.assert_allclose(table["scope_1_anode_t"], [[14.24]])
    np.testing.assert_allclose(table["scope_1_pfc_t"], [[1.454]])
    assert values(table, "scope_1_power_t") == [0, 0, 0, 0]


def test_a_wrong_trace_is_refused(monkeypatch):
    monkeypatch.setattr("holin.carbon.scope_counts.own_traced_t", _far_too_much)
    with pytest.raises(CheckFailed, match="traced carbon misses"):
        accounted(PARK, SCHEDULE, HOUR)


def _far_too_much(park, emitted, flows, followed, owners):
    shape = (followed.sizes["time"], followed.sizes["sink"])
    return xr.DataArray(np.full(shape, 1e3), coords={"sink": followed["sink"]}, dims=("time", "sink"))


@st.composite
def parks(draw):
    """Some hours of two firms with coal, wind and import at one bus, and claims of both."""
    count = draw(st.integers(1, 5))
    amounts = st.lists(st.floats(0, 50), min_size=count, max_size=count)
    burnt, wind, one, two = (np.array(draw(amounts)) for _ in range(4))
    asked = [
        (draw(st.sampled_from(("works", "mill"))), draw(st.integers(0, count - 1)), draw(st.floats(0, 80)))
        for _ in range(draw(st.integers(0, 6)))
    ]
    return burnt, wind, one + burnt + wind, two, asked, draw(st.sampled_from(list(Matching)))


@given(parks(), st.sampled_from(("works", "mill", "power")), st.sampled_from(("works", "mill", "power")))
@settings(deadline=None, max_examples=60)
def test_sums_hold_and_nothing_is_negative(case, coal_owner, wind_owner):
    burnt, wind, one, two, asked, matching = case
    flows = owned(
        flows_of(
            {
                "coal-1": ("a", burnt),
                "wind-1": ("a", wind),
                "grid": ("a", one + two - burnt - wind),
                "load-1": ("a", -one),
                "load-2": ("a", -two),
            },
            {},
        ),
        coal_1=coal_owner,
        wind_1=wind_owner,
        load_2="mill",
    )
    schedule = schedule_of(len(burnt), gross_mw={"coal-1": burnt})
    held = claims(*asked) if asked else None
    table = accounted(PARK, schedule, flows, claims=held, matching=matching).table
    turned = dataclasses.replace(PARK, enterprises=PARK.enterprises[::-1])
    again = accounted(turned, schedule, flows, claims=None if held is None else held[::-1], matching=matching).table
    for name in table.data_vars:
        assert not (table[name] < 0).any()
        if str(name).startswith("power_"):
            assert (table[name].isnull() == (table["used_mwh"] == 0)).all()
            continue
        same = again[name].sel(owner=table["owner"].values) if "owner" in table[name].dims else again[name]
        np.testing.assert_allclose(table[name], same, atol=1e-9)
    fuel = burnt.sum()
    assert float(table["scope_1_power_t"].sum()) == pytest.approx(fuel)
    # No tonne of an enterprise's own unit stands twice: with what others use of it, its fuel is all there is.
    works = table["enterprise"].values == coal_owner
    assert (table["own_t"].values[:, works].sum(axis=1) <= burnt * (1 + 1e-9) + 1e-9).all()
    traced = table["scope_2_traced_t"].sum("user").values + table["own_traced_t"].sum("user").values
    bought = flows["p_mw"].sel(unit="grid").values
    np.testing.assert_allclose(traced, burnt + bought * 0.5306, atol=1e-6)
    covered = float(table["covered_mwh"].sum())
    assert covered <= float(table["used_mwh"].sum()) + 1e-9
    assert covered + float(table["excess_mwh"].sum()) == pytest.approx(sum(a[2] for a in asked), abs=1e-6)
