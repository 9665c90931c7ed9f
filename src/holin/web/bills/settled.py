"""A run settled once for all who ask, and the ids that addresses of bills are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path

from holin.web.access import Visitor
from holin.web.answers import Label
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem

if TYPE_CHECKING:
    from holin.settle import Bill, Usage
    from holin.twin import MonthUsed, SettledRun

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(pattern=MONTH, description="a local month of the run", examples=["2025-06"])]

READ = {"flows": ("p_mw", "q_mvar"), "trace": ("energy_mwh", "loss_mwh")}
"""What bills are made of, beside the readings of a metered run."""

SMALL = 1024 * 1024


def settled_of(library: Library, known: KnownRun) -> SettledRun:
    """Return a run's settlement; raises HttpProblem where it lacks what bills are made of (404)."""

    def settle() -> SettledRun:
        from holin.twin import settled_tables
        from holin.twin.carbon_account import kind_of

        tables = {name: library.columns(known, name, columns) for name, columns in READ.items()}
        if "metered" in known.whole.tables:
            tables["metered"] = library.table(known, "metered")
        assert known.park is not None and known.stage is not None
        kind = kind_of(dict(known.whole.summary))
        return settled_tables(known.park, known.stage, tables, kind=kind, name=known.id)

    return library.shelf.get(
        ("settled", known.path, known.seal), settle, lambda s: SMALL + _size((*s.usages, *s.grids))
    )


def month_of(library: Library, known: KnownRun, month: str) -> MonthUsed:
    """Return a month's usages of a settled run; raises HttpProblem where the run has not this month (404)."""
    from holin.twin import month_used

    settled = settled_of(library, known)
    if all(m.month != month for m in settled.months):
        raise no_month(settled, known, month)
    key = ("month", known.path, known.seal, month)
    return library.shelf.get(key, lambda: month_used(settled, month), lambda used: SMALL + _size(used.usages))


def bill_of(settled: SettledRun, known: KnownRun, enterprise: str, month: str) -> tuple[Bill, Bill | None]:
    """Return a bill and the one before it; raises HttpProblem where there is none (404)."""
    of = [b for m in settled.months for b in m.bills if b.customer == enterprise]
    at = next((k for k, b in enumerate(of) if b.month == month), None)
    if at is not None:
        return of[at], of[at - 1] if at else None
    if all(e.id != enterprise for e in settled.park.enterprises):
        raise HttpProblem(404, "not-found", f"the park of {known.id} has no enterprise {enterprise}")
    if all(m.month != month for m in settled.months):
        raise no_month(settled, known, month)
    raise HttpProblem(404, "not-found", f"{enterprise} has no bill: it has no contract in the park folder")


def no_month(settled: SettledRun, known: KnownRun, month: str) -> HttpProblem:
    """Return that a run has not a month, and which it has."""
    has = ", ".join(m.month for m in settled.months)
    return HttpProblem(404, "not-found", f"the run {known.id} has no month {month}; it has {has}")


def seen(bills: tuple[Bill, ...], visitor: Visitor) -> tuple[Bill, ...]:
    """Return the bills that a visitor may see."""
    return tuple(b for b in bills if visitor.sees(b.customer))


def both(key: str) -> Label:
    """Return a text of the invoices in both languages."""
    from holin.picture.texts import text

    return Label(en=text(key, "en"), zh=text(key, "zh"))


def names_of_things(settled: SettledRun) -> dict[str, Label]:
    """Return what the park's things are called, tariffs among them: id -> name."""
    from holin.park import things_of

    return {
        t.id: Label(en=t.name or t.name_zh or t.id, zh=t.name_zh or t.name or t.id)
        for _, t in things_of(settled.whole)
    }  # fmt: skip


def _size(usages: tuple[Usage, ...]) -> int:
    return sum(8 * u.time.nbytes for u in usages)
