"""From a schedule and what AC flows found of it to the next: losses, lowered limits, cuts of outages and voltages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.dispatch.ahead import Ahead
from holin.dispatch.case import Case, fixed_mw
from holin.dispatch.limits import same_limits, topologies_of, units_at_buses
from holin.dispatch.window import Window
from holin.kernel.linear import Floats
from holin.operation import BranchLimit
from holin.park import Park, units_of

Steps = NDArray[np.int64]

V_MARGIN_PU = 2e-4
"""A voltage is aimed so far within its limits, so that the next flow is within them."""

V_MOVED_PU_PER_MW = 1e-6
"""A bus whose voltage no injection moves by more than this is not cured by active power."""

PAID_MW = 1e-4
"""A cut that is broken by more than this is too dear to be kept: it is not lowered further."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What AC flows have taught of a window.

    `losses` (time, bus) in MW, `limits_mw` (branch -> (time,)) with nothing out, `after` the same by outage, `voltage`
    the cuts of voltages. An infinite limit is one that less active power would not help to keep.
    """

    losses: xr.DataArray | None = None
    limits_mw: Mapping[str, Floats] = field(default_factory=dict)
    after: Mapping[str, Mapping[str, Floats]] = field(default_factory=dict)
    voltage: tuple[BranchLimit, ...] = ()

    def cuts(self, case: Case) -> tuple[BranchLimit, ...]:
        """Return the rows of all outages and voltages."""
        rows = [cut for outage, limits in self.after.items() for cut in outage_cuts(case, outage, limits)]
        return (*_joined(rows), *self.voltage)


def same_taught(a: Taught, b: Taught) -> bool:
    """Return whether two lessons ask for the same limits, losses aside."""
    return (
        same_limits(a.limits_mw, b.limits_mw)
        and a.after.keys() == b.after.keys()
        and all(same_limits(a.after[outage], b.after[outage]) for outage in a.after)
        and len(a.voltage) == len(b.voltage)
        and all(np.array_equal(x.base_mw, y.base_mw) for x, y in zip(a.voltage, b.voltage, strict=True))
    )


def with_losses(window: Window, losses: xr.DataArray) -> Window:
    """Return a window whose network loses these (time, bus) MW."""
    buses = list(window.case.islands.buses)
    loss = losses.reindex(bus=buses, fill_value=0.0).transpose("time", "bus").values
    return replace(window, case=replace(window.case, loss_mw=loss))


def known_losses(before: xr.DataArray | None, found: xr.DataArray) -> xr.DataArray:
    """Return losses (time, bus) with those from before, or none, where a step had no solution."""
    return found.fillna(0.0 if before is None else before)


def outage_cuts(case: Case, outage: str, limits_mw: Mapping[str, Floats]) -> list[BranchLimit]:
    """Return the rows of one outage: flows on the network without the element, in the steps with a lowered limit.

    The shares of the network without it are PTDF + LODF PTDF of the outaged branch; where it is a unit, what it fed in
    is the grid connection's.
    """
    lost, fixed, rows = frozenset({outage}), fixed_mw(case), []
    units = frozenset(u.id for u in units_of(case.park) if u.id == outage)
    for k, topology in enumerate(topologies_of(case.park, case.hours.time, out=lost)):
        network = topology.network
        names = list(map(str, network.branches))
        for name, limit in limits_mw.items():
            b = names.index(name)
            lowered = limit[topology.hours] < float(network.rating_mva[b]) * (1 - 1e-9)
            steps, share = topology.hours[lowered], np.round(network.ptdf[b], 9) + 0.0
            if not len(steps):
                continue
            by_bus = dict(zip(map(str, network.buses), share, strict=True))
            vector = np.array([by_bus.get(bus, 0.0) for bus in case.islands.buses])
            rows.append(
                BranchLimit(
                    branch=f"{name} / {outage}" + (f".{k}" if k else ""), hours=steps, share=by_bus,
                    base_mw=-fixed[steps] @ vector, limit_mw=limit[steps], element=name, outage=outage, without=units,
                )
            )  # fmt: skip
    return rows


def _joined(rows: Sequence[BranchLimit]) -> list[BranchLimit]:
    """Return equal rows as one, so that twins pay their price once: parallel branches, and outages of either of two."""
    groups: dict[tuple[object, ...], list[BranchLimit]] = {}
    for row in rows:
        share = np.array(list(row.share.values()))
        figures = (row.hours, np.round(share, 7) + 0.0, np.round(row.base_mw, 6), np.round(row.limit_mw, 6))
        groups.setdefault((row.without, *(f.tobytes() for f in figures)), []).append(row)
    return [replace(first, also=tuple(r.stands_for[0] for r in rest)) for first, *rest in groups.values()]


def voltage_steps(park: Park, flows: xr.Dataset, known: Sequence[BranchLimit] = ()) -> dict[str, Steps]:
    """Return the buses outside their limits and in which steps, with those that have a cut (of this outage) already."""
    steps = {cut.element: cut.hours for cut in known}
    for bus in park.buses:
        v = flows.v_pu.sel(bus=bus.id).values
        with np.errstate(invalid="ignore"):
            out = np.flatnonzero((v < bus.v_min_pu - 1e-6) | (v > bus.v_max_pu + 1e-6))
        if len(out):
            steps[bus.id] = np.union1d(steps.get(bus.id, np.zeros(0, dtype=np.int64)), out).astype(np.int64)
    return steps


def voltage_cuts(
    case: Case,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    sensitivity: xr.DataArray,
    steps: Mapping[str, Steps],
    *,
    outage: str = "",
) -> tuple[BranchLimit, ...]:
    """Return rows that keep voltages within the limits of their buses, linear about the flows of a schedule; with an
    `outage` about those after it.

    v = v_found + sum(dV/dP x (injection - injection found)), divided by the largest dV/dP, so that the row counts in MW
    of the bus that moves the voltage most. `sensitivity` (time, bus, at) in p.u./MW. Steps in which nothing moves the
    voltage have none. The slopes are the mean over the steps of a bus, the points their own.
    """
    limits = {bus.id: (bus.v_min_pu, bus.v_max_pu) for bus in case.park.buses}
    lost = frozenset(u.id for u in units_of(case.park) if u.id == outage)
    net = (units_at_buses(schedule, out=lost) - schedule.loss_mw).sel(bus=list(case.islands.buses)).values
    fixed, rows = fixed_mw(case), []
    for bus, every in steps.items():
        slope = sensitivity.sel(bus=bus).sel(at=list(case.islands.buses)).values[every]
        v = flows.v_pu.sel(bus=bus).values[every]
        known = np.isfinite(v) & np.isfinite(slope).any(axis=1)
        at, v, mean = every[known], v[known], np.nan_to_num(slope[known]).mean(axis=0) if known.any() else slope[:0]
        if not known.any() or np.abs(mean).max() < V_MOVED_PU_PER_MW:
            continue
        largest = float(np.abs(mean).max())
        low, high = limits[bus][0] + V_MARGIN_PU, limits[bus][1] - V_MARGIN_PU
        share, after = mean / largest, f" / {outage}" if outage else ""
        base = (v - (low + high) / 2) / largest - net[at] @ share - fixed[at] @ share
        rows.append(
            BranchLimit(
                branch=f"voltage {bus}{after}", hours=at, share=dict(zip(case.islands.buses, share, strict=True)),
                base_mw=base, limit_mw=np.full(len(at), (high - low) / 2 / largest), element=bus, voltage=True,
                outage=outage, without=lost,
            )
        )  # fmt: skip
    return tuple(rows)


def paid_steps(made: Ahead) -> dict[tuple[str, str], Steps]:
    """Return the steps in which a schedule broke a limit of the network at its price, by (outage, element)."""
    values, paid = made.solution.linear.values, dict[tuple[str, str], Steps]()
    for limit in made.limits:
        columns = [made.problem.variables.get(f"{side}.{limit.branch}") for side in ("over", "under")]
        amount = sum((values[c] for c in columns if c is not None), start=np.zeros(len(limit.hours)))
        for key in limit.stands_for:
            steps = np.union1d(paid.get(key, np.zeros(0, dtype=np.int64)), limit.hours[amount > PAID_MW])
            paid[key] = steps.astype(np.int64)
    return paid


def kept_where_paid(
    limits_mw: Mapping[str, Floats], before: Mapping[str, Floats], paid: Mapping[tuple[str, str], Steps], outage: str
) -> dict[str, Floats]:
    """Return limits that stay as they were before in the steps in which they were broken for their price."""
    kept = dict(limits_mw)
    for name, limit in limits_mw.items():
        steps = paid.get((outage, name))
        if name in before and steps is not None and len(steps):
            kept[name] = limit.copy()
            kept[name][steps] = before[name][steps]
    return kept
