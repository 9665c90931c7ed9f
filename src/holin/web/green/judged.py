"""GET /api/runs/{run}/rules and /reconciliation: what the rules say of a run, and whether its books close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, STAFF, Asking, Visitor, read_by
from holin.web.answers import UNCHANGED, Figure, Label, RunId, json_bytes, library_of, respond
from holin.web.beside import Beside, beside
from holin.web.figures import Count
from holin.web.green.hours import kept
from holin.web.library import KnownRun, Library
from holin.web.named import LEDGER
from holin.web.people import source_names
from holin.web.problems import problems
from holin.web.runs import COUNT_OF_KIND
from holin.web.words import label_of

router = APIRouter(tags=["green"])


class CureShown(BaseModel):
    """A single change that would bring a rule's margin to zero, all else the same."""

    cure: str = Field(examples=["new_green"])
    label: Label
    amount: Figure = Field(description="how much of it at least, in `unit`")
    unit: str
    enough: bool = Field(description="whether there is room for that much")
    power_mw: Figure = Field(description="MW of wind and PV that would give so much, where it is new energy")


class ReachedShown(BaseModel):
    """What an enterprise reaches of a rule that is on a share of its load; count: physical."""

    id: str
    reached: Figure
    holds: bool


class JudgedRule(BaseModel):
    """A rule with its verdict on a run, its margin, and what would cure it."""

    rule: str
    kind: str
    label: Label
    sort: Label = Field(description="what its kind asks")
    value: Figure = Field(description="the limit, in `unit`")
    unit: str = Field(description="1 is a share")
    at_most: bool = Field(description="whether the limit is the most that may be, and not the least")
    reached: Figure = Field(description="in the unit of the limit")
    margin: Figure = Field(description="what it has in hand (negative: lacks), in `margin_unit`")
    margin_unit: str
    holds: bool | None = Field(description="null: it cannot be judged, see `needs`")
    partial: bool = Field(description="judged on other than whole years")
    needs: Label | None = Field(description="what it lacks to be judged")
    enforced: bool = Field(description="whether the dispatch was bound to keep it")
    in_force: bool = Field(description="on the day that the run's stage stands for")
    valid_from: date | None
    valid_until: date | None
    count: Count | None
    basis: str | None
    reference: str | None
    cures: list[CureShown]
    by_enterprise: list[ReachedShown]


class RulesShown(BaseModel):
    """The rules of a run's park."""

    on: date = Field(description="the day whose rules are asked for")
    years: Figure = Field(description="how many years the run has")
    ledger: bool = Field(description="whether certificates were counted")
    rules: list[JudgedRule]


@router.get(
    "/runs/{run}/rules",
    response_model=RulesShown,
    summary="The rules of a run's park: verdict, margin, and what would cure what is broken",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_rules(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return every rule of the park judged on the run; with a ledger beside it also the rules on certificates."""
    library = library_of(request)
    known = library.run(run)
    book = beside(known, LEDGER)

    def make() -> bytes:
        from holin.twin import rules_told

        found = _made(library, known, book, "rules", rules_told)
        rules = [_rule(row, visitor) for row in found["rules"]]
        shown = RulesShown(on=found["on"], years=found["years"], ledger=found["ledger"] is not None, rules=rules)
        return json_bytes(shown)

    return respond(request, visitor, make, "rules", known.seal, book.stamp if book else "")


def _made(library: Library, known: KnownRun, book: Beside | None, what: str, make: Any) -> Any:
    key = (what, known.seal, str(book.path) if book else "", book.stamp if book else "")
    return kept(library, known, key, make, folder=known.path, address=book.path if book else None)


def _rule(row: Mapping[str, Any], visitor: Visitor) -> JudgedRule:
    from holin.rules import AT_MOST, KIND_WORDS, UNITS, RuleKind

    kind = RuleKind(row["kind"])
    english, chinese = KIND_WORDS[kind]
    unit, margin_unit = UNITS.get(kind, "1"), MARGIN_UNITS.get(kind.value, "MWh")
    needs = label_of("needs", row["needs"]) if row["needs"] else None
    plain = {n: row[n] for n in ("rule", "value", "reached", "margin", "holds", "partial", "enforced", "in_force")}
    return JudgedRule(
        **plain, kind=kind.value, label=Label(en=row["name"], zh=row["name_zh"]), sort=Label(en=english, zh=chinese),
        unit=unit, at_most=kind in AT_MOST, margin_unit=margin_unit, needs=needs,
        valid_from=row["from"], valid_until=row["until"], count=COUNT_OF_KIND.get(kind.value), basis=row["basis"],
        reference=row["reference"] or None, cures=[_cure(c) for c in row["cures"]],
        by_enterprise=[
            ReachedShown(id=e["id"], reached=e["reached"], holds=e["holds"])
            for e in row["by_enterprise"]
            if visitor.sees(e["id"])
        ],
    )  # fmt: skip


MARGIN_UNITS = {
    "co2_max_t": "t", "storage_power_min": "MW", "storage_hours_min": "MWh", "land_max_ha": "ha",
}  # fmt: skip
"""Units of margins; of the rules that are not here the margin is an energy."""


def _cure(row: Mapping[str, Any]) -> CureShown:
    from holin.rules import LEVER_WORDS

    english, chinese = LEVER_WORDS[row["lever"]]
    return CureShown(
        cure=row["lever"], label=Label(en=english, zh=chinese),
        **{name: row[name] for name in ("amount", "unit", "enough", "power_mw")},
    )  # fmt: skip


class CheckPart(BaseModel):
    """A named part of one side of a check."""

    id: str
    label: Label
    amount: int = Field(description="in the check's unit")


class CheckShown(BaseModel):
    """Two sides that must be equal; whole Wh or whole fen, so that nothing is hidden by rounding."""

    name: str = Field(examples=["energy"])
    label: Label
    month: str = Field(description="local month; empty: the whole run", examples=["2025-03"])
    unit: str = Field(description="Wh or fen")
    left: list[CheckPart]
    right: list[CheckPart]
    left_sum: int
    right_sum: int
    difference: int = Field(description="left less right")
    allowed: int = Field(description="what roundings may leave")
    closes: bool


class ReconciliationShown(BaseModel):
    """Energy, certificates and bills of a run held against each other."""

    closes: bool
    ledger: bool = Field(description="whether certificates were held against it")
    currency: str
    checks: list[CheckShown]


@router.get(
    "/runs/{run}/reconciliation",
    response_model=ReconciliationShown,
    summary="Energy, certificates and bills held against each other: everything closes, or is named",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(STAFF),
)
def read_reconciliation(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return every check of a run's reconciliation, month by month; with a ledger beside it also of certificates."""
    library = library_of(request)
    known = library.run(run)
    book = beside(known, LEDGER)

    def make() -> bytes:
        from holin.twin import reconciled_told

        found = _made(library, known, book, "reconciliation", reconciled_told)
        return json_bytes(
            ReconciliationShown(
                closes=found["closes"], ledger=found["ledger"] is not None, currency=found["currency"],
                checks=[_check(row, source_names(known)) for row in found["checks"]],
            )
        )  # fmt: skip

    return respond(request, visitor, make, "reconciliation", known.seal, book.stamp if book else "")


def _check(row: Mapping[str, Any], names: Mapping[str, Label]) -> CheckShown:
    return CheckShown(
        name=row["name"], label=label_of("check", row["name"]), month=row["month"], unit=row["unit"],
        left=_parts(row["left"], names), right=_parts(row["right"], names),
        **{n: row[n] for n in ("left_sum", "right_sum", "difference", "allowed", "closes")},
    )  # fmt: skip


def _parts(side: Mapping[str, int], names: Mapping[str, Label]) -> list[CheckPart]:
    return [
        CheckPart(id=name, label=names.get(name) or label_of("part", name), amount=amount)
        for name, amount in side.items()
    ]
