"""The AC power flow of every hour of a schedule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.flow.network import Network, branch_tables, network_of
from holin.flow.states import States, solve_states
from holin.flow.units import Behaviour, behaviour_of
from holin.park import Park, Unit, out_of_service
from holin.tables import FLOWS, checked

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOURS_AT_ONCE = 1024


def flow(
    park: Park, schedule: xr.Dataset, *, q_limits: bool = True, on_progress: Callable[[float], None] | None = None
) -> xr.Dataset:
    """Return the AC power flow (table `flows`) of every hour of a schedule, planned outages respected.

    Reads `p_mw` (time, unit). The first grid connection in service of an island takes what the network needs, whatever
    the schedule says of it; any further one gives or takes what the schedule says. A unit whose bus is without voltage
    gives and takes nothing. Hours without solution are NaN, `converged` 0. `on_progress` is called with the share done,
    0..1; raising in it cancels. Raises Mismatch when the schedule's units are not the park's or stand twice, when a
    power is missing, or when its hours do not rise. Without `q_limits` units keep their voltages at any cost in
    reactive power, as published solutions of network cases do. The attribute `by_newton` counts the hours that were
    solved by the fall-back.
    """
    behaviour = behaviour_of(park)
    p_mw = powers_of(behaviour.units, schedule)
    time: Times = schedule["time"].values
    normal = network_of(park, finite=True)
    out = units_out(park, time, behaviour.units)
    columns = empty_columns(len(time), normal, len(behaviour.units))
    done, by_newton = 0, 0
    for mask, elements in outage_hours(park, time):
        network = network_of(park, out=elements, finite=True) if elements else normal
        hours = np.flatnonzero(mask)
        for k in range(0, len(hours), HOURS_AT_ONCE):
            part = hours[k : k + HOURS_AT_ONCE]
            states = solve_states(park, network, behaviour, p_mw[part], out[part], q_limits=q_limits)
            write_states(columns, part, states)
            done += len(part)
            by_newton += int((states.by_newton & states.converged).sum())
            if on_progress is not None:
                on_progress(done / len(time))
    return checked(FLOWS, flows_of(columns, time, normal, behaviour).assign_attrs(by_newton=by_newton))


def outage_hours(park: Park, time: Times) -> list[tuple[Flags, frozenset[str]]]:
    """Return the hours grouped by what is out of the network: (mask of shape (time,), ids of the elements out).

    Only outages that change the network count: of branches, buses, shunts, grid connections and generators that
    balance. The masks do not overlap and together hold every hour.
    """
    ids = {t.id for table in (*branch_tables(park), park.buses, park.shunts, park.grids) for t in table}
    ids |= {g.id for g in park.generators if g.balances}
    out = {element: hours for element, hours in out_of_service(park, time).items() if element in ids}
    if not out:
        return [(np.ones(len(time), dtype=bool), frozenset())]
    elements = tuple(out)
    patterns, of_hour = np.unique(np.column_stack([out[e] for e in elements]), axis=0, return_inverse=True)
    return [
        (of_hour.ravel() == k, frozenset(e for e, is_out in zip(elements, pattern, strict=True) if is_out))
        for k, pattern in enumerate(patterns)
    ]


def powers_of(units: tuple[Unit, ...], schedule: xr.Dataset) -> Real:
    """Return p_mw (time, unit) in the park's order after checking that all is there; NaN for a grid not given."""
    if "p_mw" not in schedule or set(schedule["p_mw"].dims) != {"time", "unit"}:
        raise Mismatch("the schedule has no p_mw (time, unit); give the table `schedule`")
    given, wanted = list(map(str, schedule["unit"].values)), [u.id for u in units]
    needed = [u.id for u in units if u.kind != "grid"]
    missing, unknown = sorted(set(needed) - set(given)), sorted(set(given) - set(wanted))
    if missing or unknown or len(set(given)) < len(given):
        raise Mismatch(
            f"the schedule is of another park or stage: units missing {missing[:5]}, unknown {unknown[:5]}, "
            f"{len(given) - len(set(given))} twice; "
            "make the schedule and the flow from the same stage"
        )
    p: Real = schedule["p_mw"].reindex(unit=wanted).transpose("time", "unit").values.astype(np.float64)
    bad = ~np.isfinite(p) & np.isin(wanted, needed)
    if bad.any():
        names = [wanted[k] for k in np.flatnonzero(bad.any(axis=0))]
        hours = schedule["time"].values[bad.any(axis=1)]
        raise Mismatch(
            f"p_mw is missing in {len(hours)} hours, first {hours[0]}, of units {names[:5]}; missing is not 0"
        )
    return p


def units_out(park: Park, time: Times, units: tuple[Unit, ...]) -> Flags:
    """Return which units are in a planned outage at each hour, (time, unit)."""
    out = out_of_service(park, time)
    nothing = np.zeros(len(time), dtype=bool)
    return np.column_stack([out.get(u.id, nothing) for u in units]) if units else np.zeros((len(time), 0), dtype=bool)


# ---- the table --------------------------------------------------------------------------------------------------


def empty_columns(hours: int, network: Network, units: int) -> dict[str, Real]:
    """Return the columns of the table FLOWS without a value."""
    size = {"bus": len(network.buses), "branch": len(network.branches.label), "unit": units}
    return {c: np.full((hours, size[dims[1]]) if len(dims) > 1 else (hours,), np.nan) for c, dims in FLOWS.dims.items()}


def write_states(columns: dict[str, Real], hours: NDArray[np.int64], s: States) -> None:
    """Write solved states into their hours."""
    columns["v_pu"][hours] = np.abs(s.v)
    columns["v_angle_rad"][hours] = np.angle(s.v)
    columns["p_from_mw"][hours] = s.s_from.real
    columns["q_from_mvar"][hours] = s.s_from.imag
    columns["p_to_mw"][hours] = s.s_to.real
    columns["q_to_mvar"][hours] = s.s_to.imag
    columns["loading"][hours] = s.loading
    columns["p_mw"][hours] = s.s_unit.real
    columns["q_mvar"][hours] = s.s_unit.imag
    columns["shunt_loss_mw"][hours] = s.shunt_loss_mw
    columns["converged"][hours] = s.converged
    columns["iterations"][hours] = s.iterations
    columns["mismatch_pu"][hours] = s.mismatch_mva


def flows_of(columns: dict[str, Real], time: Times, network: Network, behaviour: Behaviour) -> xr.Dataset:
    """Return columns as the table FLOWS, with its labels."""
    b, units = network.branches, behaviour.units
    return xr.Dataset(
        {c: (FLOWS.dims[c], values) for c, values in columns.items()},
        coords={
            "time": ("time", time),
            "bus": ("bus", list(network.buses)),
            "node": ("bus", list(network.node_names())),
            "branch": ("branch", list(b.label)),
            "element": ("branch", list(b.element)),
            "branch_kind": ("branch", list(b.kind)),
            "bus_from": ("branch", list(b.bus_from)),
            "bus_to": ("branch", list(b.bus_to)),
            "unit": ("unit", [u.id for u in units]),
            "kind": ("unit", [u.kind for u in units]),
            "unit_bus": ("unit", [u.bus for u in units]),
            "enterprise": ("unit", [u.enterprise for u in units]),
        },
    )
