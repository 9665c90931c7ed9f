"""What may be built, refitted or retired: the choices that a plan decides on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


class Choice(StrEnum):
    """What a plan may do with an element."""

    BUILD = "build"
    RETROFIT = "retrofit"
    RETIRE = "retire"


@dataclass(frozen=True, kw_only=True)
class Candidate(Thing):
    """A choice of the planner: more of an element, an element in place of another one, or an element no more.

    It is on offer from `built` to `retired`. What is built is a thing of its own, named after the candidate, with the
    data of `element`: nothing that stands grows.
    """

    element: str = column(
        meaning="whose data what is built has; what is retired",
        refers_to=(
            "wind_farm", "pv_plant", "storage", "thermal_unit", "line", "transformer", "grid", "potline",
        ),
    )  # fmt: skip
    choice: Choice = column(meaning="build more of it, retrofit (it takes the place of `replaces`), or retire it")
    replaces: str | None = column(
        meaning="what makes way for a retrofit", default=None, refers_to=("thermal_unit", "potline")
    )
    template: bool = column(meaning="true: the element never stands itself, it only describes", default=False)
    p_min_mw: float = column("MW", "least that is built (lines, transformers: MVA)", default=0.0, ge=0)
    p_max_mw: float | None = column(
        "MW", "most that is built: land, resource, grid code (lines, transformers: MVA)", default=None, gt=0
    )
    unit_mw: float | None = column("MW", "size of one whole unit (empty: any size)", default=None, gt=0)
    duration_min_h: float | None = column(
        "h", "storage: least energy / power (empty: that of the element; none with e_max_mwh)", default=None, gt=0
    )
    duration_max_h: float | None = column(
        "h", "storage: most energy / power (empty: that of the element; none with e_max_mwh)", default=None, gt=0
    )
    e_max_mwh: float | None = column(
        "MWh", "storage: most energy that is built, whatever its power (empty: p_max_mw x duration)", default=None, gt=0
    )
    land_ha_per_mw: float = column("ha/MW", "land that it takes", default=0.0, ge=0, usual=(0, 20))
    cost: str | None = column(meaning="its cost data (empty: the element's)", default=None, refers_to="cost")


def templates_of(candidates: tuple[Candidate, ...]) -> frozenset[str]:
    """Return the elements that only describe what may be built."""
    return frozenset(c.element for c in candidates if c.template)
