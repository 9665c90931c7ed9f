"""The path of a product back through the firms to potline and power, as a tree with kilograms and kWh."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holin.hall.catalogue import Catalogue
from holin.hall.figures import Figures, MetalFigure, SourceShare
from holin.hall.footprint import Footprint, footprints
from holin.hall.rows import BATCH, POTLINE, Product
from holin.hall.words import Count


@dataclass(frozen=True, kw_only=True)
class Node:
    """One stage of a path: `kind` is product, maker (its maker's own figure), potline, batch, or unknown.

    `kg_per_t` is how much of it goes into a tonne of the product at the path's head; `kwh_per_t` the power of this
    stage alone for that tonne, used by `enterprise`; `metal_yield` made / put in, of its own step.
    """

    kind: str
    id: str
    depth: int
    kg_per_t: float
    kwh_per_t: float
    enterprise: str
    product: Product | None
    footprint: Footprint | None
    metal_yield: float


@dataclass(frozen=True, kw_only=True)
class Path:
    """The stages of a product's path from the gate back, nearest first, and the power of them all by source.

    `sources` are shares of the whole path's power, by the trace of the run's whole period (physical), `by_month` those
    of each month for the potlines' enterprises. `unknown_share` is the power of firms without figures.
    """

    product: Product
    nodes: tuple[Node, ...]
    sources: tuple[SourceShare, ...]
    by_month: tuple[SourceShare, ...]
    unknown_share: float


def path_of(
    catalogue: Catalogue,
    figures: Figures | None,
    product: Product,
    *,
    known: Mapping[str, Footprint | None] | None = None,
) -> Path:
    """Return the path of a product; one of its maker's own data is its own only stage.

    `known` are the catalogue's footprints, made anew where they are not given.
    """
    prints = footprints(catalogue, figures) if known is None else known
    nodes = tuple(_nodes(catalogue, figures, prints, product.id, 1000.0, 0))
    used: dict[str, float] = {}
    for node in nodes:
        used[node.enterprise] = used.get(node.enterprise, 0.0) + (0.0 if math.isnan(node.kwh_per_t) else node.kwh_per_t)
    smelters = {n.enterprise for n in nodes if n.kind in ("potline", "batch")}
    sources, unknown = power_of(figures, used)
    months = () if figures is None else figures.sources
    by_month = tuple(s for s in months if s.enterprise in smelters and s.period != figures_period(figures))
    return Path(product=product, nodes=nodes, sources=sources, by_month=by_month, unknown_share=unknown)


def figures_period(figures: Figures | None) -> str:
    """Return the period that figures are of."""
    return "" if figures is None else figures.period


def power_of(figures: Figures | None, kwh: dict[str, float]) -> tuple[tuple[SourceShare, ...], float]:
    """Return the sources of a path's power, largest first, and the share of power whose sources are not known.

    `kwh` is what each enterprise used for it; each enterprise's own mix of the period is weighed by that.
    """
    whole = math.fsum(kwh.values())
    if not whole:
        return (), 0.0
    found: dict[str, SourceShare] = {}
    shares: dict[str, float] = {}
    for one in () if figures is None else figures.sources:
        if one.period == figures_period(figures) and kwh.get(one.enterprise):
            found[one.source] = one
            shares[one.source] = shares.get(one.source, 0.0) + one.share * kwh[one.enterprise] / whole
    rows = (
        SourceShare(
            period=found[s].period, enterprise="", source=s, name=found[s].name, name_zh=found[s].name_zh,
            kind=found[s].kind, green=found[s].green, mwh=share * whole / 1000.0, share=share,
        )
        for s, share in shares.items()
    )  # fmt: skip
    known = math.fsum(shares.values())
    return tuple(sorted(rows, key=lambda r: (-r.share, r.source))), max(0.0, 1.0 - known)


def _nodes(
    catalogue: Catalogue,
    figures: Figures | None,
    known: Mapping[str, Footprint | None],
    source: str,
    kg: float,
    depth: int,
) -> Iterator[Node]:
    for prefix, kind in ((POTLINE, "potline"), (BATCH, "batch")):
        if source.startswith(prefix):
            of = {} if figures is None else figures.metal if kind == "potline" else figures.batches
            metal = of.get(source.removeprefix(prefix))
            yield _metal_node(kind, source.removeprefix(prefix), metal, kg, depth)
            return
    product = catalogue.product_of.get(source)
    if product is None:
        yield _node(kind="unknown", id=source, depth=depth, kg=kg)
        return
    inputs = catalogue.inputs_of.get(source, ())
    enterprise = catalogue.exhibitor_of[product.exhibitor].enterprise
    kwh = kg * (product.process_kwh_per_t or 0.0) / 1000.0 if inputs else 0.0
    into = math.fsum(s.input_kg for s in inputs)
    yield Node(
        kind="product" if inputs else "maker", id=source, depth=depth, kg_per_t=kg, kwh_per_t=kwh,
        enterprise=enterprise, product=product, footprint=known.get(source),
        metal_yield=(product.made_kg or math.nan) / into if into else math.nan,
    )  # fmt: skip
    for step in inputs:
        needed = kg * step.input_kg / (product.made_kg or math.nan)
        yield from _nodes(catalogue, figures, known, step.source, needed, depth + 1)


def _metal_node(kind: str, name: str, metal: MetalFigure | None, kg: float, depth: int) -> Node:
    if metal is None:
        return _node(kind=kind, id=name, depth=depth, kg=kg)
    return _node(kind=kind, id=name, depth=depth, kg=kg, kwh=kg * metal.kwh_per_t / 1000.0, enterprise=metal.enterprise)


def _node(*, kind: str, id: str, depth: int, kg: float, kwh: float = math.nan, enterprise: str = "") -> Node:
    return Node(
        kind=kind, id=id, depth=depth, kg_per_t=kg, kwh_per_t=kwh, enterprise=enterprise, product=None, footprint=None,
        metal_yield=math.nan,
    )  # fmt: skip


def footprint_figures(found: Footprint | None) -> dict[str, Any] | None:
    """Return a footprint as plain figures, each count by its name."""
    if found is None:
        return None
    return {
        "from_maker": found.from_maker,
        "direct_t_per_t": found.direct_t_per_t,
        "declared_t_per_t": found.declared_t_per_t,
        **{f"power_{c}_t_per_t": getattr(found, f"power_{c}_t_per_t") for c in Count},
        **{f"total_{c}_t_per_t": math.nan if found.from_maker else found.total_t_per_t(c) for c in Count},
        "kwh_per_t": found.kwh_per_t,
        "green_share_physical": found.green_share,
        "recycled_share": found.recycled_share,
        "missing": list(found.missing),
    }
