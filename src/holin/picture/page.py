"""A page that works offline: words in both languages, cards with charts and tables, plotly and its data inside."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from html import escape
from importlib.resources import files

import plotly.offline

from holin.picture.diagram.colours import levels
from holin.picture.figure import Figure, Json
from holin.picture.inventory import inventory
from holin.picture.map import map_svg
from holin.picture.printed import Page
from holin.picture.scene import Scene
from holin.picture.texts import LANGUAGES

MAP_WIDTHS = {"map-wide": 1000, "map-narrow": 400}


def page_html(page: Page, *, header: str, sections: Mapping[str, str], data: Json) -> str:
    """Return a self-contained HTML page: `header` above, `sections` (key of `section.KEY` -> HTML), `data` for its
    script (see `page.js`)."""
    return string.Template(_asset("page.html")).substitute(
        language=page.language,
        html_language="zh-CN" if page.language == "zh" else "en",
        title=escape(f"{page.said('park.name')} · {page.said('page.title')}"),
        style=_asset("page.css") + _levels(),
        header=header,
        language_label=escape(page.said("page.language")),
        theme_label=escape(page.said("page.theme")),
        contents_label=escape(page.said("page.contents")),
        navigation="".join(f'<a href="#{s}">{page.word(f"section.{s}")}</a>' for s in sections),
        main="".join(
            f'<section id="{s}"><h2>{page.word(f"section.{s}")}</h2>{body}</section>' for s, body in sections.items()
        ),
        footer=page.word("page.made_by"),
        plotly=_plotly(),
        data=_embedded(data),
        script=_asset("page.js"),
        no_script=page.word("page.no_script"),
    )


def cards(body: str) -> str:
    """Return cards in two columns."""
    return f'<div class="cards">{body}</div>'


def card(title: str, body: str, page: Page, note: str = "", count: str = "", *, kind: str = "") -> str:
    """Return a card with a title, or nothing without a body."""
    if not body:
        return ""
    note_html = page.word(note, "p") if note else ""
    count_html = page.word(count, "p", 'class="count"') if count else ""
    return (
        f'<div class="card {kind}"><div class="cap">{page.word(title, "h3")}{note_html}{count_html}</div>{body}</div>'
    )


def map_card(scene: Scene, page: Page) -> str:
    """Return the map of the scene's park beside the list of what stands, or nothing."""
    drawn = [
        f'<div class="{kind}" data-only="{language}">{svg}</div>'
        for kind, width in MAP_WIDTHS.items()
        for language in LANGUAGES
        if (svg := map_svg(scene.park, language=language, width=width))
    ]
    stands = f'<div class="stands">{listed}</div>' if (listed := inventory(scene, page)) else ""
    return f'<div class="card wide map">{"".join(drawn)}{stands}</div>' if drawn or stands else ""


def chart(figure: Figure, scene: Scene, page: Page) -> str:
    """Return the card of a figure, which the page's script draws."""
    count = page.word(f"count.{figure.count}", "p", 'class="count"') if figure.count else ""
    whose = f"{escape(figure.of)} · " if figure.of else ""
    title = f"<h3>{whose}{page.word(f'chart.{figure.title}')}</h3>"
    caption = f"{title}{page.word(f'chart.{figure.title}_note', 'p')}{count}"
    return (
        f'<figure class="card{" wide" if figure.wide else ""}"><figcaption class="cap">{caption}</figcaption>'
        f"{_picker(figure, scene, page)}"
        f'<div class="plot" id="plot-{figure.id}" style="height:{figure.height}px" role="img" '
        f'aria-label="{whose}{escape(page.said(f"chart.{figure.title}"))}" data-aria="chart.{figure.title}" '
        f'data-of="{whose}"></div></figure>'
    )


def _picker(figure: Figure, scene: Scene, page: Page) -> str:
    if not figure.pick or (figure.pick == "weeks" and len(scene.weeks) < 2):
        return ""
    label = {"weeks": "page.week", "loading": "page.branch", "voltage": "page.bus"}[figure.pick]
    marks = "".join(
        f'<button type="button" data-week="{scene.marks[m]}">{page.word(f"page.{m}")}</button>'
        for m in ("best", "median", "worst")
        if figure.pick == "weeks" and m in scene.marks
    )
    return f'<div class="pick"><label>{page.word(label)} <select data-pick="{figure.id}"></select></label>{marks}</div>'


def _embedded(data: Json) -> str:
    """Return JSON that cannot end its script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _levels() -> str:
    """The map's colours of voltage levels where the reader has chosen light or dark."""
    grounds = (("light", False), ("dark", True))
    return "".join(f':root[data-theme="{name}"] .map svg {{ {levels(dark=dark)} }}\n' for name, dark in grounds)


def _asset(name: str) -> str:
    return files("holin.picture").joinpath(name).read_text(encoding="utf-8")


def _plotly() -> str:
    """Return plotly.js from the plotly wheel, unable to end its script element."""
    script: str = plotly.offline.get_plotlyjs()
    return script.replace("</script", "<\\/script")
