"""A stage of a plan made of a park and its tables: its operating year with everything on offer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import xarray as xr

from holin.dispatch import case_of, islands_of, topologies_of
from holin.dispatch.dispatch import check_voltage
from holin.park import Choice, Park
from holin.plan.cuts import Watch, watch_of
from holin.plan.offers import Offer, with_offers
from holin.plan.problem import PlanStage
from holin.plan.whole import with_circuits
from holin.rules import Rule


def stage_of_plan(
    standing: Park,
    offers: Sequence[Offer],
    available: xr.Dataset,
    demand: xr.Dataset,
    *,
    name: str,
    year: int,
    rules: Sequence[Rule] | None = None,
    asked: Mapping[str, float] | None = None,
    weight: float = 1.0,
    investment_max: float | None = None,
    losses: xr.DataArray | None = None,
    secure: bool = False,
    circuits_mva: Mapping[str, float] | None = None,
    step_h: float = 1.0,
    ring: bool = True,
) -> tuple[PlanStage, Watch]:
    """Return a stage and what its network asks for.

    `standing` is the park frozen at the stage, `available` and `demand` are tables of it with all offers
    (`with_offers`). `rules` stand for the park's own, `asked` is the value that was asked of those that are stricter
    than that, `losses` (time, bus) are those of a flow, with `secure` the
    limits of branches hold after the outage of any other one, too. `circuits_mva` (candidate -> MVA) are whole
    circuits that stand in the network. Without `ring` thermal units do not have the last step before the first one
    (`dispatch.Case`).
    """
    park = with_offers(standing, offers)
    if circuits_mva is not None:
        park = with_circuits(park, tuple(offers), dict(circuits_mva))
    time = available.time.values
    topologies = topologies_of(park, time)
    islands = islands_of(topologies, len(time))
    check_voltage(islands)
    case = case_of(park, available, demand, islands=islands, losses=losses, step_h=step_h)
    refits = frozenset(o.id for o in offers if o.table == "potline" and o.candidate.choice is Choice.RETROFIT)
    stage = PlanStage(
        name=name,
        year=year,
        case=dataclasses.replace(case, in_place=refits, ring=ring),
        offers=tuple(offers),
        rules=tuple(park.rules if rules is None else rules),
        asked=asked or {},
        weight=weight,
        investment_max=investment_max,
        in_network=circuits_mva is not None,
    )
    return stage, watch_of(park, time, secure=secure)
