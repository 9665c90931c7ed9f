"""Rules that a plan was asked for, as rules of the park as planned."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from holin.park import Stage
from holin.rules import Rule

LATER = frozenset({"green_share_physical_min", "hourly_matched_share_min", "aluminium_green_share_min"})
"""Rules that the hours ahead cannot keep (they know no traced energy): the park as planned only judges them."""


def as_rule_of_park(rule: Rule, first: Stage) -> Rule:
    """Return a rule that was asked for as one of the park as planned, from the first planned year on."""
    return dataclasses.replace(
        rule, enforced=rule.kind.value not in LATER, built=first.as_of, reference="asked of holin plan"
    )


def with_asked(own: Sequence[Rule], asked: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the park's rules with those asked for, which stand for those that an earlier plan was asked for."""
    named = {rule.id for rule in asked}
    return (*(rule for rule in own if rule.id not in named), *asked)
