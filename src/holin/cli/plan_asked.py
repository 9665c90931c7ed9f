"""What the options of the commands that plan say: words of the command line as wishes and changes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.plan import PlanWishes
    from holin.rules import Rule
    from holin.scenarios import Change
    from holin.scenarios.drawing import How

YEARS_MAX = 12
"""Each planned year is all its hours."""

GROWTH_MIN, GROWTH_MAX = -0.2, 0.5
"""A year's growth of load beyond these is a slip of the hand: percent instead of a share."""

YEAR_LAST = 2100
"""Falling costs are drawn on from year to year: beyond this they say nothing, and would be next to nothing."""


def wishes_of(
    *,
    years: str | None,
    base: str | None,
    share: str | None,
    rules: Sequence[str] | None,
    no_export: bool,
    invest_max: Sequence[str] | None,
    anew: bool,
    secure: bool,
    load_growth: float,
    whole: bool,
) -> PlanWishes:
    """Return what the options ask for. Raises BadInput with all that is wrong with them."""
    from holin.plan import PlanWishes

    faults: list[Fault] = []
    asked = _rules(share, rules or (), faults)
    budgets = _budgets(invest_max or (), faults)
    wanted = _years(years or "", faults)
    if not GROWTH_MIN <= load_growth <= GROWTH_MAX:
        problem = "is no number" if math.isnan(load_growth) else "is no growth of load a year"
        right = f"a share from {GROWTH_MIN:g} to {GROWTH_MAX:g}, such as 0.02"
        faults.append(_fault("--load-growth", f"{load_growth:g}", problem, right))
    if faults:
        raise BadInput(faults)
    return PlanWishes(
        years=wanted, base=base, rules=asked, investment_max=budgets, load_growth=load_growth, anew=anew,
        export=not no_export, secure=secure, whole=whole,
    )  # fmt: skip


def changes_of(parts: Sequence[str] | None) -> tuple[Change, ...]:
    """Return what is changed in the park before it is planned. Raises BadInput with all that is wrong."""
    from holin.scenarios import Change

    found, faults = [], list[Fault]()
    for part in parts or ():
        name, _, value = part.partition("=")
        how: How = "to" if value.startswith("=") else "plus" if value.startswith(("+", "-")) else "times"
        amount = _number(value.removeprefix("="))
        if amount is None:
            right = "write NAME=2 (times), NAME=+50 (plus) or NAME==0.08 (to)"
            faults.append(_fault("--change", part, "has no number after =", right))
        else:
            found.append(Change(quantity=name.strip(), how=how, value=amount))
    if faults:
        raise BadInput(faults)
    return tuple(found)


def solver_of(name: str) -> str:
    """Return the solver's name. Raises BadInput where there is none of it."""
    from holin.plan import SOLVERS

    if name not in SOLVERS:
        raise BadInput([_fault("--solver", name, "no such solver", f"one of {', '.join(SOLVERS)}")])
    return name


STEPS_H = {"1h": 1.0, "30min": 0.5, "15min": 0.25}


def step_of(value: str) -> float:
    """Return the step of the optimum in hours. Raises BadInput where it is none of those that a plan may have."""
    if value not in STEPS_H:
        raise BadInput([_fault("--step", value, "no such step", f"give {', '.join(STEPS_H)}")])
    return STEPS_H[value]


def _rules(share: str | None, parts: Sequence[str], faults: list[Fault]) -> tuple[Rule, ...]:
    """Return the rules: each for all planned years, or from a year on until the same kind asks otherwise."""
    from holin.plan import asked_rule

    wanted = [*_shares(share or "", faults), *(found for part in parts if (found := _rule(part, faults)) is not None)]
    asked: dict[str, dict[int, Rule]] = {}
    for kind, since, value in wanted:
        try:
            rule = asked_rule(kind, value)
        except BadInput as error:
            faults += error.faults
            continue
        if since in asked.setdefault(kind, {}):
            right = "give each kind once, or once a year; --share is its own kind"
            faults.append(_fault("--rule", kind, "is asked for twice", right))
        asked[kind][since] = rule
    return tuple(rule for by_year in asked.values() for rule in _dated(by_year))


def _dated(by_year: Mapping[int, Rule]) -> Iterator[Rule]:
    """Yield rules of one kind, each from its year until the next one's; 0 is from the first planned year on."""
    years = sorted(by_year)
    for since, until in zip(years, [*years[1:], None], strict=True):
        rule = by_year[since]
        yield dataclasses.replace(
            rule, id=f"{rule.id}-{since}" if since else rule.id, built=date(since, 1, 1) if since else None,
            retired=date(until, 1, 1) if until else None,
        )  # fmt: skip


def _shares(text: str, faults: list[Fault]) -> Iterator[tuple[str, int, float]]:
    """Yield the physical shares of `--share`: 0.7, or by year 2028=0.5,2030=0.7."""
    for part in (p.strip() for p in text.split(",") if p.strip()):
        year, equals, value = part.rpartition("=")
        share = _number(value)
        if share is None or not 0.0 <= share <= 1.0 or (equals and not _is_year(year)):
            faults.append(_fault("--share", part, "is no share", "write 0.7, or by year 2028=0.5,2030=0.7"))
        else:
            yield "green_share_physical_min", int(year or 0), share


def _rule(text: str, faults: list[Fault]) -> tuple[str, int, float] | None:
    """Return kind, year (0: none) and value of KIND=VALUE or KIND@YEAR=VALUE."""
    pair = _pair(text, "--rule", "KIND=VALUE or KIND@YEAR=VALUE", faults)
    if pair is None:
        return None
    kind, at, year = pair[0].partition("@")
    if at and not _is_year(year):
        faults.append(
            _fault("--rule", text, "names no year after @", "write KIND@YEAR=VALUE, such as co2_max_t@2030=5e5")
        )
        return None
    return kind, int(year or 0), pair[1]


def _budgets(parts: Sequence[str], faults: list[Fault]) -> dict[int, float]:
    budgets: dict[int, float] = {}
    for part in parts:
        pair = _pair(part, "--invest-max", "YEAR=AMOUNT", faults)
        if pair is None:
            continue
        if not _is_year(pair[0]):
            faults.append(_fault("--invest-max", part, "names no year", "write YEAR=AMOUNT, such as 2030=5e9"))
        elif pair[1] < 0.0:
            faults.append(_fault("--invest-max", part, "is no budget", "write an amount from 0 on"))
        elif int(pair[0]) in budgets:
            faults.append(_fault("--invest-max", part, "is the year's second budget", "give each year once"))
        else:
            budgets[int(pair[0])] = pair[1]
    return budgets


def _years(text: str, faults: list[Fault]) -> tuple[int, ...]:
    years: list[int] = []
    for part in (p.strip() for p in text.split(",") if p.strip()):
        first, dash, last = part.partition("-")
        if not _is_year(first) or (dash and not (_is_year(last) and int(first) <= int(last))):
            faults.append(_fault("--years", part, "is no year", "write 2030, 2026,2030 or 2026-2030"))
        else:
            years += range(int(first), int(last or first) + 1)
    if late := [str(year) for year in years if year > YEAR_LAST]:
        right = f"years until {YEAR_LAST}"
        faults.append(_fault("--years", ", ".join(late[:3]), "lies beyond what costs can be told of", right))
    if len(set(years)) > YEARS_MAX:
        right = "plan for a few years, such as 2026,2028,2030"
        faults.append(_fault("--years", text, f"more than {YEARS_MAX} years", right))
    return tuple(years)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and int(text) > 0


def _pair(text: str, option: str, form: str, faults: list[Fault]) -> tuple[str, float] | None:
    name, _, value = text.partition("=")
    amount = _number(value)
    if amount is None:
        faults.append(_fault(option, text, "has no number after =", f"write {form}"))
        return None
    return name.strip(), amount


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _fault(option: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file="command line", field=option, value=value, problem=problem, right=right)
