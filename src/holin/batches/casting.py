"""From taps to batches: metal leaves pots, ladles and furnaces first in, first out, every gram once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction

from holin.batches.made import Made, Span
from holin.batches.mass import kg_of
from holin.batches.records import Batch, Input, Production, Tap
from holin.batches.row import Material
from holin.errors import Fault

OPENING = "opening"
"""Metal that stood in a furnace when the records begin: nothing is known of it."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Part of a batch: of tapped metal the exact span of production, of other metal what its supplier declares."""

    material: str
    source: str
    grams: int
    span: Span | None = None
    footprint: Fraction | None = None
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A batch and what it was made of; the pieces weigh product and loss together."""

    batch: Batch
    pieces: tuple[Piece, ...]

    def grams_of(self, material: str) -> int:
        """Return how much of a material is in it, its loss included."""
        return sum(p.grams for p in self.pieces if p.material == material)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return its pieces of production."""
        return tuple(p.span for p in self.pieces if p.span is not None)


def moment(second: int) -> str:
    """Return s (UTC) for a message."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%MZ}"


def spans_of_taps(taps: tuple[Tap, ...], made: dict[str, Made]) -> tuple[dict[str, Span], list[Fault]]:
    """Return the piece of production that each tap took, first in, first out; and taps of more than there was."""
    cursor = {name: -line.opening_grams for name, line in made.items()}
    spans: dict[str, Span] = {}
    faults: list[Fault] = []
    for tap in taps:
        if tap.potline not in made:
            right = f"one of {', '.join(made) or 'none: the run has no potline that made metal'}"
            faults.append(
                _fault("tap.csv", tap.id, "potline", f"no potline {tap.potline} made metal in the run", right)
            )
            continue
        line, first = made[tap.potline], cursor[tap.potline]
        span = Span(potline=tap.potline, first=first, last=first + tap.grams)
        cursor[tap.potline] = span.last
        spans[tap.id] = span
        over = span.last + line.opening_grams - line.made_by(tap.time_s)
        if over > 0:
            problem = f"until {moment(tap.time_s)} {kg_of(over)} kg more was tapped of {tap.potline} than was made"
            right = f"correct masses or times, or give what waited in the pots in stock.csv ({tap.potline}, opening_kg)"
            faults.append(_fault("tap.csv", tap.id, "mass_kg", problem, right))
    return spans, faults


def cast(production: Production, spans: dict[str, Span]) -> tuple[list[Cast], dict[str, list[Piece]], list[Fault]]:
    """Return the batches with what they were made of, what is left in each furnace, and what cannot be.

    A furnace is emptied in the order in which it was filled; what is lost was part of the batch that lost it.
    """
    taps = {t.id: t for t in production.taps}
    used: dict[str, int] = {}
    furnaces: dict[str, deque[Piece]] = {}
    for stock in production.stocks:
        if stock.opening_grams and any(b.furnace == stock.place for b in production.batches):
            there = furnaces.setdefault(stock.place, deque())
            there.append(Piece(material=OPENING, source=stock.place, grams=stock.opening_grams))
    made: list[Cast] = []
    faults: list[Fault] = []
    for batch in production.batches:
        furnace = furnaces.setdefault(batch.furnace, deque())
        for given in batch.inputs:
            furnace.append(_piece(batch, given, taps, used, spans, faults))
        pieces, missing = _drawn(furnace, batch.grams + batch.loss_grams)
        if missing:
            problem = f"{kg_of(missing)} kg more left the furnace {batch.furnace} than was in it"
            right = "correct masses, add what was put in, or give the furnace's opening_kg in stock.csv"
            faults.append(_fault("batch.csv", batch.id, "mass_kg", problem, right))
        made.append(Cast(batch=batch, pieces=_joined(pieces)))
    return made, {name: list(left) for name, left in furnaces.items()}, faults


def _piece(
    batch: Batch, given: Input, taps: dict[str, Tap], used: dict[str, int], spans: dict[str, Span], faults: list[Fault]
) -> Piece:
    span = None
    if given.material == Material.TAPPED:
        tap, before = taps[given.source], used.get(given.source, 0)
        used[tap.id] = before + given.grams
        if used[tap.id] > tap.grams:
            problem = f"tap {tap.id} weighed {kg_of(tap.grams)} kg, and {kg_of(used[tap.id])} kg of it were put in"
            faults.append(_fault("input.csv", batch.id, "mass_kg", problem, "share the ladle among its batches"))
        elif batch.time_s < tap.time_s:
            problem = f"cast at {moment(batch.time_s)}, before its tap {tap.id} at {moment(tap.time_s)}"
            faults.append(_fault("batch.csv", batch.id, "time", problem, "correct one of the times"))
        elif tap.id in spans:
            first = spans[tap.id].first + before
            span = Span(potline=tap.potline, first=first, last=first + given.grams)
    return Piece(
        material=given.material.value, source=given.source, grams=given.grams, span=span, footprint=given.footprint,
        reference=given.reference,
    )  # fmt: skip


def _drawn(furnace: deque[Piece], grams: int) -> tuple[list[Piece], int]:
    """Take so many grams from the front of a furnace; return the pieces, and what was missing."""
    taken = []
    while grams > 0 and furnace:
        first = furnace.popleft()
        if first.grams > grams:
            furnace.appendleft(_cut(first, grams, first.grams))
            first = _cut(first, 0, grams)
        taken.append(first)
        grams -= first.grams
    return taken, grams


def _cut(piece: Piece, first: int, last: int) -> Piece:
    span = piece.span
    if span is not None:
        span = Span(potline=span.potline, first=span.first + first, last=span.first + last)
    return replace(piece, grams=last - first, span=span)


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join pieces of one kind that follow each other in production; the taps are named one after the other."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and last.span and piece.span and _follows(last.span, piece.span):
            span = Span(potline=last.span.potline, first=last.span.first, last=piece.span.last)
            same = last.source.split(" ")[-1] == piece.source
            names = last.source if same else f"{last.source} {piece.source}"
            joined[-1] = replace(last, source=names, grams=last.grams + piece.grams, span=span)
        else:
            joined.append(piece)
    return tuple(joined)


def _follows(before: Span, after: Span) -> bool:
    return (before.potline, before.last) == (after.potline, after.first)


def _fault(file: str, what: str, field: str, problem: str, right: str) -> Fault:
    return Fault(file=file, field=field, value=what, problem=problem, right=right)
