"""Proportional sharing of a block of states at once, states as SIMD lanes: load, find dead ends, eliminate, solve.

Nothing is ever subtracted: see `holin.kernel.sharing`. Nodes are places in the elimination order. All arrays of a block
are flat in their lanes: (label, lane) or (place, source group, lane).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import compiled, register_jitable
from holin.kernel.lanes.system import Fill
from holin.kernel.vectors import (
    LANES,
    gathered,
    kept,
    load,
    minus,
    more,
    nothing,
    one,
    part,
    plus,
    positive,
    sent,
    store,
    times,
)

Real = NDArray[np.float64]
Index = NDArray[np.int64]

AT_ONCE = 8
"""Groups of sources that are solved side by side: each entry of the factors is read once for all of them."""


class Branches(NamedTuple):
    """Branches in the order in which dead ends are sought: `column` is each one's column in the table of flows.

    `place_from`, `place_to` are its ends, `slot_forward` the slot of the entry (to, from), `slot_backward` of
    (from, to).
    """

    column: Index
    place_from: Index
    place_to: Index
    slot_forward: Index
    slot_backward: Index


class Sources(NamedTuple):
    """Sources by groups: group r has those of `start[r] .. start[r + 1]`, each with its column and place."""

    start: Index
    column: Index
    place: Index


class Sinks(NamedTuple):
    """Sinks: each one's place and which `draw` it belongs to; a draw is all of one group at one place.

    Draws stand by groups, `start[g] .. start[g + 1]`, with their places in `draw_place`. `needed` are the places whose
    shares the draws depend on, falling.
    """

    place: Index
    draw: Index
    draw_place: Index
    start: Index
    needed: Index


class Flows(NamedTuple):
    """Power in every state: `p_from`, `p_to` (state, branch) into each end, `source`, `sink` (state, label) >= 0."""

    p_from: Real
    p_to: Real
    source: Real
    sink: Real


class Results(NamedTuple):
    """What is written: `energy` (state, source group, sink group); the losses in the same shape where a group of sinks
    has several draws, else `ratio` (state, sink group), loss over energy, which is the same for all sources; `gross`
    (state, node) in places, if any; `stranded` (state, source group) what reaches no sink, `unfed` (state, sink group)
    what no source reaches."""

    energy: Real
    loss: Real
    ratio: Real
    gross: Real
    stranded: Real
    unfed: Real


@register_jitable(error_model="numpy")
def load_flows(
    branches: Branches, sinks: Sinks, flows: Flows, begin: int, last: int, no_flow: float, forward: Real,
    backward: Real, drawn: Real, leaving: Real,
) -> None:  # pragma: no cover  # fmt: skip
    """Write what each branch sends either way (branch,), what each draw takes and what leaves each place for good.

    Lanes behind the last state repeat it.
    """
    leaving[:] = 0.0
    drawn[:] = 0.0
    for b in range(len(branches.column)):
        p = gathered(flows.p_from, begin, last, branches.column[b])
        q = gathered(flows.p_to, begin, last, branches.column[b])
        store(forward, b, sent(p, q, no_flow))
        store(backward, b, sent(q, p, no_flow))
    for k in range(len(sinks.place)):
        power, d, i = gathered(flows.sink, begin, last, k), sinks.draw[k], sinks.place[k]
        store(drawn, d, plus(load(drawn, d), power))
        store(leaving, i, plus(load(leaving, i), power))


@register_jitable(error_model="numpy")
def find_dead_ends(
    branches: Branches, forward: Real, backward: Real, leaving: Real, there: Index, back: Index, reaches: Index
) -> None:  # pragma: no cover
    """Mark the places from which flow reaches a sink, one bit a lane, and stop what is sent to the others.

    Up and down the elimination order: two sweeps find all in a tree, loops may need more.
    """
    count = len(branches.column)
    for i in range(len(reaches)):
        reaches[i] = positive(load(leaving, i))
    for b in range(count):
        there[b], back[b] = positive(load(forward, b)), positive(load(backward, b))
    changed, up = 1, False
    while changed != 0:
        changed, up = 0, not up
        for z in range(count):
            b = z if up else count - 1 - z
            f, t = branches.place_from[b], branches.place_to[b]
            at_from, at_to = reaches[f], reaches[t]
            reaches[f] = at_from | (there[b] & at_to)
            reaches[t] = at_to | (back[b] & at_from)
            changed |= (reaches[f] ^ at_from) | (reaches[t] ^ at_to)
    for b in range(count):
        store(forward, b, kept(load(forward, b), reaches[branches.place_to[b]]))
        store(backward, b, kept(load(backward, b), reaches[branches.place_from[b]]))


@register_jitable(error_model="numpy")
def fill_values(
    branches: Branches, forward: Real, backward: Real, leaving: Real, values: Real
) -> None:  # pragma: no cover
    """Write column sums into the diagonal slots of `values` (slot,) and what is sent into the others."""
    values[: len(leaving)] = leaving
    values[len(leaving) :] = 0.0
    for b in range(len(branches.column)):
        s, r = branches.slot_forward[b], branches.slot_backward[b]
        store(values, s, plus(load(values, s), load(forward, b)))
        store(values, r, plus(load(values, r), load(backward, b)))


@register_jitable(error_model="numpy")
def eliminate(fill: Fill, values: Real) -> None:  # pragma: no cover
    """Turn the values into factors: inverse pivots (0 where nothing passes), pulls below them, links above.

    A pivot is its column sum and all that goes on from it; the column sums of the nodes that stand are carried along.
    """
    n = len(fill.start) - 1
    m = fill.start[n]
    for k in range(n):
        first, last = fill.start[k], fill.start[k + 1]
        leaves = load(values, k)
        pivot = leaves
        for p in range(first, last):
            pivot = plus(pivot, load(values, n + m + p))
        inverse = part(pivot)
        store(values, k, inverse)
        onward, t = times(leaves, inverse), fill.target_start[k]
        for p in range(first, last):
            pull = times(load(values, n + m + p), inverse)
            store(values, n + m + p, pull)
            for q in range(first, last):
                weight = onward if p == q else pull
                into = fill.target[t]
                store(values, into, more(load(values, into), weight, load(values, n + q)))
                t += 1


@register_jitable(error_model="numpy")
def solve(fill: Fill, values: Real, needed: Index, x: Real, width: int) -> None:  # pragma: no cover
    """Replace what enters, x (place, group), by the shares there; right only at the places of `needed`, which fall."""
    n = len(fill.start) - 1
    m = fill.start[n]
    for k in range(n):
        for z in range(fill.start[k], fill.start[k + 1]):
            pull, i = load(values, n + m + z), width * fill.columns[z]
            for r in range(width):
                store(x, i + r, more(load(x, i + r), pull, load(x, width * k + r)))
    for k in needed:
        for z in range(fill.start[k], fill.start[k + 1]):
            link, j = load(values, n + z), width * fill.columns[z]
            for r in range(width):
                store(x, width * k + r, more(load(x, width * k + r), link, load(x, j + r)))
        inverse = load(values, k)
        for r in range(width):
            store(x, width * k + r, times(load(x, width * k + r), inverse))


@register_jitable(error_model="numpy")
def enter(
    sources: Sources, flows: Flows, group: int, begin: int, last: int, reaches: Index, at: int, width: int, x: Real
) -> None:  # pragma: no cover
    """Add the power of a group's sources to x (place, group), where it reaches a sink."""
    for k in range(sources.start[group], sources.start[group + 1]):
        power, i = gathered(flows.source, begin, last, sources.column[k]), sources.place[k]
        store(x, width * i + at, plus(load(x, width * i + at), kept(power, reaches[i])))


@register_jitable(error_model="numpy")
def leave_out(
    sources: Sources, flows: Flows, begin: int, last: int, reaches: Index, stranded: Real
) -> None:  # pragma: no cover
    """Add the power of sources that reach no sink to `stranded` (state, group)."""
    for group in range(len(sources.start) - 1):
        for k in range(sources.start[group], sources.start[group + 1]):
            if reaches[sources.place[k]] != (1 << LANES) - 1:
                for state in range(begin, min(begin + LANES, last + 1)):
                    if not (reaches[sources.place[k]] >> (state - begin)) & 1:
                        stranded[state, group] += flows.source[state, sources.column[k]]


@register_jitable(error_model="numpy")
def weigh(
    sinks: Sinks,
    total: Real,
    drawn: Real,
    begin: int,
    last: int,
    of_energy: Real,
    of_loss: Real,
    ratio: Real,
    unfed: Real,
) -> None:  # pragma: no cover
    """Write each draw's power per unit of what comes to its place, and its loss, or the ratio of both, if asked for;
    `unfed` where nothing comes."""
    for g in range(len(sinks.start) - 1):
        for d in range(sinks.start[g], sinks.start[g + 1]):
            power, comes = load(drawn, d), load(total, sinks.draw_place[d])
            energy = times(power, part(comes))
            store(of_energy, d, energy)
            store(of_loss, d, minus(power, energy))
            if len(ratio) > 0:
                store(of_loss, d, minus(comes, one()))
                for state in range(begin, min(begin + LANES, last + 1)):
                    ratio[state, g] = of_loss[LANES * d + state - begin]
            nobody = positive(power) & ~positive(comes)
            if nobody != 0:
                for state in range(begin, min(begin + LANES, last + 1)):
                    if (nobody >> (state - begin)) & 1:
                        unfed[state, g] += drawn[LANES * d + state - begin]


@register_jitable(error_model="numpy")
def hand_out(
    sinks: Sinks, group: int, width: int, begin: int, last: int, x: Real, weight: Real, summed: Real, result: Real
) -> None:  # pragma: no cover
    """Write what each group of sinks has of the groups of sources from `group` on, whose shares are x."""
    groups = len(sinks.start) - 1
    for r in range(width):
        for g in range(groups):
            total = nothing()
            for d in range(sinks.start[g], sinks.start[g + 1]):
                total = more(total, load(weight, d), load(x, width * sinks.draw_place[d] + r))
            store(summed, g, total)
        for state in range(begin, min(begin + LANES, last + 1)):
            row, lane = result[state, group + r], state - begin
            for g in range(groups):
                row[g] = summed[LANES * g + lane]


@compiled()
def share_states(
    fill: Fill, branches: Branches, sources: Sources, sinks: Sinks, falling: Index, flows: Flows, first: int,
    end: int, no_flow: float, results: Results,
) -> None:  # pragma: no cover  # fmt: skip
    """Share the states first .. end; `falling` are all places."""
    n, slots = len(fill.start) - 1, len(fill.start) - 1 + 2 * len(fill.columns)
    count, draws, groups = len(branches.column), len(sinks.draw_place), len(sources.start) - 1
    forward, backward, leaving = np.empty(LANES * count), np.empty(LANES * count), np.empty(LANES * n)
    there, back, reaches = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(n, np.int64)
    values, total, x = np.empty(LANES * slots), np.empty(LANES * n), np.empty(LANES * n * min(groups, AT_ONCE))
    drawn, of_energy, of_loss = np.empty(LANES * draws), np.empty(LANES * draws), np.empty(LANES * draws)
    summed = np.empty(LANES * (len(sinks.start) - 1))
    for begin in range(first, end, LANES):
        last = end - 1
        load_flows(branches, sinks, flows, begin, last, no_flow, forward, backward, drawn, leaving)
        find_dead_ends(branches, forward, backward, leaving, there, back, reaches)
        fill_values(branches, forward, backward, leaving, values)
        eliminate(fill, values)
        total[:] = 0.0
        for group in range(groups):
            enter(sources, flows, group, begin, last, reaches, 0, 1, total)
        leave_out(sources, flows, begin, last, reaches, results.stranded)
        solve(fill, values, falling, total, 1)
        weigh(sinks, total, drawn, begin, last, of_energy, of_loss, results.ratio, results.unfed)
        for group in range(0, groups, AT_ONCE):
            width = min(AT_ONCE, groups - group)
            x[: LANES * n * width] = 0.0
            for r in range(width):
                enter(sources, flows, group + r, begin, last, reaches, r, width, x)
            solve(fill, values, sinks.needed, x, width)
            hand_out(sinks, group, width, begin, last, x, of_energy, summed, results.energy)
            if len(results.loss) > 0:
                hand_out(sinks, group, width, begin, last, x, of_loss, summed, results.loss)
        if len(results.gross) > 0:
            write_gross(branches, forward, backward, leaving, total, begin, last, results.gross)


@register_jitable(error_model="numpy")
def write_gross(
    branches: Branches, forward: Real, backward: Real, leaving: Real, total: Real, begin: int, last: int, gross: Real
) -> None:  # pragma: no cover
    """Write all that would pass each place if nothing were lost (state, place); `leaving` becomes what passes."""
    for b in range(len(branches.column)):
        for i, out in ((branches.place_from[b], forward), (branches.place_to[b], backward)):
            store(leaving, i, plus(load(leaving, i), load(out, b)))
    for state in range(begin, min(begin + LANES, last + 1)):
        for i in range(gross.shape[1]):
            gross[state, i] = leaving[LANES * i + state - begin] * total[LANES * i + state - begin]
