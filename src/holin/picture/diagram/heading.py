"""What stands around a single-line diagram: heading, synthetic note, legend, and its description for readers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from holin.park import Park, names_of
from holin.picture.diagram.colours import (
    LOADING_MAX,
    LOADING_STEPS,
    VOLTAGE_HIGH,
    VOLTAGE_LOW,
    VOLTAGE_STEPS,
    level_token,
)
from holin.picture.diagram.geometry import Diagram
from holin.picture.diagram.metrics import text_px
from holin.picture.diagram.symbols import bundle_symbol, feeder_symbol, star_symbol, switch_symbol, transformer_symbol
from holin.picture.diagram.words import Speech
from holin.picture.moment import Moment

HEAD_PX = 22.0
NOTE_PX = 12.0
LEGEND_PX = 11.0
ROW = 34.0
INK = "var(--sld-ink)"

FEEDERS = (
    "grid", "thermal_unit", "generator", "wind_farm", "pv_plant", "storage", "potline", "load", "motor", "capacitor",
    "reactor", "filter", "svc",
)  # fmt: skip


def title_of_page(park: Park, speech: Speech, moment: Moment | None = None, what: str = "diagram.title") -> str:
    """Return the drawing's title: park, what it is (key of a text), stage and hour."""
    names = names_of(park.facts)
    said = " ".join(dict.fromkeys(names[language] for language in speech.languages))
    words = [said, speech.line(what)]
    if len(park.stages) == 1:
        stage = park.stages[0]
        titles = {"zh": stage.title_zh or stage.title, "en": stage.title or stage.title_zh}
        named = " ".join(dict.fromkeys(titles[language] for language in speech.languages if titles[language]))
        words.append(named if stage.name in named else f"{stage.name} {named}".strip())
    if moment is not None:
        words.append(moment.time)
    return " · ".join(words)


def description_of(park: Park, diagram: Diagram, speech: Speech) -> str:
    """Return what a reader who does not see the drawing is told."""
    count = {
        "buses": len(park.buses),
        "substations": len(diagram.frames),
        "lines": len(park.lines),
        "transformers": len(park.transformers) + len(park.transformers3),
        "feeders": sum(len(p.ids) for p in diagram.pieces if len(p.ends) == 1 and p.kind != "switch"),
    }
    return " ".join(words.format(**count) for words in speech.lines("diagram.description"))


def heading(
    park: Park, speech: Speech, moment: Moment | None, width: float, what: str = "diagram.title"
) -> tuple[str, float]:
    """Return the heading with the park's synthetic note, and its height."""
    lines = _broken(title_of_page(park, speech, moment, what), width, HEAD_PX)
    parts = [
        f'<text class="title" x="0" y="{HEAD_PX * (k + 1) - 3:.1f}" font-size="{HEAD_PX:g}">{escape(words)}</text>'
        for k, words in enumerate(lines)
    ]
    y = HEAD_PX * 1.1 * len(lines) + 6.0
    notes = {
        "zh": park.facts.synthetic_zh or park.facts.synthetic,
        "en": park.facts.synthetic or park.facts.synthetic_zh,
    }
    said = [*dict.fromkeys(notes[language] for language in speech.languages if notes[language])]
    if moment is not None and not moment.solved:
        said += speech.lines("diagram.unsolved")
    for note in said:
        for words in _broken(note, width, NOTE_PX):
            y += NOTE_PX * 1.4
            parts.append(f'<text class="soft" x="0" y="{y:.1f}" font-size="{NOTE_PX:g}">{escape(words)}</text>')
    return "".join(parts), y + 22.0


def _broken(words: str, width: float, size: float) -> list[str]:
    """Return a text in lines no wider than `width`, broken at blanks or between Chinese characters."""
    lines, line, word = [], "", ""
    for character in [*words, " "]:
        word += character
        if character == " " or character >= "\u2e80":
            if line and text_px((line + word).rstrip(), size) > width:
                lines.append(line.rstrip())
                line = ""
            line += word
            word = ""
    return [*lines, line.rstrip()]


def legend(diagram: Diagram, speech: Speech, moment: Moment | None, width: float) -> tuple[str, float]:
    """Return the legend of what the drawing shows, and its height."""
    entries = [*_levels(diagram), *_shapes(diagram, speech)]
    if moment is not None:
        entries += _scales(speech)
    x, y, parts = 0.0, 14.0, []
    for shape, wide, words in entries:
        need = wide + 8.0 + text_px(words, LEGEND_PX) + 26.0
        if x > 0 and x + need > width:
            x, y = 0.0, y + ROW
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})">{shape}'
            f'<text class="soft" x="{wide + 8:.1f}" y="4" font-size="{LEGEND_PX:g}">{escape(words)}</text></g>'
        )
        x += need
    return "".join(parts), y + 16.0


Entry = tuple[str, float, str]
"""A shape from 0 to its width, its width in px, and words."""


def _levels(diagram: Diagram) -> list[Entry]:
    volts = sorted({b.v_nom_kv for b in diagram.bars}, reverse=True)
    return [
        (f'<path d="M0 0H28" stroke="var(--{level_token(v)})" stroke-width="5"/>', 28.0, f"{v:g} kV") for v in volts
    ]


def _shapes(diagram: Diagram, speech: Speech) -> list[Entry]:
    found = {s.kind for p in diagram.pieces for s in p.symbols}
    entries = [
        (
            feeder_symbol(kind, 11, 0, up=False, colour=INK),
            22.0,
            speech.line(f"diagram.{kind}"),
        )
        for kind in FEEDERS
        if kind in found
    ]
    if "transformer" in found:
        entries.append(
            (transformer_symbol(9, 0, up=False, colours=(INK, INK)), 18.0, speech.line("diagram.transformer"))
        )
    if "transformer3" in found:
        entries.append((star_symbol(16, 0, up=False, colours=(INK,) * 3), 32.0, speech.line("diagram.transformer3")))
    for kind in ("closed", "open"):
        if kind in found:
            wire = f'<path d="M0 0H26" stroke="{INK}" stroke-width="1.6"/>'
            entries.append(
                (wire + switch_symbol(13, 0, closed=kind == "closed", colour=INK), 26.0, speech.line(f"diagram.{kind}"))
            )
    if "bundle" in found:
        wire = f'<path d="M0 0H26" stroke="{INK}" stroke-width="1.6"/>'
        entries.append((wire + bundle_symbol(13, 0), 26.0, speech.line("diagram.bundle")))
    if any(p.open for p in diagram.pieces):
        dashed = f'<path d="M0 0H28" stroke="{INK}" stroke-width="1.6" stroke-dasharray="5 4"/>'
        entries.append((dashed, 28.0, speech.line("diagram.out")))
    return entries


def _scales(speech: Speech) -> list[Entry]:
    return [
        _scale("l", LOADING_STEPS, 9.0, f"{speech.line('diagram.loading')}: 0 … {100 * LOADING_MAX:g} %"),
        _scale("u", VOLTAGE_STEPS, 14.0, f"{speech.line('diagram.voltage')}: {VOLTAGE_LOW:g} … {VOLTAGE_HIGH:g} p.u."),
        (f'<path d="M4 4l-4 -8h8z" fill="{INK}"/>', 8.0, speech.line("diagram.arrow")),
    ]


def _scale(token: str, steps: int, wide: float, words: str) -> Entry:
    cells: Sequence[str] = [
        f'<rect x="{k * wide:g}" y="-6" width="{wide + 0.3:g}" height="12" fill="var(--{token}{k})"/>'
        for k in range(steps)
    ]
    return "".join(cells), steps * wide, words
