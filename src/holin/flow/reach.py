"""What a set of states reaches: highest loadings, lowest and highest voltages, load without voltage, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from holin.flow.network import Network
from holin.flow.states import States
from holin.flow.units import Behaviour
from holin.kernel.contingency import Extremes
from holin.park import Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach:
    """Extremes of some hours; hours are numbers in the schedule, -1 where there is none.

    (branch,) for loadings, (bus,) for voltages, NaN where a bus never had one. `lost_mw` is the load without voltage,
    (hour,) of the schedule, and `lost` whose it is; `unsolved` (hour,) marks the hours without a solution; `by_newton`
    counts those that the fall-back solved.
    """

    loading: Real
    loading_hour: Index
    loading_count: Index
    v_min: Real
    v_min_hour: Index
    v_max: Real
    v_max_hour: Index
    v_count: Index
    lost_mw: Real
    lost: frozenset[str]
    unsolved: NDArray[np.bool_]
    by_newton: int


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What counts as a violation: a loading beyond `loading`, a voltage outside `v_low`, `v_high` (bus,)."""

    loading: float
    v_low: Real
    v_high: Real


def bounds_of(park: Park, network: Network, loading_max: float) -> Bounds:
    """Return the limits of the park's buses; inner buses of three-winding transformers have none."""
    inner = len(network.buses) - len(park.buses)
    return Bounds(
        loading=loading_max,
        v_low=np.concatenate([[b.v_min_pu for b in park.buses], np.zeros(inner)]),
        v_high=np.concatenate([[b.v_max_pu for b in park.buses], np.full(inner, np.inf)]),
    )


def reach_of_states(
    states: States, network: Network, behaviour: Behaviour, p_mw: Real, hours: Index, count: int, bounds: Bounds
) -> Reach:
    """Return the reach of solved states; `p_mw` (state, unit) is what units were to give, `count` the schedule's
    hours."""
    solved = states.converged
    loading = np.where(solved[:, None], np.nan_to_num(states.loading), 0.0)
    v = np.where(solved[:, None], np.abs(states.v), np.nan)
    low, high = np.where(np.isnan(v), np.inf, v), np.where(np.isnan(v), -np.inf, v)
    with np.errstate(invalid="ignore"):
        outside = ((v < bounds.v_low) | (v > bounds.v_high)).sum(axis=0)
    dead = ~network.energised[network.node]
    unsolved = np.zeros(count, dtype=bool)
    unsolved[hours[~solved]] = True
    return Reach(
        loading=loading.max(axis=0, initial=0.0),
        loading_hour=hours[loading.argmax(axis=0)],
        loading_count=(loading > bounds.loading).sum(axis=0),
        v_min=_known(low.min(axis=0, initial=np.inf)),
        v_min_hour=hours[low.argmin(axis=0)],
        v_max=_known(high.max(axis=0, initial=-np.inf)),
        v_max_hour=hours[high.argmax(axis=0)],
        v_count=outside,
        lost_mw=_lost_mw(behaviour, p_mw, _without_voltage(network, behaviour, dead), hours, count),
        lost=frozenset(behaviour.units[k].id for k in _without_voltage(network, behaviour, dead)),
        unsolved=unsolved,
        by_newton=int((states.by_newton & solved).sum()),
    )


def reach_of_extremes(
    found: Extremes, case: int, network: Network, behaviour: Behaviour, p_mw: Real, hours: Index, count: int
) -> Reach:
    """Return the reach of one case of the kernel's extremes; states that it did not solve are in none of it."""
    node, branches = network.node, len(network.branches.label)
    unsolved = np.zeros(count, dtype=bool)
    unsolved[hours[~found.solved[case]]] = True
    return Reach(
        loading=found.loading[case][:branches],
        loading_hour=_at(hours, found.loading_state[case][:branches]),
        loading_count=found.loading_count[case][:branches],
        v_min=found.v_min[case][node],
        v_min_hour=_at(hours, found.v_min_state[case][node]),
        v_max=found.v_max[case][node],
        v_max_hour=_at(hours, found.v_max_state[case][node]),
        v_count=found.v_count[case][node],
        lost_mw=_lost_mw(behaviour, p_mw, _without_voltage(network, behaviour, found.dead[case][node]), hours, count),
        lost=frozenset(behaviour.units[k].id for k in _without_voltage(network, behaviour, found.dead[case][node])),
        unsolved=unsolved,
        by_newton=0,
    )


def _at(hours: Index, state: Index) -> Index:
    return np.where(state >= 0, hours[np.maximum(state, 0)], -1)


def _known(extreme: Real) -> Real:
    return np.where(np.isfinite(extreme), extreme, np.nan)


def _without_voltage(network: Network, behaviour: Behaviour, dead: NDArray[np.bool_]) -> list[int]:
    """The loads and potlines (their places among the units) at dead buses (bus,)."""
    bus = network.bus_index()
    return [k for k, u in enumerate(behaviour.units) if u.kind in ("load", "potline") and dead[bus[u.bus]]]


def _lost_mw(behaviour: Behaviour, p_mw: Real, lost: list[int], hours: Index, count: int) -> Real:
    """What they were to take, (hour,) of the whole schedule."""
    total = np.zeros(count)
    total[hours] = -p_mw[:, lost].sum(axis=1)
    return total


def merged(a: Reach, b: Reach) -> Reach:
    """Return the reach of two sets of states: of other hours, or of the same case where one solved what the other did
    not. An hour is unsolved where the later one says so, or where only the earlier one had it."""
    with np.errstate(invalid="ignore"):
        more = b.loading > a.loading
        lower = (b.v_min < a.v_min) | np.isnan(a.v_min)
        higher = (b.v_max > a.v_max) | np.isnan(a.v_max)
    return Reach(
        loading=np.where(more, b.loading, a.loading),
        loading_hour=np.where(more, b.loading_hour, a.loading_hour),
        loading_count=a.loading_count + b.loading_count,
        v_min=np.where(lower, b.v_min, a.v_min),
        v_min_hour=np.where(lower, b.v_min_hour, a.v_min_hour),
        v_max=np.where(higher, b.v_max, a.v_max),
        v_max_hour=np.where(higher, b.v_max_hour, a.v_max_hour),
        v_count=a.v_count + b.v_count,
        lost_mw=np.maximum(a.lost_mw, b.lost_mw),
        lost=a.lost | b.lost,
        unsolved=a.unsolved | b.unsolved,
        by_newton=a.by_newton + b.by_newton,
    )


def with_solved(reach: Reach, rest: Reach, hours: Index) -> Reach:
    """Return a reach completed by `rest`, which solved (or not) the `hours` that it had left open."""
    whole = merged(reach, rest)
    unsolved = whole.unsolved.copy()
    unsolved[hours] = rest.unsolved[hours]
    return Reach(**{**{f.name: getattr(whole, f.name) for f in fields(whole)}, "unsolved": unsolved})
