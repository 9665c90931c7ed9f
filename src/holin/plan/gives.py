"""By how much something gives way in a solution: against what was asked of it, in its own unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from holin.kernel.linear import Floats
from holin.operation import potline_line
from holin.plan.breach import amounts_of, kind_of
from holin.plan.called import as_asked
from holin.plan.expected import expected_quantities, sum_unit
from holin.plan.offers import BRANCHES
from holin.plan.problem import PlanProblem, PlanStage
from holin.rules import AT_MOST, UNITS, Rule, margin_of, over_years, share_with, terms_of
from holin.rules.rule import VERDICT_TOLERANCE, YEARLY

LEAST = VERDICT_TOLERANCE
"""Of the largest quantity that counts: a solver's leftover below this gives nothing, as it breaks no rule."""


class Party(StrEnum):
    """What can conflict, or give way."""

    RULE = "rule"
    BUDGET = "budget"
    SIZE = "size"
    BRANCH = "branch"
    BALANCE = "balance"
    DUTY = "duty"


KINDS = {
    "rule_short.": Party.RULE, "over_budget.": Party.BUDGET, "beyond.": Party.SIZE, "wider.": Party.BRANCH,
    "surplus.": Party.BALANCE, "missing.": Party.BALANCE, "metal_short.": Party.DUTY,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Give:
    """By how much something gives way: `amount` of `unit` (MWh or another sum of a rule, currency, MW, MVA, t).

    Of a rule it is against the value that was `asked`, with the one that is `reached` then (a share where `value_unit`
    is empty), `at_most` where it asks for no more; 0 where only what it is kept stricter by is missing.
    """

    stage: str
    party: Party
    element: str
    amount: float
    unit: str
    asked: float | None = None
    reached: float | None = None
    value_unit: str = ""
    at_most: bool = False
    surplus: bool = False
    """Of a balance: whether power is left over; otherwise it is missing."""


def whose(name: str) -> tuple[str, str]:
    """Return the stage and the element of a column by which something gives way."""
    stage, _, bare = name.partition(":") if ":" in name else ("", "", name)
    element = bare.removeprefix(kind_of(name))
    return (stage or element, element)


def gives_of(
    stages: Sequence[PlanStage], problem: PlanProblem, values: Floats, names: Sequence[str]
) -> tuple[Give, ...]:
    """Return by how much columns give way in a solution, those that give nothing left out."""
    amounts = amounts_of(problem.linear, values)
    expected = {s.name: expected_quantities(problem, s, values) for s in stages}
    found: list[Give] = []
    for name in names:
        of, element = whose(name)
        stage, party = next(s for s in stages if s.name == of), KINDS[kind_of(name)]
        rule = next((r for r in stage.rules if r.id == element), None) if party is Party.RULE else None
        known = expected[of]
        if amounts.get(name, 0.0) > LEAST * _scale(stage, party, element, rule, known):
            found.append(_give(stage, party, element, amounts[name], rule, known, "surplus." in name))
    return tuple(found)


def _give(
    stage: PlanStage, party: Party, element: str, amount: float, rule: Rule | None, known: dict[str, float],
    surplus: bool,
) -> Give:  # fmt: skip
    if rule is not None:
        return _give_of_rule(stage, rule, amount, known)
    table = next((o.table for o in stage.offers if o.id == element), "")
    unit = {
        Party.BUDGET: "currency", Party.SIZE: "MVA" if table in BRANCHES else "MW", Party.BRANCH: "MVA",
        Party.BALANCE: "MWh", Party.DUTY: "t",
    }[party]  # fmt: skip
    factor = 1e6 if party is Party.BUDGET else stage.case.hours.step_h if party is Party.BALANCE else 1.0
    return Give(stage=stage.name, party=party, element=element, amount=factor * amount, unit=unit, surplus=surplus)


def _give_of_rule(stage: PlanStage, rule: Rule, amount: float, known: Mapping[str, float]) -> Give:
    """Return by how much a rule misses what was asked of it: its row may be a little stricter."""
    years, asked = stage.case.hours.years, as_asked(stage, rule)
    looser = margin_of(over_years(asked, years), known) - margin_of(over_years(rule, years), known)
    short = amount - looser
    return Give(
        stage=stage.name, party=Party.RULE, element=rule.id, unit=sum_unit(rule),
        amount=short if short > LEAST * _scale(stage, Party.RULE, rule.id, rule, known) else 0.0, asked=asked.value,
        reached=share_with(asked, known, -short / (years if rule.kind in YEARLY else 1.0)),
        value_unit=UNITS.get(rule.kind, ""), at_most=rule.kind in AT_MOST,
    )  # fmt: skip


def _scale(stage: PlanStage, party: Party, element: str, rule: Rule | None, known: Mapping[str, float]) -> float:
    """Return against what an amount by which something gives way is small, in the unit of its columns."""
    hours, load_mw = stage.case.hours, stage.case.load_mw.sum(axis=1)
    if rule is not None:
        terms = terms_of(over_years(as_asked(stage, rule), hours.years))
        return max(abs(factor * (known.get(name, 0.0) if name else 1.0)) for name, factor in terms.items())
    if party is Party.BUDGET:
        return 1e-6 * (stage.investment_max or 0.0)
    if party is Party.DUTY:
        potline = next(p for p in stage.case.park.potlines if p.id == element)
        return potline_line(potline).metal_nom_t_per_h * hours.step_h * hours.count
    load = load_mw.sum() if party is Party.BALANCE else load_mw.max(initial=0.0)
    return max(float(load), 1.0)
