"""The export of a dispatch as physical data: round trip, fields, units, and the two-bus case's figures."""

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from case_file import ARRAYS, FORMAT, faults_of_case, read_case, write_case
from export_case import Inputs, Wanted, case_data, limits_of, with_enforced

from holin.calendar import hours_between
from holin.dispatch.limits import topologies_of
from holin.errors import HolinError
from holin.park import Outage, Park, at_stage, stage_of
from holin.parkfile import read_park
from holin.resource import available, demand, weather_year
from holin.rules import Rule, RuleKind

ROOT = Path(__file__).parent.parent.parent
UNITS = re.compile(
    r"_(mw|mva|mwh|kv|pu|per_h|per_mwh|per_gj|per_net_mwh|per_mw_month|gj_per_h|gj_per_mwh|mw_per_h|t_per_h|t)$"
)
RATIOS = {
    "auxiliary", "efficiency_charge", "efficiency_discharge", "must_run", "power_loss_per_heat", "power_per_heat",
    "production_duty", "share", "soc_max", "soc_min", "start_cost",
}  # fmt: skip


def two_bus(**changes: object) -> Inputs:
    whole = read_park(ROOT / "tests/cases/two_bus/park")
    stage = stage_of(whole)
    park: Park = replace(at_stage(whole, stage), **changes)
    hours = hours_between(datetime(2025, 1, 1), datetime(2025, 1, 1, 3), park.facts.time_zone)
    sky = weather_year(park, hours)
    return Inputs(park=park, stage=stage, available=available(park, sky), demand=demand(park, hours, sky), limits_mw={})


@pytest.fixture
def inputs() -> Inputs:
    return two_bus()


def losses(inputs: Inputs) -> xr.DataArray:
    values = [[0.1, 0.2], [0.0, 0.0], [0.3, 0.4]]
    return xr.DataArray(values, dims=("time", "bus"), coords={"time": inputs.available.time.values, "bus": ["A", "B"]})


def test_the_two_bus_case_comes_out_as_its_tables_say(inputs: Inputs) -> None:
    # Every figure stands in tests/cases/two_bus/park. The line: 10 km x 0.484 ohm/km over 110 kV squared on 1 MVA
    # = 4e-4; its rating is sqrt(3) x 110 kV x 0.2 kA = 38.105 MVA. Prices: 100 x (1, 2, 3).
    tables, arrays = case_data(inputs, losses(inputs))
    (branch,) = tables["branches"]
    assert branch["x_pu"] == pytest.approx(4e-4, rel=1e-12)
    assert branch["rating_mva"] == pytest.approx(3**0.5 * 110 * 0.2, rel=1e-12)
    assert branch["limit_mw"] == branch["rating_mva"]
    assert (branch["bus_from"], branch["bus_to"]) == ("A", "B")
    assert tables["buses"] == [{"id": b, "node": b, "v_nom_kv": 110.0} for b in "AB"]
    assert arrays["available_mw"][:, 0] == pytest.approx([30, 0, 10])
    assert arrays["load_mw"][:, 0] == pytest.approx([20, 20, 20])
    assert arrays["import_price_per_mwh"][:, 0] == pytest.approx([100, 200, 300])
    assert arrays["loss_mw"].tolist() == [[0.1, 0.2], [0.0, 0.0], [0.3, 0.4]]
    assert tables["months"] == [{"id": "2025-01", "share": pytest.approx(3 / 744)}]
    assert (
        tables["grids"][0] | {"demand_charge_per_mw_month": 24.8, "emission_factor_t_per_mwh": 0.6}
        == tables["grids"][0]
    )
    assert tables["storages"][0]["e_nom_mwh"] == 10 and tables["storages"][0]["efficiency_charge"] == 0.9
    assert str(arrays["time"][0]) == "2024-12-31T16:00:00"  # Shanghai's midnight in UTC


def test_a_case_is_the_same_after_it_was_written_and_read(inputs: Inputs, tmp_path: Path) -> None:
    tables, arrays = case_data(inputs, losses(inputs))
    write_case(tmp_path / "case.npz", tables, arrays)
    tables_read, arrays_read = read_case(tmp_path / "case.npz")
    assert tables_read == json.loads(json.dumps(tables))
    assert set(arrays_read) == set(arrays) == set(ARRAYS)
    for name, values in arrays.items():
        np.testing.assert_array_equal(arrays_read[name], values, err_msg=name)


def test_every_figure_names_its_unit(inputs: Inputs) -> None:
    tables, _ = case_data(inputs)
    found = {key for rows in tables.values() if isinstance(rows, list) for row in rows for key in row}
    names = {"id", "bus", "node", "kind", "bus_from", "bus_to", "terms"}
    assert {key for key in found - names - RATIOS if not UNITS.search(key)} == set()
    assert all(unit for _, unit, _ in ARRAYS.values())


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda t, a: a.pop("heat_mw"), "heat_mw is missing"),
        (lambda t, a: a.update(load_mw=a["load_mw"][:2]), "load_mw has shape (2, 1)"),
        (lambda t, a: a["loss_mw"].__setitem__((0, 0), np.nan), "not finite"),
        (lambda t, a: t.update(format="other"), "format"),
        (lambda t, a: a.update(more=np.zeros(3)), "more is unknown"),
    ],
)
def test_a_case_that_is_not_whole_is_not_written(inputs, tmp_path, spoil, word) -> None:
    tables, arrays = case_data(inputs)
    spoil(tables, arrays)
    assert any(word in fault for fault in faults_of_case(tables, arrays))
    with pytest.raises(HolinError, match=re.escape(word)):
        write_case(tmp_path / "case.npz", tables, arrays)
    assert not (tmp_path / "case.npz").exists()


def test_what_is_behind_an_outage_is_out(inputs: Inputs) -> None:
    # The line is out in the second hour: bus B has no voltage, nothing there takes, gives or loses anything.
    outage = Outage(id="o", element="AB", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    out = two_bus(outages=(outage,))
    tables, arrays = case_data(out, losses(out) + 1.0)
    assert arrays["branch_in_service"][:, 0].tolist() == [True, False, True]
    assert arrays["load_mw"][:, 0].tolist() == [20, 0, 20]
    assert arrays["available_mw"][1, 0] == 0
    assert arrays["storage_in_service"][:, 0].tolist() == [1, 0, 1]
    assert arrays["loss_mw"][1].tolist() == [1, 0]
    assert faults_of_case(tables, arrays) == []


def test_enforced_rules_are_exported_by_their_terms(inputs: Inputs) -> None:
    rule = Rule(id="green", kind=RuleKind.GREEN_SHARE_MIN, value=0.3)
    park = replace(inputs.park, rules=(rule,))
    assert case_data(replace(inputs, park=park))[0]["rules"] == []
    enforced = with_enforced(park, [("green", 0.5)])
    assert case_data(replace(inputs, park=enforced))[0]["rules"] == [
        {"id": "green", "terms": {"renewable_used_mwh": 1, "export_mwh": -1, "load_mwh": -0.5}}
    ]
    with pytest.raises(HolinError, match="no such rule"):
        with_enforced(park, [("gren", None)])


def test_lower_limits_leave_the_rating(inputs: Inputs) -> None:
    topologies = topologies_of(inputs.park, inputs.available.time.values)
    limits_mw = limits_of(Wanted(park="", stage="", limits=(("AB", 0.5),)), topologies)
    (branch,) = case_data(replace(inputs, limits_mw=limits_mw))[0]["branches"]
    rating = 3**0.5 * 110.0 * inputs.park.lines[0].i_nom_ka
    assert branch["limit_mw"] == pytest.approx(0.5 * rating)
    assert branch["rating_mva"] == pytest.approx(rating)


def test_factors_are_for_all_branches_or_one(inputs: Inputs) -> None:
    topologies = topologies_of(inputs.park, inputs.available.time.values)
    rating = float(topologies[0].network.rating_mva[0])
    assert limits_of(Wanted(park="", stage=""), topologies) == {}
    for limits, factor in (((("", 0.5),), 0.5), ((("", 0.5), ("AB", 0.7)), 0.7)):
        found = limits_of(Wanted(park="", stage="", limits=limits), topologies)
        assert list(found) == ["AB"]
        np.testing.assert_allclose(found["AB"], factor * rating)
    with pytest.raises(HolinError, match="no such branch"):
        limits_of(Wanted(park="", stage="", limits=(("AC", 0.5),)), topologies)


def test_the_arrays_say_what_they_are() -> None:
    for name, (dims, _, meaning) in ARRAYS.items():
        assert dims[0] == "time" and meaning, name
    assert FORMAT.startswith("holin dispatch case")
