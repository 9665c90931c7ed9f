"""The footprint of a product: its metal's, through every yield, and the power and fuel of each step on the way."""

from __future__ import annotations

import graphlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from holin.hall.catalogue import Catalogue
from holin.hall.figures import Figures, MetalFigure, PowerFigure
from holin.hall.rows import BATCH, POTLINE, Product, Step
from holin.hall.words import Category, Count, Form

KWH_PER_MWH = 1000.0


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """CO2e of a tonne of a product, t/t: direct, declared by makers, and of its power by three counts; NaN: not known.

    From the potline to the gate. `kwh_per_t` is the power of the potline and of all steps, `green_kwh_per_t` what of it
    the trace follows to wind and sun (physical), `recycled_share` scrap in the metal. `from_maker`: the whole figure is
    the maker's own, and none of the three counts. `missing` names what had no figure.
    """

    direct_t_per_t: float
    declared_t_per_t: float
    power_location_t_per_t: float
    power_market_t_per_t: float
    power_traced_t_per_t: float
    kwh_per_t: float
    green_kwh_per_t: float
    recycled_share: float
    from_maker: bool = False
    missing: tuple[str, ...] = ()

    def total_t_per_t(self, count: Count) -> float:
        """Return all of it by one count."""
        power: float = getattr(self, f"power_{count.value}_t_per_t")
        return self.direct_t_per_t + self.declared_t_per_t + power

    @property
    def green_share(self) -> float:
        """Of the power, what came from wind and sun; physical, NaN where no power is known."""
        return self.green_kwh_per_t / self.kwh_per_t if self.kwh_per_t else math.nan


SUMS = (
    "direct_t_per_t", "declared_t_per_t", "power_location_t_per_t", "power_market_t_per_t", "power_traced_t_per_t",
    "kwh_per_t", "green_kwh_per_t", "recycled_share",
)  # fmt: skip
"""What adds up over inputs, each by its mass per tonne made."""


def footprints(catalogue: Catalogue, figures: Figures | None) -> dict[str, Footprint | None]:
    """Return the footprint of every product; None where it has neither a path nor a figure of its maker.

    `f = (sum of input_kg * f_input) / made_kg + process_direct + process_kwh / 1000 * intensity`, for each count with
    its own intensity: that of the maker's enterprise. All of it stays with the product: scrap that goes back to the
    furnace takes none along, and recycled metal comes in at its own declared figure. Without figures of a run nothing
    that comes from a potline is known. The catalogue has no circles (`faults_of_catalogue`).
    """
    order = graphlib.TopologicalSorter({p.id: () for p in catalogue.products})
    for step in catalogue.steps:
        order.add(step.product, step.source)
    found: dict[str, Footprint | None] = {}
    for name in order.static_order():
        product = catalogue.product_of.get(name)
        if product is None:
            continue
        inputs = catalogue.inputs_of.get(name, ())
        if inputs:
            enterprise = catalogue.exhibitor_of[product.exhibitor].enterprise
            found[name] = folded(product, inputs, found, figures, enterprise)
        else:
            found[name] = declared(product)
    return found


def declared(product: Product) -> Footprint | None:
    """Return its maker's own figure, None where the maker gave none."""
    if product.declared_t_per_t is None:
        return None
    recycled = 1.0 if product.form is Form.SCRAP else 0.0
    return Footprint(
        direct_t_per_t=0.0, declared_t_per_t=product.declared_t_per_t, power_location_t_per_t=0.0,
        power_market_t_per_t=0.0, power_traced_t_per_t=0.0, kwh_per_t=0.0, green_kwh_per_t=0.0, recycled_share=recycled,
        from_maker=True,
    )  # fmt: skip


def folded(
    product: Product,
    inputs: tuple[Step, ...],
    known: Mapping[str, Footprint | None],
    figures: Figures | None,
    enterprise: str,
) -> Footprint:
    """Return a product's footprint from those of its inputs and from the power and fuel of its own step."""
    sums = dict.fromkeys(SUMS, 0.0)
    missing: list[str] = []
    for step in inputs:
        kg_per_kg = step.input_kg / (product.made_kg or math.nan)
        one = _input(step, known, figures)
        missing += [step.source] if one is None else one.missing
        for name in SUMS:
            sums[name] += kg_per_kg * (math.nan if one is None else getattr(one, name))
    mass = sum(step.input_kg for step in inputs)
    sums["recycled_share"] *= (product.made_kg or math.nan) / mass
    kwh, direct = product.process_kwh_per_t, product.process_direct_t_per_t
    missing += [] if direct is not None else [f"{product.id}: process_direct_t_per_t"]
    missing += [] if kwh is not None else [f"{product.id}: process_kwh_per_t"]
    sums["direct_t_per_t"] += math.nan if direct is None else direct
    power = None if figures is None else figures.power.get(enterprise)
    if power is None and kwh:
        missing.append(f"power of {enterprise or product.exhibitor}")
    for name, value in _step_power(math.nan if kwh is None else kwh, power).items():
        sums[name] += value
    return Footprint(missing=tuple(dict.fromkeys(missing)), from_maker=False, **sums)


def _step_power(kwh_per_t: float, power: PowerFigure | None) -> dict[str, float]:
    """Return what the power of a step adds, by three counts; a step without power adds nothing."""

    def times(value: float) -> float:
        return kwh_per_t * value if kwh_per_t else 0.0

    return {
        **{
            f"power_{count}_t_per_t": times(math.nan if power is None else getattr(power, f"{count}_t_per_mwh"))
            / KWH_PER_MWH
            for count in Count
        },
        "kwh_per_t": kwh_per_t,
        "green_kwh_per_t": times(math.nan if power is None else power.green_share),
    }


def _input(step: Step, known: Mapping[str, Footprint | None], figures: Figures | None) -> Footprint | None:
    for prefix, name in ((POTLINE, "metal"), (BATCH, "batches")):
        if step.source.startswith(prefix):
            of: Mapping[str, MetalFigure] = {} if figures is None else getattr(figures, name)
            figure = of.get(step.source.removeprefix(prefix))
            return None if figure is None else _of_metal(figure)
    return known.get(step.source)


def _of_metal(metal: MetalFigure) -> Footprint:
    return Footprint(
        direct_t_per_t=metal.direct_t_per_t, declared_t_per_t=metal.declared_t_per_t,
        power_location_t_per_t=metal.power_location_t_per_t, power_market_t_per_t=metal.power_market_t_per_t,
        power_traced_t_per_t=metal.power_traced_t_per_t, kwh_per_t=metal.kwh_per_t,
        green_kwh_per_t=metal.kwh_per_t * metal.green_share, recycled_share=0.0,
        missing=(f"metal in {metal.name} that has no figure",) if math.isnan(metal.declared_t_per_t) else (),
    )  # fmt: skip


def has_path(product: Product, catalogue: Catalogue) -> bool:
    """Whether a product has a path back: one of metal with steps; machinery and auxiliaries never do."""
    return product.id in catalogue.inputs_of and product.category not in (Category.EQUIPMENT, Category.AUXILIARY)


BOUNDARY = {
    "en": (
        "From the potline to the gate: anodes and anode effects, power, fuel of each step, inputs at their makers' own "
        "figures. Without alumina, the making of anodes, and transport. All stays with the product; scrap takes none "
        "along."
    ),
    "zh": (
        "边界为电解至出厂：阳极消耗与阳极效应、电力、各工序燃料、投料按厂家声明值。"
        "不含氧化铝、阳极制造与运输。排放全部计入产品，废料不分摊。"
    ),
}
"""What is in a footprint and what is not."""
