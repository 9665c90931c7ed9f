"""A run's figures as tables for people: green, energy, money, grid, rules, published figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from holin.cli.output import figure, out, percent, print_table, scaled
from holin.cli.texts import text
from holin.rules import UNITS, missing_for

Figures = Mapping[str, Any]
"""Kinds of rule whose value is an amount, with its unit."""


def print_summary(summary: Figures, language: str) -> None:
    """Print a run's summary as tables; one whose figures the run does not have is left out."""
    heading = {k: summary[k] for k in ("park", "stage", "hours")}
    out.print(text("run.title", language, **heading), style="bold", markup=False)
    notice = summary.get("synthetic", {}).get(language)
    if notice:
        out.print(notice, style="yellow", soft_wrap=True, markup=False)
    if summary.get("kind") == "metered":
        out.print(text("run.metered", language), soft_wrap=True)
    out.print()
    header = [text("column.figure", language), text("column.value", language)]
    print_table(text("run.green", language), header, _green(summary, language))
    _print_energy(summary, header, language)
    _print_money(summary, header, language)
    print_table(text("run.grid", language), header, _grid(summary, language))
    if levels := summary.get("must_run"):
        print_table(text("run.must_run", language), header, [_level(row, language) for row in levels])
    if rules := summary.get("rules"):
        names = [text(f"column.{c}", language) for c in ("rule", "required", "reached", "verdict")]
        print_table(text("run.rules", language), names, [rule_row(row, language) for row in rules])
    if claims := summary.get("claims"):
        names = [text(f"column.{c}", language) for c in ("claim", "range", "reached", "verdict")]
        rows = [_claim(row, str(summary["currency"]), language) for row in claims]
        print_table(text("run.claims", language), names, rows)


def _green(summary: Figures, language: str) -> list[list[str]]:
    share, price = summary["green_share"], figure(summary["all_in_price_per_kwh"], 4)
    rows = [
        [text("run.green_physical", language), percent(share["physical"])],
        [text("run.green_annual", language), percent(share["annual"])],
    ]
    if summary["metal_t"]:
        rows += [
            [text("run.metal", language), figure(summary["metal_t"], 0) + " t"],
            [text("run.green_metal", language), figure(summary["green_metal_t"], 0) + " t"],
            [text("run.carbon", language), figure(summary["carbon"]["t_per_t_al"], 2) + " t"],
        ]
    return [*rows, [text("run.price", language), f"{price} {summary['currency']}"]]


def _print_energy(summary: Figures, header: Sequence[str], language: str) -> None:
    known = {kind: math.nan if mwh is None else mwh for kind, mwh in summary["energy_mwh"].items()}
    energy = {kind: mwh for kind, mwh in known.items() if kind != "shed" or mwh > 0}
    step, digits = scaled(list(energy.values()))
    rows = [[text(f"energy.{kind}", language), figure(mwh / step, digits)] for kind, mwh in energy.items()]
    print_table(text(f"run.energy.{step:.0f}", language), header, rows)


def _print_money(summary: Figures, header: Sequence[str], language: str) -> None:
    """Print the parts of the all-in price by the names that the report gives them."""
    from holin.picture.texts import spoken
    from holin.picture.texts import text as printed_word

    parts = {name: amount for name, amount in summary["price_parts"].items() if amount}
    step, digits = scaled(list(parts.values()))
    rows = [
        [printed_word(f"part.{name}", spoken(language)), figure(amount / step, digits)]
        for name, amount in parts.items()
    ]
    rows.append([text("run.money_total", language), figure(sum(parts.values()) / step, digits)])
    print_table(text(f"run.money.{step:.0f}", language, currency=summary["currency"]), header, rows)


def _grid(summary: Figures, language: str) -> list[list[str]]:
    grid = summary["flow"]
    return [
        [text("run.hours_converged", language), f"{grid['hours_converged']} / {summary['hours']}"],
        [text("run.voltage", language), f"{figure(grid['v_min_pu'], 3)} .. {figure(grid['v_max_pu'], 3)}"],
        [text("run.loading", language), percent(grid["loading_max"])],
        [text("run.overloaded", language), str(grid["hours_overloaded"])],
        *[
            [text("run.reactive", language, branch=branch), str(hours)]
            for branch, hours in grid.get("overloaded_by_reactive", {}).items()
        ],
        *(
            [[text("run.rounds", language), str(rounds)]]
            if (rounds := grid.get("redispatch_rounds")) is not None
            else []
        ),
        *([[text("run.unsettled", language), text("run.fails", language)]] if grid.get("settled") is False else []),
    ]


def _level(row: Figures, language: str) -> list[str]:
    label = text("run.must_run_level", language, mw=figure(row["must_run_mw"], 0))
    return [label, percent(row["green_share_annual"])]


def rule_row(row: Figures, language: str) -> list[str]:
    """Return name, limit, what was reached and the verdict; two decimals of a percent: 14.95 % of 15 % is not met."""
    unit = UNITS.get(row["kind"])
    required, reached = (
        percent(row[key], 2) if unit is None else _amount(row[key], 2 if unit == "h" else 0, f" {unit}")
        for key in ("value", "reached")
    )
    verdict = text(f"run.{_verdict(row)}", language)
    if row.get("partial") and row["holds"] is not None:
        verdict += text("run.partial", language)
    return [named(row, "rule", language), required, reached, verdict]


def _verdict(row: Figures) -> str:
    if row["holds"] is None:
        return missing_for(row["kind"])
    return "holds" if row["holds"] else "fails"


def _claim(row: Figures, currency: str, language: str) -> list[str]:
    low, high, reached = (_claimed(row["figure"], row[key], currency) for key in ("low", "high", "reached"))
    if row["low"] is None or row["high"] is None:
        span = f"≤ {high}" if row["low"] is None else f"≥ {low}"
    else:
        span = low if low == high else f"{low.rpartition(' ')[0]} .. {high}"
    verdict = {True: "agrees", False: "differs", None: "not_reached"}[row["agrees"]]
    return [named(row, "claim", language), span, reached, text(f"run.{verdict}", language)]


def _claimed(kind: str, value: float | None, currency: str) -> str:
    if kind.endswith("_share"):
        return percent(value)
    if kind.endswith("_mwh"):
        return _amount(None if value is None else value / 1e3, 1, " GWh")
    if kind.endswith("_per_kwh"):
        return _amount(value, 4, f" {currency}")
    return _amount(value, 2, " t/t") if kind.endswith("_t_per_t") else _amount(value, 0, " t")


def _amount(value: float | None, digits: int, unit: str) -> str:
    return "–" if value is None or not math.isfinite(value) else figure(value, digits) + unit


def named(row: Figures, identity: str, language: str) -> str:
    """Return a row's name in the language, else in the other one, else its id."""
    names = [row.get("name_zh"), row.get("name")]
    return str(next((n for n in (names if language == "zh" else names[::-1]) if n), row[identity]))
