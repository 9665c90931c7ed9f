"""`holin dispatch`: a network case's snapshot and a park's days, for people and programs, and what it refuses."""

import dataclasses
from pathlib import Path

import pytest
import xarray as xr
from cli_answers import CASE, THREE_HOURS, Answer, holin

from holin.cli.dispatch import DcModel
from holin.flow import DcModel as FlowDcModel
from holin.parkfile import read_park, write_park

CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture
def five() -> Path:
    """PGLib's five buses, imported into the folder where the test stands."""
    answer = holin("import", "matpower", CASES / "pglib_case5_pjm" / "pglib_opf_case5_pjm.m", "five")
    assert answer.code == 0 and "angle" not in answer.out
    return Path("five")


def test_the_models_are_those_of_the_grid_room() -> None:
    assert [m.value for m in DcModel] == [m.value for m in FlowDcModel]


@pytest.mark.parametrize("options", [(), ("--dc-model", "matpower"), ("--dc-model", "powermodels")])
def test_a_snapshot_prints_its_objective(five: Path, options: tuple[str, ...]) -> None:
    found = holin("dispatch", five, "--snapshot", "--json", *options).json
    assert found["objective"] == pytest.approx(17480, rel=1e-4)
    assert found["dc_model"] == (options or ("matpower",))[-1] and found["currency"] == "USD"
    assert found["bound"] == pytest.approx(found["objective"], rel=1e-9)
    power = {g["unit"]: g["p_mw"] for g in found["generators"]}
    assert sum(power.values()) == pytest.approx(1000) == found["load_mw"]
    (tight,) = [b for b in found["branches"] if b["flow_shadow_price_per_mwh"] > 0]
    assert (tight["branch"], tight["loading"]) == ("branch-4-5", pytest.approx(1.0))
    assert (tight["bus_from"], tight["bus_to"]) == ("bus-4", "bus-5")
    assert [b["v_angle_rad"] for b in found["buses"] if b["bus"] == "bus-4"] == [0.0]
    assert tight["angle_max_rad"] == pytest.approx(0.5235987756)  # the 30 degrees of PGLib


def test_a_snapshot_for_people_in_both_languages(five: Path) -> None:
    english = holin("dispatch", five, "--snapshot").out
    for said in ("DC optimal power flow", "17\u2009479.90", "branch-4-5", "62.322", "gen-1.2", "marginal cost"):
        assert said in english
    chinese = holin("dispatch", five, "--snapshot", "--language", "zh").out
    for said in ("直流最优潮流", "成本（USD）", "达到额定的支路：1 条", "边际成本", "母线电价"):
        assert said in chinese


def test_a_snapshot_writes_its_tables(five: Path) -> None:
    answer = holin("dispatch", five, "--snapshot", "--out", "best.nc")
    assert answer.code == 0 and "best.nc" in answer.out
    with xr.open_dataset("best.nc", group="dc_optimum") as table:
        assert float(table.shadow_price_per_mwh.isel(time=0).max()) == pytest.approx(39.9427, abs=1e-4)
    with xr.open_dataset("best.nc", group="schedule") as table:
        assert float(table.p_mw.isel(time=0).sel(unit="gen-1")) == pytest.approx(40)


def test_limits_of_angles_that_bind_are_printed(five: Path) -> None:
    park = read_park(five)
    narrow = tuple(dataclasses.replace(b, angle_min_deg=-3.0) for b in park.equivalent_branches)
    write_park(dataclasses.replace(park, equivalent_branches=narrow), "narrow")
    answer = holin("dispatch", "narrow", "--snapshot")
    assert "Branches at a limit of their angle" in answer.out and "shadow price per degree" in answer.out


def test_what_has_no_answer_says_why_and_ends_with_1(five: Path) -> None:
    park = read_park(five)
    more = tuple(dataclasses.replace(load, load_mw=2 * load.load_mw) for load in park.loads)
    write_park(dataclasses.replace(park, loads=more), "much")
    answer = holin("dispatch", "much", "--snapshot")
    assert answer.code == 1 and "no dispatch of this hour meets all limits. bus bus-" in answer.err
    told = holin("dispatch", "much", "--snapshot", "--json")
    assert (told.code, told.json["error"]) == (1, "Infeasible") and "lacks" in told.json["message"]


def test_days_have_a_schedule_with_its_cost() -> None:
    """The first dispatch of `holin run`, before any loss is known: the two buses of the case, three hours."""
    found = holin("dispatch", CASE, *THREE_HOURS, "--json", "--out", "days.nc").json
    assert (found["hours"], found["first"], found["written"]) == (3, "2024-12-31T16:00", "days.nc")
    assert found["objective"] == pytest.approx(sum(found["cost"].values())) == found["objective_recomputed"]
    with xr.open_dataset("days.nc", group="schedule") as table:
        for unit in found["units"]:
            assert float(table.p_mw.sel(unit=unit["unit"]).sum()) == pytest.approx(unit["energy_mwh"])
    assert sum(u["energy_mwh"] for u in found["units"]) == pytest.approx(0, abs=1e-6)
    people = holin("dispatch", CASE, *THREE_HOURS).out
    assert "3 hours, 2024-12-31T16:00 to 2024-12-31T18:00 UTC" in people and "imported energy" in people
    assert "最优调度：3 小时" in holin("dispatch", CASE, *THREE_HOURS, "--language", "zh").out


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("--snapshot", "--start", "2025-01-01", "--seed", "3"), ["--start", "--seed"]),
        (("--dc-model", "matpower"), ["--dc-model"]),
        (("--start", "tomorrow"), ["--start"]),
    ],
)
def test_questions_that_contradict_are_refused(options: tuple[str, ...], fields: list[str]) -> None:
    answer = holin("dispatch", CASE, *options, "--json")
    assert answer.code == 1 and [f["field"] for f in answer.json["faults"]] == fields


def test_a_network_case_without_weather_is_told_of_the_snapshot(five: Path) -> None:
    answer: Answer = holin("dispatch", five)
    assert answer.code == 1 and "--snapshot" in answer.err and "climate.csv" in answer.err
