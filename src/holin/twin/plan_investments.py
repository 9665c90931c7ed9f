"""What a plan buys, as the investments of its cash flow: when each is paid, and when it goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from holin.connection.assumed import LIFETIME_YEARS
from holin.finance import Investment
from holin.park import ATTRIBUTES, Choice, Park
from holin.plan import Offer, plan_figures
from holin.twin.plan import Planned


def investments_of_plan(planned: Planned) -> tuple[Investment, ...]:
    """Return what is built, at the prices of its year: one investment for each choice and stage, refits among them.

    What stands already is paid and no investment of the plan. A life is whole years, begun ones with them, as in the
    park as planned. What is worn out is bought again until the plan decides anew or what it refitted is gone.
    """
    as_of = {s.stage.name: s.stage.as_of for s in planned.settings}
    years = {name: day.year for name, day in as_of.items()}
    later = sorted(years.values())
    costs = {c.id: c for c in planned.whole.costs}
    offers = {(s.name, o.id): o for s in planned.plan.stages for o in s.offers}
    found = []
    for row in plan_figures(planned.plan)["built"]:
        if not row["investment"]:
            continue
        offer = offers[row["stage"], row["candidate"]]
        cost = costs.get(offer.candidate.cost or getattr(offer.thing, "cost", None) or "")
        since = as_of[row["stage"]]
        found.append(
            Investment(
                id=f"{row['candidate']}-{row['stage']}", kind=row["kind"], name=row["name"], name_zh=row["name_zh"],
                first_year=since.year, cost=row["investment"],
                lifetime_years=max(math.ceil(row["lifetime_years"]), 1),
                end_year=end_year(gone_year(planned.whole, offer, since), since.year, row["lifetime_years"], later),
                change_per_year=cost.change_per_year if cost and cost.price_year else 0.0,
            )
        )  # fmt: skip
    return (*found, *_reinforcements(planned, years))


def end_year(gone: int | None, since: int, lifetime_years: float, planned: Sequence[int]) -> int | None:
    """Return the first year without an investment: the end of what it refitted, or the first planned year after its
    life, in which the plan has bought what it wants; None where it goes on to the last year."""
    decided = next((year for year in planned if year >= since + lifetime_years), None)
    return min((year for year in (gone, decided) if year is not None), default=None)


def _reinforcements(planned: Planned, years: Mapping[str, int]) -> tuple[Investment, ...]:
    """Return what each stage's grid must have built beside the plan (costs assumed, constant)."""
    return tuple(
        Investment(
            id=measure.things[0].id, kind="network", name=f"Reinforcement: {measure.of}",
            name_zh=f"电网加强：{measure.of}", first_year=years[name], cost=measure.cost,
            lifetime_years=round(LIFETIME_YEARS),
        )
        for name, check in planned.checks.items()
        for measure in check.measures
    )  # fmt: skip


def gone_year(whole: Park, offer: Offer, since: date) -> int | None:
    """Return the first planned year without what an offer built at `since`, whatever its life: a refit goes with the
    unit whose place it took, a wider connection with that connection (None: nothing ends it)."""
    refit = offer.candidate.choice is Choice.RETROFIT
    id_ = offer.candidate.replaces if refit else offer.candidate.element if offer.table == "grid" else None
    own = next((t for t in getattr(whole, ATTRIBUTES[offer.table]) if t.id == id_), None)
    if own is None or own.retired is None:
        return None
    retired: date = own.retired
    # Planned years are looked at on the stage's day of the year.
    return retired.year if (retired.month, retired.day) <= (since.month, since.day) else retired.year + 1
