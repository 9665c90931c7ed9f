"""Costly answers are made aside, in a process of its own, and kept: a year's sums hold no other reader up."""

from __future__ import annotations

import json
from typing import Any

from holin.jobs import Closed, Died
from holin.jobs.beside import Question
from holin.jobs.plain import plain
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem

SHORT_H = 1000
"""A run of no more intervals is worked through at once: the process would take longer to start."""


def is_short(known: KnownRun) -> bool:
    """Return whether what a run is asked for takes a moment only."""
    assert known.span is not None
    return known.span.intervals <= SHORT_H


def aside(library: Library, known: KnownRun, key: tuple[object, ...], make: Question, **arguments: Any) -> Any:
    """Return what `make`, a function of a module, returns for plain arguments; `key` says all that it is made from."""
    if is_short(known):
        return make(**arguments)
    return json.loads(library.lasting(key, lambda: json.dumps(plain(_asked(library, key, make, arguments))).encode()))


def _asked(library: Library, key: tuple[object, ...], make: Question, arguments: dict[str, Any]) -> Any:
    try:
        return library.costly.ask(key, make, arguments).result()
    except Closed as error:
        raise HttpProblem(503, "stopping", "the server is being stopped; ask again when it runs") from error
    except Died:
        return make(**arguments)  # it was killed, for memory perhaps; the next to ask gets a new one
    finally:
        library.costly.forget(key)  # who asks next finds it on the shelf, or has it tried again
