"""The smallest relaxation that cures a breach, tried on the window itself with its commitment kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from holin.dispatch.ahead import Ahead, point_of
from holin.dispatch.breaches import Breach, breaches_of
from holin.dispatch.causes import spans_of
from holin.dispatch.window import Window, window_problem
from holin.errors import CheckFailed, SolverFailed
from holin.kernel.linear import Floats, LinearProblem
from holin.kernel.mixed import solve_fixed
from holin.operation import BranchLimit
from holin.park import Grid

ROOM = 1e-6
"""What a relaxation gets beyond the gap: for the solver's own tolerance."""


@dataclass(frozen=True, kw_only=True)
class Cure:
    """So much more (`amount` in MW; GJ of a `stock`) of an element's limit in some runs of steps, first to last."""

    kind: str
    element: str
    amount: float
    spans: tuple[tuple[int, int], ...] = ()


SHORT = ("load", "balance", "deep_cut", "full_stop")
"""Kinds of breach that more power cures."""


def cure_of(made: Ahead, breach: Breach) -> Cure | None:
    """Return a simple relaxation that cures a breach, or None.

    More import for power that is short, more export for power left over, a higher limit for a branch: each exactly as
    large as the gap in each step, solved anew with the units on as they are, and kept only if the gap is gone. What a
    yard lacks is more stock.
    """
    if breach.kind == "fuel":
        return Cure(kind="stock", element=breach.element, amount=breach.total)
    gap = np.zeros(made.window.case.hours.count)
    gap[list(breach.at)] = breach.amounts
    if breach.kind in SHORT:
        gap = _short_together(made, breach)
        return _of_grids(made, "import", gap, SHORT, breach)
    if breach.kind == "surplus":
        return _of_grids(made, "export", gap, ("surplus",), breach)
    if breach.kind == "branch":
        return _of_branch(made, breach.element, gap, breach)
    return None


def _short_together(made: Ahead, breach: Breach) -> Floats:
    """Return all that is short (time,): firm load shed, and what is missing beyond."""
    gap = np.zeros(made.window.case.hours.count)
    for other in made.breaches:
        if other.kind in SHORT and set(other.at) & set(breach.at):
            np.add.at(gap, list(other.at), other.amounts)
    return gap


def _of_grids(made: Ahead, way: str, gap: Floats, kinds: Sequence[str], breach: Breach) -> Cure | None:
    case = made.window.case
    for grid in case.park.grids:
        serves = ~case.hours.out.get(grid.id, np.zeros(case.hours.count, dtype=bool))
        if not serves[gap > 0].all():
            continue
        name = f"{way}.{grid.id}"
        old = made.problem.variables.get(name)
        before = made.problem.upper[old] if old is not None else np.zeros(case.hours.count)
        wider = _with_wider(made.window, grid, way, float(gap.max()))

        def raised(problem: LinearProblem, name: str = name, before: Floats = before) -> LinearProblem:
            upper = problem.upper.copy()
            upper[problem.variables[name]] = before + gap * (1.0 + ROOM)
            return replace(problem, upper=upper)

        if _cured(made, wider, made.limits, raised, kinds, breach):
            return _cure(way, grid.id, gap)
    return None


def _with_wider(window: Window, grid: Grid, way: str, more_mw: float) -> Window:
    """Return the window with a connection's contract wide enough for the gap in any step."""
    field = f"{way}_max_mw"
    wide = replace(grid, **{field: 2.0 * getattr(grid, field) + 2.0 * more_mw})
    park = window.case.park
    grids = tuple(wide if g.id == grid.id else g for g in park.grids)
    return replace(window, case=replace(window.case, park=replace(park, grids=grids)))


def _of_branch(made: Ahead, element: str, gap: Floats, breach: Breach) -> Cure | None:
    limits = [
        replace(x, limit_mw=x.limit_mw + gap[x.hours] * (1.0 + ROOM)) if (x.element or x.branch) == element else x
        for x in made.limits
    ]
    if _cured(made, made.window, limits, lambda problem: problem, ("branch",), breach):
        return _cure("branch", element, gap)
    return None


def _cure(kind: str, element: str, gap: Floats) -> Cure:
    return Cure(kind=kind, element=element, amount=float(gap.max()), spans=spans_of(np.flatnonzero(gap).tolist()))


def _cured(
    made: Ahead,
    window: Window,
    limits: Sequence[BranchLimit],
    change: Callable[[LinearProblem], LinearProblem],
    kinds: Sequence[str],
    breach: Breach,
) -> bool:
    """Solve a relaxed window with the units on as they are; tell whether breaches of some kinds are gone."""
    problem = change(window_problem(window, limits))
    point = point_of(window, problem, made)
    if point is None:
        return False
    try:
        solution = solve_fixed(problem, point)
    except (CheckFailed, SolverFailed):
        return False
    left = breaches_of(window, problem, solution.values, limits)
    before = _amounts(made.breaches, kinds, breach)
    return sum(_amounts(left, kinds, breach).values()) <= 1e-3 * max(sum(before.values()), 1e-9)


def _amounts(breaches: Sequence[Breach], kinds: Sequence[str], breach: Breach) -> Mapping[int, float]:
    """Return what still gives way in the steps of a breach, by step."""
    found: dict[int, float] = {}
    for other in breaches:
        if other.kind in kinds and (other.kind != "branch" or other.element == breach.element):
            for t, amount in zip(other.at, other.amounts, strict=True):
                if t in breach.at:
                    found[t] = found.get(t, 0.0) + amount
    return found
