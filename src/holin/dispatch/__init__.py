"""The hours ahead: least-cost operation of a park over its hours."""

from holin.dispatch.dispatch import Dispatch, dispatch
from holin.dispatch.limits import delivered_mw, same_limits, settled_losses, tightened
from holin.dispatch.problem import Case, Elastic, dispatch_problem

__all__ = [
    "Case",
    "Dispatch",
    "Elastic",
    "delivered_mw",
    "dispatch",
    "dispatch_problem",
    "same_limits",
    "settled_losses",
    "tightened",
]
