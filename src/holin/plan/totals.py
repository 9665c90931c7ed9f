"""How much of each technology a plan has at a stage: its sizes, or the energy that it gives, as sums over columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Columns, Floats, Term
from holin.operation.block import quantities_of
from holin.park import Choice, PvPlant, Storage, ThermalUnit, WindFarm
from holin.plan.offers import BRANCHES, Offer
from holin.plan.problem import PlanProblem, PlanStage
from holin.plan.sizes import Kept, kept_units


@dataclass(frozen=True, kw_only=True, eq=False)
class Total:
    """A sum of coefficients (column,) times values and a constant, in `unit`; it lies between `least` and `most`."""

    unit: str
    coefficients: Floats
    constant: float
    least: float
    most: float

    @property
    def span(self) -> float:
        """The distance between the least and the most there could be."""
        return self.most - self.least

    def value(self, values: Floats) -> float:
        """Return the total of a solution."""
        return float(self.coefficients @ values[: len(self.coefficients)]) + self.constant


def totals_of(problem: PlanProblem, stage: PlanStage) -> dict[str, Total]:
    """Return what a plan can change at a stage: technology -> total, what stands in any case among it.

    Sizes of wind, solar, storage (MW and MWh), coal, potline refits, network and tie (MW or MVA), and the energy of
    import and coal over the stage's time (MWh).
    """
    park, step_h = stage.case.park, stage.case.hours.step_h
    offered = {offer.id for offer in stage.offers}
    kept = {k.id: k for k in kept_units(stage.case, stage.offers)}
    found: dict[str, Total] = {}
    for name, kind, attribute in (
        ("wind", WindFarm, "wind_farms"),
        ("solar", PvPlant, "pv_plants"),
        ("storage", Storage, "storages"),
        ("coal", ThermalUnit, "thermal_units"),
    ):
        sizes = [
            _column(problem, stage, f"size.{o.id}") for o in stage.offers if o.builds and isinstance(o.thing, kind)
        ]
        sizes += [_column(problem, stage, f"kept.{id_}") for id_, k in kept.items() if isinstance(k.thing, kind)]
        standing = [u for u in getattr(park, attribute) if u.id not in offered and u.id not in kept]
        total = _total(problem, "MW", [(c, 1.0) for c in sizes], sum(u.p_nom_mw for u in standing))
        found[name] = _in_place(total, [k for k in kept.values() if isinstance(k.thing, kind)], stage.offers)
        if kind is Storage:
            energy = [_column(problem, stage, f"size_mwh.{o.id}") for o in stage.offers if isinstance(o.thing, Storage)]
            stands = sum(u.e_nom_mwh for u in standing)
            found["storage_mwh"] = _total(problem, "MWh", [(c, 1.0) for c in energy], stands)
    for name, unit, tables in (
        ("network", "MVA", BRANCHES),
        ("tie", "MW", ("grid",)),
        ("potline_refit", "MW", ("potline",)),
    ):
        sizes = [_column(problem, stage, f"size.{o.id}") for o in stage.offers if o.builds and o.table in tables]
        found[name] = _total(problem, unit, [(c, 1.0) for c in sizes], 0.0)
    lines = [k for k in kept.values() if k.table == "potline"]
    found["potline_refit"] = _in_place(found["potline_refit"], lines, stage.offers, refits_alone=True)
    bought = quantities_of(problem.blocks[stage.name], "import_mwh")
    found["import_energy"] = _total(problem, "MWh", bought.terms, bought.constant)
    thermal = {u.id for u in park.thermal_units}
    burnt = [
        (i.columns, i.factor * step_h) for b in problem.blocks[stage.name] for i in b.injections if i.unit in thermal
    ]
    found["coal_energy"] = _total(problem, "MWh", burnt, 0.0)
    return {name: total for name, total in found.items() if 0.0 < total.span < np.inf}


def _column(problem: PlanProblem, stage: PlanStage, name: str) -> Columns:
    return problem.linear.variables[f"{stage.prefix}{name}"]


def _in_place(
    total: Total, kept: Sequence[Kept], offers: Sequence[Offer], *, refits_alone: bool = False
) -> Total:  # fmt: skip
    """Return the total with the bounds of units that make way: a unit and its refits share one place (`in_place`), of
    which the sum counts all, or the refits alone."""
    least, most = total.least, total.most
    for unit in kept:
        refits = [
            o.p_max_mw for o in offers if o.candidate.choice is Choice.RETROFIT and o.candidate.replaces == unit.id
        ]
        ends = refits if refits_alone else [unit.nominal_mw, *refits]
        most -= sum(ends) - max(ends, default=0.0)
        least += min(ends) if unit.must_stay and not refits_alone else 0.0
    return dataclasses.replace(total, least=least, most=most)


def _total(problem: PlanProblem, unit: str, terms: Iterable[Term], constant: float) -> Total:
    coefficients = np.zeros(len(problem.linear.cost))
    for columns, values in terms:
        columns = np.asarray(columns)
        np.add.at(
            coefficients, columns.ravel(), np.broadcast_to(np.asarray(values, dtype=float), columns.shape).ravel()
        )
    used = np.flatnonzero(coefficients)
    ends = coefficients[used] * problem.linear.lower[used], coefficients[used] * problem.linear.upper[used]
    return Total(
        unit=unit, coefficients=coefficients, constant=float(constant),
        least=float(np.minimum(*ends).sum()) + constant, most=float(np.maximum(*ends).sum()) + constant,
    )  # fmt: skip
