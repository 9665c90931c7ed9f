"""`holin connect`: the verdict for people in both languages, JSON for programs, all faults of a question at once."""

import base64
import json
import re
import string
from pathlib import Path

import pytest
from cli_answers import Answer, holin

from holin.parkfile import example_park, write_park
from holin.picture.connection.words import WORDS

DAYS = ("--date", "2025-07-01", "--decided", "2025-01-01", "--start", "2025-07-01", "--end", "2025-07-02")


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connect") / "park"
    write_park(example_park("small"), folder)
    return folder


@pytest.fixture(scope="module")
def tight(park: Path) -> Answer:
    """25 MW behind two transformers of 31.5 MVA, with the page."""
    return holin("connect", park, "--bus", "b-park", "--load", "25", *DAYS, "--json", "-o", park.parent / "answer")


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


def test_a_file_in_the_place_of_the_folder_is_told_before_the_study(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("mine")
    answer = holin("connect", "no-such-park", "--bus", "b-park", "--load", "5", "-o", tmp_path / "page")
    assert answer.code == 1 and f"command line --out = '{tmp_path / 'page'}': is a file" in answer.err


def test_nothing_to_connect_says_what_to_give(park: Path) -> None:
    answer = holin("connect", park, "--bus", "b-park", "--date", "2025-07-01")
    assert answer.code == 1 and "--load" in answer.err and "nothing is to be connected" in answer.err


def test_the_page_is_whole_in_both_languages_and_loads_nothing(tight: Answer) -> None:
    page = Path(tight.json["page"])
    html = page.read_text(encoding="utf-8")
    assert "Yes, after a transformer beside t-park-2, 31.5 MVA" in html or "t-park-1, 31.5 MVA" in html
    assert "three shifts" in html and "三班制" in html and "src/holin" not in html
    assert re.search(r'<td>[^<]*</td><td class="words">t-park-', html)  # names to the left, figures to the right
    assert "旁增一台主变" in html and 'data-language="en"' in html
    loaded = re.findall(r"""(?:src|href)=["']([^"']{0,40})""", html)
    assert loaded and all(address.startswith("data:image/svg+xml;base64,") for address in loaded)
    drawn = [base64.b64decode(x).decode() for x in re.findall(r"base64,([^\"]+)", html)]
    assert len(drawn) == 4, "before and after, in two languages"
    assert sum("new-t-park" in svg for svg in drawn) == 2, "the new transformer stands in the drawings after"
    kept = json.loads((page.parent / "connect.json").read_text(encoding="utf-8"))
    assert kept["verdict"] == tight.json["verdict"]


def test_every_word_has_two_languages_with_the_same_parts() -> None:
    for key, (english, chinese) in WORDS.items():
        assert english and chinese, key
        parts = [{name for _, name, _, _ in string.Formatter().parse(words) if name} for words in (english, chinese)]
        assert parts[0] == parts[1], key


def test_quick_is_of_the_whole_year(park: Path) -> None:
    answer = holin("connect", park, "--bus", "b-park", "--load", "5", *DAYS, "--quick", "--json")
    assert answer.code == 1 and answer.json["faults"][0]["field"] == "--quick"
