"""The map of a park as an SVG of its own: true coordinates, one scale for both directions, no tiles, no terrain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from holin.park import Park
from holin.picture.diagram.colours import level_token, levels
from holin.picture.diagram.heading import heading
from holin.picture.diagram.words import speech_of
from holin.picture.flowing import MOMENT_LEGEND_PX, MOMENT_STYLE, flowing_wire, moment_legend, route_labels
from holin.picture.labels import LINE_PX, Box, Label, Wire, Written, crossings, written
from holin.picture.moment import Moment
from holin.picture.places import (
    MARGIN_PX,
    Marker,
    Place,
    Projection,
    Span,
    feeders_of,
    markers_of,
    projection_of,
    spans_of,
)
from holin.picture.texts import Language, beside, spoken, text

SPARES_PX = (0.0, 50.0, 100.0)
"""How much higher than its places need a map may become so that all labels have room."""

LANE_PX, FLOWING_LANE_PX = 3.2, 6.4
"""Between parallel circuits; the second where their loading is shown."""

RING_PX = 20.0
"""How far apart symbols are set that share a place."""

STYLE = """
.hm{LIGHT_LEVELS;--map-bg:#fff;--map-ink:#1d2429;--map-soft:#56616b;--map-halo:#fff;
--m-wind_farm:#2476b0;--m-pv_plant:#d99a00;--m-thermal_unit:#33373c;--m-storage:#7d52a8;
--m-grid:var(--v500);--m-potline:#5f7484;--m-enterprise:#98a3ad;--m-substation:#1d2429;
font-family:system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
@media (prefers-color-scheme:dark){.hm{--map-bg:#161b20;--map-ink:#e8edf1;--map-soft:#a7b2bc;--map-halo:#161b20;
DARK_LEVELS;--m-wind_farm:#5eaee6;--m-pv_plant:#f2bd3d;
--m-thermal_unit:#c3c9cf;--m-storage:#b592dc;--m-potline:#a4b8c8;--m-enterprise:#75818c;
--m-substation:#e8edf1}}
.hm text{font-size:12px;fill:var(--map-ink);paint-order:stroke;stroke:var(--map-halo);stroke-width:4px;
stroke-linejoin:round}
.hm .soft{fill:var(--map-soft);font-size:11px}
.hm .title{font-size:22px;font-weight:650}
.hm .wire{fill:none;stroke-linecap:round}
.hm .ground{fill:var(--map-bg);opacity:.86}
.hm .leader{stroke:var(--map-soft);stroke-width:.8;fill:none}
.hm .feeder{stroke:var(--map-soft);stroke-width:1;stroke-dasharray:2 3}
""".replace("LIGHT_LEVELS", levels(dark=False)).replace("DARK_LEVELS", levels(dark=True))

BACK = "var(--map-bg)"

SYMBOLS = {
    "substation": f'<rect x="-5" y="-5" width="10" height="10" rx="1.5" fill="{BACK}" stroke="@" stroke-width="2.4"/>',
    "grid": '<path d="M-8 -6H8L0 8Z" fill="@"/>',
    "wind_farm": '<g stroke="@" stroke-width="2.2" stroke-linecap="round">'
    '<path d="M0 9V0M0 0V-9M0 0L7.8 4.5M0 0L-7.8 4.5"/><circle r="1.8" fill="@"/></g>',
    "pv_plant": f'<path d="M-7 5L-4 -5H8L5 5Z" fill="@"/><path d="M-5.5 0H6.5M2 -5L-1 5" stroke="{BACK}"/>',
    "thermal_unit": '<path d="M-7 7L-4.5 -8H-.5L.5 1L7 -2V7Z" fill="@"/>',
    "storage": '<rect x="-8" y="-5" width="15" height="10" rx="2" fill="@"/>'
    f'<rect x="7" y="-2" width="2.5" height="4" fill="@"/><path d="M-1 -4L-4 1H-1L-2 4L2 -1H-1Z" fill="{BACK}"/>',
    "potline": '<path d="M-9 6V-3L-3 -7V-3L3 -7V-3L9 -7V6Z" fill="@"/>',
    "enterprise": f'<circle r="4.4" fill="@" stroke="{BACK}"/>',
}
"""The symbol of each kind about its middle; `@` is its colour."""


def map_svg(
    park: Park, *, language: str = "zh", width: int = 960, moment: Moment | None = None, headed: bool = False
) -> str:
    """Return the map of a park (already frozen at a stage, or all its things) as a standalone SVG.

    Equirectangular about the park's middle: x = R cos(lat0) (lon - lon0), y = R (lat - lat0), R = 6371.0088 km, one
    scale for both. Labels never overlap: where there is no room, though the map may grow a little in height for it, a
    label is left out and its symbol keeps its hover title. `width` is the drawing's width in px; a park without any
    place gives an empty text. With a `moment` circuits are coloured by their loading, with direction and MW.
    `headed` gives it a title and the park's note on what is synthetic, for a drawing that stands alone.

    Raises BadInput for another language than zh, en or both.
    """
    speech = spoken(language, both=True)
    markers = markers_of(park, speech, spread=RING_PX / (width - 2 * MARGIN_PX))
    if not markers:
        return ""
    spans = spans_of(park, speech)
    legend, legend_height = _legend(markers, spans, speech, width)
    feeders = feeders_of(park)
    sheets = (_sheet(markers, spans, feeders, projection_of(markers, width, spare=s), moment) for s in SPARES_PX)
    sheet = _fullest(sheets, len(markers))
    projection, height = sheet.projection, sheet.projection.height + legend_height
    title = escape(f"{text('map.title', speech)}: {_park_name(park, speech)}" + (f", {moment.time}" if moment else ""))
    shown = moment_legend(moment, speech, height) if moment else ""
    height += MOMENT_LEGEND_PX if moment else 0.0
    head, below = "", 0.0
    if headed:
        head, below = heading(park, speech_of(language), moment, width - 2 * MARGIN_PX, "map.title")
        head = f'<g transform="translate({MARGIN_PX:g} {MARGIN_PX:g})">{head}</g>'
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hm" viewBox="0 0 {width} {height + below:.0f}" role="img" '
        f'aria-label="{title}" lang="{"zh" if speech == "both" else speech}">',
        f"<style>{STYLE}{MOMENT_STYLE if moment else ''}</style>",
        f'<rect width="{width}" height="{height + below:.0f}" fill="var(--map-bg)"/>',
        head,
        f'<g transform="translate(0 {below:.0f})">' if headed else "<g>",
        *map(_feeder, sheet.feeders),
        *(
            flowing_wire(span, line, moment, level_token(span.v_nom_kv)) if moment else _wire(span, line)
            for span, line in zip(spans, sheet.wires, strict=True)
        ),
        *_symbols(markers, projection),
        *_labels(sheet),
        *_scale_bar(projection, speech),
        f'<g transform="translate(0 {projection.height:.0f})">{legend}</g>',
        shown,
        "</g></svg>",
    ]
    return "\n".join(body)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is drawn where, in px: the circuits and the feeders of sources, and the labels that found room."""

    projection: Projection
    wires: list[Wire]
    feeders: list[Wire]
    labels: list[Written]


def _sheet(
    markers: list[Marker],
    spans: list[Span],
    feeders: list[tuple[Place, Place]],
    projection: Projection,
    moment: Moment | None,
) -> Sheet:
    wanted = [
        Label(text=m.label, x=x, y=y, rank=m.rank, reach=m.reach, wrapped=m.wrapped)
        for m, (x, y) in ((m, projection.at(m.place)) for m in markers)
    ]
    wanted += route_labels(spans, moment, projection) if moment else []
    wires = [_lane(span, projection, FLOWING_LANE_PX if moment else LANE_PX) for span in spans]
    soft = [(*projection.at(start), *projection.at(end)) for start, end in feeders]
    frame = Box(left=4, top=4, right=projection.width - 4, bottom=projection.height - 30)
    return Sheet(projection=projection, wires=wires, feeders=soft, labels=written(wanted, wires, frame, soft=soft))


def _fullest(sheets: Iterable[Sheet], count: int) -> Sheet:
    """Return the first sheet with room for all labels, else the first of those with most."""
    best: Sheet | None = None
    for sheet in sheets:
        if best is None or len(sheet.labels) > len(best.labels):
            best = sheet
        if len(best.labels) >= count:
            break
    assert best is not None
    return best


def _park_name(park: Park, language: Language) -> str:
    facts = park.facts
    if language == "both":
        return beside(facts.name_zh, facts.name) or facts.id
    return (facts.name_zh or facts.name if language == "zh" else facts.name or facts.name_zh) or facts.id


def _feeder(line: Wire) -> str:
    return '<path class="feeder" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>'.format(*line)


def _lane(span: Span, projection: Projection, apart: float) -> Wire:
    """Return where a circuit is drawn, beside the middle of its route."""
    (x1, y1), (x2, y2) = projection.at(span.start), projection.at(span.end)
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
    shift = apart * span.lane
    dx, dy = -(y2 - y1) / length * shift, (x2 - x1) / length * shift
    return x1 + dx, y1 + dy, x2 + dx, y2 + dy


def _wire(span: Span, line: Wire) -> str:
    x1, y1, x2, y2 = line
    dash = ' stroke-dasharray="5 4"' if span.cable else ""
    wide = 2.6 if span.v_nom_kv >= 150 else 1.9
    return (
        f'<path class="wire" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" '
        f'stroke="var(--{level_token(span.v_nom_kv)})" stroke-width="{wide}"{dash}>'
        f"<title>{escape(span.title)}</title></path>"
    )


def _symbols(markers: list[Marker], projection: Projection) -> list[str]:
    drawn = []
    for marker in sorted(markers, key=lambda m: -m.rank):
        x, y = projection.at(marker.place)
        symbol = SYMBOLS[marker.kind].replace("@", f"var(--m-{marker.kind})")
        drawn.append(f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(marker.title)}</title>{symbol}</g>')
    return drawn


def _labels(sheet: Sheet) -> list[str]:
    """Return the labels, first the lines that lead to those away from their symbol."""
    leaders = [w.leader for w in sheet.labels if w.leader]
    lines = [*sheet.wires, *sheet.feeders]
    return [
        *('<path class="leader" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>'.format(*line) for line in leaders),
        *(_ground(one.box) for one in sheet.labels if crossings(one.box, lines)),
        *(line for one in sheet.labels for line in _text(one)),
    ]


def _text(one: Written) -> list[str]:
    """Return the lines of a label; they begin, end or have their middle towards its symbol."""
    x, anchor = (one.box.left + one.box.right) / 2, ' text-anchor="middle"'
    if one.box.left >= one.label.x:
        x, anchor = one.box.left + 2, ""
    elif one.box.right <= one.label.x:
        x, anchor = one.box.right - 2, ' text-anchor="end"'
    base = one.box.top + LINE_PX / 2 + 4
    return [
        f'<text x="{x:.1f}" y="{base + LINE_PX * k:.1f}"{anchor}>{escape(line)}</text>'
        for k, line in enumerate(one.lines)
    ]


def _ground(box: Box) -> str:
    """Return a ground for a label that stands on a line: the line shines through, but between no letters."""
    return (
        f'<rect class="ground" x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}" '
        f'height="{box.bottom - box.top:.1f}" rx="3"/>'
    )


def _scale_bar(projection: Projection, language: Language) -> list[str]:
    length_km = next(
        (k for k in (50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1) if k * projection.px_per_km <= projection.width / 4), 0.05
    )
    length = length_km * projection.px_per_km
    y, x = projection.height - 12, 14
    right = projection.width - 16
    return [
        f'<path d="M{x} {y - 5}V{y}H{x + length:.1f}V{y - 5}" fill="none" stroke="var(--map-ink)" stroke-width="1.5"/>',
        f'<text class="soft" x="{x + length + 6:.1f}" y="{y}">{length_km:g} km</text>',
        f'<path d="M{right} {y - 18}l-5 14 5 -4 5 4z" fill="var(--map-soft)"/>',
        f'<text class="soft" x="{right - 22}" y="{y - 4}" text-anchor="middle">{text("map.north", language)}</text>',
    ]


def _legend(markers: list[Marker], spans: list[Span], language: Language, width: int) -> tuple[str, float]:
    kinds = [k for k in SYMBOLS if any(m.kind == k for m in markers)]
    voltages = sorted({s.v_nom_kv for s in spans}, reverse=True)
    entries = [(SYMBOLS[k].replace("@", f"var(--m-{k})"), text(f"kind.{k}", language)) for k in kinds]
    wire = '<path d="M-9 0H9" stroke="var(--{})" stroke-width="2.6"/>'
    entries += [(wire.format(level_token(v)), f"{v:g} {text('map.kv', language)}") for v in voltages]
    columns = max(1, width // 140)
    rows = -(-len(entries) // columns)
    step = (width - 16) / columns
    cells = [
        f'<g transform="translate({18 + (i % columns) * step:.1f} {14 + (i // columns) * 24})">{symbol}'
        f'<text class="soft" x="16" y="4">{escape(words)}</text></g>'
        for i, (symbol, words) in enumerate(entries)
    ]
    return "".join(cells), rows * 24 + 10
