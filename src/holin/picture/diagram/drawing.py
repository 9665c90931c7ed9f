"""A single-line diagram as SVG: self-contained, light and dark, with tooltips; coloured by a run where one is given."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from holin.park import Park
from holin.picture.diagram.colours import level_token, levels, loading_token, scales, voltage_token
from holin.picture.diagram.compose import diagram_of
from holin.picture.diagram.geometry import Bar, Diagram, Frame, Piece, Symbol, Text, Wire
from holin.picture.diagram.heading import description_of, heading, legend, title_of_page
from holin.picture.diagram.symbols import (
    SYMBOLS,
    bundle_symbol,
    feeder_symbol,
    star_symbol,
    switch_symbol,
    transformer_symbol,
)
from holin.picture.diagram.words import number, speech_of
from holin.picture.moment import Moment

MARGIN = 24.0
LEAST_WIDTH = 760.0

STYLE = """
.sld{--sld-back:#fff;--sld-ink:#1b2227;--sld-soft:#56616b;--sld-frame:#b8c1c8;--sld-room:#f6f8f8;LIGHT;
font-family:system-ui,"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
@media (prefers-color-scheme:dark){.sld{--sld-back:#12171b;--sld-ink:#e9eef2;--sld-soft:#a9b5bf;--sld-frame:#46525b;
--sld-room:#181e23;DARK}}
.sld text{fill:var(--sld-ink)}
.sld .rating,.sld .length,.sld .soft{fill:var(--sld-soft)}
.sld .title{font-weight:650}
.sld .frame{fill:var(--sld-room);stroke:var(--sld-frame);stroke-dasharray:6 3}
.sld .wire{fill:none;stroke-width:1.6;stroke-linejoin:round}
.sld .case{fill:none;stroke:var(--sld-soft);stroke-width:4.4}
.sld .core{fill:none;stroke-width:3}
.sld .bar{stroke-width:5}
.sld .open{stroke-dasharray:5 4}
.sld .upright{writing-mode:vertical-rl}
.sld g[data-id]:hover .wire,.sld g[data-id]:hover .core{stroke-width:4}
"""


def single_line_svg(park: Park, *, language: str = "zh", moment: Moment | None = None, width_px: float = 2100.0) -> str:
    """Return the single-line diagram of a park (already frozen at a stage) as one SVG that loads nothing from anywhere.

    `language` is zh, en or both. With a `moment` busbars are coloured and labelled by voltage, branches by loading,
    with arrows and MW. Raises BadInput for another language, for a park without buses, and where something stands at a
    bus that does not.
    """
    diagram = diagram_of(park, language=language, figures=moment is not None, width_px=width_px)
    return drawn(diagram, park, language=language, moment=moment)


def drawn(diagram: Diagram, park: Park, *, language: str, moment: Moment | None = None) -> str:
    """Return a laid-out diagram as SVG."""
    speech = speech_of(language)
    width = max(diagram.width + 2 * MARGIN, LEAST_WIDTH)
    shift = (width - diagram.width) / 2
    head, head_height = heading(park, speech, moment, width - 2 * MARGIN)
    foot, foot_height = legend(diagram, speech, moment, width - 2 * MARGIN)
    height = head_height + diagram.height + foot_height + 3 * MARGIN
    style = STYLE
    for place, dark in (("LIGHT", False), ("DARK", True)):
        style = style.replace(place, levels(dark=dark) + (f";{scales(dark=dark)}" if moment is not None else ""))
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sld" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="sld-title sld-desc" '
        f'lang="{"zh-CN" if speech.languages[0] == "zh" else "en"}">',
        f'<title id="sld-title">{escape(title_of_page(park, speech, moment))}</title>',
        f'<desc id="sld-desc">{escape(description_of(park, diagram, speech))}</desc>',
        f"<style>{style}</style>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="var(--sld-back)"/>',
        f'<g transform="translate({MARGIN:g} {MARGIN:g})">{head}</g>',
        f'<g transform="translate({shift:.1f} {head_height + MARGIN:.1f})">',
        *(_frame(f) for f in diagram.frames),
        *(_piece(p, moment) for p in diagram.pieces),
        *(_bar(b, moment) for b in diagram.bars),
        *(_text(t, moment) for t in diagram.texts),
        "</g>",
        f'<g transform="translate({MARGIN:g} {head_height + diagram.height + 2 * MARGIN:.1f})">{foot}</g>',
        "</svg>",
    ]
    return "\n".join(part for part in body if part) + "\n"


def _frame(frame: Frame) -> str:
    b = frame.box
    return (
        f'<rect class="frame" data-id="{escape(frame.id)}" x="{b.left:.1f}" y="{b.top:.1f}" '
        f'width="{b.right - b.left:.1f}" height="{b.bottom - b.top:.1f}" rx="4">'
        f"<title>{escape(frame.title)}</title></rect>"
    )


def _bar(bar: Bar, moment: Moment | None) -> str:
    v_pu = moment.v_pu.get(bar.id, float("nan")) if moment else 1.0
    dead = v_pu != v_pu
    token = voltage_token(v_pu) if moment else level_token(bar.v_nom_kv)
    line = f'x1="{bar.x1:.1f}" y1="{bar.y:.1f}" x2="{bar.x2:.1f}" y2="{bar.y:.1f}"'
    title = bar.title if moment is None else f"{bar.title}\n{_volts(v_pu, bar.v_nom_kv)}"
    case = f'<line {line} stroke="var(--{level_token(bar.v_nom_kv)})" stroke-width="8"/>' if moment else ""
    broken = ' stroke-dasharray="5 4"' if dead else ""
    return (
        f'<g data-id="{escape(bar.id)}"><title>{escape(title)}</title>{case}'
        f'<line class="bar" {line} stroke="var(--{token})"{broken}/></g>'
    )


def _volts(v_pu: float, v_nom_kv: float) -> str:
    return "–" if v_pu != v_pu else f"{v_pu:.4f} p.u. · {v_pu * v_nom_kv:.2f} kV"


def _piece(piece: Piece, moment: Moment | None) -> str:
    out = moment is not None and all(i in moment.out for i in piece.ids)
    flows = [w.flow for w in piece.wires if w.flow] or [f for s in piece.symbols for f in s.flows]
    flows = flows or [f for a in piece.arrows for f, _ in a.flows]
    dashed = piece.open or out
    lines = "".join(_wire(w, flows, moment, dashed=dashed) for w in piece.wires)
    shapes = "".join(_symbol(s, flows, moment) for s in piece.symbols)
    title = piece.title if moment is None else "\n".join([piece.title, *moment.said(piece.ids, dict.fromkeys(flows))])
    arrows = _arrows(piece, moment) if moment and not out else ""
    ids = " ".join(piece.ids)
    return f'<g data-id="{escape(ids)}"><title>{escape(title)}</title>{lines}{shapes}{arrows}</g>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    kept = [p for k, p in enumerate(points) if k == 0 or p != points[k - 1]]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept)


def _wire(wire: Wire, flows: Sequence[str], moment: Moment | None, *, dashed: bool) -> str:
    path, broken = _path(wire.points), " open" if dashed else ""
    if moment is None or not flows:
        return f'<path class="wire{broken}" d="{path}" stroke="var(--{level_token(wire.v_nom_kv)})"/>'
    loading = moment.loading_of([wire.flow] if wire.flow else flows)
    return (
        f'<path class="case{broken}" d="{path}"/>'
        f'<path class="core{broken}" d="{path}" stroke="var(--{loading_token(loading)})"/>'
    )


def _symbol(symbol: Symbol, flows: Sequence[str], moment: Moment | None) -> str:
    colours = tuple(f"var(--{level_token(v)})" for v in symbol.volts)
    x, y = round(symbol.x, 1), round(symbol.y, 1)
    if symbol.kind == "transformer":
        return transformer_symbol(x, y, up=symbol.up, colours=(colours[0], colours[1]))
    if symbol.kind == "transformer3":
        return star_symbol(x, y, up=symbol.up, colours=colours)
    if symbol.kind in ("closed", "open"):
        return switch_symbol(x, y, closed=symbol.kind == "closed", colour=colours[0])
    if symbol.kind == "bundle":
        return bundle_symbol(x, y)
    assert symbol.kind in SYMBOLS
    return feeder_symbol(symbol.kind, x, y, up=symbol.up, colour=colours[0])


def _arrows(piece: Piece, moment: Moment) -> str:
    drawn_arrows = []
    for arrow in piece.arrows:
        power = moment.power_into(arrow.flows)
        if power != power or abs(power) < 0.05:
            continue
        down = arrow.down if power > 0 else -arrow.down
        tip = arrow.y + 4.0 * down
        drawn_arrows.append(
            f'<path d="M{arrow.x:.1f} {tip:.1f}l-4 {-8.0 * down:.1f}h8z" fill="var(--sld-ink)" stroke="none"/>'
        )
    return "".join(drawn_arrows)


def _text(text: Text, moment: Moment | None) -> str:
    words = text.words if not text.figure else _figure(text, moment)
    if not words:
        return ""
    place = f'x="{text.x:.1f}" y="{text.y:.1f}"'
    if text.turn:
        anchor = "start" if text.turn == "down" else "end"
        cjk = any("\u2e80" <= c <= "\uffef" for c in words)
        if cjk:
            return (
                f'<text class="{text.look} upright" {place} font-size="{text.size:g}" text-anchor="{anchor}" '
                f'dominant-baseline="central">{escape(words)}</text>'
            )
        angle = 90 if text.turn == "down" else -90
        return (
            f'<text class="{text.look}" transform="translate({text.x:.1f} {text.y:.1f}) rotate({angle})" '
            f'font-size="{text.size:g}" dominant-baseline="central">{escape(words)}</text>'
        )
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    return f'<text class="{text.look}" {place} font-size="{text.size:g}"{anchor}>{escape(words)}</text>'


def _figure(text: Text, moment: Moment | None) -> str:
    if moment is None:
        return ""
    if text.figure == "bus":
        v_pu = moment.v_pu.get(text.keys[0], float("nan"))
        return "–" if v_pu != v_pu else f"{v_pu:.4f}"
    if text.figure == "unit":
        power = moment.unit_mw(text.keys)
        return "–" if power != power else f"{number(abs(power))} MW"
    power = moment.power_into([(k[1:], -1 if k[0] == "-" else 1) for k in text.keys])
    return "" if power != power else number(abs(power))
