"""What each rule that a plan keeps costs in all: the plan made again without it."""

from __future__ import annotations

from typing import Any

from holin.park import at_stage
from holin.plan import RuleCost, asked_rule, names_of_stages, with_export, without_rule
from holin.rules import rule_words
from holin.twin.plan import Planned
from holin.twin.plan_rules import NO_EXPORT
from holin.twin.run import Progress


def rule_costs(
    planned: Planned, *, solver: str = "staged", on_progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Return what each kept rule costs (currency): a year, per tonne of aluminium, per kWh of load; the dearest first.

    One solve a rule, in any sizes, with the losses and limits that the plan knew. A ban on export counts as a rule; it
    costs nothing where the park's connections could not export anyway.
    """
    say = on_progress or (lambda what, share: None)
    plan, whole = planned.continuous, planned.whole
    kept = list(dict.fromkeys(rule.id for stage in plan.stages for rule in stage.rules if rule.enforced))
    own = {s.stage.name: {g.id: g.export_max_mw for g in at_stage(whole, s.stage).grids} for s in planned.settings}
    banned = not planned.wishes.export
    names, found = names_of_stages(plan.stages), list[RuleCost]()
    for number, rule in enumerate(kept):
        say("rule_costs", number / (len(kept) + banned))
        found.append(without_rule(plan, rule, solver=solver))
    if banned:
        found.append(with_export(plan, own, NO_EXPORT, solver=solver))
        names[NO_EXPORT] = rule_words(asked_rule("export_max_mwh", 0.0))
    return [
        {
            "rule": cost.rule, "name": names[cost.rule][0], "name_zh": names[cost.rule][1], "per_year": cost.per_year,
            "per_tonne": cost.per_tonne, "per_kwh": cost.per_kwh,
        }
        for cost in sorted(found, key=lambda cost: -cost.per_year)
    ]  # fmt: skip
