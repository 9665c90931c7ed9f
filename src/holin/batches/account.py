"""Every batch and lot with its metal and its share of what the potlines took; what no batch has is told beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.batches.balance import Balance, balances
from holin.batches.casting import OPENING, Cast, Piece, cast, spans_of_taps
from holin.batches.lots import LotShare, lot_shares
from holin.batches.made import Made, Share, Span, Whole, share_of
from holin.batches.records import Production
from holin.errors import CheckFailed, Fault


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchShare:
    """A batch, its pieces, and its share of what the potlines took, step by step."""

    cast: Cast
    share: Share

    @property
    def traced_grams(self) -> int:
        """Return the tapped metal whose hours of production are known, loss included."""
        return int(self.share.grams.sum())

    @property
    def unknown_grams(self) -> int:
        """Return metal of which nothing is known: what stood in pots or furnaces when the records begin."""
        return self.share.untraced_grams + self.cast.grams_of(OPENING)


@dataclass(frozen=True, kw_only=True, eq=False)
class Accounted:
    """All batches and lots of a production; `faults` are warnings only (counts that do not close).

    `columns` names the amounts; `made_sum`, `batch_sum`, `waiting_sum`, `idle_sum` (column,) are what the potlines
    took, what is in batches, what waits (in pots, ladles, furnaces), and what was taken without making metal.
    """

    production: Production
    made: dict[str, Made]
    columns: tuple[str, ...]
    batches: dict[str, BatchShare]
    lots: dict[str, LotShare]
    balances: list[Balance]
    left: dict[str, list[Piece]]
    faults: tuple[Fault, ...]
    made_sum: Whole
    batch_sum: Whole
    waiting_sum: Whole
    idle_sum: Whole


def accounted(production: Production, made: dict[str, Made], time_zone: str) -> tuple[Accounted | None, list[Fault]]:
    """Return the account of a production, None where masses cannot be; and every fault and warning.

    Raises CheckFailed where batches, what waits and what made no metal do not add up to what the potlines took.
    """
    made = _with_openings(production, made)
    spans, faults = spans_of_taps(production.taps, made)
    casts, left, wrong = cast(production, spans)
    rows, gaps = balances(production, made, time_zone)
    batches = {c.batch.id: BatchShare(cast=c, share=share_of(c.spans, made)) for c in casts}
    lots, of_lots = lot_shares(production, {name: b.cast.batch.grams for name, b in batches.items()})
    faults += [*wrong, *gaps, *of_lots]
    if any(f.severity == "error" for f in faults):
        return None, faults
    columns = next(iter(made.values())).columns if made else ()
    sums = _sums(made, batches, columns)
    account = Accounted(
        production=production, made=made, columns=columns, batches=batches, lots=lots, balances=rows, left=left,
        faults=tuple(faults), **sums,
    )  # fmt: skip
    return account, faults


def _with_openings(production: Production, made: dict[str, Made]) -> dict[str, Made]:
    opening = {s.place: s.opening_grams or 0 for s in production.stocks if s.opening_grams}
    return {
        name: Made(
            potline=name, start_s=m.start_s, step_s=m.step_s, grams=m.grams, columns=m.columns, values=m.values,
            opening_grams=opening.get(name, m.opening_grams),
        )
        for name, m in made.items()
    }  # fmt: skip


def _sums(made: dict[str, Made], batches: dict[str, BatchShare], columns: tuple[str, ...]) -> dict[str, Whole]:
    """Return what was taken, by where it is now; what waits is counted from the pieces that no batch has."""
    nothing = np.zeros(len(columns), dtype=np.int64)
    whole = sum((m.values.sum(axis=0) for m in made.values()), nothing)
    idle = sum((m.idle for m in made.values()), nothing)
    within = sum((b.share.values.sum(axis=0) for b in batches.values()), nothing)
    waiting = nothing
    for name, line in made.items():
        taken = sorted((s.first, s.last) for b in batches.values() for s in b.cast.spans if s.potline == name)
        waiting = waiting + _between(taken, line)
    if not np.array_equal(whole, within + waiting + idle):
        raise CheckFailed(
            f"batches: {within.tolist()} in batches, {waiting.tolist()} waiting and {idle.tolist()} without metal "
            f"are not the {whole.tolist()} that the potlines took; do not use this"
        )
    return {"made_sum": whole, "batch_sum": within, "waiting_sum": waiting, "idle_sum": idle}


def _between(taken: list[tuple[int, int]], line: Made) -> Whole:
    """Return the amounts of the metal of a potline that lies between the pieces taken, and after the last."""
    gaps, cursor = [], 0
    for first, last in taken:
        if first < cursor and last > 0 and first >= 0:
            raise CheckFailed(f"batches: grams {first} to {min(cursor, last)} of {line.potline} are in two batches")
        if first > cursor:
            gaps.append(Span(potline=line.potline, first=cursor, last=first))
        cursor = max(cursor, last)
    end = int(line.edges[-1])
    if end > cursor:
        gaps.append(Span(potline=line.potline, first=cursor, last=end))
    return np.asarray(share_of(gaps, {line.potline: line}).values.sum(axis=0), dtype=np.int64)
