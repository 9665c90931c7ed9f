"""What the options of the commands that plan say: words of the command line as wishes and changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.plan import PlanWishes
    from holin.rules import Rule
    from holin.scenarios import Change
    from holin.scenarios.drawing import How

YEARS_MAX = 12
"""Each planned year is all its hours."""


def wishes_of(
    *,
    years: str | None,
    base: str | None,
    share: float | None,
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


def _rules(share: float | None, parts: Sequence[str], faults: list[Fault]) -> tuple[Rule, ...]:
    from holin.plan import asked_rule

    pairs = [] if share is None else [("green_share_physical_min", share)]
    pairs += [pair for part in parts if (pair := _pair(part, "--rule", "KIND=VALUE", faults)) is not None]
    asked: list[Rule] = []
    for kind, value in pairs:
        try:
            asked.append(asked_rule(kind, value))
        except BadInput as error:
            faults += error.faults
    kinds = [str(rule.kind) for rule in asked]
    for kind in sorted({k for k in kinds if kinds.count(k) > 1}):
        faults.append(_fault("--rule", kind, "is asked for twice", "give each kind once; --share is its own kind"))
    return tuple(asked)


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
