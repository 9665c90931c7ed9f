"""What hangs together at each stage: islands without a source, loops without an impedance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date

from holin.errors import Fault
from holin.parkfile.checks.branches import ends_of
from holin.parkfile.checks.stages import faults_at_stages
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import listed

USERS = ("load", "potline")
BALANCES = "a generator that balances"
SOURCES = ("wind_farm", "pv_plant", "thermal_unit", "generator", "storage")


class Groups:
    """Sets that grow together (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def root(self, member: Hashable) -> Hashable:
        """Return the representative of the member's set."""
        above = self._above
        above.setdefault(member, member)
        while above[member] != member:
            above[member] = above[above[member]]
            member = above[member]
        return member

    def join(self, first: Hashable, second: Hashable) -> bool:
        """Unite two sets; False when they were one already."""
        a, b = self.root(first), self.root(second)
        self._above[a] = b
        return a != b


def faults_of_islands(draft: Draft) -> list[Fault]:
    """At every stage each group of joined buses that has users has a grid connection, or at least a source.

    An island with sources but no grid connection is a warning: the AC power flow has no reference there.
    """
    if draft.unread.intersection(
        ("bus", "line", "transformer", "transformer3", "equivalent_branch", "switch", "grid", *SOURCES)
    ):
        return []
    return faults_at_stages(draft, _faults_at)


def _faults_at(draft: Draft, day: date) -> Iterator[Fault]:
    groups = Groups()
    for first, second in joined_buses(draft, day):
        groups.join(first, second)
    buses = [b for b in draft.rows("bus") if b.id and b.stands_at(day)]
    there: dict[Hashable, set[str]] = defaultdict(set)
    members: dict[Hashable, list[Row]] = defaultdict(list)
    known = set()
    for bus in buses:
        members[groups.root(bus.id)].append(bus)
        known.add(bus.id)
    for row in draft.rows("grid", *USERS, *SOURCES):
        if row.get("bus") in known and row.stands_at(day):
            there[groups.root(row.get("bus"))].add(BALANCES if row.get("balances") is True else row.table)
    for root, island in sorted(members.items(), key=lambda item: not there[item[0]] & set(USERS)):
        kinds = there[root]
        if kinds & {"grid", BALANCES}:
            continue
        users = kinds & set(USERS)
        names = listed([b.id for b in island], 5)
        right = "join it by a line, transformer or closed switch to a bus with a grid connection, or correct the dates"
        if users and not kinds & set(SOURCES):
            problem = f"an island without source or grid connection: {names} with its {' and '.join(sorted(users))}"
            yield island[0].fault("id", problem, right)
        elif kinds:
            problem = f"an island without grid connection or balancing generator, so without a voltage: {names}"
            yield island[0].warning("id", problem, right)
        elif draft.tables.get("grid"):
            yield island[0].warning("id", f"joined to nothing that feeds or uses power: {names}", right)


def joined_buses(draft: Draft, day: date) -> Iterator[tuple[str, str]]:
    """Yield the pairs of buses that closed branches and switches join on a day."""
    opened: dict[str, set[str]] = defaultdict(set)
    branches = draft.by_id("line", "transformer", "transformer3", "equivalent_branch")
    for switch in draft.rows("switch"):
        bus, element, closed = switch.get("bus"), switch.get("element"), switch.get("closed")
        if bus is None or element is None or not switch.stands_at(day):
            continue
        if element in branches:
            if closed is False:
                opened[element].add(bus)
        elif closed is not False:
            yield bus, element
    for branch in branches.values():
        if branch.stands_at(day):
            ends = [e for e in ends_of(branch) if e not in opened[branch.id]]
            yield from ((ends[0], other) for other in ends[1:])


def faults_of_zero_impedance_loops(draft: Draft) -> list[Fault]:
    """Closed couplers and lines without impedance must not form a loop: its currents could not be known."""
    groups = Groups()
    buses = draft.by_id("bus")
    faults = []
    lines = [r for r in draft.rows("line") if r.get("r_ohm_per_km") == 0 and r.get("x_ohm_per_km") == 0]
    for row in [*draft.rows("switch"), *lines]:
        names = ("bus", "element") if row.table == "switch" else ("bus_from", "bus_to")
        first, second = (row.get(n) for n in names)
        if first not in buses or second not in buses or first == second or row.get("closed") is False:
            continue
        if _for_all_time(row) and not groups.join(first, second):
            right = "open one of the switches of the loop, or give one of its lines an impedance"
            problem = f"closes a loop of zero impedance from {first!r} to {second!r}; its currents cannot be known"
            make = row.warning if row.table == "switch" else row.fault
            faults.append(make(names[1], problem, right))
    for line in draft.rows("line", "transformer"):
        first, second = line.get("bus_from"), line.get("bus_to")
        if first != second and first in buses and second in buses and groups.root(first) == groups.root(second):
            if line in lines:
                continue
            problem = "closed switches join both its ends: it is bridged and carries no current"
            faults.append(line.warning("bus_to", problem, "open one of these switches, or retire the branch"))
    return faults


def _for_all_time(row: Row) -> bool:
    return row.get("built") is None and row.get("retired") is None


def faults_of_feeding(draft: Draft) -> list[Fault]:
    """A park has a bus, and a grid connection or a source."""
    if "bus" not in draft.unread and not draft.tables.get("bus"):
        right = "write bus.csv with id and v_nom_kv"
        return [Fault(file=draft.file_of("bus"), problem="the park has no bus", right=right)]
    if any(draft.tables.get(t) or t in draft.unread for t in ("grid", *SOURCES)):
        return []
    problem = "the park has neither a grid connection nor a source"
    right = "write grid.csv with a connection to the public network, or a source"
    return [Fault(file=draft.file_of("grid"), problem=problem, right=right)]
