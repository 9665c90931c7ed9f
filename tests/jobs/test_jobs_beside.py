"""One process that stays: the newest question first, the same one answered once, errors told, a death survived."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from holin.jobs import Beside, Closed, Died


def told(*, value: int, wait_s: float = 0.0) -> Mapping[str, Any]:
    time.sleep(wait_s)
    if value < 0:
        raise ValueError(f"{value} is below zero")
    if value == 13:
        os._exit(3)
    return {"twice": 2 * value, "process": os.getpid()}


def test_answers_come_from_one_warm_process_and_each_question_is_asked_once() -> None:
    beside = Beside()
    first = beside.ask(1, told, {"value": 1}).result(60)
    again = beside.ask(2, told, {"value": 2}).result(60)
    assert (first["twice"], again["twice"]) == (2, 4)
    assert first["process"] == again["process"] != os.getpid()
    assert beside.ask(1, told, {"value": 1}) is beside.ask(1, told, {"value": 1})


def test_what_was_asked_for_last_is_answered_first() -> None:
    beside, order, lock = Beside(), [], threading.Lock()
    beside.ask("warm", told, {"value": 0, "wait_s": 0.5})
    time.sleep(0.1)  # it is being answered while the others come

    def note(name: str) -> None:
        with lock:
            order.append(name)

    for name in "abc":
        beside.ask(name, told, {"value": 1}).add_done_callback(lambda _, name=name: note(name))
    beside.ask("a", told, {"value": 1}).result(60)
    beside.ask("b", told, {"value": 1}).result(60)
    assert order == ["a", "c", "b"], "one that waits comes first again when it is asked for again"


def test_an_error_is_told_and_a_death_is_tried_again() -> None:
    beside = Beside()
    with pytest.raises(ValueError, match="-1 is below zero"):
        beside.ask("bad", told, {"value": -1}).result(60)
    with pytest.raises(Died):
        beside.ask("dead", told, {"value": 13}).result(60)
    assert beside.ask("dead", told, {"value": 5}).result(60)["twice"] == 10


def test_it_ends_when_nobody_asks_and_begins_anew() -> None:
    beside = Beside(idle_s=0.2)
    first = beside.ask(1, told, {"value": 1}).result(60)["process"]
    deadline = time.monotonic() + 30
    while beside._process is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert beside._process is None
    assert beside.ask(2, told, {"value": 2}).result(60)["process"] != first


def test_what_is_forgotten_is_worked_out_again() -> None:
    beside = Beside()
    first = beside.ask(1, told, {"value": 1})
    beside.forget(1)  # nothing: it is not there yet
    assert beside.ask(1, told, {"value": 1}) is first
    first.result(60)
    beside.forget(1)
    beside.forget("never asked")
    assert beside.ask(1, told, {"value": 1}) is not first
    beside.close()


def test_closing_ends_the_process_and_tells_all_who_wait() -> None:
    beside = Beside()
    process = beside.ask("warm", told, {"value": 1}).result(60)["process"]
    asked = [beside.ask(k, told, {"value": 1, "wait_s": 600.0}) for k in range(3)]
    time.sleep(0.2)
    began = time.monotonic()
    beside.close()
    assert time.monotonic() - began < 60
    for answer in [*asked, beside.ask("later", told, {"value": 1})]:
        with pytest.raises(Closed):
            answer.result(0)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    beside.close()  # a second time is nothing


STOPPED_WHILE_IT_STARTS = """
import signal, sys, time
from holin.jobs import Beside

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)  # a server's
    beside = Beside()
    beside.ask(1, time.sleep, {})
    time.sleep(float(sys.argv[1]))
    print("interrupt me", flush=True)
    time.sleep(float(sys.argv[1]) + 0.1)
    beside.close()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.03, 0.1])
def test_an_interrupt_while_the_process_starts_leaves_no_trace(after_s: float, tmp_path: Path) -> None:
    """Ctrl-C of a terminal reaches the whole group, at whatever its processes are."""
    script = tmp_path / "stopped.py"
    script.write_text(STOPPED_WHILE_IT_STARTS)
    with subprocess.Popen(
        [sys.executable, str(script), str(after_s)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
