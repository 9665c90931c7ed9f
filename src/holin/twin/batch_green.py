"""Which tonnes of a month may be sold as green metal: batches, the certificates behind them, what is missing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from holin import ledger
from holin.batches import (
    HOURLY,
    Allotted,
    BatchShare,
    Book,
    Chosen,
    Free,
    Need,
    allot,
    choose,
    in_reach,
    metal_hash,
    opened_book,
    part_of,
)
from holin.calendar import hours_between, local
from holin.errors import ARGUMENT, BadInput, Fault
from holin.signing import canonical
from holin.twin.batches import BatchesOfRun, energy_of

HOUR_S = 3600


@dataclass(frozen=True, kw_only=True)
class GreenMonth:
    """The answer for a month: every batch of it with what it needs, has and could have; what was chosen and written.

    `free_wh` of the month's retired certificates stands behind no batch; `held_wh` is active still and could be
    retired.
    """

    month: str
    enterprises: tuple[str, ...]
    needs: tuple[Need, ...]
    reach: dict[str, int]
    chosen: tuple[Chosen, ...]
    rows: tuple[Allotted, ...]
    entry: int | None
    free_wh: int
    held_wh: int
    ledger: str
    book: str


@contextmanager
def book_of(book: ledger.Ledger, *, make: bool) -> Iterator[Book]:
    """Open the allotment book of a ledger: there is one, and it stands beside the ledger's head file.

    The ledger names the book's last entry (`ledger.anchor`). Raises BadInput where the book has not that entry: it is
    lost, set back or another's, and what it had allotted could be allotted again.
    """
    facts, file = book.facts, file_of_book(book)
    named = ledger.anchored(book, ALLOTMENTS)
    if named is not None and not file.is_file():
        raise _lost(file, named, "is missing")
    with opened_book(
        file, ledger=facts.id, scheme=facts.scheme, public_key=facts.public_key, make=make
    ) as found:  # fmt: skip
        if named is not None and ((entry := found.entry(named.number)) is None or entry.hash != named.hash):
            raise _lost(file, named, "has not this entry: it was set back, or it is another book")
        yield found


ALLOTMENTS = "allotments"
"""What the ledger calls the book."""


def _lost(file: Path, named: ledger.Anchor, problem: str) -> BadInput:
    right = "restore the book from its last copy; nothing was written"
    told = f"{problem}; the ledger names its entry {named.number} ({named.hash[:12]}…)"
    return BadInput([Fault(file=str(file), problem=told, right=right)])


def file_of_book(book: ledger.Ledger) -> Path:
    """Return where the allotment book of a ledger stands."""
    return book.head_file.with_suffix(".allotments")


@contextmanager
def _book_for(book: ledger.Ledger, write: bool, first: bool) -> Iterator[Book | None]:
    """Open the book to write, or to look where there is one: looking makes none, and writing only where told to."""
    if not file_of_book(book).is_file() and ledger.anchored(book, ALLOTMENTS) is None:
        if not write:
            yield None
            return
        if not first:
            right = (
                "put back the copy that stood beside the ledger; where nothing was ever allotted of this ledger, also "
                "not of the one that it is a copy of, begin its book with --first"
            )
            problem = "there is no book of allotments, and the ledger knows of none"
            raise BadInput([Fault(file=str(file_of_book(book)), problem=problem, right=right)])
    with book_of(book, make=write) as found:
        yield found


def need_of(found: BatchesOfRun, share: BatchShare, book: Book | None) -> Need:
    """Return what a batch needs by hour: its potlines' energy but for own fuel's, and that of casting in its hour."""
    fired = found.place["own_fired_wh"]
    values = share.share.values
    net = values[:, : len(found.sources)].sum(axis=1) - values[:, fired]
    by_hour: dict[int, int] = {}
    for start, wh in zip(share.share.start_s.tolist(), net.tolist(), strict=True):
        hour = start - start % HOUR_S
        by_hour[hour] = by_hour.get(hour, 0) + max(wh, 0)
    energy, batch = energy_of(found, share), share.cast.batch
    if energy.cast_wh:
        hour = batch.time_s - batch.time_s % HOUR_S
        by_hour[hour] = by_hour.get(hour, 0) + energy.cast_wh
    had = found.allotted(share, book)
    by_hour_had: dict[int, int] = {}
    for row, _ in had:
        if row.method == HOURLY:
            hour = row.start_s - row.start_s % HOUR_S
            by_hour_had[hour] = by_hour_had.get(hour, 0) + row.wh
    whole = sum(p.grams for p in share.cast.pieces)
    green = part_of(batch.grams, 0, share.traced_grams, whole) if whole else 0
    return Need(
        batch=batch.id, metal=metal_hash(found.metal(share)), by_hour=by_hour, of_wh=energy.wh + energy.cast_wh,
        grams=green, had_wh=sum(row.wh for row, _ in had), had_by_hour=by_hour_had,
    )  # fmt: skip


def month_edges(month: str, time_zone: str) -> tuple[int, int]:
    """Return where a local month begins and ends, s (UTC); raises BadInput where it is none."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        right = "give one such as 2025-06"
        fault = Fault(file=ARGUMENT, field="month", value=month, problem="is no month", right=right)
        raise BadInput([fault]) from error
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    hours = hours_between(first, last, time_zone).astype("datetime64[s]").astype(np.int64)
    return int(hours[0]), int(hours[-1]) + HOUR_S


def green_month(
    found: BatchesOfRun,
    address: str | Path,
    month: str,
    *,
    tonnes: float | None = None,
    monthly: bool = True,
    write: bool = False,
    first: bool = False,
    enterprise: str | None = None,
    key: Path | None = None,
    now: int | None = None,
) -> GreenMonth:
    """Answer which batches cast in a local month may be sold as green metal, up to `tonnes`, and with `write` allot.

    What counts is retired in the ledger for the enterprise whose potlines made the metal: what was sold, has expired or
    became a GEC of someone else is not retired for it. Certificates of the batch's own hours come first; with `monthly`
    those of the same local month, which says where it is used. What is allotted is written in the ledger's book, for
    good: two commands at once cannot have the same Wh. A ledger without a book may be a copy of one that has it:
    `first` says that nothing was allotted of it yet, and begins the book.
    """
    begins, ends = month_edges(month, found.park.facts.time_zone)
    shares = [s for s in found.account.batches.values() if begins <= s.cast.batch.time_s < ends and s.cast.spans]
    owners = {s.cast.batch.id: found.owner(s) for s in shares}
    if enterprise is not None and enterprise not in set(owners.values()):
        right = f"one of {', '.join(sorted(set(owners.values()))) or 'none: no batch was cast in this month'}"
        problem = "made no batch in this month"
        raise BadInput([Fault(file=ARGUMENT, field="enterprise", value=enterprise, problem=problem, right=right)])
    ours = [s for s in shares if enterprise in (None, owners[s.cast.batch.id])]
    wanted = None if tonnes is None else round(tonnes * 1_000_000)
    with ledger.opened(address, key=key) as book:
        of_one_kind(found, book)
        signs = ledger.private_key(book) if write else b""
        with _book_for(book, write, first) as allotments:
            needs = [need_of(found, s, allotments) for s in ours]
            begin = min((h for n in needs for h in n.by_hour), default=begins)
            who = sorted({owners[n.batch] for n in needs})
            known = {w: ledger.retired(book, beneficiary=w, start=min(begin, begins), end=ends) for w in who}
            taken = allotments.by_certificate() if allotments else {}
            of = {w: [n for n in needs if owners[n.batch] == w] for w in who}
            free = {w: _free(known[w], taken, begins, found.metal_part[w]) for w in who}
            reach = {b: wh for w in who for b, wh in in_reach(of[w], free[w]).items()}
            chosen: list[Chosen] = []
            rows: list[Allotted] = []

            def pick(of_certificate: Mapping[int, int], of_batch: Mapping[str, int]) -> list[Allotted]:
                left = wanted
                for w in who:
                    mine, some = choose(
                        [need_of(found, found.account.batches[n.batch], allotments) for n in of[w]],
                        _free(known[w], of_certificate, begins, found.metal_part[w]), left, monthly=monthly,
                    )  # fmt: skip
                    chosen.extend(mine)
                    rows.extend(some)
                    left = None if left is None else max(0, left - sum(c.green_grams for c in mine))
                return rows

            moment = int(time.time()) if now is None else now
            entry = None
            if write and allotments:
                entry, _ = allot(allotments, pick, key=signs, now=moment)
                if entry is not None:
                    ledger.anchor(book, ALLOTMENTS, entry.number, entry.hash, now=now)
            else:
                pick(taken, {})
            held = ledger.held(book.database, ledger.Selection(start=begins, end=ends, valid_at=moment))
            file, name = file_of_book(book), book.address
    return GreenMonth(
        month=month, enterprises=tuple(who), needs=tuple(needs), reach=reach, chosen=tuple(chosen), rows=tuple(rows),
        entry=entry.number if entry else None, held_wh=sum(h.wh for h in held), ledger=str(name), book=str(file),
        free_wh=sum(f.wh for w in who for f in free[w] if f.for_month),
    )  # fmt: skip


def of_one_kind(found: BatchesOfRun, book: ledger.Ledger) -> None:
    """Raise BadInput where a ledger and a run are not of one kind."""
    if book.facts.kind != found.kind:
        problem = f"holds {book.facts.kind} certificates, and the run is {found.kind}"
        right = "use another ledger: what was computed and what was metered are never mixed"
        raise BadInput([Fault(file=book.address, problem=problem, right=right)])


def _free(
    retired: list[ledger.Retired], taken: Mapping[int, int], month_start: int, metal_part: Mapping[int, Fraction]
) -> list[Free]:
    """Return what is left of retired certificates, of each hour up to the part of the use that is the potlines'.

    So what was retired for an enterprise's other loads stands behind no metal, as in its carbon statement. A GEC counts
    for its month only, and so does what was retired for the use of another hour than that of its production.
    """
    mean = sum(metal_part.values(), Fraction(0)) / max(len(metal_part), 1)
    found = []
    for one in retired:
        hour = one.start - one.start % HOUR_S
        use = hour if one.used_from is None else one.used_from - one.used_from % HOUR_S
        left = int(one.wh * metal_part.get(use, mean)) - taken.get(one.certificate, 0)
        if left <= 0:
            continue
        detail = {
            "entry": one.entry, "entry_hash": one.entry_hash, "lot_kind": one.lot_kind, "source_kind": one.source_kind,
            "storage": one.storage, "beneficiary": one.beneficiary,
        }  # fmt: skip
        found.append(
            Free(
                certificate=one.certificate, start_s=one.start, wh=left, of_wh=one.wh, device=one.device,
                detail=canonical(detail).decode(), for_hour=use == hour and one.lot_kind != "gec",
                for_month=one.start >= month_start,
            )
        )  # fmt: skip
    return found


def green_figures(found: BatchesOfRun, made: GreenMonth) -> dict[str, Any]:
    """Return the answer as a JSON object: batches by name with need, cover, what is missing and what would cure it."""
    chosen = {c.need.batch: c for c in made.chosen}
    batches = [_batch(found, n, chosen.get(n.batch), made.reach[n.batch]) for n in made.needs]
    sold = [b for b in batches if b["chosen"]]
    missing = sum(n.missing_wh for n in made.needs)
    return {
        "park": found.park.facts.id, "stage": found.stage.name, "kind": found.kind, "month": made.month,
        "ledger": made.ledger, "book": made.book, "entry": made.entry, "enterprises": list(made.enterprises),
        "count": "mass balance: retired green energy / energy per tonne",
        "batches": batches,
        "chosen_t": sum(b["green_t"] for b in sold),
        "month_green_t": sum(b["green_t"] for b in batches),
        "month_t": sum(b["mass_t"] for b in batches),
        "retired_free_mwh": made.free_wh / 1e6, "active_mwh": made.held_wh / 1e6, "missing_mwh": missing / 1e6,
        "left_free_mwh": (made.free_wh - sum(r.wh for r in made.rows)) / 1e6,
    }  # fmt: skip


def _batch(found: BatchesOfRun, need: Need, chosen: Chosen | None, reach: int) -> dict[str, Any]:
    share = found.account.batches[need.batch]
    energy = energy_of(found, share)
    state = chosen or Chosen(need=need, hourly_wh=0, monthly_wh=0)
    batch = share.cast.batch
    clock = local(np.array([batch.time_s], dtype="datetime64[s]"), found.park.facts.time_zone)[0]
    return {
        "batch": need.batch, "cast": f"{clock:%Y-%m-%d %H:%M}", "form": batch.form.value, "alloy": batch.alloy,
        "mass_t": batch.grams / 1e6, "primary_t": need.grams / 1e6, "energy_mwh": need.wh / 1e6,
        "own_fuel_mwh": energy.own_fired_wh / 1e6,
        "physical_green_share": energy.green_wh / energy.wh if energy.wh else None,
        "had_mwh": need.had_wh / 1e6, "own_hours_mwh": reach / 1e6, "hourly_mwh": state.hourly_wh / 1e6,
        "monthly_mwh": state.monthly_wh / 1e6, "missing_mwh": state.missing_wh / 1e6,
        "green_t": state.green_grams / 1e6, "whole": state.green_grams == need.grams > 0,
        "chosen": chosen is not None,
    }  # fmt: skip
