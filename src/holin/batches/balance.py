"""The mass balance of every place and month: opening + in = out + loss + closing, and what does not close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from holin.batches.casting import moment
from holin.batches.made import Made
from holin.batches.mass import kg_of
from holin.batches.records import Production
from holin.batches.row import Material
from holin.calendar import local
from holin.errors import Fault

LADLES, OWN_SCRAP = "ladles", "own_scrap"


@dataclass(frozen=True, kw_only=True)
class Balance:
    """One place in one local month, in grams. `counted` is its closing stock as counted, `gap` that less the computed.

    `closing` = opening + into - out - loss.
    """

    place: str
    month: str
    opening: int
    into: int
    out: int
    loss: int
    closing: int
    counted: int | None

    @property
    def gap(self) -> int | None:
        """Return counted less computed; None where nothing was counted."""
        return None if self.counted is None else self.counted - self.closing


@dataclass(frozen=True, kw_only=True)
class _Move:
    time_s: int
    place: str
    into: int = 0
    out: int = 0
    loss: int = 0


def balances(production: Production, made: dict[str, Made], time_zone: str) -> tuple[list[Balance], list[Fault]]:
    """Return the balance of every place and month, and where more left than was there, or a count differs."""
    moves = sorted(_moves(production, made), key=lambda m: m.time_s)
    opening = {s.place: s.opening_grams or 0 for s in production.stocks if s.opening_grams is not None}
    counted = {(s.place, s.month): s.closing_grams for s in production.stocks if s.closing_grams is not None}
    faults = _below_nothing(moves, opening)
    month_of = _months([m.time_s for m in moves], time_zone)
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for move, month in zip(moves, month_of, strict=True):
        for k, grams in enumerate((move.into, move.out, move.loss)):
            sums[move.place, month][k] += grams
    months = sorted({m for _, m in sums})
    rows: list[Balance] = []
    for place in dict.fromkeys(p for p, _ in sums):
        stands = opening.get(place, 0)
        for month in months:
            into, out, loss = sums.get((place, month), (0, 0, 0))
            closing = stands + into - out - loss
            row = Balance(
                place=place, month=month, opening=stands, into=into, out=out, loss=loss, closing=closing,
                counted=counted.get((place, month)),
            )  # fmt: skip
            rows.append(row)
            stands = closing
    return rows, [*faults, *_gaps(rows)]


def _moves(production: Production, made: dict[str, Made]) -> Iterable[_Move]:
    for name, line in made.items():
        for start, grams in zip(line.start_s.tolist(), line.grams.tolist(), strict=True):
            yield _Move(time_s=start, place=name, into=grams)
    for tap in production.taps:
        yield _Move(time_s=tap.time_s, place=tap.potline, out=tap.grams)
        yield _Move(time_s=tap.time_s, place=LADLES, into=tap.grams)
    for batch in production.batches:
        for given in batch.inputs:
            yield _Move(time_s=batch.time_s, place=batch.furnace, into=given.grams)
            if given.material == Material.TAPPED:
                yield _Move(time_s=batch.time_s, place=LADLES, out=given.grams)
            elif given.material == Material.OWN_SCRAP:
                yield _Move(time_s=batch.time_s, place=OWN_SCRAP, out=given.grams)
        yield _Move(time_s=batch.time_s, place=batch.furnace, out=batch.grams, loss=batch.loss_grams)
    for lot in production.lots:
        if lot.scrap_grams:
            yield _Move(time_s=lot.time_s, place=OWN_SCRAP, into=lot.scrap_grams)


def _below_nothing(moves: list[_Move], opening: dict[str, int]) -> list[Fault]:
    """Say where own scrap was used that nothing had returned; pots, ladles and furnaces are checked gram by gram."""
    stands, worst, when = opening.get(OWN_SCRAP, 0), 0, 0
    for move in moves:
        if move.place == OWN_SCRAP:
            stands += move.into - move.out
            if stands < worst:
                worst, when = stands, when or move.time_s
    if not worst:
        return []
    problem = f"from {moment(when)} on {kg_of(-worst)} kg more own scrap was melted than lots had returned"
    right = "add the lots that it comes from, or its opening_kg in stock.csv (place own_scrap)"
    return [Fault(file="input.csv", field="material", value="own_scrap", problem=problem, right=right)]


def _gaps(rows: list[Balance]) -> list[Fault]:
    return [
        Fault(
            file="stock.csv",
            field="closing_kg",
            value=kg_of(row.counted or 0),
            problem=f"{row.place} does not close in {row.month}: {kg_of(row.closing)} kg by the records, "
            f"{kg_of(row.gap)} kg {'more' if row.gap > 0 else 'less'} counted",
            right="look for a tap, batch or loss that is missing or wrong",
            severity="warning",
        )
        for row in rows
        if row.gap
    ]


def _months(seconds: list[int], time_zone: str) -> list[str]:
    if not seconds:
        return []
    times = np.array(seconds, dtype="datetime64[s]")
    codes, distinct = pd.factorize(times)
    words = local(np.asarray(distinct), time_zone).strftime("%Y-%m").to_numpy()
    return [str(w) for w in words[codes]]
