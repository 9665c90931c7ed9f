"""The fixed point V <- Y^-1 (conj(S / V) + c) of many states at once: one sparse LU, states as SIMD lanes.

Every scalar of the triangular solves acts on a block of states that stays in the L2 cache. All nodes are named by
their places in the elimination order. What a state has beyond constant power at constant admittances enters as current:
loads that go with the voltage, voltage droops, ratios that differ from state to state; nodes that keep a voltage move
their reactive power in the same iteration.
"""

from holin.kernel.lanes.outage import extremes_of_cases
from holin.kernel.lanes.solving import solve_states
from holin.kernel.lanes.system import (
    LANES,
    Bounds,
    Branches,
    CaseExtremes,
    Changers,
    Droops,
    Factor,
    Fill,
    Flexible,
    Keepers,
    System,
    Turned,
    no_changers,
    split,
)

__all__ = [
    "LANES",
    "Bounds",
    "Branches",
    "CaseExtremes",
    "Changers",
    "Droops",
    "Factor",
    "Fill",
    "Flexible",
    "Keepers",
    "System",
    "Turned",
    "extremes_of_cases",
    "no_changers",
    "solve_states",
    "split",
]
