"""What a set of states violates: highest loadings, lowest and highest voltages, load without voltage, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from holin.flow.network import Network
from holin.flow.states import States
from holin.flow.units import Behaviour
from holin.kernel.contingency import Extremes, Ratings
from holin.park import Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]

MET_WITHIN = 1e-6
"""A bound that is met to so many p.u. is met: a unit may hold a voltage that is just its bus's limit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach:
    """The worst of the hours that violate a bound, and how many do; hours are numbers in the schedule, -1 for none.

    `loading` (branch,) is 0, `v_min` and `v_max` (bus,) are NaN where none does; `low_count` hours are below, and
    `high_count` above. `lost_mw` is the load without voltage, (hour,) of the schedule, and `lost` whose it is;
    `unsolved` (hour,) marks the hours without a solution; `by_newton` counts those that the fall-back solved.
    """

    loading: Real
    loading_hour: Index
    loading_count: Index
    v_min: Real
    v_min_hour: Index
    low_count: Index
    v_max: Real
    v_max_hour: Index
    high_count: Index
    lost_mw: Real
    lost: frozenset[str]
    unsolved: NDArray[np.bool_]
    by_newton: int


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What counts as a violation: a loading beyond `loading` (branch, state), a voltage outside `v_low`, `v_high` (bus,
    state). One column stands for all states."""

    loading: Real
    v_low: Real
    v_high: Real

    def at(self, states: Index) -> Bounds:
        """Return the bounds of some states."""
        if self.loading.shape[1] == 1:
            return self
        return Bounds(loading=self.loading[:, states], v_low=self.v_low[:, states], v_high=self.v_high[:, states])


def bounds_of(park: Park, network: Network, loading_max: float) -> Bounds:
    """Return the limits of the park's buses and one loading; inner buses of three-winding transformers have none."""
    inner = len(network.buses) - len(park.buses)
    low = np.concatenate([[b.v_min_pu for b in park.buses], np.zeros(inner)])
    high = np.concatenate([[b.v_max_pu for b in park.buses], np.full(inner, np.inf)])
    return Bounds(
        loading=np.full((len(network.branches.label), 1), loading_max), v_low=low[:, None], v_high=high[:, None]
    )


def widened(bounds: Bounds, by: float = MET_WITHIN) -> Bounds:
    """Return bounds that are wider by so many p.u."""
    return Bounds(loading=bounds.loading + by, v_low=bounds.v_low - by, v_high=bounds.v_high + by)


def beyond(bounds: Bounds, states: States, by: float) -> Bounds:
    """Return bounds that a state violates when it is worse, by `by` (p.u.), than what it violates in `states`."""
    loading, v = np.nan_to_num(states.loading).T, np.abs(states.v).T
    with np.errstate(invalid="ignore"):
        over, low, high = loading > bounds.loading, v < bounds.v_low, v > bounds.v_high
    if not (over.any() or low.any() or high.any()):
        return bounds
    return Bounds(
        loading=np.where(over, loading + by, bounds.loading),
        v_low=np.where(low, v - by, bounds.v_low),
        v_high=np.where(high, v + by, bounds.v_high),
    )


def ratings_of(network: Network, bounds: Bounds) -> Ratings:
    """Return rated currents and bounds for the kernel: a node has the narrowest of its buses, a source's impedance
    none."""
    b, nodes, width = network.branches, network.topology.nodes, bounds.loading.shape[1]
    unlimited = np.full(len(network.topology.node_from) - len(b.label), np.inf)
    low, high = np.zeros((nodes, width)), np.full((nodes, width), np.inf)
    np.maximum.at(low, network.node, bounds.v_low)
    np.minimum.at(high, network.node, bounds.v_high)
    return Ratings(
        i_from=np.concatenate([b.i_nom_from_pu, unlimited]),
        i_to=np.concatenate([b.i_nom_to_pu, unlimited]),
        loading=np.concatenate([bounds.loading, np.repeat(unlimited[:, None], width, axis=1)]),
        v_low=low,
        v_high=high,
    )


def reach_of_states(
    states: States, network: Network, behaviour: Behaviour, p_mw: Real, hours: Index, count: int, bounds: Bounds
) -> Reach:
    """Return the reach of solved states; `p_mw` (state, unit) is what units were to give, `count` the schedule's
    hours."""
    solved = states.converged
    loading = np.where(solved[:, None], np.nan_to_num(states.loading), 0.0)
    v = np.where(solved[:, None], np.abs(states.v), np.nan)
    with np.errstate(invalid="ignore"):
        over, below, above = loading > bounds.loading.T, v < bounds.v_low.T, v > bounds.v_high.T
    high, low = np.where(above, v, -np.inf), np.where(below, v, np.inf)
    loading = np.where(over, loading, 0.0)
    dead = ~network.energised[network.node]
    unsolved = np.zeros(count, dtype=bool)
    unsolved[hours[~solved]] = True
    return Reach(
        loading=loading.max(axis=0, initial=0.0),
        loading_hour=np.where(over.any(axis=0), hours[loading.argmax(axis=0)], -1),
        loading_count=over.sum(axis=0),
        v_min=_known(low.min(axis=0, initial=np.inf)),
        v_min_hour=np.where(below.any(axis=0), hours[low.argmin(axis=0)], -1),
        low_count=below.sum(axis=0),
        v_max=_known(high.max(axis=0, initial=-np.inf)),
        v_max_hour=np.where(above.any(axis=0), hours[high.argmax(axis=0)], -1),
        high_count=above.sum(axis=0),
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
        low_count=found.low_count[case][node],
        v_max=found.v_max[case][node],
        v_max_hour=_at(hours, found.v_max_state[case][node]),
        high_count=found.high_count[case][node],
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
        low_count=a.low_count + b.low_count,
        v_max=np.where(higher, b.v_max, a.v_max),
        v_max_hour=np.where(higher, b.v_max_hour, a.v_max_hour),
        high_count=a.high_count + b.high_count,
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
