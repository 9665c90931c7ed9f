"""Operations on a ledger whose files are watched: every write, sync and cut is recorded, and every acknowledgement."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import apsw


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a file: `at` is an offset or length; of an acknowledgement the entry's number."""

    what: str
    file: str
    at: int = 0
    content: str = ""


EVENTS: list[Event] = []


class WatchedFile(apsw.VFSFile):
    """A file of SQLite's that tells what it is asked to do."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self.name = os.path.basename(path)
        self.fresh = path.endswith(("-wal", "-journal")) and not os.path.exists(path)
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        EVENTS.append(Event(what="write", file=self.name, at=offset, content=bytes(data).hex()))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        EVENTS.append(Event(what="sync", file=self.name))
        if self.fresh:  # SQLite brings the folder to the disk with the first sync of a new log or journal
            EVENTS.append(Event(what="folder", file=""))
            self.fresh = False

    def xTruncate(self, size: int) -> None:  # noqa: N802
        EVENTS.append(Event(what="truncate", file=self.name, at=size))
        super().xTruncate(size)


class Watched(apsw.VFS):
    """The way to files that tells of each; the checksum shim is put on top of it."""

    def __init__(self) -> None:
        super().__init__("watched", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return WatchedFile(name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        super().xDelete(name, sync)
        EVENTS.append(Event(what="delete", file=os.path.basename(name)))
        if sync:
            EVENTS.append(Event(what="folder", file=""))


def main(address: str, planted: str) -> None:
    """Do operations on a new ledger, and write what happened into the file `events` beside it."""
    watched = Watched()
    from hand import JANUARY, WIND, hours, peopled

    from holin.ledger import create, head, issue, opened, retire, transfer

    later = JANUARY + 40 * 86_400
    folder = Path(address).parent
    real = head.write_head

    def write_head(*arguments: object, **options: object) -> None:
        """The head is written beside, synced and renamed: on the disk when this returns."""
        real(*arguments, **options)  # type: ignore[arg-type]
        content = (folder / "park.ledger.head").read_bytes()
        EVENTS.append(Event(what="replace", file="park.ledger.head", content=content.hex()))
        EVENTS.append(Event(what="folder", file=""))

    from holin.ledger import append

    append.write_head = write_head
    create(address, kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    with opened(address) as ledger:
        if planted:
            ledger.database.execute(f"PRAGMA {planted}")

        def told(*entries: object) -> None:
            EVENTS.extend(Event(what="told", file="", at=e.number, content=e.hash) for e in entries)  # type: ignore[attr-defined]

        peopled(ledger)
        for k in range(12):
            told(*issue(ledger, hours(WIND, [3_000], k), now=later).entries)
            told(transfer(ledger, "maker", "trader", 900, now=later))
            told(retire(ledger, "trader", "works", 400, now=later))
            if k % 5 == 4:
                ledger.database.rows("PRAGMA wal_checkpoint(PASSIVE)")
    (folder / "events").write_text(json.dumps([asdict(event) for event in EVENTS]))
    del watched


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
