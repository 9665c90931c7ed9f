"""A power cut: what was written and not yet brought to the disk is gone, and nothing acknowledged is.

A shim beneath SQLite's checksum shim records every write and every sync of the ledger's files. The disk after a cut is
the writes up to each file's last sync, and of those after it a random part, some of them torn; names deleted since
the folder's last sync may stand again. (A disk that lies about a sync may do worse.)
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from power_worker import Event

from holin.errors import BadInput
from holin.ledger import opened, verify


def recorded(folder: Path, planted: str = "") -> list[Event]:
    """Run operations in a process of their own, and return all that its files underwent, and what it was told."""
    program = Path(__file__).with_name("power_worker.py")
    subprocess.run([sys.executable, str(program), str(folder / "park.ledger"), planted], check=True, timeout=120)
    return [Event(**event) for event in json.loads((folder / "events").read_text())]


def disk_after(events: list[Event], cut: int, draw: random.Random) -> dict[str, bytes]:
    """Return the files as a power cut after so many events may leave them."""
    files: dict[str, bytearray] = {}
    folder = max((k for k, e in enumerate(events[:cut]) if e.what == "folder"), default=-1)
    synced = {e.file: k for k, e in enumerate(events[:cut]) if e.what == "sync"}
    for k, event in enumerate(events[:cut]):
        if event.what in ("told", "folder"):
            continue
        content = bytes.fromhex(event.content)
        if event.what in ("delete", "replace") and k > folder and draw.random() < 0.5:
            continue  # never reached the disk
        if event.what in ("write", "truncate") and k > synced.get(event.file, -1):
            if draw.random() < 0.5:
                continue
            if event.what == "write" and draw.random() < 0.2:
                content = content[: draw.randrange(len(content) + 1)]  # torn
        one = files.setdefault(event.file, bytearray())
        if event.what == "write":
            one.extend(bytes(max(0, event.at - len(one))))
            one[event.at : event.at + len(content)] = content
        elif event.what == "truncate":
            del one[event.at :]
        elif event.what == "replace":
            files[event.file] = bytearray(content)
        elif event.what == "delete":
            files.pop(event.file, None)
    return {name: bytes(content) for name, content in files.items()}


def lost_at(events: list[Event], cut: int, draw: random.Random, folder: Path, beside: Path) -> list[str]:
    """Put the disk after a cut into a folder, open the ledger there, and return what was acknowledged and is lost."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in disk_after(events, cut, draw).items():
        (folder / name).write_bytes(content)
    shutil.copy(beside / "park.ledger.key", folder / "park.ledger.key")
    told = [(int(e.at), e.content) for e in events[:cut] if e.what == "told"]
    try:
        with opened(folder / "park.ledger") as ledger:
            found = verify(ledger)
            hashes = dict(ledger.database.rows("SELECT number, hash FROM entry"))
    except BadInput as error:
        return [str(error)]
    faults = [str(b) for b in found.broken] + list(found.damage) * bool(told)
    return faults + [f"entry {number}" for number, digest in told if hashes.get(number) != digest]


def cuts(events: list[Event], n: int, draw: random.Random) -> list[int]:
    """Return random moments after the ledger was made."""
    first = next(k for k, e in enumerate(events) if e.what == "told")
    return [draw.randrange(first + 1, len(events) + 1) for _ in range(n)]


def check_cuts(tmp_path: Path, n: int, seed: int) -> None:
    draw = random.Random(seed)
    events = recorded(tmp_path)
    assert sum(e.what == "told" for e in events) > 20
    lost = {cut: lost_at(events, cut, draw, tmp_path / "after", tmp_path) for cut in cuts(events, n, draw)}
    assert {cut: what for cut, what in lost.items() if what} == {}


def test_power_cuts_lose_nothing_acknowledged(tmp_path: Path) -> None:
    check_cuts(tmp_path, 40, seed=1)


@pytest.mark.slow
def test_two_hundred_power_cuts(tmp_path: Path) -> None:
    check_cuts(tmp_path, 200, seed=100)


def unsynced(events: list[Event]) -> list[int]:
    """Return the entries that were acknowledged while a write to the log was not yet brought to the disk."""
    waiting, found = False, []
    for event in events:
        if event.file.endswith("-wal") and event.what in ("write", "sync"):
            waiting = event.what == "write"
        elif event.what == "told" and waiting:
            found.append(event.at)
    return found


def test_the_log_is_brought_to_the_disk_before_each_acknowledgement(tmp_path: Path) -> None:
    events = recorded(tmp_path)
    assert sum(e.what == "told" for e in events) > 20
    assert unsynced(events) == []


def test_a_commit_that_does_not_wait_for_the_disk_is_caught(tmp_path: Path) -> None:
    """`synchronous = NORMAL` is planted: the gate sees it, and power cuts lose entries."""
    events = recorded(tmp_path, "synchronous=NORMAL")
    assert len(unsynced(events)) > 20
    draw = random.Random(1)
    assert any(lost_at(events, cut, draw, tmp_path / "after", tmp_path) for cut in cuts(events, 10, draw))
