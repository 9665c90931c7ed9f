"""A planned year operated: the park as built, with the weather and load of the plan, and its AC flows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import xarray as xr

from holin.errors import Infeasible
from holin.park import Grid, Park, at_stage
from holin.plan import tables_as_built
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
    """Return AVAILABLE and DEMAND of a park as built, from those of the year's offers (`tables_as_built`)."""
    return tables_as_built(at, setting.standing, setting.offers, setting.available, setting.demand)
