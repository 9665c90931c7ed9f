"""Issuers that are killed: a process that has loaded the ledger and splits off a worker for each order it reads.

A worker issues the hours one after the other, retires what two works used of them and hands certificates on, until it
is killed. What it will do next follows from its seed and the number of what it did last; an operation that was cut
off is asked again under the same request. Each answer of the ledger is written with one `os.write`: an acknowledgement.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from typing import Any

from hand import HOUR, JANUARY, SUN, WIND

import holin.ledger.postgres
import holin.ledger.sqlite  # noqa: F401
from holin.errors import HolinError
from holin.ledger import Entry, Ledger, Measured, Used, append, issue, opened, retire_matched, transfer

NOW = JANUARY + 40 * 86_400
WORKS = ("works-1", "works-2")


def measured(hour: int) -> list[Measured]:
    """Return what the meters say of an hour; at times more goes in than out."""
    draw = random.Random(hour)
    start = JANUARY + HOUR * hour
    return [Measured(name, start, draw.randrange(5_000), draw.randrange(1_000)) for name in (WIND, SUN)]


def used(hour: int) -> list[Used]:
    """Return what the works used of an hour."""
    draw = random.Random(-hour)
    return [Used(who, WIND, JANUARY + HOUR * hour, HOUR, draw.randrange(1, 2_500)) for who in WORKS]


def handed_on(worker: int, number: int) -> tuple[str, int]:
    """Return the request of a transfer and its Wh."""
    return f"worker-{worker}-{number}", random.Random(1000 * number + worker).randrange(1, 400)


def work(order: dict[str, Any]) -> None:
    """Do the operations of an order from its `number` on, until killed, or until `until`."""
    acks = os.open(order["acks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(number: int, entries: list[Entry]) -> None:
        told = {"worker": order["worker"], "number": number, "entries": [[e.number, e.hash] for e in entries]}
        os.write(acks, json.dumps(told).encode() + b"\n")

    if order.get("planted") == "ack before commit":
        _say_early(say)
    with opened(order["address"]) as ledger:
        for number in range(order["number"], order.get("until", 1_000_000)):
            say(number, _done(ledger, order["worker"], number))


def _done(ledger: Ledger, worker: int, number: int) -> list[Entry]:
    hour, what = divmod(number, 3)
    if what == 0:
        return list(issue(ledger, measured(hour), now=NOW).entries)
    if what == 1:
        return list(retire_matched(ledger, used(hour), now=NOW).entries)
    request, wh = handed_on(worker, number)
    try:
        return [transfer(ledger, "maker", "trader", wh, request=request, now=NOW)]
    except HolinError as error:
        if "is more than" not in str(error):
            raise
        return []


def _say_early(say: Any) -> None:
    """Plant a fault: what is written is acknowledged before it is committed."""
    real = append.insert_entry

    def insert_entry(database: Any, entry: Entry, rows: Any) -> None:
        real(database, entry, rows)
        say(-1, [entry])
        time.sleep(0.01)

    append.insert_entry = insert_entry


def main() -> None:
    """Split off a worker for each line of orders, and answer with its process number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: they vanish when they die
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            try:
                work(json.loads(line))
            except HolinError as error:
                if "went away" not in str(error) and "does not answer" not in str(error):
                    traceback.print_exc()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        print(process, flush=True)


if __name__ == "__main__":
    main()
