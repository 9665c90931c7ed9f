"""What is on offer at a stage: each candidate as a thing at its full size, with what a MW and a MWh of it cost."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from holin.errors import BadInput, Fault
from holin.finance import annuity, cost_level
from holin.park import (
    ATTRIBUTES,
    Candidate,
    Choice,
    Cost,
    Grid,
    Line,
    Park,
    Potline,
    Storage,
    ThermalUnit,
    Transformer,
    by_id,
    things_of,
)
from holin.potline import ac_power_mw
from holin.thing import Thing

SOURCES = ("wind_farm", "pv_plant", "thermal_unit", "storage")
BRANCHES = ("line", "transformer")
ELEMENTS = (*SOURCES, *BRANCHES, "grid", "potline")

LEAST_MW = 1e-3
"""Less than this is not built."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A candidate at a stage: `thing` is what it makes at full size (`p_max_mw`, for storage with `e_max_mwh`).

    Investments are those of the stage's year; `fixed_per_mw_year` is what keeping it costs. A choice to retire keeps
    its unit as far as it is not retired: `p_max_mw` is what stands. `replaces` makes way for a retrofit. Of one that is
    `closed` no more is built, what stands of it goes on.
    """

    candidate: Candidate
    table: str
    thing: Thing
    p_min_mw: float
    p_max_mw: float
    e_max_mwh: float
    investment_per_mw: float
    investment_per_mwh: float
    fixed_per_mw_year: float
    lifetime_years: float
    annuity: float
    closed: bool = False

    @property
    def id(self) -> str:
        """The candidate's id."""
        return self.candidate.id

    @property
    def builds(self) -> bool:
        """Whether something is built (not retired)."""
        return self.candidate.choice is not Choice.RETIRE


def offers_of(whole: Park, standing: Park, year: int, closed: Sequence[Candidate] = ()) -> tuple[Offer, ...]:
    """Return what is on offer in `standing`, the park frozen at a stage of `year`, in the candidates' order.

    `closed` were on offer at an earlier planned year: what was built of them stands on, but no more is built. Those
    whose element has gone since are left out, with their cost.

    Raises BadInput for choices that have no meaning, all of them at once.
    """
    things = {thing.id: (table, thing) for table, thing in things_of(whole) if table in ELEMENTS}
    faults: list[Fault] = []
    offers = []
    stands = {thing.id for table, thing in things_of(standing) if table in ELEMENTS}
    buses = {bus.id for bus in standing.buses}
    for candidate in (*standing.candidates, *closed):
        if gone(candidate) and gone(candidate) not in stands:
            continue  # it has been retired by then
        found = things.get(candidate.element)
        beside = found is not None and found[0] in (*BRANCHES, "grid") and not candidate.template
        if candidate in closed and beside and candidate.element not in stands:
            continue
        problem = _problem(candidate, found, stands, buses)
        if problem or found is None:
            faults.append(_fault(candidate, problem or "there is no such element"))
        else:
            offers.append(dataclasses.replace(_offer(whole, candidate, *found, year), closed=candidate in closed))
    if faults:
        raise BadInput(faults)
    return tuple(offers)


def gone(candidate: Candidate) -> str:
    """Return the element that makes way for a choice, "" where none does."""
    match candidate.choice:
        case Choice.RETIRE:
            return candidate.element
        case Choice.RETROFIT:
            return candidate.replaces or ""
        case _:
            return ""


def _problem(candidate: Candidate, found: tuple[str, Thing] | None, stands: set[str], buses: set[str]) -> str:
    if found is None:
        return "there is no such element"
    table, thing = found
    if candidate.choice is Choice.BUILD and candidate.p_max_mw is None:
        return "a choice to build needs p_max_mw"
    if candidate.choice is not Choice.BUILD and table not in ("thermal_unit", "potline"):
        return f"a {table} cannot be refitted or retired by a plan; thermal units and potlines can"
    if candidate.choice is Choice.RETIRE and table == "potline":
        return "a potline cannot be retired by a plan: its metal is owed"
    if candidate.choice is Choice.BUILD and table == "potline":
        return "a potline cannot be built by a plan; it can be refitted"
    if candidate.choice is Choice.RETROFIT and candidate.replaces is None:
        return "a retrofit needs `replaces`, what makes way for it"
    if isinstance(thing, Line) and candidate.template:
        ends = {thing.bus_from, thing.bus_to} - buses
        return f"a new line from or to {', '.join(sorted(ends))}, which does not stand at the stage" if ends else ""
    if candidate.element not in stands and table in (*BRANCHES, "grid"):
        return "lines, transformers and grid connections are enlarged beside one that stands at the stage"
    return ""


def _fault(candidate: Candidate, problem: str) -> Fault:
    return Fault(
        file="candidate.csv",
        field="element",
        value=candidate.element,
        problem=f"{candidate.id}: {problem}",
        right="see the table candidate in docs/reference/park-folder.md",
    )


def _offer(whole: Park, candidate: Candidate, table: str, thing: Thing, year: int) -> Offer:
    cost = by_id(whole.costs).get(candidate.cost or getattr(thing, "cost", None) or "", Cost(id=""))
    nominal = nominal_mw(thing)
    p_max = candidate.p_max_mw if candidate.choice is Choice.BUILD and candidate.p_max_mw else nominal
    e_max = 0.0
    if isinstance(thing, Storage):
        hours = thing.e_nom_mwh / thing.p_nom_mw
        e_max = candidate.e_max_mwh or p_max * (candidate.duration_max_h or candidate.duration_min_h or hours)
    price = cost_level(cost, year) if candidate.choice is not Choice.RETIRE else 0.0
    return Offer(
        candidate=candidate,
        table=table,
        thing=dataclasses.replace(full_size(thing, p_max, e_max), id=candidate.id)
        if candidate.choice is not Choice.RETIRE
        else thing,
        p_min_mw=candidate.p_min_mw if candidate.choice is Choice.BUILD else 0.0,
        p_max_mw=p_max,
        e_max_mwh=e_max,
        investment_per_mw=price * cost.capital_cost_per_mw,
        investment_per_mwh=price * cost.capital_cost_per_mwh,
        fixed_per_mw_year=cost.fixed_cost_per_mw_year,
        lifetime_years=cost.lifetime_years,
        annuity=annuity(whole.facts.discount_rate, cost.lifetime_years),
    )


def nominal_mw(thing: Thing) -> float:
    """Return the size of a thing in MW (transformers: MVA; grid connections: import; potlines: nominal AC power)."""
    match thing:
        case Grid():
            return thing.import_max_mw
        case Transformer():
            return thing.s_nom_mva
        case Potline():
            return float(ac_power_mw(thing, thing.amperage_ka))
        case _:
            return float(getattr(thing, "p_nom_mw", 0.0))


EXTENSIVE: dict[type, tuple[str, ...]] = {
    ThermalUnit: (
        "p_nom_mw", "p_min_mw", "ramp_up_mw_per_h", "ramp_down_mw_per_h", "start_cost", "start_cost_warm",
        "start_cost_cold", "stop_cost", "heat_nom_mw", "heat_store_mwh", "s_nom_mva", "q_min_mvar", "q_max_mvar",
        "start_max_mw", "stop_max_mw",
    ),
}  # fmt: skip
"""What grows with a unit's size, beside its nominal power."""


def full_size(thing: Any, p_mw: float, e_mwh: float = 0.0) -> Any:
    """Return a source of another size, everything that grows with its size in proportion; other things as they are.

    A storage takes its energy apart from its power.
    """
    if isinstance(thing, Line | Transformer | Grid | Potline):
        return thing
    factor = p_mw / thing.p_nom_mw
    names = EXTENSIVE.get(type(thing), ("p_nom_mw", "p_dc_mw", "s_nom_mva", "q_min_mvar", "q_max_mvar"))
    changed = {n: factor * getattr(thing, n) for n in names if getattr(thing, n, None) is not None}
    if isinstance(thing, Storage):
        changed["e_nom_mwh"] = e_mwh
    if isinstance(thing, ThermalUnit):
        changed["start_points"] = tuple((after_h, factor * mw) for after_h, mw in thing.start_points)
    return dataclasses.replace(thing, **changed)


def with_offers(standing: Park, offers: Sequence[Offer]) -> Park:
    """Return the park with everything that is on offer at full size: sources, refitted units, a wider grid connection.

    Lines and transformers only raise limits until they are built in whole circuits: they are left out.
    """
    tables: dict[str, list[Thing]] = {}
    for offer in (o for o in offers if o.builds and o.table not in BRANCHES):
        rows = tables.setdefault(ATTRIBUTES[offer.table], list(getattr(standing, ATTRIBUTES[offer.table])))
        if isinstance(offer.thing, Grid):
            place = next(k for k, grid in enumerate(rows) if grid.id == offer.candidate.element)
            rows[place] = wider(rows[place], offer.p_max_mw)
        else:
            rows.append(dataclasses.replace(offer.thing, built=None, retired=None))
    named: dict[str, Any] = {name: tuple(rows) for name, rows in tables.items()}
    return dataclasses.replace(standing, **named)


def wider(grid: Any, more_mw: float) -> Any:
    """Return a grid connection with so much more import, and export where it may export."""
    more_out = more_mw if grid.export_max_mw > 0 else 0.0
    return dataclasses.replace(
        grid, import_max_mw=grid.import_max_mw + more_mw, export_max_mw=grid.export_max_mw + more_out
    )
