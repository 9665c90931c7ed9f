"""Bills as figures for a program: whole numbers, exact prices as text, and back again without loss."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from holin.settle.bill import Bill, Line
from holin.settle.compare import Cause
from holin.settle.settlement import Settlement

COUNT = "physical (traced hour by hour)"
"""Which of the three green counts `green_wh` and `own_wh` belong to."""


def plain(value: Fraction) -> str:
    """Return a fraction as a decimal where it has one with an end, else as a/b; `Fraction(text)` reads both."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    text = str(int(value * 10**digits))
    if not digits:
        return text
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    text = text.rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def bill_figures(bill: Bill) -> dict[str, Any]:
    """Return a bill as plain figures; `price` and `quantity` are exact texts, all amounts whole fen."""
    return {
        "customer": bill.customer,
        "month": bill.month,
        "first": bill.first.isoformat(),
        "days": bill.days,
        "days_of_month": bill.days_of_month,
        "step_s": bill.step_s,
        "tariffs": list(bill.tariffs),
        "lines": [
            {
                "kind": line.kind, "of": line.of, "tariff": line.tariff, "quantity": plain(line.quantity),
                "unit": line.unit, "price": plain(line.price), "share": plain(line.share),
                "amount_fen": line.amount_fen,
            }
            for line in bill.lines
        ],
        "total_fen": bill.total_fen,
        "vat_fen": bill.vat_fen,
        "taken_wh": bill.taken_wh,
        "green_wh": bill.green_wh,
        "own_wh": bill.own_wh,
        "loss_wh": bill.loss_wh,
        "fed_wh": bill.fed_wh,
        "reactive_varh": bill.reactive_varh,
        "doubtful_wh": bill.doubtful_wh,
        "peak_w": plain(bill.peak_w),
        "billed_w": plain(bill.billed_w),
        "power_factor": None if bill.power_factor is None else str(bill.power_factor),
        "count": COUNT,
    }  # fmt: skip


def bill_of(figures: Mapping[str, Any]) -> Bill:
    """Return the bill that figures were made of."""
    lines = tuple(
        Line(
            kind=row["kind"], of=row["of"], tariff=row["tariff"], quantity=Fraction(row["quantity"]),
            unit=row["unit"], price=Fraction(row["price"]), amount_fen=row["amount_fen"],
            share=Fraction(row["share"]),
        )
        for row in figures["lines"]
    )  # fmt: skip
    whole = ("days", "days_of_month", "step_s", "total_fen", "vat_fen", "taken_wh", "green_wh", "own_wh", "loss_wh",
             "fed_wh", "reactive_varh", "doubtful_wh")  # fmt: skip
    factor = figures["power_factor"]
    return Bill(
        customer=figures["customer"], month=figures["month"], first=date.fromisoformat(figures["first"]),
        tariffs=tuple(figures["tariffs"]), lines=lines, peak_w=Fraction(figures["peak_w"]),
        billed_w=Fraction(figures["billed_w"]), power_factor=None if factor is None else Decimal(factor),
        **{name: figures[name] for name in whole},
    )  # fmt: skip


def settlement_figures(month: Settlement) -> dict[str, Any]:
    """Return a settled month: all bills, what is bought at the grid connections, and the margin, in whole fen."""
    return {
        "month": month.month,
        "billed_fen": month.billed_fen,
        "purchased_fen": month.purchased_fen,
        "margin_fen": month.margin_fen,
        "by_kind_fen": month.by_kind(),
        "unbilled": [
            {"customer": name, "taken_wh": taken, "fed_wh": fed} for name, (taken, fed) in month.unbilled.items()
        ],
        "bills": [bill_figures(b) for b in month.bills],
        "purchases": [bill_figures(b) for b in month.purchases],
    }


def cause_figures(causes: tuple[Cause, ...]) -> list[dict[str, Any]]:
    """Return the causes of a difference, largest first."""
    return [{"kind": c.kind, "why": c.why, "fen": c.fen} for c in causes]
