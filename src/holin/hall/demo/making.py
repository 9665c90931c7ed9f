"""How the demo makes a product: its reference run of a tonne, whole kilograms, closed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product as combinations
from typing import Any, TypeVar

from holin.columns import Basis
from holin.hall.demo.exhibitors import SYNTHETIC
from holin.hall.rows import Product, Step
from holin.hall.words import Material

T = TypeVar("T")
MADE_KG = 1000
ASSUMED = "assumed: order of magnitude of the step, no published figure; the demo's own"


@dataclass(frozen=True, kw_only=True)
class Process:
    """What a step takes, all assumed: share that becomes product, share lost, kWh/t, t CO2e/t of fuel."""

    metal_yield: float
    loss: float
    kwh_per_t: float
    direct_t_per_t: float


CASTING = Process(metal_yield=0.975, loss=0.008, kwh_per_t=60.0, direct_t_per_t=0.04)
ROLLING = Process(metal_yield=0.76, loss=0.006, kwh_per_t=520.0, direct_t_per_t=0.12)
FOIL = Process(metal_yield=0.80, loss=0.004, kwh_per_t=950.0, direct_t_per_t=0.06)
EXTRUSION = Process(metal_yield=0.82, loss=0.005, kwh_per_t=820.0, direct_t_per_t=0.05)
WHEELS = Process(metal_yield=0.62, loss=0.015, kwh_per_t=2100.0, direct_t_per_t=0.25)
CABLES = Process(metal_yield=0.965, loss=0.002, kwh_per_t=380.0, direct_t_per_t=0.02)
POWDER = Process(metal_yield=0.93, loss=0.03, kwh_per_t=640.0, direct_t_per_t=0.10)


@dataclass(kw_only=True)
class Making:
    """The products and steps made so far, and the dice."""

    dice: random.Random
    products: list[Product] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def between(self, low: float, high: float) -> float:
        """Return a figure between two."""
        return low + (high - low) * self.dice.random()

    def one(self, of: Sequence[T]) -> T:
        """Return one of several."""
        return of[int(self.dice.random() * len(of))]

    def some(self, count: int, *choices: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return so many different combinations, in the order of the choices."""
        all_ = list(combinations(*choices))
        for k in range(len(all_) - 1, 0, -1):
            j = int(self.dice.random() * (k + 1))
            all_[k], all_[j] = all_[j], all_[k]
        chosen = set(all_[:count])
        return [c for c in combinations(*choices) if c in chosen]

    def declare(self, id: str, *, day: date = date(2025, 1, 15), **columns: Any) -> Product:
        """Enter a product that carries its maker's own data."""
        made = Product(
            id=id, basis=Basis.SYNTHETIC, reference=SYNTHETIC, declared_on=day, **{"material": Material.OTHER} | columns
        )
        self.products.append(made)
        return made

    def make(self, id: str, process: Process, inputs: Iterable[tuple[str, float]], **columns: Any) -> Product:
        """Enter a product with its step: inputs are sources and their shares of what goes in, the last takes the rest.

        Yield, power and fuel vary by some percent around those of the process.
        """
        shares = list(inputs)
        made_kg = MADE_KG
        into = round(made_kg / min(0.999, process.metal_yield * self.between(0.985, 1.015)))
        loss = min(into - made_kg, round(process.loss * into * self.between(0.9, 1.1)))
        product = Product(
            id=id, basis=Basis.SYNTHETIC, reference=SYNTHETIC, made_kg=float(made_kg), loss_kg=float(loss),
            scrap_kg=float(into - made_kg - loss), process_reference=ASSUMED,
            process_kwh_per_t=round(process.kwh_per_t * self.between(0.92, 1.08), 1),
            process_direct_t_per_t=round(process.direct_t_per_t * self.between(0.92, 1.08), 4),
            **{"material": Material.ALUMINIUM} | columns,
        )  # fmt: skip
        left = into
        for k, (source, share) in enumerate(shares):
            kg = left if k == len(shares) - 1 else round(into * share)
            left -= kg
            self.steps.append(
                Step(product=id, source=source, input_kg=float(kg), basis=Basis.SYNTHETIC, reference=SYNTHETIC)
            )
        self.products.append(product)
        return product

    def from_the_park(self, id: str, batch: str) -> None:
        """Enter the batch from which a product is sold."""
        k = next(k for k, p in enumerate(self.products) if p.id == id)
        self.products[k] = replace(self.products[k], batch=batch)
