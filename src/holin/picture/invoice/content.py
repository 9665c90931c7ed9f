"""What an invoice says, in one language: every text that page, PDF and workbook print, made once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from holin.picture.texts import Language, spoken, text

THIN = "\u202f"
"""The space between thousands, at which no line breaks."""
KILO = 1000
UNITS = {"Wh": ("kWh", KILO), "W": ("kW", KILO), "VA": ("kVA", KILO)}
"""Unit of a line -> what is printed, and how many of the one are one of the other."""

PRICE_DIGITS = (4, 7)
"""As many decimals of a price are printed at least, and at most."""


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """The texts of an invoice. `lines` are rows of item, quantity, unit, price, amount; `facts` and `energy` of label
    and value; `causes` of cause and amount; `months` of month, amount and its part of the largest."""

    language: str
    title: str
    issuer: str
    issued: str
    footer: str
    customer: str
    number: str
    facts: tuple[tuple[str, str], ...]
    energy: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, str]
    words: tuple[str, str] | None
    vat: tuple[str, str] | None
    why: str
    why_total: str
    causes: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, str, float], ...]
    headings: Mapping[str, str]
    check: str

    def data(self) -> dict[str, Any]:
        """Return it as the dictionary that the template of the paper prints."""
        return dataclasses.asdict(self) | {"headings": dict(self.headings)}


def invoice_of(
    bill: Mapping[str, Any],
    *,
    names: Mapping[str, str],
    park: str,
    issuer: str,
    currency: str,
    kind: str,
    synthetic: str,
    language: str,
    in_capitals: str = "",
    before: Sequence[Mapping[str, Any]] = (),
    causes: Sequence[Mapping[str, Any]] = (),
    version: int = 1,
) -> Invoice:
    """Return the invoice of a bill (`holin.settle.bill_figures`) in a language (zh or en; BadInput for others).

    `names` id -> name of customers, tariffs and their rows; `before` are the customer's bills of earlier months, oldest
    first; `causes` is why it differs from the last of them (`cause_figures`); `in_capitals` the total in words.
    """
    speech = spoken(language)
    say = partial(text, language=speech)
    name = names.get(bill["customer"], bill["customer"])
    first = date.fromisoformat(bill["first"])
    issued = (first + timedelta(days=32)).replace(day=1)
    last = before[-1] if before else None
    change = bill["total_fen"] - last["total_fen"] if last else 0
    return Invoice(
        language=speech, title=f"{say('bill.title')} · {name} · {bill['month']}", issuer=issuer,
        issued=issued.isoformat(), footer=f"{park} · {say('bill.footer')}", customer=name,
        number=f"{bill['month']}-{bill['customer']}-{version}",
        facts=tuple(_facts(bill, names, name, park, issuer, issued, version, speech)),
        energy=tuple(_energy(bill, speech, currency)),
        notes=tuple(_notes(bill, kind, synthetic, speech)),
        columns=(say("bill.item"), say("bill.quantity"), say("bill.unit"), say("bill.price"),
                 say("bill.amount_in").format(currency=currency)),
        lines=tuple(_line(row, names, currency, speech) for row in bill["lines"]),
        total=(say("bill.total"), money(bill["total_fen"])),
        words=(say("bill.in_words"), in_capitals) if in_capitals else None,
        vat=(say("bill.vat"), money(bill["vat_fen"])) if bill["vat_fen"] else None,
        why=say("bill.why").format(month=last["month"]) if last else "",
        why_total=_change(change, last["total_fen"], currency, speech) if last else "",
        causes=tuple((_cause(c, speech), money(c["fen"], signed=True)) for c in causes),
        months=tuple(_months([*before, bill])),
        headings={key: say(f"bill.{key}") for key in ("lines", "energy_head", "months", "check", "cause")},
        check=say("bill.check_words"),
    )  # fmt: skip


def money(fen: int, *, signed: bool = False) -> str:
    """Return an amount with two decimals, thin spaces and a true minus."""
    sign = "−" if fen < 0 else "+" if signed and fen > 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}".replace(",", THIN)


def figure(value: Fraction, digits: int, *, fixed: bool = False, least: int = 0) -> str:
    """Return a value with at most so many decimals, half up, and `least` at least; marked where it is not exact."""
    step = Decimal(1).scaleb(-digits)
    rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)
    printed = f"{abs(rounded):,f}"
    if not fixed and "." in printed:
        whole, _, rest = printed.partition(".")
        rest = rest.rstrip("0").ljust(least, "0")
        printed = f"{whole}.{rest}" if rest else whole
    mark = "" if Fraction(rounded) == value or fixed else "≈"
    return f"{mark}{'−' if rounded < 0 else ''}{printed}".replace(",", THIN)


def kwh(wh: int) -> str:
    """Return energy in kWh, exact to the Wh."""
    return f"{figure(Fraction(wh, KILO), 3)}{THIN}kWh"


def _facts(
    bill: Mapping[str, Any], names: Mapping[str, str], name: str, park: str, issuer: str, issued: date, version: int,
    speech: Language,
) -> list[tuple[str, str]]:  # fmt: skip
    say = partial(text, language=speech)
    return [
        (say("bill.customer"), name),
        (say("bill.supplier"), issuer),
        (say("bill.park"), park),
        (say("bill.month"), bill["month"]),
        (say("bill.days"), say("bill.days_of").format(days=bill["days"], of=bill["days_of_month"])),
        (say("bill.number"), f"{bill['month']}-{bill['customer']}-{version}"),
        (say("bill.issued"), issued.isoformat()),
        (say("bill.tariff"), "; ".join(names.get(t, t) for t in bill["tariffs"])),
        (say("bill.interval"), say("bill.minutes").format(min=bill["step_s"] // 60)),
    ]


def _energy(bill: Mapping[str, Any], speech: Language, currency: str) -> list[tuple[str, str]]:
    say = partial(text, language=speech)
    taken = bill["taken_wh"]
    rows = [(say("bill.energy_used"), kwh(taken))]
    if taken:
        share = f"{figure(Fraction(100 * bill['green_wh'], taken), 1, fixed=True)}{THIN}%"
        rows.append((say("bill.green"), f"{kwh(bill['green_wh'])} ({share})"))
        mean = figure(Fraction(bill["total_fen"] * 10, taken), 4, fixed=True)
        rows.append((say("bill.mean_price"), f"{mean}{THIN}{currency}/kWh"))
    rows.append((say("bill.peak"), f"{figure(Fraction(bill['peak_w']) / KILO, 1, fixed=True)}{THIN}kW"))
    if bill["power_factor"] is not None:
        rows.append((say("bill.factor"), bill["power_factor"]))
    for key, wh in (("fed", bill["fed_wh"]), ("losses", bill["loss_wh"]), ("doubtful", bill["doubtful_wh"])):
        if wh:
            rows.append((say(f"bill.{key}"), kwh(wh)))
    return rows


def _notes(bill: Mapping[str, Any], kind: str, synthetic: str, speech: Language) -> list[str]:
    say = partial(text, language=speech)
    notes = [say(f"bill.{kind}")]
    if synthetic:
        notes.append(synthetic)
    if bill["days"] < bill["days_of_month"]:
        notes.append(say("bill.part"))
    if bill["doubtful_wh"]:
        notes.append(say("bill.doubt"))
    return notes


def item(row: Mapping[str, Any], names: Mapping[str, str], speech: Language) -> str:
    """Return what a line is called: its kind, and its period, band or power factor."""
    say = partial(text, language=speech)
    what = say(f"line.{row['kind']}")
    if not row["of"]:
        return what
    of = say(f"of.{row['of']}") if row["kind"] == "energy" else names.get(row["of"], row["of"])
    return say("bill.of").format(what=what, of=of)


def _line(row: Mapping[str, Any], names: Mapping[str, str], currency: str, speech: Language) -> tuple[str, ...]:
    quantity, price = Fraction(row["quantity"]), Fraction(row["price"])
    what = item(row, names, speech)
    if row["share"] != "1":
        what += text("bill.share", speech).format(share=_part(Fraction(row["share"])))
    if row["unit"] == "fen":
        return what, money(int(quantity)), currency, f"{figure(price * 100, 4)}{THIN}%", money(row["amount_fen"])
    unit, per = UNITS[row["unit"]]
    least, most = PRICE_DIGITS
    printed = figure(price / KILO, most, least=least)
    return what, figure(quantity / per, 3), unit, printed, money(row["amount_fen"])


def _part(share: Fraction) -> str:
    """Return a share as it is multiplied: exact."""
    return f"{share.numerator}/{share.denominator}"


def _cause(cause: Mapping[str, Any], speech: Language) -> str:
    kind, why = text(f"line.{cause['kind']}", speech), text(f"why.{cause['why']}", speech)
    return kind if cause["why"] == "rounding" else text("bill.of", speech).format(what=kind, of=why)


def _change(fen: int, of: int, currency: str, speech: Language) -> str:
    part = figure(Fraction(100 * fen, of), 1, fixed=True) + f"{THIN}%" if of else "–"
    change = f"{money(fen, signed=True)} {currency}"
    return text("bill.why_total", speech).format(change=change, percent=part if fen <= 0 else f"+{part}")


def _months(bills: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, float]]:
    most = max((abs(b["total_fen"]) for b in bills), default=0)
    return [(b["month"], money(b["total_fen"]), abs(b["total_fen"]) / most if most else 0.0) for b in bills]
