"""The report of a plan: one offline page in both languages of what to build, what it does, costs and brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from holin.park import Park, things_of
from holin.picture.figure import Figure
from holin.picture.page import card, cards, chart, map_card, page_html
from holin.picture.plan_report.against import capacities, compared
from holin.picture.plan_report.grid import checked, reinforcements, violations, worst
from holin.picture.plan_report.hours import hours_of_plan
from holin.picture.plan_report.rules import cost_bars, costs, price_bars, prices, rules, without_room, words_of_rules
from holin.picture.plan_report.seen import PlanYear
from holin.picture.plan_report.tables import assumptions, built, proof, sizing, tiles
from holin.picture.plan_report.years import capacity, cash_flow, energy, investment, price
from holin.picture.printed import Page, both, number
from holin.picture.report import words_of
from holin.picture.texts import Words, spoken

__all__ = ["PlanYear", "plan_report_html"]


def plan_report_html(park: Park, years: Sequence[PlanYear], figures: Mapping[str, Any], *, language: str = "zh") -> str:
    """Return the report of a plan as one self-contained HTML page that loads nothing from anywhere.

    `park` is the park that was planned, with its candidates and costs; `figures` are those of `holin plan --json`.
    What the figures or the years do not have (money, the years with nothing built) is left out. The reader can switch
    the language that the page opens in. Raises BadInput for another language than zh or en.
    """
    opening = spoken(language)
    scene = years[-1].scene
    words = _words(park, years, figures)
    page = Page(words=words, language=opening)
    groups: dict[str, list[Figure | None]] = {
        "plan_years": [capacity(figures), investment(figures), energy(years, figures), price(figures)],
        "plan_against": [capacities(figures)],
        "plan_rules": [price_bars(figures)],
        "plan_costs": [cost_bars(figures)],
        "plan_hours": list(hours_of_plan(years)),
        "plan_grid": [violations(figures)],
        "plan_money": [cash_flow(figures)],
    }
    drawn = {section: [f for f in group if f is not None] for section, group in groups.items()}
    charts = {s: "".join(chart(f, scene, page) for f in group) for s, group in drawn.items()}
    filled = {
        "glance": tiles(figures, page) + card("table.plan_built", built(figures, page), page, kind="wide"),
        "plan_years": charts["plan_years"],
        "plan_against": charts["plan_against"]
        + card("table.plan_against", compared(figures, page), page, "table.plan_against_note", kind="wide"),
        "plan_rules": card("table.plan_rules", rules(figures, page), page, "table.plan_rules_note", kind="wide")
        + card("table.plan_prices", prices(figures, page), page, "table.plan_prices_note", kind="wide")
        + charts["plan_rules"]
        + card("table.plan_rule_costs", costs(figures, page), page, "table.plan_rule_costs_note", kind="wide")
        + charts["plan_costs"],
        "plan_why": card("table.plan_sizing", sizing(figures, page), page, "table.plan_sizing_note", kind="wide"),
        "plan_hours": charts["plan_hours"],
        "plan_grid": card("table.plan_grid", checked(figures, page), page, "table.plan_grid_note", kind="wide")
        + charts["plan_grid"]
        + card("table.plan_measures", reinforcements(figures, page), page, "table.plan_measures_note", kind="wide")
        + card("table.plan_worst", worst(figures, page), page, "table.plan_worst_note", kind="wide"),
        "plan_money": charts["plan_money"],
        "map": map_card(scene, page),
        "proof": card("table.plan_proof", proof(figures, page), page, kind="wide")
        + card("table.plan_assumptions", assumptions(park, figures, page), page, kind="wide"),
    }
    return page_html(
        page,
        header=_header(figures, years, page),
        sections={section: cards(body) for section, body in filled.items() if body},
        data=_data([f for group in drawn.values() for f in group], words),
    )


def _words(park: Park, years: Sequence[PlanYear], figures: Mapping[str, Any]) -> Words:
    """Return all words of the page: those of the last year, and the names of what does not stand then."""
    gone = {f"name.{t.id}": (t.name_zh or t.name or t.id, t.name or t.name_zh or t.id) for _, t in things_of(park)}
    words = gone | words_of(years[-1].scene)
    title = {"page.title": words["page.plan_title"], "plan.years": (_named(years), _named(years))}
    if found := figures.get("against"):
        title["plan_against.bar_then"] = (found["name"], found["name"])
    return words | title | words_of_rules(figures, words)


UNSERVED_TOLD_MWH = 0.5
"""Less than this in a year's hours is a solver's leftover."""


def _named(years: Sequence[PlanYear]) -> str:
    return ", ".join(year.name for year in years)


def _header(figures: Mapping[str, Any], years: Sequence[PlanYear], page: Page) -> str:
    local = years[-1].scene.local
    period = f"{local[0].strftime('%Y-%m-%d')} – {local[-1].strftime('%Y-%m-%d')}"
    hours = f"{number(len(local))} {page.word('page.hours')}"
    heading = (
        f'{page.word("park.name", "h1")}<p class="sub">{page.word("page.plan_title")} {escape(_named(years))} · '
        f"{page.word('plan.hours_of_last')} {period} · {hours}</p>"
    )
    if len(local) < 8000:
        heading += f'<p class="banner" role="note">{page.word("plan.part_of_year")}</p>'
    if figures["step_h"]["optimum"] != figures["step_h"]["operated"]:
        heading += f'<p class="banner" role="note">{page.word("plan.finer_optimum")}</p>'
    if (figures.get("money") or {}).get("no_return"):
        heading += f'<p class="banner" role="note">{page.word("plan.no_return")}</p>'
    for year, found in figures["by_year"].items():
        if (shed := found["energy_mwh"]["shed"]) > UNSERVED_TOLD_MWH:
            short = f"{escape(year)}: {number(shed, 1)} MWh"
            heading += f'<p class="banner" role="note">{page.word("plan.unserved")} {short}</p>'
    if why := figures.get("flows_leave_no_plan"):
        said = both(why["zh"], why["en"], page)
        heading += f'<div class="banner" role="note">{page.word("plan.flows_leave_no_plan")}<p>{said}</p></div>'
    if cramped := without_room(figures, page):
        heading += f'<div class="banner" role="note">{page.word("plan.without_room")}{cramped}</div>'
    for year, row in (figures.get("budgets") or {}).items():
        if row["over"]:
            over = f"{escape(year)}: {number(row['over'] / 1e6, 1)} {page.word('unit.millions')}"
            heading += f'<p class="banner" role="note">{page.word("plan.over_budget")} {over}</p>'
    if figures.get("park_faults"):
        named = "".join(f"<li>{escape(_fault(fault))}</li>" for fault in figures["park_faults"])
        heading += f'<div class="banner" role="note">{page.word("plan.park_faulty")}<ul>{named}</ul></div>'
    if not page.said("park.synthetic"):
        return heading
    return (
        f'{heading}<p class="banner" role="note"><b>{page.word("page.synthetic")}</b> {page.word("park.synthetic")}</p>'
    )


def _fault(fault: Mapping[str, Any]) -> str:
    place = " ".join(str(fault[name]) for name in ("file", "row", "field", "value") if fault[name] is not None)
    return f"{place}: {fault['problem']}"


def _data(figures: Sequence[Figure], words: Words) -> dict[str, Any]:
    """Return what the page's script needs; nothing of a plan's page is picked."""
    return {
        "languages": ["zh", "en"],
        "words": words,
        "figures": [{"id": f.id, "data": f.data, "layout": f.layout, "height": f.height, "pick": ""} for f in figures],
        "step_ms": 3_600_000,
        "hourly": {},
        "weeks": [],
        "marks": {},
        "grids": {},
    }
