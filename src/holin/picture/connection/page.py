"""The page of a connection study: self-contained, in both languages, for the screen and for paper."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import xarray as xr

from holin.park import Park
from holin.picture.connection.months_chart import legend, months_svg
from holin.picture.connection.neighbourhood import around, busiest_hour, moment_at
from holin.picture.connection.sheet import notes_said, sections_of, verdict_said
from holin.picture.connection.sheet_parts import Figures, Section, Speaker, speaker, sub_said, what_said
from holin.picture.connection.words import said
from holin.picture.diagram import single_line_svg
from holin.picture.printed import number, percent
from holin.picture.texts import spoken

DIAGRAM_WIDTH_PX = 1400.0
WIDE = ("grid", "affected", "works", "assumed")
LAYOUT: tuple[str | tuple[str, ...], ...] = (
    "grid", "works", ("hosting", "price", "months"), ("circuit", "green", "bus"), "affected", "diagram", "assumed",
)  # fmt: skip
"""Sections across the page, and those that stand below each other in its two columns."""


def connection_page(
    before: Park, after: Park, flows_before: xr.Dataset, flows_after: xr.Dataset, figures: Mapping[str, Any], *,
    language: str = "zh",
) -> str:  # fmt: skip
    """Return the page of a connection study as one HTML text that loads nothing from anywhere.

    `before` and `after` are the parks without and with the new things (and works), frozen at the date, with their table
    FLOWS; `figures` is what `holin connect --json` prints. `language` is the one it opens in; a button changes it.
    """
    opening = spoken(language)
    bodies = {
        speech: _body(before, after, flows_before, flows_after, figures, speaker(after, speech))
        for speech in ("zh", "en")
    }
    say = speaker(after, opening)
    css = "".join(files("holin.picture").joinpath(name).read_text(encoding="utf-8")
                  for name in ("page.css", "connection/page.css"))  # fmt: skip
    title = escape(say("title", what=what_said(figures, say), bus=figures["bus"]))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if opening == "zh" else "en"}" data-language="{opening}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{title}</title>\n<style>{css}</style>\n</head>\n<body>\n"
        + "".join(f'<div class="page" data-only="{speech}">{body}</div>\n' for speech, body in bodies.items())
        + f"<script>{SWITCH}</script>\n</body>\n</html>\n"
    )


SWITCH = (
    "for (const b of document.querySelectorAll('.switch')) b.onclick = () => { const h = document.documentElement; "
    "h.dataset.language = h.dataset.language === 'zh' ? 'en' : 'zh'; "
    "h.lang = h.dataset.language === 'zh' ? 'zh-CN' : 'en'; };"
)


def _body(
    before: Park, after: Park, flows_before: xr.Dataset, flows_after: xr.Dataset, figures: Figures, say: Speaker
) -> str:
    cards = {s.key: _card(s) for s in sections_of(figures, say)}
    cards["months"] = _months(figures, say)
    cards["diagram"] = _grids(before, after, flows_before, flows_after, figures, say)
    rows = "".join(
        f'<div class="stack">{"".join(cards.get(key, "") for key in group)}</div>'
        if isinstance(group, tuple)
        else cards.get(group, "")
        for group in LAYOUT
    )
    return (
        f"{_head(after, figures, say)}{_verdict(figures, say)}{_tiles(figures, say)}"
        f'<div class="cards">{rows}</div><footer>{escape(say("made_by"))}</footer>'
    )


def _head(park: Park, figures: Figures, say: Speaker) -> str:
    facts, zh = park.facts, say.language == "zh"
    synthetic = facts.synthetic_zh if zh else facts.synthetic
    warned = f'<p class="banner"><b>{escape(say("synthetic"))}</b>{escape(synthetic)}</p>' if synthetic else ""
    return (
        f'<header><div class="top"><h1>{escape(say("title", what=what_said(figures, say), bus=figures["bus"]))}</h1>'
        f'<button class="switch" type="button">{"English" if zh else "中文"}</button></div>'
        f'<p class="sub">{escape(sub_said(figures, say, park))}</p>{warned}</header>'
    )


def _verdict(figures: Figures, say: Speaker) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in notes_said(figures, say))
    answer = figures["verdict"]["answer"]
    return f'<div class="said {answer}" role="status"><b>{escape(verdict_said(figures, say))}</b>{lines}</div>'


def _tiles(figures: Figures, say: Speaker) -> str:
    wanted = "load" if figures["request"]["load_mw"] else "generation"
    room = next(h["mw"] for h in figures["hosting"] if h["added"] == wanted)
    price = figures["price"]["all_in_per_kwh"]
    generation = figures["price"]["generation_cost_per_kwh"]
    mine, works = figures["green"]["new_load"], figures["works"]
    tiles = [
        ("tile.day", figures["verdict"]["possible_from"] or "–", ""),
        ("tile.room", number(room, 1), "MW"),
        ("tile.works", say.million(works["cost"]) if works else "–", say("million", value="").strip()),
        ("tile.price" if price is not None else "price.generation",
         "–" if price is None and generation is None else f"{price if price is not None else generation:.3f}",
         say("col.per_kwh")),
    ]  # fmt: skip
    if mine:
        tiles.append(("tile.green", percent(mine["green_share_physical"]), ""))
    return '<div class="tiles">' + "".join(
        f'<div class="tile"><h3>{escape(say(key))}</h3><p class="figure"><b>{escape(value)}</b>'
        f'<span class="unit">{escape(unit)}</span></p></div>'
        for key, value, unit in tiles
    ) + "</div>"  # fmt: skip


def _card(section: Section) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in section.lines)
    after = "".join(f"<p>{escape(line)}</p>" for line in section.after)
    tables = "".join(_table(columns, rows) for columns, rows in section.tables)
    kind = f"card {section.key}{' wide' if section.key in WIDE else ''}"
    heading = f"<h3>{escape(section.title)}</h3>"
    return f'<section class="{kind}">{heading}{lines}<div class="tables">{tables}</div>{after}</section>'


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """Return a table whose columns of figures stand to the right, those of words to the left."""
    words = [_of_words([row[k] for row in rows]) for k in range(len(columns))]
    style = [' class="words"' if each else "" for each in words]
    head = "".join(f'<th scope="col"{s}>{escape(c)}</th>' for c, s in zip(columns, style, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{s}>{escape(cell)}</td>" for cell, s in zip(row, style, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _of_words(cells: Sequence[str]) -> bool:
    """Whether a column is of words: none of its cells begins with a figure."""
    told = [cell for cell in cells if cell.strip() not in ("", "–")]
    return bool(told) and not any(cell.lstrip("+−-≈ ")[:1].isdigit() for cell in told)


def _months(figures: Figures, say: Speaker) -> str:
    drawn = months_svg(figures["months"], say)
    if not drawn:
        return ""
    heading = f"<h3>{escape(say('section.months'))}</h3>"
    return f'<section class="card">{heading}{legend(figures["months"], say)}{drawn}</section>'


def _names(key: str) -> tuple[str, str]:
    return said(key, "en"), said(key, "zh")


def _grids(
    before: Park, after: Park, flows_before: xr.Dataset, flows_after: xr.Dataset, figures: Figures, say: Speaker
) -> str:
    """Return the grid around the bus before and after, in the hour in which it is loaded most afterwards."""
    works = figures["works"]
    built = {thing for m in works["measures"] for thing in m["new"]} if works else set()
    ends = {b for t in after.lines if t.id in built for b in (t.bus_from, t.bus_to)}
    ends |= {b for t in after.transformers if t.id in built for b in (t.bus_from, t.bus_to)}
    part = around(after, {figures["bus"], figures["site"], *ends}, name=_names("diagram.after_name"))
    kept = {b.id for b in part.buses} & {b.id for b in before.buses}
    was = around(before, kept, most=0, name=_names("diagram.before_name"))
    hour = busiest_hour(flows_after, part)
    shown = []
    for park, flows, key in ((was, flows_before, "diagram.before"), (part, flows_after, "diagram.after")):
        moment = moment_at(flows, hour, after.facts.time_zone)
        svg = single_line_svg(park, language=say.language, moment=moment, width_px=DIAGRAM_WIDTH_PX)
        packed = base64.b64encode(svg.encode()).decode()
        caption = escape(say(key, time=moment.time))
        shown.append(f'<figure><img alt="{caption}" src="data:image/svg+xml;base64,{packed}"></figure>')
    return (
        f'<section class="card wide"><h3>{escape(say("section.diagram"))}</h3><div class="grids">{"".join(shown)}</div>'
        "</section>"
    )
