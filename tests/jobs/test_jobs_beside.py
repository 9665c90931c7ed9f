"""One process that stays: the newest question first, the same one answered once, errors told, a death survived."""

import os
import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest

from holin.jobs import Beside, Died


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
