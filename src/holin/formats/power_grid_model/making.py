"""What is made of a document of power-grid-model on the way to a park."""

from __future__ import annotations

from dataclasses import dataclass, field

from holin.formats.building import Building
from holin.formats.records import Record
from holin.park import Bus, Transformer


@dataclass(kw_only=True)
class Reading(Building):
    """What is made of a document on the way, with the numbers of its objects."""

    nodes: dict[int, Bus] = field(default_factory=dict)
    transformers: dict[int, tuple[Transformer, bool]] = field(default_factory=dict)
    id_of: dict[int, str] = field(default_factory=dict)

    def node(self, record: Record, name: str) -> Bus:
        """Return the bus that an attribute names."""
        bus = record.one_of(name, self.nodes, "node")
        return bus if bus is not None else Bus(id="?", v_nom_kv=1.0)
