"""State estimation of parks: a published case, exact meters, gaps, what is out, reported states, bad input."""

import dataclasses
from datetime import datetime
from typing import Any

import numpy as np
import pytest
import xarray as xr
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.flow import estimate, estimate_summary, flow, measured_flow, observability, snapshot
from holin.park import (
    Bus,
    EquivalentBranch,
    Generator,
    Outage,
    Park,
    Shunt,
    ShuntKind,
    Side,
    Switch,
    Transformer3,
    at_stage,
    stage_of,
    units_of,
)
from holin.parkfile import read_park, reference_park

Rows = list[tuple[str, str, str, float, float]]


def shown(rows: Rows, count: int = 1, start: str = "2025-01-01T00", step_s: int = 3600) -> xr.Dataset:
    """Measurements (element, end, quantity, value, sigma), the same in `count` moments."""
    time = np.datetime64(start, "ns") + np.arange(count) * np.timedelta64(step_s, "s")
    names = [".".join(filter(None, r[:3])) + "'" * k for k, r in enumerate(rows)]
    table = [np.tile([r[k] for r in rows], (count, 1)).astype(float) for k in (3, 4)]
    return xr.Dataset(
        {name: (("time", "measurement"), values) for name, values in zip(("value", "sigma"), table, strict=True)},
        coords={
            "time": time,
            "measurement": names,
            **{c: ("measurement", [str(r[k]) for r in rows]) for k, c in enumerate(("element", "end", "quantity"))},
        },
    )


def changed(table: xr.Dataset, meter: str, value: float, moment: int = 0) -> xr.Dataset:
    values = table["value"].values.copy()
    values[moment, list(table["measurement"].values).index(meter)] = value
    return table.assign(value=(("time", "measurement"), values))


def without(table: xr.Dataset, keep: Any) -> xr.Dataset:
    return table.isel(measurement=np.flatnonzero(keep))


def flag_of(table: xr.Dataset, meter: str, moment: int = 0) -> float:
    return float(table["flag"].sel(measurement=meter).values[moment])


def feeder() -> Park:
    """Grid at a, line ab, line bc, loads at b and c."""
    return park_of(
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in "abc"),
        grids=(grid("a", v_set_pu=1.02),),
        lines=(line("ab", "a", "b", length_km=4), line("bc", "b", "c", length_km=3)),
        loads=(load("x", "b", 4.0), load("y", "c", 3.0)),
    )


# ---- hand and published numbers ---------------------------------------------------------------------------------


def test_three_buses_of_the_textbook() -> None:
    """A. Abur, A. Gómez Expósito, Power System State Estimation, Marcel Dekker 2004, example 2.2: network, meters and
    the converged state (V 0.9996, 0.9742, 0.9439; angles 0, -1.2475, -2.7457 degrees)."""
    lines = (("l12", "1", "2", 0.01, 0.03), ("l13", "1", "3", 0.02, 0.05), ("l23", "2", "3", 0.03, 0.08))
    park = park_of(
        buses=tuple(Bus(id=x, v_nom_kv=110.0) for x in "123"),
        grids=(grid("1"),),
        loads=(load("x", "2", 0.501), load("y", "3", 1.5)),
        equivalent_branches=tuple(
            EquivalentBranch(id=i, bus_from=f, bus_to=t, r_pu=r, x_pu=x) for i, f, t, r, x in lines
        ),
    )
    table = estimate(
        park,
        shown(
            [
                ("l12", "from", "p_mw", 0.888, 0.008), ("l13", "from", "p_mw", 1.173, 0.008),
                ("2", "", "p_mw", -0.501, 0.010), ("l12", "from", "q_mvar", 0.568, 0.008),
                ("l13", "from", "q_mvar", 0.663, 0.008), ("2", "", "q_mvar", -0.286, 0.010),
                ("1", "", "v_pu", 1.006, 0.004), ("2", "", "v_pu", 0.968, 0.004),
            ]
        ),
    )  # fmt: skip
    assert table["v_pu"].values[0] == pytest.approx([0.9996, 0.9742, 0.9439], abs=6e-5)
    assert np.degrees(table["v_angle_rad"].values[0]) == pytest.approx([0, -1.2475, -2.7457], abs=6e-5)
    assert table["degrees_of_freedom"].values[0] == 3 and table["quality"].values[0] == 2
    assert table["flagged"].values[0] == 0


def test_a_network_without_load_is_the_mean_of_its_voltmeters() -> None:
    """(1.00 / 0.01^2 + 1.03 / 0.02^2) / (1 / 0.01^2 + 1 / 0.02^2) = 1.006; J = 0.6^2 + 1.2^2 = 1.8; one too many;
    sigma = 1 / sqrt(10000 + 2500) = 0.0089443; residual / its deviation: 0.024 / sqrt(0.02^2 - 0.00008) = 1.34164."""
    park = dataclasses.replace(feeder(), loads=())
    table = estimate(park, shown([("a", "", "v_pu", 1.00, 0.01), ("c", "", "v_pu", 1.03, 0.02)]))
    assert table["v_pu"].values[0] == pytest.approx([1.006] * 3, abs=1e-9)
    assert table["v_sigma_pu"].values[0] == pytest.approx([0.0089443] * 3, abs=1e-7)
    assert table["objective"].values[0] == pytest.approx(1.8, abs=1e-7)
    assert table["degrees_of_freedom"].values[0] == 1
    assert table["p_value"].values[0] == pytest.approx(0.179712, abs=1e-6)  # chi-square, 1 degree of freedom
    assert table["normalised_residual"].values[0] == pytest.approx([-1.341641, 1.341641], abs=1e-6)
    assert table["redundancy"].values[0] == pytest.approx([0.2, 0.8], abs=1e-9)
    assert table["estimate"].values[0] == pytest.approx([1.006, 1.006])
    assert table["residual"].values[0] == pytest.approx([-0.006, 0.024])


# ---- agreement with the power flow ------------------------------------------------------------------------------


def agrees(table: xr.Dataset, flows: xr.Dataset, tolerance: float = 1e-9) -> None:
    for column in ("v_pu", "v_angle_rad", "loading"):
        assert table[column].values == pytest.approx(flows[column].values, abs=tolerance, nan_ok=True), column
    for column in ("p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar", "p_mw", "q_mvar", "shunt_loss_mw"):
        assert table[column].values == pytest.approx(flows[column].values, abs=1e3 * tolerance, nan_ok=True), column


def test_a_branch_without_rating_has_no_loading() -> None:
    park = dataclasses.replace(
        feeder(), lines=(), equivalent_branches=(EquivalentBranch(id="e", bus_from="a", bus_to="b", x_pu=0.001),)
    )
    table = estimate(park, shown([("a", "", "v_pu", 1.0, 0.01), ("e", "from", "p_mw", 5.0, 0.1)]))
    assert np.isnan(table["loading"].values).all() and np.isfinite(table["v_pu"].sel(bus="a").values).all()


@pytest.mark.parametrize("seed", range(8))
def test_exact_meters_give_the_flow(seed: int) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=bool(seed % 2), buses=int(rng.integers(6, 14)))
    flows = flow(park, random_schedule(rng, park, 3))
    quantities = ("v_pu", "p_mw", "q_mvar") if seed < 4 else ("v_pu", "v_angle_rad", "p_mw", "q_mvar", "i_ka")
    table = estimate(park, measured_flow(park, flows, quantities=quantities))
    agrees(table, flows)
    assert (table["converged"].values == 1).all() and (table["quality"].values == 2).all()
    assert table["objective"].values == pytest.approx(0, abs=1e-9) and not table["flagged"].values.any()
    assert np.nanmax(np.abs(table["residual"].values)) < 1e-5


@pytest.mark.parametrize("stage", ["2024", "2025"])
def test_exact_meters_of_a_reference_park_give_the_flow(stage: str) -> None:
    whole = read_park(reference_park("huolinguole"))
    park = at_stage(whole, stage_of(whole, stage))
    flows = flow(park, snapshot(park))
    agrees(estimate(park, measured_flow(park, flows)), flows)


def test_currents_help_where_powers_are_missing() -> None:
    """Powers at the head of the feeder and the magnitude of the current in its second line determine both loads."""
    park = feeder()
    flows = flow(park, schedule(park, {"x": -4.0, "y": -2.0}))
    full = measured_flow(park, flows, quantities=("v_pu", "p_mw", "q_mvar", "i_ka"))
    element, end, quantity = (full[c].values for c in ("element", "end", "quantity"))
    keep = (quantity == "v_pu") | ((element == "ab") & (end == "from")) | ((element == "bc") & (quantity == "i_ka"))
    keep |= (element == "y") & (quantity == "q_mvar")
    part = without(full, keep)
    seen = observability(park, part)
    assert seen.observable
    table = estimate(park, part)
    agrees(table, flows, 1e-7)


def test_angles_of_phasor_units_share_any_clock() -> None:
    """All angles turned by 0.7 rad: the estimate is the same, against the grid's own angle."""
    park = feeder()
    flows = flow(park, schedule(park, {"x": -4.0, "y": -2.0}))
    full = measured_flow(park, flows, quantities=("v_pu", "v_angle_rad", "p_mw", "q_mvar"))
    turned = full["value"].values + np.where(full["quantity"].values == "v_angle_rad", 0.7, 0.0)
    turned = np.where(full["quantity"].values == "v_angle_rad", np.angle(np.exp(1j * turned)), turned)
    agrees(estimate(park, full.assign(value=(("time", "measurement"), turned))), flows, 1e-8)


def test_sigmas_tell_the_truth() -> None:
    """Of 400 noisy snapshots the error over its sigma has variance 1 at every bus, and J its chi-square mean."""
    rng = np.random.default_rng(3)
    park = random_park(rng, meshed=True, buses=8)
    flows = flow(park, random_schedule(rng, park, 400))
    table = estimate(park, measured_flow(park, flows, seed=4))
    v = ((table["v_pu"] - flows["v_pu"]) / table["v_sigma_pu"]).values
    angle = (table["v_angle_rad"] - flows["v_angle_rad"]).values[:, 1:8] / table["v_angle_sigma_rad"].values[:, 1:8]
    assert v.std(axis=0) == pytest.approx(np.ones(v.shape[1]), abs=0.15)
    assert angle.std(axis=0) == pytest.approx(np.ones(angle.shape[1]), abs=0.15)
    freedom = table["degrees_of_freedom"].values
    good = table["flagged"].values == 0
    assert good.mean() > 0.95
    assert table["objective"].values[good].mean() == pytest.approx(freedom[good].mean(), rel=0.03)


# ---- gaps -------------------------------------------------------------------------------------------------------


def two_feeders() -> tuple[Park, xr.Dataset]:
    """Feeder b-c is metered, feeder d-e is not."""
    park = park_of(
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in "abcde"),
        grids=(grid("a", v_set_pu=1.02),),
        lines=tuple(line(f + t, f, t, length_km=3) for f, t in ("ab", "bc", "ad", "de")),
        loads=tuple(load(f"x{b}", b, 2.0) for b in "bcde"),
    )
    flows = flow(park, schedule(park, {"xb": -2.0, "xc": -1.0, "xd": -1.5, "xe": -0.5}))
    full = measured_flow(park, flows, seed=2)
    dark = np.isin(full["element"].values, ["d", "e", "ad", "de", "xd", "xe", "grid"])
    return park, without(full, ~dark)


def test_the_unobservable_feeder_is_named_and_what_would_show_it() -> None:
    park, part = two_feeders()
    seen = observability(park, part)
    assert not seen.observable and seen.directions == 4
    assert [sorted(group) for group in seen.unobserved] == [["d", "e"]]
    assert {c.element for c in seen.cures} <= {"ad", "de", "d", "e", "a"}
    assert seen.cures[0].directions == 2
    enough = {(c.element, c.end, q) for c in seen.enough for q in c.quantities}
    assert set().union(*(c.buses for c in seen.enough)) == {"d", "e"}
    flows = flow(park, schedule(park, {"xb": -2.0, "xc": -1.0, "xd": -1.5, "xe": -0.5}))
    full = measured_flow(park, flows, seed=2)
    had = set(zip(*(part[c].values for c in ("element", "end", "quantity")), strict=True))
    unit = {"a": "grid"} | {b: "x" + b for b in "bcde"}
    at_units = {(unit[e], "", q) for e, end, q in enough if not end and q in ("p_mw", "q_mvar")}
    keep = [
        p in had | enough | at_units
        for p in zip(*(full[c].values for c in ("element", "end", "quantity")), strict=True)
    ]
    assert observability(park, without(full, keep)).observable


def faintly(sigma_v_pu: float) -> tuple[Park, xr.Dataset]:
    """A feeder whose last line tells its active power only by the drop of its voltages.

    0.3 + j 1.2 ohm at 20 kV are 0.00075 + j 0.003 p.u. Two voltmeters tell the voltage of b, since the drop of the
    first line is known: that of the second has the sigma sqrt(1 + 1/2) sigma_v, the angle across it 4 times that.
    """
    park = feeder()
    full = measured_flow(park, flow(park, schedule(park, {"x": -4.0, "y": -2.0})), sigma_v_pu=sigma_v_pu)
    element, end, quantity = (full[c].values for c in ("element", "end", "quantity"))
    keep = (quantity == "v_pu") | ((element == "ab") & (end == "from")) | ((element == "y") & (quantity == "q_mvar"))
    return park, without(full, keep)


@pytest.mark.parametrize(("sigma_v_pu", "known"), [(0.003, True), (0.02, False)])
def test_an_angle_that_is_hardly_known_is_not_observed(sigma_v_pu: float, known: bool) -> None:
    park, part = faintly(sigma_v_pu)
    seen, table = observability(park, part), estimate(park, part)
    angle = float(table["v_angle_sigma_rad"].sel(bus="c").values[0])
    if known:
        assert seen.observable and table["quality"].values[0] == 2
        assert angle == pytest.approx(4.9 * sigma_v_pu, rel=0.05)
        return
    assert not seen.observable and seen.unobserved == (("c",),) and seen.directions == 1
    assert table["observed"].values[0].tolist() == [1, 1, 0]
    assert table["quality"].values[0] == 1 and table["pseudo"].values[0] == 1
    assert angle < 4.9 * sigma_v_pu  # the load's own peak helps
    assert {c.element for c in seen.cures} <= {"ab", "bc", "b", "c"} and seen.cures[0].buses == ("c",)
    cure = seen.enough[0]
    assert len(seen.enough) == 1 and set(cure.quantities) & {"p_mw"}
    flows = flow(park, schedule(park, {"x": -4.0, "y": -2.0}))
    added = measured_flow(park, flows, sigma_v_pu=sigma_v_pu)
    element = {"b": "x", "c": "y"}.get(cure.element, cure.element)
    place = (added["element"].values == element) & (added["end"].values == cure.end)
    place &= np.isin(added["quantity"].values, [str(q) for q in cure.quantities])
    place &= ~np.isin(added["measurement"].values, part["measurement"].values)
    cured = xr.concat([part, without(added, place)], dim="measurement", join="exact")
    assert observability(park, cured).observable and estimate(park, cured)["quality"].values[0] == 2


def test_a_load_that_is_metered_too_faintly_is_not_observed_either() -> None:
    """Every power is metered, that of the last bus with a sigma of 100 MW: nothing is left to fill, and it is said."""
    park = feeder()
    full = measured_flow(park, flow(park, schedule(park, {"x": -4.0, "y": -2.0})))
    part = without(full, np.isin(full["element"].values, ["a", "x", "y", "grid"]))
    sigma = np.where((part["element"].values == "y") & (part["quantity"].values == "p_mw"), 100.0, part["sigma"].values)
    loose = part.assign(sigma=(("time", "measurement"), sigma))
    loose = without(loose, loose["element"].values != "grid")
    assert observability(park, part).observable
    seen, table = observability(park, loose), estimate(park, loose)
    assert "c" in {b for group in seen.unobserved for b in group} and not seen.observable
    assert table["quality"].values[0] == 1 and table["observed"].sel(bus="c").values[0] == 0
    assert estimate(park, loose, pseudo=False)["quality"].values[0] == 0


def test_gaps_are_filled_and_marked_or_left_open() -> None:
    park, part = two_feeders()
    filled, left_open = estimate(park, part), estimate(park, part, pseudo=False)
    assert filled["quality"].values[0] == 1 and left_open["quality"].values[0] == 0
    assert filled["pseudo"].values[0] >= 4 and left_open["pseudo"].values[0] == 0
    assert filled["observed"].values[0].tolist() == [1, 1, 1, 0, 0]
    assert np.isfinite(filled["v_pu"].values).all()
    assert np.isnan(left_open["v_pu"].values[0]).tolist() == [False, False, False, True, True]
    assert np.isnan(left_open["p_from_mw"].values[0]).tolist() == [False, False, True, True]
    assert np.isnan(left_open["p_mw"].sel(unit=["xd", "xe", "grid"]).values).all()
    seen = filled["v_sigma_pu"].values[0]
    assert seen[3:].min() > seen[:3].max()
    for name in ("objective", "degrees_of_freedom", "p_value"):
        assert filled[name].values[0] == pytest.approx(left_open[name].values[0])
    own = estimate(park, part)["p_mw"].sel(unit=["xd", "xe"]).values[0]
    assert own == pytest.approx([-2.0, -2.0], abs=0.05)  # nothing knows better than the peak


def test_a_schedule_fills_gaps_closer() -> None:
    park, part = two_feeders()
    planned = schedule(park, {"xb": -2.0, "xc": -1.0, "xd": -1.4, "xe": -0.6})
    table = estimate(park, part, schedule=planned)
    assert table["p_mw"].sel(unit=["xd", "xe"]).values[0] == pytest.approx([-1.4, -0.6], abs=0.02)
    flows = flow(park, planned)
    again = estimate(park, part, schedule=flows)
    assert again["v_pu"].values == pytest.approx(table["v_pu"].values, abs=1e-9)
    later = part.assign_coords(time=part["time"].values + np.timedelta64(5, "D"))
    assert estimate(park, later, schedule=planned)["p_mw"].sel(unit="xe").values[0] == pytest.approx(-2.0, abs=0.05)


def test_a_head_meter_is_shared_by_what_each_load_may_be() -> None:
    """6 MW flow into a feeder of two unmetered loads of 4 and 3 MW at peak (sigma half of it): 4 - 1 * 16/25 = 3.36
    and 3 - 1 * 9/25 = 2.64 MW, lines without loss."""
    lossless = tuple(dataclasses.replace(x, r_ohm_per_km=1e-6, x_ohm_per_km=1e-3) for x in feeder().lines)
    park = dataclasses.replace(feeder(), lines=lossless)
    table = estimate(
        park,
        shown(
            [("a", "", "v_pu", 1.0, 0.001), ("ab", "from", "p_mw", 6.0, 0.001), ("ab", "from", "q_mvar", 2.0, 0.001)]
        ),
    )
    assert table["p_mw"].sel(unit=["x", "y"]).values[0] == pytest.approx([-3.36, -2.64], abs=2e-3)


def test_nothing_measured_is_the_schedule() -> None:
    park = feeder()
    planned = flow(park, schedule(park, {"x": -3.0, "y": -1.0}))
    nothing = shown([("a", "", "v_pu", np.nan, 0.01)])
    table = estimate(park, nothing, schedule=planned)
    agrees(table, planned, 1e-6)
    assert table["quality"].values[0] == 1 and table["degrees_of_freedom"].values[0] == 0
    assert estimate(park, nothing, pseudo=False)["v_pu"].isnull().all()


def test_a_missing_value_is_held_for_a_while() -> None:
    park = feeder()
    flows = flow(park, schedule(park, {"x": -3.0, "y": -1.0}))
    one = measured_flow(park, flows)
    time = one["time"].values[0] + np.array([0, 60, 120, 600]).astype("timedelta64[s]")
    four = one.isel(time=[0, 0, 0, 0]).assign_coords(time=time)
    gone = four["value"].values.copy()
    gone[1:, list(four["element"].values).index("y")] = np.nan
    four = four.assign(value=(("time", "measurement"), gone))
    table = estimate(park, four, max_age_s=120.0)
    assert table["age_s"].values.tolist() == [0, 60, 120, 0]
    meter = np.isfinite(table["estimate"].sel(measurement="y.p_mw").values)
    assert meter.tolist() == [True, True, True, False]
    assert estimate(park, four)["age_s"].values.tolist() == [0, 0, 0, 0]


# ---- what is bad ------------------------------------------------------------------------------------------------


def noisy(seed: int = 1, count: int = 1) -> tuple[Park, xr.Dataset]:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=True, buses=9)
    return park, measured_flow(park, flow(park, random_schedule(rng, park, count)), seed=seed)


def test_a_gross_error_is_found_and_left_out() -> None:
    park, table = noisy(count=3)
    wrong = changed(table, "l3a.from.p_mw", float(table["value"].sel(measurement="l3a.from.p_mw")[1]) + 40.0, 1)
    answer, clean = estimate(park, wrong), estimate(park, table)
    assert answer["flagged"].values.tolist() == [0, 1, 0] and flag_of(answer, "l3a.from.p_mw", 1) == 1
    at = answer.sel(measurement="l3a.from.p_mw")
    assert at["residual"].values[1] == pytest.approx(40.0, abs=4.0)
    assert at["normalised_residual"].values[1] > 20
    assert answer["p_value"].values[1] > 0.01
    assert answer["v_pu"].values == pytest.approx(clean["v_pu"].values, abs=1e-3)
    assert answer["v_pu"].values[[0, 2]] == pytest.approx(clean["v_pu"].values[[0, 2]], abs=1e-9)


def test_a_meter_wired_the_wrong_way_round_is_found() -> None:
    park, table = noisy(4)
    value = float(table["value"].sel(measurement="t1a.to.p_mw").values[0])
    assert abs(value) > 1.5
    assert flag_of(estimate(park, changed(table, "t1a.to.p_mw", -value)), "t1a.to.p_mw") == 1


def test_kilowatt_for_megawatt_is_beyond_reason() -> None:
    park, table = noisy()
    value = float(table["value"].sel(measurement="l3a.from.p_mw").values[0])
    answer = estimate(park, changed(changed(table, "l3a.from.p_mw", 1000 * value), "H1.v_pu", 110.0))
    assert flag_of(answer, "l3a.from.p_mw") == 3 and flag_of(answer, "H1.v_pu") == 3
    at = answer.sel(measurement="l3a.from.p_mw")
    assert at["estimate"].values[0] == pytest.approx(value, abs=4.0)
    assert answer["converged"].values[0] == 1 and answer["p_value"].values[0] > 0.01


def test_two_meters_that_differ_are_both_named() -> None:
    """Voltage at one bus only, twice: nothing says which of the two is right."""
    park = dataclasses.replace(feeder(), loads=())
    answer = estimate(park, shown([("a", "", "v_pu", 1.0, 0.005), ("c", "", "v_pu", 1.1, 0.005)]))
    assert sorted(answer["flag"].values[0].tolist()) == [1, 2]


def test_critical_meters_are_named_and_never_flagged() -> None:
    park = feeder()
    rows: Rows = [
        ("a", "", "v_pu", 1.0, 0.005), ("b", "", "v_pu", 0.999, 0.005), ("x", "", "p_mw", -9.0, 0.05),
        ("x", "", "q_mvar", -1.0, 0.05), ("y", "", "p_mw", -2.0, 0.05), ("y", "", "q_mvar", -1.0, 0.05),
    ]  # fmt: skip
    seen = observability(park, shown(rows))
    assert seen.observable
    answer = estimate(park, shown(rows))
    critical = [
        m for m, r in zip(answer["measurement"].values, answer["redundancy"].values[0], strict=True) if r < 1e-4
    ]
    assert set(seen.critical) == set(critical)
    assert "a.v_pu" not in seen.critical and "b.v_pu'" not in seen.critical
    alone = shown([r for r in rows if r[0] != "b"])
    assert set(observability(park, alone).critical) == set(map(str, alone["measurement"].values))
    answer = estimate(park, alone)
    assert not answer["flagged"].values.any() and answer["normalised_residual"].isnull().all()
    assert answer["redundancy"].values[0] == pytest.approx(np.zeros(5), abs=1e-9)


def test_a_sum_of_meters_is_suspected_as_one() -> None:
    """Two loads share a bus whose line is metered: when the sum does not fit, either may be wrong."""
    park = dataclasses.replace(feeder(), loads=(load("x", "b", 4.0), load("y", "c", 3.0), load("z", "c", 3.0)))
    flows = flow(park, schedule(park, {"x": -3.0, "y": -1.0, "z": -2.0}))
    good = measured_flow(park, flows, sigma_share=0.005)
    assert not estimate(park, good)["flagged"].values.any()
    answer = estimate(park, changed(good, "y.p_mw", -2.5))
    assert flag_of(answer, "y.p_mw") == flag_of(answer, "z.p_mw") == 1
    assert answer["p_from_mw"].sel(branch="bc").values[0] == pytest.approx(3.0, abs=0.1)


def test_two_meters_of_one_unit_are_held_against_each_other() -> None:
    park = feeder()
    rows: Rows = [("a", "", "v_pu", 1.0, 0.005)]
    for unit, p in (("x", -3.0), ("y", -1.0)):
        rows += [(unit, "", "p_mw", p, 0.02), (unit, "", "q_mvar", -0.5, 0.02)]
    rows.append(("y", "", "p_mw", -1.03, 0.02))
    answer = estimate(park, shown(rows))
    assert answer["p_mw"].sel(unit="y").values[0] == pytest.approx(-1.015, abs=1e-6)
    assert not answer["flagged"].values.any()
    rows[-1] = ("y", "", "p_mw", -2.0, 0.02)
    assert (estimate(park, shown(rows))["flag"].values[0, [3, 5]] == 2).all()


# ---- what is out, open, reported --------------------------------------------------------------------------------


def test_a_dead_bus_has_no_voltage_and_its_meters_are_held_against_that() -> None:
    park = dataclasses.replace(
        feeder(), outages=(Outage(id="o", element="bc", start=datetime(2025, 1, 1, 9), end=datetime(2025, 1, 1, 10)),)
    )
    flows = flow(park, schedule(park, {"x": -3.0, "y": -1.0}, 3, "2025-01-01T00"))  # 08:00, 09:00, 10:00 local
    assert np.isnan(flows["v_pu"].values[:, 2]).tolist() == [False, True, False]
    full = measured_flow(park, flows.fillna(0.0))
    answer = estimate(park, full)
    assert np.isnan(answer["v_pu"].values[:, 2]).tolist() == [False, True, False]
    assert np.isnan(answer["observed"].values[1]).tolist() == [False, False, True]
    assert answer["p_mw"].sel(unit="y").values == pytest.approx([-1.0, 0.0, -1.0], abs=1e-6)
    assert not answer["flagged"].values.any() and observability(park, full.isel(time=[1])).dead == ("c",)
    alive = changed(full, "c.v_pu", 1.0, 1)
    assert flag_of(estimate(park, alive), "c.v_pu", 1) == 4
    assert flag_of(estimate(park, changed(full, "bc.from.p_mw", 1.0, 1)), "bc.from.p_mw", 1) == 4


def test_an_outage_begins_and_ends_at_its_moment() -> None:
    park = dataclasses.replace(
        feeder(),
        outages=(Outage(id="o", element="bc", start=datetime(2025, 1, 1, 9, 10), end=datetime(2025, 1, 1, 9, 20)),),
    )
    rows: Rows = [("a", "", "v_pu", 1.0, 0.01)]
    answer = estimate(park, shown(rows, 4, "2025-01-01T01:05", 300))  # 09:05, :10, :15, :20 local
    assert np.isnan(answer["v_pu"].values[:, 2]).tolist() == [False, True, True, False]


def test_a_unit_that_is_out_gives_nothing() -> None:
    outage = Outage(id="o", element="y", start=datetime(2025, 1, 1), end=datetime(2025, 1, 2))
    park = dataclasses.replace(feeder(), outages=(outage,))
    rows: Rows = [("a", "", "v_pu", 1.0, 0.005), ("x", "", "p_mw", -2.0, 0.02), ("x", "", "q_mvar", -0.5, 0.02)]
    answer = estimate(park, shown(rows))
    assert answer["quality"].values[0] == 2 and answer["p_mw"].sel(unit="y").values[0] == 0
    assert answer["p_from_mw"].sel(branch="bc").values[0] == pytest.approx(0, abs=1e-6)
    assert flag_of(estimate(park, shown([*rows, ("y", "", "p_mw", -1.0, 0.02)])), "y.p_mw'''") == 4


def test_reported_switches_and_taps_hold() -> None:
    park = park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=10.0), Bus(id="c", v_nom_kv=10.0)),
        grids=(grid("a"),),
        transformers=(transformer("t", "a", "b", tap_min=-8, tap_max=8, tap_step=0.0125),),
        switches=(Switch(id="s", bus="b", element="c", closed=False),),
        loads=(load("x", "b", 20.0), load("y", "c", 10.0)),
    )
    stands = dataclasses.replace(
        park,
        transformers=tuple(dataclasses.replace(t, tap_pos=-3) for t in park.transformers),
        switches=(Switch(id="s", bus="b", element="c"),),
    )
    flows = flow(stands, schedule(stands, {"x": -15.0, "y": -8.0}))
    full = measured_flow(stands, flows)
    said = shown([("t", "", "tap_pos", -3.0, np.nan), ("s", "", "closed", 1.0, np.nan)])
    both = xr.concat([full, said], dim="measurement", join="exact")
    answer = estimate(park, both)
    agrees(answer, flows)
    assert not answer["flagged"].values.any()
    silent = estimate(park, full)
    assert np.isnan(silent["v_pu"].sel(bus="c").values[0])
    assert flag_of(silent, "c.v_pu") == 4


def test_coupled_buses_add_up() -> None:
    """Two buses joined by a closed switch: the meter of one bus and that of the other's unit make one sum."""
    park = park_of(
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in ("a", "b1", "b2")),
        grids=(grid("a"),),
        lines=(line("l", "a", "b1", length_km=3),),
        switches=(Switch(id="s", bus="b1", element="b2"),),
        loads=(load("x", "b1", 4.0), load("y", "b2", 3.0)),
    )
    flows = flow(park, schedule(park, {"x": -3.0, "y": -1.0}))
    q = flows["q_mvar"].sel(unit=["x", "y"]).values[0]
    rows: Rows = [
        ("a", "", "v_pu", 1.0, 0.001), ("b1", "", "p_mw", -3.0, 0.01), ("b1", "", "q_mvar", float(q[0]), 0.01),
        ("y", "", "p_mw", -1.0, 0.01), ("y", "", "q_mvar", float(q[1]), 0.01),
    ]  # fmt: skip
    answer = estimate(park, shown(rows))
    assert answer["quality"].values[0] == 2
    agrees(answer, flows, 1e-8)
    rows.append(("b2", "", "p_mw", -1.5, 0.01))  # against y's own meter
    assert (estimate(park, shown(rows))["flag"].values[0, [3, 5]] == 2).all()
    silent: Rows = [("a", "", "v_pu", 1.0, 0.001), ("b1", "", "p_mw", -3.0, 0.01)]
    assert estimate(park, shown(silent))["quality"].values[0] == 1


def test_three_windings_and_a_compensator_are_metered() -> None:
    park = park_of(
        buses=(Bus(id="h", v_nom_kv=220.0), Bus(id="m", v_nom_kv=66.0), Bus(id="l", v_nom_kv=10.0)),
        grids=(grid("h"),),
        transformers3=(
            Transformer3(id="t", bus_1="h", bus_2="m", bus_3="l", s_nom_1_mva=180, s_nom_2_mva=180, s_nom_3_mva=90,
                         v_1_kv=220, v_2_kv=69, v_3_kv=10.5, uk_12=0.14, uk_23=0.08, uk_31=0.23, pk_12_kw=500,
                         pk_23_kw=400, pk_31_kw=450, vector_group="YNyn0d11"),
        ),
        shunts=(Shunt(id="svg", bus="l", kind=ShuntKind.SVC, q_nom_mvar=20.0, v_set_pu=1.03),),
        loads=(load("x", "m", 60.0),),
    )  # fmt: skip
    flows = flow(park, schedule(park, {"x": -50.0}))
    full = measured_flow(park, flows)
    assert {e for e, end in zip(full["element"].values, full["end"].values, strict=True) if end == "3"} == {"t"}
    answer = estimate(park, full)
    agrees(answer, flows)
    q = float(flows["q_from_mvar"].sel(branch="t.3").values[0])
    part = without(
        full, ~((full["end"].values == "3") | (full["quantity"].values == "v_pu") & (full["element"].values == "l"))
    )
    both = xr.concat([part, shown([("svg", "", "q_mvar", q, 0.05)])], dim="measurement", join="exact")
    again = estimate(park, both)
    assert again["quality"].values[0] == 2
    agrees(again, flows, 1e-8)


def test_an_island_of_its_own_is_estimated_beside_the_other() -> None:
    park = park_of(
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in "abcd"),
        grids=(grid("a"),),
        generators=(Generator(id="g", bus="c", p_nom_mw=5.0, balances=True, v_set_pu=1.01),),
        lines=(line("ab", "a", "b"), line("cd", "c", "d")),
        loads=(load("x", "b", 4.0), load("y", "d", 2.0)),
    )
    flows = flow(park, schedule(park, {"x": -3.0, "y": -1.0}))
    agrees(estimate(park, measured_flow(park, flows)), flows)


def test_a_tapped_side_and_open_ends_are_seen_as_the_flow_does() -> None:
    park = park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=10.0), Bus(id="c", v_nom_kv=110.0)),
        grids=(grid("a"),),
        transformers=(transformer("t", "a", "b", tap_side=Side.TO, tap_pos=2, tap_min=-8, tap_max=8, tap_step=0.02),),
        lines=(line("open", "a", "c", c_nf_per_km=200.0, length_km=40.0),),
        switches=(Switch(id="s", bus="c", element="open", closed=False),),
        loads=(load("x", "b", 20.0),),
    )
    flows = flow(park, schedule(park, {"x": -15.0}))
    assert abs(float(flows["q_from_mvar"].sel(branch="open").values[0])) > 1
    answer = estimate(park, measured_flow(park, flows.fillna(0.0)))
    agrees(answer, flows)
    assert not answer["flagged"].values.any()


# ---- never fails, and what is refused ---------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_the_meters_show_there_is_an_answer(seed: int) -> None:
    """Values and sigmas without sense, many missing."""
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=bool(seed % 2), buses=int(rng.integers(6, 10)))
    table = measured_flow(
        park, flow(park, random_schedule(rng, park, 1)), quantities=("v_pu", "p_mw", "q_mvar", "i_ka")
    )
    shape = table["value"].shape
    value = np.where(rng.random(shape) < 0.5, rng.normal(0, 10.0 ** rng.integers(-2, 5), shape), table["value"].values)
    value = np.where(rng.random(shape) < rng.random(), np.nan, value)
    sigma = 10.0 ** rng.uniform(-4, 2, shape)
    wild = table.assign(value=(("time", "measurement"), value), sigma=(("time", "measurement"), sigma))
    answer = estimate(park, wild)
    assert np.isfinite(answer["v_pu"].values).all() and np.isfinite(answer["quality"].values).all()
    figures = estimate_summary(answer, observability(park, wild))
    assert figures["moments"] == 1 and len(figures["buses"]) == answer.sizes["bus"]


def test_what_does_not_fit_the_park_is_refused() -> None:
    park = feeder()
    for row, words in (
        (("nowhere", "", "v_pu", 1.0, 0.01), "nowhere"),
        (("ab", "", "p_mw", 1.0, 0.01), "ab"),
        (("ab", "middle", "p_mw", 1.0, 0.01), "middle"),
        (("x", "", "v_pu", 1.0, 0.01), "x v_pu"),
        (("a", "", "v_pu", 1.0, 0.0), "sigma"),
        (("a", "", "v_pu", 1.0, np.nan), "sigma"),
    ):
        for ask in (estimate, observability):
            with pytest.raises(Mismatch, match=words):
                ask(park, shown([row]))
    with pytest.raises(Mismatch, match="another park"):
        estimate(park, shown([("a", "", "v_pu", 1.0, 0.01)]), schedule=schedule(noisy()[0], {}))


def test_progress_is_told_and_can_cancel() -> None:
    park, table = noisy(count=3)
    told: list[float] = []
    estimate(park, table, on_progress=told.append)
    assert told[-1] == 1.0 and told == sorted(told)

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimate(park, table, on_progress=stop)


def test_moments_with_other_meters_do_not_touch_each_other() -> None:
    """Each moment alone gives what it gives among others, whatever is missing or wrong in these."""
    park, table = noisy(2, count=6)
    rng = np.random.default_rng(0)
    values = table["value"].values.copy()
    values[1, rng.random(values.shape[1]) < 0.3] = np.nan
    values[2, 5] += 50
    values[4] = np.nan
    mixed = table.assign(value=(("time", "measurement"), values))
    together = estimate(park, mixed)
    for k in range(6):
        alone = estimate(park, mixed.isel(time=[k]))
        assert together["v_pu"].values[k] == pytest.approx(alone["v_pu"].values[0], abs=1e-7)
        assert together["flag"].values[k] == pytest.approx(alone["flag"].values[0], nan_ok=True)
    assert units_of(park)[0].id in together["unit"].values


def test_the_summary_says_what_the_table_says() -> None:
    park, table = noisy(count=2)
    wrong = changed(table, "l3a.from.p_mw", 80.0, 1)
    answer = estimate(park, wrong)
    figures = estimate_summary(answer, observability(park, wrong))
    assert figures["moments"] == 2 and "buses" not in figures
    assert figures["quality"] == {"observable": 2, "with_pseudo": 0, "not_observable": 0, "contradicts_park": 0}
    (flagged,) = figures["flagged"]
    assert flagged["measurement"] == "l3a.from.p_mw" and flagged["verdict"] == "bad" and flagged["moments"] == 1
    assert flagged["first"] == "2025-01-01T01:00:00" and flagged["value"] == pytest.approx(80.0)
    assert figures["objective"]["max"] == pytest.approx(float(answer["objective"].max()))
