"""The sweeps over stages, compiled: factor, forward, backward, and the product. Lanes are segments of time that run
side by side; what belongs to a stage's unknown stands at (stage * unknowns + unknown, lane)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from holin.kernel.compiling import compiled
from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.program import GROUP_MAX, Program
from holin.kernel.vectors import LANES, inverse, less, load, minus, more, nothing, plus, store, times

NODES_MAX = 1024
"""Most nodes that may be left after one pivot."""


class Factor(NamedTuple):
    """The factor of all stages, one after the other: (entry, lane), and the inverse pivots (stage, pivot, lane)."""

    entry: Floats
    inverse: Floats


@compiled(by_python=False)
def _class_of(k: int, stages: int) -> int:
    if k == 0:
        return 0
    return 2 if k == stages - 1 else 1


@compiled(by_python=False)
def _first_of(k: int, first: int, middle: int) -> int:
    """Return where stage k begins in what the first and each middle stage have so much of."""
    return 0 if k == 0 else first + (k - 1) * middle


def rows_of(stages: int, sizes: Columns) -> int:
    """Return how many rows all stages have where `sizes` (class,) has those of one."""
    return int(sizes[0] + (stages - 2) * sizes[1] + sizes[2])


@compiled(by_python=False)
def _eliminate(
    program: Program, which: int, values: Floats, factor: Floats, first: int, inverses: Floats, panel: Floats
) -> None:
    """Eliminate a stage's unknowns: `values` (slot, lane) hold it, `factor` from `first` on and `inverses` take what
    comes of it.

    `panel` (node, pivot, lane) holds a group's rows before they are divided by their pivots.
    """
    pivots, shift = program.pivot[program.group[which]], first - program.entry[program.group[which]]
    for g in range(program.group[which], program.group[which + 1]):
        begin, size = program.pivot[g] - pivots, program.pivot[g + 1] - program.pivot[g]
        rest = program.rest[g + 1] - program.rest[g]
        inside, at = program.entry[g] + shift, program.row[g]
        within = inside + (size * (size - 1) // 2 if program.joined[g] else 0)
        for p in range(size):
            pivot = load(values, program.slot[at])
            at += 1
            if program.joined[g]:
                for q in range(p):
                    before = inside + q * (2 * size - q - 1) // 2 + p - q - 1
                    pivot = less(pivot, load(factor, before), load(panel, (rest + p) * size + q))
            d = inverse(pivot)
            store(inverses, begin + p, d)
            if program.joined[g]:
                for later in range(p + 1, size):
                    entry = load(values, program.slot[at])
                    at += 1
                    for q in range(p):
                        before = inside + q * (2 * size - q - 1) // 2 + p - q - 1
                        entry = less(entry, load(factor, before), load(panel, (rest + later) * size + q))
                    store(panel, (rest + later) * size + p, entry)
                    store(factor, inside + p * (2 * size - p - 1) // 2 + later - p - 1, times(entry, d))
            for e in range(rest):
                entry = load(values, program.slot[at])
                at += 1
                if program.joined[g]:
                    for q in range(p):
                        before = inside + q * (2 * size - q - 1) // 2 + p - q - 1
                        entry = less(entry, load(factor, before), load(panel, e * size + q))
                store(panel, e * size + p, entry)
                store(factor, within + e * size + p, times(entry, d))
        taken = program.pair[g]
        for e in range(rest):
            row = within + e * size
            for f in range(e, rest):
                value, column = load(values, program.target[taken]), f * size
                for p in range(size):
                    value = less(value, load(factor, row + p), load(panel, column + p))
                store(values, program.target[taken], value)
                taken += 1


@compiled()
def factorise(
    program: Program, slots: int, border_slots: int, given: Floats, diagonal: Floats, factor: Factor
) -> Floats:
    """Fill `factor` from the coefficients `given` (coefficient, lane), stage after stage, and the `diagonal` (stage,
    unknown, lane).

    Return what the stages leave to the border, (border slot, lane).
    """
    stages, unknowns, _ = diagonal.shape
    entries, coefficients = program.entry[program.group], program.given
    values, panel = np.zeros((slots, LANES)), np.empty((NODES_MAX * GROUP_MAX, LANES))
    left = np.zeros((program.outgoing.shape[1], LANES))
    for k in range(stages):
        which = _class_of(k, stages)
        values[border_slots:] = 0.0
        for g in range(program.group[which], program.group[which + 1]):
            at = program.row[g]
            size, rest = program.pivot[g + 1] - program.pivot[g], program.rest[g + 1] - program.rest[g]
            for p in range(size):
                own = load(diagonal, k * unknowns + program.order[program.pivot[g] + p])
                store(values, program.slot[at], own)
                at += 1 + rest + (size - p - 1 if program.joined[g] else 0)
        at = _first_of(k, coefficients[1], coefficients[2] - coefficients[1])
        for c in range(coefficients[which], coefficients[which + 1]):
            slot = program.given_slot[c]
            store(values, slot, plus(load(values, slot), load(given, at)))
            at += 1
        if k > 0:
            for c in range(len(left)):
                slot = program.incoming[which, c]
                store(values, slot, plus(load(values, slot), load(left, c)))
        first = _first_of(k, entries[1], entries[2] - entries[1])
        _eliminate(program, which, values, factor.entry, first, factor.inverse[k], panel)
        for c in range(len(left)):
            store(left, c, load(values, program.outgoing[which, c]))
    return values[:border_slots]


@compiled()
def forward(program: Program, links: Columns, factor: Factor, values: Floats, border: Floats) -> None:
    """Take a right-hand side through the stages: `values` (stage, unknown, lane) and `border` (node, lane) change."""
    stages, unknowns, _ = values.shape
    first_border = unknowns + len(links)
    entries, lower = program.entry[program.group], factor.entry
    place = np.arange(first_border)
    place[unknowns:] = links + unknowns
    for k in range(stages):
        which, base = _class_of(k, stages), k * unknowns
        at = _first_of(k, entries[1], entries[2] - entries[1])
        for g in range(program.group[which], program.group[which + 1]):
            begin, size = program.pivot[g], program.pivot[g + 1] - program.pivot[g]
            if program.joined[g]:
                for p in range(size):
                    x = load(values, base + program.order[begin + p])
                    for q in range(p + 1, size):
                        u = base + program.order[begin + q]
                        store(values, u, less(load(values, u), load(lower, at), x))
                        at += 1
            for e in range(program.rest[g], program.inner[g]):
                u = base + place[program.node[e]]
                y = load(values, u)
                for p in range(size):
                    y = less(y, load(lower, at), load(values, base + program.order[begin + p]))
                    at += 1
                store(values, u, y)
            for e in range(program.inner[g], program.rest[g + 1]):
                b = program.node[e] - first_border
                y = load(border, b)
                for p in range(size):
                    y = less(y, load(lower, at), load(values, base + program.order[begin + p]))
                    at += 1
                store(border, b, y)


@compiled()
def backward(program: Program, links: Columns, factor: Factor, values: Floats, border: Floats) -> None:
    """Go back through the stages with the border's solution: `values` become the solution."""
    stages, unknowns, _ = values.shape
    first_border = unknowns + len(links)
    entries, lower = program.entry[program.group], factor.entry
    place = np.arange(first_border)
    place[unknowns:] = links + unknowns
    known, sums = np.empty((NODES_MAX, LANES)), np.empty((GROUP_MAX, LANES))
    for k in range(stages - 1, -1, -1):
        which, base = _class_of(k, stages), k * unknowns
        shift = _first_of(k, entries[1], entries[2] - entries[1]) - entries[which]
        inverses = base - program.pivot[program.group[which]]
        for g in range(program.group[which + 1] - 1, program.group[which] - 1, -1):
            begin, size, inside = program.pivot[g], program.pivot[g + 1] - program.pivot[g], program.entry[g] + shift
            rest, at = program.rest[g + 1] - program.rest[g], inside
            at += size * (size - 1) // 2 if program.joined[g] else 0
            inner = program.inner[g] - program.rest[g]
            for e in range(inner):
                store(known, e, load(values, base + place[program.node[program.rest[g] + e]]))
            for e in range(inner, rest):
                store(known, e, load(border, program.node[program.rest[g] + e] - first_border))
            whole = size - size % 4
            if size % 4 == 1:  # four sums side by side: one would wait for itself
                x, x1, x2, x3 = nothing(), nothing(), nothing(), nothing()
                for e in range(rest - 4, -1, -4):
                    z = at + e * size + whole
                    x3 = more(x3, load(lower, z + 3 * size), load(known, e + 3))
                    x2 = more(x2, load(lower, z + 2 * size), load(known, e + 2))
                    x1 = more(x1, load(lower, z + size), load(known, e + 1))
                    x = more(x, load(lower, z), load(known, e))
                for e in range(rest % 4 - 1, -1, -1):
                    x = more(x, load(lower, at + e * size + whole), load(known, e))
                store(sums, whole, plus(plus(x, x1), plus(x2, x3)))
            elif size % 4 > 1:
                x, x1, x2 = nothing(), nothing(), nothing()
                third = size % 4 == 3
                for e in range(rest - 1, -1, -1):
                    z, y = at + e * size + whole, load(known, e)
                    x = more(x, load(lower, z), y)
                    x1 = more(x1, load(lower, z + 1), y)
                    if third:
                        x2 = more(x2, load(lower, z + 2), y)
                store(sums, whole, x)
                store(sums, whole + 1, x1)
                if third:
                    store(sums, whole + 2, x2)
            for p in range(0, whole, 4):
                x, x1, x2, x3 = nothing(), nothing(), nothing(), nothing()
                for e in range(rest - 1, -1, -1):
                    z, y = at + e * size + p, load(known, e)
                    x3 = more(x3, load(lower, z + 3), y)
                    x2 = more(x2, load(lower, z + 2), y)
                    x1 = more(x1, load(lower, z + 1), y)
                    x = more(x, load(lower, z), y)
                store(sums, p, x)
                store(sums, p + 1, x1)
                store(sums, p + 2, x2)
                store(sums, p + 3, x3)
            for p in range(size - 1, -1, -1):
                u = base + program.order[begin + p]
                x = times(load(values, u), load(factor.inverse, inverses + begin + p))
                x = minus(x, load(sums, p))
                if program.joined[g]:
                    row = inside + p * (2 * size - p - 1) // 2
                    for q in range(p + 1, size):
                        x = less(x, load(lower, row + q - p - 1), load(values, base + program.order[begin + q]))
                store(values, u, x)


@compiled()
def multiply(
    program: Program, links: Columns, given: Floats, values: Floats, border: Floats, product: Floats,
    product_border: Floats,
) -> None:  # fmt: skip
    """Add the coefficients' product with `values` and `border` to `product` (stage, unknown, lane) and
    `product_border` (node, lane): A'y at columns, A x at rows."""
    stages, unknowns, _ = values.shape
    first_border = unknowns + len(links)
    place = np.arange(first_border)
    place[unknowns:] = links + unknowns
    at = 0
    for k in range(stages):
        which, base = _class_of(k, stages), k * unknowns
        for c in range(program.given[which], program.given_inner[which]):
            a, b, g = base + place[program.low[c]], base + place[program.high[c]], load(given, at)
            store(product, a, more(load(product, a), g, load(values, b)))
            store(product, b, more(load(product, b), g, load(values, a)))
            at += 1
        for c in range(program.given_inner[which], program.given[which + 1]):
            a, b, g = base + place[program.low[c]], program.high[c] - first_border, load(given, at)
            store(product, a, more(load(product, a), g, load(border, b)))
            store(product_border, b, more(load(product_border, b), g, load(values, a)))
            at += 1
