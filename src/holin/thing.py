"""What every thing of the park has: an id, names, dates, a place and a provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holin.columns import Basis, column


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Anything that stands in the park's tables, one row each.

    `basis` and `reference` hold for all figures of the row, unless the table `provenance` says otherwise for one.
    """

    id: str = column(meaning="unique within the whole park; letters, digits, '-', '_' and '.'")
    name: str = column(meaning="English name", default="")
    name_zh: str = column(meaning="Chinese name", default="")
    built: date | None = column(meaning="first day that it stands (empty: always stood)", default=None, late=True)
    retired: date | None = column(
        meaning="first day that it no longer stands (empty: not planned)", default=None, late=True
    )
    latitude: float | None = column("deg", "north positive", default=None, ge=-90, le=90, late=True)
    longitude: float | None = column("deg", "east positive", default=None, ge=-180, le=180, late=True)
    diagram_x: float | None = column("1", "place on the single-line diagram, to the right", default=None, late=True)
    diagram_y: float | None = column("1", "place on the single-line diagram, downwards", default=None, late=True)
    basis: Basis | None = column(meaning="where the row's figures come from", default=None, late=True)
    reference: str = column(meaning="outlet, document and date, or the reason for an assumption", default="", late=True)

    def stands_at(self, day: date) -> bool:
        """Whether the thing stands at the end of `day`: built by then and not yet retired."""
        return (self.built is None or self.built <= day) and (self.retired is None or day < self.retired)
