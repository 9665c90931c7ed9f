"""The hours ahead: least-cost operation of a park over its hours."""

from holin.dispatch.dispatch import Dispatch, dispatch
from holin.dispatch.figures import schedule_figures, snapshot_figures
from holin.dispatch.limits import delivered_mw, same_limits, settled_losses, tightened
from holin.dispatch.problem import Case, Elastic, dispatch_problem
from holin.dispatch.snapshot import SnapshotDispatch, dispatch_snapshot, snapshot_problem

__all__ = [
    "Case",
    "Dispatch",
    "Elastic",
    "SnapshotDispatch",
    "delivered_mw",
    "dispatch",
    "dispatch_problem",
    "dispatch_snapshot",
    "same_limits",
    "schedule_figures",
    "settled_losses",
    "snapshot_figures",
    "snapshot_problem",
    "tightened",
]
