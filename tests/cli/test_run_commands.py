"""Commands about runs, on the hand-worked two-bus case: figures for people and programs, folders, failures."""

import dataclasses
import json
import re
import shutil
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_answers import CASE, THREE_HOURS, Answer, holin

from holin.cli import run as run_commands
from holin.rules import Verdict
from holin.twin import run as run_park

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guide"

# What `holin run --json` prints at least (section 5 of the main path's specification).
PROMISED: dict[str, set[str]] = {
    "energy_mwh": {
        "load", "wind", "solar", "coal", "import", "export", "curtailed", "storage_loss", "network_loss",
    },
    "green_share": {"physical", "annual"},
    "carbon": {"total_t", "t_per_t_al"},
    "flow": {"hours_converged", "v_min_pu", "v_max_pu", "loading_max", "hours_overloaded", "redispatch_rounds"},
    "price_parts": {"import_energy", "demand_charge", "distribution", "export_income", "fuel"},
    "seconds": {"weather", "dispatch", "trace", "carbon", "total"},
}  # fmt: skip
FIGURES = {
    "park", "stage", "hours", "currency", "objective", "objective_recomputed", "balance_error_mw_max", "metal_t",
    "green_metal_t", "all_in_price_per_kwh", "peak_memory_mb",
}  # fmt: skip


def line_of(answer: Answer, label: str) -> str:
    """What stands beside a label that has one line of its own, its columns two blanks apart."""
    (line,) = [line for line in answer.out.splitlines() if line.startswith(label + "  ")]
    return re.sub(" {2,}", "  ", line.removeprefix(label).strip())


def is_a_sentence(answer: Answer, *said: str) -> None:
    assert answer.code == 1
    assert "Traceback" not in answer.err and "did not foresee" not in answer.err
    assert [s for s in said if s not in answer.err] == []


# ---- run --------------------------------------------------------------------------------------------------------


def test_run_prints_every_promised_figure_as_json(first_run: tuple[Path, Answer]) -> None:
    folder, answer = first_run
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert FIGURES | set(PROMISED) <= set(found)
    assert {name: keys - set(found[name]) for name, keys in PROMISED.items()} == {name: set() for name in PROMISED}
    assert (found["park"], found["stage"], found["hours"], found["currency"]) == ("two_bus", "2025", 3, "CNY")
    assert found["run"] == str(folder) and (folder / "manifest.json").exists()
    assert found["carbon"]["t_per_t_al"] is None  # no metal: not a number is null


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_keys_in_the_guide_are_those_of_a_run(first_run: tuple[Path, Answer], language: str) -> None:
    """Each row of the guide's table names keys of a run, and after them the keys inside; none is left out."""
    run = first_run[1].json
    guide = (GUIDE / language / "runs.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:3] for row in re.findall(r"^\| `[^.|]+` \|.*", guide.partition("--json")[2], re.MULTILINE)]
    named = {key: re.findall(r"`(\w+)`", meaning) for keys, meaning in rows for key in re.findall(r"`(\w+)`", keys)}
    assert set(named) == set(run)
    inside = {key: set(run[key]) for key in ("energy_mwh", "green_share", "carbon", "flow")}
    assert {key: set(named[key]) for key in inside} == inside
    verdict = {f.name for f in dataclasses.fields(Verdict)} | {"name", "name_zh"}
    assert named["rules"] and set(named["rules"]) <= verdict


def test_the_figures_are_those_of_the_hand_calculation(first_run: tuple[Path, Answer]) -> None:
    """Worked out in tests/cases/two_bus/why.md."""
    found = first_run[1].json
    assert found["green_share"]["physical"] == pytest.approx(0.65, abs=1e-6)
    assert found["green_share"]["annual"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["objective"] == pytest.approx(4233.2898684, rel=1e-6)
    assert found["objective_recomputed"] == pytest.approx(found["objective"], rel=1e-6)
    assert sum(found["price_parts"].values()) == pytest.approx(4833.2898684, rel=1e-6)


def test_the_shares_of_provenance_are_those_of_the_stage(first_run: tuple[Path, Answer]) -> None:
    at_stage = holin("provenance", CASE, "--stage", "2025", "--json").json["shares"]
    assert first_run[1].json["provenance"] == pytest.approx(at_stage)


def test_run_prints_amounts_in_units_that_fit_them(first_run: tuple[Path, Answer]) -> None:
    """60 MWh and 4 833 CNY: neither 0.1 GWh nor 0.00 million."""
    people = holin("show", first_run[0])
    assert people.code == 0
    assert people.out.startswith("two_bus, stage 2025, 3 hours\nA hand-worked case; nothing in it is real.\n")
    assert "\nEnergy, MWh\n" in people.out and "\nMoney, thousand CNY\n" in people.out
    assert line_of(people, "load") == "60.00"
    assert line_of(people, "import") == "21.16"
    assert line_of(people, "network losses") == "0.04"
    assert line_of(people, "export") == "0.00"
    assert line_of(people, "Import, energy") == "4.231"
    assert line_of(people, "together") == "4.833"
    assert line_of(people, "green share, physical, hour by hour") == "65.0 %"
    assert line_of(people, "all-in price per kWh") == "0.0806 CNY"
    assert line_of(people, "hours solved") == "3 / 3"
    assert "load not served" not in people.out and "metal" not in people.out


def test_a_run_speaks_chinese(first_run: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = holin("show", first_run[0], "--language", "zh")
    assert asked.out.startswith("two_bus，2025 阶段，3 小时\n手算算例，全部数据均为虚构。\n")
    assert line_of(asked, "负荷") == "60.00" and line_of(asked, "园区配电费") == "0.600"
    latin = {line.split("  ")[0] for line in asked.out.splitlines() if line[:1].isascii()} - {
        "",
        "two_bus，2025 阶段，3 小时",
    }
    assert latin == set(), "a label was not translated"
    monkeypatch.setenv("HOLIN_LANGUAGE", "zh")
    assert holin("show", first_run[0]).out == asked.out
    monkeypatch.delenv("HOLIN_LANGUAGE")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert holin("show", first_run[0]).out == asked.out


def test_a_run_takes_the_next_free_name() -> None:
    names = [holin("run", CASE, *THREE_HOURS, "--json").json["run"] for _ in range(2)]
    assert names == [str(Path("runs/two_bus-2025")), str(Path("runs/two_bus-2025-2"))]
    assert all((Path(name) / "summary.json").exists() for name in names)


def test_a_run_overwrites_nothing(run_folder: Path) -> None:
    before = (run_folder / "manifest.json").read_bytes()
    is_a_sentence(holin("run", CASE, *THREE_HOURS, "--out", run_folder), str(run_folder.name))
    assert (run_folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stage", "1999"), "no such stage; one of 2025"),
        (("--start", "tomorrow"), "--start = 'tomorrow': not a local day or hour; write 2025-03-01"),
        (("--end", "2025-13-01"), "--end = '2025-13-01': not a local day or hour"),
        (("--start", "2025-01-02", "--end", "2025-01-01"), "no hour lies between them"),
        (("--start", "2025-01-01", "--end", "2025-01-01"), "no hour lies between them"),
        (("--start", "2025-01-01 00:30", "--end", "2025-01-01 03:00"), "is not the start of a local hour"),
        (("--start", "2025-01-01", "--end", "2025-01-01 02:30"), "is not the start of a local hour"),
        ((*THREE_HOURS, "--weather", "gone.epw"), "gone.epw"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_said_and_leaves_nothing(arguments: tuple[str, ...], said: str) -> None:
    is_a_sentence(holin("run", CASE, *arguments), said)
    as_json = holin("run", CASE, *arguments, "--json")
    assert (as_json.code, as_json.err) == (1, "")
    assert said in as_json.json["message"] and as_json.json["faults"]
    assert not Path("runs").exists()


def test_a_start_with_its_own_zone_is_that_hour() -> None:
    """2024-12-31 17:00 in Berlin is midnight in Shanghai."""
    zoned = ("--start", "2024-12-31T17:00+01:00", "--end", "2025-01-01 03:00")
    assert holin("run", CASE, *zoned, "--json").json["hours"] == 3


def test_a_bad_park_gives_all_its_faults(tmp_path: Path) -> None:
    park = Path(shutil.copytree(CASE, tmp_path / "bad"))
    for table, old, new in (("load.csv", ",20,", ",-20,"), ("wind_farm.csv", ",30,", ",inf,")):
        text = (park / table).read_text(encoding="utf-8")
        assert old in text
        (park / table).write_text(text.replace(old, new, 1), encoding="utf-8")
    is_a_sentence(holin("run", park, *THREE_HOURS), "2 fault(s) in the input:", "load.csv:2", "wind_farm.csv:2")
    found = holin("run", park, *THREE_HOURS, "--json")
    assert (found.code, found.err) == (1, "")
    assert {f["file"] for f in found.json["faults"]} == {"load.csv", "wind_farm.csv"}
    assert {f["severity"] for f in found.json["faults"]} == {"error"}


# ---- show, compare, report --------------------------------------------------------------------------------------


def test_show_gives_the_run_as_it_was_written(first_run: tuple[Path, Answer]) -> None:
    written = {k: v for k, v in first_run[1].json.items() if k != "run"}
    assert holin("show", first_run[0], "--json").json == written


@pytest.mark.parametrize("command", [("show", "nowhere"), ("report", "nowhere"), ("compare", "nowhere", "nowhere")])
def test_a_run_that_is_not_there_is_named(command: tuple[str, ...]) -> None:
    is_a_sentence(holin(*command), "nowhere: no such run folder; give a folder that `holin run` wrote")
    assert holin(*command, "--json").json["faults"][0]["file"] == "nowhere"


def test_a_damaged_run_is_named_and_not_shown(run_folder: Path) -> None:
    summary = run_folder / "summary.json"
    summary.write_text(summary.read_text(encoding="utf-8").replace("0.65", "0.95"), encoding="utf-8")
    answer = holin("show", run_folder)
    is_a_sentence(answer, "summary.json")
    assert answer.out == ""


def test_a_run_compared_with_itself_differs_nowhere(first_run: tuple[Path, Answer]) -> None:
    found = holin("compare", first_run[0], first_run[0], "--json").json["figures"]
    assert {"energy_mwh.load", "green_share.physical", "objective"} <= {row["figure"] for row in found}
    assert {row["difference"] for row in found} == {0.0}


def test_compare_is_second_minus_first(first_run: tuple[Path, Answer], tmp_path: Path) -> None:
    two_hours = ("--start", "2025-01-01", "--end", "2025-01-01 02:00")
    assert holin("run", CASE, *two_hours, "--out", "shorter").code == 0
    found = {r["figure"]: r for r in holin("compare", first_run[0], "shorter", "--json").json["figures"]}
    assert (found["hours"]["first"], found["hours"]["second"], found["hours"]["difference"]) == (3, 2, -1)
    assert found["energy_mwh.load"]["difference"] == pytest.approx(-20.0, abs=1e-6)
    people = holin("compare", first_run[0], "shorter")
    assert people.out.splitlines()[0].split() == ["figure", "two-bus", "shorter", "difference"]
    assert line_of(people, "energy_mwh.load").split() == ["60.0000", "40.0000", "-20.0000"]
    assert "差值" in holin("compare", first_run[0], "shorter", "--language", "zh").out


@pytest.mark.parametrize(
    ("other", "unlike", "english", "chinese"),
    [
        ({"park": "far"}, "park", "Two different parks: two_bus, stage 2025 and far, stage 2025", "两个不同的园区："),
        (
            {"stage": "2030"},
            "stage",
            "Two different stages: two_bus, stage 2025 and two_bus, stage 2030",
            "两个不同的阶段：",
        ),
    ],
)
def test_compare_says_when_the_runs_are_of_two_parks_or_stages(
    first_run: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch, other: dict[str, str], unlike: str, english: str,
    chinese: str,
) -> None:  # fmt: skip
    class Found:
        def __init__(self, folder: Path) -> None:
            self.summary = first_run[1].json | (other if folder.name == "b" else {})

    monkeypatch.setattr("holin.store.read_run", Found)
    assert holin("compare", "a", "b").out.startswith(english + "\n")
    assert holin("compare", "a", "b", "--language", "zh").out.startswith(chinese)
    assert holin("compare", "a", "b", "--json").json["unlike"] == unlike
    assert holin("compare", "a", "a", "--json").json["unlike"] is None


def test_report_writes_one_page(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    answer = holin("report", run_folder)
    page = run_folder / "report.html"
    assert (answer.code, answer.out) == (0, f"report written to {page}\n")
    html = page.read_text(encoding="utf-8")
    assert html.lstrip().lower().startswith("<!doctype html>") and 'lang="en"' in html
    assert opened == []
    again = holin("report", run_folder, "--out", "deep/folder/page.html", "--language", "zh", "--open", "--json")
    assert again.json == {"report": str(Path("deep/folder/page.html"))}
    assert 'lang="zh' in Path("deep/folder/page.html").read_text(encoding="utf-8")
    assert opened == [Path("deep/folder/page.html").resolve().as_uri()]
    assert holin("show", run_folder).code == 0, "a report in its folder damages no run"


# ---- demo -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo on three hours of the two-bus case instead of a year of the reference park."""

    def three_hours(park: Any, **arguments: Any) -> Any:
        return run_park(park, **arguments, start=datetime(2025, 1, 1), end=datetime(2025, 1, 1, 3))

    monkeypatch.setattr("holin.twin.run", three_hours)
    monkeypatch.setattr("holin.parkfile.reference_park", lambda name: {"huolinguole": CASE}[name])


@pytest.mark.usefixtures("small_demo")
def test_demo_runs_reports_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    answer = holin("demo")
    assert (answer.code, answer.err) == (0, "")
    last = ("run written to runs/two_bus-2025", "report written to runs/two_bus-2025/report.html",
            "to look at it in a browser: holin serve runs/two_bus-2025")  # fmt: skip
    assert tuple(answer.out.splitlines()[-3:]) == last
    assert "no certificates, passports and catalogue were made" in answer.out and "method residual" in answer.out
    assert opened == [], "there is no screen"
    monkeypatch.setattr(run_commands, "has_screen", lambda: True)
    monkeypatch.setattr("holin.web.page_is_built", lambda: False)
    assert holin("demo", "--no-open", "--out", "here").code == 0
    assert opened == [] and Path("here/report.html").exists()
    found = holin("demo", "--json").json
    assert (found["run"], found["report"]) == ("runs/two_bus-2025-2", "runs/two_bus-2025-2/report.html")
    assert holin("demo").code == 0 and len(opened) == 1


@pytest.mark.usefixtures("small_demo")
def test_demo_ends_with_its_page_open(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[list[Path]] = []
    monkeypatch.setattr(run_commands, "has_screen", lambda: True)
    monkeypatch.setattr("holin.web.page_is_built", lambda: True)
    monkeypatch.setattr("holin.web.serve", lambda paths, **how: served.append(paths))
    answer = holin("demo")
    assert (answer.code, answer.err, served) == (0, "", [[Path("runs/two_bus-2025"), CASE]])
    assert answer.out.endswith("The server has stopped.\n")


# ---- what people read of figures that the case does not have ---------------------------------------------------


def made_up(first_run: tuple[Path, Answer]) -> dict[str, Any]:
    """The case's summary with rules, claims, levels and metal: printing only, no figure is judged."""
    summary = {k: v for k, v in first_run[1].json.items() if k != "run"}
    share = {"holds": False, "margin": -1.0}
    return json.loads(json.dumps(summary)) | {
        "metal_t": 1234.5, "green_metal_t": 802.4, "carbon": {"total_t": 1.0, "t_per_t_al": 5.678},
        "energy_mwh": {**summary["energy_mwh"], "load": 2.5e6, "shed": 1500.0},
        "price_parts": {"import_energy": 1.5e9, "export_income": -2e6, "fuel": 0.0},
        "must_run": [{"must_run_mw": 1200.0, "green_mwh": 1.0, "green_share_annual": 0.4321}],
        "rules": [
            {"rule": "r1", "kind": "storage_power_min", "value": 0.15, "reached": 138 / 923, **share,
             "name": "Storage power", "name_zh": "储能功率"},
            {"rule": "r2", "kind": "storage_hours_min", "value": 4.0, "reached": 4.0, "holds": True, "name": ""},
            {"rule": "r3", "kind": "co2_max_t", "value": 5e5, "reached": 12345.6, "holds": True, "name": "CO2"},
            {"rule": "r4", "kind": "aluminium_certificate_min", "value": 0.307, "reached": None, "holds": None},
            {"rule": "r5", "kind": "green_share_min", "value": 0.3, "reached": None, "holds": True},
            {"rule": "r6", "kind": "green_share_min", "value": 0.3, "reached": 0.4, "holds": True, "partial": True},
        ],
        "claims": [
            {"claim": "c1", "name": "Green share", "name_zh": "绿电占比", "figure": "green_share", "low": 0.6,
             "high": 0.7, "reached": 0.65, "agrees": True},
            {"claim": "c2", "name": "Price", "figure": "all_in_price_per_kwh", "low": None, "high": 0.05,
             "reached": 0.0806, "agrees": False},
            {"claim": "c3", "figure": "metal_t", "low": 860.0, "high": 860.0, "reached": None, "agrees": None},
            {"claim": "c4", "figure": "green_mwh", "low": 1e6, "high": None, "reached": 2e6, "agrees": True},
        ],
    }  # fmt: skip


@pytest.fixture
def printed(first_run: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`holin show` of a summary that has everything."""

    class Shown:
        summary = made_up(first_run)

    monkeypatch.setattr("holin.store.read_run", lambda folder: Shown)
    return lambda *options: holin("show", "any", *options)


def test_rules_are_printed_by_name_with_what_was_reached(printed: Any) -> None:
    answer = printed()
    assert line_of(answer, "Storage power") == "15.00 %  14.95 %  not met"
    assert line_of(answer, "r2").split() == ["4.00", "h", "4.00", "h", "holds"]
    assert line_of(answer, "CO2").endswith("500\u2009000 t  12\u2009346 t  holds")
    assert line_of(answer, "r4").endswith("–  needs retired certificates")
    assert line_of(answer, "r6").endswith("40.00 %  holds (part of a year)")
    assert line_of(answer, "r5").split()[-2:] == ["–", "holds"]
    assert line_of(printed("--language", "zh"), "储能功率").endswith("未满足")


def test_claims_are_printed_beside_what_was_reached(printed: Any) -> None:
    answer = printed()
    assert line_of(answer, "Green share").split() == ["60.0", "..", "70.0", "%", "65.0", "%", "agrees"]
    assert line_of(answer, "Price").split() == ["≤", "0.0500", "CNY", "0.0806", "CNY", "differs"]
    assert line_of(answer, "c3").split() == ["860", "t", "–", "not", "in", "these", "hours"]
    assert line_of(answer, "c4").replace("\u2009", "") == "≥ 1000.0 GWh  2000.0 GWh  agrees"
    chinese = printed("--language", "zh")
    assert line_of(chinese, "绿电占比").endswith("一致") and line_of(chinese, "Price").endswith("不一致")


def test_levels_metal_and_large_amounts(printed: Any) -> None:
    answer = printed()
    assert line_of(answer, "at least 1\u2009200 MW: green share, annual balance") == "43.2 %"
    assert line_of(answer, "CO2 per tonne of metal (physical)") == "5.68 t"
    assert "\nEnergy, TWh\n" in answer.out and line_of(answer, "load") == "2.500"
    assert line_of(answer, "load not served") == "0.002"
    assert "\nMoney, million CNY\n" in answer.out and line_of(answer, "Export income") == "-2.0"
    assert line_of(answer, "together") == "1\u2009498.0" and "Fuel" not in answer.out
