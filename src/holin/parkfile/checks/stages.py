"""Stages between which nothing is built or retired need one look; a fault then names all of them."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice

from holin.errors import Fault
from holin.parkfile.draft import Draft
from holin.parkfile.hints import listed
from holin.parkfile.limits import FAULTS_OF_ONE_SORT


def faults_at_stages(draft: Draft, faults_at: Callable[[Draft, date], Iterable[Fault]]) -> list[Fault]:
    """Return what `faults_at` finds on the stages' dates, each fault once with the stages at which it stands."""
    found: dict[tuple[str, int | None, str | None, str, str], tuple[Fault, list[str]]] = {}
    for day, stages in _alike(draft):
        for fault in islice(faults_at(draft, day), FAULTS_OF_ONE_SORT):
            key = (fault.file, fault.row, fault.field, fault.value or "", fault.severity)
            found.setdefault(key, (fault, []))[1].extend(stages)
    return [_at(fault, stages) for fault, stages in found.values()]


def _alike(draft: Draft) -> Iterable[tuple[date, list[str]]]:
    """Return a date and the names of each run of stages at which the same things stand."""
    changes = sorted({d for row in draft.rows() for d in (row.get("built"), row.get("retired")) if d})
    stages: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for stage, day in draft.dates():
        stages[bisect_right(changes, day)].append((stage, day))
    return [(alike[0][1], [name for name, _ in alike]) for alike in stages.values()]


def _at(fault: Fault, stages: list[str]) -> Fault:
    where = f"at {'stage' if len(stages) == 1 else 'stages'} {listed(stages)}"
    return dataclasses.replace(fault, problem=f"{where}, {fault.problem}")
