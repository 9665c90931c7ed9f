"""GET /api/runs/{run}/catalogue: the products of the exhibition beside a run, searched and filtered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, named_from, needed
from holin.web.library import KnownRun, Library
from holin.web.named import HALL
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.hall import Footprint, Hall, HallIndex, Product
    from holin.hall.rows import Exhibitor

router = APIRouter(tags=["catalogue"])

CountName = Literal["location", "market", "traced"]
Choices = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100)]] | None,
    Query(max_length=50, description="one or several of the facet's values; without it all"),
]


class Opened(NamedTuple):
    """A catalogue that was read: footprints and index made once."""

    hall: Hall
    known: Mapping[str, Footprint | None]
    search: HallIndex


def opened(library: Library, known: KnownRun, folder: Beside) -> Opened:
    """Return the catalogue beside a run, read once for as long as its files stand as they are."""

    def read() -> Opened:
        from holin.hall import footprints, index_of, read_hall

        hall = read_hall(folder.path)
        found = footprints(hall.catalogue, hall.figures)
        return Opened(hall, found, index_of(hall.catalogue, found))

    with named_from(known):
        return library.shelf.get(
            ("hall", folder.path, folder.stamp), read, lambda o: 8192 * max(1, len(o.hall.catalogue.products))
        )


class FootprintShown(BaseModel):
    """t CO2e per t of product, from the potline to the gate; the three totals are counts, never added to each other."""

    from_maker: bool = Field(description="whether the whole figure is its maker's own; then there are no counts")
    total_location: Figure = Field(description="t/t; the public grid's average on power bought")
    total_market: Figure = Field(description="t/t; retired certificates count as no carbon")
    total_traced: Figure = Field(description="t/t; what the units that fed it emitted")
    direct: Figure = Field(description="t/t: anodes, anode effects, fuel")
    declared: Figure = Field(description="t/t: inputs at their makers' own figures, or the maker's own whole figure")
    kwh_per_t: Figure
    green_share: Figure = Field(description="of the power, 0..1; count: physical")
    recycled_share: Figure = Field(description="0..1")
    missing: list[str] = Field(description="what had no figure")


class ProductListed(BaseModel):
    """A product as a list shows it."""

    id: str
    name: Label
    exhibitor: str
    maker: Label
    category: str
    form: str
    alloy: str
    temper: str
    uses: list[str]
    batch: str = Field(description="id of the batch that it is sold from; empty: none")
    synthetic: bool
    footprint: FootprintShown | None = Field(description="null: nothing is known")


class Facet(BaseModel):
    """A value that a search can be narrowed to, and how many products that would leave."""

    value: str
    label: Label
    products: int


class CatalogueFound(BaseModel):
    """A page of products that answer a search; a facet counts what choosing another of its values would give."""

    products_in_all: int
    synthetic: bool = Field(description="whether any product of the catalogue is synthetic")
    boundary: Label = Field(description="what is in a footprint and what is not")
    total: int
    page: int
    page_size: int
    terms: list[str] = Field(description="as the text was understood")
    products: list[ProductListed]
    facets: dict[str, list[Facet]] = Field(description="category, material, form, alloy, exhibitor, use")


@router.get(
    "/runs/{run}/catalogue",
    response_model=CatalogueFound,
    summary="Products of the exhibition: searched in either language, filtered, ranked",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_catalogue(
    request: Request,
    visitor: Asking,
    run: RunId,
    text: Annotated[str, Query(max_length=200, description="words in either language; all must fit")] = "",
    category: Choices = None,
    material: Choices = None,
    form: Choices = None,
    alloy: Choices = None,
    use: Choices = None,
    exhibitor: Choices = None,
    count: Annotated[CountName, Query(description="of footprints: which count the bounds are of")] = "traced",
    footprint_min: Annotated[float | None, Query(ge=0, le=1000, description="t/t")] = None,
    footprint_max: Annotated[float | None, Query(ge=0, le=1000, description="t/t")] = None,
    green_min: Annotated[float | None, Query(ge=0, le=1, description="physical green share of the power")] = None,
    order: Annotated[Literal["relevance", "footprint", "green"], Query(description="what stands first")] = "relevance",
    page: Annotated[int, Query(ge=1, le=100_000, description="from 1")] = 1,
    page_size: Annotated[int, Query(ge=1, le=200, description="products on a page")] = 24,
) -> Response:
    """Return the products that answer, the best first, with what each further choice would leave."""
    library = library_of(request)
    known = library.run(run)
    folder = needed(known, HALL)
    asked: dict[str, Any] = {
        "text": text, "footprint_min": footprint_min, "footprint_max": footprint_max, "green_min": green_min,
        "page": page, "page_size": page_size,
    }  # fmt: skip
    chosen = {"category": category, "material": material, "form": form, "alloy": alloy, "use": use,
              "exhibitor": exhibitor}  # fmt: skip
    asked |= {name: tuple(values or ()) for name, values in chosen.items()}

    def make() -> bytes:
        from holin.hall import Count, Order, search
        from holin.hall import Query as Wanted

        found = opened(library, known, folder)
        with named_from(known):
            answer = search(found.search, Wanted(count=Count(count), order=Order(order), **asked))
        catalogue = found.hall.catalogue
        return json_bytes(
            CatalogueFound(
                **head_of(found), total=answer.total, page=page, page_size=page_size, terms=list(answer.terms),
                products=[product_listed(found, catalogue.products[k]) for k in answer.products],
                facets={name: _facet(found, name, counts) for name, counts in answer.facets.items()},
            )
        )  # fmt: skip

    return respond(request, visitor, make, "catalogue", known.seal, folder.stamp, count, order, sorted(asked.items()))


def head_of(found: Opened) -> dict[str, Any]:
    """Return what is said of the whole catalogue."""
    from holin.hall import BOUNDARY

    products = found.hall.catalogue.products
    return {
        "products_in_all": len(products), "boundary": Label(**BOUNDARY),
        "synthetic": any(p.basis.value == "synthetic" for p in products),
    }  # fmt: skip


def both(thing: Product | Exhibitor) -> Label:
    """Return what a product or exhibitor is called in both languages."""
    return Label(en=thing.name or thing.name_zh, zh=thing.name_zh or thing.name)


def product_listed(found: Opened, product: Product) -> ProductListed:
    """Return a product as a list shows it."""
    return ProductListed(
        id=product.id, name=both(product), exhibitor=product.exhibitor,
        maker=both(found.hall.catalogue.exhibitor_of[product.exhibitor]), category=product.category.value,
        form=product.form.value, alloy=product.alloy, temper=product.temper, uses=[u.value for u in product.uses],
        batch=product.batch, synthetic=product.basis.value == "synthetic",
        footprint=_footprint(found.known[product.id]),
    )  # fmt: skip


def _footprint(one: Footprint | None) -> FootprintShown | None:
    from holin.hall import Count

    if one is None:
        return None
    totals = {f"total_{c}": math.nan if one.from_maker else one.total_t_per_t(c) for c in Count}
    return FootprintShown(
        from_maker=one.from_maker, direct=one.direct_t_per_t, declared=one.declared_t_per_t, kwh_per_t=one.kwh_per_t,
        green_share=one.green_share, recycled_share=one.recycled_share, missing=list(one.missing), **totals,
    )  # fmt: skip


def _facet(found: Opened, name: str, counts: Mapping[str, int]) -> list[Facet]:
    return [Facet(value=value, label=said(found, name, value), products=n) for value, n in counts.items()]


def said(found: Opened, facet: str, value: str) -> Label:
    """Return what a value of a facet is called."""
    from holin.hall import Category, Form, Material, Use, word

    kinds = {"category": Category, "material": Material, "form": Form, "use": Use}
    if facet in kinds:
        return Label(en=word(kinds[facet](value), "en"), zh=word(kinds[facet](value), "zh"))
    if facet == "exhibitor":
        return both(found.hall.catalogue.exhibitor_of[value])
    return Label(en=value, zh=value)
