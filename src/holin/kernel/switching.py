"""Branch and bound for problems whose integer columns are mostly things that are on or off for hours (`on_off.Switch`).

A general solver sees thousands of integers; here they are a few sequences with a few turns each. So every node rounds
whole sequences (exactly within their least times), branches where a sequence is undecided for longest, and goes on from
the basis of its parent. The gap is proven as everywhere: no open node's relaxation lies below the bound.
"""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from holin.errors import SolverFailed
from holin.kernel.highs import Basis, ProvenInfeasible, Solution
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.kernel.mixed import WHOLE, MixedSolution, solve_mixed
from holin.kernel.on_off import Switch, nearest_sequence, turns
from holin.kernel.relaxation import OutOfTime, Relaxation, Relaxed

THRESHOLDS = (0.5, 0.05)
"""Where rounding calls a share of being on "on": half and half, and nearly always, as what is missing costs most."""

GAP_MIN = 1e-9
"""Nothing smaller is asked for: the simplex's own tolerance lies there."""


@dataclass(frozen=True, kw_only=True, order=True)
class _Node:
    """A part of the search: bounds of the integer columns, and the relaxation within them."""

    bound: float
    number: int
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    values: Floats = field(compare=False)
    basis: highspy.HighsBasis = field(compare=False)


@dataclass
class _Search:
    """What the search knows: the best point so far, its open parts, and the least bound of what it has laid aside.

    `places` are the switches' columns as places among the integer columns `whole`.
    """

    problem: LinearProblem
    switches: Sequence[Switch]
    relaxation: Relaxation
    mip_gap: float
    whole: Columns
    places: list[Columns]
    best: Solution | None = None
    open: list[_Node] = field(default_factory=list)
    aside: float = np.inf
    nodes: int = 0
    tried: set[bytes] = field(default_factory=set)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def cutoff(self) -> float:
        """What costs this or more is of no interest."""
        return np.inf if self.best is None else _cutoff(self.best, self.mip_gap)

    @property
    def bound(self) -> float:
        """No point costs less."""
        known = min(self.aside, self.open[0].bound if self.open else np.inf)
        return known if self.best is None else min(known, self.best.objective)


def _cutoff(best: Solution, mip_gap: float) -> float:
    return best.objective - mip_gap * abs(best.objective)


def solve_switching(
    problem: LinearProblem,
    switches: Sequence[Switch],
    *,
    mip_gap: float = 1e-3,
    seconds_max: float | None = None,
    nodes_max: int = 1000,
    start: Floats | None = None,
    basis: Basis | None = None,
    lazy: Columns | None = None,
    threads: int = 1,
    on_progress: Callable[[str], None] | None = None,
) -> MixedSolution:
    """Solve to a relative gap as `solve_mixed` does, in a fraction of the time where the switches turn rarely.

    `switches` name on/off columns and their least times, which the rows of the problem say, too: they only guide, and
    the answer is that of the problem. `start` (column,) is a point to begin with, of which only integer columns are
    read; `basis` that of a like problem; `lazy` are rows that are left out until a solution breaks them. HiGHS goes on
    where `nodes_max` nodes did not do, and for a second where `seconds_max` gave no point at all. Raises ValueError for
    switches whose columns are not whole numbers, and ProvenInfeasible, SolverFailed, CheckFailed as `solve_mixed` does.
    """
    began = time.perf_counter()
    until = np.inf if seconds_max is None else began + seconds_max
    search = _search(problem, switches, max(mip_gap, GAP_MIN), lazy, threads, until)
    if basis is not None:
        search.relaxation.begin_at(basis)
    late = _searched(search, start, nodes_max, until, on_progress)
    if search.best is None and search.bound == np.inf:
        raise ProvenInfeasible("no point has whole numbers in all integer columns")
    if search.best is None or (search.bound < search.cutoff and not late):
        left = None if seconds_max is None else max(1.0, until - time.perf_counter())
        return _handed_over(search, left, threads, began, on_progress)
    return _mixed(search, search.best, search.bound, search.nodes, began)


def _searched(
    search: _Search, start: Floats | None, nodes_max: int, until: float, on_progress: Callable[[str], None] | None
) -> bool:
    """Search until the gap is closed, nodes or time run out, or the simplex fails; return whether it was the time."""
    problem, doubted = search.problem, -np.inf
    try:
        root = search.relaxation.solve(problem.lower, problem.upper)
        if root.basis is None:
            raise ProvenInfeasible("the solver proved the problem infeasible")
        doubted = root.bound
        if start is not None:
            _try(search, np.round(start[search.whole]), root.basis)
        _lay(search, problem.lower[search.whole], problem.upper[search.whole], root)
        while search.open and search.bound < search.cutoff and search.nodes < nodes_max:
            if time.perf_counter() > until:
                return True
            if on_progress is not None:
                known = "none" if search.best is None else f"{search.best.objective:.6g}"
                on_progress(f"{search.nodes} nodes, best point {known}, bound {search.bound:.6g}")
            doubted = search.open[0].bound
            _divide(search, heapq.heappop(search.open))
    except (OutOfTime, SolverFailed) as end:
        search.aside = min(search.aside, doubted)  # of the part that was in hand
        return isinstance(end, OutOfTime)
    return False


def _search(
    problem: LinearProblem,
    switches: Sequence[Switch],
    mip_gap: float,
    lazy: Columns | None,
    threads: int,
    until: float,
) -> _Search:
    for switch in switches:
        columns = [c for c in (switch.on, switch.start, switch.stop) if c is not None]
        if not problem.integer[np.concatenate(columns)].all():
            raise ValueError("a switch has columns that are not whole numbers; add them with integer=True")
    whole = np.flatnonzero(problem.integer)
    left_out = np.zeros(len(problem.row_lower), dtype=bool)
    left_out[[] if lazy is None else lazy.ravel()] = True
    return _Search(
        problem=problem,
        switches=switches,
        relaxation=Relaxation(problem=problem, lazy=left_out, threads=threads, until=until),
        mip_gap=mip_gap,
        whole=whole,
        places=[np.searchsorted(whole, switch.on) for switch in switches],
    )


def _mixed(search: _Search, best: Solution, bound: float, nodes: int, began: float) -> MixedSolution:
    return MixedSolution(
        linear=best,
        objective=best.objective,
        bound=bound,
        mip_gap=(best.objective - bound) / max(abs(best.objective), 1e-12),
        proven=bound >= _cutoff(best, search.mip_gap),
        nodes=nodes,
        seconds=time.perf_counter() - began,
    )


def _handed_over(
    search: _Search, seconds_max: float | None, threads: int, began: float, on_progress: Callable[[str], None] | None
) -> MixedSolution:
    """Let HiGHS go on from the best point; the bound found so far stands."""
    found = solve_mixed(
        search.problem, mip_gap=search.mip_gap, seconds_max=seconds_max, threads=threads,
        start=None if search.best is None else search.best.values, on_progress=on_progress,
    )  # fmt: skip
    best = found.linear
    if search.best is not None and search.best.objective <= best.objective:
        best = search.best
    bound = min(max(search.bound, found.bound), best.objective)
    return _mixed(search, best, bound, search.nodes + found.nodes, began)


def _divide(search: _Search, node: _Node) -> None:
    """Try points near a node and divide it in two parts, in which its undecided column is rounded down and up."""
    _round(search, node)
    if node.bound >= search.cutoff:
        search.aside = min(search.aside, node.bound)
        return
    place = _undecided(search, node)
    below = np.floor(node.values[search.whole[place]])
    for lowest, highest in ((-np.inf, below), (below + 1.0, np.inf)):
        low, high = node.lower.copy(), node.upper.copy()
        low[place], high[place] = max(low[place], lowest), min(high[place], highest)
        search.nodes += 1
        _lay(search, low, high, _within(search, low, high, node.basis, search.cutoff))


def _within(search: _Search, low: Floats, high: Floats, basis: highspy.HighsBasis, cutoff: float) -> Relaxed:
    lower, upper = search.problem.lower.copy(), search.problem.upper.copy()
    lower[search.whole], upper[search.whole] = low, high
    return search.relaxation.solve(lower, upper, basis=basis, cutoff=cutoff)


def _lay(search: _Search, low: Floats, high: Floats, found: Relaxed) -> None:
    """Keep a part that may hold something better, or its best point where that is whole already."""
    if found.values is None or found.basis is None or found.bound >= search.cutoff:
        search.aside = min(search.aside, found.bound)
        return
    values = found.values[search.whole]
    if _whole(values):
        _try(search, np.round(values), found.basis)
        search.aside = min(search.aside, found.bound)
        return
    number = next(search.numbers)
    node = _Node(bound=found.bound, number=number, lower=low, upper=high, values=found.values, basis=found.basis)
    heapq.heappush(search.open, node)


def _whole(values: Floats) -> bool:
    return bool(np.abs(values - np.round(values)).max(initial=0.0) <= WHOLE)


def _undecided(search: _Search, node: _Node) -> int:
    """Return where to branch, as a place among the integer columns: the middle of the longest undecided stretch.

    A turn lies before or after it; both halves then cost more.
    """
    longest, choice = 0.0, -1
    for switch, places in zip(search.switches, search.places, strict=True):
        share = np.clip(node.values[switch.on], 0.0, 1.0)
        unsure = np.minimum(share, 1.0 - share)
        unsure[unsure <= WHOLE] = 0.0
        for part in np.split(np.arange(len(unsure)), np.flatnonzero(np.diff(unsure > 0.0)) + 1):
            weight = float(unsure[part].sum())
            if weight > longest:
                longest, middle = weight, int(np.searchsorted(np.cumsum(unsure[part]), 0.5 * weight))
                choice = int(places[part[middle]])
    if choice < 0:
        values = node.values[search.whole]
        choice = int(np.abs(values - np.round(values)).argmax())
    return choice


def _round(search: _Search, node: _Node) -> None:
    """Try the sequences nearest to the node's, by each threshold; columns of no switch are left to the solver."""
    for threshold in THRESHOLDS:
        values = np.full(len(search.whole), np.nan)
        for switch, places in zip(search.switches, search.places, strict=True):
            near = nearest_sequence(node.values[switch.on], threshold, switch, node.lower[places], node.upper[places])
            if near is None:
                return
            values[places] = near
            for columns, turned in zip((switch.start, switch.stop), turns(switch, near), strict=True):
                if columns is not None:
                    values[np.searchsorted(search.whole, columns)] = turned
        _try(search, values, node.basis)


def _try(search: _Search, values: Floats, basis: highspy.HighsBasis) -> None:
    """Hold the integer columns at these values (NaN: free), and keep the point if it is better and whole."""
    key = values.tobytes()
    if key in search.tried:
        return
    search.tried.add(key)
    low, high = search.problem.lower[search.whole], search.problem.upper[search.whole]
    if (values < low).any() or (values > high).any():
        return
    free, began = np.isnan(values), time.perf_counter()
    cutoff = np.inf if search.best is None else search.best.objective
    found = _within(search, np.where(free, low, values), np.where(free, high, values), basis, cutoff)
    if found.values is None or found.bound >= cutoff:
        return
    if free.any():  # columns of no switch: rounded, and held as all others are, for prices that switch nothing
        whole = np.round(found.values[search.whole])
        found = _within(search, whole, whole, basis, cutoff)
        if found.values is None or found.bound >= cutoff:
            return
    search.best = dataclasses.replace(search.relaxation.solution(), seconds=time.perf_counter() - began)
