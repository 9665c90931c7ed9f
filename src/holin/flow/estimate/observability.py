"""Observability: which buses the meters do not determine, which meters would, and which ones nothing checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from holin.flow.estimate.fit import hidden_of, open_nodes, seen_by, started, unknowns
from holin.flow.estimate.groups import alike, members
from holin.flow.estimate.layout import Layout, layouts, regulating
from holin.flow.estimate.pseudo import Pseudo, pseudo_powers
from holin.flow.estimate.readings import Readings, readings_of
from holin.flow.estimate.rows import Statements, statements
from holin.kernel.estimation_gain import OBSERVED_SIGMA
from holin.kernel.estimation_model import Meters, Sees, slopes
from holin.kernel.estimation_suspects import CRITICAL
from holin.park import Park, Quantity

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]

MOST_CURES = 10

SIGMA_OF_CURE = {Sees.V: 0.003, Sees.P_END: 0.001, Sees.Q_END: 0.001, Sees.P_NODE: 0.001, Sees.Q_NODE: 0.001}
"""How exact a meter that is proposed is taken to be: a voltage in p.u., a power as the angle (rad) that makes it."""


@dataclass(frozen=True, kw_only=True)
class Cure:
    """Meters that would help, at one place: how many hidden directions of the state they show, and the buses that are
    observed then and were not before."""

    element: str
    end: str
    quantities: tuple[Quantity, ...]
    directions: int
    buses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Observability:
    """What the meters of one moment determine by themselves.

    `unobserved` are the buses whose voltage or angle they leave open, those that hang together in one tuple each;
    `directions` counts what is open. `cures` are the best single places for more meters, best first; `enough` is a
    list of places that together make everything observed. `critical` are the meters that nothing checks, `dead` the
    buses without voltage. `assumed_taps` are changers that keep a voltage and report no position: the park's own is
    taken, and a wrong one looks like a wrong meter. `moments` are the moments that see no more than this one.
    """

    time: np.datetime64
    moments: int
    unobserved: tuple[tuple[str, ...], ...]
    directions: int
    cures: tuple[Cure, ...]
    enough: tuple[Cure, ...]
    critical: tuple[str, ...]
    dead: tuple[str, ...]
    assumed_taps: tuple[str, ...]

    @property
    def observable(self) -> bool:
        """Whether the meters determine every bus."""
        return not self.unobserved


def observability(park: Park, measurements: xr.Dataset, *, max_age_s: float = 0.0) -> Observability:
    """Return what the meters determine at the moment at which they determine least.

    Numerical: a bus is open when the meters leave its voltage or angle uncertain by more than 0.05 p.u. or rad
    (`holin.kernel.estimation_gain.OBSERVED_SIGMA`). Raises Mismatch when the measurements do not fit the park.
    """
    readings = readings_of(park, measurements, max_age_s)
    powers = pseudo_powers(park, readings.time, None)
    worst: tuple[int, int] | None = None
    best: tuple[Layout, Statements, Complex, Real, int] | None = None
    count = 0
    for moments, layout in layouts(park, readings):
        for group in alike(readings, moments):
            said, v, hidden = _hidden(layout, readings, powers, int(group[0]))
            key = (hidden.shape[1], -len(said.rows.sigma))
            if worst is None or key > worst:
                worst, best, count = key, (layout, said, v, hidden, int(group[0])), 0
            count += len(group) if key == worst else 0
    if best is None:
        raise ValueError("no moment is measured")
    layout, said, v, hidden, moment = best
    return _said_of(layout, readings, said, v, hidden, moment, count, _assumed_taps(park, readings, moment))


def _assumed_taps(park: Park, readings: Readings, moment: int) -> tuple[str, ...]:
    reported = {
        readings.element[m]
        for m in np.flatnonzero(np.isfinite(readings.value[moment]))
        if readings.quantity[m] is Quantity.TAP_POS
    }
    return tuple(t.id for t in regulating(park) if t.id not in reported)


def _hidden(layout: Layout, readings: Readings, powers: Pseudo, moment: int) -> tuple[Statements, Complex, Real]:
    present = np.isfinite(readings.value[moment])
    said = statements(layout, readings, present, readings.sigma[moment], powers.p_sigma, powers.q_sigma)
    v = started(layout, powers.p_mw[moment], powers.q_mvar[moment])
    unknown = unknowns(layout, said.rows.meters)
    gain, _ = seen_by(layout, said.rows, said.constraints, v, unknown)
    return said, v, hidden_of(gain, unknown)


def _said_of(
    layout: Layout, readings: Readings, said: Statements, v: Complex, hidden: Real, moment: int, moments: int,
    assumed_taps: tuple[str, ...],
) -> Observability:  # fmt: skip
    network = layout.network
    unknown = unknowns(layout, said.rows.meters)
    gain, _ = seen_by(layout, said.rows, said.constraints, v, unknown)
    unchecked = members(said.rows, np.flatnonzero(gain.redundancy() <= CRITICAL))
    unchecked |= np.isfinite(readings.value[moment]) & _in_no_row(readings, said)
    cures = _cures(layout, readings, moment, v, hidden)
    return Observability(
        time=readings.time[moment],
        moments=moments,
        unobserved=_together(layout, open_nodes(layout, hidden)),
        directions=hidden.shape[1],
        cures=tuple(cures[:MOST_CURES]),
        enough=_enough(layout, readings, moment, v, hidden),
        critical=tuple(label for label, is_so in zip(readings.label, unchecked, strict=True) if is_so),
        assumed_taps=assumed_taps,
        dead=tuple(b for b, n in zip(network.buses, network.node, strict=True) if not network.energised[n]),
    )


def _in_no_row(readings: Readings, said: Statements) -> Flags:
    """Return the meters (measurement,) that say nothing alone: a unit's beside others without."""
    named = members(said.rows, np.arange(len(said.rows.sigma)))
    named[said.silent.nonzero()[1]] = True
    return ~named & ~readings.exact


def _together(layout: Layout, is_open: Flags) -> tuple[tuple[str, ...], ...]:
    """Return the open buses, those that branches between open nodes join in one tuple."""
    t, network = layout.network.topology, layout.network
    joins = (t.y_ft != 0) & is_open[t.node_from] & is_open[t.node_to]
    graph = coo_array((np.ones(int(joins.sum())), (t.node_from[joins], t.node_to[joins])), shape=(t.nodes, t.nodes))
    part = connected_components(graph, directed=False)[1]
    groups: dict[int, list[str]] = {}
    for bus, node in zip(network.buses, network.node, strict=True):
        if is_open[node]:
            groups.setdefault(int(part[node]), []).append(bus)
    return tuple(tuple(group) for group in groups.values())


# ---- cures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """A place for meters that are not there, and what they would see."""

    element: str
    end: str
    quantities: tuple[Quantity, ...]
    meters: Meters


def _places(layout: Layout, readings: Readings, moment: int) -> list[_Place]:
    """Return the places where the park has no meter at the moment: bus voltages, bus powers, powers of branch ends."""
    network, t = layout.network, layout.network.topology
    there = {
        (readings.element[m], readings.end[m], readings.quantity[m])
        for m in np.flatnonzero(np.isfinite(readings.value[moment]))
    }
    power = (Quantity.P_MW, Quantity.Q_MVAR)
    found: list[_Place] = []

    def offer(element: str, end: str, sees: list[tuple[Quantity, Sees]], at: int) -> None:
        free = [(q, s) for q, s in sees if (element, end, q) not in there]
        if free:
            kinds = np.array([s for _, s in free], dtype=np.int64)
            meters = Meters(kind=kinds, at=np.full(len(free), at, dtype=np.int64))
            found.append(_Place(element=element, end=end, quantities=tuple(q for q, _ in free), meters=meters))

    b = network.branches
    for k, label in enumerate(b.label):
        element, end = (b.element[k], label.rpartition(".")[2]) if b.kind[k] == "transformer3" else (label, "from")
        ends = [(end, k, t.node_from[k], t.y_ff[k])]
        if b.kind[k] != "transformer3":
            ends.append(("to", k + len(t.node_from), t.node_to[k], t.y_tt[k]))
        for name, at, node, own in ends:
            if own != 0 and network.energised[node]:
                offer(element, name, list(zip(power, (Sees.P_END, Sees.Q_END), strict=True)), at)
    feeding = {layout.injectors[k].bus for ks in layout.at_node().values() for k in ks}
    buses_of = np.bincount(network.node, minlength=t.nodes)
    inner = {bus for bus, kind in zip(b.bus_to, b.kind, strict=True) if kind == "transformer3"}
    for bus, node in zip(network.buses, network.node.tolist(), strict=True):
        if network.energised[node] and bus not in inner:
            offer(bus, "", [(Quantity.V_PU, Sees.V)], node)
            if bus in feeding and buses_of[node] == 1:
                offer(bus, "", list(zip(power, (Sees.P_NODE, Sees.Q_NODE), strict=True)), node)
    return found


def _cures(layout: Layout, readings: Readings, moment: int, v: Complex, hidden: Real) -> list[Cure]:
    """Return the places that would show something hidden, best first."""
    if not hidden.shape[1]:
        return []
    before = open_nodes(layout, hidden)
    found = []
    for place in _places(layout, readings, moment):
        shown, rest = _shown(layout, place, v, hidden)
        if shown:
            gained = before & ~open_nodes(layout, rest)
            found.append((shown, int(gained.sum()), _cure(layout, place, shown, gained)))
    return [cure for _, _, cure in sorted(found, key=lambda f: (-f[0], -f[1]))]


def _enough(layout: Layout, readings: Readings, moment: int, v: Complex, hidden: Real) -> tuple[Cure, ...]:
    """Return places, each the best after those before it, that leave no bus open."""
    chosen: list[Cure] = []
    places = _places(layout, readings, moment)
    while (before := open_nodes(layout, hidden)).any():
        best: tuple[tuple[int, int], _Place, Real] | None = None
        for place in places:
            shown, rest = _shown(layout, place, v, hidden)
            key = (shown, int((before & ~open_nodes(layout, rest)).sum()))
            if shown and (best is None or key > best[0]):
                best = key, place, rest
        if best is None:
            break
        (shown, _), place, rest = best
        chosen.append(_cure(layout, place, shown, before & ~open_nodes(layout, rest)))
        hidden, places = rest, [p for p in places if p is not place]
    return tuple(chosen)


def _shown(layout: Layout, place: _Place, v: Complex, hidden: Real) -> tuple[int, Real]:
    """Return how many hidden directions a place determines, and what stays hidden, each as long as its sigma.

    Meters at a place shrink the part of the hidden directions that they see to 1 / sqrt(1 + strength^2) of it, with
    the strength in sigmas of the meter. What is below OBSERVED_SIGMA everywhere then is determined.
    """
    h = slopes(layout.network.topology, place.meters, v).toarray()
    size = np.where(place.meters.kind == Sees.V, 1.0, np.linalg.norm(h, axis=1))
    exact = np.array([SIGMA_OF_CURE[Sees(kind)] for kind in place.meters.kind]) * np.maximum(size, 1e-12)
    _, strength, parts = np.linalg.svd((h / exact[:, None]) @ hidden, full_matrices=True)
    seen = hidden @ parts[: len(strength)].T / np.sqrt(1 + strength**2)
    known = np.abs(seen).max(axis=0, initial=0.0) <= OBSERVED_SIGMA
    before = np.abs(hidden @ parts[: len(strength)].T).max(axis=0, initial=0.0) > OBSERVED_SIGMA
    rest = np.hstack([hidden @ parts[len(strength) :].T, seen[:, ~known]])
    return int((known & before).sum()), rest


def _cure(layout: Layout, place: _Place, shown: int, gained: Flags) -> Cure:
    network = layout.network
    buses = tuple(b for b, node in zip(network.buses, network.node, strict=True) if gained[node])
    return Cure(element=place.element, end=place.end, quantities=place.quantities, directions=shown, buses=buses)
