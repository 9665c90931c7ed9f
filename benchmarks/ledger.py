"""A park-year of certificates: issue, retire and verify, beside what the database alone takes and a textbook ledger.

    python benchmarks/ledger.py [--hours 8760] [--devices 57] [--postgres] [--json]

57 devices and 8,760 hours are 499,320 certificate-hours, each issued and each retired for its hour's user: a million
certificates to verify. Every phase is a process of its own, so that its peak memory is its own.

`bare` writes the very same rows into the same SQLite file format without guards, hashes, signatures and head file:
what the disk and the database take, and nothing can be less. `textbook` is the ordinary double-entry ledger of a
tutorial on the same SQLite: a row per transfer, an account's balance updated in place, each row hashed with the one
before it and signed by itself, a transaction an hour. It does the same issues and retirements and ends with the same
sums. It is run on fewer hours and counted per certificate. `--postgres` runs the phases on a PostgreSQL server of its
own too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes import HERE, holin_script, machine, printed_json

sys.path.insert(0, str(HERE.parent / "tools"))

START = 1_735_660_800
HOUR = 3600
DAY = 86_400
TEXTBOOK_HOURS = 168
USERS = 7

PHASES = ("issue", "retire", "verify", "bare", "textbook")


def wh_of(device: int, hour: int) -> int:
    """Return what a device makes in an hour: some figure that is not round."""
    return 1_500_000 + 7 * hour + 13 * device


def device_name(number: int) -> str:
    return f"bench.example:park:plant-{number}"


def issue(address: str, hours: int, devices: int) -> dict[str, Any]:
    """Make the ledger and issue everything."""
    from holin.ledger import Measured, NewDevice, create, opened, register
    from holin.ledger import issue as issued
    from holin.ledger.register import ATTRIBUTES

    create(address, kind="demo", operator="bench.example", time_zone="Asia/Shanghai")
    with opened(address) as book:
        register(
            book,
            [
                NewDevice(
                    id=device_name(k), role="generation", interval_s=HOUR, account="maker",
                    attributes=dict.fromkeys(ATTRIBUTES, "x"),
                )
                for k in range(devices)
            ],
            {"maker": "Maker"},
            now=START,
        )  # fmt: skip
        rows = (
            Measured(device_name(k), START + HOUR * h, wh_of(k, h), 0) for h in range(hours) for k in range(devices)
        )
        told = issued(book, rows, now=START + hours * HOUR)
    return {"certificates": told.certificates, "wh": told.wh, "entries": len(told.entries)}


def retire(address: str, hours: int, devices: int) -> dict[str, Any]:
    """Retire every certificate for a user of its hour."""
    from holin.ledger import Used, opened, retire_matched

    with opened(address) as book:
        used = (
            Used(f"user-{k % USERS}", device_name(k), START + HOUR * h, HOUR, wh_of(k, h))
            for h in range(hours)
            for k in range(devices)
        )
        told = retire_matched(book, used, now=START + hours * HOUR)
    return {"certificates": told.certificates, "wh": told.wh, "uncovered_wh": told.uncovered_wh}


def verify(address: str, hours: int, devices: int) -> dict[str, Any]:
    """Check it all from the first entry."""
    from holin.ledger import opened
    from holin.ledger import verify as checked

    with opened(address) as book:
        found = checked(book)
    if not found.whole:
        sys.exit(f"the ledger is not whole: {found.broken[:3]} {found.damage[:3]}")
    return {"certificates": found.certificates, "wh": found.by_state_wh["retired"], "entries": found.entries}


def bare(address: str, hours: int, devices: int) -> dict[str, Any]:
    """Write the rows of the ledger at `address` into a database without guards, hashes and signatures."""
    import apsw

    from holin.ledger import opened
    from holin.ledger.schema import COLUMNS, ROWS, TABLES
    from holin.ledger.verify import entries_with_rows

    with opened(address) as book, book.database.reading():
        entries = [(entry.row, rows) for entry, rows in entries_with_rows(book.database)]
    began = time.perf_counter(), time.process_time()
    plain = apsw.Connection(f"{address}.bare")
    plain.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    for statement in TABLES.replace("bigint PRIMARY KEY", "integer PRIMARY KEY").split(";"):
        plain.execute(statement)
    for row, rows in entries:
        plain.execute("BEGIN IMMEDIATE")
        for table, brought in ((t, rows[t]) for t in ROWS):
            places = ", ".join("?" * len(COLUMNS[table]))
            plain.executemany(f"INSERT INTO {table} ({', '.join(COLUMNS[table])}) VALUES ({places})", brought)
        plain.execute(f"INSERT INTO entry VALUES ({', '.join('?' * len(row))})", row)
        plain.execute("COMMIT")
    wh = plain.execute("SELECT SUM(wh) FROM certificate WHERE state = 'retired'").get
    return {"wall_s": time.perf_counter() - began[0], "cpu_s": time.process_time() - began[1], "wh": wh}


def textbook(address: str, hours: int, devices: int) -> dict[str, Any]:
    """Issue and retire some hours in a tutorial's ledger: balances updated in place, each transfer hashed, signed."""
    import apsw
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, last = Ed25519PrivateKey.generate(), b""
    book = apsw.Connection(f"{address}.textbook")
    book.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    book.execute(
        "CREATE TABLE transfer (id integer PRIMARY KEY, debit text, credit text, device text, start int, wh int, "
        "hash blob, signature blob, UNIQUE (device, start, debit));"
        "CREATE TABLE balance (account text PRIMARY KEY, wh int CHECK (wh >= 0 OR account = 'meter'))"
    )
    for account in ("meter", "maker", *(f"user-{k}" for k in range(USERS))):
        book.execute("INSERT INTO balance VALUES (?, 0)", (account,))

    def move(debit: str, credit: str, device: str, start: int, wh: int) -> None:
        nonlocal last
        last = hashlib.sha256(last + repr((debit, credit, device, start, wh)).encode()).digest()
        book.execute(
            "INSERT INTO transfer (debit, credit, device, start, wh, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (debit, credit, device, start, wh, last, key.sign(last)),
        )
        for account, change in ((debit, -wh), (credit, wh)):
            book.execute("UPDATE balance SET wh = wh + ? WHERE account = ?", (change, account))

    for h in range(hours):
        for debit in ("meter", "maker"):
            book.execute("BEGIN IMMEDIATE")
            for k in range(devices):
                credit = "maker" if debit == "meter" else f"user-{k % USERS}"
                move(debit, credit, device_name(k), START + HOUR * h, wh_of(k, h))
            book.execute("COMMIT")
    public = key.public_key()
    for digest, signature in book.execute("SELECT hash, signature FROM transfer ORDER BY id"):
        public.verify(signature, digest)
    wh = book.execute("SELECT SUM(wh) FROM balance WHERE account LIKE 'user-%'").get
    return {"certificates": hours * devices, "wh": wh}


def run_phase(name: str, address: str, hours: int, devices: int) -> dict[str, Any]:
    """Run a phase in this process and return its figures with time and peak memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = globals()[name](address, hours, devices)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    taken = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "peak_mb": peak}
    return taken | found


def expected_wh(hours: int, devices: int) -> int:
    return sum(wh_of(k, h) for h in range(hours) for k in range(devices))


def measured(hours: int, devices: int, *, postgres: bool) -> dict[str, Any]:
    """Run all phases, each in a process of its own, and return their figures; exits where sums differ."""
    found: dict[str, Any] = {"hours": hours, "devices": devices, "certificate_hours": hours * devices, **machine()}
    with tempfile.TemporaryDirectory(prefix="holin-ledger-") as folder:
        address = str(Path(folder) / "park.ledger")
        found["sqlite"] = dict(_phases(address, ("issue", "retire", "verify"), hours, devices))
        found["file_mb"] = Path(address).stat().st_size / 1e6
        found["bare"] = dict(_phases(address, ("bare",), hours, devices))["bare"]
        few = min(hours, TEXTBOOK_HOURS)
        found["textbook"] = dict(_phases(address, ("textbook",), few, devices))["textbook"]
        found["textbook"]["hours"] = few
    sums = [found["sqlite"][p]["wh"] for p in ("issue", "retire", "verify")] + [found["bare"]["wh"]]
    if postgres:
        found["postgresql"] = _on_server(hours, devices)
        sums += [found["postgresql"][p]["wh"] for p in ("issue", "retire", "verify")]
    apart = {w for w in sums if w != expected_wh(hours, devices)}
    if apart or found["textbook"]["wh"] != expected_wh(few, devices):
        sys.exit(f"sums differ: {sums}, {found['textbook']['wh']}")
    return found | ratios(found)


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """Return what the benchmark is about: the whole in s, beside the floor and the textbook per certificate."""
    own = found["sqlite"]
    write_s = own["issue"]["cpu_s"] + own["retire"]["cpu_s"]
    all_s = write_s + own["verify"]["cpu_s"]
    textbook_s = found["textbook"]["cpu_s"] * found["certificate_hours"] / found["textbook"]["certificates"]
    return {
        "all_wall_s": sum(own[p]["wall_s"] for p in own),
        "all_cpu_s": all_s,
        "write_over_bare": write_s / found["bare"]["cpu_s"],
        "textbook_over_own": textbook_s / all_s,
    }


def _phases(address: str, names: tuple[str, ...], hours: int, devices: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        asked = ["--phase", name, "--at", address, "--hours", str(hours), "--devices", str(devices)]
        yield name, printed_json(holin_script("ledger.py", *asked))
        print(f"{name} at {address.partition('://')[0]}: done", file=sys.stderr, flush=True)


def _on_server(hours: int, devices: int) -> dict[str, Any]:
    import postgres_server

    with postgres_server.server() as server:
        address = server.create("bench")
        return dict(_phases(address, ("issue", "retire", "verify"), hours, devices))


def sentence(found: dict[str, Any]) -> str:
    own = found["sqlite"]
    phases = ", ".join(f"{p} {own[p]['wall_s']:.1f} s ({own[p]['peak_mb']:.0f} MB)" for p in own)
    return (
        f"{found['certificate_hours']:,} certificate-hours on SQLite: {phases}; together {found['all_wall_s']:.1f} s; "
        f"writing {found['write_over_bare']:.1f} times the bare rows; the textbook ledger takes "
        f"{found['textbook_over_own']:.1f} times as long"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--hours", type=int, default=8760)
    ask.add_argument("--devices", type=int, default=57)
    ask.add_argument("--postgres", action="store_true")
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--phase", choices=PHASES, help=argparse.SUPPRESS)
    ask.add_argument("--at", help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.phase:
        print(json.dumps(run_phase(asked.phase, asked.at, asked.hours, asked.devices)))
        return
    found = measured(asked.hours, asked.devices, postgres=asked.postgres)
    print(json.dumps(found, indent=2) if asked.json else sentence(found))


if __name__ == "__main__":
    main()
