"""Commands about a park folder: what they print for people and for programs, and how they end."""

import json
from pathlib import Path

import pytest
from cli_answers import CASE, Answer, holin

from holin.columns import Basis
from holin.park import KINDS
from holin.parkfile import read_park


@pytest.fixture
def park(tmp_path: Path) -> Path:
    """A park of one's own, as `holin new` makes it."""
    assert holin("new", tmp_path / "my-park").code == 0
    return tmp_path / "my-park"


def spoil(park: Path) -> None:
    """Two faults in one table: a bus that does not exist, and a number that is none."""
    table = park / "load.csv"
    header, first, *rest = table.read_text(encoding="utf-8").splitlines()
    names, cells = header.split(","), first.split(",")
    cells[names.index("bus")], cells[names.index("load_mw")] = "nowhere", "1_000"
    table.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")


def is_a_sentence(answer: Answer, *said: str) -> None:
    """It ended with 1, said what is wrong on standard error, printed nothing else and no traceback."""
    assert answer.code == 1
    assert answer.out == ""
    assert "Traceback" not in answer.err and "did not foresee" not in answer.err
    assert [s for s in said if s not in answer.err] == []


# ---- new, check -------------------------------------------------------------------------------------------------


def test_new_makes_a_park_without_fault_and_says_what_comes_next() -> None:
    answer = holin("new", "my-park")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "my-park made. Next: holin check my-park; holin run my-park; holin plan my-park; see my-park/README.md\n"
    )
    assert Path("my-park/README.md").exists()
    assert holin("check", "my-park").out == "my-park: no fault found\n"


def test_new_says_where_for_programs_and_speaks_chinese() -> None:
    assert holin("new", "one", "--json").json == {"park": "one"}
    assert "已创建 two。下一步：" in holin("new", "two", "--language", "zh").out


def test_new_overwrites_nothing(park: Path) -> None:
    before = (park / "park.toml").read_bytes()
    is_a_sentence(holin("new", park), "my-park: exists already; choose another name")
    assert "overwrit" not in holin("new", park).err, "no command overwrites a park"
    assert holin("new", park, "--json").json["error"] == "BadInput"
    assert (park / "park.toml").read_bytes() == before


def test_a_name_in_brackets_is_printed_as_it_is() -> None:
    assert holin("new", "[red]").out.startswith("[red] made.")


def test_check_lists_all_faults_at_once(park: Path) -> None:
    spoil(park)
    answer = holin("check", park)
    assert (answer.code, answer.err) == (1, "")
    lines = answer.out.splitlines()
    for found in ("error load.csv:2 bus = 'nowhere': ", "error load.csv:2 load_mw = '1_000': not a number; "):
        assert sum(line.startswith(found) for line in lines) == 1
    assert lines[-1] == f"{park}: 2 error(s), 0 warning(s)"


def test_check_as_json_has_each_fault_with_its_place(park: Path) -> None:
    spoil(park)
    answer = holin("check", park, "--json")
    assert answer.code == 1
    assert (answer.json["errors"], answer.json["grid"]) == (2, [])
    assert {(f["severity"], f["file"], f["row"], f["field"], f["value"]) for f in answer.json["faults"]} == {
        ("error", "load.csv", 2, "bus", "nowhere"),
        ("error", "load.csv", 2, "load_mw", "1_000"),
    }
    assert all(f["problem"] and f["right"] for f in answer.json["faults"])


def test_check_speaks_chinese(park: Path) -> None:
    assert holin("check", park, "--language", "zh").out == f"{park}: 未发现错误\n"
    spoil(park)
    answer = holin("check", park, "--language", "zh").out
    assert answer.startswith("错误 load.csv:2") and answer.endswith("2 个错误，0 个警告\n")


def test_a_warning_is_no_reason_to_stop(park: Path) -> None:
    table = park / "load.csv"
    header, first, *rest = table.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index("load_mw")] = "0.005"
    table.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    answer = holin("check", park)
    assert answer.code == 0
    assert answer.out.startswith("warning load.csv:2 load_mw = '0.005': unusual")


def test_check_grid_solves_every_stage_and_names_what_fails(park: Path) -> None:
    answer = holin("check", park, "--grid")
    assert answer.code == 0
    stages = [s.name for s in read_park(park).stages]
    printed = [line for line in answer.out.splitlines() if line.startswith("stage ")]
    assert len(printed) == len(stages) and all("highest loading" in line for line in printed)
    found = holin("check", park, "--grid", "--json").json["grid"]
    assert [s["stage"] for s in found] == stages
    for stage, line in zip(found, printed, strict=True):
        assert stage["converged"] is True and 0.8 < stage["v_min_pu"] <= stage["v_max_pu"] < 1.2
        assert f"{len(stage['base'])} finding(s); with one branch out: {len(stage['n_minus_1'])} finding(s)" in line
    assert "正常方式电压" in holin("check", park, "--grid", "--language", "zh").out


def test_check_grid_names_what_an_outage_costs() -> None:
    answer, found = (
        holin("check", "huolinguole", "--grid"),
        holin("check", "huolinguole", "--grid", "--json").json["grid"],
    )
    finding = found[0]["n_minus_1"][0]
    assert {"outage", "element", "kind", "value", "hours"} <= set(finding)
    assert any(line.startswith(finding["outage"]) and finding["element"] in line for line in answer.out.splitlines())


def test_what_is_not_there_is_named() -> None:
    answer = holin("check", "nowhere")
    assert answer.code == 1 and "there is no such folder or file" in answer.out
    is_a_sentence(holin("provenance", "nowhere"), "nowhere", "no such folder or file")
    for slip, meant in (("huolinguol", "huolinguole"), ("Huolinhe2", "huolinhe")):
        assert f"did you mean '{meant}'?" in holin("check", slip).out
    assert "did you mean" not in holin("check", "elsewhere/huolinguol").out, "a path is no name of a reference park"
    for command in (("provenance", "nowhere"), ("excel", "nowhere", "a.xlsx"), ("run", "nowhere")):
        failed = holin(*command, "--json")
        assert (failed.code, failed.json["error"], failed.err) == (1, "BadInput", "")
        assert failed.json["faults"][0]["file"] == "nowhere"


# ---- excel, provenance, schema ----------------------------------------------------------------------------------


def test_excel_goes_both_ways_without_loss(park: Path, tmp_path: Path) -> None:
    there = holin("excel", park, "book.xlsx")
    assert (there.code, there.out) == (0, "written to book.xlsx\n")
    back = holin("excel", "book.xlsx", "again", "--json")
    assert (back.code, back.json) == (0, {"written": "again"})
    assert read_park(tmp_path / "again") == read_park(park)
    for target in ("book.ods", "book.xls", "book.csv"):
        is_a_sentence(holin("excel", park, target), target, "end it in .xlsx for a workbook")
        assert not Path(target).exists()
    assert holin("excel", park, "park.v1.2").code == 0 and Path("park.v1.2/park.toml").exists()
    is_a_sentence(holin("excel", park, "book.xlsx"), "book.xlsx")


def test_provenance_prints_the_share_of_each_basis() -> None:
    answer = holin("provenance", CASE, "--json")
    assert answer.code == 0
    assert sum(answer.json["shares"].values()) == pytest.approx(1.0, abs=1e-12)
    assert set(answer.json["shares"]) <= {*Basis, "unknown"}
    assert answer.json["figures"] == len(answer.json["rows"]) > 10
    assert set(answer.json["rows"][0]) == {"table", "id", "field", "value", "unit", "basis", "reference"}
    people = holin("provenance", CASE, "--rows")
    assert f"{answer.json['figures']} figures by basis" in people.out and "assumed" in people.out
    row = answer.json["rows"][0]
    assert any(line.startswith(row["table"]) and row["field"] in line for line in people.out.splitlines())
    assert "来源类别" in (chinese := holin("provenance", CASE, "--language", "zh").out) and "假定" in chinese


def test_provenance_of_a_stage(park: Path) -> None:
    assert holin("provenance", park, "--stage", read_park(park).stages[-1].name).code == 0
    is_a_sentence(holin("provenance", park, "--stage", "1850"), "no such stage", "one of")


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = holin("schema").json
    assert set(printed) == {"schema.json", "datapackage.json"}
    assert printed["schema.json"]["$schema"].startswith("https://json-schema.org/")
    assert set(KINDS) <= {r["name"] for r in printed["datapackage.json"]["resources"]}
    assert holin("schema", "deep/folder").out == "written to deep/folder\n"
    for name, document in printed.items():
        assert json.loads((tmp_path / "deep" / "folder" / name).read_text(encoding="utf-8")) == document


def test_a_path_that_the_system_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    is_a_sentence(holin("schema", "file"), "file: ", "check the path, its permissions")
    assert holin("schema", "file", "--json").code == 1
