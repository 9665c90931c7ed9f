"""What the works of a plan's grid cost, as rows of the park's table `capital`: every price of the park bears them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date

from holin.columns import Basis
from holin.connection import Measure
from holin.connection.assumed import LIFETIME_YEARS
from holin.park import Capital, CapitalKind, Park, free_id


def with_works_paid(park: Park, works: Mapping[str, Sequence[Measure]], as_of: Mapping[str, date]) -> Park:
    """Return the park with what its works cost, each from its stage's date on, for as long as what it stands beside
    stands: worn out, they are bought again. Rows of the same works are replaced."""
    if not any(works.values()):
        return park
    these = {(measure.things[0].id, as_of[name]) for name, measures in works.items() for measure in measures}
    others = tuple(row for row in park.capitals if (row.element, row.built) not in these)
    park, rows = dataclasses.replace(park, capitals=others), list[Capital]()
    for name, measures in works.items():
        for measure in measures:
            id_ = free_id(park, f"paid-{measure.things[0].id}-{name}", [row.id for row in rows])
            rows.append(
                Capital(
                    id=id_, name=f"Reinforcement: {measure.of}", name_zh=f"电网加强：{measure.of}",
                    kind=CapitalKind.NETWORK, element=measure.things[0].id, capital_cost=measure.cost,
                    lifetime_years=LIFETIME_YEARS, built=as_of[name], retired=measure.things[0].retired,
                    basis=Basis.ASSUMED,
                    reference=f"{measure.kind.value} of {measure.size:g} {measure.unit} for stage {name}, decided by "
                    "holin plan; cost and life assumed",
                )
            )  # fmt: skip
    return dataclasses.replace(park, capitals=(*park.capitals, *rows))
