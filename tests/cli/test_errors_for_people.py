"""How a command ends: exit codes, sentences instead of tracebacks, streams, and a quick `--help`."""

import json
import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from cli_answers import CASE, holin
from hypothesis import given
from hypothesis import strategies as st

import holin as package
from holin.cli import app
from holin.cli.output import digits_for, figure, finite, percent, scaled
from holin.cli.texts import TEXTS, text
from holin.errors import Infeasible, Mismatch

COMMANDS = (
    "demo", "new", "check", "excel", "provenance", "schema", "run", "dispatch", "replay", "plan", "frontier",
    "alternatives", "sweep", "show", "compare", "report", "carbon", "flow", "n1", "hosting", "fault", "estimate",
    "forecast", "connect", "draw", "meters", "trace", "rules", "bill", "reconcile", "evidence", "passport", "verify",
    "serve",
    "import", "export",
)  # fmt: skip
Process = Callable[..., subprocess.CompletedProcess[str]]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let `holin new` end with an error."""

    def fail(folder: object) -> None:
        raise error

    monkeypatch.setattr("holin.parkfile.new_park", fail)


# ---- exit codes -------------------------------------------------------------------------------------------------


def test_the_commands_are_these_and_each_has_json() -> None:
    assert [c.name or c.callback.__name__ for c in app.registered_commands if c.callback] == list(COMMANDS)
    for command in COMMANDS:
        shown = holin(command, "--help")
        assert shown.code == 0 and "--json" in shown.out and "Traceback" not in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("gone",),
        ("show",),
        ("run", CASE, "--seed", "x"),
        ("check", CASE, "--language", "fr"),
        ("check", CASE, "--no"),
        ("run", CASE, "--seed", "-1"),
        ("run", CASE, "--seed", "1" + 18 * "0"),
    ],
    ids=[
        "no such command",
        "a missing argument",
        "no number",
        "no such language",
        "no such option",
        "a negative seed",
        "a seed of 19 digits",
    ],
)
def test_a_wrong_command_line_is_code_2(arguments: tuple[object, ...]) -> None:
    answer = holin(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Usage: " in answer.err and "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("seed", "said"), [(-1, "greater than or equal to 0"), (10**18, "than or equal to 999999999999999999")]
)
def test_a_seed_out_of_range_is_said_with_its_range(seed: int, said: str) -> None:
    answer = " ".join(holin("run", CASE, "--seed", seed, "--json").err.replace("│", " ").split())
    assert "'--seed'" in answer and said in answer


@pytest.mark.parametrize("error", [Infeasible("load D lacks 3 MW in 2 hours"), Mismatch("the hours differ")])
def test_a_foreseen_error_is_its_sentence_and_code_1(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, error)
    answer = holin("new", "x")
    assert (answer.code, answer.out, answer.err) == (1, "", f"{error}\n")
    assert holin("new", "x", "--json").json == {"error": type(error).__name__, "message": str(error), "faults": []}


def test_a_full_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, OSError(28, "No space left on device", "runs/x"))
    answer = holin("new", "x")
    assert (answer.code, answer.err) == (
        1,
        "runs/x: No space left on device; check the path, its permissions and the space left\n",
    )


def test_an_error_that_nobody_foresaw_asks_to_be_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("a bug [red]in brackets"))
    answer = holin("new", "x")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Holin did not foresee this error: ZeroDivisionError: a bug [red]in brackets\n")
    assert "HOLIN_TRACEBACK=1" in answer.err and "Traceback" not in answer.err
    found = holin("new", "x", "--json")
    assert found.json == {
        "error": "ZeroDivisionError", "message": "ZeroDivisionError: a bug [red]in brackets", "faults": [],
    }  # fmt: skip
    assert found.err == ""


def test_holin_traceback_shows_where_it_arose(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("a bug"))
    monkeypatch.setenv("HOLIN_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError, match="a bug"):
        holin("new", "x")


def test_an_interrupt_is_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    answer = holin("new", "x")
    assert answer.code == 130 and "Traceback" not in answer.err


# ---- as a process -----------------------------------------------------------------------------------------------


def test_the_process_ends_with_the_same_codes_and_traces_back_when_asked(process: Process) -> None:
    assert process("--version").stdout.strip() == package.__version__
    failed = process("provenance", "nowhere")
    assert (failed.returncode, failed.stdout) == (1, "") and "Traceback" not in failed.stderr
    traced = process("provenance", "nowhere", HOLIN_TRACEBACK="1")
    assert traced.returncode == 1 and "Traceback" in traced.stderr and "BadInput" in traced.stderr
    as_json = process("provenance", "nowhere", "--json", PYTHONUTF8="1")
    assert json.loads(as_json.stdout)["error"] == "BadInput" and as_json.stderr == ""


def test_help_does_not_wait_for_the_rooms() -> None:
    code = "import sys, holin.cli; print([m for m in ('numpy', 'pandas', 'xarray', 'highspy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# ---- words and figures ------------------------------------------------------------------------------------------


def test_every_text_stands_in_both_languages_with_the_same_blanks_to_fill() -> None:
    def fields(words: str) -> set[str]:
        return {part.partition("}")[0].partition(":")[0] for part in words.split("{")[1:]}

    for key, (english, chinese) in TEXTS.items():
        assert english and fields(english) == fields(chinese), key
        assert not chinese.isascii(), key
    assert text("check.good", "en") != text("check.good", "zh")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(1234567.89, 1, "1\u2009234\u2009567.9"), (-0.0001, 2, "0.00"), (-0.0, 1, "0.0"), (-1.25, 1, "-1.2"),
     (math.nan, 1, "–"), (math.inf, 1, "–"), (None, 1, "–"), (0.5, 0, "0")],
)  # fmt: skip
def test_a_figure_for_people(value: float | None, digits: int, shown: str) -> None:
    assert figure(value, digits) == shown


def test_a_ratio_for_people() -> None:
    assert [percent(v) for v in (0.65, -1e-9, None, math.nan)] == ["65.0 %", "0.0 %", "–", "–"]
    assert percent(138 / 923, 2) == "14.95 %"


@pytest.mark.parametrize(
    ("values", "step", "digits"),
    [([], 1, 3), ([0.0], 1, 3), ([60.0, 0.04], 1, 2), ([999.0], 1, 1), ([-1000.0, 3.0], 1e3, 3), ([25e3], 1e3, 2),
     ([400e3], 1e3, 1), ([1e6], 1e6, 3), ([4e9], 1e6, 1), ([math.nan, 5.0], 1, 3)],
)  # fmt: skip
def test_the_unit_is_chosen_by_the_largest_amount(values: list[float], step: float, digits: int) -> None:
    assert scaled(values) == (step, digits)


@given(st.floats(1e-3, 1e12))
def test_the_largest_amount_always_shows_some_digits(value: float) -> None:
    step, digits = scaled([value])
    assert float(figure(value / step, digits).replace("\u2009", "")) == pytest.approx(value / step, rel=0.5, abs=6e-4)
    assert figure(value / step, digits).strip("0.") or value < 1e-2


def test_json_has_null_for_what_is_not_finite() -> None:
    given_ = {"a": math.nan, "b": [1.0, -math.inf, (np.float64("nan"), np.int64(3))], "c": "NaN", "d": True}
    assert finite(given_) == {"a": None, "b": [1.0, None, [None, 3]], "c": "NaN", "d": True}
    json.dumps(finite(given_), allow_nan=False)


def test_json_has_no_minus_nothing() -> None:
    assert (
        json.dumps(finite({"export": -0.0, "list": [np.float64(-0.0), -1.0]})) == '{"export": 0.0, "list": [0.0, -1.0]}'
    )


@pytest.mark.parametrize(
    ("values", "figures", "digits"),
    [([0.0417, 0.002], 3, 4), ([0.4, -12.0], 3, 1), ([1234.0], 3, 0), ([1234.0], 4, 0), ([0.2804], 4, 4), ([], 3, 1)],
)
def test_as_many_decimals_as_the_largest_value_needs(values: list[float], figures: int, digits: int) -> None:
    assert digits_for(values, figures) == digits
