"""Does the grid hold: overloads of a run, the peak state of a park, and the outage of any one branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.network import Network, branch_tables, network_of
from holin.flow.states import States, solve_states
from holin.flow.units import Behaviour, behaviour_of
from holin.park import Park, Potline, units_of

Real = NDArray[np.float64]

WORSE_BY = 1e-3
"""An outage is blamed for what the base case already violates only when it is this much worse."""


@dataclass(frozen=True, kw_only=True)
class Overload:
    """A branch over its rating: in how many hours, how far, and when it was worst (UTC)."""

    branch: str
    element: str
    hours: int
    loading_max: float
    time_of_max: np.datetime64


def overloads(flows: xr.Dataset, limit: float = 1.0) -> list[Overload]:
    """Return the branches whose loading exceeds `limit` (1) in any hour of the flows, worst first; [] is good."""
    loading = flows["loading"].values
    over = loading > limit
    found = []
    for k in np.flatnonzero(over.any(axis=0)):
        worst = int(np.nanargmax(loading[:, k]))
        found.append(
            Overload(
                branch=str(flows["branch"].values[k]),
                element=str(flows["element"].values[k]),
                hours=int(over[:, k].sum()),
                loading_max=float(loading[worst, k]),
                time_of_max=flows["time"].values[worst],
            )
        )
    return sorted(found, key=lambda o: -o.loading_max)


Kind = Literal["overload", "voltage", "island", "not_converged"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What goes wrong with `outage` out ("" for the base case).

    `value` is the loading (1) of an overloaded branch `element`; the voltage (p.u.) of a bus outside its limits; the
    MW that a unit without voltage can no longer take or give (0 at a bus where no unit ran); the MW of load in a
    state that has no solution.
    """

    outage: str
    element: str
    kind: Kind
    value: float


def n_minus_1(
    park: Park,
    p_mw: xr.DataArray | Mapping[str, float],
    *,
    loading_max: float = 1.0,
    elements: Sequence[str] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> list[Finding]:
    """Return what goes wrong in one state when any one line or transformer fails; [] is good.

    `p_mw` gives each unit's MW into the network; the first grid connection of an island takes the rest. Each outage is
    an AC power flow of its own; what it islands is named and counted as lost. Voltages are held against each bus's
    v_min_pu, v_max_pu. What the base case violates already is not repeated unless an outage makes it worse. `elements`
    limits the outages. `on_progress` is called with the share done; raising in it cancels. Raises Mismatch when a unit
    or element is unknown or a unit has no power.
    """
    behaviour = behaviour_of(park)
    p = _one_state(behaviour, p_mw)
    branches = [t.id for table in branch_tables(park) for t in table]
    if unknown := sorted(set(elements or ()) - set(branches)):
        raise Mismatch(f"no line or transformer named {unknown[:5]}; name elements of the park")
    base = network_of(park)
    before = solve_states(park, base, behaviour, p, np.zeros(p.shape, dtype=bool))
    known = {(f.element, f.kind): f.value for f in _findings(park, "", base, base, before, behaviour, p, loading_max)}
    wanted = branches if elements is None else [b for b in branches if b in set(elements)]
    findings = []
    for k, outage in enumerate(wanted):
        network = network_of(park, out=frozenset({outage}))
        after = solve_states(park, network, behaviour, p, np.zeros(p.shape, dtype=bool))
        new = _findings(park, outage, base, network, after, behaviour, p, loading_max)
        findings += [f for f in new if _is_worse(f, known.get((f.element, f.kind)))]
        if on_progress is not None:
            on_progress((k + 1) / len(wanted))
    return findings


def _is_worse(finding: Finding, before: float | None) -> bool:
    if before is None or finding.kind in ("island", "not_converged"):
        return True
    return abs(finding.value - 1) > abs(before - 1) + WORSE_BY


def _one_state(behaviour: Behaviour, p_mw: xr.DataArray | Mapping[str, float]) -> Real:
    given = (
        {str(u): float(x) for u, x in zip(p_mw["unit"].values, p_mw.values, strict=True)}
        if isinstance(p_mw, xr.DataArray)
        else dict(p_mw)
    )
    grids = {u.id for u in behaviour.units if u.kind == "grid"}
    if bad := sorted({u.id for u in behaviour.units} - grids ^ set(given) - grids):
        raise Mismatch(f"units missing or unknown: {bad[:5]}; give each unit of the park one power in MW")
    if not np.isfinite([given[u.id] for u in behaviour.units if u.id not in grids]).all():
        raise Mismatch("a unit's power is not a number; missing is not 0")
    return np.array([[given.get(u.id, np.nan) for u in behaviour.units]])


def _findings(
    park: Park,
    outage: str,
    base: Network,
    network: Network,
    states: States,
    behaviour: Behaviour,
    p: Real,
    loading_max: float,
) -> list[Finding]:
    if not states.converged[0]:
        load = sum(-power for u, power in zip(behaviour.units, p[0], strict=True) if u.kind != "grid" and power < 0)
        return [Finding(outage=outage, element="", kind="not_converged", value=float(load))]
    loading, v = states.loading[0], np.abs(states.v[0])
    over = np.flatnonzero(loading > loading_max)
    found = [
        Finding(outage=outage, element=network.branches.label[k], kind="overload", value=float(loading[k]))
        for k in over[np.argsort(-loading[over])]
    ]
    found += [
        Finding(outage=outage, element=bus.id, kind="voltage", value=float(v[k]))
        for k, bus in enumerate(park.buses)
        if np.isfinite(v[k]) and not bus.v_min_pu <= v[k] <= bus.v_max_pu
    ]
    return found + _islanded(park, outage, base, network, behaviour, p)


def _islanded(park: Park, outage: str, base: Network, network: Network, behaviour: Behaviour, p: Real) -> list[Finding]:
    """Name what is without voltage now, and for an outage only what had one before."""
    had = base.energised[base.node] if outage else np.ones(len(base.buses), dtype=bool)
    dead = {bus.id for k, bus in enumerate(park.buses) if had[k] and not network.energised[network.node[k]]}
    lost = [
        Finding(outage=outage, element=u.id, kind="island", value=abs(float(p[0, k])))
        for k, u in enumerate(behaviour.units)
        if u.bus in dead and p[0, k] != 0
    ]
    with_units = {u.bus for k, u in enumerate(behaviour.units) if p[0, k] != 0}
    bare = [Finding(outage=outage, element=b, kind="island", value=0.0) for b in sorted(dead - with_units)]
    return lost + bare


# ---- the peak state ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StaticCheck:
    """The network at its peak: the state, its extremes, what is wrong in the base case and with any one branch out."""

    p_mw: dict[str, float]
    converged: bool
    v_min_pu: float
    v_max_pu: float
    loading_max: float
    loss_mw: float
    base: tuple[Finding, ...]
    n_minus_1: tuple[Finding, ...]


def peak_state(park: Park) -> xr.DataArray:
    """Return p_mw (unit) with all firm loads at their peak and all potlines at nominal current; no wind, PV, storage.

    Grid connections share the supply in proportion to their import limits; what is beyond these is shared by the
    thermal units in proportion to their net nominal power, and what remains then is left to the grid connections and
    shows as their overload.
    """
    asked = {x.id: x.load_mw for x in park.loads} | {x.id: nominal_ac_mw(x) for x in park.potlines}
    limits = {g.id: g.import_max_mw for g in park.grids}
    net = {t.id: t.p_nom_mw * (1 - t.auxiliary) for t in park.thermal_units}
    beyond = max(0.0, sum(asked.values()) - sum(limits.values()))
    by_units = min(beyond, sum(net.values()))
    by_grids = sum(asked.values()) - by_units
    power = {id_: -p for id_, p in asked.items()} | _shared(by_units, net) | _shared(by_grids, limits)
    units = [u.id for u in units_of(park)]
    return xr.DataArray([power.get(u, 0.0) for u in units], dims="unit", coords={"unit": units}, name="p_mw")


def _shared(power_mw: float, weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {id_: power_mw * weight / total for id_, weight in weights.items()} if total else {}


def nominal_ac_mw(potline: Potline) -> float:
    """Return the AC power at nominal current: pots (E + R I) I / rectifier_efficiency (1 + auxiliary), in MW."""
    volt = potline.back_emf_v + potline.pot_resistance_uohm * 1e-3 * potline.amperage_ka
    dc_mw = potline.pots * volt * potline.amperage_ka * 1e-3
    return dc_mw / potline.rectifier_efficiency * (1 + potline.auxiliary)


def static_check(
    park: Park, *, loading_max: float = 1.0, on_progress: Callable[[float], None] | None = None
) -> StaticCheck:
    """Solve the park's peak state, the whole network in service and with any one branch out.

    `park` is frozen at a stage. Findings of the base case have no outage; a voltage or rating of NaN stands for a
    base case without solution.
    """
    behaviour, p_mw = behaviour_of(park), peak_state(park)
    p, network = _one_state(behaviour, p_mw), network_of(park)
    states = solve_states(park, network, behaviour, p, np.zeros(p.shape, dtype=bool))
    base = _findings(park, "", network, network, states, behaviour, p, loading_max)
    v = np.abs(states.v[0][np.isfinite(states.v[0])])
    loss = (states.s_from + states.s_to).real.sum() + states.shunt_loss_mw.sum()
    return StaticCheck(
        p_mw={u.id: float(x) for u, x in zip(behaviour.units, states.s_unit[0].real, strict=True)},
        converged=bool(states.converged[0]),
        v_min_pu=float(v.min()) if len(v) else float("nan"),
        v_max_pu=float(v.max()) if len(v) else float("nan"),
        loading_max=float(states.loading[0].max(initial=0.0)),
        loss_mw=float(loss),
        base=tuple(base),
        n_minus_1=tuple(n_minus_1(park, p_mw, loading_max=loading_max, on_progress=on_progress)),
    )
