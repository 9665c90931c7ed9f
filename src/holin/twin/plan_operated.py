"""A planned year operated: the park as built, with the weather and load of the plan, and its AC flows."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

import numpy as np
import xarray as xr

from holin.errors import Infeasible
from holin.kernel.linear import Floats
from holin.park import Grid, Park, Source, at_stage
from holin.plan import Offer
from holin.rules import Rule, terms_of
from holin.twin.plan_setting import Setting
from holin.twin.run import Progress, Settled, settled


def operated(built: Park, setting: Setting, rules: Sequence[Rule], say: Progress) -> Settled:
    """Return the year of a park as built: its own dispatch and AC flows, with the weather and load of the plan.

    The rules are kept there too, where the grid as built allows it; where it does not, the year runs without them and
    its verdicts say so.
    """
    return carried(as_planned(built, setting), setting, rules, say)


def carried(at: Park, setting: Setting, rules: Sequence[Rule], say: Progress) -> Settled:
    """Return the year of a park frozen at it, which may have been built or not, as `operated` does."""
    may, must = tables_of(at, setting)
    asked = {rule.id for rule in rules}
    try:
        # Land is the plan's alone: what is built has taken it, whatever the hours bring.
        kept = {rule.id for rule in at.rules if "land_ha" not in terms_of(rule) and (rule.enforced or rule.id in asked)}
        strict = tuple(dataclasses.replace(rule, enforced=rule.id in kept) for rule in at.rules)
        return settled(dataclasses.replace(at, rules=strict), may, must, rounds=3, on_progress=say)
    except Infeasible:
        free = tuple(dataclasses.replace(rule, enforced=False) for rule in at.rules)
        return settled(dataclasses.replace(at, rules=free), may, must, rounds=3, on_progress=say)


def as_planned(built: Park, setting: Setting) -> Park:
    """Return the park as built, frozen at a planned year; without export where none was allowed."""
    at = at_stage(built, setting.stage)
    return dataclasses.replace(at, grids=_grids_of(at, setting))


def _grids_of(at: Park, setting: Setting) -> tuple[Grid, ...]:
    """Return the grid connections as the plan has them: without export where none was allowed."""
    closed = all(grid.export_max_mw == 0.0 for grid in setting.standing.grids)
    return tuple(dataclasses.replace(g, export_max_mw=0.0) for g in at.grids) if closed else at.grids


def tables_of(at: Park, setting: Setting) -> tuple[xr.Dataset, xr.Dataset]:
    """Return AVAILABLE and DEMAND of a park as built, from those of the offers at full size: what C makes is a part of
    what C could make."""
    stood, time = setting.standing, setting.available.time.values
    stands = {u.id for u in (*stood.wind_farms, *stood.pv_plants, *stood.thermal_units)}

    def made(units: Sequence[Source], given: xr.DataArray, of: str) -> Floats:
        """What each unit has of its offer's row, (time, unit); of its own where it stands anyway."""
        rows = []
        for unit in units:
            offer = _offer_of(unit.id, setting.offers, stands)
            part = unit.p_nom_mw / offer.p_max_mw if offer else 1.0
            rows.append(part * given.sel({of: offer.id if offer else unit.id}).values)
        return np.array(rows).reshape(len(units), len(time)).T

    renewables, thermal = (*at.wind_farms, *at.pv_plants), at.thermal_units
    may = xr.Dataset(
        {"available_mw": (("time", "unit"), made(renewables, setting.available.available_mw, "unit"))},
        coords={"time": time, "unit": [u.id for u in renewables]},
    )
    must = xr.Dataset(
        {
            "load_mw": setting.demand.load_mw,
            "heat_mw": (("time", "thermal_unit"), made(thermal, setting.demand.heat_mw, "thermal_unit")),
        },
        coords={"thermal_unit": [u.id for u in thermal]},
    )
    return may, must


def _offer_of(id_: str, offers: Sequence[Offer], standing: Collection[str]) -> Offer | None:
    """Return the offer that made a thing, None for one that stands anyway: its id is the offer's and a stage's name."""
    if id_ in standing:
        return None
    found = [o for o in offers if id_.startswith(f"{o.id}-")]
    return max(found, key=lambda o: len(o.id), default=None)
