"""Production records as they are held: taps, batches, what went in, lots, counted stocks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from holin.batches.row import Boundary, Form, Material


@dataclass(frozen=True, kw_only=True)
class Tap:
    """A ladle of liquid metal: `time_s` in s (UTC)."""

    id: str
    potline: str
    time_s: int
    grams: int
    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class Input:
    """Metal put into a furnace; `footprint` in t CO2e per tonne as declared, None where it is not known."""

    material: Material
    source: str
    grams: int
    footprint: Fraction | None = None
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What left a furnace at once, with what was put in for it."""

    id: str
    furnace: str
    time_s: int
    form: Form
    alloy: str
    grams: int
    loss_grams: int
    inputs: tuple[Input, ...]
    customer: str = ""


@dataclass(frozen=True, kw_only=True)
class Lot:
    """Part of a batch or lot made into another product."""

    id: str
    parent: str
    time_s: int
    product: str
    cn_code: str
    input_grams: int
    grams: int
    scrap_grams: int
    loss_grams: int


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What was counted at a place: None where it was not."""

    place: str
    month: str
    opening_grams: int | None
    closing_grams: int | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the records are: demo (made from a run, synthetic) or metered; where the tonne ends; what casting takes.

    `upstream_t_per_t` is what alumina, anodes and other materials bring per tonne of liquid metal, None where nobody
    declared it; `company` makes the metal.
    """

    kind: str
    company: str
    company_zh: str
    boundary: Boundary
    cast_kwh_per_t: Fraction
    cast_basis: str
    cast_reference: str
    upstream_t_per_t: Fraction | None
    upstream_basis: str
    upstream_reference: str


@dataclass(frozen=True, kw_only=True)
class Production:
    """All records of a folder, and its files with their SHA-256."""

    facts: Facts
    taps: tuple[Tap, ...]
    batches: tuple[Batch, ...]
    lots: tuple[Lot, ...]
    stocks: tuple[Stock, ...]
    sources: tuple[tuple[str, str], ...]
