"""GET /api/runs/{run}/catalogue/{product}: one product, its way back to the potline, and the power behind it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import THING, UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, beside, needed
from holin.web.hall.catalogue import Opened, ProductListed, both, head_of, opened, product_listed, said
from holin.web.named import HALL, PASSPORTS
from holin.web.problems import HttpProblem, problems

if TYPE_CHECKING:
    from holin.hall import Node, Product

router = APIRouter(tags=["catalogue"])

ProductId = Annotated[str, Path(pattern=THING, description="id of a product", examples=["foil-1235-12-620"])]


class StageShown(BaseModel):
    """A stage of a product's way, from the gate back: a product, its maker's own figure, a potline, a batch."""

    kind: Literal["product", "maker", "potline", "batch", "unknown"]
    id: str
    depth: int = Field(description="0 is the product itself; inputs of a stage stand below it, one deeper")
    name: Label
    maker: Label | None
    kg_per_t: Figure = Field(description="kg of it in a tonne of the product at the head")
    metal_yield: Figure = Field(description="made / put in, of its own step, 0..1")
    kwh_per_t: Figure = Field(description="kWh of this stage alone for that tonne")
    passport: str = Field(description="id of the batch's passport beside the run; empty: none")


class PowerShare(BaseModel):
    """A source of the power of a whole way; count: physical."""

    id: str
    name: Label
    kind: str
    green: bool
    share: Figure = Field(description="0..1 of the way's power")


class ProductShown(BaseModel):
    """A product with its footprint, its way back to potline or batch, and where its power came from."""

    listed: ProductListed
    boundary: Label
    category: Label
    material: Label
    form: Label
    uses: list[Label]
    sizes: dict[str, float] = Field(description="thickness_mm, width_mm, diameter_mm, length_mm, piece_kg: those known")
    maker_data: Label | None = Field(description="its maker's own words")
    declared_t_per_t: Figure = Field(description="its maker's own footprint, t CO2e per t")
    declared_by: str
    declared_on: date | None
    contact: str
    stand: str
    basis: str
    reference: str
    stages: list[StageShown]
    power: list[PowerShare]
    power_unknown: Figure = Field(description="0..1 of the way's power, of firms without figures")
    passport: str = Field(description="id of the passport of the batch that it is sold from; empty: none")


@router.get(
    "/runs/{run}/catalogue/{product}",
    response_model=ProductShown,
    summary="A product with its footprint, the sources behind it, and its way back to potline and batch",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_product(request: Request, visitor: Asking, run: RunId, product: ProductId) -> Response:
    """Return a product of the catalogue beside a run."""
    library = library_of(request)
    known = library.run(run)
    folder, proofs = needed(known, HALL), beside(known, PASSPORTS)

    def make() -> bytes:
        found = opened(library, known, folder)
        one = found.hall.catalogue.product_of.get(product)
        if one is None:
            raise HttpProblem(404, "not-found", f"the catalogue beside {run} has no product {product}")
        return json_bytes(_shown(found, one, proofs))

    stamps = (folder.stamp, proofs.stamp if proofs else "")
    return respond(request, visitor, make, "product", known.seal, *stamps, product)


def _shown(found: Opened, product: Product, proofs: Beside | None) -> ProductShown:
    from holin.hall import path_of

    catalogue = found.hall.catalogue
    maker = catalogue.exhibitor_of[product.exhibitor]
    way = path_of(catalogue, found.hall.figures, product, known=found.known)
    sizes = {n: getattr(product, n) for n in ("thickness_mm", "width_mm", "diameter_mm", "length_mm", "piece_kg")}
    words = product.maker_data or product.maker_data_zh
    choices: dict[str, Any] = {
        name: said(found, name, getattr(product, name).value) for name in ("category", "material", "form")
    }
    return ProductShown(
        listed=product_listed(found, product), boundary=head_of(found)["boundary"], **choices,
        uses=[said(found, "use", u.value) for u in product.uses],
        sizes={n: v for n, v in sizes.items() if v is not None},
        maker_data=Label(en=product.maker_data or words, zh=product.maker_data_zh or words) if words else None,
        contact=maker.contact, stand=maker.stand, basis=product.basis.value,
        **{n: getattr(product, n) for n in ("declared_t_per_t", "declared_by", "declared_on", "reference")},
        stages=[_stage(found, node, proofs) for node in way.nodes],
        power=[
            PowerShare(id=s.source, name=Label(en=s.name, zh=s.name_zh), kind=s.kind, green=s.green, share=s.share)
            for s in way.sources
        ],
        power_unknown=way.unknown_share, passport=_passport(product.batch, proofs),
    )  # fmt: skip


def _stage(found: Opened, node: Node, proofs: Beside | None) -> StageShown:
    name, maker = Label(en=node.id, zh=node.id), None
    if node.product is not None:
        name, maker = both(node.product), both(found.hall.catalogue.exhibitor_of[node.product.exhibitor])
    elif found.hall.figures is not None:
        figures = found.hall.figures
        metal = {**figures.metal, **figures.batches}.get(node.id)
        name = name if metal is None else Label(en=metal.name, zh=metal.name_zh)
    return StageShown(
        name=name, maker=maker,
        **{n: getattr(node, n) for n in ("kind", "id", "depth", "kg_per_t", "metal_yield", "kwh_per_t")},
        passport=_passport(node.id, proofs) if node.kind == "batch" else "",
    )  # fmt: skip


def _passport(batch: str, proofs: Beside | None) -> str:
    """Return the id of a batch's passport; "" where there is none."""
    from holin.twin.passport_files import file_stem

    stem = file_stem(batch) if batch else ""
    return stem if stem and proofs is not None and (proofs.path / f"{stem}.json").is_file() else ""
