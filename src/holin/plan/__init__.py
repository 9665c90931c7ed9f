"""The years ahead: what to build, refit and retire, when, under which rules, at the least cost."""

from holin.plan.cuts import Watch, watch_of
from holin.plan.offers import Offer, offers_of, with_offers
from holin.plan.plan import SOLVERS, Plan, Sizes, solve_plan
from holin.plan.problem import Fixed, PlanElastic, PlanProblem, PlanStage, plan_problem

__all__ = [
    "SOLVERS",
    "Fixed",
    "Offer",
    "Plan",
    "PlanElastic",
    "PlanProblem",
    "PlanStage",
    "Sizes",
    "Watch",
    "offers_of",
    "plan_problem",
    "solve_plan",
    "watch_of",
    "with_offers",
]
