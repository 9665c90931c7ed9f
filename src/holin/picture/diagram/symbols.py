"""The symbols of a single-line diagram, after IEC 60617 where it has one, each about its middle, below its busbar."""

from __future__ import annotations

BACK = "var(--sld-back)"
FEEDER = 'fill="none" stroke="@" stroke-width="1.5"'

SYMBOLS: dict[str, str] = {
    "grid": '<rect x="-11" y="-11" width="22" height="22" {f}/>'
    '<path d="M-11 -1L-1 -11M-11 10L10 -11M1 11L11 1" stroke="@" stroke-width="1" fill="none"/>',
    "generator": '<circle r="11" {f}/><path d="M-6 0C-4 -6 -2 -6 0 0S4 6 6 0" {f}/>',
    "thermal_unit": '<circle r="11" {f}/><path d="M-6 5.5L-4.5 -6.5H-1.5L-.5 1L5.5 -2.5V5.5Z" fill="@"/>',
    "wind_farm": '<circle r="11" {f}/><g stroke="@" stroke-width="1.7" stroke-linecap="round">'
    '<path d="M0 0V-7.5M0 0L6.5 3.8M0 0L-6.5 3.8"/><circle r="1.3" fill="@" stroke="none"/></g>',
    "pv_plant": '<rect x="-11" y="-11" width="22" height="22" {f}/><path d="M-11 -11L0 0L11 -11" {f}/>'
    '<path d="M-4.5 3V9M-1.5 3V9M1.5 3V9M4.5 3V9" stroke="@" stroke-width="1.3"/>',
    "storage": '<rect x="-11" y="-11" width="22" height="22" {f}/>'
    '<path d="M0 -8V-4M-7 -4H7M-3.5 0H3.5M-7 4H7M-3.5 8H3.5" stroke="@" stroke-width="1.6" fill="none"/>',
    "potline": '<rect x="-11" y="-11" width="22" height="22" {f}/><path d="M-11 11L11 -11" {f}/>'
    '<path d="M-8.5 -5.5C-7.2 -8.5 -5.8 -8.5 -4.5 -5.5S-1.8 -2.5 -.5 -5.5M1.5 5H8.5M1.5 8H8.5" {f}/>',
    "load": '<path d="M0 -11V3" {f}/><path d="M-5 3H5L0 11Z" fill="@"/>',
    "motor": '<circle r="11" {f}/><path d="M-4.5 5V-5L0 1.5L4.5 -5V5" {f}/>',
    "capacitor": '<path d="M0 -11V-2.5M-8 -2.5H8M-8 2.5H8M0 2.5V7M-6 7H6M-3.5 9H3.5M-1.5 11H1.5" {f}/>',
    "reactor": '<path d="M0 -11V-6M0 -6A5 5 0 1 1 -5 -1H0V7M-6 7H6M-3.5 9H3.5M-1.5 11H1.5" {f}/>',
    "filter": '<path d="M0 -11V-8M0 -8C4 -8 4 -4 0 -4S4 0 0 0M0 0V1.5M-7 1.5H7M-7 5H7M0 5V8" {f}/>'
    '<path d="M-5 8H5M-2.5 10.5H2.5" {f}/>',
    "svc": '<rect x="-11" y="-11" width="22" height="22" {f}/>'
    '<path d="M-6 -1.5H6M-6 2H6M0 -7V-1.5M0 2V7M-7 7L7 -7" {f}/>'
    '<path d="M7 -7L2.6 -5.8L5.8 -2.6Z" fill="@"/>',
}
"""Feeders, hanging below; `@` is the colour, `{f}` a line without filling. Those of READABLE are not turned over."""

READABLE = ("generator", "thermal_unit", "wind_farm", "pv_plant", "storage", "potline", "motor", "svc", "grid")


def feeder_symbol(kind: str, x: float, y: float, *, up: bool, colour: str) -> str:
    """Return a feeder's symbol; one above its busbar is turned over where it is not read like a letter."""
    turned = " scale(1 -1)" if up and kind not in READABLE else ""
    shape = SYMBOLS[kind].replace("{f}", FEEDER).replace("@", colour)
    return f'<g transform="translate({x:g} {y:g}){turned}">{shape}</g>'


def transformer_symbol(x: float, y: float, *, up: bool, colours: tuple[str, str]) -> str:
    """Return two circles, the first winding's away from the busbar of the second."""
    first = 6.0 if up else -6.0
    return (
        f'<circle cx="{x:g}" cy="{y + first:g}" r="9" fill="none" stroke="{colours[0]}" stroke-width="1.6"/>'
        f'<circle cx="{x:g}" cy="{y - first:g}" r="9" fill="none" stroke="{colours[1]}" stroke-width="1.6"/>'
    )


def star_symbol(x: float, y: float, *, up: bool, colours: tuple[str, ...]) -> str:
    """Return three circles: the first winding's alone on its side."""
    sign = -1.0 if up else 1.0
    places = ((0.0, -6.0), (-7.0, 6.0), (7.0, 6.0))
    return "".join(
        f'<circle cx="{x + dx:g}" cy="{y + sign * dy:g}" r="9" fill="none" stroke="{c}" stroke-width="1.6"/>'
        for (dx, dy), c in zip(places, colours, strict=False)
    )


def switch_symbol(x: float, y: float, *, closed: bool, colour: str) -> str:
    """Return a breaker: a square, filled where closed."""
    return (
        f'<rect x="{x - 4.5:g}" y="{y - 4.5:g}" width="9" height="9" fill="{colour if closed else BACK}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
    )


def bundle_symbol(x: float, y: float) -> str:
    """Return the stroke through a wire that stands for several."""
    return f'<path d="M{x - 4:g} {y + 4:g}L{x + 4:g} {y - 4:g}" stroke="var(--sld-ink)" stroke-width="1.3"/>'
