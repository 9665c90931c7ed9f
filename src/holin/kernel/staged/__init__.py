"""Linear problems of stages in time: a structured interior point method, with a proof of how good its answer is.

A park's year has some dozens of unknowns an hour, a few that the next hour needs, and a few (capacities, monthly peaks,
yearly budgets) that all hours share. `layout` finds that shape in a `LinearProblem`, `pattern` gives each unknown its
seat and `program` orders one hour's elimination once for all hours; `sweep` runs it over segments of the year side by
side, eight numbers a register (`holin.kernel.vectors`), and `system` joins the segments by a small dense border, on as
many cores as are given. `seating` scales the problem, `interior` finds the optimum, in `passes` over all unknowns, and
`certificate` bounds it from below.
"""

from holin.kernel.staged.certificate import certified_bound, implied_bounds, worst_row
from holin.kernel.staged.layout import Layout, NotStaged, Steps, layout_of, named_stages
from holin.kernel.staged.solve import StagedSolution, Stalled, solve_staged

__all__ = [
    "Layout",
    "NotStaged",
    "StagedSolution",
    "Stalled",
    "Steps",
    "certified_bound",
    "implied_bounds",
    "layout_of",
    "named_stages",
    "solve_staged",
    "worst_row",
]
