"""What `holin estimate` prints where a state contradicts the park: where, by how much, and what would explain it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holin.cli.output import figure, out, print_table
from holin.cli.texts import text

SHOWN = 8
Figures = Mapping[str, Any]


def print_contradictions(figures: Figures, language: str) -> None:
    """Print the contradictions and their cause; nothing where there are none."""
    found, cause = figures["contradictions"], figures["cause"]
    if found:
        count, of = figures["quality"]["contradicts_park"], figures["moments"]
        out.print(text("estimate.untrusted", language, count=count, of=of), style="red", soft_wrap=True)
        columns = [text(f"column.{c}", language) for c in ("contradiction", "where", "value", "possible")]
        print_table("", columns, [_row(c, language) for c in found[:SHOWN]])
        if len(found) > SHOWN:
            out.print(text("estimate.more", language, count=len(found) - SHOWN), soft_wrap=True)
    if cause is not None:
        names = ", ".join(cause["meters"][:SHOWN]) + (" ..." if len(cause["meters"]) > SHOWN else "")
        said = text(f"estimate.slip.{cause['slip']}", language)
        line = text(
            "estimate.cause" if cause["element"] is None else f"estimate.cause.{cause['slip']}", language,
            count=len(cause["meters"]), of=cause["of"], left=cause["left_out"], slip=said, names=names,
            element=cause["element"],
        )  # fmt: skip
        out.print(line, style="yellow", soft_wrap=True, markup=False)
    elif found:
        out.print(text("estimate.no_cause", language), style="yellow", soft_wrap=True, markup=False)


def _row(found: Figures, language: str) -> list[str]:
    digits = {"voltage": 3, "flagged": 3, "service": 0}.get(found["what"], 2)
    low, high = (figure(found[side], digits) for side in ("low", "high"))
    return [
        text(f"estimate.contradiction.{found['what']}", language), found["element"], figure(found["value"], digits),
        f"{low} .. {high}",
    ]  # fmt: skip
