"""The quantities of a park that a scenario may change: their names, and the rows and columns behind each."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from holin.park import Park
from holin.scenarios.drawing import How

TIMES: tuple[How, ...] = ("times",)
ANY: tuple[How, ...] = ("times", "to", "plus")
FACTS = "facts"
SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """Columns of a table's rows that change together; `hows` are the ways they may, the usual one first.

    A `label`, such as a seed, is no measure: twice as much of it means nothing.
    """

    attribute: str
    columns: tuple[str, ...]
    hows: tuple[How, ...] = ANY
    label: bool = False


QUANTITIES: dict[str, Quantity] = {
    "weather_seed": Quantity(attribute="climates", columns=("seed",), hows=("to",), label=True),
    "wind_yield": Quantity(attribute="wind_farms", columns=("full_load_hours",), hows=TIMES),
    "pv_yield": Quantity(attribute="pv_plants", columns=("full_load_hours",), hows=TIMES),
    "fuel_price": Quantity(attribute="fuels", columns=("price_per_gj",)),
    "cost": Quantity(attribute="costs", columns=("capital_cost_per_mw", "capital_cost_per_mwh"), hows=TIMES),
    "tariff.energy": Quantity(attribute="tariffs", columns=("energy_price_per_mwh",), hows=("times", "plus")),
    "tariff.transmission": Quantity(attribute="tariffs", columns=("transmission_per_mwh",)),
    "tariff.demand": Quantity(attribute="tariffs", columns=("demand_charge_per_mw_month",), hows=TIMES),
    "tariff.export": Quantity(attribute="tariffs", columns=("export_price_per_mwh",)),
    "load": Quantity(attribute="loads", columns=("load_mw", "q_mvar"), hows=TIMES),
    "discount_rate": Quantity(attribute=FACTS, columns=("discount_rate",)),
    "co2_price": Quantity(attribute=FACTS, columns=("co2_price_per_t",)),
}
"""Name -> what it changes. NAME changes all rows of its table, NAME.ID one; the park's own facts have no ids."""


def quantities_of(park: Park) -> tuple[str, ...]:
    """Return all names of quantities that a scenario of this park may change."""
    names = []
    for name, quantity in QUANTITIES.items():
        ids = [] if quantity.attribute == FACTS else [row.id for row in getattr(park, quantity.attribute)]
        if ids or quantity.attribute == FACTS:
            names += [name, *(f"{name}.{id}" for id in ids)]
    return tuple(names)


def kind_of(name: str) -> tuple[Quantity, str | None] | None:
    """Return the quantity that a name speaks of and the id of its row (None: all rows); None where there is none."""
    for head in sorted(QUANTITIES, key=len, reverse=True):
        if name == head:
            return QUANTITIES[head], None
        if name.startswith(f"{head}."):
            return QUANTITIES[head], name[len(head) + 1 :]
    return None


def rows_of(park: Park, quantity: Quantity, id: str | None) -> list[Any]:
    """Return the rows that change, `[]` where there are none."""
    if quantity.attribute == FACTS:
        return [park.facts] if id is None else []
    return [row for row in getattr(park, quantity.attribute) if id in (None, row.id)]


def names_that_exist(name: str, park: Park) -> str:
    """Say what a mistaken name may have meant, and which names there are."""
    names = quantities_of(park)
    near = difflib.get_close_matches(name, names, n=1)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    said = f"did you mean {near[0]}? " if near else ""
    return f"{said}this park has {', '.join(names[:SHOWN])}{more}"
