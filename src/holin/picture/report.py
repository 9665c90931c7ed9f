"""The report of a run: one offline page in both languages, light and dark, wide and narrow, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import xarray as xr

from holin.park import Park, Stage, currency_words
from holin.picture import account_charts, operation_charts, printed, published
from holin.picture.figure import Figure, Json, packed
from holin.picture.glance import glance
from holin.picture.page import card, cards, chart, map_card, page_html
from holin.picture.printed import Page
from holin.picture.scene import Scene, scene_of
from holin.picture.texts import LANGUAGES, Words, names_of, spoken, texts

Chart = Callable[[Scene], Figure | None]

CHARTS: dict[str, tuple[Chart, ...]] = {
    "operation": (
        operation_charts.year_stack,
        operation_charts.week,
        operation_charts.durations,
        operation_charts.storage,
        operation_charts.potline_against_wind,
    ),
    "green": (
        account_charts.monthly,
        account_charts.sankey,
        operation_charts.green_heat,
        account_charts.enterprise_bars,
    ),
    "price": (account_charts.price,),
    "carbon": (account_charts.carbon,),
    "grid": (
        operation_charts.loading_heat,
        operation_charts.voltage_heat,
        account_charts.losses,
        account_charts.branch_losses,
    ),
    "must_run": (published.must_run,),
}
"""The charts of each section (price and carbon share one, green and must_run another), in the order of the page."""


def report_html(
    park: Park,
    stage: Stage,
    tables: Mapping[str, xr.Dataset],
    summary: Mapping[str, Any],
    *,
    language: str = "zh",
) -> str:
    """Return the report of a run as one self-contained HTML page that loads nothing from anywhere.

    `tables` are those of `holin.tables` (`schedule` is needed; `flows`, `trace`, `carbon` where the run has them),
    `summary` is what `holin run --json` prints with `rules`, `provenance`, `enterprises` and `notes` beside it. What a
    run does not have is left out. `language` is the one the page opens in; the reader can switch.

    Raises Mismatch when the tables have different hours or units that the park does not have, and BadInput for another
    language than zh or en.
    """
    opening = spoken(language)
    scene = scene_of(park, stage, tables, summary)
    figures = {section: [f for make in makers if (f := make(scene)) is not None] for section, makers in CHARTS.items()}
    words = words_of(scene)
    page = Page(words=words, language=opening)
    sections = _sections(scene, page, figures)
    return page_html(
        page,
        header=_header(scene, page),
        sections=sections,
        data=data_of(scene, [f for group in figures.values() for f in group], words),
    )


def words_of(scene: Scene) -> Words:
    """Return all words of the page: the texts, the park's names, and those of the run that the texts do not know."""
    facts, stage = scene.park.facts, scene.stage
    currency_en, currency_zh = currency_words(facts.currency)
    words = {
        key: (chinese.replace("{currency}", currency_zh), english.replace("{currency}", currency_en))
        for key, (chinese, english) in texts().items()
    }
    words |= names_of(scene.park)
    words["park.name"] = _pair(facts.name_zh, facts.name, facts.id)
    words["park.stage"] = _stage_title(stage.name, _pair(stage.title_zh, stage.title, stage.name))
    words["park.synthetic"] = _pair(facts.synthetic_zh, facts.synthetic, "")
    for row in scene.summary.get("enterprises") or []:
        identity = str(row.get("id", ""))
        words.setdefault(f"name.{identity}", _pair(row.get("name_zh"), row.get("name"), identity))
    for part in scene.summary.get("price_parts") or {}:
        words.setdefault(f"part.{part}", _pair("", str(part).replace("_", " "), ""))
    flows = scene.tables.get("flows", xr.Dataset())
    for dimension in {"branch", "bus"} & set(flows.coords):
        for label in map(str, flows[dimension].values):
            words.setdefault(f"name.{label}", (label, label))
    return words


def _stage_title(name: str, titles: tuple[str, str]) -> tuple[str, str]:
    chinese, english = (title if name in title else f"{name} · {title}" for title in titles)
    return chinese, english


def _pair(chinese: Any, english: Any, otherwise: str) -> tuple[str, str]:
    return str(chinese or english or otherwise), str(english or chinese or otherwise)


def data_of(scene: Scene, figures: list[Figure], words: Words) -> Json:
    """Return all that the page's script needs: words, figures, and the series and grids that can be picked."""
    return {
        "languages": list(LANGUAGES),
        "words": words,
        "figures": [
            {"id": f.id, "data": f.data, "layout": f.layout, "height": f.height, "pick": f.pick} for f in figures
        ],
        "step_ms": round(scene.step_h * 3_600_000),
        "hourly": {name: packed(values) for name, values in operation_charts.hourly_shown(scene).items()},
        "weeks": [
            [w.start, w.stop, scene.local[w.start].strftime("%Y-%m-%d %H:%M"), w.first_day, w.last_day]
            for w in scene.weeks
        ],
        "marks": dict(scene.marks),
        "grids": operation_charts.heat_grids(scene),
    }


def _header(scene: Scene, page: Page) -> str:
    first, last = (scene.local[i].strftime("%Y-%m-%d") for i in (0, -1))
    stage = f"{page.word('page.stage')} {page.word('park.stage')}"
    period = f"{first} – {last} · {printed.number(len(scene.local))} {page.word('page.hours')}"
    heading = f'{page.word("park.name", "h1")}<p class="sub">{stage} · {period}</p>'
    if not page.said("park.synthetic"):
        return heading
    return (
        f'{heading}<p class="banner" role="note"><b>{page.word("page.synthetic")}</b> {page.word("park.synthetic")}</p>'
    )


def _sections(scene: Scene, page: Page, figures: Mapping[str, list[Figure]]) -> dict[str, str]:
    """Return the contents of each section that the run has something for, in the order of the page."""
    charts = {s: "".join(chart(f, scene, page) for f in _paired(s, group)) for s, group in figures.items()}
    counts = "".join(
        f"<li>{page.word(f'count.{c}')}</li>" for c in ("physical_long", "annual_long", "mass_long", "certificate")
    )
    proof = (
        card("table.energy", printed.energy(scene, page), page),
        card("table.check", printed.checks(scene, page), page),
        card("table.provenance", printed.provenance(scene, page), page, "table.provenance_note"),
        card("count.title", f"<ul>{counts}</ul>", page),
    )
    claims = published.claims(scene, page)
    must_run = card("table.must_run", published.must_run_table(scene, page), page, "table.must_run_note")
    enterprises = card("table.enterprises", printed.enterprises(scene, page), page, "table.sort", "count.physical")
    filled = {
        "glance": glance(scene, page) + card("table.notes", printed.notes(scene, page), page, kind="wide notes"),
        "map": map_card(scene, page),
        "operation": charts["operation"],
        "green": charts["green"] + enterprises + charts["must_run"] + must_run,
        "money": charts["price"] + card("table.price", printed.price(scene, page), page) + charts["carbon"],
        "grid": charts["grid"],
        "published": card("table.claims", claims, page, "table.claims_note", kind="wide"),
        "rules": card("section.rules", printed.rules(scene, page), page, kind="wide untitled"),
        "proof": "".join(proof),
    }
    return {section: cards(body) for section, body in filled.items() if body}


def _paired(section: str, figures: list[Figure]) -> list[Figure]:
    """Return a section's charts, the last half-wide one made wide where it would have nothing beside it."""
    halves = [f for f in figures if not f.wide]
    if section not in ("operation", "grid") or len(halves) % 2 == 0:
        return figures
    return [replace(f, wide=True) if f is halves[-1] else f for f in figures]
