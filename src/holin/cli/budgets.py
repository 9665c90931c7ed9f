"""Where the rules of the year stand, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holin.cli.output import figure, out, percent, print_table
from holin.cli.texts import text
from holin.rules import AT_MOST, UNITS

LEAST = 0.5
"""MWh (or t) that a rule is behind its target and worth a word."""


def print_budgets(budgets: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print each rule's share (or t): so far, target and reached at the end, expected and planned at the year's end."""
    if not budgets:
        return
    names = ("rule", "so_far", "target", "reached", "expected", "planned")
    rows = [[_rule(b, language), *(_share(b, name) for name in names[1:])] for b in budgets]
    end = str(budgets[0]["end"])
    print_table(text("budget.title", language, end=end), [text(f"budget.{name}", language) for name in names], rows)
    for b in budgets:
        if b["steered"] and b["short"] >= LEAST:
            said = text("budget.short", language, rule=b["rule"], short=figure(b["short"], 0))
            out.print(said, style="yellow", markup=False, soft_wrap=True)


def print_part(rules: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print what a part of a year reaches of the enforced rules that only a whole year can keep."""
    if not rules:
        return
    out.print(text("budget.part", language), soft_wrap=True)
    for rule in rules:
        said = text("budget.part.rule", language, rule=_limit(rule), reached=_share(rule, "reached"))
        out.print(said, markup=False, soft_wrap=True)


def _rule(budget: Mapping[str, Any], language: str) -> str:
    judged = "" if budget["steered"] else f" ({text('budget.judged', language)})"
    return f"{_limit(budget)}{judged}"


def _limit(rule: Mapping[str, Any]) -> str:
    sign = "≤" if rule["kind"] in AT_MOST else "≥"
    limit = figure(rule["value"], 0) if rule["kind"] in UNITS else percent(rule["value"], 0)
    return f"{rule['rule']} {sign} {limit}"


def _share(budget: Mapping[str, Any], name: str) -> str:
    value = budget[name]
    if value is None:
        return "–"
    return figure(value, 0) if budget["kind"] in UNITS else percent(value, 1)
