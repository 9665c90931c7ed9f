"""What the rules and offers of a plan are called, with the values that were asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from holin.plan.problem import PlanStage
from holin.rules import Rule, rule_words


def names_of_stages(stages: Sequence[PlanStage]) -> dict[str, tuple[str, str]]:
    """Return id -> (English, Chinese) of all rules, and of the offers that have a name."""
    names = {rule.id: rule_words(as_asked(stage, rule)) for stage in stages for rule in stage.rules}
    for candidate in (offer.candidate for stage in stages for offer in stage.offers):
        if candidate.name or candidate.name_zh:
            names[candidate.id] = (candidate.name or candidate.name_zh, candidate.name_zh or candidate.name)
    return names


def as_asked(stage: PlanStage, rule: Rule) -> Rule:
    """Return a rule with the value that was asked: its row may be kept a little stricter."""
    return dataclasses.replace(rule, value=stage.asked.get(rule.id, rule.value))
