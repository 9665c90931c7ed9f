"""What is made of a pandapower net on the way to a park."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from holin.formats.building import Building
from holin.formats.records import Record
from holin.park import Bus

FREQUENCY_HZ = 50.0


@dataclass(kw_only=True)
class Reading(Building):
    """What is made of a net on the way: its buses by their index, the ids of each element, which buses are dead."""

    buses: dict[Any, Bus] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    elements: dict[tuple[str, Any], list[str]] = field(default_factory=dict)
    frequency_hz: float = FREQUENCY_HZ
    tap_types: bool = False

    def bus(self, record: Record, column: str) -> Bus:
        """Return the bus that a column names."""
        bus = record.one_of(column, self.buses, "bus")
        return bus if bus is not None else Bus(id="?", v_nom_kv=1.0)

    def id_of(self, record: Record, table: str) -> str:
        """Return the id of an element: what Holin wrote beside it, else its table and index."""
        wanted = record.text("holin_id", f"{NAMES.get(table, table)}-{record.values['index']}")
        id_ = self.ids.new(wanted, table)
        self.elements.setdefault((table, index_of(record)), []).append(id_)
        return id_

    def is_left_out(self, record: Record, table: str, id_: str, *columns: str) -> bool:
        """Whether an element is out of service or at a dead bus, and so no part of the park; then it is named."""
        if not record.flag("in_service", True):
            self.left_out.name(f"elements out of service are left out: {table}", id_)
            return True
        if any(self.bus(record, column).id in self.dead for column in columns):
            self.left_out.name(f"elements at buses out of service are left out: {table}", id_)
            return True
        return False


NAMES = {"ext_grid": "grid", "trafo": "transformer", "trafo3w": "transformer3", "sgen": "static"}


def index_of(record: Record) -> Any:
    """Return an element's index as a key: a whole number where it is one."""
    index = record.values["index"]
    if isinstance(index, float) and index.is_integer():
        return int(index)
    return index if isinstance(index, int | str) else str(index)[:60]
