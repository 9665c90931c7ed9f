"""The circuits of a map in one hour of a run: coloured by loading, with the direction and the MW of each route."""

from __future__ import annotations

import math
from collections import defaultdict
from html import escape

from holin.picture.diagram.colours import LOADING_MAX, LOADING_STEPS, loading_token, scales
from holin.picture.diagram.words import number
from holin.picture.labels import Label, Wire
from holin.picture.moment import Moment
from holin.picture.places import Place, Projection, Span
from holin.picture.texts import Language, text

MOMENT_STYLE = (
    f".hm{{{scales(dark=False)}}}@media (prefers-color-scheme:dark){{.hm{{{scales(dark=True)}}}}}"
    ".hm .arrow{fill:var(--map-ink);stroke:var(--map-halo);stroke-width:1;paint-order:stroke}"
)

MOMENT_LEGEND_PX = 30.0

SHORT_PX = 60.0
"""A circuit shorter than this has no room for its arrow and figure; its hover title has them."""


def route_labels(spans: list[Span], moment: Moment, projection: Projection) -> list[Label]:
    """Return a label for the middle of each route: the MW that its circuits carry together."""
    routes: defaultdict[tuple[Place, Place], list[float]] = defaultdict(list)
    for span in spans:
        power = _power(span, moment)
        if math.isfinite(power):
            routes[span.start, span.end].append(power)
    labels = []
    for (start, end), powers in routes.items():
        (x1, y1), (x2, y2) = projection.at(start), projection.at(end)
        if math.dist((x1, y1), (x2, y2)) >= SHORT_PX:
            words = f"{number(abs(sum(powers)))} MW"
            labels.append(Label(text=words, x=(x1 + x2) / 2, y=(y1 + y2) / 2, rank=9, reach=8.0))
    return labels


def _power(span: Span, moment: Moment) -> float:
    """Return the active power into a circuit at the end where it is drawn from, in MW."""
    return moment.power_into([(span.line, 1 if span.forward else -1)])


def flowing_wire(span: Span, line: Wire, moment: Moment, level: str) -> str:
    """Return a circuit edged in the colour of its voltage, filled with that of its loading, dashed where it is out."""
    x1, y1, x2, y2 = line
    path = f'd="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"'
    dash = ' stroke-dasharray="5 4"' if span.cable or span.line in moment.out else ""
    loading = moment.loading_of([span.line])
    title = "\n".join([span.title, *moment.said((), [span.line])])
    return (
        f'<g><title>{escape(title)}</title><path class="wire" {path} stroke="var(--{level})" stroke-width="5"{dash}/>'
        f'<path class="wire" {path} stroke="var(--{loading_token(loading)})" stroke-width="2.8"{dash}/>'
        f"{_arrow(line, _power(span, moment))}</g>"
    )


def _arrow(line: Wire, power: float) -> str:
    x1, y1, x2, y2 = line
    if not math.isfinite(power) or abs(power) < 0.05 or math.dist((x1, y1), (x2, y2)) < SHORT_PX:
        return ""
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1)) + (180.0 if power < 0 else 0.0)
    place = f"translate({(x1 + x2) / 2:.1f} {(y1 + y2) / 2:.1f}) rotate({angle:.1f})"
    return f'<path class="arrow" transform="{place}" d="M5 0L-4 -4.5V4.5Z"/>'


def moment_legend(moment: Moment, language: Language, y: float) -> str:
    """Return the hour, what the colours of loadings mean, and whether the hour has a solution."""
    cells = "".join(
        f'<rect x="{16 + 7 * k}" y="{y + 4:.1f}" width="7.2" height="10" fill="var(--l{k})"/>'
        for k in range(LOADING_STEPS)
    )
    words = [moment.time, f"{text('diagram.loading', language)}: 0 … {100 * LOADING_MAX:g} %"]
    words += [] if moment.solved else [text("diagram.unsolved", language)]
    x = 16 + 7 * LOADING_STEPS + 10
    return f'{cells}<text class="soft" x="{x}" y="{y + 13:.1f}">{escape(" · ".join(words))}</text>'
