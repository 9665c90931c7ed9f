"""From meters to the rows of the least squares: one row per independent statement about the network's state."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from holin.flow.estimate.layout import Layout
from holin.flow.estimate.readings import Readings
from holin.kernel.estimation_model import Meters, Sees
from holin.park import Quantity

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Sum = dict[int, float]
"""Which measurements are added with which factor."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A statement: a sum of measurements, and of pseudo-powers of injectors, with its variance."""

    meters: Sum
    variance: float
    pseudo: Sum = field(default_factory=dict)

    def plus(self, other: Source, factor: float = 1.0) -> Source:
        """Return this sum plus `factor` times another."""
        return Source(
            meters=_added(self.meters, other.meters, factor),
            variance=self.variance + factor**2 * other.variance,
            pseudo=_added(self.pseudo, other.pseudo, factor),
        )


NOTHING = Source(meters={}, variance=0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Rows of the least squares: what they see, sigma (row,), and how they are made of measurements (row, measurement)
    and of the pseudo-powers of injectors (row, injector), active ones for rows of active power."""

    meters: Meters
    sigma: Real
    of_meters: csr_array
    of_pseudo: csr_array

    def values(self, value: Real, p_pseudo: Real, q_pseudo: Real) -> Real:
        """Return the rows' values (state, row) of measurements (state, measurement) and pseudo-powers."""
        of_meters = np.asarray((self.of_meters @ np.nan_to_num(value).T).T)
        active = (self.meters.kind == Sees.P_NODE)[None, :]
        p, q = ((self.of_pseudo @ x.T).T for x in (p_pseudo, q_pseudo))
        made: Real = of_meters + np.where(active, p, q)
        return made


@dataclass(frozen=True, kw_only=True, eq=False)
class Statements:
    """All that one set of meters says in one topology.

    `rows` are of meters alone; `gaps` are the rows that pseudo-powers would make at nodes whose power no row states;
    `constraints` are powers that are exactly 0. `silent` are statements whose value is known to be 0 whatever the
    state: of dead and open places, and differences of meters that show the same; `differs` (silent,) marks the latter.
    `known` gives for each injector and power what its own meters say, `of_bus` for each bus what the meters of all its
    units together say.
    """

    rows: Rows
    gaps: Rows
    constraints: Meters
    silent: csr_array
    silent_sigma: Real
    differs: Flags
    known: dict[tuple[int, Quantity], Source]
    of_bus: dict[tuple[str, Quantity], Source]


def statements(
    layout: Layout, readings: Readings, present: Flags, sigma: Real, p_sigma: Real, q_sigma: Real
) -> Statements:
    """Return what the meters that are `present` (measurement,) say; `p_sigma`, `q_sigma` (injector,) are those of the
    pseudo-powers.

    The power into the network at a node is the sum of its units: a meter of the bus states it, and so do the meters of
    all its units together. Where a node joins several buses, the best of each bus is added up. Meters that show the
    same thing are merged by their weights where a sum needs one value; their difference is a check of its own.
    """
    return _Collector(layout, readings, present, sigma, p_sigma, q_sigma).statements()


class _Collector:
    """Sorts the meters of one topology into rows."""

    def __init__(
        self, layout: Layout, readings: Readings, present: Flags, sigma: Real, p_sigma: Real, q_sigma: Real
    ) -> None:
        self.layout, self.readings, self.sigma = layout, readings, sigma
        self.pseudo_sigma = {Quantity.P_MW: p_sigma, Quantity.Q_MVAR: q_sigma}
        self.rows: list[tuple[Sees, int, Source]] = []
        self.gaps: list[tuple[Sees, int, Source]] = []
        self.silent: list[tuple[Source, bool]] = []
        self.zeros: list[tuple[Sees, int]] = []
        self.of_bus: dict[tuple[str, Quantity], list[Source]] = {}
        self.of_unit: dict[tuple[int, Quantity], list[Source]] = {}
        self.place = {injector.id: k for k, injector in enumerate(layout.injectors)}
        self.bus = layout.network.bus_index()
        self.branch = {label: k for k, label in enumerate(layout.network.branches.label)}
        for m in np.flatnonzero(present & ~readings.exact):
            self._sort(int(m))
        for quantity in (Quantity.P_MW, Quantity.Q_MVAR):
            self._nodes(quantity)

    def statements(self) -> Statements:
        order = sorted(range(len(self.rows)), key=lambda k: self.rows[k][0])
        silent = [source for source, _ in self.silent]
        return Statements(
            rows=self._rows([self.rows[k] for k in order]),
            gaps=self._rows(self.gaps),
            constraints=_meters([(kind, at) for kind, at in self.zeros]),
            silent=_matrix([s.meters for s in silent], len(self.readings.label)),
            silent_sigma=np.array([s.variance for s in silent], dtype=np.float64) ** 0.5,
            differs=np.array([differs for _, differs in self.silent], dtype=bool),
            known={key: merged(sources)[0] for key, sources in self.of_unit.items()},
            of_bus={key: merged(sources)[0] for key, sources in self.of_bus.items()},
        )

    def _rows(self, found: list[tuple[Sees, int, Source]]) -> Rows:
        return Rows(
            meters=_meters([(kind, at) for kind, at, _ in found]),
            sigma=np.array([s.variance for _, _, s in found], dtype=np.float64) ** 0.5,
            of_meters=_matrix([s.meters for _, _, s in found], len(self.readings.label)),
            of_pseudo=_matrix([s.pseudo for _, _, s in found], len(self.layout.injectors)),
        )

    def _sort(self, m: int) -> None:
        """Give one meter its row, or its place among those of its bus or unit."""
        element, end, quantity = self.readings.element[m], self.readings.end[m], self.readings.quantity[m]
        network = self.layout.network
        shows = Source(meters={m: 1.0}, variance=float(self.sigma[m]) ** 2)
        if element in self.place:
            injector = self.layout.injectors[self.place[element]]
            if injector.in_service and network.energised[injector.node]:
                self.of_unit.setdefault((self.place[element], quantity), []).append(shows)
            else:
                self.silent.append((shows, False))
        elif end:
            self._sort_end(shows, m)
        elif not network.energised[network.node[self.bus[element]]]:
            self.silent.append((shows, False))
        elif quantity in (Quantity.V_PU, Quantity.V_ANGLE_RAD):
            sees = Sees.V if quantity is Quantity.V_PU else Sees.ANGLE
            self.rows.append((sees, int(network.node[self.bus[element]]), shows))
        else:
            self.of_bus.setdefault((element, quantity), []).append(shows)

    def _sort_end(self, shows: Source, m: int) -> None:
        element, end, quantity = self.readings.element[m], self.readings.end[m], self.readings.quantity[m]
        network, branches = self.layout.network, self.layout.network.branches
        k = self.branch[f"{element}.{end}" if end.isdecimal() else element]
        second, t = end == "to", network.topology
        node, own = (t.node_to[k], t.y_tt[k]) if second else (t.node_from[k], t.y_ff[k])
        if own == 0 or not network.energised[node]:
            self.silent.append((shows, False))
            return
        at = k + len(t.node_from) if second else k
        if quantity is Quantity.I_KA:
            bus = branches.bus_to[k] if second else branches.bus_from[k]
            factor = 3**0.5 * float(network.v_nom_kv[self.bus[bus]])
            self.rows.append((Sees.I_END, at, NOTHING.plus(shows, factor)))
        else:
            self.rows.append((Sees.P_END if quantity is Quantity.P_MW else Sees.Q_END, at, shows))

    def _nodes(self, quantity: Quantity) -> None:
        """Rows, gaps and constraints of the power into the network at every live node."""
        sees = Sees.P_NODE if quantity is Quantity.P_MW else Sees.Q_NODE
        feeding = {
            node: [k for k in at if quantity is Quantity.Q_MVAR or not self.layout.injectors[k].p_is_zero]
            for node, at in self.layout.at_node().items()
        }
        network = self.layout.network
        buses: dict[int, list[str]] = {}
        for bus, node in zip(network.buses, network.node.tolist(), strict=True):
            buses.setdefault(node, []).append(bus)
        for node in np.flatnonzero(network.energised).tolist():
            at = feeding.get(node, [])
            feeders = {bus: [k for k in at if self.layout.injectors[k].bus == bus] for bus in buses.get(node, [])}
            for bus in [b for b, ks in feeders.items() if not ks]:
                self.silent += [(s, False) for s in self.of_bus.get((bus, quantity), [])]
                del feeders[bus]
            if not feeders:
                self.zeros.append((sees, node))
                continue
            found = [self._sources(bus, ks, quantity) for bus, ks in feeders.items()]
            if all(found):
                self.rows += [(sees, node, s) for s in self._whole(found)]
            elif not any(self.layout.injectors[k].balances and (k, quantity) not in self.of_unit for k in at):
                gap = NOTHING
                for (bus, ks), sources in zip(feeders.items(), found, strict=True):
                    gap = gap.plus(merged(sources)[0] if sources else self._guessed(bus, ks, quantity))
                self.gaps.append((sees, node, gap))

    def _sources(self, bus: str, injectors: list[int], quantity: Quantity) -> list[Source]:
        """Return each independent statement about the power of all units at a bus."""
        found = list(self.of_bus.get((bus, quantity), []))
        own = [self.of_unit.get((k, quantity)) for k in injectors]
        if all(own):
            whole = NOTHING
            for sources in own:
                best, differences = merged(sources or [])
                whole = whole.plus(best)
                self.silent += [(d, True) for d in differences]
            found.append(whole)
        return found

    def _whole(self, found: list[list[Source]]) -> list[Source]:
        if len(found) == 1:
            return found[0]
        whole = NOTHING
        for sources in found:
            best, differences = merged(sources)
            whole = whole.plus(best)
            self.silent += [(d, True) for d in differences]
        return [whole]

    def _guessed(self, bus: str, injectors: list[int], quantity: Quantity) -> Source:
        whole = NOTHING
        for k in injectors:
            own = self.of_unit.get((k, quantity))
            guess = Source(meters={}, variance=float(self.pseudo_sigma[quantity][k]) ** 2, pseudo={k: 1.0})
            whole = whole.plus(merged(own)[0] if own else guess)
        return whole


def merged(sources: list[Source]) -> tuple[Source, list[Source]]:
    """Return the mean of statements about one thing by their weights, and the differences to the first."""
    if len(sources) == 1:
        return sources[0], []
    total = sum(1 / s.variance for s in sources)
    mean = NOTHING
    for s in sources:
        mean = mean.plus(s, 1 / s.variance / total)
    return mean, [s.plus(sources[0], -1.0) for s in sources[1:]]


def _added(left: Sum, right: Sum, factor: float) -> Sum:
    return {k: left.get(k, 0.0) + factor * right.get(k, 0.0) for k in left | right}


def _meters(found: list[tuple[Sees, int]]) -> Meters:
    return Meters(
        kind=np.array([k for k, _ in found], dtype=np.int64), at=np.array([a for _, a in found], dtype=np.int64)
    )


def _matrix(sums: list[Sum], columns: int) -> csr_array:
    rows = [r for r, s in enumerate(sums) for _ in s]
    where = [k for s in sums for k in s]
    factors = [f for s in sums for f in s.values()]
    return csr_array((factors, (rows, where)), shape=(len(sums), columns), dtype=np.float64)
