"""The rows of production records, declared once: the reader, its faults and the docs are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column


class Material(StrEnum):
    """What goes into a furnace."""

    TAPPED = "tapped"
    COLD = "cold"
    OWN_SCRAP = "own_scrap"
    RECYCLED = "recycled"
    ALLOYING = "alloying"


class Form(StrEnum):
    """What a batch is when it leaves the cast house."""

    LIQUID = "liquid"
    INGOT = "ingot"
    SLAB = "slab"
    BILLET = "billet"
    ROD = "rod"


class Boundary(StrEnum):
    """Where the tonne ends whose energy is counted: at the pot, or after casting."""

    LIQUID = "liquid"
    INGOT = "ingot"


@dataclass(frozen=True, kw_only=True)
class TapRow:
    """One ladle of liquid metal taken from a potline."""

    id: str = column(meaning="of the tap, unique")
    potline: str = column(meaning="which potline")
    time: str = column(meaning="when it was tapped, with offset or Z: 2025-06-02 08:20+08:00")
    mass_kg: str = column("kg", "metal in the ladle, to the gram at most")
    grade: str = column(meaning="purity as the laboratory names it, such as Al99.70", default="")


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """One casting batch (heat): what left the furnace."""

    id: str = column(meaning="of the batch, unique")
    furnace: str = column(meaning="in which furnace; metal stays in it from batch to batch, first in first out")
    time: str = column(meaning="when it was cast or delivered, with offset or Z")
    form: Form = column(meaning="liquid, ingot, slab, billet or rod")
    alloy: str = column(meaning="as sold, such as Al99.70 or AA6063")
    mass_kg: str = column("kg", "metal that left as product")
    loss_kg: str = column("kg", "dross and melt loss", default="0")
    customer: str = column(meaning="to whom it goes", default="")


@dataclass(frozen=True, kw_only=True)
class InputRow:
    """What went into the furnace for a batch, in order."""

    batch: str = column(meaning="id of the batch")
    material: Material = column(meaning="tapped, cold, own_scrap, recycled or alloying")
    source: str = column(meaning="the tap for tapped metal; else the supplier or lot", default="")
    mass_kg: str = column("kg", "metal put in")
    footprint_t_per_t: float | None = column(
        "t/t", "CO2e per tonne that its supplier declares; empty: not known", default=None, ge=0, le=60
    )
    reference: str = column(meaning="where that figure stands", default="")


@dataclass(frozen=True, kw_only=True)
class LotRow:
    """A conversion downstream: part of a batch, or of a lot, becomes another product."""

    id: str = column(meaning="of the lot, unique among batches and lots")
    parent: str = column(meaning="the batch or lot that it is made of")
    time: str = column(meaning="when it was made, with offset or Z")
    product: str = column(meaning="what it is, such as hot-rolled plate 5 mm")
    cn_code: str = column(meaning="of the EU's combined nomenclature, such as 7604 29", default="")
    input_kg: str = column("kg", "metal of the parent that went in")
    mass_kg: str = column("kg", "metal that left as product")
    scrap_kg: str = column("kg", "scrap that goes back to the cast house", default="0")
    loss_kg: str = column("kg", "what is lost", default="0")


@dataclass(frozen=True, kw_only=True)
class StockRow:
    """What was counted at a month's end, and what stood there when the records begin."""

    place: str = column(meaning="a furnace, a potline (metal waiting to be tapped), `ladles` or `own_scrap`")
    month: str = column(meaning="local month such as 2025-06")
    opening_kg: str = column("kg", "at its begin; only in the first month of the records", default="")
    closing_kg: str = column("kg", "counted at its end; empty: not counted", default="")


FILES = {"tap": TapRow, "batch": BatchRow, "input": InputRow, "lot": LotRow, "stock": StockRow}
"""File (without .csv) -> its row. tap, batch and input must be there."""

MUST = ("tap", "batch", "input")
