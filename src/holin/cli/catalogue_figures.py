"""What the hall's commands say of products, paths and enquiries: rows for a program, a tree for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holin.cli.output import figure, out, percent, print_table
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.hall import Answer, Footprint, Hall, Node, Path, Product, SourceShare


def figures_head(found: Hall) -> dict[str, Any]:
    """Return of which run the figures are; `figures` is null where the catalogue has none."""
    from holin.hall import BOUNDARY

    f = found.figures
    told = None if f is None else {n: getattr(f, n) for n in ("park", "stage", "period", "hours", "kind", "run")}
    return {"figures": told, "boundary": BOUNDARY["en"]}


def say_boundary(found: Hall, language: str) -> None:
    """Say of which run the figures are, what is in them and what is not."""
    from holin.hall import BOUNDARY

    f = found.figures
    if f is None:
        out.print(text("catalogue.no_run", language), style="yellow", soft_wrap=True)
        return
    name = f.park_name_zh if language == "zh" else f.park_name
    said = {
        "park": name,
        "stage": f.stage,
        "period": f.period,
        "hours": figure(f.hours, 0),
        "kind": text(f"carbon.kind.{f.kind}", language),
    }
    out.print(text("catalogue.run", language, **said), style="dim", soft_wrap=True, markup=False)
    out.print(BOUNDARY["zh" if language == "zh" else "en"], style="dim", soft_wrap=True, markup=False)


def product_row(product: Product, found: Hall, footprint: Footprint | None) -> dict[str, Any]:
    """Return a product as plain figures, with its exhibitor's names and its footprint."""
    from dataclasses import asdict

    from holin.hall import footprint_figures

    maker = found.catalogue.exhibitor_of[product.exhibitor]
    row = asdict(product)
    row["uses"] = [u.value for u in product.uses]
    return row | {
        "exhibitor_names": {"en": maker.name, "zh": maker.name_zh},
        "footprint": footprint_figures(footprint),
    }


def source_row(source: SourceShare) -> dict[str, Any]:
    """Return a source of power as plain figures."""
    from dataclasses import asdict

    return asdict(source)


def path_rows(way: Path, found: Hall) -> list[dict[str, Any]]:
    """Return the stages of a path as plain figures, nearest first."""
    from holin.hall import footprint_figures

    rows = []
    for node in way.nodes:
        maker = None if node.product is None else found.catalogue.exhibitor_of[node.product.exhibitor]
        rows.append(
            {
                "depth": node.depth, "kind": node.kind, "id": node.id, "kg_per_t": node.kg_per_t,
                "yield": node.metal_yield, "kwh_per_t": node.kwh_per_t, "enterprise": node.enterprise,
                "exhibitor": None if maker is None else maker.id,
                "batch": "" if node.product is None else node.product.batch,
                "declared_by": "" if node.product is None else node.product.declared_by,
                "declared_on": None if node.product is None else node.product.declared_on,
                "footprint": footprint_figures(node.footprint),
            }
        )  # fmt: skip
    return rows


def print_path(way: Path, found: Hall, language: str) -> None:
    """Print the stages as a tree, then the sources of the path's power."""
    heads = [text(f"catalogue.column.{c}", language) for c in ("stage", "kg", "yield", "kwh")]
    rows = [
        [f"{'  ' * node.depth}{'← ' if node.depth else ''}{node_said(node, found, language)}",
         figure(node.kg_per_t, 0), percent(node.metal_yield), figure(node.kwh_per_t, 0)]
        for node in way.nodes
    ]  # fmt: skip
    print_table(text("catalogue.path", language), heads, rows)
    if not any(n.kind in ("potline", "batch") for n in way.nodes):
        out.print(text("catalogue.no_path", language), soft_wrap=True)
        return
    heads = [text(f"catalogue.column.{c}", language) for c in ("source", "kind", "green_source", "kwh", "share")]
    rows = [
        [source.name_zh if language == "zh" else source.name, text(f"trace.kind.{source.kind}", language),
         text("catalogue.yes" if source.green else "catalogue.no", language), figure(source.mwh * 1000, 0),
         percent(source.share)]
        for source in way.sources
    ]  # fmt: skip
    print_table(text("catalogue.power", language), heads, rows)
    if way.unknown_share > 1e-6:
        out.print(text("catalogue.unknown_power", language, share=percent(way.unknown_share)), soft_wrap=True)


def node_said(node: Node, found: Hall, language: str) -> str:
    """Return what a stage of a path is, who makes it, and of a maker's figure who said it and when."""
    zh = language == "zh"
    if node.product is None:
        figures = found.figures
        of = {} if figures is None else figures.batches if node.kind == "batch" else figures.metal
        metal = of.get(node.id)
        name = node.id if metal is None else metal.name_zh if zh else metal.name
        return text(f"catalogue.node.{node.kind}", language, name=name)
    maker = found.catalogue.exhibitor_of[node.product.exhibitor]
    name = (node.product.name_zh if zh else node.product.name) or node.product.name
    firm = (maker.name_zh if zh else maker.name) or maker.name
    if node.kind == "maker" and node.product.declared_by:
        said = {"by": node.product.declared_by, "on": node.product.declared_on}
        return text("catalogue.node.maker", language, name=name, **said)
    return f"{name} · {firm}"


def answer_row(answer: Answer) -> dict[str, Any]:
    """Return what answers an enquiry as plain figures."""
    from dataclasses import asdict

    return {
        **asdict(answer.enquiry),
        "matches": [{"offers": asdict(m.offers), "fit": m.fit, "quantity_kg": m.quantity_kg} for m in answer.matches],
        "products": [p.id for p in answer.products],
    }
