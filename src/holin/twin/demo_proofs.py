"""What a demo's run is shown with: a ledger, production records, signed passports of a month, and a catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from holin import ledger
from holin.calendar import local
from holin.errors import BadInput, Fault
from holin.hall import Form, Hall, Sold, demo_catalogue, is_alloy, write_hall
from holin.store import read_run
from holin.twin.batch_green import file_of_book, green_month
from holin.twin.batches import RECORDS, BatchesOfRun, batches_of_run, demo_batches
from holin.twin.carbon_account import kind_of
from holin.twin.catalogue import catalogue_figures
from holin.twin.catalogue_passports import with_passports
from holin.twin.certificates import issued_run, retired_run
from holin.twin.passport_files import passport_files
from holin.twin.run import Progress

MONTH = "06"
"""Whose batches get passports where the run has it; else those of its first month with batches."""

SOLD = 24
"""So many batches the catalogue offers as they were cast."""


def demo_proofs(folder: str | Path, *, on_progress: Progress | None = None) -> dict[str, Any]:
    """Make beside a demo's run folder NAME what proves how green it was, and return what stands there now.

    NAME.ledger: certificates of all its hours, issued and retired hour by hour. NAME/production: records of ladles and
    heats. NAME.passports: signed passports of one month's batches, green tonnes allotted. NAME.hall: a catalogue that
    also sells some of these batches. What stands there is left as it is; the folders are written whole or not at all,
    and a ledger that was left half-way is gone on with. Raises BadInput for a run of meters: nothing real is made up.
    """
    run = Path(folder)
    if kind_of(read_run(run).summary) != "demo":
        right = "issue certificates and write passports with the commands for them, from what was weighed"
        raise BadInput([Fault(file=str(run), problem="is a metered run: nothing is made up beside it", right=right)])
    address, proofs, hall = (beside(run, ending) for ending in ("ledger", "passports", "hall"))
    if not proofs.exists():
        issued_run(run, address, on_progress=on_progress)
        retired_run(run, address, on_progress=on_progress)
    if not (run / RECORDS).exists():
        demo_batches(run, on_progress=on_progress)
    if not proofs.exists():
        _passports(run, address, proofs, on_progress)
    if not hall.exists():
        write_hall(_hall(run, address, proofs, on_progress), hall)
    return {
        "ledger": str(address), "production": str(run / RECORDS), "passports": str(proofs),
        "passports_count": len(list(proofs.glob("*.json"))), "hall": str(hall),
    }  # fmt: skip


def beside(run: Path, ending: str) -> Path:
    """Return the path of what stands beside a run folder under an ending."""
    return run.with_name(f"{run.name}.{ending}")


def _passports(run: Path, address: Path, proofs: Path, on_progress: Progress | None) -> None:
    found = batches_of_run(run, on_progress=on_progress)
    month = month_shown(found)
    with ledger.opened(address) as book:
        first = not file_of_book(book).is_file()
    green = green_month(found, address, month=month, write=True, first=first)
    names = [need.batch for need in green.needs]
    passport_files(found, proofs, names, address=address, html=False, pdf=False, on_progress=on_progress)


def month_shown(found: BatchesOfRun) -> str:
    """Return the local month whose batches get passports."""
    casts = sorted(s.cast.batch.time_s for s in found.account.batches.values() if s.cast.spans)
    clock = local(np.array(casts, dtype="datetime64[s]"), found.park.facts.time_zone)
    months = [str(m) for m in dict.fromkeys(clock.strftime("%Y-%m"))]
    return next((m for m in months if m.endswith(f"-{MONTH}")), months[0])


def _hall(run: Path, address: Path, proofs: Path, on_progress: Progress | None) -> Hall:
    """Return a catalogue whose smelter also sells batches that have passports, those with green metal first."""
    with ledger.opened(address) as book:
        key = book.facts.public_key
    said = [(file, json.loads(file.read_bytes())["passport"]) for file in sorted(proofs.glob("*.json"))]
    chosen = sorted(said, key=lambda one: one[1]["green"]["metal"]["value"] in ("", "0.000"))[:SOLD]
    figures = with_passports(
        catalogue_figures(run, on_progress=on_progress), [file for file, _ in chosen], public_keys=[key]
    )
    return Hall(catalogue=demo_catalogue(figures, sold=[_sold(p) for _, p in chosen]), figures=figures)


def _sold(passport: dict[str, Any]) -> Sold:
    product = passport["product"]
    alloy = str(product["alloy"]).removeprefix("AA")  # the hall writes AA6063 as 6063
    return Sold(
        batch=product["batch"], name=product["name"]["en"], name_zh=product["name"]["zh"], form=Form(product["form"]),
        alloy=alloy if is_alloy(alloy) else "",
    )  # fmt: skip
