"""`holin connect`: the verdict for people in both languages, JSON for programs, all faults of a question at once."""

from pathlib import Path

import pytest
from cli_answers import Answer, holin

from holin.parkfile import example_park, write_park

DAYS = ("--date", "2025-07-01", "--decided", "2025-01-01", "--start", "2025-07-01", "--end", "2025-07-02")


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connect") / "park"
    write_park(example_park("small"), folder)
    return folder


@pytest.fixture(scope="module")
def tight(park: Path) -> Answer:
    return holin("connect", park, "--bus", "b-park", "--load", "25", *DAYS, "--json")


def test_json_has_every_part_of_the_answer(tight: Answer) -> None:
    found = tight.json
    assert found["verdict"]["answer"] == "yes_after" and found["verdict"]["possible_from"] == "2026-03-03"
    [measure] = found["works"]["measures"]
    assert (measure["kind"], measure["size"], measure["unit"], measure["basis"]) == (
        "transformer", 31.5, "MVA", "assumed",
    )  # fmt: skip
    assert found["works"]["cost"] == measure["cost"] + found["works"]["connection_cost"]
    caused = found["grid"]["n_minus_1"]["unaided"]["caused"]
    assert {c["element"] for c in caused} == {"t-park-1", "t-park-2"}
    assert all(c["value"] > 1.0 and c["time"].startswith("2025-07-01") for c in caused)
    assert {"price", "green", "affected", "hosting", "short_circuit", "months", "assumed"} <= set(found)


def test_people_get_the_verdict_first_in_their_language(park: Path) -> None:
    english = holin("connect", park, "--bus", "s-main", "--load", "5", *DAYS)
    assert "Yes, from 2025-07-01, without reinforcement." in english.out
    assert english.out.index("Yes,") < english.out.index("Does the grid carry it?")
    chinese = holin("connect", park, "--bus", "总降压站", "--load", "5", *DAYS, "--language", "zh")
    assert "可以接入：自 2025-07-01 起，无需加强电网。" in chinese.out
    assert "新负荷综合电价" in chinese.out and "假定" in chinese.out


def test_all_faults_of_a_question_come_at_once_as_options(park: Path) -> None:
    answer = holin("connect", park, "--bus", "s-mian", "--load", "-3", "--date", "2050-01-01", "--json")
    assert answer.code == 1
    faults = {f["field"]: f for f in answer.json["faults"]}
    assert set(faults) == {"--bus", "--load", "--date"}
    assert "s-main" in faults["--bus"]["right"] and faults["--bus"]["file"] == "command line"


def test_nothing_to_connect_says_what_to_give(park: Path) -> None:
    answer = holin("connect", park, "--bus", "b-park", "--date", "2025-07-01")
    assert answer.code == 1 and "--load" in answer.err and "nothing is to be connected" in answer.err
