"""The years ahead: what to build, refit and retire, when, under which rules, at the least cost."""

from holin.plan.alternatives import Alternative, Alternatives, Need, Range, alternatives
from holin.plan.as_built import tables_as_built
from holin.plan.built import built_park
from holin.plan.called import names_of_stages
from holin.plan.conflict import Conflict, Hold, conflict_of
from holin.plan.conflict_words import NoPlan, conflict_in_words
from holin.plan.cuts import Watch, watch_of
from holin.plan.expected import sum_unit
from holin.plan.figures import capacity_mw, capacity_with, plan_figures
from holin.plan.frontier import Frontier, Solve, frontier
from holin.plan.gives import Give, Party
from holin.plan.growth import grown_park, with_growth
from holin.plan.limit_prices import LimitKind, LimitPrice, RuleCost, limit_prices, with_export, without_rule
from holin.plan.offers import Offer, offers_of, with_offers
from holin.plan.plan import SOLVERS, Aim, Plan, Sizes, solve_plan
from holin.plan.point import FrontierPoint
from holin.plan.problem import Fixed, PlanElastic, PlanProblem, PlanStage, plan_problem
from holin.plan.room import ROOM, with_room, with_room_left, without_room
from holin.plan.sizing import Curtailment, Sizing, sizings_of
from holin.plan.sizing_words import sizing_in_words
from holin.plan.stage import stage_of_plan
from holin.plan.value import Standing, Worth, worths_of
from holin.plan.whole import roundings, sizes_of_circuits, whole_units
from holin.plan.why import why_figures
from holin.plan.wishes import (
    PlanWishes,
    asked_rule,
    left_to_plan,
    planned_years,
    stage_at,
    weights_of,
    without_left,
)
from holin.plan.year import PlanYear, plan_year

__all__ = [
    "ROOM",
    "SOLVERS",
    "Aim",
    "Alternative",
    "Alternatives",
    "Conflict",
    "Curtailment",
    "Fixed",
    "Frontier",
    "FrontierPoint",
    "Give",
    "Hold",
    "LimitKind",
    "LimitPrice",
    "Need",
    "NoPlan",
    "Offer",
    "Party",
    "Plan",
    "PlanElastic",
    "PlanProblem",
    "PlanStage",
    "PlanWishes",
    "PlanYear",
    "Range",
    "RuleCost",
    "Sizes",
    "Sizing",
    "Solve",
    "Standing",
    "Watch",
    "Worth",
    "alternatives",
    "asked_rule",
    "built_park",
    "capacity_mw",
    "capacity_with",
    "conflict_in_words",
    "conflict_of",
    "frontier",
    "grown_park",
    "left_to_plan",
    "limit_prices",
    "names_of_stages",
    "offers_of",
    "plan_figures",
    "plan_problem",
    "plan_year",
    "planned_years",
    "roundings",
    "sizes_of_circuits",
    "sizing_in_words",
    "sizings_of",
    "solve_plan",
    "stage_at",
    "stage_of_plan",
    "sum_unit",
    "tables_as_built",
    "watch_of",
    "weights_of",
    "whole_units",
    "why_figures",
    "with_export",
    "with_growth",
    "with_offers",
    "with_room",
    "with_room_left",
    "without_left",
    "without_room",
    "without_rule",
    "worths_of",
]
