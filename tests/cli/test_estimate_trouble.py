"""`holin estimate` where something is wrong with the file: an answer with its quality, or what to do instead."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cli_answers import Answer, holin
from feeder_park import feeder_park

from holin.flow import flow, measured_flow, snapshot
from holin.flow.estimate.summary import LOOKS_LIKE, looks_like
from holin.park import Outage, Park, at_stage, stage_of
from holin.parkfile import write_measurements, write_park

Row = dict[str, str]


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeders") / "park"
    write_park(feeder_park(), folder)
    return folder


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What meters everywhere show of the park's own state, as rows of a file."""
    file = tmp_path_factory.mktemp("meters") / "all.csv"
    stage = frozen()
    table = measured_flow(stage, flow(stage, snapshot(stage)), seed=1)
    write_measurements(table, file, time_zone=stage.facts.time_zone)
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def frozen() -> Park:
    whole = feeder_park()
    return at_stage(whole, stage_of(whole))


def file_of(folder: Path, rows: Iterable[Row]) -> Path:
    found = list(rows)
    file = folder / "meters.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return file


def report(rows: list[Row], switch: str, closed: int, meter: str = "") -> Row:
    said = {"element": switch, "end": "", "quantity": "closed", "value": str(closed), "sigma": "", "meter": meter}
    return rows[0] | said


def asked(park: Path, file: Path, *options: object) -> tuple[Answer, Answer]:
    """The answer in words and as JSON; both end alike and without a traceback."""
    words, told = holin("estimate", park, file, *options), holin("estimate", park, file, *options, "--json")
    assert words.code == told.code and told.json
    for text in (words.out, words.err, told.out, told.err):
        assert "Traceback" not in text
    return words, told


def verdicts(told: Answer) -> dict[str, str]:
    return {f["measurement"]: f["verdict"] for f in told.json["flagged"]}


def quality(told: Answer) -> str:
    (name,) = [name for name, count in told.json["quality"].items() if count]
    return name


# ---- switches, what is dead, what is out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "dead", "behind"),
    [("s-bc", ["c"], {"c", "bc", "y"}), ("s-de", ["e", "f"], {"e", "f", "de", "ef", "g", "z"}),
     ("coupler", ["b2"], {"b2", "w"})],
)  # fmt: skip
def test_a_switch_reported_open_behind_which_meters_show_something(
    park: Path, rows: list[Row], tmp_path: Path, switch: str, dead: list[str], behind: set[str]
) -> None:
    file = file_of(tmp_path, [*rows, report(rows, switch, 0)])
    words, told = asked(park, file)
    assert told.code == 1 and quality(told) == "contradicts_park" and told.json["dead"] == dead
    service = next(c for c in told.json["contradictions"] if c["what"] == "service")
    assert set(service["element"].split()) <= behind and service["value"] > service["high"] == 2
    assert told.json["cause"]["slip"] == "switch" and told.json["cause"]["element"] == switch
    assert f"switch {switch} is closed" in words.out and "Without voltage" in words.out
    assert f"开关 {switch} 实为合位" in holin("estimate", park, file, "--language", "zh").out
    cured = asked(park, file_of(tmp_path, [*rows, report(rows, switch, 1)]))[1]
    assert cured.code == 0 and quality(cured) == "observable" and cured.json["flagged"] == []


def test_a_part_without_voltage_and_meters_that_show_so_is_a_good_state(
    park: Path, rows: list[Row], tmp_path: Path
) -> None:
    """The feeder's end is dark: its meters stand on 0, those of its line and the grid show what is left."""
    off = {"e", "f", "de", "ef", "g", "z", "ad", "grid"}
    quiet = [r | {"value": "0"} if r["element"] in off - {"grid"} else r for r in rows if r["element"] != "grid"]
    words, told = asked(park, file_of(tmp_path, [*quiet, report(rows, "s-de", 0)]))
    assert told.code == 0 and quality(told) == "observable" and told.json["flagged"] == []
    assert told.json["dead"] == ["e", "f"] and told.json["contradictions"] == []
    assert [b["bus"] for b in told.json["buses"] if b["v_pu"] is None] == ["e", "f"]
    assert "Without voltage, 2 bus(es): e, f" in words.out


def test_an_island_without_voltage_and_without_meters_stays_empty(park: Path, rows: list[Row], tmp_path: Path) -> None:
    """The generator at f does not balance: behind the open switch there is no voltage, and no pseudo-measurement."""
    here = [r for r in rows if r["element"] in {"a", "b", "b2", "c", "ab", "bc", "x", "y", "w"}]
    words, told = asked(park, file_of(tmp_path, [*here, report(rows, "s-de", 0)]))
    assert told.code == 0 and told.json["dead"] == ["e", "f"]
    assert {b["bus"] for b in told.json["buses"] if b["v_pu"] is None} == {"e", "f"}
    assert "e" not in {b for group in told.json["unobserved"] for b in group}
    assert "Without voltage" in words.out


def test_two_reports_of_one_switch_that_differ_are_both_left_out(park: Path, rows: list[Row], tmp_path: Path) -> None:
    """The switch stands as the park says, closed; each report is named, whatever their order."""
    both = [report(rows, "s-bc", 0, "telegram"), report(rows, "s-bc", 1, "operator")]
    for order in (both, both[::-1]):
        words, told = asked(park, file_of(tmp_path, [*rows, *order]))
        assert told.code == 0 and quality(told) == "observable" and told.json["dead"] == []
        assert verdicts(told) == {"telegram": "bad", "operator": "bad"}
        shows = {f["measurement"]: (f["value"], f["estimate"]) for f in told.json["flagged"]}
        assert shows == {"telegram": (0.0, 1.0), "operator": (1.0, 1.0)}
        assert all(f["looks_like"] is None for f in told.json["flagged"])
        assert "telegram" in words.out and "operator" in words.out
    agreeing = [report(rows, "s-bc", 1, "telegram"), report(rows, "s-bc", 1, "operator")]
    assert asked(park, file_of(tmp_path, [*rows, *agreeing]))[1].json["flagged"] == []


def test_a_line_in_planned_outage_whose_meters_show_a_flow(rows: list[Row], tmp_path: Path) -> None:
    whole = feeder_park()
    out = Outage(id="o", element="bc", start=datetime(2025, 12, 30), end=datetime(2026, 1, 2))
    write_park(replace(whole, outages=(out,)), tmp_path / "park")
    words, told = asked(tmp_path / "park", file_of(tmp_path, rows))
    assert told.code == 1 and quality(told) == "contradicts_park" and told.json["dead"] == ["c"]
    assert {"bc.from.p_mw", "bc.to.p_mw", "c.v_pu", "y.p_mw"} <= {
        m for m, verdict in verdicts(told).items() if verdict == "contradicts_service"
    }
    assert told.json["cause"]["slip"] == "outage" and told.json["cause"]["element"] == "bc"
    assert "planned outage is not" in words.out
    later = [r | {"time": "2026-01-03 00:00:00+08:00"} for r in rows]
    assert asked(tmp_path / "park", file_of(tmp_path, later))[1].json["flagged"] == []


# ---- few meters -------------------------------------------------------------------------------------------------


def test_a_feeder_with_a_meter_of_its_current_alone_is_filled_and_says_so(
    park: Path, rows: list[Row], tmp_path: Path
) -> None:
    """Voltage and current of bc fit several powers, and the nearest may lie where both say the same: then the load's
    own peak decides, and the quality says that it did."""
    kept = [r for r in rows if r["quantity"] == "v_pu" or r["element"] not in ("bc", "y", "x", "w", "grid")]
    current = rows[0] | {"element": "bc", "end": "from", "quantity": "i_ka", "value": "0.094", "sigma": "0.002"}
    _, told = asked(park, file_of(tmp_path, [*kept, current]))
    assert told.code == 0 and quality(told) == "with_pseudo" and told.json["pseudo"] > 0
    c = next(b for b in told.json["buses"] if b["bus"] == "c")
    assert 0 < c["v_angle_sigma_rad"] < 0.05 and c["v_pu"] == pytest.approx(0.996, abs=0.004)
    truth = next(float(r["value"]) for r in rows if r["element"] == "y" and r["quantity"] == "p_mw")
    assert truth == pytest.approx(-3.0, abs=0.1)


def test_a_file_whose_cells_are_empty_is_answered_by_the_parks_own_state(
    park: Path, rows: list[Row], tmp_path: Path
) -> None:
    words, told = asked(park, file_of(tmp_path, [r | {"value": ""} for r in rows]))
    assert told.code == 0 and quality(told) == "with_pseudo" and told.json["enough"]
    assert len(told.json["unobserved"][0]) == 7 and "Not seen by meters, 7 bus(es)" in words.out


# ---- files that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row", "field", "words"),
    [
        ("", None, None, "the file is empty"),
        ("element,end,quantity,value,sigma\n", 1, None, "no measurements"),
        ("element,end,quantity,value,sigma\ns-bc,,closed,open,\n", 2, "value", "not a number"),
        ("element,end,quantity,value,sigma\ns-bc,,closed,2,\n", 2, "value", "write 1 for closed, 0 for open"),
        ("element,end,quantity,value,sigma\n" + "".join(f"SUB{k}-66,,v_pu,1,0.01\n" for k in range(9)), 2, "element",
         "none of its 9 rows names an element of the park feeders, stage 2025"),
        ("element,end,quantity,value,sigma\na,,v_pu,1,0.01\nbd,from,p_mw,1,0.1\n", 3, "element", "nothing to measure"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_what_would_be_right(
    park: Path, tmp_path: Path, text: str, row: int | None, field: str | None, words: str
) -> None:
    file = tmp_path / "meters.csv"
    file.write_text(text, encoding="utf-8")
    said, told = asked(park, file)
    assert told.code == 1
    (fault,) = told.json["faults"]
    assert (fault["row"], fault["field"]) == (row, field) and fault["right"]
    assert words in f"{fault['problem']}; {fault['right']}" and "meters.csv" in said.err


# ---- one wrong meter --------------------------------------------------------------------------------------------

PLACE = ("bc", "from", "p_mw")
WRONG: dict[str, tuple[Callable[[float], float], str, str]] = {
    "dead": (lambda x: 0.0, "zero", "stand on 0 (dead?)"),
    "reversed": (lambda x: -x, "reversed", "with the wrong sign"),
    "kW": (lambda x: 1000 * x, "thousandfold", "about 1000 times the estimate"),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_wrong_meter_is_left_out_and_what_it_looks_like_is_said(
    park: Path, rows: list[Row], tmp_path: Path, case: str
) -> None:
    change, hint, words = WRONG[case]
    wrong = [
        r | {"value": str(change(float(r["value"])))} if (r["element"], r["end"], r["quantity"]) == PLACE else r
        for r in rows
    ]
    said, told = asked(park, file_of(tmp_path, wrong))
    assert told.code == 0 and quality(told) == "observable"
    (flagged,) = told.json["flagged"]
    assert flagged["measurement"] == "bc.from.p_mw" and flagged["looks_like"] == hint
    assert flagged["estimate"] == pytest.approx(3.0, abs=0.2)
    assert words in said.out


def test_what_a_flagged_value_looks_like() -> None:
    thousandfold, reversed_, zero = LOOKS_LIKE
    assert looks_like(3050.0, 3.0) == looks_like(-2800.0, -3.0) == thousandfold
    assert looks_like(-3.1, 3.0) == looks_like(0.2, -0.2) == reversed_
    assert looks_like(0.0, 3.0) == zero
    for value, estimate in ((3400.0, 3.0), (-3.5, 3.0), (4.0, 3.0), (1e-3, 3.0), (5.0, 0.0), (-5.0, 0.0)):
        assert looks_like(value, estimate) is None
