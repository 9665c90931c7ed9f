"""A planned year in money of a whole year: with the plan carried out, and with nothing built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.carbon import emissions
from holin.finance import Users, all_in_price, coincident_peak_shares
from holin.operation import hours_of
from holin.park import Park, by_id, units_of
from holin.summary import money_by_part
from holin.twin.plan import Planned
from holin.twin.plan_operated import as_planned, carried
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress, Settled

NEW_SOURCES = {"wind": "wind_farms", "solar": "pv_plants", "storage": "storages"}
"""Kinds of what is built whose levelised cost is told, and their tables."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferenceYear:
    """The year with nothing built (`kept`): its cost by part (currency a year), CO2 (t a year) of captive units and
    import, load and load not served (MWh a year)."""

    kept: Settled
    parts: Mapping[str, float]
    emitted_t: float
    load_mwh: float
    shed_mwh: float


@dataclass(frozen=True, kw_only=True)
class NewSource:
    """What is new of a kind, in a year: energy given (MWh) and its cost (currency a year; `charging` of storage)."""

    energy_mwh: float
    costs: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class YearMoney:
    """A planned year, all amounts for a whole year.

    `parts` are those of the all-in price (currency), annuities of what stands and of all that is new among them,
    networks and refits, too; `shared` who bears them (None: nobody takes energy).
    """

    stage: str
    year: int
    parts: Mapping[str, float]
    emitted_t: float
    load_mwh: float
    metal_t: float
    shared: xr.Dataset | None
    sources: Mapping[str, NewSource]
    reference: ReferenceYear


def year_money(planned: Planned, setting: Setting, figures: Mapping[str, Any], say: Progress) -> YearMoney:
    """Return a planned year in money; `figures` are its `year_figures`. It is operated again with nothing built."""
    years = years_of(planned.whole, planned.held[setting.stage.name].flows)
    at = as_planned(planned.park, setting)
    parts = _yearly(figures["price_parts"], years)
    return YearMoney(
        stage=setting.stage.name,
        year=setting.stage.as_of.year,
        parts=parts,
        emitted_t=figures["carbon"]["energy_t"] / years,
        load_mwh=figures["energy_mwh"]["load"] / years,
        metal_t=figures["metal_t"] / years,
        shared=_shared(at, planned.held[setting.stage.name].flows, parts, years),
        sources=_new_sources(at, planned, setting, years),
        reference=_reference(setting, years, say),
    )


def years_of(park: Park, flows: xr.Dataset) -> float:
    """Return how much of a year the steps of a table are."""
    return hours_of(flows.time.values, park.facts.time_zone).years


def year_shares(planned: Planned) -> dict[str, float]:
    """Return how much of a year each planned year operates (stage -> years): 1 for all hours of its own calendar."""
    return {name: years_of(planned.whole, held.flows) for name, held in planned.held.items()}


def _yearly(parts: Mapping[str, float], years: float) -> dict[str, float]:
    return {name: amount / years for name, amount in parts.items()}


def _reference(setting: Setting, years: float, say: Progress) -> ReferenceYear:
    """Operate the year of the park without what is left to the plan; no rule that was asked for holds there."""
    at = setting.standing
    kept = carried(at, setting, (), say)
    schedule = kept.optimum.schedule
    flows = kept.flows.assign(p_mw=kept.flows.p_mw.fillna(schedule.p_mw))  # a grid too weak without the plan
    hours = hours_of(flows.time.values, at.facts.time_zone)
    users = [unit.id for unit in units_of(at) if unit.kind in ("load", "potline")]
    load = -float(flows.p_mw.sel(unit=users).sum()) * hours.step_h
    return ReferenceYear(
        kept=kept,
        parts=_yearly(money_by_part(at, schedule, flows, hours, load), years),
        emitted_t=float(emissions(at, schedule, flows).sum()) / years,
        load_mwh=load / years,
        shed_mwh=float(schedule.shed_mw.sum()) * hours.step_h / years,
    )


def _shared(at: Park, flows: xr.Dataset, parts: Mapping[str, float], years: float) -> xr.Dataset | None:
    """Return who bears the parts, by energy and, of the demand charge, by their load at the park's monthly peaks."""
    hours = hours_of(flows.time.values, at.facts.time_zone)
    units = [unit for unit in units_of(at) if unit.kind in ("load", "potline")]
    solved = np.isfinite(flows.p_mw.values).all(axis=flows.p_mw.get_axis_num("unit"))
    taken = np.maximum(-flows.p_mw.sel(unit=[u.id for u in units]).transpose("time", "unit").values[solved], 0.0)
    who = [e for e in at.enterprises if any(u.enterprise == e.id for u in units)]
    load = np.array([taken[:, [u.enterprise == e.id for u in units]].sum(axis=1) for e in who]).reshape(
        len(who), len(taken)
    )
    if not load.sum() > 0.0:
        return None
    drawn = flows.p_mw.sel(unit=[g.id for g in at.grids]).clip(min=0.0).sum("unit").values[solved]
    month = np.asarray(local(flows.time.values, at.facts.time_zone).month)[solved]
    users = Users(
        enterprise=tuple(e.id for e in who),
        sector=tuple(e.sector.value for e in who),
        energy_mwh=load.sum(axis=1) * hours.step_h / years,
        peak_share=coincident_peak_shares(load.T, drawn, month),
    )
    return all_in_price(parts, users)


def _new_sources(at: Park, planned: Planned, setting: Setting, years: float) -> dict[str, NewSource]:
    """Return energy and cost of what the plan has built by then, by kind."""
    held, costs = planned.held[setting.stage.name], by_id(at.costs)
    schedule, flows = held.optimum.schedule, held.flows
    step_h = hours_of(flows.time.values, at.facts.time_zone).step_h
    before = {unit.id for table in NEW_SOURCES.values() for unit in getattr(setting.standing, table)}
    found = {}
    for kind, table in NEW_SOURCES.items():
        units = [unit for unit in getattr(at, table) if unit.id not in before]
        if not units:
            continue
        energy, rows = 0.0, {"fixed": 0.0, "variable": 0.0}
        for unit in units:
            power = flows.p_mw.sel(unit=unit.id).values
            made = float(np.nansum(np.maximum(power, 0.0))) * step_h / years
            cost = costs.get(unit.cost or "")
            rows["fixed"] += unit.p_nom_mw * cost.fixed_cost_per_mw_year if cost else 0.0
            rows["variable"] += made * (cost.marginal_cost_per_mwh if cost else 0.0)
            if kind == "storage":
                price = schedule.shadow_price_per_mwh.sel(bus=unit.bus).values
                drawn = np.maximum(-power, 0.0)
                paid = float(np.nansum(drawn * np.nan_to_num(price))) * step_h / years
                rows["charging"] = rows.get("charging", 0.0) + paid
                rows["variable"] += made * unit.cycle_cost_per_mwh
            energy += made
        found[kind] = NewSource(energy_mwh=energy, costs=rows)
    return found
