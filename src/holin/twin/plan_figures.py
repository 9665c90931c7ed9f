"""A plan in plain figures: what is built, its budgets, each year as operated, and the proof."""

from __future__ import annotations

from typing import Any

from holin.carbon import carbon, emissions
from holin.park import names_of
from holin.plan import ROOM, capacity_mw, plan_figures, plan_year, why_figures
from holin.plan.conflict_words import LANGUAGES
from holin.summary import summary
from holin.trace import trace
from holin.twin.grid_check import check_figures
from holin.twin.plan import Planned
from holin.twin.plan_loop import budget_figures, is_settled
from holin.twin.plan_operated import as_planned
from holin.twin.plan_rules import asked_figures, cramped_figures, kept_rules
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress


def planned_figures(planned: Planned, *, on_progress: Progress | None = None) -> dict[str, Any]:
    """Return a plan in plain figures: what is built, each year as operated, and the proof."""
    facts, made = planned.whole.facts, plan_figures(planned.plan)
    proof = {
        k: made.pop(k)
        for k in (
            "objective", "bound", "gap", "row_error", "balance_error_mw_max", "solver", "iterations", "solves",
            "seconds",
        )
    }  # fmt: skip
    budgets = budget_figures(planned)
    for name, check in planned.checks.items():
        made["investment"][name] += check.cost
    free, whole = planned.continuous.objective, planned.plan.objective
    proof |= {"bound": planned.continuous.bound, "certified_gap": planned.continuous.gap, "rules_stricter_by": ROOM}
    proof["gap"] = (whole - planned.continuous.bound) / max(1.0, abs(whole))
    return {
        "park": facts.id,
        "names": names_of(facts),
        "currency": facts.currency,
        "synthetic": {"en": facts.synthetic, "zh": facts.synthetic_zh},
        "years": [s.stage.name for s in planned.settings],
        "step_h": {"optimum": planned.settings[0].step_h, "operated": 1.0},
        "asked": asked_figures(planned.wishes),
        "kept_rules": sorted(kept_rules(planned.whole.rules, planned.wishes)),
        "rules_without_room": cramped_figures(planned.plan.stages),
        "flows_leave_no_plan": None
        if planned.refused is None
        else {x: planned.refused.in_language(x) for x in LANGUAGES},
        **made,
        "by_year": {
            s.stage.name: year_figures(planned, s, on_progress=on_progress) for s in planned.settings if planned.held
        },
        "budgets": budgets,
        "grid_loop": {"passes": planned.passes, "settled": is_settled(planned)},
        "whole_units_cost": (whole - free) / abs(free) if planned.continuous is not planned.plan else None,
        "why": why_figures(planned.continuous, facts.currency),
        "proof": proof,
    }


def year_figures(planned: Planned, setting: Setting, *, on_progress: Progress | None = None) -> dict[str, Any]:
    """Return a planned year in the figures of a run (`summary`): energy, shares, carbon, money, verdicts.

    The all-in price is that of the park as built: with its table `capital`, as a run of the park as written has it.
    """
    say = on_progress or (lambda what, share: None)
    at, held = as_planned(planned.park, setting), planned.held[setting.stage.name]
    schedule, flows = held.optimum.schedule, held.flows
    traced = trace(at, schedule, flows, on_progress=lambda share: say("trace", share))
    emitted = carbon(at, schedule, flows, traced)
    figures = summary(
        at, setting.stage, schedule=schedule, flows=flows, trace=traced, carbon=emitted,
        emitted_t=float(emissions(at, schedule, flows).sum()), land_ha=_land_ha(planned, setting),
    )  # fmt: skip
    figures["flow"] |= {"redispatch_rounds": held.rounds, "settled": held.settled}
    energy = figures["energy_mwh"]
    could = energy["wind"] + energy["solar"] + energy["curtailed"]
    check = planned.checks.get(setting.stage.name)
    return figures | {
        "grid_check": None if check is None else check_figures(check, planned.whole.facts),
        "capacity_mw": capacity_mw(at),
        "curtailed_share": energy["curtailed"] / could if could else float("nan"),
    }


def _land_ha(planned: Planned, setting: Setting) -> float:
    """Return the land of what stands of the plan in a year."""
    stage = next(stage for stage in planned.plan.stages if stage.name == setting.stage.name)
    return plan_year(planned.plan, stage).quantities["land_ha"]
