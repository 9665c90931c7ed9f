"""The demo's batches for sale: metal of the park as it was cast, each with the passport that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holin.columns import Basis
from holin.hall.demo.exhibitors import SYNTHETIC
from holin.hall.demo.making import MADE_KG, Making
from holin.hall.rows import BATCH, Product, Step
from holin.hall.words import Category, Form, Material, Use

AS_CAST = "sold as it was cast: no step after the batch"


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A batch that is for sale, as its passport says it."""

    batch: str
    name: str
    name_zh: str
    form: Form
    alloy: str


def add_sold(making: Making, sold: Sequence[Sold]) -> None:
    """Enter a product for each batch: a tonne of it is a tonne of the batch's metal."""
    for one in sold:
        whole, nothing = float(MADE_KG), 0.0
        making.products.append(
            Product(
                id=f"sold-{one.batch}", exhibitor="smelting", name=f"{one.name}, batch {one.batch}",
                name_zh=f"{one.name_zh}，批次 {one.batch}", category=Category.INGOT, material=Material.ALUMINIUM,
                form=one.form, alloy=one.alloy, uses=(USES.get(one.form, Use.REMELTING),), made_kg=whole,
                scrap_kg=nothing, loss_kg=nothing, process_kwh_per_t=nothing, process_direct_t_per_t=nothing,
                process_reference=AS_CAST, basis=Basis.SYNTHETIC, reference=SYNTHETIC,
            )
        )  # fmt: skip
        making.steps.append(
            Step(
                product=f"sold-{one.batch}", source=f"{BATCH}{one.batch}", input_kg=whole, basis=Basis.SYNTHETIC,
                reference=SYNTHETIC,
            )
        )  # fmt: skip
        making.from_the_park(f"sold-{one.batch}", one.batch)


USES = {Form.LIQUID: Use.CASTING, Form.SLAB: Use.ROLLING, Form.BILLET: Use.EXTRUDING, Form.ROD: Use.POWER_GRID}
