"""What the tests of jobs ask of outcomes and processes."""

import os
import time
from collections.abc import Callable

from holin.jobs import Outcome, read_results


def numbers(count: int) -> dict[str, dict[str, int]]:
    return {f"n{n:02d}": {"number": n} for n in range(count)}


def squares(outcome: Outcome) -> list[int]:
    return [r.result["square"] for r in read_results(outcome.folder, outcome.done) if r.result]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)
