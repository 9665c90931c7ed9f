"""GET /api/runs/{run}: what a run was made from, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.figures import Count, SummaryFigure, figures_of
from holin.web.library import KnownRun
from holin.web.listing import RunListed, run_listed
from holin.web.problems import problems

router = APIRouter(tags=["runs"])


class RuleShown(BaseModel):
    """A rule and whether the run keeps it."""

    rule: str = Field(examples=["green-share-30"])
    kind: str = Field(examples=["green_share_min"])
    label: Label
    sort: Label = Field(description="what its kind asks")
    value: Figure = Field(description="the limit, in the unit of its kind")
    reached: Figure
    margin: Figure = Field(description="how much more there is than needed (negative: less), as the rule counts")
    holds: bool | None = Field(description="null: it cannot be judged by a run alone")
    partial: bool = Field(description="judged on less than a whole year")
    count: Count | None


class ClaimShown(BaseModel):
    """A published figure of the real park beside what the run reached; nothing was tuned to it."""

    claim: str
    label: Label
    figure: str
    low: Figure
    high: Figure
    reached: Figure
    agrees: bool | None = Field(description="null: the run does not tell")
    reference: Label


class MonthShown(BaseModel):
    """The energy of a local month, count: physical."""

    month: str = Field(examples=["2025-03"])
    whole: bool = Field(description="whether the run has all of it")
    energy_mwh: dict[str, Figure] = Field(description="MWh by kind, each positive")
    green_share_physical: Figure = Field(description="traced hour by hour, 0..1")


class RunShown(BaseModel):
    """A run: how it was made, its figures, rules, claims and months."""

    listed: RunListed
    holin: str = Field(description="version that made it")
    libraries: dict[str, str]
    solver: str | None
    seed: int | None = Field(description="of synthetic weather; null: measured")
    weather: str | None
    seal: str = Field(description="SHA-256 of the manifest, which holds the hash of every file")
    inputs: int = Field(description="how many files it was made from")
    currency: str
    settled: bool | None = Field(description="whether dispatch and losses came to rest")
    figures: list[SummaryFigure]
    rules: list[RuleShown]
    claims: list[ClaimShown]
    months: list[MonthShown]


@router.get(
    "/runs/{run}",
    response_model=RunShown,
    summary="A run: how it was made and its figures",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_run(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return a run's facts and figures, after its files were held against their hashes."""
    known = library_of(request).run(run)
    return respond(request, visitor, lambda: json_bytes(run_shown(known)), "run", run, known.seal)


def run_shown(known: KnownRun) -> RunShown:
    """Return a run as the API shows it."""
    manifest, summary = known.whole.manifest, known.whole.summary
    return RunShown(
        listed=run_listed(known),
        holin=str(manifest.get("holin", "")),
        libraries=manifest.get("libraries", {}),
        solver=manifest.get("solver"),
        seed=manifest.get("seed"),
        weather=manifest.get("weather"),
        seal=known.seal,
        inputs=len(manifest.get("inputs", {})),
        currency=str(summary.get("currency", "")),
        settled=summary.get("flow", {}).get("settled"),
        figures=figures_of(summary),
        rules=[_rule(r) for r in summary.get("rules") or []],
        claims=[_claim(c) for c in summary.get("claims") or []],
        months=[_month(m) for m in summary.get("monthly") or []],
    )


COUNT_OF_KIND: dict[str, Count] = {
    "green_share_physical_min": "physical", "aluminium_green_share_min": "physical",
    "aluminium_certificate_min": "certificate", "clean_share_min": "certificate",
    "claimed_hourly_min": "certificate", "claimed_deliverable_min": "certificate",
    "sold_claimed_max_mwh": "certificate", "green_share_min": "annual", "self_use_min": "annual",
}  # fmt: skip
"""Which count of green energy a kind of rule is judged by."""


def _rule(row: Mapping[str, Any]) -> RuleShown:
    from holin.picture.texts import texts

    kind = str(row["kind"])
    chinese, english = texts().get(f"rule.{kind}", (kind, kind))
    return RuleShown(
        rule=row["rule"], kind=kind, label=_named(row, row["rule"]), sort=Label(en=english, zh=chinese),
        value=row["value"], reached=row["reached"], margin=row["margin"], holds=row["holds"],
        partial=bool(row.get("partial")), count=COUNT_OF_KIND.get(kind),
    )  # fmt: skip


def _claim(row: Mapping[str, Any]) -> ClaimShown:
    reference = Label(en=row.get("reference", ""), zh=row.get("reference_zh") or row.get("reference", ""))
    figures = {name: row.get(name) for name in ("low", "high", "reached", "agrees")}
    return ClaimShown(
        claim=row["claim"], label=_named(row, row["claim"]), figure=row["figure"], reference=reference, **figures
    )


def _month(row: Mapping[str, Any]) -> MonthShown:
    return MonthShown(**{name: row[name] for name in MonthShown.model_fields})


def _named(row: Mapping[str, Any], otherwise: str) -> Label:
    english, chinese = row.get("name") or "", row.get("name_zh") or ""
    return Label(en=english or chinese or otherwise, zh=chinese or english or otherwise)
