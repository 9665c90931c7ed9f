"""What every step of a layout reads: the parts with their texts, the segments, and the rows that they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from holin.picture.diagram.parts import Parts
from holin.picture.diagram.rows import Rows
from holin.picture.diagram.segments import Segment
from holin.picture.diagram.sizes import Sizes


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Parts, sizes, segments and rows of one drawing."""

    parts: Parts
    sizes: Sizes
    segments: Mapping[str, Segment]
    rows: Rows

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each node."""
        return {n: r for r, row in enumerate(self.rows.nodes) for n in row}

    @cached_property
    def segment_of(self) -> dict[str, str]:
        """The segment of each node."""
        return {n: s.id for s in self.segments.values() for n in s.nodes}

    @cached_property
    def reach(self) -> dict[str, tuple[int, int]]:
        """The first and the last row of each segment."""
        rows = {s.id: [self.row_of[n] for n in s.nodes] for s in self.segments.values()}
        return {s: (min(found), max(found)) for s, found in rows.items()}

    @cached_property
    def top_nodes(self) -> dict[str, str]:
        """The leftmost node in the first row of each substation, above which its name stands -> the substation."""
        found: dict[str, str] = {}
        for s in self.segments.values():
            if s.group:
                first = next(n for n in self.rows.nodes[self.reach[s.id][0]] if n in s.nodes)
                found[first] = s.group
        return found

    def in_row(self, segment: str, row: int) -> list[str]:
        """Return a segment's nodes in a row, from left to right."""
        return [n for n in self.rows.nodes[row] if self.segment_of[n] == segment]
