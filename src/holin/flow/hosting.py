"""Hosting capacity: how much more generation or load the grid takes before a limit is met, bus by bus or spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.breakers import Breakers, breakers_of
from holin.flow.hours import outage_hours, powers_of, units_out
from holin.flow.injections import Injections, injections_of
from holin.flow.network import Network, network_of
from holin.flow.reach import Bounds, Reach, beyond, bounds_of, ratings_of, reach_of_extremes, widened
from holin.flow.states import solve_states
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour, behaviour_of
from holin.kernel.contingency import Ratings, extremes_of_outages
from holin.kernel.powerflow import Prepared, prepared
from holin.kernel.taps import Taps
from holin.park import Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]

TOLERANCE = 1e-3
"""Of the answer, and 1 kW at least."""

ROOM = 1e-4
"""What a state violates already may get worse by so much (loading, p.u.): figures end somewhere."""


class Added(StrEnum):
    """What is to be connected."""

    GENERATION = "generation"
    LOAD = "load"


class LimitKind(StrEnum):
    """What is met first."""

    OVERLOAD = "overload"
    VOLTAGE = "voltage"
    NO_SOLUTION = "no_solution"
    SHORT_CIRCUIT = "short_circuit"
    SEARCH = "search"


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a bus (or buses together) can take: `mw` until `element` meets its limit at `time` (UTC).

    `limit` is `search` where no limit was met up to the largest power looked at.
    """

    buses: tuple[str, ...]
    mw: float
    limit: LimitKind
    element: str
    time: np.datetime64 | None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What random places can take together: capacities of `draws` allocations to the buses, lowest first, and the
    quantiles of them (5, 25, 50, 75, 95 %)."""

    seed: int
    mw: tuple[float, ...]
    quantiles: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """Capacities of each bus alone, of all together in equal parts, and of random allocations where drawn."""

    added: Added
    by_bus: tuple[Capacity, ...]
    together: Capacity
    spread: Spread | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Study:
    """The states of one topology; `limits` are those of the park, `ratings` hold what the base case keeps of them."""

    park: Park
    network: Network
    behaviour: Behaviour
    ready: Prepared
    injections: Injections
    taps: Taps
    p_mw: Real
    hours: Index
    limits: Bounds
    ratings: Ratings
    per_mw: complex

    def energised(self, bus: str) -> bool:
        """Return whether a bus has a voltage in these states."""
        return bool(self.network.energised[self.network.node[self.network.bus_index()[bus]]])


def hosting(
    park: Park,
    schedule: xr.Dataset,
    *,
    added: Added | str = Added.GENERATION,
    buses: Sequence[str] | None = None,
    power_factor: float = 1.0,
    ik_ratio: float | None = None,
    mw_max: float = 5000.0,
    draws: int = 0,
    seed: int = 0,
    on_progress: Callable[[float], None] | None = None,
) -> Hosting:
    """Return how much more generation or load each bus takes, in all states of a schedule, before a limit is met.

    Limits are branch ratings, bus voltages and, with `ik_ratio` (short-circuit over rated current of what is added, as
    converters have it), the breaking current of every bus. What a state violates already may not get worse in it. Tap
    changers stay where the base case has them; units keep their voltages within their limits. `draws` random
    allocations (Dirichlet, `seed`) of a total to the buses give its distribution. Planned outages are respected: what
    is added must fit into every hour, and gives nothing while its bus is dead. Raises Mismatch for an unknown bus, and
    where the base case has no solution.
    """
    kind = Added(added)
    behaviour, time = behaviour_of(park), schedule["time"].values
    studies = [
        _study(park, behaviour, schedule, kind, power_factor, np.flatnonzero(mask), out)
        for mask, out in outage_hours(park, time)
    ]
    wanted = list(buses) if buses is not None else [b.id for b in park.buses]
    if unknown := sorted(set(wanted) - {b.id for b in park.buses}):
        raise Mismatch(f"no bus named {unknown[:5]}; name buses of the park at this stage")
    wanted = [b for b in wanted if any(study.energised(b) for study in studies)]
    breakers = None if ik_ratio is None else breakers_of(park, wanted, ik_ratio)
    say, total = on_progress or (lambda share: None), len(wanted) + 1 + draws

    def capacity(shares: dict[str, float], done: int) -> Capacity:
        found = _capacity(studies, shares, mw_max * len(shares), time)
        say(done / total)
        return found if breakers is None else _within_breakers(breakers, found, shares)

    by_bus = [capacity({bus: 1.0}, number + 1) for number, bus in enumerate(wanted)]
    together = capacity(dict.fromkeys(wanted, 1 / max(len(wanted), 1)), len(wanted) + 1)
    spread = None
    if draws:
        rng, drawn = np.random.default_rng(seed), []
        for number in range(draws):
            share = rng.dirichlet(np.ones(len(wanted)))
            drawn.append(capacity(dict(zip(wanted, share, strict=True)), len(wanted) + 2 + number).mw)
        levels = (5, 25, 50, 75, 95)
        quantiles = {f"p{q}": float(np.percentile(drawn, q)) for q in levels}
        spread = Spread(seed=seed, mw=tuple(sorted(drawn)), quantiles=quantiles)
    return Hosting(added=kind, by_bus=tuple(by_bus), together=together, spread=spread)


def _study(
    park: Park, behaviour: Behaviour, schedule: xr.Dataset, kind: Added, power_factor: float, hours: Index,
    gone: frozenset[str],
) -> _Study:  # fmt: skip
    network, time = network_of(park, out=gone, finite=True), schedule["time"].values
    p_mw, out = powers_of(behaviour.units, schedule)[hours], units_out(park, time, behaviour.units)[hours]
    states = solve_states(park, network, behaviour, p_mw, out)
    if not states.converged.all():
        raise Mismatch("the base case has no solution; see why with `holin flow`")
    limits = bounds_of(park, network, 1.0)
    changers = tap_changers(park, network)
    tan = float(np.tan(np.arccos(power_factor)))
    return _Study(
        park=park,
        network=network,
        behaviour=behaviour,
        ready=prepared(network.topology),
        injections=injections_of(network, behaviour, p_mw, out),
        taps=changers.taps(states.tap_pos),
        p_mw=p_mw,
        hours=hours,
        limits=limits,
        ratings=ratings_of(network, beyond(widened(limits), states, ROOM)),
        per_mw=-complex(1.0, tan) if kind is Added.LOAD else complex(1.0, tan),
    )


def _capacity(
    studies: Sequence[_Study], shares: dict[str, float], mw_max: float, time: NDArray[np.datetime64]
) -> Capacity:
    """Bisect the total power that the buses take in the given shares, in the states of all studies."""
    buses, low, high = tuple(shares), 0.0, mw_max
    worst = _first_violated(studies, shares, mw_max)
    if worst is None:
        return Capacity(buses=buses, mw=mw_max, limit=LimitKind.SEARCH, element="", time=None)
    step = min(1.0, mw_max)
    while step < mw_max:
        found = _first_violated(studies, shares, step)
        if found is not None:
            worst = found
            break
        low, step = step, step * 2
    high = min(step, mw_max)
    while high - low > max(TOLERANCE * high, 1e-3):
        middle = (low + high) / 2
        found = _first_violated(studies, shares, middle)
        if found is None:
            low = middle
        else:
            high, worst = middle, found
    limit, element, hour = worst
    return Capacity(buses=buses, mw=low, limit=limit, element=element, time=time[hour] if hour >= 0 else None)


def _first_violated(
    studies: Sequence[_Study], shares: dict[str, float], mw: float
) -> tuple[LimitKind, str, int] | None:
    """Name what a power violates in the first study in which it violates something; None where it does in none."""
    for study in studies:
        reach = _reach(study, shares, mw)
        if reach.unsolved.any() or reach.loading_count.any() or reach.low_count.any() or reach.high_count.any():
            return _limit(study, reach)
    return None


def _reach(study: _Study, shares: dict[str, float], mw: float) -> Reach:
    s, bus = study.injections.s_node.copy(), study.network.bus_index()
    for name, share in shares.items():
        s[:, study.network.node[bus[name]]] += share * mw * study.per_mw
    injections, count = study.injections, int(study.hours.max()) + 1
    found = extremes_of_outages(
        study.ready, s, study.ratings, [[]], injections.keepers.control, study.taps, droop=injections.droop,
        flexible=injections.flexible,
    )  # fmt: skip
    return reach_of_extremes(found, 0, study.network, study.behaviour, study.p_mw, study.hours, count)


def _limit(study: _Study, reach: Reach) -> tuple[LimitKind, str, int]:
    if reach.loading_count.any():
        k = int(np.argmax(reach.loading))
        return LimitKind.OVERLOAD, study.network.branches.label[k], int(reach.loading_hour[k])
    if reach.low_count.any() or reach.high_count.any():
        above = np.nan_to_num(reach.v_max - study.limits.v_high[:, 0])
        below = np.nan_to_num(study.limits.v_low[:, 0] - reach.v_min)
        k = int(np.argmax(np.maximum(above, below)))
        hour = reach.v_max_hour[k] if above[k] >= below[k] else reach.v_min_hour[k]
        return LimitKind.VOLTAGE, study.network.buses[k], int(hour)
    return LimitKind.NO_SOLUTION, "", int(np.argmax(reach.unsolved))


def _within_breakers(breakers: Breakers, found: Capacity, shares: dict[str, float]) -> Capacity:
    """Lower a capacity to what the breakers of all buses leave for the short-circuit current of what is added."""
    mw, bus = breakers.room_mw(shares)
    if mw >= found.mw:
        return found
    return Capacity(buses=found.buses, mw=mw, limit=LimitKind.SHORT_CIRCUIT, element=bus, time=None)
