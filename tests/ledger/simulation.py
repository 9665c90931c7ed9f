"""Random operations on a ledger beside an oracle in plain Python that keeps its own books.

After each operation the oracle reads what the new entries say (their rows), checks that it is what was asked and no
more, books it, and holds its sums against those of the verifier's fold, which was fed with the same rows. The oracle
knows nothing of the database's guards or of the fold's rules; both must come to the same Wh.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from books import Books, Place
from hand import HOUR, JANUARY, SUN, TANK, WIND, device

from holin.errors import BadInput, Refused
from holin.ledger import (
    Entry,
    Handed,
    Invariants,
    Ledger,
    Measured,
    Method,
    Use,
    Used,
    Which,
    bundle,
    charge,
    correct,
    discharge,
    expire,
    issue,
    opened,
    register,
    release,
    reserve,
    retire,
    retire_matched,
    split,
    transfer,
)
from holin.ledger.schema import STATES
from holin.ledger.validity import month_start
from holin.ledger.verify import entries_with_rows

ACCOUNTS = ("maker", "trader", "works")
HOLDERS = ("maker", "maker", "maker", "trader", "works")
BENEFICIARIES = ("works-1", "works-2")
DAY = 86_400


Changes = list[tuple[Entry, Counter[Place]]]
Check = Callable[[Changes], None] | None


class Simulation:
    """A ledger under random operations; `operate` does one, checks it, and raises AssertionError where it is wrong."""

    def __init__(self, address: str, seed: int, *, days: int = 3) -> None:
        self.address, self.draw, self.days = address, random.Random(seed), days
        self.books = Books()
        self.now = JANUARY + 40 * DAY
        self.hour = 0
        self.method: Method = "fifo" if seed % 2 else "pro_rata"
        self.number = 0
        self.last: Entry | None = None
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.repeatable: list[tuple[str, Callable[[Ledger], Entry | None], int]] = []
        self.connections = [opened(address), opened(address)]
        self.ledgers = [one.__enter__() for one in self.connections]
        self.fold = Invariants(self.ledgers[0].facts)
        self.operations = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}
        register(
            self.ledgers[0],
            [
                device(WIND, valid_months=2),
                device(SUN, tradable=False, valid_months=1),
                device(TANK, role="storage", round_trip_efficiency=0.8),
            ],
            {name: name for name in ACCOUNTS},
            now=JANUARY,
        )
        self._taken_in()

    def close(self) -> None:
        """Close both connections."""
        for one in self.connections:
            one.__exit__(None, None, None)

    def reopen(self) -> None:
        """Close one of the connections and open it again."""
        k = self.draw.randrange(2)
        self.connections[k].__exit__(None, None, None)
        self.connections[k] = opened(self.address)
        self.ledgers[k] = self.connections[k].__enter__()

    def operate(self, name: str) -> None:
        """Carry out one operation by its name, on one of the connections, with random arguments."""
        ledger = self.draw.choice(self.ledgers)
        before = self.last
        try:
            expected = self.operations[name](ledger)
        except (BadInput, Refused) as error:
            self.refused[name] += 1
            assert self._new(ledger) == [], f"{name} was refused and wrote: {error}"
            return
        changes = self._taken_in()
        self.done[name] += 1
        if expected is not None:
            expected(changes)
        assert self.last is not None and (before is None or self.last.time >= before.time)

    def _new(self, ledger: Ledger) -> list[tuple[Entry, dict[str, list[tuple[Any, ...]]]]]:
        with ledger.database.reading():
            return list(entries_with_rows(ledger.database, after=self.last))

    def _taken_in(self) -> Changes:
        """Feed the new entries to the fold and to the books, and compare what both have then."""
        changes: Changes = []
        for entry, rows in self._new(self.draw.choice(self.ledgers)):
            assert self.fold.feed(entry, rows) == []
            changes.append((entry, self.books.book(rows)))
            self.last = entry
        numbers = {name: number for number, name in self.books.accounts.items()}
        theirs = {key: wh for key, wh in self.fold.held_wh.items() if wh}
        ours = {(numbers[a], STATES.index(s)): wh for (a, s), wh in self.books.totals.items() if wh}
        assert theirs == ours
        return changes

    # what the operations are given

    def _start(self) -> int:
        """Return the first interval that operations are about: they reach back some days only."""
        return JANUARY + HOUR * max(0, self.hour - 24 * self.days)

    def _some_hour(self) -> int:
        return self.draw.randrange(self._start(), JANUARY + HOUR * (self.hour + 1), HOUR)

    def _which(self) -> Which:
        devices = self.draw.choice([(), (), (WIND,), (SUN,)])
        start = self.draw.choice([self._start(), self._some_hour()])
        return Which(devices=devices, start=start, end=self.draw.choice([None, start + 6 * HOUR]))

    def _may_be_taken(self, account: str, which: Which, states: tuple[str, ...], *, trade: bool) -> dict[Place, int]:
        return {
            place: wh
            for place, wh in self.books.wh.items()
            if place.account == account
            and place.state in states
            and (lot := self.books.lots[place.lot]).expires > self.now
            and (not which.devices or lot.device in which.devices)
            and (which.start is None or lot.start >= which.start)
            and (which.end is None or lot.start < which.end)
            and (lot.tradable or not trade)
        }

    def _request(self, what: Callable[[Ledger, str], Entry | None], ledger: Ledger) -> Entry | None:
        """Carry out a request, and remember it to ask it again some day."""
        self.number += 1
        request = f"request-{self.number}"
        entry = what(ledger, request)
        if entry is not None:
            self.repeatable = [*self.repeatable[-20:], (request, lambda again: what(again, request), entry.number)]
        return entry

    # the operations: each returns what must have changed

    def do_issue(self, ledger: Ledger) -> Check:
        """Enter the next hours, some of them late, some again, some of these with other values."""
        self.hour += self.draw.choice([1, 1, 2])
        starts = {JANUARY + HOUR * self.hour, *(self._some_hour() for _ in range(self.draw.randrange(3)))}
        places = [(name, start) for start in starts for name in (WIND, SUN, TANK) if self.draw.random() < 0.8]
        rows = [Measured(*place, *self._meter(place)) for place in places]
        fresh = [m for m in rows if (m.device, m.start) not in self.books.meter]
        owed = {name: max(0, self.books.owed(name)) for name in (WIND, SUN)}
        before = dict(self.books.set_off)
        told = issue(ledger, rows, now=self._clock())

        def check(changes: Changes) -> None:
            for name in (WIND, SUN):
                made = sum(max(0, m.out_wh - m.in_wh) for m in fresh if m.device == name)
                taken = self.books.set_off[name] - before.get(name, 0)
                assert taken == min(owed[name], made), f"{taken} Wh are set off against {owed[name]} owed"
                got = sum(wh for _, c in changes for p, wh in c.items() if self.books.lots[p.lot].device == name)
                assert got == made - taken == told.by_device_wh.get(name, 0)
            assert all(self.books.meter[m.device, m.start] == (m.out_wh, m.in_wh) for m in fresh)
            assert told.known + len(told.differing) == len(rows) - len(fresh)

        return check

    def do_correct(self, ledger: Ledger) -> Check:
        """Say that an interval was metered otherwise."""
        name, start = self.draw.choice([WIND, SUN, TANK]), self._some_hour()
        out_wh, in_wh = self._drawn()
        standing, net = self.books.standing[name, start], max(0, out_wh - in_wh)
        same = self.books.meter.get((name, start)) == (out_wh, in_wh)
        mine = sum(
            wh for p, wh in self.books.wh.items()
            if (lot := self.books.lots[p.lot]).kind == "generation" and (lot.device, lot.start) == (name, start)
            and (p.account, p.state) == ("maker", "active")
        )  # fmt: skip
        told = self._request(
            lambda ledger, request: (
                correct(ledger, [(name, start, out_wh, in_wh)], reason="test", request=request, now=self._clock()).entry
            ),
            ledger,
        )
        assert told is not None or same

        def check(changes: Changes) -> None:
            if name == TANK:
                return
            left = standing - min(standing - net, mine) if net < standing else net
            assert self.books.standing[name, start] == (standing if same else left)

        return check

    def do_split(self, ledger: Ledger) -> Check:
        """Cut one of the newest certificates in two."""
        number = self.draw.choice(self.books.recent or [1])
        place, wh = self.books.places.get(number, (None, 0))
        cut = self.draw.randrange(0, max(2, wh + 2))
        try:
            split(ledger, number, cut, now=self._clock())
        except (BadInput, Refused):
            gec = place is not None and self.books.lots[place.lot].kind == "gec"
            assert gec or place is None or place.state not in ("active", "reserved") or not 0 < cut < wh
            raise

        def check(changes: Changes) -> None:
            assert +changes[0][1] == Counter() and sorted(w for _, w in self._newest(2)) == sorted((cut, wh - cut))

        return check

    def do_transfer(self, ledger: Ledger) -> Check:
        """Hand some Wh on."""
        source, target = self.draw.choice(HOLDERS), self.draw.choice(ACCOUNTS)
        which = self._which()
        there = self._may_be_taken(source, which, ("active",), trade=True)
        wh = self._some_wh(there)
        try:
            now = self._clock()
            self._request(lambda at, request: transfer(at, source, target, wh, which, request=request, now=now), ledger)
        except BadInput:
            assert source == target or not self._coverable(there, wh)
            raise

        def check(changes: Changes) -> None:
            self._changed(changes, there, wh, lambda p: p._replace(account=target))

        return check

    def do_reserve(self, ledger: Ledger) -> Check:
        """Set some Wh aside."""
        account, who, which = self.draw.choice(HOLDERS), self.draw.choice(BENEFICIARIES), self._which()
        there = self._may_be_taken(account, which, ("active",), trade=False)
        wh = self._some_wh(there)
        try:
            now = self._clock()
            self._request(lambda at, request: reserve(at, account, who, wh, which, request=request, now=now), ledger)
        except BadInput:
            assert not self._coverable(there, wh)
            raise

        def check(changes: Changes) -> None:
            self._changed(changes, there, wh, lambda p: p._replace(state="reserved", beneficiary=who))

        return check

    def do_release(self, ledger: Ledger) -> Check:
        """Give back what is set aside."""
        account, who = self.draw.choice(ACCOUNTS), self.draw.choice(BENEFICIARIES)
        reserved = {
            p: wh for p, wh in self.books.wh.items() if p.account == account and p[2:4] == ("reserved", who)
        }  # fmt: skip
        self._request(lambda at, request: release(at, account, who, request=request, now=self._clock()), ledger)

        def check(changes: Changes) -> None:
            assert bool(changes) == bool(reserved)
            if changes:
                freed = lambda p: p._replace(state="active", beneficiary=None)  # noqa: E731
                self._changed(changes, reserved, sum(reserved.values()), freed)

        return check

    def do_retire(self, ledger: Ledger) -> Check:
        """Retire some Wh, what is set aside first."""
        account, who, which = self.draw.choice(HOLDERS), self.draw.choice(BENEFICIARIES), self._which()
        reserved = {
            p: wh for p, wh in self._may_be_taken(account, which, ("reserved",), trade=False).items()
            if p.beneficiary == who
        }  # fmt: skip
        active = self._may_be_taken(account, which, ("active",), trade=False)
        wh = self._some_wh({**reserved, **active})
        use = Use(start=self.draw.choice([None, self._some_hour()]), seconds=HOUR)
        try:
            now = self._clock()
            self._request(
                lambda at, request: retire(at, account, who, wh, which, use=use, request=request, now=now), ledger
            )
        except BadInput:
            assert not self._coverable({**reserved, **active}, wh)
            raise

        def check(changes: Changes) -> None:
            ((_, change),) = changes
            from_reserved = -sum(d for p, d in change.items() if p.state == "reserved")
            if all(self.books.lots[p.lot].kind != "gec" for p in reserved):
                assert from_reserved == min(wh, sum(reserved.values()))
            for there, part in ((reserved, from_reserved), (active, wh - from_reserved)):
                self._oldest_first(there, {p: -d for p, d in change.items() if p in there and d < 0}, part)
            given = [(p, d) for p, d in change.items() if d > 0]
            assert sum(d for _, d in given) == wh
            assert all((p.state, p.beneficiary, p.used_from) == ("retired", who, use.start) for p, _ in given)
            self._same_lots(change)

        return check

    def do_retire_matched(self, ledger: Ledger) -> Check:
        """Retire for the uses of an hour, of the very hour."""
        start = self._some_hour()
        uses = [
            Used(who, name, start, HOUR, self.draw.randrange(1, 300_000))
            for who in BENEFICIARIES for name in (WIND, SUN) if self.draw.random() < 0.7
        ]  # fmt: skip
        there: Counter[str] = Counter()
        for p, wh in self.books.wh.items():
            lot = self.books.lots[p.lot]
            if (
                (p.state, p.account) == ("active", "maker")
                and lot.start == start
                and lot.kind != "gec"
                and lot.expires > self.now
            ):
                there[lot.device] += wh
        claimed = {u: self.books.claimed[u.beneficiary, u.device, u.start] for u in uses}
        told = retire_matched(ledger, uses, now=self._clock())

        def check(changes: Changes) -> None:
            for name in (WIND, SUN):
                wanted = sum(max(0, u.wh - claimed[u]) for u in uses if u.device == name)
                got = sum(
                    d for _, c in changes for p, d in c.items()
                    if p.state == "retired" and self.books.lots[p.lot].device == name
                )  # fmt: skip
                short = sum(u.wh for u in told.uncovered if u.device == name)
                assert (got, short) == (min(wanted, there[name]), max(0, wanted - there[name]))
            for u in uses:
                assert self.books.claimed[u.beneficiary, u.device, u.start] <= max(u.wh, claimed[u])
            for _, change in changes:
                assert all(self.books.lots[p.lot].start == start for p in change)
                self._same_lots(change)

        return check

    def do_charge(self, ledger: Ledger) -> Check:
        """Hand certificates in for what the storage was charged with."""
        start = self._some_hour()
        _, charged = self.books.meter.get((TANK, start), (0, 0))
        handed = [Handed(TANK, start, name, self.draw.randrange(1, 800_000)) for name in (WIND, SUN)]
        told = charge(ledger, handed, now=self._clock())
        before = self.books.stored[start]

        def check(changes: Changes) -> None:
            stored = 0
            for _, change in changes:
                self._same_lots(change)
                for p, d in change.items():
                    assert self.books.lots[p.lot].start == start
                    if d > 0:
                        assert (p.state, p.beneficiary, p.used_from) == ("stored", TANK, start)
                        stored += d
            assert stored == told.matched_wh
            assert before + stored <= charged or not stored

        return check

    def do_discharge(self, ledger: Ledger) -> Check:
        """Account for what the storage gave back."""
        told = discharge(ledger, TANK, until=self._some_hour(), method=self.method, now=self._clock())

        def check(changes: Changes) -> None:
            out: Counter[str] = Counter()
            for _, change in changes:
                made: Counter[int] = Counter()
                for p, d in change.items():
                    if d > 0 and self.books.lots[p.lot].kind == "discharge" and p.state == "active":
                        made[self.books.lots[p.lot].origin] += d
                    elif d > 0:
                        made[p.lot] -= d if p.state == "converted" else 0
                        out[p.state] += d
                assert not any(made.values())
            assert (out["converted"], out["lost"]) == (told.issued_wh, told.lost_wh)
            assert out["converted"] <= 0.8 * (out["converted"] + out["lost"])

        return check

    def do_bundle(self, ledger: Ledger) -> Check:
        """Make GECs of a month."""
        account, month = self.draw.choice(ACCOUNTS), 1 + (self.hour // 700) % 12
        end = month_start(2025 + self.hour // 8760, month + 1, "Asia/Shanghai")
        there = self._may_be_taken(account, Which(devices=(WIND,), end=end), ("active",), trade=True)
        there = {p: wh for p, wh in there.items() if self.books.lots[p.lot].kind == "generation"}
        told = bundle(ledger, account, WIND, 2025 + self.hour // 8760, month, now=self._clock())

        def check(changes: Changes) -> None:
            assert (told.gecs, told.carried_wh) == divmod(sum(there.values()), 1_000_000)
            change: Counter[Place] = Counter()  # over all entries: each month has its own, and its rest is in the next
            for _, one in changes:
                change.update(one)
            self._oldest_first(there, {p: -d for p, d in change.items() if d < 0}, told.gecs * 1_000_000)

        return check

    def do_expire(self, ledger: Ledger) -> Check:
        """End what is not valid any more."""
        over = {p: wh for p, wh in self.books.wh.items() if self.books.lots[p.lot].expires <= self.now}
        expire(ledger, now=self._clock())

        def check(changes: Changes) -> None:
            assert bool(changes) == bool(over)
            if changes:
                self._changed(changes, over, sum(over.values()), lambda p: p._replace(state="expired"))

        return check

    def do_repeat(self, ledger: Ledger) -> Check:
        """Ask a request again that was carried out."""
        if not self.repeatable:
            return None
        request, again, number = self.draw.choice(self.repeatable)
        entry = again(ledger)
        assert entry is not None and (entry.number, entry.request) == (number, request)

        def check(changes: Changes) -> None:
            assert changes == []

        return check

    def do_reopen(self, ledger: Ledger) -> Check:
        """Close one of the connections and open it again."""
        self.reopen()
        return None

    def do_let_time_pass(self, ledger: Ledger) -> Check:
        """Move the clock: hours, seldom months."""
        self.now += self.draw.choice([HOUR, 6 * HOUR])
        if self.draw.random() < 0.01:
            self.now += 4 * DAY
        return None

    # what is checked of most

    def _clock(self) -> int:
        self.now = max(self.now, JANUARY + HOUR * self.hour + 3 * DAY)
        return self.now

    def _drawn(self) -> tuple[int, int]:
        return self.draw.randrange(2_000_000), self.draw.choice([0, 0, self.draw.randrange(1_000_000)])

    def _meter(self, place: tuple[str, int]) -> tuple[int, int]:
        """Return what the meter says: what it said before, or (seldom) another value that must change nothing."""
        known = self.books.meter.get(place)
        return known if known is not None and self.draw.random() < 0.8 else self._drawn()

    def _some_wh(self, there: dict[Place, int]) -> int:
        total = sum(there.values())
        return self.draw.choice([*(self.draw.randrange(1, 2 + total // k) for k in (1, 9, 9, 99, 99)), total + 1, 1])

    def _coverable(self, there: dict[Place, int], wh: int) -> bool:
        """Return whether `wh` can be made of what is there; a GEC is taken whole, so that a rest may be left."""
        if any(self.books.lots[p.lot].kind == "gec" for p in there):
            return False
        return 0 < wh <= sum(there.values())

    def _newest(self, n: int) -> list[tuple[Place, int]]:
        return [self.books.places[k] for k in list(self.books.recent)[-n:]]

    def _changed(
        self, changes: Changes, there: dict[Place, int], wh: int, becomes: Callable[[Place], Place]
    ) -> None:  # fmt: skip
        """Check that one entry took `wh` of what was there, the oldest first, and made of it what it should."""
        ((_, change),) = changes
        taken = {p: -d for p, d in change.items() if d < 0}
        self._oldest_first(there, taken, wh)
        expected: Counter[Place] = Counter()
        for p, d in taken.items():
            expected[becomes(p)] += d
        assert {p: d for p, d in change.items() if d > 0} == dict(expected)

    def _oldest_first(self, there: dict[Place, int], taken: dict[Place, int], wh: int) -> None:
        assert set(taken) <= set(there) and all(d <= there[p] for p, d in taken.items())
        assert sum(taken.values()) == wh
        lots = self.books.lots
        left = [lots[p.lot].start for p, d in there.items() if d > taken.get(p, 0) and lots[p.lot].kind != "gec"]
        starts = [lots[p.lot].start for p in taken if lots[p.lot].kind != "gec"]
        assert not left or not starts or max(starts) <= min(left)

    def _same_lots(self, change: Counter[Place]) -> None:
        by_lot: Counter[int] = Counter()
        for p, d in change.items():
            by_lot[p.lot] += d
        assert not any(by_lot.values())
