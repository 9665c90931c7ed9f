"""The sheet that a chart of its own is drawn on: white, with its title, a note or two, and words where they belong."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holin.picture.panels import LEFT, STYLE, WIDTH

TITLE_Y, NOTES_Y, LINE = 34.0, 56.0, 18.0


def sheet(title: str, height: float, drawn: Iterable[str], *, notes: Iterable[str] = (), left: float = LEFT) -> str:
    """Return a chart of so many px as SVG text: the title, the notes that say something, and what is drawn."""
    told = [words_at(left, NOTES_Y + k * LINE, note, "soft") for k, note in enumerate(n for n in notes if n)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
            f'aria-label="{escape(title, quote=True)}">',
            STYLE,
            f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
            words_at(left, TITLE_Y, title, "title"),
            *told,
            *drawn,
            "</svg>",
            "",
        ]
    )


def words_at(x: float, y: float, words: str, style: str = "") -> str:
    """Return words that stand at a place, in the classes of `panels.STYLE`."""
    return f'<text x="{x:g}" y="{y:g}" class="{style}">{escape(words)}</text>'
