"""What `holin plan` prints of the prices of rules and limits, and with --why of what sizes each asset."""

from __future__ import annotations

from typing import Any

from holin.cli.output import figure, out, print_table
from holin.cli.texts import text

BRANCHES_SHOWN = 8


def print_prices(figures: dict[str, Any], language: str) -> None:
    """Print what one step more of each rule, budget and branch costs or saves."""
    limits = figures["why"]["limits"]
    rules = [x for x in limits if x["kind"] != "branch"]
    branches = sorted((x for x in limits if x["kind"] == "branch"), key=lambda x: -x["price"])[:BRANCHES_SHOWN]
    if not rules and not branches:
        return
    rows = [
        [
            x["element"] or x["stage"],
            x["stage"],
            f"{figure(x['price'], 2)} / {x['unit']}",
            figure(x["per_point"] / 1e6 if x["per_point"] is not None else None, 3),
            figure(x["per_tonne"], 2),
            figure(1000.0 * x["per_kwh"] if x["per_kwh"] is not None else None, 3),
        ]
        for x in (*rules, *branches)
    ]
    names = ("plan.limit", "plan.year", "plan.limit_price", "plan.per_point", "plan.per_tonne", "plan.per_mwh")
    title = text("plan.prices", language, currency=figures["currency"])
    print_table(title, [text(n, language) for n in names], rows)


def print_sizing(figures: dict[str, Any], language: str) -> None:
    """Print what sizes each asset."""
    out.print(text("plan.sizing", language), style="bold")
    for row in figures["why"]["sizing"]:
        out.print("  " + row[language], soft_wrap=True, markup=False)
    out.print()
