"""A catalogue as the data of one page: short rows, every word in both languages, figures rounded for people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from holin.hall.files import Hall
from holin.hall.footprint import BOUNDARY, Footprint, footprints
from holin.hall.matching import matched
from holin.hall.path import Node, path_of
from holin.hall.rows import Product
from holin.hall.words import WORDS, Category, Count, Form, Material, Side, Use

DIGITS = 3


def page_data(hall: Hall) -> dict[str, Any]:
    """Return what a page of the catalogue shows; names are [Chinese, English], what is not known is null."""
    catalogue, figures = hall.catalogue, hall.figures
    known = footprints(catalogue, figures)
    ends = [e for e in catalogue.enquiries]
    return {
        "synthetic": any(p.basis.value == "synthetic" for p in catalogue.products),
        "run": None
        if figures is None
        else {
            "park": [figures.park_name_zh, figures.park_name], "stage": figures.stage, "period": figures.period,
            "kind": figures.kind, "hours": figures.hours,
        },
        "boundary": [BOUNDARY["zh"], BOUNDARY["en"]],
        "words": {
            kind.__name__.lower(): {code: [zh, en] for code, (en, zh) in WORDS[kind].items()}
            for kind in (Category, Material, Form, Use, Side, Count)
        },
        "exhibitors": [
            {
                "id": e.id, "name": _both(e.name_zh, e.name), "kind": e.kind.value, "does": _both(e.does_zh, e.does),
                "contact": e.contact, "stand": e.stand,
            }
            for e in catalogue.exhibitors
        ],
        "products": [_product(p, known, hall) for p in catalogue.products],
        "enquiries": [
            {
                "exhibitor": e.exhibitor, "side": e.side.value, "category": e.category.value, "alloy": e.alloy,
                "words": _both(e.words_zh, e.words), "quantity_kg": e.quantity_kg,
                "until": None if e.until is None else e.until.isoformat(),
                "max": e.footprint_max_t_per_t, "count": None if e.footprint_count is None else e.footprint_count.value,
                "answers": [
                    {"exhibitor": o.exhibitor, "quantity_kg": m.quantity_kg}
                    for o in ends
                    if e.side is Side.SEEKS and o.side is Side.OFFERS and (m := matched(e, o)) is not None
                ],
            }
            for e in ends
        ],
    }  # fmt: skip


def _both(zh: str, en: str) -> list[str]:
    return [zh or en, en or zh]


def _product(product: Product, known: Mapping[str, Footprint | None], hall: Hall) -> dict[str, Any]:
    footprint = known[product.id]
    row: dict[str, Any] = {
        "id": product.id, "of": product.exhibitor, "name": _both(product.name_zh, product.name),
        "category": product.category.value, "material": product.material.value, "form": product.form.value,
        "alloy": product.alloy, "temper": product.temper, "use": [u.value for u in product.uses],
        "batch": product.batch, "basis": product.basis.value,
    }  # fmt: skip
    sizes = {n: getattr(product, n) for n in ("thickness_mm", "width_mm", "diameter_mm", "length_mm", "piece_kg")}
    row["size"] = {n: v for n, v in sizes.items() if v is not None}
    if product.maker_data or product.maker_data_zh or product.declared_t_per_t is not None:
        row["maker"] = {
            "data": _both(product.maker_data_zh, product.maker_data), "by": product.declared_by,
            "on": None if product.declared_on is None else product.declared_on.isoformat(),
            "t_per_t": product.declared_t_per_t,
        }  # fmt: skip
    if footprint is not None and not footprint.from_maker:
        row["foot"] = _footprint(footprint)
        way = path_of(hall.catalogue, hall.figures, product, known=known)
        row["path"] = [_node(node, hall) for node in way.nodes]
        row["sources"] = [
            [_both(s.name_zh, s.name), s.kind, s.green, _rounded(s.share, 4)] for s in way.sources
        ]  # fmt: skip
        row["unknown"] = _rounded(way.unknown_share, 4)
    return row


def _footprint(found: Footprint) -> Mapping[str, Any]:
    return {
        **{c.value: _rounded(found.total_t_per_t(c)) for c in Count},
        "direct": _rounded(found.direct_t_per_t),
        "declared": _rounded(found.declared_t_per_t),
        "kwh": _rounded(found.kwh_per_t, 0),
        "green": _rounded(found.green_share, 4),
        "recycled": _rounded(found.recycled_share, 4),
    }


def _node(node: Node, hall: Hall) -> list[Any]:
    """Return depth, kind, id, name, exhibitor, kg, yield, kWh of a stage."""
    name = [node.id, node.id]
    maker = None
    if node.product is not None:
        name, maker = _both(node.product.name_zh, node.product.name), node.product.exhibitor
    elif hall.figures is not None:
        metal = {**hall.figures.metal, **hall.figures.batches}.get(node.id)
        name = name if metal is None else _both(metal.name_zh, metal.name)
    kwh, share = _rounded(node.kwh_per_t, 0), _rounded(node.metal_yield, 4)
    return [node.depth, node.kind, node.id, name, maker, _rounded(node.kg_per_t, 0), share, kwh]


def _rounded(value: float, digits: int = DIGITS) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
