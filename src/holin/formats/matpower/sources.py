"""What feeds in, as rows of a case's generators and their costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from holin.formats.imported import LeftOut
from holin.formats.powers import Powers, reactive_mvar
from holin.park import Generator, Grid, Park, Shunt, ShuntKind, Source, Storage, ThermalUnit

_SOURCE = ("bus", "p_nom_mw", "power_factor", "v_set_pu", "q_min_mvar", "q_max_mvar")
_COST = ("cost_c2", "cost_c1", "cost_c0", "cost_points")
CARRIED_SOURCES: dict[str, tuple[str, ...]] = {
    "grid": ("bus", "v_set_pu", "behind_impedance", "sk_max_mva", "rx_ratio", "import_max_mw", "export_max_mw"),
    "generator": (*_SOURCE, "p_min_mw", "p_mw", "q_mvar", "balances", "s_nom_mva", *_COST),
    "wind_farm": _SOURCE,
    "pv_plant": _SOURCE,
    "thermal_unit": (*_SOURCE, "p_min_mw", "auxiliary", "s_nom_mva"),
    "storage": _SOURCE,
}
INF = float("inf")


@dataclass(frozen=True, kw_only=True)
class GeneratorRow:
    """One source at a node; powers in MW and Mvar, `cost` the row of mpc.gencost without its padding."""

    id: str
    node: str
    p: float
    q: float
    p_min: float
    p_max: float
    q_min: float = -INF
    q_max: float = INF
    v_set_pu: float | None = None
    s_nom_mva: float | None = None
    balances: bool = False
    cost: tuple[float, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether it is a load below 0: a fixed power, no voltage, no cost."""
        return self.v_set_pu is None and self.p_min == self.p_max == self.p and not any(self.cost[4:])

    def values(self, number: int, v_set_pu: float, base_mva: float) -> list[float]:
        """Return the row of mpc.gen: 10 columns that speak, 11 zeros."""
        rating = self.s_nom_mva or base_mva
        limits = [self.q_max, self.q_min, v_set_pu, rating, 1.0, self.p_max, self.p_min]
        return [float(number), self.p, self.q, *limits, *[0.0] * 11]


def generator_rows(
    park: Park, node: dict[str, str], anchors: dict[str, str], power: Powers, q_mvar: Powers, left_out: LeftOut
) -> list[GeneratorRow]:
    """Return all that feeds in: grid connections, sources, shunts that hold a voltage; `anchors` balance."""
    slack = set(anchors.values())
    rows = [_grid(g, node, power, g.id in slack) for g in park.grids]
    sources: Sequence[Source]
    for sources in (park.wind_farms, park.pv_plants, park.thermal_units, park.generators, park.storages):
        rows += [_source(s, node, power, q_mvar, s.id in slack, left_out) for s in sources]
    rows += [_compensator(s, node, s.v_set_pu) for s in park.shunts if s.v_set_pu is not None]
    return rows


def _grid(grid: Grid, node: dict[str, str], power: Powers, balances: bool) -> GeneratorRow:
    return GeneratorRow(
        id=grid.id,
        node=node[grid.bus],
        p=power.get(grid.id, 0.0),
        q=0.0,
        p_min=-grid.export_max_mw,
        p_max=grid.import_max_mw,
        v_set_pu=grid.v_set_pu,
        balances=balances,
    )


def _source(
    source: Source, node: dict[str, str], power: Powers, q_mvar: Powers, balances: bool, left_out: LeftOut
) -> GeneratorRow:
    if source.v_set_pu is not None and source.q_min_mvar is None and not isinstance(source, Generator):
        left_out.name("reactive limits that a grid code gives a source without its own are left out", source.id)
    v_set = source.v_set_pu or (1.0 if balances else None)
    p = power[source.id]
    return GeneratorRow(
        id=source.id,
        node=node[source.bus],
        p=p,
        q=0.0 if v_set is not None and not isinstance(source, Generator) else reactive_mvar(source, p, q_mvar),
        q_min=-INF if source.q_min_mvar is None else source.q_min_mvar,
        q_max=INF if source.q_max_mvar is None else source.q_max_mvar,
        v_set_pu=v_set,
        balances=balances,
        **_limits(source),
    )


def _limits(source: Source) -> dict[str, Any]:
    if isinstance(source, Generator):
        return {
            "p_min": source.p_min_mw,
            "p_max": source.p_nom_mw,
            "s_nom_mva": source.s_nom_mva,
            "cost": _cost(source),
        }
    if isinstance(source, ThermalUnit):
        net = 1 - source.auxiliary
        return {"p_min": source.p_min_mw * net, "p_max": source.p_nom_mw * net, "s_nom_mva": source.s_nom_mva}
    lowest = -source.p_nom_mw if isinstance(source, Storage) else 0.0
    return {"p_min": lowest, "p_max": source.p_nom_mw}


def _cost(generator: Generator) -> tuple[float, ...]:
    if generator.cost_points:
        return (1, 0, 0, len(generator.cost_points), *(x for point in generator.cost_points for x in point))
    return (2, 0, 0, 3, generator.cost_c2, generator.cost_c1, generator.cost_c0)


def _compensator(shunt: Shunt, node: dict[str, str], v_set_pu: float | None) -> GeneratorRow:
    both = shunt.kind is ShuntKind.SVC
    return GeneratorRow(
        id=shunt.id,
        node=node[shunt.bus],
        p=0.0,
        q=0.0,
        p_min=0.0,
        p_max=0.0,
        q_min=-abs(shunt.q_nom_mvar) if both else min(shunt.q_nom_mvar, 0.0),
        q_max=abs(shunt.q_nom_mvar) if both else max(shunt.q_nom_mvar, 0.0),
        v_set_pu=v_set_pu,
    )


def cost_rows(costs: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Return mpc.gencost, padded to one width; no row where nothing costs."""
    if not any(any(cost[4:]) for cost in costs):
        return []
    full = [cost or (2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0) for cost in costs]
    width = max(len(cost) for cost in full)
    return [(*cost, *[0.0] * (width - len(cost))) for cost in full]
