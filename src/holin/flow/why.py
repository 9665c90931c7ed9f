"""Why a power flow has no solution: how much of it has one, where it gives way, and what in the data looks wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.hours import outage_hours, powers_of, units_out
from holin.flow.network import Network, network_of
from holin.flow.states import States, solve_states, tap_positions
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour, behaviour_of
from holin.park import Park

Real = NDArray[np.float64]

SHORT_OF = 0.98
"""Of the last level that has a solution: the voltages between here and there tell which bus gives way."""

LEVELS = 33
REFINEMENTS = 3
FAR_ABOVE_RATING = 5.0
DROP_PU = 0.5
"""A branch that would take half the voltage at its rated current is hardly a branch of ohms per km."""


class ReasonKind(StrEnum):
    """What a reason speaks of."""

    NO_ANCHOR = "no_anchor"
    LEVEL = "level"
    NOT_AT_ALL = "not_at_all"
    WEAKEST_BUS = "weakest_bus"
    TRANSFER = "transfer"
    POWER = "power"
    IMPEDANCE = "impedance"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that a person can look at: its kind, the element, and the figures that a sentence about it needs."""

    kind: ReasonKind
    element: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


def why_not(park: Park, schedule: xr.Dataset, *, hour: int = 0, q_limits: bool = True) -> list[Reason]:
    """Return why one state of a schedule has no solution, most telling first; [] where it has one.

    All powers are scaled together from nothing (a homotopy): the last level that has a solution, its weakest bus and
    the branch that gives way there (the largest drop of voltage, angle included) are named; so are units whose current
    is far above what their bus's branches may carry together, and branches that would take half the voltage at their
    rated current: mostly kW for MW, or ohms for ohms per km.
    """
    behaviour = behaviour_of(park)
    time = schedule["time"].values[[hour]]
    p_mw = powers_of(behaviour.units, schedule.isel(time=[hour]))
    gone = next(out for mask, out in outage_hours(park, time) if mask[0])
    network, out = network_of(park, out=gone, finite=True), units_out(park, time, behaviour.units)
    if not len(network.topology.slack):
        return [Reason(kind=ReasonKind.NO_ANCHOR)]
    suspicious = [*_powers(network, behaviour, p_mw[0]), *_impedances(network)]
    if bool(_scaled(park, network, behaviour, p_mw, out, np.ones(1), q_limits).converged[0]):
        return []
    low, states = _last_level(park, network, behaviour, p_mw, out, q_limits)
    if states is None:
        return [Reason(kind=ReasonKind.NOT_AT_ALL), *suspicious]
    load = float(-sum(p for u, p in zip(behaviour.units, p_mw[0], strict=True) if u.kind in ("load", "potline")))
    return [
        Reason(kind=ReasonKind.LEVEL, figures={"level": low, "load_mw": load * low, "asked_mw": load}),
        _weakest_bus(park, network, behaviour, p_mw * low, out, q_limits, states),
        _transfer(network, states),
        *suspicious,
    ]


def _scaled(
    park: Park, network: Network, behaviour: Behaviour, p_mw: Real, out: NDArray[np.bool_], levels: Real, q_limits: bool
) -> States:
    many = np.repeat(out, len(levels), axis=0)
    return solve_states(park, network, behaviour, levels[:, None] * p_mw, many, q_limits=q_limits)


def _last_level(
    park: Park, network: Network, behaviour: Behaviour, p_mw: Real, out: NDArray[np.bool_], q_limits: bool
) -> tuple[float, States | None]:
    """Return the highest level that has a solution, and its states; None where even no power has none."""
    low, high, kept = 0.0, 1.0, None
    for _ in range(REFINEMENTS):
        levels = np.linspace(low, high, LEVELS)
        states = _scaled(park, network, behaviour, p_mw, out, levels, q_limits)
        solved = np.flatnonzero(states.converged)
        if not len(solved):
            break
        last = int(solved[-1])
        low, high = float(levels[last]), float(levels[min(last + 1, LEVELS - 1)])
        kept = _scaled(park, network, behaviour, p_mw, out, np.array([low]), q_limits)
    return low, kept


def _weakest_bus(
    park: Park,
    network: Network,
    behaviour: Behaviour,
    p_mw: Real,
    out: NDArray[np.bool_],
    q_limits: bool,
    states: States,
) -> Reason:
    """The bus whose voltage falls most when the powers rise by the last of their way, taps held: the tangent there."""
    held = tap_positions(network, tap_changers(park, network), states.tap_pos)
    before = solve_states(park, network, behaviour, SHORT_OF * p_mw, out, q_limits=q_limits, held=held)
    v = np.abs(states.v[0])
    fall = np.abs(before.v[0]) - v
    weakest = int(np.nanargmax(fall if np.isfinite(fall).any() and np.nanmax(fall) > 0 else -v))
    return Reason(kind=ReasonKind.WEAKEST_BUS, element=network.buses[weakest], figures={"v_pu": float(v[weakest])})


def _transfer(network: Network, states: States) -> Reason:
    """The branch with the largest drop |v_from / n - v_to|: it is there that the transfer ends."""
    place, b, v = network.bus_index(), network.branches, states.v[0]
    at_from = np.array([place[x] for x in b.bus_from])
    at_to = np.array([place[x] for x in b.bus_to])
    drop = np.abs(v[at_from] / b.ratio - v[at_to])
    drop[~(network.closed_from & network.closed_to)] = np.nan
    k = int(np.nanargmax(drop))
    figures = {
        "p_mw": float(max(abs(states.s_from[0, k].real), abs(states.s_to[0, k].real))),
        "drop_pu": float(drop[k]),
    }
    return Reason(kind=ReasonKind.TRANSFER, element=b.label[k], figures=figures)


def _powers(network: Network, behaviour: Behaviour, p_mw: Real) -> list[Reason]:
    b = network.branches
    rating: dict[str, float] = {}
    for ends in (b.bus_from, b.bus_to):
        for bus, s in zip(ends, b.s_nom_mva, strict=True):
            rating[bus] = rating.get(bus, 0.0) + float(s)
    return [
        Reason(kind=ReasonKind.POWER, element=u.id, figures={"p_mw": abs(float(p)), "rating_mva": rating[u.bus]})
        for u, p in zip(behaviour.units, p_mw, strict=True)
        if u.kind != "grid" and u.bus in rating and abs(p) > FAR_ABOVE_RATING * rating[u.bus]
    ]


def _impedances(network: Network) -> list[Reason]:
    b = network.branches
    drop = b.i_nom_to_pu / np.abs(b.y_series)
    return [
        Reason(kind=ReasonKind.IMPEDANCE, element=b.label[k], figures={"drop_pu": float(drop[k])})
        for k in np.flatnonzero(np.isfinite(drop) & (drop > DROP_PU))
    ]
