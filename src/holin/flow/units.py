"""How units behave reactively: by power factor, or by keeping a voltage within limits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.flow.network import Network, holds_voltage
from holin.kernel.topology import Control
from holin.park import (
    ATTRIBUTES,
    Converter,
    Generator,
    Grid,
    Load,
    Park,
    Potline,
    ShuntKind,
    Source,
    ThermalUnit,
    Unit,
    units_of,
)

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

CONVERTER_POWER_FACTOR = 0.95
"""Range of a source that states no limits: +-0.95 at nominal power (GB/T 19963.1-2021, GB/T 19964-2024)."""

GENERATOR_POWER_FACTOR = 0.85
"""Rated overexcited power factor of a turbine generator that states no limit (usual nameplate, GB/T 7064-2017)."""


UNLIMITED_MVAR = 1e5
"""Reactive power of what has no limit: finite, so that keepers of one node can share by their ranges."""


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """A unit, shunt or grid connection that keeps a voltage at its bus; `unit` is its place in the units, None for a
    shunt. The public grid (`is_grid`) prevails over others at its node. Of a bank that is switched in steps `step_mvar`
    is one step at nominal voltage.
    """

    id: str
    bus: str
    v_set_pu: float
    q_min_mvar: float
    q_max_mvar: float
    unit: int | None
    only_running: bool
    is_grid: bool = False
    step_mvar: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A unit's points y over x (point,), see `Converter.power_factor_curve` and `q_v_curve`."""

    unit: int
    bus: str
    p_nom_mw: float
    x: Real
    y: Real


@dataclass(frozen=True, kw_only=True, eq=False)
class Behaviour:
    """All units' reactive behaviour: q = signed p + unsigned |p| + constant for each unit (unit,), who keeps a voltage,
    whose power factor follows its power (`curves`: unit, p_nom, points), whose reactive power follows the voltage
    (`droops`, the same), and the parts of loads that go with the voltage (`z_share`, `i_share`, both (unit,))."""

    units: tuple[Unit, ...]
    signed: Real
    unsigned: Real
    constant: Real
    keepers: tuple[Keeper, ...]
    curves: tuple[Curve, ...]
    droops: tuple[Curve, ...]
    z_share: Real
    i_share: Real

    def q_mvar(self, p_mw: Real) -> Real:
        """Return the reactive power (state, unit), into the network, of the units that keep no voltage."""
        q: Real = self.signed * p_mw + self.unsigned * np.abs(p_mw) + self.constant
        for curve in self.curves:
            p = p_mw[:, curve.unit]
            factor = np.interp(np.abs(p) / curve.p_nom_mw, curve.x, curve.y)
            q[:, curve.unit] = np.sign(factor) * np.abs(p) * np.tan(np.arccos(np.abs(factor)))
        return q


def behaviour_of(park: Park) -> Behaviour:
    """Return how the park's units behave reactively.

    Loads and potlines take q = |p| tan(acos(power_factor)), inductive. Sources give it, or absorb it when their power
    factor is negative; those with `v_set_pu` keep that voltage instead, within their limits; converters may follow a
    curve over voltage or over power. A source without limits has those of the grid codes named in this module. Thermal
    units keep a voltage only while they run. Grid connections keep theirs; the one that balances its island takes what
    remains. Raises BadInput for a source whose power factor is 0.
    """
    units = units_of(park)
    things = [t for kind in dict.fromkeys(u.kind for u in units) for t in getattr(park, ATTRIBUTES[kind])]
    signed, unsigned, constant = np.zeros(len(units)), np.zeros(len(units)), np.zeros(len(units))
    z_share, i_share = np.zeros(len(units)), np.zeros(len(units))
    keepers, faults, curves, droops = [], [], [], []
    for k, (unit, thing) in enumerate(zip(units, things, strict=True)):
        if isinstance(thing, Load):
            z_share[k], i_share[k] = thing.z_share, thing.i_share
        if isinstance(thing, Grid):
            keepers.append(_grid_keeper(thing, k))
        elif isinstance(thing, Load) and thing.q_mvar is not None:
            signed[k] = thing.q_mvar / thing.load_mw if thing.load_mw else 0.0
            constant[k] = 0.0 if thing.load_mw else -thing.q_mvar
        elif isinstance(thing, Load | Potline):
            signed[k] = _tan(thing.power_factor)
        elif isinstance(thing, Source) and thing.v_set_pu is not None:
            keepers.append(_keeper(thing, thing.v_set_pu, k))
        elif isinstance(thing, Generator):
            constant[k] = thing.q_mvar
        elif isinstance(thing, Converter) and thing.q_v_curve:
            droops.append(_curve(thing, k, thing.q_v_curve))
        elif isinstance(thing, Converter) and thing.power_factor_curve:
            curves.append(_curve(thing, k, thing.power_factor_curve))
        elif isinstance(thing, Source) and thing.power_factor != 0:
            unsigned[k] = math.copysign(_tan(abs(thing.power_factor)), thing.power_factor)
        elif isinstance(thing, Source):
            faults.append(_no_power_factor(unit))
    if faults:
        raise BadInput(faults)
    keepers += [
        Keeper(
            id=s.id,
            bus=s.bus,
            v_set_pu=s.v_set_pu,
            q_min_mvar=-abs(s.q_nom_mvar) if s.kind is ShuntKind.SVC else min(s.q_nom_mvar, 0.0),
            q_max_mvar=abs(s.q_nom_mvar) if s.kind is ShuntKind.SVC else max(s.q_nom_mvar, 0.0),
            unit=None,
            only_running=False,
            step_mvar=s.q_nom_mvar / s.steps if s.kind is not ShuntKind.SVC and s.steps > 1 else None,
        )
        for s in park.shunts
        if holds_voltage(s) and s.v_set_pu is not None
    ]
    keepers.sort(key=lambda k: not k.is_grid)
    return Behaviour(
        units=units,
        signed=signed,
        unsigned=unsigned,
        constant=constant,
        keepers=tuple(keepers),
        curves=tuple(curves),
        droops=tuple(droops),
        z_share=z_share,
        i_share=i_share,
    )


def _curve(source: Converter, unit: int, points: tuple[tuple[float, float], ...]) -> Curve:
    x, y = np.array(points, dtype=np.float64).T
    return Curve(unit=unit, bus=source.bus, p_nom_mw=source.p_nom_mw, x=x, y=y)


def _tan(power_factor: float) -> float:
    return math.tan(math.acos(power_factor))


def _keeper(source: Source, v_set_pu: float, unit: int) -> Keeper:
    if isinstance(source, Generator):  # its limits are those given, and none where none is
        return Keeper(
            id=source.id,
            bus=source.bus,
            v_set_pu=v_set_pu,
            q_min_mvar=-UNLIMITED_MVAR if source.q_min_mvar is None else source.q_min_mvar,
            q_max_mvar=UNLIMITED_MVAR if source.q_max_mvar is None else source.q_max_mvar,
            unit=unit,
            only_running=False,
        )
    is_generator = isinstance(source, ThermalUnit)
    upper = _tan(GENERATOR_POWER_FACTOR if is_generator else CONVERTER_POWER_FACTOR) * source.p_nom_mw
    lower = -_tan(CONVERTER_POWER_FACTOR) * source.p_nom_mw
    return Keeper(
        id=source.id,
        bus=source.bus,
        v_set_pu=v_set_pu,
        q_min_mvar=lower if source.q_min_mvar is None else source.q_min_mvar,
        q_max_mvar=upper if source.q_max_mvar is None else source.q_max_mvar,
        unit=unit,
        only_running=is_generator,
    )


def _grid_keeper(grid: Grid, unit: int) -> Keeper:
    """Its reactive power ends at the short-circuit power: no limit in practice, and a finite one for sharing."""
    return Keeper(
        id=grid.id,
        bus=grid.bus,
        v_set_pu=grid.v_set_pu,
        q_min_mvar=-grid.sk_max_mva,
        q_max_mvar=grid.sk_max_mva,
        unit=unit,
        only_running=False,
        is_grid=True,
    )


def _no_power_factor(unit: Unit) -> Fault:
    return Fault(
        file=f"{unit.kind}.csv",
        field="power_factor",
        value="0",
        problem=f"{unit.id} would give reactive power without end",
        right="give a power factor, or a voltage to keep in v_set_pu",
    )


# ---- keepers as controls of the kernel --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """The keepers of one topology: limits (state, keeper) and the kernel's control that each belongs to.

    `group` (keeper,) is the place in `control`, -1 for a keeper at a slack node, whose voltage the grid keeps.
    """

    keepers: tuple[Keeper, ...]
    group: NDArray[np.int64]
    lower: Real
    upper: Real
    control: Control

    def limited(self, lower: Real, upper: Real) -> Kept:
        """Return the same keepers with other limits (state, keeper)."""
        return replace(self, lower=lower, upper=upper, control=_summed(self.control, self.group, lower, upper))

    def q_mvar(self, q_control_mvar: Real) -> Real:
        """Return each keeper's reactive power (state, keeper); those of one node use the same share of their range."""
        if not self.keepers:
            return np.zeros(self.lower.shape)
        at_slack = self.group < 0
        group = np.where(at_slack, 0, self.group)
        if q_control_mvar.shape[1] == 0:
            return np.clip(np.zeros(self.lower.shape), self.lower, self.upper)
        low, high = self.control.q_min_mvar[:, group], self.control.q_max_mvar[:, group]
        width = high - low
        share = np.divide(q_control_mvar[:, group] - low, width, out=np.zeros_like(width), where=width > 0)
        q = self.lower + share * (self.upper - self.lower)
        q[:, at_slack] = np.clip(0.0, self.lower[:, at_slack], self.upper[:, at_slack])
        return q


def kept(network: Network, behaviour: Behaviour, p_mw: Real, out: Flags, *, q_limits: bool = True) -> Kept:
    """Return the keepers of one topology in the states of `p_mw` (state, unit), `out` (state, unit) marks units out.

    Without `q_limits` units in service keep their voltage with whatever it takes. Raises BadInput when two keepers of
    one node ask for different voltages.
    """
    bus = network.bus_index()
    balancing = network.balancing()
    keepers = tuple(
        k
        for k in behaviour.keepers
        if not network.out & {k.id, k.bus} and network.energised[network.node[bus[k.bus]]] and k.id not in balancing
    )
    nodes = np.array([network.node[bus[k.bus]] for k in keepers], dtype=np.int64)
    free = ~np.isin(nodes, network.topology.slack)
    at, first, group_of_free = np.unique(nodes[free], return_index=True, return_inverse=True)
    group = np.full(len(keepers), -1, dtype=np.int64)
    group[free] = group_of_free.ravel()
    leader = np.flatnonzero(free)[first]
    _check_voltages(keepers, group, leader)
    lower, upper = _limits(keepers, p_mw, out, q_limits)
    control = Control(node=at, v_set_pu=np.array([keepers[k].v_set_pu for k in leader], dtype=np.float64))
    control = _summed(control, group, lower, upper)
    return Kept(keepers=keepers, group=group, lower=lower, upper=upper, control=control)


def _summed(control: Control, group: NDArray[np.int64], lower: Real, upper: Real) -> Control:
    """Return the controls with the sums of their keepers' limits."""
    sums = [np.zeros((len(lower), len(control.node))) for _ in range(2)]
    for k in np.flatnonzero(group >= 0):
        sums[0][:, group[k]] += lower[:, k]
        sums[1][:, group[k]] += upper[:, k]
    return replace(control, q_min_mvar=sums[0], q_max_mvar=sums[1])


def _limits(keepers: tuple[Keeper, ...], p_mw: Real, out: Flags, q_limits: bool) -> tuple[Real, Real]:
    """Limits (state, keeper); nothing from a unit that is out, or stands still and would have to run."""
    lower = np.tile([k.q_min_mvar for k in keepers], (len(p_mw), 1))
    upper = np.tile([k.q_max_mvar for k in keepers], (len(p_mw), 1))
    for column, keeper in enumerate(keepers):
        if keeper.unit is not None:
            if not q_limits:
                lower[:, column], upper[:, column] = -UNLIMITED_MVAR, UNLIMITED_MVAR
            idle = out[:, keeper.unit] | (keeper.only_running & (p_mw[:, keeper.unit] <= 0))
            lower[idle, column] = upper[idle, column] = 0.0
    return lower, upper


def _check_voltages(keepers: tuple[Keeper, ...], group: NDArray[np.int64], leader: NDArray[np.int64]) -> None:
    faults = [
        Fault(
            file="park",
            field="v_set_pu",
            value=f"{keeper.v_set_pu:g}",
            problem=f"{keeper.id} and {keepers[leader[g]].id} stand at one node and keep different voltages",
            right="give both the same v_set_pu",
        )
        for keeper, g in zip(keepers, group, strict=True)
        if g >= 0 and keeper.v_set_pu != keepers[leader[g]].v_set_pu and not keepers[leader[g]].is_grid
    ]
    if faults:
        raise BadInput(faults)
