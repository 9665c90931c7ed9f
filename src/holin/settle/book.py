"""The settlement book: every version of every bill, append-only, each entry chained to the one before by its hash.

A folder of files 000001.json, 000002.json, … An entry holds the bills that are new or that changed, by how much, and
why. Nothing in it is ever changed: a correction is the next entry. Two that write at once get numbers one after the
other, for a file of a number can be made only once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.settle.bill import Bill
from holin.settle.figures import bill_figures, bill_of

TRIES = 100


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What a settlement wrote: the number of its entry (None: nothing changed), bills that are new, and differences.

    `differences` are bills that stood in the book with other lines: (customer, month) -> fen more than before.
    """

    number: int | None
    new: tuple[tuple[str, str], ...]
    differences: Mapping[tuple[str, str], int]


def settle(folder: str | Path, bills: Sequence[Bill], *, reason: str, kind: str, time: str) -> Entered:
    """Enter bills: what is new, and what differs from its last version, with the difference that is owed now.

    `kind` is demo or metered, and a book holds one of them; `time` says when (ISO, UTC). All or nothing. Raises
    BadInput where a page of the book is damaged or of the other kind, or a bill changes and no reason is given.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        entries = read_book(path)
        entry, told = _next(path, entries, bills, reason=reason, kind=kind, time=time)
        if entry is None or _written(path, entry):
            return told
    raise BadInput([Fault(file=str(path), problem="others write without end", right="try again")])


def read_book(folder: str | Path) -> list[dict[str, Any]]:
    """Return all entries in order, after checking numbers, chain and hashes; [] where there is no book.

    Raises BadInput that names the first damaged page.
    """
    entries: list[dict[str, Any]] = []
    previous = ""
    for number, file in enumerate(sorted(Path(folder).glob("[0-9]*.json")), start=1):
        try:
            entry = json.loads(file.read_text("utf-8"))
            told = entry.pop("hash")
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise _damaged(file, "cannot be read") from error
        if file.stem != f"{number:06d}" or entry.get("number") != number:
            raise _damaged(file, f"stands where page {number} belongs")
        if entry.get("previous") != previous:
            raise _damaged(file, "does not follow the page before it")
        if _digest(entry) != told:
            raise _damaged(file, "was changed after it was written")
        previous = told
        entries.append(entry | {"hash": told})
    return entries


def standing(entries: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the last version of every bill: (customer, month) -> its row with `version`, `bill`, `difference_fen`."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        for row in entry["bills"]:
            found[row["bill"]["customer"], row["bill"]["month"]] = row
    return found


def history_of(entries: Sequence[Mapping[str, Any]], customer: str, month: str) -> list[dict[str, Any]]:
    """Return every version of a bill, oldest first: entry, time, reason, total and difference."""
    return [
        {
            "entry": entry["number"], "time": entry["time"], "reason": entry["reason"], "version": row["version"],
            "total_fen": row["bill"]["total_fen"], "difference_fen": row["difference_fen"], "hash": entry["hash"],
        }
        for entry in entries
        for row in entry["bills"]
        if (row["bill"]["customer"], row["bill"]["month"]) == (customer, month)
    ]  # fmt: skip


def _next(
    path: Path, entries: Sequence[Mapping[str, Any]], bills: Sequence[Bill], *, reason: str, kind: str, time: str
) -> tuple[dict[str, Any] | None, Entered]:
    if entries and entries[0]["kind"] != kind:
        problem = f"holds {entries[0]['kind']} bills, and these are {kind}"
        right = "use another book: what was computed and what was metered are never mixed"
        raise BadInput([Fault(file=str(path), problem=problem, right=right)])
    known = standing(entries)
    rows, new, differences = [], [], {}
    for bill in bills:
        place = bill.customer, bill.month
        before = known.get(place)
        if before is not None and bill_of(before["bill"]) == bill:
            continue
        difference = bill.total_fen - (before["bill"]["total_fen"] if before else 0)
        if before is None:
            new.append(place)
        else:
            differences[place] = difference
        version = before["version"] + 1 if before else 1
        rows.append({"version": version, "difference_fen": difference, "bill": bill_figures(bill)})
    if differences and not reason.strip():
        right = "say why, such as 'late readings of meter m-load-07'"
        problem = f"{len(differences)} bills change, and no reason is given"
        raise BadInput([Fault(file=str(path), field="reason", value=reason, problem=problem, right=right)])
    told = Entered(number=len(entries) + 1 if rows else None, new=tuple(new), differences=differences)
    if not rows:
        return None, told
    entry = {
        "number": len(entries) + 1, "previous": entries[-1]["hash"] if entries else "", "time": time, "kind": kind,
        "reason": reason, "bills": rows,
    }  # fmt: skip
    return entry | {"hash": _digest(entry)}, told


def _digest(entry: Mapping[str, Any]) -> str:
    content = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _written(path: Path, entry: Mapping[str, Any]) -> bool:
    """Write an entry under its number, to the disk before it has its name; False where another took the number."""
    target = path / f"{entry['number']:06d}.json"
    draft = path / f".{entry['hash']}.{os.getpid()}.new"
    with open(draft, "w", encoding="utf-8", newline="\n") as file:
        json.dump(entry, file, ensure_ascii=False, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, target)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _damaged(file: Path, problem: str) -> BadInput:
    right = "restore the book from a copy; what stands before this page is whole"
    return BadInput([Fault(file=str(file), problem=problem, right=right)])
