"""The whole catalogue: exhibitors, products, steps and enquiries, each a tuple of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from holin.errors import ARGUMENT, BadInput, Fault
from holin.hall.rows import Enquiry, Exhibitor, Product, Step


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What is shown in the hall."""

    exhibitors: tuple[Exhibitor, ...] = ()
    products: tuple[Product, ...] = ()
    steps: tuple[Step, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()

    @cached_property
    def exhibitor_of(self) -> Mapping[str, Exhibitor]:
        """Exhibitors by their ids."""
        return {e.id: e for e in self.exhibitors}

    @cached_property
    def product_of(self) -> Mapping[str, Product]:
        """Products by their ids."""
        return {p.id: p for p in self.products}

    @cached_property
    def inputs_of(self) -> Mapping[str, tuple[Step, ...]]:
        """The inputs of each product that has any."""
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.product, []).append(step)
        return {product: tuple(steps) for product, steps in found.items()}

    def product(self, name: str) -> Product:
        """Return a product by its id or one of its names; raises BadInput where there is none, or several."""
        if name in self.product_of:
            return self.product_of[name]
        found = [p for p in self.products if name and name in (p.name, p.name_zh)]
        if len(found) == 1:
            return found[0]
        problem = "is the name of several products" if found else "the catalogue has no such product"
        right = f"give an id: {', '.join(p.id for p in found[:5])}" if found else "look it up with a search"
        raise BadInput([Fault(file=ARGUMENT, field="product", value=name, problem=problem, right=right)])
