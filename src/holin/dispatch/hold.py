"""A limit that holds a schedule, and a solved window read for what its assets do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.ahead import Ahead
from holin.dispatch.breaches import Breach
from holin.kernel.linear import Floats
from holin.operation import BranchLimit, Hours, Islands, bands_of, import_limit_mw
from holin.park import Grid, Outage, Park, out_of_service, units_of

Flags = NDArray[np.bool_]

SORTS = {
    "outage": ("out",),
    "network": ("no_voltage", "no_grid"),
    "state": ("begins_at", "yard", "delivery"),
    "time": ("min_down", "min_up", "starting", "start_time"),
    "weather": ("available", "all_used"),
    "price": ("peak", "price", "off"),
}
"""Sort of cause -> kinds of hold; all others are limits."""


def cause_of(kind: str) -> str:
    """Return the sort of a kind of hold."""
    return next((sort for sort, kinds in SORTS.items() if kind in kinds), "limit")


@dataclass(frozen=True, kw_only=True, eq=False)
class Hold:
    """One limit that holds: `kind` (a key of `hold_words.WORDS`), whose, its figure, and in which steps.

    `limit` is in the unit that the kind's words name; `until` is the first step in which it no longer holds, where
    that is known; `detail` is the outage's id. `mask` (time,) is made `steps` by `at`.
    """

    kind: str
    element: str
    mask: Flags = dataclasses.field(default_factory=lambda: np.zeros(0, dtype=bool))
    limit: float | Floats = 0.0
    until: int | None = None
    detail: str = ""
    steps: tuple[int, ...] = ()

    def at(self, steps: Sequence[int], worst: int) -> Hold:
        """Return it in some steps, its limit that of the worst of them (or the first, where it does not hold then)."""
        where = worst if worst in steps else steps[0]
        limit = float(self.limit[where]) if isinstance(self.limit, np.ndarray) else float(self.limit)
        return dataclasses.replace(self, limit=limit, steps=tuple(steps), mask=np.zeros(0, dtype=bool))

    def only(self, mask: Flags) -> Hold:
        """Return it where `mask` (time,) holds too."""
        return dataclasses.replace(self, mask=self.mask & mask)

    def whenever(self) -> Hold:
        """Return it as holding in all steps, with its largest limit: of a duty of the whole window."""
        limit = float(self.limit[self.mask].max()) if isinstance(self.limit, np.ndarray) else self.limit
        return dataclasses.replace(self, mask=np.ones_like(self.mask), limit=limit)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hold) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.kind, self.element, self.until, self.detail, self.steps


@dataclass(frozen=True, kw_only=True, eq=False)
class Relief:
    """Where more (`up`) and where less (`down`) power relieves a branch: bus -> steps (time,)."""

    up: dict[str, Flags]
    down: dict[str, Flags]


NEAR = 1e-3
"""MW or MWh within which a figure is at its limit."""


@dataclass(frozen=True, eq=False)
class Reader:
    """Reads a solved window asset by asset; all arrays are (time,)."""

    made: Ahead

    @property
    def park(self) -> Park:
        """The park of the window."""
        return self.made.window.case.park

    @property
    def hours(self) -> Hours:
        """Its steps."""
        return self.made.window.case.hours

    @property
    def islands(self) -> Islands:
        """Which buses balance together."""
        return self.made.window.case.islands

    @property
    def step_h(self) -> float:
        """Length of a step."""
        return self.hours.step_h

    @property
    def count(self) -> int:
        """Number of steps."""
        return self.hours.count

    @property
    def every(self) -> Flags:
        """True in every step."""
        return np.ones(self.count, dtype=bool)

    def value(self, name: str) -> Floats:
        """Return a column's values; 0 where the problem has none of this name."""
        columns = self.made.problem.variables.get(name)
        return self.made.solution.linear.values[columns] if columns is not None else np.zeros(self.count)

    def on(self, unit: str) -> Flags:
        """Return whether a thermal unit is on."""
        return np.asarray(self.made.schedule.committed.sel(thermal_unit=unit).values > 0.5)

    def gross_mw(self, unit: str) -> Floats:
        """Return its gross power."""
        return np.asarray(self.made.schedule.gross_mw.sel(thermal_unit=unit).values)

    def heat_mw(self, unit: str) -> Floats:
        """Return the heat that it gives."""
        return self.value(f"heat.{unit}")

    def power_mw(self, unit: str) -> Floats:
        """Return the power of any unit, + into the network."""
        return np.asarray(self.made.schedule.p_mw.sel(unit=unit).values)

    def renewable_mw(self) -> Floats:
        """Return what wind and PV give, (time, unit)."""
        return self.value("renewable").reshape(self.count, -1)

    def serves(self, unit: str) -> Flags:
        """Return whether a unit is in service: no outage, and a voltage at its bus."""
        return ~self.hours.out.get(unit, np.zeros(self.count, dtype=bool))

    @cached_property
    def planned(self) -> dict[str, Flags]:
        """Element -> steps in which an outage takes it out."""
        return out_of_service(self.park, self.hours.time)

    def outages(self, element: str, bus: str | None = None) -> Iterator[Hold]:
        """Yield the outages of an element, and that its bus is without voltage."""
        out = self.planned.get(element, np.zeros(self.count, dtype=bool))
        if out.any():
            for first, end in _runs(out):
                mask = np.zeros(self.count, dtype=bool)
                mask[first:end] = True
                ids = ", ".join(o.id for o, when in self._outages_of(element) if (when & mask).any())
                yield Hold(kind="out", element=element, mask=mask, until=end, detail=ids)
        if bus is not None:
            yield Hold(kind="no_voltage", element=element, mask=(self.islands.of(bus) < 0) & ~out)

    def _outages_of(self, element: str) -> Iterator[tuple[Outage, Flags]]:
        """Yield the outages of an element with the steps of each."""
        for outage in (o for o in self.park.outages if o.element == element):
            when = out_of_service(dataclasses.replace(self.park, outages=(outage,)), self.hours.time)
            yield outage, when.get(element, np.zeros(self.count, dtype=bool))

    def network_outages(self) -> Iterator[Hold]:
        """Yield the outages of what the network is made of: not of units that only give or take power."""
        only_units = {u.id for u in units_of(self.park) if u.kind not in ("grid", "generator")}
        for element in self.planned:
            if element not in only_units:
                yield from self.outages(element)

    @property
    def everywhere(self) -> dict[str, Flags]:
        """Every bus with a voltage -> the steps in which it has one."""
        return {bus: self.islands.of(bus) >= 0 for bus in self.islands.buses}

    def around(self, breach: Breach, bus: str | None = None) -> dict[str, Flags]:
        """Return the buses that balance together with that of a breach, with the steps in which they do."""
        bus = bus or breach.element
        if bus not in self.islands.buses:
            return self.everywhere
        here = self.islands.of(bus)
        return {other: (self.islands.of(other) == here) & (here >= 0) for other in self.islands.buses}

    def import_holds(self, grid: Grid) -> Iterator[Hold]:
        """Yield the limit of import where it is reached, and the connection's outages."""
        yield from self.outages(grid.id, grid.bus)
        limit = import_limit_mw(self.park, grid, self.hours)
        reached = self.value(f"import.{grid.id}") >= limit - NEAR
        yield Hold(kind="import_limit", element=grid.id, mask=reached & self.serves(grid.id), limit=limit)
        for band in bands_of(self.park, grid, self.hours):
            peak = self.value(f"peak.{grid.id}" + (f".{band.id}" if band.id else ""))[self.hours.month]
            at_peak = band.counts & (self.value(f"import.{grid.id}") >= peak - NEAR) & ~reached
            yield Hold(kind="peak", element=grid.id, mask=at_peak, limit=peak)

    def tight(self, bus: str) -> dict[str, Relief]:
        """Return the branches that are full in some steps and that more power at a bus would relieve then: in which
        steps, and where else more power would."""
        found: dict[str, Relief] = {}
        for hold in self.branch_limits():
            for mask, relief in self.sides(hold.element):
                if bus in relief.up and (hold.mask & mask).any():
                    found[hold.element] = Relief(up=dict.fromkeys(relief.up, hold.mask & mask), down={})
        return found

    def branch_limits(self, element: str | None = None) -> Iterator[Hold]:
        """Yield the limits of branches that are reached (of one branch, or of all), with nothing out."""
        for limit in self.made.limits:
            if not limit.is_security and element in (None, limit.element or limit.branch):
                full = np.abs(self.flow_mw(limit)) >= limit.limit_mw - NEAR
                mask, figure = np.zeros(self.count, dtype=bool), np.zeros(self.count)
                mask[limit.hours], figure[limit.hours] = full, limit.limit_mw
                yield Hold(kind="branch", element=limit.element or limit.branch, mask=mask, limit=figure)

    def flow_mw(self, limit: BranchLimit) -> Floats:
        """Return the flow of a limited branch in the hours of its limit."""
        net = self._net_mw
        share = np.array([limit.share.get(bus, 0.0) for bus in self.islands.buses])
        return np.asarray(net[limit.hours] @ share)

    @cached_property
    def _net_mw(self) -> Floats:
        schedule = self.made.schedule
        total = -np.asarray(schedule.loss_mw.values, dtype=np.float64).copy()
        where = [self.islands.buses.index(str(b)) for b in schedule.unit_bus.values]
        np.add.at(total.T, where, schedule.p_mw.values.T)
        return total

    def sides(self, element: str) -> Iterator[tuple[Flags, Relief]]:
        """Yield for each direction of a branch's flow when it is so, and where more and less power relieves it."""
        for limit in self.made.limits:
            if element != (limit.element or limit.branch):
                continue
            flow = np.zeros(self.count)
            flow[limit.hours] = self.flow_mw(limit)
            for sign in (1.0, -1.0):
                share = {bus: sign * limit.share.get(bus, 0.0) for bus in self.islands.buses}
                mask = sign * flow > NEAR
                up = {bus: mask for bus, s in share.items() if s < -1e-6}
                down = {bus: mask for bus, s in share.items() if s > 1e-6}
                yield mask, Relief(up=up, down=down)


def _runs(mask: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
