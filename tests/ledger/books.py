"""The oracle's own books: what each entry's rows say, in plain Python, without a database."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any, NamedTuple

OPEN = ("active", "reserved", "stored")


class Place(NamedTuple):
    """What Wh are booked on: a lot, who holds them, and in which state, for whom or in which storage, since when."""

    lot: int
    account: str
    state: str
    beneficiary: str | None
    used_from: int | None


class Lot(NamedTuple):
    """What the oracle knows of a lot."""

    kind: str
    device: str
    start: int
    tradable: bool
    expires: int
    origin: int


class Books:
    """The oracle's own accounts, booked from the rows of entries."""

    def __init__(self) -> None:
        self.devices: dict[int, str] = {}
        self.accounts: dict[int, str] = {}
        self.measured: dict[int, tuple[str, int]] = {}
        self.meter: dict[tuple[str, int], tuple[int, int]] = {}
        self.lots: dict[int, Lot] = {}
        self.places: dict[int, tuple[Place, int]] = {}
        self.wh: Counter[Place] = Counter()
        self.totals: Counter[tuple[str, str]] = Counter()
        self.standing: Counter[tuple[str, int]] = Counter()
        self.set_off: Counter[str] = Counter()
        self.claimed: Counter[tuple[str, str, int]] = Counter()
        self.stored: Counter[int] = Counter()
        self.recent: deque[int] = deque(maxlen=100)
        self.corrected: set[tuple[str, int]] = set()

    def book(self, rows: dict[str, list[tuple[Any, ...]]]) -> Counter[Place]:
        """Book an entry's rows, and return what it changed."""
        change: Counter[Place] = Counter()
        touched: set[tuple[str, int]] = set()
        for number, _, name, *_ in rows["account"]:
            self.accounts[number] = name
        for number, _, name, *_ in rows["device"]:
            self.devices[number] = name
        for number, _, of, start, version, out_wh, in_wh in rows["measurement"]:
            place = self.devices[of], start
            assert (version > 1) == (place in self.meter), f"{place} is entered twice"
            self.measured[number] = place
            self.meter[place] = out_wh, in_wh
            touched.add(place)
            if version > 1:
                self.corrected.add(place)
        for number, _, kind, measurement, origin, wh, set_off, tradable, expires in rows["lot"]:
            name, start = self.measured[measurement]
            self.lots[number] = Lot(kind, name, start, bool(tradable), expires, origin)
            if kind == "generation":
                self.standing[name, start] += wh + set_off
                touched.add((name, start))
                self.set_off[name] += set_off
        for _, _, certificate in rows["debit"]:
            place, wh = self.places.pop(certificate)
            change[place] -= wh
        for number, _, lot, account, state, wh, beneficiary, used_from, _ in rows["certificate"]:
            place = Place(lot, self.accounts[account], state, beneficiary, used_from)
            self.places[number] = place, wh
            self.recent.append(number)
            change[place] += wh
            if state == "withdrawn":
                of = self.lots[lot]
                self.standing[of.device, of.start] -= wh
        for place, wh in change.items():
            self.totals[place.account, place.state] += wh
            if place.state == "stored" and wh > 0 and place.used_from is not None:
                self.stored[place.used_from] += wh
            if place.state in OPEN:
                self.wh[place] += wh
                assert self.wh[place] >= 0, f"{place} holds {self.wh[place]} Wh"
                if not self.wh[place]:
                    del self.wh[place]
            elif place.state == "expired" and place.used_from is not None:
                self.stored[place.used_from] -= wh
            elif place.state == "retired" and self.lots[place.lot].start == place.used_from:
                self.claimed[str(place.beneficiary), self.lots[place.lot].device, place.used_from] += wh
        for place_and_time in touched - self.corrected:
            too_much = self.standing[place_and_time] - self.net(*place_and_time)
            assert too_much <= 0, f"{too_much} Wh too much are issued for {place_and_time}"
        return change

    def net(self, name: str, start: int) -> int:
        """Return the net generation that the meter says now."""
        out_wh, in_wh = self.meter.get((name, start), (0, 0))
        return max(0, out_wh - in_wh)

    def owed(self, name: str) -> int:
        """Return what a device was issued beyond its meter, less what was set off."""
        too_much = sum(max(0, self.standing[p] - self.net(*p)) for p in self.corrected if p[0] == name)
        return too_much - self.set_off[name]
