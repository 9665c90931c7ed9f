"""Random states around a schedule: how voltages, loadings and losses spread, and how often a limit is passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.flow.hours import outage_hours, powers_of, units_out
from holin.flow.network import Network, network_of
from holin.flow.reach import bounds_of, widened
from holin.flow.states import States, solve_states
from holin.flow.units import Behaviour, behaviour_of
from holin.park import ATTRIBUTES, Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
STATES_AT_ONCE = 1024
OF_LOADS = ("load", "potline")
OF_WEATHER = ("wind_farm", "pv_plant")


@dataclass(frozen=True, kw_only=True, eq=False)
class FlowSpread:
    """What `draws` random states reach, of which `solved` have a solution (`by_newton` of them by the fall-back).

    `figures` holds quantiles over the solved states, `v_pu` (quantile, bus), `loading` (quantile, branch) and `loss_mw`
    (quantile,) of all branches, and in what share of them a limit is passed: `voltage_violated` (bus,), `overloaded`
    (branch,) and `violated`, anything at all. `hour` and `p_mw` (draw, unit) are the states themselves: the place of
    the hour in the schedule, and what every unit was to give; a balancing connection's power is what the flow makes of
    it.
    """

    draws: int
    seed: int
    solved: int
    by_newton: int
    figures: xr.Dataset
    hour: Index
    p_mw: Real


def flow_spread(
    park: Park,
    schedule: xr.Dataset,
    *,
    draws: int = 1000,
    seed: int = 0,
    load_spread: float = 0.1,
    source_spread: float = 0.2,
    correlation: float = 0.5,
    q_limits: bool = True,
    on_progress: Callable[[float], None] | None = None,
) -> FlowSpread:
    """Solve the AC power flow of random states and return how they spread.

    Each draw takes an hour of the schedule, all equally likely, and multiplies the power of every load and potline by
    1 + `load_spread` z, that of every wind farm and PV plant by 1 + `source_spread` z, z standard normal; none falls
    below 0, no source rises above its nominal power. Any two loads have the given `correlation`, any two sources too;
    loads and sources do not depend on each other. Everything else stays as scheduled, and what balances takes the rest.
    The same `seed` gives the same states. Raises Mismatch for a spread below 0, a correlation outside 0..1, no draw, or
    a schedule that is not the park's.
    """
    _check(draws, load_spread, source_spread, correlation)
    behaviour = behaviour_of(park)
    scheduled, time = powers_of(behaviour.units, schedule), schedule["time"].values
    hour, p_mw = _drawn(park, behaviour, scheduled, draws, seed, (load_spread, source_spread), correlation)
    normal = network_of(park, finite=True)
    v, loading = np.full((draws, len(normal.buses)), np.nan), np.full((draws, len(normal.branches.label)), np.nan)
    loss, by_newton, done = np.full(draws, np.nan), np.zeros(draws, dtype=bool), 0
    for rows, network in _by_topology(park, time[hour], normal):
        out = units_out(park, time[hour[rows]], behaviour.units)
        states = solve_states(park, network, behaviour, p_mw[rows], out, q_limits=q_limits)
        v[rows], loading[rows], loss[rows] = np.abs(states.v), states.loading, _loss_mw(states)
        by_newton[rows] = states.by_newton & states.converged
        done += len(rows)
        if on_progress is not None:
            on_progress(done / draws)
    solved = np.isfinite(loss)
    return FlowSpread(
        draws=draws,
        seed=seed,
        solved=int(solved.sum()),
        by_newton=int(by_newton.sum()),
        figures=_figures(park, normal, v[solved], loading[solved], loss[solved]),
        hour=hour,
        p_mw=p_mw,
    )


def _check(draws: int, load_spread: float, source_spread: float, correlation: float) -> None:
    if draws < 1:
        raise Mismatch(f"{draws} draws give no distribution; draw at least one state")
    if load_spread < 0 or source_spread < 0:
        raise Mismatch(
            f"a spread of {min(load_spread, source_spread):g} is none; give a share of the power, such as 0.1"
        )
    if not 0 <= correlation <= 1:
        raise Mismatch(f"a correlation of {correlation:g} is none between many units; give 0 (none) to 1 (all alike)")


def _drawn(
    park: Park, behaviour: Behaviour, scheduled: Real, draws: int, seed: int, spreads: tuple[float, float],
    correlation: float,
) -> tuple[Index, Real]:  # fmt: skip
    """Return the hour of each draw and the powers (draw, unit).

    z = sqrt(c) z_common + sqrt(1 - c) z_own is standard normal, and any two z of a kind have the correlation c.
    """
    if not len(scheduled):
        raise Mismatch("the schedule has no hours")
    rng = np.random.default_rng(seed)
    hour = rng.integers(0, len(scheduled), draws)
    common, own = rng.standard_normal((draws, 2)), rng.standard_normal((draws, len(behaviour.units)))
    nominal = {x.id: x.p_nom_mw for table in OF_WEATHER for x in getattr(park, ATTRIBUTES[table])}
    p_mw = scheduled[hour]
    for k, unit in enumerate(behaviour.units):
        for number, (kinds, spread) in enumerate(zip((OF_LOADS, OF_WEATHER), spreads, strict=True)):
            if unit.kind in kinds:
                z = np.sqrt(correlation) * common[:, number] + np.sqrt(1 - correlation) * own[:, k]
                p_mw[:, k] *= np.maximum(1 + spread * z, 0.0)
                p_mw[:, k] = np.minimum(p_mw[:, k], np.maximum(scheduled[hour, k], nominal.get(unit.id, np.inf)))
    return hour, p_mw


def _by_topology(park: Park, time: Times, normal: Network) -> list[tuple[Index, Network]]:
    """Return the draws in parts that share a topology, none too large."""
    parts = []
    for mask, elements in outage_hours(park, time):
        network = network_of(park, out=elements, finite=True) if elements else normal
        rows = np.flatnonzero(mask)
        parts += [(rows[k : k + STATES_AT_ONCE], network) for k in range(0, len(rows), STATES_AT_ONCE)]
    return parts


def _loss_mw(states: States) -> Real:
    loss: Real = (states.s_from.real + states.s_to.real).sum(axis=1)
    return np.where(states.converged, loss, np.nan)


def _figures(park: Park, network: Network, v: Real, loading: Real, loss: Real) -> xr.Dataset:
    bounds = widened(bounds_of(park, network, 1.0))
    with np.errstate(invalid="ignore"):
        outside, over = (v < bounds.v_low.T) | (v > bounds.v_high.T), loading > bounds.loading.T
    anywhere = np.asarray(np.hstack([outside, over]).any(axis=1), dtype=bool)
    return xr.Dataset(
        {
            "v_pu": (("quantile", "bus"), _quantiles(v)),
            "loading": (("quantile", "branch"), _quantiles(loading)),
            "loss_mw": (("quantile",), _quantiles(loss[:, None])[:, 0]),
            "voltage_violated": (("bus",), _share(outside)),
            "overloaded": (("branch",), _share(over)),
            "violated": ((), float(_share(anywhere[:, None])[0])),
        },
        coords={"quantile": list(LEVELS), "bus": list(network.buses), "branch": list(network.branches.label)},
    )


def _quantiles(values: Real) -> Real:
    """Return the quantiles (level, column) of the values that there are; NaN where a column has none."""
    found = np.full((len(LEVELS), values.shape[1]), np.nan)
    for k, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if len(known):
            found[:, k] = np.quantile(known, LEVELS)
    return found


def _share(flags: NDArray[np.bool_]) -> Real:
    return flags.mean(axis=0) if len(flags) else np.full(flags.shape[1], np.nan)
