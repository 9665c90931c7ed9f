"""The parts of a plan's report that are words and numbers: tiles, what to build, proof, assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from holin.park import Cost, Park, by_id
from holin.picture.glance import Tile
from holin.picture.printed import Page, both, cell, number, percent, rounded, table

Figures = Mapping[str, Any]


def tiles(figures: Figures, page: Page) -> str:
    """Return what a plan comes to at a glance."""
    shown = list(_tiles(figures, page))
    columns = -(-len(shown) // (2 if len(shown) > 6 else 1))
    return f'<div class="tiles" style="--n:{columns}">{"".join(t.html(page) for t in shown)}</div>'


def _tiles(figures: Figures, page: Page) -> Iterator[Tile]:
    year = figures["years"][-1]
    at = escape(year)
    if figures["by_year"]:
        physical = figures["by_year"][year]["green_share"]["physical"]
        note = f"{at} · {page.word('count.physical')}"
        yield Tile(key="green_physical", value=number(100 * physical, 1), unit="%", note=note, hue="green big")
    millions = page.word("unit.millions")
    money = figures.get("money") or {}
    if "figures" not in money:
        total = sum(figures["investment"].values())
        yield Tile(key="plan_investment", value=rounded(total / 1e6), unit=millions)
        return
    found, price, reference = money["figures"], money["prices"][year], money["reference"][year]
    yield Tile(
        key="plan_investment", value=rounded(found["invested"] / 1e6), unit=millions, note=page.word("plan.with_vat")
    )
    if not money["no_return"]:  # a park that sheds load with nothing built is nothing to compare with
        yield Tile(
            key="plan_npv", value=rounded(found["project_npv"] / 1e6), unit=millions, note=page.word("plan.after_tax")
        )
        yield Tile(key="plan_irr", value=_percent(found["project_irr"]), unit="%", note=page.word("plan.after_tax"))
        years = page.word("unit.years")
        yield Tile(key="plan_payback", value=number(found["payback_years"], 1), unit=years)
    without = f"{page.word('plan.without')} {number(reference['price_per_kwh'], 4)}"
    yield Tile(
        key="price", value=number(price["per_kwh"], 4), unit=page.word("unit.price_per_kwh"), note=f"{at} · {without}"
    )
    if price["per_t_metal"] is not None:
        yield Tile(
            key="plan_per_t_metal", value=number(price["per_t_metal"]), unit=page.word("unit.price_per_t"), note=at
        )
    less, per_t = money["abatement"]["co2_less_t"][year], money["abatement"]["cost_per_t_all_years"]
    yield Tile(key="plan_co2_less", value=number(less / 1e3, 1), unit=page.word("unit.kt_co2"), note=at)
    if per_t is not None:
        yield Tile(
            key="plan_abatement", value=number(per_t), unit=page.word("unit.price_per_t_co2"),
            note=page.word("plan.against_nothing"),
        )  # fmt: skip


WAYS_OUT = {"retrofit": "plan.refitted", "retire": "plan.retired"}
"""How a unit makes way -> its word."""


def _percent(value: float | None) -> str:
    return "–" if value is None else number(100 * value, 1)


def built(figures: Figures, page: Page) -> str:
    """Return the table of what to build, refit and retire, or that nothing is."""
    rows = [
        [
            f'<th scope="row">{_name(row, page)}</th>',
            page.word(f"plan_kind.{row['kind']}"),
            escape(row["stage"]),
            cell(row["mw"], number(row["mw"], 1)),
            cell(row["mwh"], number(row["mwh"] or None, 1)),
            cell(row["stands_mw"], number(row["stands_mw"], 1)),
            cell(row["investment"], number(row["investment"] / 1e6, 1)),
            cell(row["yearly_cost"], number(row["yearly_cost"] / 1e6, 1)),
        ]
        for row in figures["built"]
        if row["mw"]
    ]
    gone = "".join(
        f"<li>{page.word(WAYS_OUT[row['choice']])} {page.named(row['element'])}: {number(row['mw'], 1)} MW, "
        f"{escape(row['stage'])}</li>"
        for row in figures["retired"]
    )
    if not rows:
        return f"<p>{page.word('plan.nothing')}</p>" + (f"<ul>{gone}</ul>" if gone else "")
    columns = ("what", "kind", "year", "mw", "mwh", "stands", "investment", "yearly")
    head = [page.word(f"plan_column.{c}") for c in columns]
    return table(head, rows, "stacked") + (f"<ul>{gone}</ul>" if gone else "")


def sizing(figures: Figures, page: Page) -> str:
    """Return what sizes each asset in each year, the last year's open; or nothing."""
    found = figures["why"]["sizing"]
    years = list(dict.fromkeys(row["stage"] for row in found))
    listed = {y: [both(row["zh"], row["en"], page) for row in found if row["stage"] == y] for y in years}
    return "".join(
        f"<details{' open' if year == years[-1] else ''}><summary>{escape(year)}</summary>"
        f"<ul>{''.join(f'<li>{said}</li>' for said in lines)}</ul></details>"
        for year, lines in reversed(listed.items())
    )


def _name(row: Figures, page: Page) -> str:
    chinese, english = row["name_zh"] or row["name"], row["name"] or row["name_zh"]
    return both(chinese, english, page) if chinese else escape(row["candidate"])


def proof(figures: Figures, page: Page) -> str:
    """Return how good the answer is: bound, gap, errors."""
    found = figures["proof"]
    rows = [
        [page.word("plan_proof.objective"), _cell(number(found["objective"] / 1e6, 3))],
        [page.word("plan_proof.bound"), _cell(number(found["bound"] / 1e6, 3))],
        [page.word("plan_proof.gap"), _cell(f"{found['gap']:.1e}".replace("-", "−"))],
        [page.word("row.balance_error"), _cell(f"{found['balance_error_mw_max']:.1e}".replace("-", "−"))],
        [page.word("row.solver"), _cell(escape(found["solver"]))],
    ]
    if figures["whole_units_cost"] is not None:
        rows.append([page.word("plan_proof.whole"), _cell(percent(figures["whole_units_cost"], 2))])
    return f"<p>{page.word('plan.proof_note')}</p>" + table([], rows)


def _cell(shown: str) -> str:
    return f'<td class="n">{shown}</td>'


def assumptions(park: Park, figures: Figures, page: Page) -> str:
    """Return what the plan rests on: costs of what is built, discount rate, CO2 price, finance, with their basis."""
    costs, things = by_id(park.costs), {c.id: c for c in park.candidates}
    chosen: dict[str, Cost] = {}
    for row in figures["built"]:
        candidate = things.get(row["candidate"])
        cost = costs.get(candidate.cost or "") if candidate else None
        if cost is None and candidate is not None:
            cost = costs.get(_cost_of_element(park, candidate.element))
        if cost is not None:
            chosen[cost.id] = cost
    rows = [
        [
            f'<th scope="row">{both(c.name_zh or c.name or c.id, c.name or c.id, page)}</th>',
            cell(c.capital_cost_per_mw, number(c.capital_cost_per_mw / 1e3, 1)),
            cell(c.capital_cost_per_mwh, number((c.capital_cost_per_mwh or None) and c.capital_cost_per_mwh / 1e3, 1)),
            cell(c.fixed_cost_per_mw_year, number(c.fixed_cost_per_mw_year / 1e3, 1)),
            cell(c.lifetime_years, number(c.lifetime_years)),
            cell(c.change_per_year, f"{percent(c.change_per_year)} ({c.price_year})" if c.price_year else "–"),
            f'<td class="whole">{page.word(f"basis.{c.basis.value}" if c.basis else "basis.unknown")}</td>',
            f"<small>{escape(c.reference)}</small>",
        ]
        for c in chosen.values()
    ]
    columns = ("cost", "per_kw", "per_kwh", "fixed", "life", "change", "basis", "reference")
    listed = table([page.word(f"plan_column.{c}") for c in columns], rows, "stacked") if rows else ""
    return listed + f"<ul>{''.join(f'<li>{line}</li>' for line in _terms(park, page))}</ul>"


def _cost_of_element(park: Park, element: str) -> str:
    units = (*park.wind_farms, *park.pv_plants, *park.thermal_units, *park.storages)
    return next((unit.cost or "" for unit in units if unit.id == element), "")


def _terms(park: Park, page: Page) -> Iterator[str]:
    facts = park.facts
    yield f"{page.word('plan.discount_rate')} {percent(facts.discount_rate)}"
    yield f"{page.word('plan.co2_price')} {number(facts.co2_price_per_t)} {page.word('unit.price_per_t_co2')}"
    for terms in park.finances[:1]:
        basis = page.word(f"basis.{terms.basis.value}") if terms.basis else page.word("basis.unknown")
        loan = f"{percent(terms.loan_share)}, {percent(terms.loan_rate)}, {terms.loan_years}"
        source = f"<small>{escape(terms.reference)}</small>"
        yield f"{page.word('plan.loan')} {loan} {page.word('unit.years')} ({basis}). {source}"
    for key in ("with_and_without", "constant_prices", "relaxed", "dc_then_ac"):
        yield page.word(f"plan.{key}")
