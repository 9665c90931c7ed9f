"""The sheets of levelised cost by source and of the all-in price by part, enterprise and class of enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import numpy as np
from openpyxl.utils import get_column_letter

from holin.finance.levelised import PARTS
from holin.finance.price import KWH_PER_MWH, price_by_class, price_by_enterprise
from holin.finance.workbook.cells import FACTOR, MONEY, PRICE, Formula, Sheet, heads, put, set_page, title
from holin.finance.workbook.facts import BookFacts
from holin.finance.workbook.words import Language, word

HEAD_ROW = 4
FIRST_PART = 6
PER_MWH = "#,##0.00"


def levelised_sheet(sheet: Sheet, facts: BookFacts, language: Language) -> None:
    """Write discounted costs by part, discounted energy, and their ratio for each source."""
    parts = [p for p in PARTS if any(p in cost.costs for cost in facts.levelised)]
    energy, total = len(parts) + 3, len(parts) + 2
    title(sheet, word("lcoe", language), f"{facts.plan} · {facts.currency}")
    names = [word(p, language) for p in parts]
    head = [word("source", language), *names, word("discounted", language), word("energy_discounted", language)]
    heads(sheet, HEAD_ROW, [*head, *(f"{n} {word('per_mwh', language)}" for n in names), word("per_mwh", language)])
    for row, cost in enumerate(facts.levelised, start=HEAD_ROW + 1):
        put(sheet, row, 1, facts.names.get(cost.source) or word(cost.source, language))
        for column, part in enumerate(parts, start=2):
            put(sheet, row, column, cost.costs.get(part, 0.0), format=MONEY)
            per_mwh = cost.parts_per_mwh.get(part, nan if cost.energy_mwh <= 0.0 else 0.0)
            put(sheet, row, column + energy - 1, _ratio(row, column, energy, per_mwh), format=PER_MWH)
        sum_ = Formula(f"=SUM(B{row}:{get_column_letter(total - 1)}{row})", sum(cost.costs.values()))
        put(sheet, row, total, sum_, format=MONEY)
        put(sheet, row, energy, cost.energy_mwh, format=MONEY)
        per_mwh = nan if cost.per_mwh is None else cost.per_mwh
        put(sheet, row, energy + len(parts) + 1, _ratio(row, total, energy, per_mwh), format=PER_MWH, bold=True)
    widths = dict.fromkeys(range(2, energy + len(parts) + 2), 15.0) | {1: 20.0}
    set_page(sheet, widths, freeze="B5", heading=facts.park_name, foot=word("page", language), titles="4:4")


def _ratio(row: int, above: int, below: int, result: float) -> Formula:
    """Return one column over another, nothing where that is 0."""
    over, under = get_column_letter(above), get_column_letter(below)
    return Formula(f'=IF({under}{row}>0,{over}{row}/{under}{row},"")', result)


def price_sheet(sheet: Sheet, facts: BookFacts, language: Language) -> dict[str, Formula]:
    """Write what supply costs: yearly parts, shared out among enterprises, and the price per kWh by part and class.

    Returns the park's price (`all_in_price`) and the smelters' cost (`smelting`, where there are any) as formulas.
    """
    shared = facts.shared
    assert shared is not None
    parts, count = [str(p) for p in shared.part.values], shared.sizes["enterprise"]
    first_part, last = FIRST_PART, FIRST_PART - 1 + len(parts)
    letters = [get_column_letter(c) for c in range(first_part, last + 1)]
    named = [facts.names.get(p) or word(p, language) for p in parts]
    head = [word(k, language) for k in ("enterprise", "sector", "energy", "energy_share", "peak_share")]
    title(sheet, word("price", language), f"{facts.plan} · {facts.currency}")
    heads(sheet, HEAD_ROW, [*head, *named, word("total", language), word("per_kwh", language)])
    total, price = get_column_letter(last + 1), get_column_letter(last + 2)
    put(sheet, 5, 1, word("yearly", language), bold=True)
    put(sheet, 6, 1, word("allocation", language))
    for letter, column, part in zip(letters, range(first_part, last + 1), parts, strict=True):
        put(sheet, 5, column, float(shared.cost.sel(part=part).sum()), format=MONEY, bold=True)
        put(sheet, 6, column, word(f"by_{shared.allocation.sel(part=part).item()}", language))
        assert letter == get_column_letter(column)
    top, bottom = 7, 6 + count
    energy, cost = float(shared.energy_mwh.sum()), float(shared.cost.sum())
    by_enterprise = price_by_enterprise(shared).sum("part", skipna=False)
    put(sheet, 5, 3, Formula(f"=SUM(C{top}:C{bottom})", energy), format=MONEY, bold=True)
    put(sheet, 5, last + 1, Formula(f"=SUM({letters[0]}5:{letters[-1]}5)", cost), format=MONEY, bold=True)
    put(sheet, 5, last + 2, Formula(f"={total}5/C5/1000", cost / energy / KWH_PER_MWH), format=PRICE, bold=True)
    for row, who in enumerate(shared.enterprise.values, start=top):
        one = shared.sel(enterprise=who)
        sector = str(one.sector.item())
        put(sheet, row, 1, facts.names.get(str(who), str(who)))
        put(sheet, row, 2, facts.names.get(sector) or word(sector, language))
        put(sheet, row, 3, float(one.energy_mwh), format=MONEY)
        put(sheet, row, 4, Formula(f"=C{row}/C$5", float(one.energy_mwh) / energy), format=FACTOR)
        put(sheet, row, 5, float(one.peak_share), format=FACTOR)
        for letter, column, part in zip(letters, range(first_part, last + 1), parts, strict=True):
            share = "E" if shared.allocation.sel(part=part).item() == "peak" else "D"
            borne = float(one.cost.sel(part=part))
            put(sheet, row, column, Formula(f"={letter}$5*${share}{row}", borne), format=MONEY)
        summed = Formula(f"=SUM({letters[0]}{row}:{letters[-1]}{row})", float(one.cost.sum()))
        put(sheet, row, last + 1, summed, format=MONEY)
        per_kwh = Formula(
            f'=IF(C{row}>0,{total}{row}/C{row}/1000,"")', float(by_enterprise.sel(enterprise=who))
        )  # fmt: skip
        put(sheet, row, last + 2, per_kwh, format=PRICE)
    classes = list(dict.fromkeys(str(s) for s in shared.sector.values))
    places = _by_class(
        sheet,
        facts,
        bottom + 2,
        (top, bottom),
        {c: facts.names.get(c) or word(c, language) for c in classes},
        letters,
        language,
    )
    widths = dict.fromkeys(range(2, last + 3), 14.0) | {1: 26.0}
    set_page(sheet, widths, freeze="B5", heading=facts.park_name, foot=word("page", language), titles="4:4", keep="A:A")
    found = {"all_in_price": Formula(f"='{sheet.title}'!${price}$5", cost / energy / KWH_PER_MWH)}
    if "smelting" in classes:
        row = places[classes.index("smelting")]
        borne = float(shared.cost.values[:, shared.sector.values == "smelting"].sum())
        found["smelting"] = Formula(f"='{sheet.title}'!${price}${row}*'{sheet.title}'!$C${row}*1000", borne)
    return found


def _by_class(
    sheet: Sheet, facts: BookFacts, row: int, rows: tuple[int, int], classes: Mapping[str, str], letters: list[str],
    language: Language,
) -> list[int]:  # fmt: skip
    """Write the price per kWh by part for each class (id -> name) and for the whole park; return the classes' rows."""
    shared = facts.shared
    assert shared is not None
    top, bottom = rows
    heads(sheet, row, [word("by_class", language)])
    first, prices = row + 1, price_by_class(shared)
    names = f"$B${top}:$B${bottom}"
    for k, (one, name) in enumerate([*classes.items(), ("", word("park", language))], start=first):
        of = shared.sector.values == one if one else np.full(shared.sizes["enterprise"], True)
        mwh = float(shared.energy_mwh.values[of].sum())
        each = prices.sel(sector=one).values if one else shared.cost.sum("enterprise").values / mwh / KWH_PER_MWH
        put(sheet, k, 1, name, bold=not one)
        put(sheet, k, 2, name)
        energy = f"=SUMIF({names},$B{k},C${top}:C${bottom})" if one else f"=SUM(C{top}:C{bottom})"
        put(sheet, k, 3, Formula(energy, mwh), format=MONEY)
        for column, (letter, price) in enumerate(zip(letters, each, strict=True), start=FIRST_PART):
            block = f"{letter}${top}:{letter}${bottom}"
            cost = f"SUMIF({names},$B{k},{block})" if one else f"SUM({block})"
            put(sheet, k, column, Formula(f'=IF($C{k}>0,{cost}/$C{k}/1000,"")', float(price)), format=PRICE)
        total = Formula(f"=SUM({letters[0]}{k}:{letters[-1]}{k})", float(np.nansum(each)))
        put(sheet, k, FIRST_PART + len(letters) + 1, total, format=PRICE, bold=True)
    return list(range(first, first + len(classes)))
