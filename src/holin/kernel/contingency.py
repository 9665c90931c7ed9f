"""Outages of branches in many states at once: the same pattern factorised anew for each case, states as lanes.

Voltages are not kept (a year of them would fill the memory): what is over, how far, and when, is found on the fly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from holin.kernel import lanes
from holin.kernel.compiling import cores
from holin.kernel.flexible import Droop, VoltagePowers
from holin.kernel.powerflow import (
    ITERATIONS_MAX,
    TOLERANCE_MVA,
    Prepared,
    droops_of,
    flexible_of,
    keepers_of,
    limited,
    turned_of,
)
from holin.kernel.taps import Taps, departures
from holin.kernel.topology import Complex, Control, Flags, Index, Real

STATES_PER_TASK = 8192
"""Cases of few states share a call: what a call costs, and how often progress is told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """Rated currents of the two ends of each branch (branch,), in p.u. of 1 MVA, and what counts as a violation.

    A loading beyond `loading` (branch, state), a voltage outside `v_low`, `v_high` (node, state), where these are
    given; one column stands for all states.
    """

    i_from: Real
    i_to: Real
    loading: Real | float = 1.0
    v_low: Real | None = None
    v_high: Real | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Extremes:
    """The worst of the states that violate their bounds, in each case; `..._state` are their numbers, -1 for none.

    `loading` (case, branch) is the highest of those beyond their bound, 0 for none, and `loading_count` how many there
    are; `v_min` (case, node) the lowest voltage of the `low_count` states below theirs, `v_max` the highest of the
    `high_count` above, NaN for none.
    `solved` (case, state) tells which states the iteration solved; the others are in no extreme. `dead` (case, node)
    marks the nodes without voltage, whose voltages are NaN. `iterations` (case,) is the mean. `v` (case, state, node),
    0 at dead nodes, only where asked for.
    """

    loading: Real
    loading_state: Index
    loading_count: Index
    v_min: Real
    v_min_state: Index
    low_count: Index
    v_max: Real
    v_max_state: Index
    high_count: Index
    solved: Flags
    dead: Flags
    iterations: Real
    v: Complex


def extremes_of_outages(
    ready: Prepared,
    s_mva: Complex,
    ratings: Ratings,
    cases: Sequence[Sequence[int]],
    control: Control | None = None,
    taps: Taps | None = None,
    *,
    droop: Droop | None = None,
    flexible: VoltagePowers | None = None,
    keep_v: bool = False,
    tolerance_mva: float = TOLERANCE_MVA,
    iterations_max: int = ITERATIONS_MAX,
    threads: int | None = None,
    on_case: Callable[[int], None] | None = None,
) -> Extremes:
    """Solve every state of `s_mva` (state, node) with the branches of each case out, and return the extremes.

    Arguments as in `solve_power_flow`; controls, droops and ratios are those of the whole network, and act in every
    case. What loses its connection to the slack nodes is dead, and its power is neither taken nor given. `on_case` is
    called with the number of cases done; raising in it cancels.
    """
    t, states, control = ready.topology, len(s_mva), control or Control()
    of_control, lower, upper = limited(control, ready.live, states)
    droop = droop or Droop(scale=np.zeros((states, 0)))
    flexible = flexible or VoltagePowers(linear=np.zeros((states, 0), complex), square=np.zeros((states, 0), complex))
    tapped = departures(t, taps or Taps(turns=np.ones((states, 0))), states)
    turned_branch = np.full(len(t.node_from), -1, dtype=np.int64)
    turned_branch[(taps or Taps()).branch] = np.arange(len((taps or Taps()).branch))
    shared = (
        keepers_of(ready, control, of_control, lower, upper), droops_of(ready, droop), flexible_of(ready, flexible),
        turned_of(ready, tapped),
    )  # fmt: skip
    branches = _branches(ready, ratings)
    found = _empty(len(cases), states, t.nodes, len(t.node_from), keep_v)
    order, bounds = ready.rest[ready.pattern.order], _bounds(ratings, len(t.node_from), t.nodes)

    lengths = [len(case) for case in cases]
    out_start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    out = np.array([branch for case in cases for branch in case], dtype=np.int64)
    fill = lanes.Fill(*(getattr(ready.pattern, name) for name in lanes.Fill._fields))
    by_case = lanes.CaseExtremes(*(getattr(found, name) for name in lanes.CaseExtremes._fields))
    at_once = max(STATES_PER_TASK // max(states, 1), 1)

    def solve(begin: int) -> int:
        end = min(begin + at_once, len(cases))
        lanes.extremes_of_cases(
            begin, end, out_start, out, ready.own, fill, ready.system, *shared, lanes.no_changers(), turned_branch,
            branches, order, s_mva, tolerance_mva, iterations_max, bounds, by_case, found.iterations, found.v,
        )  # fmt: skip
        return end

    _all(solve, range(0, len(cases), at_once), threads or cores(), on_case)
    found.dead[:, ~ready.live] = True
    if keep_v:
        found.v[:, :, t.slack] = t.v_slack
    for table in (found.v_min, found.v_max):
        table[~np.isfinite(table)] = np.nan
    return found


def _bounds(ratings: Ratings, branches: int, nodes: int) -> lanes.Bounds:
    """The bounds squared, all with one column or all with one for each state."""
    given = (
        np.broadcast_to(ratings.loading, (branches, 1))
        if np.ndim(ratings.loading) < 2
        else np.asarray(ratings.loading),
        np.zeros((nodes, 1)) if ratings.v_low is None else ratings.v_low,
        np.full((nodes, 1), np.inf) if ratings.v_high is None else ratings.v_high,
    )
    width = max(bound.shape[1] for bound in given)
    return lanes.Bounds(*(np.ascontiguousarray(np.broadcast_to(x, (len(x), width)) ** 2) for x in given))


def _all(solve: Callable[[int], int], begins: range, threads: int, on_case: Callable[[int], None] | None) -> None:
    say = on_case or (lambda done: None)
    if threads <= 1 or len(begins) <= 1:
        for begin in begins:
            say(solve(begin))
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(solve, begins):
            say(done)


def _empty(cases: int, states: int, nodes: int, branches: int, keep_v: bool) -> Extremes:
    return Extremes(
        loading=np.zeros((cases, branches)),
        loading_state=np.full((cases, branches), -1, dtype=np.int64),
        loading_count=np.zeros((cases, branches), dtype=np.int64),
        v_min=np.full((cases, nodes), np.inf),
        v_min_state=np.full((cases, nodes), -1, dtype=np.int64),
        low_count=np.zeros((cases, nodes), dtype=np.int64),
        v_max=np.full((cases, nodes), -np.inf),
        v_max_state=np.full((cases, nodes), -1, dtype=np.int64),
        high_count=np.zeros((cases, nodes), dtype=np.int64),
        solved=np.zeros((cases, states), dtype=np.bool_),
        dead=np.zeros((cases, nodes), dtype=np.bool_),
        iterations=np.zeros(cases),
        v=np.zeros((cases if keep_v else 0, states if keep_v else 0, nodes), dtype=np.complex128),
    )


def _branches(ready: Prepared, ratings: Ratings) -> lanes.Branches:
    """Branches by places: ends, admittances over rated currents, the slots of their entries."""
    t = ready.topology
    voltage = np.zeros(t.nodes, dtype=np.complex128)
    voltage[t.slack] = t.v_slack
    return lanes.Branches(
        ready.place[t.node_from],
        ready.place[t.node_to],
        ready.live[t.node_from],
        ready.live[t.node_to],
        voltage[t.node_from],
        voltage[t.node_to],
        t.y_ff.astype(np.complex128),
        t.y_ft.astype(np.complex128),
        t.y_tf.astype(np.complex128),
        t.y_tt.astype(np.complex128),
        1 / ratings.i_from,
        1 / ratings.i_to,
        ready.slots,
    )
