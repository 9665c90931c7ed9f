"""`holin meters`: readings judged, the run that they make, readings made from a run, and what was known when."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from cli_answers import holin

from holin.parkfile import example_park, write_park
from holin.store import read_run
from holin.twin import run, saved

SPAN = {"start": date(2025, 3, 3), "end": date(2025, 3, 5)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a park, a run of two days, and readings made from it, good and with faults."""
    folder = tmp_path_factory.mktemp("meters")
    park = example_park("example")
    write_park(park, folder / "park")
    saved(run(park, **SPAN), folder / "run")
    assert holin("meters", "--from-run", folder / "run", "--out", folder / "good.csv", "--interval", 15).code == 0
    bad = holin("meters", "--from-run", folder / "run", "--out", folder / "bad.parquet", "--faults", 3, "--json")
    assert bad.json["kind"] == "demo" and len(bad.json["planted"]) == 10
    return folder


def test_readings_of_a_run_make_the_same_run(made: Path) -> None:
    answer = holin("meters", made / "good.csv", "--park", made / "park", "--out", made / "again", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["kind"] == "demo" and answer.json["faults"] == answer.json["notices"] == []
    assert answer.json["run"]["balance"]["hours_off"] == 0
    assert (answer.json["start"], answer.json["end"]) == ("2025-03-02T16:00Z", "2025-03-04T16:00Z")
    first, second = (json.loads((made / name / "summary.json").read_text()) for name in ("run", "again"))
    for kind, mwh in first["energy_mwh"].items():
        if kind != "curtailed":
            assert second["energy_mwh"][kind] == pytest.approx(mwh, abs=1e-3), kind
    assert second["energy_mwh"]["curtailed"] is None
    assert second["green_share"]["physical"] == pytest.approx(first["green_share"]["physical"], abs=1e-6)


def test_a_run_of_meters_says_its_kind_and_is_shown(made: Path) -> None:
    holin("meters", made / "good.csv", "--park", made / "park", "--out", made / "shown")
    found = read_run(made / "shown")
    assert found.manifest["kind"] == found.summary["kind"] == "demo"
    assert list(found.tables) == ["metered", "schedule", "flows", "trace", "carbon"]
    assert found.manifest["inputs"]["good.csv"] == found.tables["metered"].attrs["sources"].rpartition("sha256:")[2]
    for language in ("en", "zh"):
        assert holin("show", made / "shown", "--language", language).code == 0
    assert holin("report", made / "shown").code == 0
    assert "curtailed power is not metered" in holin("show", made / "shown", "--language", "en").out


def test_a_table_for_people_in_both_languages(made: Path) -> None:
    said = holin("meters", made / "bad.parquet", "--park", made / "park", "--language", "en")
    assert said.code == 0 and "demo, made from a run" in said.out and "Certifiable: " in said.out
    assert "2025-03-03 00:00 to 2025-03-05 00:00 (local, Asia/Shanghai)" in said.out
    assert "estimated: the energy, or its spread over intervals, is estimated (intervals: " in said.out
    assert (
        "可核发：电源净发电量" in holin("meters", made / "bad.parquet", "--park", made / "park", "--language", "zh").out
    )


def test_what_was_known_and_the_history_of_an_interval(made: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(
        "meter,time,e_out_kwh,known_since,origin\n"
        "wind-1,2025-03-03 08:00+08:00,100,2025-03-03 09:05+08:00,feed\n"
        "wind-1,2025-03-03 08:00+08:00,120,2025-03-05 10:00+08:00,hand\n"
    )

    def out_mwh(*more: str) -> float:
        return holin("meters", file, "--park", made / "park", "--json", *more).json["devices"][0]["energy_out_mwh"]

    assert [out_mwh(), out_mwh("--at", "2025-03-04"), out_mwh("--at", "2025-03-05T02:00:00+00:00")] == [0.12, 0.1, 0.12]
    asked = ("meters", file, "--park", made / "park", "--history", "wind-1", "2025-03-03T08:00")
    told = holin(*asked, "--json").json["history"]
    assert [(r["known_since"], r["origin"], r["out_kwh"], r["flags"]) for r in told] == [
        ("2025-03-03T01:05:00Z", "feed", 100.0, []),
        ("2025-03-05T02:00:00Z", "hand", 120.0, []),
    ]
    said = holin(*asked, "--language", "en").out
    assert "2025-03-03T08:00 (local, Asia/Shanghai)" in said and "2025-03-05 10:00" in said and "02:00" not in said
    assert "no reading of it" in holin(*asked[:-1], "2025-03-03T09:00").err


def test_a_file_that_does_not_say_its_kind_is_named(made: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("meter,time,e_out_kwh\nwind-1,2025-03-03 08:00+08:00,90000\n")
    asked = ("meters", tmp_path / "r.csv", "--park", made / "park")
    assert holin(*asked, "--json").json["notices"] == [{"what": "kind_not_said", "file": "r.csv"}]
    assert "does not say its kind and is taken as metered" in holin(*asked, "--language", "en").out
    assert "文件未说明类别，按实测处理" in holin(*asked, "--language", "zh").out


def test_energies_that_look_like_mwh_are_warned_of(made: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(made / "good.csv")
    energies = [c for c in rows if c.endswith("_kwh")]
    rows[energies] /= 1000
    rows.to_csv(tmp_path / "mwh.csv", index=False)
    asked = ("meters", tmp_path / "mwh.csv", "--park", made / "park")
    notices = {n["device"]: n for n in holin(*asked, "--json").json["notices"]}
    assert {"wind-1", "pv-1", "battery-1"} < set(notices) and {n["what"] for n in notices.values()} == {
        "looks_like_mwh"
    }
    assert 0 < notices["wind-1"]["p_max_mw"] < 0.002 * notices["wind-1"]["p_nom_mw"]
    assert "wind-1: never above" in holin(*asked, "--language", "en").out
    assert "疑为把 MWh 填入 kWh 列" in holin(*asked, "--language", "zh").out


def test_a_span_without_intervals_says_how_far_the_readings_reach(made: Path) -> None:
    answer = holin("meters", made / "good.csv", "--park", made / "park", "--end", "2025-02-01")
    assert answer.code == 1
    assert answer.err.endswith("the readings reach from 2025-03-02T16:00Z to 2025-03-04T16:00Z\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no file of readings is named"),
        (("r.csv",), "no park is named"),
        (("--from-run", "x"), "no file is named"),
        (("r.csv", "--from-run", "x", "--out", "y"), "does not go with files of readings"),
        (("r.csv", "--park", "x", "--faults", "1"), "goes with --from-run only"),
    ],
)
def test_a_command_that_lacks_something_says_what(arguments: tuple[str, ...], said: str) -> None:
    answer = holin("meters", *arguments)
    assert answer.code == 1 and said in answer.err


def test_readings_without_all_units_make_no_run_and_leave_nothing(made: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("meter,time,e_out_kwh\nwind-1,2025-03-03 08:00,100\n")
    answer = holin("meters", file, "--park", made / "park", "--out", tmp_path / "run")
    assert answer.code == 1 and "the readings make no schedule: no readings of 5 unit(s): pv-1, battery-1" in answer.err
    assert not (tmp_path / "run").exists()
    assert holin("meters", file, "--park", made / "park").code == 0
