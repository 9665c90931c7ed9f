"""Published figures of the real park, held against a run: reported side by side, never tuned to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from holin.park import Claim, ClaimedFigure


def claims_held(claims: Sequence[Claim], figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each claim about the run's stage with what the run reached and whether that agrees.

    `figures` is the run's summary. Where the run does not have every month that a claim speaks of, whole, `reached` is
    NaN and `agrees` None: part of a year says nothing about a yearly figure.
    """
    rows = []
    for claim in (c for c in claims if c.stage == figures["stage"]):
        reached = reached_figure(claim, figures)
        agrees = (claim.low is None or reached >= claim.low) and (claim.high is None or reached <= claim.high)
        rows.append(
            {
                "claim": claim.id,
                "name": claim.name,
                "name_zh": claim.name_zh,
                "figure": claim.figure.value,
                "low": claim.low,
                "high": claim.high,
                "reached": reached,
                "agrees": agrees if math.isfinite(reached) else None,
                "reference": claim.reference,
                "reference_zh": claim.reference_zh,
            }
        )
    return rows


def reached_figure(claim: Claim, figures: Mapping[str, Any]) -> float:
    """Return the figure of the run that a claim speaks of."""
    wanted = set(claim.months or range(1, 13))
    months = {int(m["month"][5:]): m["energy_mwh"] for m in figures["monthly"] if m["whole"]}
    if not wanted <= set(months):
        return math.nan
    if len(figures["monthly"]) != len({m["month"][5:] for m in figures["monthly"]}):
        return math.nan  # more than one year: which one the claim means is not known
    yearly = {
        ClaimedFigure.METAL_T: figures["metal_t"],
        ClaimedFigure.GREEN_METAL_T: figures["green_metal_t"],
        ClaimedFigure.CARBON_T_PER_T: figures["carbon"]["t_per_t_al"],
        ClaimedFigure.ALL_IN_PRICE_PER_KWH: figures["all_in_price_per_kwh"],
        ClaimedFigure.GREEN_SHARE_PHYSICAL: figures["green_share"]["physical"],
    }
    if claim.figure in yearly and claim.months:
        return math.nan  # these are known for the whole run only
    if claim.figure in yearly:
        value = yearly[claim.figure]
        return math.nan if value is None else float(value)
    total = {
        name: sum(months[m][name] for m in sorted(wanted)) for name in ("wind", "solar", "export", "load", "curtailed")
    }
    used = total["wind"] + total["solar"]
    parts = {
        ClaimedFigure.GREEN_MWH: (used, 1.0),
        ClaimedFigure.LOAD_MWH: (total["load"], 1.0),
        ClaimedFigure.GREEN_SHARE: (used - total["export"], total["load"]),
        ClaimedFigure.CURTAILED_SHARE: (total["curtailed"], used + total["curtailed"]),
    }
    part, whole = parts[claim.figure]
    return part / whole if whole else math.nan
