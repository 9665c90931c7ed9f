"""The room that rules get in an optimum for what it does not know, losses of AC flows, as far as it leaves a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from holin.plan.called import as_asked
from holin.plan.conflict import Conflict
from holin.plan.conflict_words import NoPlan
from holin.plan.gives import Give, Party
from holin.plan.problem import PlanStage
from holin.rules import AT_MOST, UNITS, Rule, terms_of
from holin.rules.rule import NOMINAL

ROOM = 2e-3
"""By how much of its value a rule is kept better in the optimum, so that AC losses do not break it."""

FAR = 0.05
"""A rule that misses what was asked by more than this part of it lacks more than room."""

Answer = TypeVar("Answer")
RuleAt = tuple[str, str]
"""Stage, rule."""


def with_room(rule: Rule) -> Rule:
    """Return the rule a little stricter; as it is where it only counts what stands, which no loss changes."""
    if terms_of(rule).keys() - {""} <= NOMINAL:
        return rule
    value = rule.value * (1.0 - ROOM if rule.kind in AT_MOST else 1.0 + ROOM)
    share = rule.kind not in UNITS and rule.value <= 1.0
    return dataclasses.replace(rule, value=min(value, 1.0) if share else value)


def with_room_left(
    stages: Sequence[PlanStage],
    ask: Callable[[Sequence[PlanStage]], Answer],
    *,
    cramped: Collection[RuleAt] = (),
) -> tuple[Answer, tuple[PlanStage, ...]]:
    """Return what is asked of the stages, and the stages: their rules as asked where the room for them leaves no plan.

    Only rules that conflict lose their room (`without_room` tells which), those that are `cramped` are known to. Raises
    NoPlan where there is no plan all the same.
    """
    now = tuple(_as_asked(stage, cramped) for stage in stages)
    while True:
        try:
            return ask(now), now
        except NoPlan as error:
            more = _cramped(now, error.conflict)
            if not more:
                raise
            now = tuple(_as_asked(stage, more) for stage in now)


def without_room(stages: Sequence[PlanStage]) -> tuple[RuleAt, ...]:
    """Return the enforced rules that are kept just as asked, though losses may break them."""
    return tuple(
        (stage.name, rule.id)
        for stage in stages
        for rule in stage.rules
        if rule.enforced and rule.value == stage.asked.get(rule.id) != with_room(rule).value
    )


def _cramped(stages: Sequence[PlanStage], conflict: Conflict) -> frozenset[RuleAt]:
    """Return the rules of a conflict whose room is to go: one alone where that does, else all that have some; none
    where they miss what was asked by far more."""
    able = {(s.name, r.id) for s in stages for r in s.rules if as_asked(s, r) != r}
    found = [(stage, id_) for stage, party, id_ in conflict.set_ if party is Party.RULE and (stage, id_) in able]
    missed = {(give.stage, give.element): _missed(give) for give in conflict.alone}
    if cures := [rule for rule in found if missed.get(rule) == 0.0]:
        return frozenset(cures[:1])
    return frozenset(found) if any(missed.get(rule, 0.0) <= FAR for rule in found) else frozenset()


def _missed(give: Give) -> float:
    """Return which part of what was asked of a rule cannot be reached; what gives no share has none to tell."""
    if not give.amount or not give.asked or give.reached is None:
        return 0.0
    return abs(give.reached - give.asked) / give.asked


def _as_asked(stage: PlanStage, cramped: Collection[RuleAt]) -> PlanStage:
    rules = tuple(as_asked(stage, r) if (stage.name, r.id) in cramped else r for r in stage.rules)
    return dataclasses.replace(stage, rules=rules)
