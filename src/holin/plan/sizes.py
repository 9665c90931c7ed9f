"""Sizes as variables: a unit of size s is the unit with every limit times s."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holin.dispatch import Case
from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation import Block, Quantity, import_limit_mw, in_service, nominal_potline_mw, renewables_of
from holin.park import Choice, Grid, PvPlant, Storage, WindFarm, by_id
from holin.plan.offers import BRANCHES, Offer, nominal_mw
from holin.thing import Thing

THERMAL_ROWS = ("full_load", "heat_on", "heat_led")
"""Rows of a thermal unit with a side other than 0: those of its heat duty."""

ENLARGED = ("wind_farm", "pv_plant", "storage", *BRANCHES)
"""What may be larger than what is on offer, to find out what conflicts."""

BEYOND_MAX = 100.0
"""So much larger at most."""

POTLINE_COLUMNS = ("up", "down", "deviation")
POTLINE_ROWS = ("ramp", "duty")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A standing unit that a plan may retire or refit: what stands of it, and what keeping a MW of it costs a year."""

    id: str
    table: str
    thing: Thing
    nominal_mw: float
    fixed_per_mw_year: float
    must_stay: bool
    """Whether it makes way for a retrofit only: what is not kept is refitted."""


def kept_units(case: Case, offers: Sequence[Offer]) -> tuple[Kept, ...]:
    """Return the standing units that some offer retires or refits, each once."""
    costs, units = by_id(case.park.costs), {u.id: u for u in (*case.park.thermal_units, *case.park.potlines)}
    named: dict[str, Offer] = {}
    for offer in offers:
        if offer.candidate.choice is Choice.RETIRE:
            named.setdefault(offer.candidate.element, offer)
        elif offer.candidate.choice is Choice.RETROFIT and offer.candidate.replaces:
            named.setdefault(offer.candidate.replaces, offer)
    retired = {o.candidate.element for o in offers if o.candidate.choice is Choice.RETIRE}
    kept = []
    for id_, offer in named.items():
        unit: Any = units[id_]
        cost = costs.get(getattr(unit, "cost", None) or "")
        kept.append(
            Kept(
                id=id_, table=offer.table, thing=unit, nominal_mw=nominal_mw(unit),
                fixed_per_mw_year=cost.fixed_cost_per_mw_year if cost else 0.0, must_stay=id_ not in retired,
            )
        )  # fmt: skip
    return tuple(kept)


def sized_ids(case: Case, offers: Sequence[Offer]) -> frozenset[str]:
    """Return the units whose size is open: none of them runs as the twin of another one."""
    return frozenset(o.id for o in offers) | {k.id for k in kept_units(case, offers)}


def add_sizes(
    builder: ProblemBuilder, case: Case, offers: Sequence[Offer], *, beyond_per_mw: float | None = None
) -> Block:
    """Add the size of every offer (`size.ID` in MW, `size_mwh.ID`) and of every unit that may make way (`kept.ID`).

    All limits of what is offered then hold per MW of its size. Returns what the sizes change in the year's quantities.
    With `beyond_per_mw` wind, PV, storage and branches may be larger than what is on offer, at that price.
    """
    parts: list[tuple[str, Quantity]] = []
    for offer in (o for o in offers if o.builds):
        beyond = beyond_per_mw is not None and offer.table in ENLARGED
        most = BEYOND_MAX * offer.p_max_mw if beyond else offer.p_max_mw
        size = builder.add_variables(f"size.{offer.id}", (1,), lower=offer.p_min_mw, upper=most)
        if beyond and beyond_per_mw is not None:
            more = builder.add_variables(f"beyond.{offer.id}", (1,), upper=most, cost=beyond_per_mw)
            builder.add_rows(f"offered.{offer.id}", [(size, 1.0), (more, -1.0)], upper=offer.p_max_mw)
        if offer.table not in BRANCHES:
            parts += _scale(builder, case, offer, size, most / offer.p_max_mw)
        if offer.candidate.land_ha_per_mw:
            parts.append(("land_ha", Quantity(terms=((size, offer.candidate.land_ha_per_mw),))))
    wide = [o for o in offers if o.builds and isinstance(o.thing, Grid)]
    for element in dict.fromkeys(o.candidate.element for o in wide):
        _widen(builder, case, element, [o for o in wide if o.candidate.element == element])
    for kept in kept_units(case, offers):
        size = builder.add_variables(
            f"kept.{kept.id}", (1,), upper=kept.nominal_mw, cost=kept.fixed_per_mw_year * case.hours.years
        )
        _scale_unit(builder, kept.table, kept.id, int(size[0]), kept.nominal_mw)
        refits = [o for o in offers if o.candidate.choice is Choice.RETROFIT and o.candidate.replaces == kept.id]
        terms: list[Term] = [(size, 1.0 / kept.nominal_mw)]
        terms += [(builder.columns(f"size.{o.id}"), 1.0 / o.p_max_mw) for o in refits]
        builder.add_rows(f"in_place.{kept.id}", terms, lower=1.0 if kept.must_stay else 0.0, upper=1.0)
    parts.append(("land_ha", Quantity()))
    names = dict.fromkeys(name for name, _ in parts)
    return Block(quantities={n: _sum([q for m, q in parts if m == n]) for n in names})


def _sum(parts: Sequence[Quantity]) -> Quantity:
    return Quantity(terms=tuple(t for p in parts for t in p.terms), constant=sum(p.constant for p in parts))


def _scale(
    builder: ProblemBuilder, case: Case, offer: Offer, size: Columns, beyond: float
) -> list[tuple[str, Quantity]]:
    """Let the limits of an offer's unit hold per MW of its size; return how the year's quantities change.

    `beyond` is by how much the size may be larger than what is on offer.
    """
    p_max, column = offer.p_max_mw, int(size[0])

    def instead(amount: float) -> Quantity:
        return Quantity(terms=((size, amount / p_max),), constant=-amount)

    match offer.thing:
        case WindFarm() | PvPlant():
            k = [u.id for u in renewables_of(case.park)].index(offer.id)
            builder.scale_columns(f"renewable.{offer.id}", builder.columns("renewable")[:, k], column, p_max)
            mwh = float(case.available_mw[:, k].sum() * case.hours.step_h)
            return [("renewable_available_mwh", instead(mwh)), ("renewable_mw", instead(p_max))]
        case Storage():
            energy = builder.add_variables(f"size_mwh.{offer.id}", (1,), upper=beyond * offer.e_max_mwh)
            least_h, most_h = duration_h(offer)
            if least_h > 0.0:
                builder.add_rows(f"duration_least.{offer.id}", [(energy, 1.0), (size, -least_h)], lower=0.0)
            if math.isfinite(most_h):
                builder.add_rows(f"duration_most.{offer.id}", [(energy, 1.0), (size, -most_h)], upper=0.0)
            for name, by, nominal in (
                ("charge", column, p_max),
                ("discharge", column, p_max),
                ("soc", int(energy[0]), offer.e_max_mwh),
            ):
                builder.scale_columns(f"{name}.{offer.id}", builder.columns(f"{name}.{offer.id}"), by, nominal)
            mwh_part = Quantity(terms=((energy, 1.0),), constant=-offer.e_max_mwh)
            return [("storage_mw", instead(p_max)), ("storage_mwh", mwh_part)]
        case Grid():
            return []  # `_widen`, of all that widen one connection
        case _:
            _scale_unit(builder, offer.table, offer.id, column, p_max)
            return _potline_load(case, offer.id) if offer.table == "potline" else []


def duration_h(offer: Offer) -> tuple[float, float]:
    """Return the least and the most energy of a storage on offer, per MW of its power.

    Where its energy has a limit of its own (`e_max_mwh`), both are of any size unless the candidate says more.
    """
    unit, candidate = offer.thing, offer.candidate
    if candidate.e_max_mwh is not None:
        return candidate.duration_min_h or 0.0, candidate.duration_max_h or math.inf
    own = unit.e_nom_mwh / unit.p_nom_mw if isinstance(unit, Storage) else 0.0
    least = candidate.duration_min_h or min(own, candidate.duration_max_h or own)
    return least, candidate.duration_max_h or max(own, least)


def _scale_unit(builder: ProblemBuilder, table: str, id_: str, size: int, nominal: float) -> None:
    """Let the limits of a thermal unit or a potline hold per MW of its size."""
    columns, rows = (("on",), THERMAL_ROWS) if table == "thermal_unit" else (POTLINE_COLUMNS, POTLINE_ROWS)
    for name in columns:
        builder.scale_columns(f"{name}.{id_}", builder.columns(f"{name}.{id_}"), size, nominal)
    for name in rows:
        if builder.has_rows(f"{name}.{id_}"):
            builder.scale_rows(f"{name}.{id_}", size, nominal)


def _potline_load(case: Case, id_: str) -> list[tuple[str, Quantity]]:
    """A potline in place of another one takes no nominal power of its own: the other one's stands for it."""
    k = [p.id for p in case.park.potlines].index(id_)
    mwh = float(nominal_potline_mw(case.park, case.hours)[:, k].sum() * case.hours.step_h)
    return [(name, Quantity(constant=-mwh)) for name in ("load_mwh", "aluminium_load_mwh")]


def _widen(builder: ProblemBuilder, case: Case, element: str, offers: Sequence[Offer]) -> None:
    """Limit import and export to what the connection carries now and what all offers beside it add."""
    grid = by_id(case.park.grids)[element]
    service = in_service(case.hours, [grid.id])[:, 0]
    most_mw = sum(o.p_max_mw for o in offers)
    sizes = [builder.columns(f"size.{o.id}") for o in offers]
    for name, share_of in (
        ("import", import_limit_mw(case.park, grid, case.hours) / grid.import_max_mw),
        ("export", np.ones(case.hours.count)),
    ):
        now = (grid.import_max_mw if name == "import" else grid.export_max_mw) - most_mw
        if f"{name}.{grid.id}" in builder and now >= 0.0:
            share: Floats = share_of * service
            terms: list[Term] = [(builder.columns(f"{name}.{grid.id}"), 1.0), *((size, -share) for size in sizes)]
            builder.add_rows(f"tie_{name}.{grid.id}", terms, upper=now * share)


def room_of(builder: ProblemBuilder, offers: Sequence[Offer], parallel: Mapping[str, Sequence[str]]) -> dict[str, Term]:
    """Return what the sizes of lines and transformers add to the limits of branches: element -> (column, MW per MVA).

    A size is shared by all identical parallel branches (`parallel`: branch -> all of its group). What several offers
    add to one branch is a column of its own, `room.NAME` in MW.
    """
    added: dict[str, list[tuple[Offer, float]]] = {}
    for offer in (o for o in offers if o.table in BRANCHES):
        group = parallel.get(offer.candidate.element, [offer.candidate.element])
        for name in group:
            added.setdefault(name, []).append((offer, 1.0 / len(group)))
    room: dict[str, Term] = {}
    for name, parts in added.items():
        terms: list[Term] = [(builder.columns(f"size.{offer.id}"), part) for offer, part in parts]
        if len(terms) > 1:
            most = BEYOND_MAX * sum(offer.p_max_mw * part for offer, part in parts)
            whole = builder.add_variables(f"room.{name}", (1,), upper=most)
            builder.add_rows(
                f"room.{name}", [(whole, 1.0), *((c, -np.asarray(part)) for c, part in terms)], lower=0.0, upper=0.0
            )
            terms = [(whole, 1.0)]
        room[name] = terms[0]
    return room
