"""The hours ahead: least-cost operation of a park over its hours."""

from holin.dispatch.ahead import Ahead, dispatch_ahead
from holin.dispatch.breaches import Breach, breaches_of, in_words
from holin.dispatch.carry import completed, first_state, state_after
from holin.dispatch.dispatch import Dispatch, case_of, dispatch
from holin.dispatch.figures import schedule_figures, snapshot_figures
from holin.dispatch.limits import delivered_mw, same_limits, settled_losses, tightened
from holin.dispatch.problem import Case, Elastic, dispatch_problem
from holin.dispatch.snapshot import SnapshotDispatch, dispatch_snapshot, snapshot_problem
from holin.dispatch.window import Window, Wishes, window_problem

__all__ = [
    "Ahead",
    "Breach",
    "Case",
    "Dispatch",
    "Elastic",
    "SnapshotDispatch",
    "Window",
    "Wishes",
    "breaches_of",
    "case_of",
    "completed",
    "delivered_mw",
    "dispatch",
    "dispatch_ahead",
    "dispatch_problem",
    "dispatch_snapshot",
    "first_state",
    "in_words",
    "same_limits",
    "schedule_figures",
    "settled_losses",
    "snapshot_figures",
    "snapshot_problem",
    "state_after",
    "tightened",
    "window_problem",
]
