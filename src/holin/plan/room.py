"""The room that rules get in an optimum for what it does not know: losses of the AC flows."""

from __future__ import annotations

import dataclasses

from holin.rules import AT_MOST, UNITS, Rule, terms_of
from holin.rules.rule import NOMINAL

ROOM = 2e-3
"""By how much of its value a rule is kept better in the optimum, so that AC losses do not break it."""


def with_room(rule: Rule) -> Rule:
    """Return the rule a little stricter; as it is where it only counts what stands, which no loss changes."""
    if terms_of(rule).keys() - {""} <= NOMINAL:
        return rule
    value = rule.value * (1.0 - ROOM if rule.kind in AT_MOST else 1.0 + ROOM)
    share = rule.kind not in UNITS and rule.value <= 1.0
    return dataclasses.replace(rule, value=min(value, 1.0) if share else value)
