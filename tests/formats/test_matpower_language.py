"""The part of MATLAB that case files are written in: what it means, and what is refused, with line and reason."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from formats_cases import SMALL

from holin.errors import BadInput
from holin.formats import read_matpower
from holin.formats.matpower.evaluate import evaluated


def value(expression: str, before: str = "") -> np.ndarray:
    found = evaluated(f"function mpc = x\n{before}\nmpc.a = {expression};\n", "x.m").fields["a"]
    return found if isinstance(found, np.ndarray) else np.array(found)


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("1 + 2 * 3 ^ 2", 19),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("(1 + 2) * -3", -9),
        ("1e3 / 1E-1 + 1d2", 10100),
        ("10 / 4 / 5", 0.5),
        ("[1 -2]", [1, -2]),
        ("[1 - 2]", -1),
        ("[1 -2 + 3]", [1, 1]),
        ("[1, -2; 3 4]", [[1, -2], [3, 4]]),
        ("[1 2 % a comment with ' and [\n 3 4]", [[1, 2], [3, 4]]),
        ("[1 2 ...\n 3 4]", [1, 2, 3, 4]),
        ("[1;2]'", [1, 2]),
        ("[1 2]' * 3", [[3], [6]]),
        ("[1 2; 3 4] * [1; 1]", [[3], [7]]),
        ("[1 2] .* [3 4] ./ 2", [1.5, 4]),
        ("1:3", [1, 2, 3]),
        ("[0:0.5:1]", [0, 0.5, 1]),
        ("3:1", np.zeros((1, 0))),
        ("12/sqrt(3)", 6.928203230275509),
        ("sin(acos(0.85))", 0.526782687642637),
        ("[pi Inf -inf NaN]", [np.pi, np.inf, -np.inf, np.nan]),
        ("sum([1 2; 3 4])", [4, 6]),
        ("max([1 5 2]) + min([4 3])", 8),
        ("abs(-3) == 3 && ~(2 >= 3)", 1),
        ("zeros(1, 2) + 1", [1, 1]),
        ("find([0 1 1])", [2, 3]),
        ("b(2, :)", [3, 4]),
        ("b(:, [2 1])", [[2, 1], [4, 3]]),
        ("b(end, end) + b(1)", 5),
        ("b(:)", [[1], [3], [2], [4]]),
        ("c.inner.x(2)", 6),
    ],
)
def test_expressions_mean_what_matlab_means(expression: str, meant: object) -> None:
    found = value(expression, "b = [1 2; 3 4]; c.inner.x = [5 6];")
    assert found == pytest.approx(np.atleast_2d(np.array(meant, dtype=float)), nan_ok=True)


def test_statements() -> None:
    text = """%% a script with block comments
    %{
    mpc.never = [
    %}
    fixed = 0; scale = 2, mpc.text = 'it''s', mpc.cells = {'a', "b"; 'c', 1};
    if fixed
        for k = 1:3, this is not read, end
    elseif scale > 1
        mpc.scaled = scale;
    else
        mpc.other = 1;
    end
    define_constants;
    mpc.bus = [1 2 3 4
               5 6 7 8];
    mpc.bus(:, [PD QD]) = mpc.bus(:, [PD QD]) / 2;
    mpc.bus(mpc.bus(:, BUS_I) == 5, 2) = 0;
    """
    # a logical index is refused: it would need its own meaning, and no case file has one
    with pytest.raises(BadInput, match=r"x\.m:17 .*element 0 is no whole number|x\.m:17 .*row 0 is no whole number"):
        evaluated(text, "x.m")
    fields = evaluated(text[: text.rindex("mpc.bus(mpc")], "x.m").fields
    assert fields["text"] == "it's"
    assert fields["cells"][0] == ["a", "b"] and fields["cells"][1][0] == "c"
    assert "never" not in fields and "other" not in fields
    assert fields["scaled"] == 2
    assert fields["bus"].tolist() == [[1, 2, 1.5, 2], [5, 6, 3.5, 4]]


def test_rows_know_their_lines_through_conversions() -> None:
    text = "function mpc = x\nmpc.a = [\n 1 2;\n\n% nothing\n 3 4;\n];\nmpc.a(:, 1) = mpc.a(:, 1) * 2;\n"
    text += "mpc.b = [1 sqrt(4); 3 4\n5 6];"
    assert evaluated(text, "x.m").lines == {("a",): (3, 6), ("b",): (9, 9, 10)}


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("mpc.version = '2'", "mpc.version = '1'", "small.m mpc.version = '1': not a case of format version 2"),
        ("mpc.version = '2';\n", "", "small.m mpc.version: not a case of format version 2"),
        ("baseMVA = 100", "baseMVA = 0", "small.m mpc.baseMVA = '0': no base power above 0"),
        ("baseMVA = 100", "baseMVA = 'x'", "small.m mpc.baseMVA = 'a text': no base power above 0"),
        ("2 2 50 20", "2 2 50 2x", "small.m:7 .*not a number, a name or a sign"),
        ("2 2 50 20", "2 2 50", "small.m:7: row 2 of the matrix has 12 values, the rows before it 13"),
        ("2 2 50 20", "2 2 NaN 20", "small.m:7 bus PD = 'nan': not a finite number"),
        ("2 2 50 20", "2 9 50 20", "small.m:7 bus BUS_TYPE = '9': no type of bus"),
        ("2 2 50 20", "1 2 50 20", "small.m:7 bus BUS_I = '1': the bus number stands twice"),
        ("2 2 50 20", "2.5 2 50 20", "small.m:7 bus BUS_I = '2.5': not a bus number"),
        ("1 2 0.01 0.05", "1 3 0.01 0.05", "small.m:15 branch T_BUS = '3': there is no such bus"),
        ("1 2 0.01 0.05", "1 1 0.01 0.05", "small.m:15 branch T_BUS = '1': both ends are the same bus"),
        ("1 2 0.01 0.05", "1 2 0 0", "small.m:15 branch BR_X = '0': no impedance"),
        ("0.98 30", "-0.98 30", "small.m:16 branch TAP = '-0.98': a negative ratio"),
        ("1.02 100 1 200", "2.02 100 1 200", "small.m:11 gen VG = '2.02': no voltage to be held"),
        ("1 80 10", "1 80 90", "small.m:12 gen PMIN = '90': above PMAX = 80"),
        ("2 0 0 3", "3 0 0 3", "small.m:20 gencost MODEL = '3': no model of costs"),
        ("1 0 0 3 10", "1 0 0 4 10", "small.m:21 gencost NCOST = '4': not a number of points"),
        ("mpc.bus = [", "mpc.bus = {", "small.m:9: ']' closes no bracket of its kind"),
        ("function mpc = small", "function [b, bus, gen] = small", "small.m:1: a case of format version 1"),
        ("];\nmpc.gencost", "];\nfor k = 1:3\nmpc.gencost", "small.m:19 .*the statement 'for' is not read"),
        ("];\nmpc.gencost", "];\nmpc.x = load('f');\nmpc.gencost", "small.m:19 .*'load' is neither set before"),
        ("];\nmpc.gencost", "];\nmpc.x = [1 2\nmpc.gencost", "small.m:19: the bracket '[' is never closed"),
        ("mpc.version = '2';", "mpc.version = '2;", "small.m:3 .*the text in quotes does not end on its line"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_and_field(before: str, after: str, fault: str, tmp_path: Path) -> None:
    """Blanks stand for tabs where the file has these."""
    if before not in SMALL:
        before, after = before.replace(" ", "\t"), after.replace(" ", "\t")
    assert SMALL.count(before) == 1
    (tmp_path / "small.m").write_text(SMALL.replace(before, after), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_matpower(tmp_path / "small.m")
    first = str(caught.value.faults[0])
    assert fault in first or re.match(fault, first), first


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = (
        SMALL.replace("50	20", "NaN	20")
        .replace("0.98	30", "-1	30")
        .replace("1	2	0.01", "1	99	0.01")
    )
    (tmp_path / "small.m").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_matpower(tmp_path / "small.m")
    assert [(f.row, f.field) for f in caught.value.faults] == [(7, "bus PD"), (15, "branch T_BUS"), (16, "branch TAP")]


HOSTILE = {
    "doubling": "mpc.a = 1;\n" + "mpc.a = [mpc.a mpc.a];\n" * 60,
    "a range": "mpc.a = 1:1e15;\n",
    "zeros": "mpc.a = zeros(1e9, 1e9);\n",
    "a product": "mpc.a = zeros(1, 4000);\nmpc.b = mpc.a' * mpc.a;\n",
    "brackets": "mpc.a = " + "[" * 50_000 + "]" * 50_000 + ";\n",
    "braces": "mpc.a = " + "(" * 50_000 + "\n",
    "signs": "mpc.a = " + "-" * 50_000 + "1;\n",
    "ifs": "if 1\n" * 5000 + "end\n" * 5000,
    "quotes": "mpc.a = '" + "''" * 100_000 + "\n",
    "a long number": "mpc.a = " + "1" * 200_000 + ";\n",
    "a long row": "mpc.a = [\n" + "1" * 200_000 + "x\n];\n",
    "points": "mpc" + ".a" * 20_000 + " = 1;\n",
    "calls": "mpc.a = " + "abs(" * 5000 + "1" + ")" * 5000 + ";\n",
    "powers": "mpc.a = 9" + "^9" * 20_000 + ";\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_ends_soon_and_in_words(what: str, tmp_path: Path) -> None:
    (tmp_path / "small.m").write_text("function mpc = x\n" + HOSTILE[what], encoding="utf-8")
    start = time.process_time()
    with pytest.raises(BadInput) as caught:
        read_matpower(tmp_path / "small.m")
    assert caught.value.faults[0].problem and caught.value.faults[0].right
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"\0\0\0", b"PK\x03\x04", b"\xff\xfe\x00a", b"not a case", b"mpc = 3;"]
)
def test_what_is_no_case_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "small.m").write_bytes(content)
    with pytest.raises(BadInput):
        read_matpower(tmp_path / "small.m")


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.m"):
        with pytest.raises(BadInput, match=r"is not a file|no such file"):
            read_matpower(path)


def test_latin_letters_in_comments_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "small.m").write_bytes(SMALL.replace("Three", "Trois jeux à").encode("latin-1"))
    assert len(read_matpower(tmp_path / "small.m").park.buses) == 3
