"""Write the dispatch of one park as physical data, from which another tool can build the same problem by itself.

    python benchmarks/export_case.py huolinguole --stage 2025 --start 2025-01-06 --end 2025-01-20 case.npz

The file is that of `case_file.py`. No row, column or coefficient of Holin's own linear problem is in it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import xarray as xr
from case_file import FORMAT, Array, Row, write_case

from holin.calendar import local
from holin.dispatch import Case, dispatch
from holin.dispatch.dispatch import case_of
from holin.dispatch.limits import Topology, islands_of, limit_of, topologies_of
from holin.errors import HolinError
from holin.flow import flow, losses_by_bus, network_of
from holin.kernel.linear import Floats
from holin.operation import import_price, in_service, potline_line, renewables_of
from holin.park import Park, Stage, at_stage, by_id, fuel_curve, stage_of
from holin.parkfile import read_park, reference_park
from holin.resource import available, demand, weather_year
from holin.rules import over_years, terms_of
from holin.twin.run import hours_of_run


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which dispatch: a park (a folder or the name of a reference park), a stage, and local days, the end excluded.

    `enforce` makes rules of the park rows of the optimum, with another value if one is given; `limits` are factors on
    the limits of branches, of all for the name "".
    """

    park: str
    stage: str
    start: date | None = None
    end: date | None = None
    enforce: tuple[tuple[str, float | None], ...] = ()
    limits: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a dispatch is given: the park frozen at its stage, and the tables AVAILABLE and DEMAND."""

    park: Park
    stage: Stage
    available: xr.Dataset
    demand: xr.Dataset
    limits_mw: dict[str, Floats]


def inputs_of(wanted: Wanted) -> Inputs:
    """Read the park and make its weather, its available power and its demand. Raises HolinError."""
    whole = read_park(reference_park(wanted.park))
    stage = stage_of(whole, wanted.stage)
    park = with_enforced(at_stage(whole, stage), wanted.enforce)
    hours = hours_of_run(park, stage, wanted.start, wanted.end)
    sky = weather_year(park, hours)
    return Inputs(
        park=park,
        stage=stage,
        available=available(park, sky),
        demand=demand(park, hours, sky),
        limits_mw=limits_of(wanted, topologies_of(park, hours)),
    )


def limits_of(wanted: Wanted, topologies: Sequence[Topology]) -> dict[str, Floats]:
    """Return the limit (time,) in MW of each branch that has a factor. Raises HolinError for one that is not there."""
    rating = {name: r for t in topologies for name, r in zip(t.network.branches, t.network.rating_mva, strict=True)}
    named = dict(wanted.limits)
    if unknown := sorted(set(named) - set(rating) - {""}):
        raise HolinError(f"no such branch at this stage: {unknown}; it has {sorted(rating)}")
    every, hours = named.pop("", None), sum(len(t.hours) for t in topologies)
    factors = ({} if every is None else dict.fromkeys(sorted(rating), every)) | named
    return {name: np.full(hours, rating[name] * factor) for name, factor in factors.items()}


def with_enforced(park: Park, enforce: Sequence[tuple[str, float | None]]) -> Park:
    """Return the park with the named rules enforced, at the given values where there are any."""
    wanted = dict(enforce)
    if unknown := sorted(set(wanted) - {r.id for r in park.rules}):
        raise HolinError(f"no such rule at this stage: {unknown}; it has {[r.id for r in park.rules]}")
    rules = []
    for rule in park.rules:
        value = wanted.get(rule.id)
        enforced = rule.enforced or rule.id in wanted
        rules.append(replace(rule, enforced=enforced, value=rule.value if value is None else value))
    return replace(park, rules=tuple(rules))


def losses_of(inputs: Inputs) -> xr.DataArray:
    """Return the losses (time, bus) of a first, lossless dispatch: those that a run's second dispatch carries."""
    first = dispatch(inputs.park, inputs.available, inputs.demand, limits_mw=inputs.limits_mw)
    return losses_by_bus(inputs.park, flow(inputs.park, first.schedule))


def case_data(
    inputs: Inputs, losses: xr.DataArray | None = None, *, step_h: float = 1.0
) -> tuple[Row, dict[str, Array]]:
    """Return the tables and the arrays of a case. Raises HolinError where a planned outage splits a bus."""
    park = inputs.park
    topologies = topologies_of(park, inputs.available.time.values)
    islands = islands_of(topologies, inputs.available.sizes["time"])
    case = case_of(park, inputs.available, inputs.demand, islands=islands, losses=losses, step_h=step_h)
    live = islands.number >= 0
    names, used = _branches_used(topologies, case.hours.count)
    tables: Row = {
        "format": FORMAT,
        "park": park.facts.id,
        "stage": inputs.stage.name,
        "currency": park.facts.currency,
        "time_zone": park.facts.time_zone,
        "step_h": step_h,
        "voll_per_mwh": park.facts.voll_per_mwh,
        "co2_price_per_t": park.facts.co2_price_per_t,
        "buses": _buses(park, topologies),
        "branches": _branches(topologies, names, inputs.limits_mw),
        "grids": _grids(park),
        "renewables": _renewables(park),
        "thermal_units": _thermal_units(park),
        "storages": _storages(park),
        "potlines": _potlines(park),
        "loads": [{"id": load.id, "bus": load.bus} for load in park.loads],
        "months": _months(case),
        "rules": [{"id": r.id, "terms": terms_of(over_years(r, case.hours.years))} for r in park.rules if r.enforced],
    }
    service = {
        f"{kind}_in_service": in_service(case.hours, [u.id for u in units])
        for kind, units in (
            ("thermal", park.thermal_units),
            ("storage", park.storages),
            ("potline", park.potlines),
            ("grid", park.grids),
        )
    }
    inner = len(tables["buses"]) - live.shape[1]
    arrays = {
        "time": case.hours.time.astype("datetime64[s]"),
        "month": case.hours.month,
        "available_mw": case.available_mw,
        "load_mw": case.load_mw,
        "heat_mw": case.heat_mw * service["thermal_in_service"],
        "loss_mw": np.pad(case.loss_mw * live, ((0, 0), (0, inner))),
        "import_price_per_mwh": _columns([import_price(park, g, case.hours) for g in park.grids], case.hours.count),
        **service,
        "branch_in_service": used,
    }
    return tables, arrays


def _columns(columns: Sequence[Array], count: int) -> Array:
    return np.column_stack(columns) if columns else np.zeros((count, 0))


def _months(case: Case) -> list[Row]:
    clock = local(case.hours.time, case.park.facts.time_zone)
    labels = dict(zip(case.hours.month.tolist(), clock.strftime("%Y-%m"), strict=True))
    return [{"id": labels[k], "share": float(share)} for k, share in enumerate(case.hours.month_share)]


def _buses(park: Park, topologies: Sequence[Topology]) -> list[Row]:
    """Buses, then the inner buses of three-winding transformers; those joined by closed switches share a `node`."""
    network = network_of(park)
    names = network.node_names()
    for topology in topologies:
        other = network_of(park, out=topology.network.out).node_names()
        energised = [k for k, island in enumerate(topology.network.island) if island >= 0]
        pairs = {(names[k], other[k]) for k in energised}
        if len(pairs) > len({a for a, _ in pairs}):
            raise HolinError("a planned outage splits a bus; this export keeps one node per bus for the whole horizon")
    return [
        {"id": bus, "node": node, "v_nom_kv": float(v)}
        for bus, node, v in zip(network.buses, names, network.v_nom_kv, strict=True)
    ]


def _branches_used(topologies: Sequence[Topology], count: int) -> tuple[list[str], Array]:
    """Return the branches that ever carry power, and when (time, branch)."""
    first = topologies[0].network
    used = np.zeros((count, len(first.branches)), dtype=bool)
    for topology in topologies:
        used[topology.hours] = np.isfinite(topology.network.x_pu)
    ever = np.flatnonzero(used.any(axis=0))
    return [first.branches[k] for k in ever], used[:, ever]


def _branches(topologies: Sequence[Topology], names: Sequence[str], limits_mw: Mapping[str, Floats]) -> list[Row]:
    rows: dict[str, Row] = {}
    for topology in topologies:
        n = topology.network
        for k, name in enumerate(n.branches):
            if np.isfinite(n.x_pu[k]) and name not in rows:
                rows[name] = {
                    "id": name,
                    "kind": n.kinds[k],
                    "bus_from": n.bus_from[k],
                    "bus_to": n.bus_to[k],
                    "x_pu": float(n.x_pu[k]),
                    "rating_mva": float(n.rating_mva[k]),
                    "limit_mw": float(limit_of(limits_mw, name, n.rating_mva[k], 1)[0]),
                }
    return [rows[name] for name in names]


def _grids(park: Park) -> list[Row]:
    if any(g.mix for g in park.grids):
        raise HolinError("the peer's case has one CO2 factor a connection: none may have an hourly mix")
    tariffs, factors = by_id(park.tariffs), by_id(park.emission_factors)
    rows = []
    for g in park.grids:
        tariff = tariffs[g.tariff] if g.tariff else None
        rows.append(
            {
                "id": g.id,
                "bus": g.bus,
                "import_max_mw": g.import_max_mw,
                "export_max_mw": g.export_max_mw,
                "export_price_per_mwh": tariff.export_price_per_mwh if tariff else 0.0,
                "demand_charge_per_mw_month": tariff.demand_charge_per_mw_month if tariff else 0.0,
                "emission_factor_t_per_mwh": factors[g.emission_factor].t_per_mwh if g.emission_factor else 0.0,
            }
        )
    return rows


def _marginal_cost(park: Park, cost: str | None) -> float:
    return by_id(park.costs)[cost].marginal_cost_per_mwh if cost else 0.0


def _renewables(park: Park) -> list[Row]:
    return [
        {"id": u.id, "bus": u.bus, "p_nom_mw": u.p_nom_mw, "marginal_cost_per_mwh": _marginal_cost(park, u.cost)}
        for u in renewables_of(park)
    ]


def _thermal_units(park: Park) -> list[Row]:
    """Gross power; the fuel is idle_gj_per_h when on, and gj_per_mwh of gross power on top: curves of one line only."""
    fuels, rows = by_id(park.fuels), []
    for u in park.thermal_units:
        curve, fuel = fuel_curve(u), fuels[u.fuel]
        if len(curve.gj_per_mwh) > 1:
            raise HolinError(f"{u.id}: PyPSA's linear units have one fuel line; give two heat_rate_points")
        names = "id bus p_nom_mw p_min_mw auxiliary start_cost ramp_up_mw_per_h ramp_down_mw_per_h must_run"
        rows.append(
            {name: getattr(u, name) for name in (*names.split(), "power_per_heat", "power_loss_per_heat")}
            | {
                "idle_gj_per_h": float(curve.idle_gj_per_h[0]),
                "gj_per_mwh": float(curve.gj_per_mwh[0]),
                "fuel_price_per_gj": fuel.price_per_gj,
                "emission_factor_t_per_gj": fuel.emission_factor_t_per_gj,
                "marginal_cost_per_net_mwh": _marginal_cost(park, u.cost),
            }
        )
    return rows


def _storages(park: Park) -> list[Row]:
    names = "id bus p_nom_mw e_nom_mwh efficiency_charge efficiency_discharge standing_loss_per_h soc_min soc_max"
    return [
        {name: getattr(s, name) for name in names.split()}
        | {"discharge_cost_per_mwh": s.cycle_cost_per_mwh + _marginal_cost(park, s.cost)}
        for s in park.storages
    ]


def _potlines(park: Park) -> list[Row]:
    """AC power and metal at nominal current, and the two chords of metal over power through that point."""
    rows = []
    for p in park.potlines:
        line = potline_line(p)
        span_ka = p.amperage_max_ka - p.amperage_min_ka
        slope_mw_per_ka = (line.p_max_mw - line.p_min_mw) / span_ka if span_ka > 0 else 0.0
        rows.append(
            {"id": p.id, "bus": p.bus, "heat_leak_per_h": p.heat_leak_per_h, "production_duty": p.production_duty}
            | {"p_nom_mw": line.p_nom_mw, "p_min_mw": line.p_min_mw, "p_max_mw": line.p_max_mw}
            | {
                "metal_nom_t_per_h": line.metal_nom_t_per_h,
                "metal_up_t_per_mwh": line.metal_up_t_per_mwh,
                "metal_down_t_per_mwh": line.metal_down_t_per_mwh,
                "heat_window_mwh": p.heat_window_h * line.p_nom_mw,
                "ramp_mw_per_h": p.ramp_ka_per_min * 60 * slope_mw_per_ka,
            }
        )
    return rows


# ---- the command ------------------------------------------------------------------------------------------------


def add_wanted_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments from which `wanted_of` reads which dispatch is meant."""
    parser.add_argument("--stage", default="2025")
    parser.add_argument("--start", type=date.fromisoformat, help="first local day; without it the stage's whole year")
    parser.add_argument("--end", type=date.fromisoformat, help="local day at which it ends, not included")
    parser.add_argument("--enforce", action="append", default=[], metavar="RULE[=VALUE]")
    parser.add_argument(
        "--limit", action="append", default=[], metavar="[BRANCH=]FACTOR", help="on a branch's limit, or on all"
    )


def wanted_of(arguments: argparse.Namespace) -> Wanted:
    """Return which dispatch the arguments mean."""
    pairs = [rule.partition("=") for rule in arguments.enforce]
    return Wanted(
        park=arguments.park,
        stage=arguments.stage,
        start=arguments.start,
        end=arguments.end,
        enforce=tuple((name, float(value) if value else None) for name, _, value in pairs),
        limits=tuple((name, float(value)) for name, _, value in (s.rpartition("=") for s in arguments.limit)),
    )


def main() -> None:
    """Write the case that the command line asks for, and print how much of everything is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("park")
    parser.add_argument("out", type=Path, help="the .npz file to write")
    parser.add_argument("--lossless", action="store_true", help="without the losses of an AC flow")
    add_wanted_arguments(parser)
    arguments = parser.parse_args()
    inputs = inputs_of(wanted_of(arguments))
    tables, arrays = case_data(inputs, None if arguments.lossless else losses_of(inputs))
    write_case(arguments.out, tables, arrays)
    counted = [name for name in tables if isinstance(tables[name], list)]
    print(json.dumps({"hours": len(arrays["time"])} | {name: len(tables[name]) for name in counted}))


if __name__ == "__main__":
    main()
