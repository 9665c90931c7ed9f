"""Rules that a plan was asked for, as rules of the park as planned."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from holin.park import Stage
from holin.plan import PlanStage, PlanWishes, names_of_stages, without_room
from holin.rules import Rule

NO_EXPORT = "asked-no-export"
"""The rule that no energy is exported."""

LATER = frozenset({"green_share_physical_min", "hourly_matched_share_min", "aluminium_green_share_min"})
"""Rules that the hours ahead cannot keep (they know no traced energy): the park as planned only judges them."""


def as_rule_of_park(rule: Rule, first: Stage) -> Rule:
    """Return a rule that was asked for as one of the park as planned, from its year or the first planned one on."""
    built = rule.built or first.as_of
    return dataclasses.replace(
        rule, enforced=rule.kind.value not in LATER, built=built, reference="asked of holin plan"
    )


def with_asked(own: Sequence[Rule], asked: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the park's rules with those asked for, which stand for those that an earlier plan was asked for."""
    named = {rule.id for rule in asked}
    return (*(rule for rule in own if rule.id not in named), *asked)


def asked_figures(wishes: PlanWishes) -> dict[str, Any]:
    """Return what was asked of a plan in plain figures."""
    rules = [rule_figures(rule) for rule in wishes.rules]
    plain = {f.name: getattr(wishes, f.name) for f in dataclasses.fields(wishes) if f.name != "rules"}
    return plain | {"rules": rules, "investment_max": dict(wishes.investment_max)}


def rule_figures(rule: Rule) -> dict[str, Any]:
    """Return a rule that was asked for; `since` is the year from which it holds, None for all that are planned."""
    return {"kind": str(rule.kind), "value": rule.value, "since": rule.built.year if rule.built else None}


def cramped_figures(stages: Sequence[PlanStage]) -> list[dict[str, str]]:
    """Return the rules of planned stages that are kept just as asked, without room for losses, by name."""
    names = names_of_stages(stages)
    return [
        {"stage": stage, "rule": rule, "name": names[rule][0], "name_zh": names[rule][1]}
        for stage, rule in without_room(stages)
    ]


def kept_rules(own: Sequence[Rule], wishes: PlanWishes) -> frozenset[str]:
    """Return the ids of the rules that the plan itself keeps: the park's enforced ones and those asked for."""
    closed = set() if wishes.export else {NO_EXPORT}
    return frozenset({rule.id for rule in own if rule.enforced} | {rule.id for rule in wishes.rules} | closed)
