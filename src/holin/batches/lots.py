"""Downstream: which part of a batch is in which lot, through as many conversions as there are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from holin.batches.casting import moment
from holin.batches.mass import kg_of, part_of
from holin.batches.records import Lot, Production
from holin.errors import Fault


@dataclass(frozen=True, kw_only=True)
class LotShare:
    """A lot and its path back: `batch` and the part `first` to `last` of that batch's product that went into it.

    `path` leads from the batch to the lot; `scrap_grams` left it as scrap on the way. What a conversion loses stays
    with the product that lost it; scrap that goes back to the cast house takes nothing with it (cut-off), so no energy
    is counted twice.
    """

    lot: Lot
    batch: str
    path: tuple[str, ...]
    first: Fraction
    last: Fraction
    scrap_grams: int = 0

    @property
    def part(self) -> Fraction:
        """Return which part of the batch's product is in it, 0 to 1."""
        return self.last - self.first


def lot_shares(production: Production, batch_grams: dict[str, int]) -> tuple[dict[str, LotShare], list[Fault]]:
    """Return every lot with its path, and lots that were made before their parent, or of more than there was."""
    made_s = {b.id: b.time_s for b in production.batches}
    grams = dict(batch_grams)
    used: dict[str, int] = {}
    found: dict[str, LotShare] = {}
    faults: list[Fault] = []
    for lot in production.lots:
        if lot.parent not in grams or lot.time_s < made_s[lot.parent]:
            problem = f"made at {moment(lot.time_s)}, before its parent {lot.parent}"
            faults.append(Fault(file="lot.csv", field="time", value=lot.id, problem=problem, right="correct the times"))
            continue
        before = used.get(lot.parent, 0)
        used[lot.parent] = before + lot.input_grams
        if used[lot.parent] > grams[lot.parent]:
            over = kg_of(used[lot.parent] - grams[lot.parent])
            problem = f"{over} kg more of {lot.parent} went into lots than it weighs"
            right = "correct the masses"
            faults.append(Fault(file="lot.csv", field="input_kg", value=lot.id, problem=problem, right=right))
            continue
        found[lot.id] = _share(lot, before, grams[lot.parent], found.get(lot.parent))
        grams[lot.id], made_s[lot.id] = lot.grams, lot.time_s
    return found, faults


def _share(lot: Lot, before: int, of: int, parent: LotShare | None) -> LotShare:
    first, last = Fraction(before, of), Fraction(before + lot.input_grams, of)
    if parent is None:
        return LotShare(
            lot=lot, batch=lot.parent, path=(lot.parent, lot.id), first=first, last=last, scrap_grams=lot.scrap_grams
        )  # fmt: skip
    scrap = part_of(parent.scrap_grams, before, before + lot.input_grams, of)
    return LotShare(
        lot=lot, batch=parent.batch, path=(*parent.path, lot.id), first=parent.first + first * parent.part,
        last=parent.first + last * parent.part, scrap_grams=lot.scrap_grams + scrap,
    )  # fmt: skip


def part_of_amount(amount: int, share: LotShare) -> int:
    """Return a lot's part of a whole amount of its batch; lots that make up the batch add up to it exactly."""
    return int(amount * share.last // 1) - int(amount * share.first // 1)
