"""Ctrl-C in real processes: one line that says what is kept, the exit code 130, and no traceback."""

import dataclasses
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_answers import holin

from holin.cli.stopping import ended_if_stuck, stopped_words
from holin.park import Candidate, Choice
from holin.parkfile import example_park, write_park

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to a group")

YEAR, PLACE = ("--years", "2028"), ("--bus", "b-main", "--load", "5", "--date", "2026-07-01")
DAY = ("--years", "2028", "--start", "2028-03-02", "--end", "2028-03-03")
LOADS = '[[factor]]\nquantity = "load"\ndistribution = "uniform"\nlow = 0.9\nhigh = 1.1\n'
PATIENCE_S = 120.0

Process = subprocess.Popen[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example park, more wind on offer, and a scenario file."""
    where = tmp_path_factory.mktemp("stopping")
    wind = Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=60.0)
    write_park(dataclasses.replace(example_park("example"), candidates=(wind,)), where / "park")
    (where / "loads.toml").write_text(f'name = "loads"\n{LOADS}', encoding="utf-8")
    return where


@contextmanager
def started(*arguments: object) -> Iterator[Process]:
    """A process in a group of its own, as a terminal's command is; killed where it does not end."""
    command = [sys.executable, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    process = subprocess.Popen(command, start_new_session=True, env=os.environ | {"PYTHONUTF8": "1"}, **pipes)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def interrupted(process: Process) -> str:
    """Press Ctrl-C: it reaches the whole group. Return what the process said on stderr, having ended with 130."""
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, err
    assert out == ""
    return err


@pytest.mark.parametrize(
    ("command", "module", "language", "said"),
    [
        ("plan", "holin.twin.plan_folder", "en", "Stopped before its end; nothing is kept."),
        ("plan", "holin.twin.plan_folder", "zh", "已中断；不保留任何结果。"),
        ("frontier", "holin.twin.frontier", "en", "Stopped before its end; nothing is kept."),
        ("connect", "holin.twin.connect", "en", "Stopped before its end; what was not yet written is lost."),
    ],
)
def test_a_command_says_in_one_line_that_it_was_stopped(
    folder: Path, tmp_path: Path, command: str, module: str, language: str, said: str
) -> None:
    """Python tells its imports: once the command has taken in what it works with, it is at work, and is stopped."""
    asked = (
        folder / "park",
        "-o",
        tmp_path / "made",
        "--language",
        language,
        *(PLACE if command == "connect" else YEAR),
    )
    with started("-X", "importtime", "-m", "holin", command, *asked) as process:
        assert process.stderr is not None
        assert any(line.rstrip().endswith(f" {module}") for line in process.stderr), "it ended before it was at work"
        told = interrupted(process)
    assert [line for line in told.splitlines() if not line.startswith("import time:")] == [said]
    assert not (tmp_path / "made").exists()


def test_a_sweep_says_what_stands_and_the_same_line_goes_on(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    line = ("sweep", folder / "park", "--scenarios", folder / "loads.toml", *DAY, "--workers", "1", "-o", made)
    with started("-m", "holin", *line, "--draws", "64", "--language", "en") as process:
        ends = time.monotonic() + PATIENCE_S
        while not list(made.glob("s*.json")) and process.poll() is None and time.monotonic() < ends:
            time.sleep(0.02)
        told = interrupted(process)
    [count] = re.findall(r"Stopped before its end; the results of (\d+) scenarios stand in ", told)
    stand = sorted(file.name for file in made.glob("s*.json"))
    assert told.count("\n") == 1 and str(made) in told and "the same command goes on from there" in told
    assert 1 <= int(count) == len(stand) < 64
    again = holin(*line, "--draws", "8", "--json").json
    assert again["done"] == 8 and again["kept"] == len([name for name in stand if name <= "s00008.json"])


STUCK = """
import hashlib, sys
from holin.cli.stopping import stoppable

def plan(*, language, out_folder):
    print("at work", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"deaf", b"as a solver", 2_000_000_000)  # about an hour without a word

stoppable(plan)(language="en", out_folder=None)
"""


def test_a_solver_that_does_not_hear_is_left_where_it_is() -> None:
    with started("-c", STUCK) as process:
        assert process.stdout is not None and process.stdout.readline() == "at work\n"
        time.sleep(1.0)  # until it hears no more
        told = interrupted(process)
    assert told == "Stopped before its end; nothing is kept.\n"


def test_a_folder_that_was_begun_is_not_taken_for_whole(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{")
    given = {"language": "en", "out_folder": tmp_path}
    assert "is not whole: remove it" in stopped_words("plan", given)
    assert "请删除" in stopped_words("alternatives", given | {"language": "zh"})
    assert stopped_words("connect", given) == "Stopped before its end; what was not yet written is lost."
    assert "the results of 0 scenarios" in stopped_words("sweep", given | {"out_folder": tmp_path / "none"})


def test_nothing_is_left_behind_by_a_command_that_ends() -> None:
    before = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before)
    with ended_if_stuck(lambda: None):
        assert signal.set_wakeup_fd(-1) != before
    assert signal.set_wakeup_fd(before) == before
