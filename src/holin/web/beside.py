"""What stands beside a run: its ledger, passports and catalogue, found by their names or said when it is served.

Beside the run folder NAME stand the ledger NAME.ledger (with .head, .key and .allotments), the folder NAME.passports of
signed passports and the folder NAME.hall of a catalogue; production records stand within, in NAME/production.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from holin.errors import BadInput, HolinError
from holin.web.library import KnownRun
from holin.web.named import HALL, LEDGER, PASSPORTS
from holin.web.places import stamp_of
from holin.web.problems import HttpProblem

OF_A_LEDGER = ("", ".head", ".allotments", "-wal")
"""What of a ledger changes when something is written; its key is none of it."""

MADE_BY = {
    LEDGER: "holin certificates issue {run} --ledger {run}.ledger",
    PASSPORTS: "holin passport {run} --ledger {run}.ledger --out {run}.passports",
    HALL: "holin catalogue demo {run} --out {run}.hall",
}
"""Which command makes what is missing."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A file or folder beside a run, and a hash that changes when it does."""

    path: Path
    stamp: str


def beside(known: KnownRun, kind: str) -> Beside | None:
    """Return what stands beside a run under the ending `kind`; None where nothing does."""
    path = known.named.get(kind) or known.path.with_name(known.path.name + kind)
    try:
        if kind == LEDGER:
            return Beside(path=path, stamp=_state(path)) if path.is_file() else None
        return Beside(path=path, stamp=stamp_of(path)) if path.is_dir() else None
    except OSError:
        return None  # it went away meanwhile


def needed(known: KnownRun, kind: str) -> Beside:
    """Return what stands beside a run; raises HttpProblem (404) that says how it is made."""
    found = beside(known, kind)
    if found is None:
        how = command_for(known, kind)
        raise HttpProblem(404, "not-made", f"beside the run stands no {known.path.name}{kind}; `{how}` makes it")
    return found


def command_for(known: KnownRun, kind: str) -> str:
    """Return which command makes what may stand beside a run."""
    return MADE_BY[kind].format(run=known.path.name)


def stamp_beside(known: KnownRun, kind: str) -> str:
    """Return the hash of what stands beside a run, "" where nothing does."""
    found = beside(known, kind)
    return found.stamp if found else ""


def _state(path: Path) -> str:
    told = hashlib.sha256()
    for ending in OF_A_LEDGER:
        file = path.with_name(path.name + ending)
        if file.is_file():
            state = file.stat()
            told.update(f"{ending}|{state.st_mtime_ns} {state.st_size}\n".encode())
    return told.hexdigest()


@contextmanager
def named_from(known: KnownRun) -> Iterator[None]:
    """Say what is wrong with something beside a run as a conflict (409), its files named from the run's folder on."""
    parents = {f"{path.parent}/" for path in (known.path, *known.named.values())}
    where = re.compile("|".join(map(re.escape, sorted(parents, key=len, reverse=True))))
    try:
        yield
    except HttpProblem:
        raise
    except BadInput as error:
        faults = [replace(f, file=where.sub("", f.file)) for f in error.faults]
        raise HttpProblem(409, "unfit", f"{faults[0].file}: {faults[0].problem}", faults) from error
    except HolinError as error:
        raise HttpProblem(409, "unfit", where.sub("", str(error).splitlines()[0])) from error
