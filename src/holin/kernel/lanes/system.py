"""What the lanes read: factor, network, controls and powers of all states, by places in the elimination order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.kernel.elimination import Elimination

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]

LANES = 32
"""States per block: four AVX-512 or eight AVX2 vectors; more would leave the L2 cache on networks of 200 nodes."""


class Factor(NamedTuple):
    """An LU split into real and imaginary parts: lower and upper entries (entry,), inverse pivots (node,)."""

    start: Index
    columns: Index
    lower_r: Real
    lower_i: Real
    upper_r: Real
    upper_i: Real
    pivot_r: Real
    pivot_i: Real


class Fill(NamedTuple):
    """The pattern that is factorised anew for each case: see `holin.kernel.elimination.Elimination`."""

    start: Index
    columns: Index
    target: Index
    target_start: Index


class System(NamedTuple):
    """What all states share: the current `c` (node,) that the slack nodes send, the voltage at no load `v` (node,)
    from which states start, and the rows of the admittance matrix (CSR) for the check of the result; those of the
    slack nodes give what these feed in, beside the current `slack_own` (slack,) between them and to earth."""

    c: Complex
    v: Complex
    row: Index
    column: Index
    y: Complex
    slack_row: Index
    slack_column: Index
    slack_y: Complex
    slack_own: Complex
    v_slack: Complex


class Keepers(NamedTuple):
    """Nodes (keeper,) that keep a voltage: `sensitivity` = Im(conj(u) Z u) (keeper, keeper) in p.u. per Mvar, and its
    inverse; `lower`, `upper` (state, keeper) in Mvar."""

    node: Index
    v_set: Real
    sensitivity: Real
    inverse: Real
    lower: Real
    upper: Real


class Droops(NamedTuple):
    """Reactive power over voltage (droop,): points `v`, `q` (droop, point), voltages rising; q times `scale`
    (state, droop) in Mvar; `sensitivity` (droop,) of the own voltage."""

    node: Index
    v: Real
    q: Real
    scale: Real
    sensitivity: Real


class Flexible(NamedTuple):
    """Powers (state, node of `node`) in MVA at 1 p.u. that go with the voltage (`linear`) and its square."""

    node: Index
    linear: Complex
    square: Complex


class Turned(NamedTuple):
    """Branches (turned,) whose admittances differ from the factored ones, by `ff`, `ft`, `tf`, `tt` (state, turned).

    `node_from`, `node_to` are places, -1 at a slack node, whose voltage stands in `v_from`, `v_to` (turned,).
    """

    node_from: Index
    node_to: Index
    v_from: Complex
    v_to: Complex
    ff: Complex
    ft: Complex
    tf: Complex
    tt: Complex


class Changers(NamedTuple):
    """Tap changers (changer,), one for each turned branch: they keep the voltage of `node` at `v_set` within `band`.

    `position` (state, changer) is where each stands, and changes; `start`, `neutral`, `lowest`, `highest` are some of
    them, and `step` is the share of the rated turns that one is. `ff`, `ft`, `tf`, `tt` are the branches' admittances
    at `start`.
    """

    node: Index
    v_set: Real
    band: Real
    step: Real
    at_from: NDArray[np.bool_]
    start: Index
    neutral: Index
    lowest: Index
    highest: Index
    ff: Complex
    ft: Complex
    tf: Complex
    tt: Complex
    position: Index


class Branches(NamedTuple):
    """Branches (branch,) by the places of their ends, -1 at slack nodes, whose voltages stand in `v_from`, `v_to`.

    `live_from`, `live_to` say whether the ends have a voltage when nothing is out. `per_rating_from`, `per_rating_to`
    are one over the rated currents in p.u.; `slots` (branch, 2) the slots of their entries from-to and to-from.
    """

    node_from: Index
    node_to: Index
    live_from: NDArray[np.bool_]
    live_to: NDArray[np.bool_]
    v_from: Complex
    v_to: Complex
    y_ff: Complex
    y_ft: Complex
    y_tf: Complex
    y_tt: Complex
    per_rating_from: Real
    per_rating_to: Real
    slots: Index


class Bounds(NamedTuple):
    """What counts as a violation, squared: a loading beyond `loading`, a voltage outside `v_low`, `v_high`.

    (branch, state) and (node, state), or with one column for all states.
    """

    loading: Real
    v_low: Real
    v_high: Real


class CaseExtremes(NamedTuple):
    """The worst of the states that violate a bound, and how many, by cases: see `holin.kernel.contingency.Extremes`."""

    loading: Real
    loading_state: Index
    loading_count: Index
    v_min: Real
    v_min_state: Index
    low_count: Index
    v_max: Real
    v_max_state: Index
    high_count: Index
    solved: NDArray[np.bool_]
    dead: NDArray[np.bool_]


def no_changers() -> Changers:
    """Return changers of no branch."""
    whole, real, flags = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.bool_)
    y = np.zeros(0, dtype=np.complex128)
    at = np.zeros((0, 0), dtype=np.int64)
    return Changers(whole, real, real, real, flags, whole, whole, whole, whole, y, y, y, y, at)


def split(pattern: Elimination, values: Complex) -> Factor:
    """Return factorised values (see `factorise`) as the parts that the lanes read."""
    n, m = pattern.size, len(pattern.columns)
    lower, upper, pivot = values[n + m :], values[n : n + m], values[:n]
    parts = [np.ascontiguousarray(a) for x in (lower, upper, pivot) for a in (x.real, x.imag)]
    return Factor(pattern.start, pattern.columns, *parts)
