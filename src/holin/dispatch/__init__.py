"""The hours ahead: least-cost operation of a park over its hours."""

from holin.dispatch.ahead import Ahead, dispatch_ahead, status_of
from holin.dispatch.ahead_figures import ahead_figures, day_table, difference_figures
from holin.dispatch.assumed import likely_state
from holin.dispatch.binding_spans import BindingSpan, binding_spans, binding_words
from holin.dispatch.breaches import Breach, breaches_of, in_words, within
from holin.dispatch.carry import assumed_parts, completed, first_state, state_after, year_quantities_mw
from holin.dispatch.case import Case
from holin.dispatch.dispatch import Dispatch, case_of, dispatch
from holin.dispatch.explanations import Explanation, explanations_of, in_full
from holin.dispatch.fallback import dispatch_or_fall_back, fallback
from holin.dispatch.figures import schedule_figures, snapshot_figures
from holin.dispatch.limits import delivered_mw, islands_of, same_limits, settled_losses, tightened, topologies_of
from holin.dispatch.marginal import Marginal, marginal, marginal_figures
from holin.dispatch.odd_state import faults_of_state, possible_state
from holin.dispatch.paths import check_plan
from holin.dispatch.pot_course import pot_courses, pot_summary
from holin.dispatch.problem import Elastic, dispatch_problem
from holin.dispatch.reason_words import reason_in_words
from holin.dispatch.reasons import Reason, reasons_of
from holin.dispatch.recount import running_cost
from holin.dispatch.secure import (
    Taught,
    kept_where_paid,
    known_losses,
    outage_cuts,
    paid_steps,
    same_taught,
    voltage_cuts,
    voltage_steps,
    with_losses,
)
from holin.dispatch.snapshot import SnapshotDispatch, dispatch_snapshot, snapshot_problem
from holin.dispatch.state_text import state_as_plain, state_from_plain
from holin.dispatch.trips import next_cycle, rest_of, with_outages
from holin.dispatch.unmet import Unmet, UnmetWords, Why, left_as_they_are, unmet_in_words, unmet_of, unmet_words
from holin.dispatch.what_if import Change, Difference, changed, difference_of, what_if
from holin.dispatch.window import Window, Wishes, window_problem

__all__ = [
    "Ahead",
    "BindingSpan",
    "Breach",
    "Case",
    "Change",
    "Difference",
    "Dispatch",
    "Elastic",
    "Explanation",
    "Marginal",
    "Reason",
    "SnapshotDispatch",
    "Taught",
    "Unmet",
    "UnmetWords",
    "Why",
    "Window",
    "Wishes",
    "ahead_figures",
    "assumed_parts",
    "binding_spans",
    "binding_words",
    "breaches_of",
    "case_of",
    "changed",
    "check_plan",
    "completed",
    "day_table",
    "delivered_mw",
    "difference_figures",
    "difference_of",
    "dispatch",
    "dispatch_ahead",
    "dispatch_or_fall_back",
    "dispatch_problem",
    "dispatch_snapshot",
    "explanations_of",
    "fallback",
    "faults_of_state",
    "first_state",
    "in_full",
    "in_words",
    "islands_of",
    "kept_where_paid",
    "known_losses",
    "left_as_they_are",
    "likely_state",
    "marginal",
    "marginal_figures",
    "next_cycle",
    "outage_cuts",
    "paid_steps",
    "possible_state",
    "pot_courses",
    "pot_summary",
    "reason_in_words",
    "reasons_of",
    "rest_of",
    "running_cost",
    "same_limits",
    "same_taught",
    "schedule_figures",
    "settled_losses",
    "snapshot_figures",
    "snapshot_problem",
    "state_after",
    "state_as_plain",
    "state_from_plain",
    "status_of",
    "tightened",
    "topologies_of",
    "unmet_in_words",
    "unmet_of",
    "unmet_words",
    "voltage_cuts",
    "voltage_steps",
    "what_if",
    "window_problem",
    "with_losses",
    "with_outages",
    "within",
    "year_quantities_mw",
]
