"""Rules of the year on a part of it: what only a whole year can keep is judged there, and not enforced."""

from __future__ import annotations

import dataclasses
from typing import Any

import xarray as xr

from holin.dispatch import year_quantities_mw
from holin.operation import hours_of
from holin.park import Park
from holin.rules import Rule, needs_year, over_years, terms_of, verdict


def without_year_rules(park: Park) -> Park:
    """Return the park with the rules that only a whole year can keep (`rules.needs_year`) judged, not enforced."""
    rules = tuple(dataclasses.replace(r, enforced=False) if needs_year(r) else r for r in park.rules)
    return dataclasses.replace(park, rules=rules)


def set_aside(park: Park) -> tuple[Rule, ...]:
    """Return the enforced rules that a part of a year sets aside."""
    return tuple(rule for rule in park.rules if rule.enforced and needs_year(rule))


def part_figures(park: Park, schedule: xr.Dataset, *, step_h: float) -> list[dict[str, Any]]:
    """Return per rule that was set aside what a schedule reaches of it, as plain values.

    `value` is the rule's share, or its yearly amount in proportion to the schedule's hours; `reached` and `margin` (MWh
    or t) are None where a schedule alone does not tell.
    """
    years = hours_of(schedule.time.values, park.facts.time_zone, step_h=step_h).years
    amounts = {name: float(mw.sum()) * step_h for name, mw in year_quantities_mw(park, schedule).items()}
    found = []
    for rule in set_aside(park):
        known = terms_of(rule).keys() - {""} <= amounts.keys()
        judged = verdict(rule, amounts, years=years) if known else None
        found.append(
            {
                "rule": rule.id, "kind": rule.kind.value, "value": over_years(rule, years).value,
                "reached": judged.reached if judged else None, "margin": judged.margin if judged else None,
            }
        )  # fmt: skip
    return found
