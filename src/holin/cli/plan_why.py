"""What `holin plan` prints of the prices of rules and limits, and with --why of what sizes each asset."""

from __future__ import annotations

from typing import Any

from holin.cli.output import currency_in, figure, out, print_table
from holin.cli.texts import text

BRANCHES_SHOWN = 8
LEAST = 1e-6
"""A price below this (currency a unit) is a solver's leftover."""


def print_prices(figures: dict[str, Any], language: str) -> None:
    """Print what one step more of each rule, budget and branch costs or saves."""
    limits = figures["why"]["limits"]
    rules = [x for x in limits if x["kind"] != "branch"]
    branches = sorted((x for x in limits if x["kind"] == "branch"), key=lambda x: -x["price"])[:BRANCHES_SHOWN]
    if not rules and not branches:
        return
    order = list(dict.fromkeys(x["element"] for x in rules))
    rows = [
        [
            (x["name_zh"] if language == "zh" else x["name"]) or x["element"] or x["stage"],
            x["stage"],
            text("plan.slack", language)
            if x["price"] < LEAST
            else text(f"plan.per.{x['unit'].replace(' ', '_')}", language, price=figure(x["price"], 2)),
            _told(x, "per_point", 1e-6, 3),
            _told(x, "per_tonne", 1.0, 2),
            _told(x, "per_kwh", 1e3, 3),
        ]
        for x in (*sorted(rules, key=lambda x: order.index(x["element"])), *branches)
    ]
    names = ("plan.limit", "plan.year", "plan.limit_price", "plan.per_point", "plan.per_tonne", "plan.per_mwh")
    title = text("plan.prices", language, currency=currency_in(figures["currency"], language))
    print_table(title, [text(n, language) for n in names], rows)


def _told(limit: dict[str, Any], name: str, factor: float, digits: int) -> str:
    """Return a price of a limit, a dash where it has none or has room."""
    value = limit[name]
    return figure(None if value is None or limit["price"] < LEAST else factor * value, digits)


def print_rule_costs(figures: dict[str, Any], language: str) -> None:
    """Print what each rule costs in all, where that was asked."""
    rows = [
        [
            x["name_zh"] if language == "zh" else x["name"],
            figure(x["per_year"] / 1e6, 2),
            figure(x["per_tonne"], 2),
            figure(None if x["per_kwh"] is None else 1e3 * x["per_kwh"], 2),
        ]
        for x in figures.get("rule_costs") or []
    ]
    if rows:
        names = ("plan.rule", "plan.cost_a_year", "plan.cost_per_tonne", "plan.cost_per_mwh")
        title = text("plan.rule_costs", language, currency=currency_in(figures["currency"], language))
        print_table(title, [text(n, language) for n in names], rows)


def print_sizing(figures: dict[str, Any], language: str) -> None:
    """Print what sizes each asset."""
    out.print(text("plan.sizing", language), style="bold")
    for row in figures["why"]["sizing"]:
        out.print("  " + row[language], soft_wrap=True, markup=False)
    out.print()
