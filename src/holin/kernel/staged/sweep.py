"""The sweeps over stages, compiled: factor, forward, backward. Lanes are segments of time that run side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from holin.kernel.compiling import FASTMATH, compiled
from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.program import Program

LANES = 8
"""Segments side by side: one register of eight, two of four."""

ENTRIES_MAX = 1024
"""Most entries that one pivot may have."""


class Factor(NamedTuple):
    """The factor of all stages: (stage, entry, lane) of the first, the middle and the last ones, and the inverse pivots
    (stage, pivot, lane)."""

    first: Floats
    middle: Floats
    last: Floats
    inverse: Floats


@compiled(by_python=False)
def _class_of(k: int, stages: int) -> int:
    if k == 0:
        return 0
    return 2 if k == stages - 1 else 1


@compiled(by_python=False)
def _of(parts: tuple[Floats, Floats, Floats], k: int, stages: int) -> Floats:
    """Return the part of stage k of what is kept apart for the first, the middle and the last stages."""
    part: Floats = parts[0][0]
    if k == stages - 1:
        part = parts[2][0]
    elif k > 0:
        part = parts[1][k - 1]
    return part


@compiled(by_python=False, fastmath=FASTMATH)
def _eliminate(program: Program, values: Floats, factor: Floats, inverse: Floats, pivots: Floats) -> None:
    """Eliminate a stage's unknowns: `values` (slot, lane) hold it, `factor` and `inverse` take what comes of it."""
    taken = 0
    for q in range(len(program.order)):
        diagonal = program.diagonal[program.order[q]]
        begin, end = program.entry[q], program.entry[q + 1]
        for j in range(LANES):
            inverse[q, j] = 1.0 / values[diagonal, j]
        for e in range(begin, end):
            slot = program.slot[e]
            for j in range(LANES):
                pivots[e - begin, j] = values[slot, j]
                factor[e, j] = values[slot, j] * inverse[q, j]
        for e in range(begin, end):
            for f in range(e - begin, end - begin):
                slot = program.target[taken]
                taken += 1
                for j in range(LANES):
                    values[slot, j] -= factor[e, j] * pivots[f, j]


@compiled()
def factorise(
    programs: tuple[Program, Program, Program],
    slots: int,
    border_slots: int,
    given: tuple[Floats, Floats, Floats],
    diagonal: Floats,
    factor: Factor,
) -> Floats:
    """Fill `factor` from the coefficients `given` (stage, coefficient, lane) and the `diagonal` (stage, unknown, lane).

    Return what the stages leave to the border, (border slot, lane).
    """
    stages = diagonal.shape[0]
    parts = (factor.first, factor.middle, factor.last)
    values, pivots = np.zeros((slots, LANES)), np.empty((ENTRIES_MAX, LANES))
    left = np.zeros((len(programs[0].outgoing), LANES))
    for k in range(stages):
        program, coefficients = programs[_class_of(k, stages)], _of(given, k, stages)
        values[border_slots:] = 0.0
        for u in range(len(program.diagonal)):
            for j in range(LANES):
                values[program.diagonal[u], j] = diagonal[k, u, j]
        for c in range(len(program.given)):
            for j in range(LANES):
                values[program.given[c], j] += coefficients[c, j]
        for c in range(len(program.incoming)):
            for j in range(LANES):
                values[program.incoming[c], j] += left[c, j]
        _eliminate(program, values, _of(parts, k, stages), factor.inverse[k], pivots)
        for c in range(len(program.outgoing)):
            for j in range(LANES):
                left[c, j] = values[program.outgoing[c], j]
    return values[:border_slots]


@compiled()
def forward(
    programs: tuple[Program, Program, Program], links: Columns, factor: Factor, values: Floats, border: Floats
) -> None:
    """Take a right-hand side through the stages: `values` (stage, unknown, lane) and `border` (node, lane) change."""
    stages, unknowns, _ = values.shape
    first_border = unknowns + len(links)
    parts = (factor.first, factor.middle, factor.last)
    work = np.zeros((first_border + len(border), LANES))
    left = np.zeros((len(links), LANES))
    for k in range(stages):
        program, lower = programs[_class_of(k, stages)], _of(parts, k, stages)
        work[:unknowns] = values[k]
        work[unknowns:] = 0.0
        for r in range(len(links)):
            for j in range(LANES):
                work[links[r], j] += left[r, j]
        for q in range(len(program.order)):
            pivot = program.order[q]
            for e in range(program.entry[q], program.entry[q + 1]):
                node = program.node[e]
                for j in range(LANES):
                    work[node, j] -= lower[e, j] * work[pivot, j]
        values[k] = work[:unknowns]
        left[:] = work[unknowns:first_border]
        border += work[first_border:]


@compiled()
def backward(
    programs: tuple[Program, Program, Program], links: Columns, factor: Factor, values: Floats, border: Floats
) -> None:
    """Go back through the stages with the border's solution: `values` become the solution."""
    stages, unknowns, _ = values.shape
    first_border = unknowns + len(links)
    parts = (factor.first, factor.middle, factor.last)
    work = np.zeros((first_border + len(border), LANES))
    work[first_border:] = border
    for k in range(stages - 1, -1, -1):
        program, lower = programs[_class_of(k, stages)], _of(parts, k, stages)
        for r in range(len(links)):
            for j in range(LANES):
                work[unknowns + r, j] = values[k + 1, links[r], j] if k < stages - 1 else 0.0
        for q in range(len(program.order) - 1, -1, -1):
            pivot = program.order[q]
            for j in range(LANES):
                work[pivot, j] = values[k, pivot, j] * factor.inverse[k, q, j]
            for e in range(program.entry[q], program.entry[q + 1]):
                node = program.node[e]
                for j in range(LANES):
                    work[pivot, j] -= lower[e, j] * work[node, j]
        values[k] = work[:unknowns]
