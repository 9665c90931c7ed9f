"""GET /api/runs/{run}/enterprises…: who used how much, how green it was, and one enterprise hour by hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from holin.web.access import EVERYONE, OWN_OR_STAFF, Asking, Visitor, read_by
from holin.web.answers import (
    ARROW,
    THING,
    UNCHANGED,
    Figure,
    Label,
    RunId,
    arrow_of,
    json_bytes,
    library_of,
    respond,
)
from holin.web.library import KnownRun, Library
from holin.web.problems import HttpProblem, problems
from holin.web.tables import hours_said
from holin.web.words import label_of, words

if TYPE_CHECKING:
    from holin.summary import EnterpriseHours

router = APIRouter(tags=["enterprises"])

EnterpriseId = Annotated[
    str, Path(pattern=THING, description="id of an enterprise of the run's park", examples=["ent-12"])
]


class EnterpriseMonth(BaseModel):
    """An enterprise in a local month; count: physical, traced hour by hour."""

    month: str = Field(examples=["2025-03"])
    used_mwh: Figure = Field(description="MWh of its loads and potlines, at their buses")
    loss_mwh: Figure = Field(description="MWh of network losses assigned to that use")
    green_mwh: Figure = Field(description="MWh of the use, traced to wind and sun")
    green_share: Figure = Field(description="green / used, 0..1")
    traced_t: Figure = Field(description="t CO2 by tracing, losses included")
    location_t: Figure = Field(description="t CO2 by the park's hourly average, losses included")


class EnterpriseShown(BaseModel):
    """An enterprise over the whole run."""

    id: str
    name: Label
    sector: Label
    load_mwh: Figure = Field(description="MWh used at its buses")
    green_share_physical: Figure = Field(description="traced hour by hour, 0..1; count: physical")
    carbon_t: Figure = Field(description="t CO2 by tracing, losses included")
    carbon_location_t: Figure = Field(description="t CO2 by the park's hourly average")
    months: list[EnterpriseMonth]


class EnterprisesShown(BaseModel):
    """The enterprises that used energy in a run; money is not here, for it is the bills' to say."""

    green_share_annual: Figure = Field(
        description="plain balance of the park over the whole run, 0..1; it knows no hours and no users, so it is the "
        "same for all; count: annual"
    )
    enterprises: list[EnterpriseShown]


@router.get(
    "/runs/{run}/enterprises",
    response_model=EnterprisesShown,
    summary="The enterprises of a run, with their months",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_enterprises(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the enterprises that the visitor may see, in the park's order."""
    known = library_of(request).run(run)
    return respond(request, visitor, lambda: json_bytes(enterprises_shown(known, visitor)), "enterprises", known.seal)


def enterprises_shown(known: KnownRun, visitor: Visitor) -> EnterprisesShown:
    """Return the enterprises of a run as the API shows them."""
    summary = known.whole.summary
    rows = [row for row in summary.get("enterprises") or [] if visitor.sees(row["id"])]
    months = _months(known)
    return EnterprisesShown(
        green_share_annual=summary.get("green_share", {}).get("annual"),
        enterprises=[_enterprise(row, months.get(row["id"], [])) for row in rows],
    )


def _enterprise(row: Mapping[str, Any], months: list[EnterpriseMonth]) -> EnterpriseShown:
    name = Label(en=row["name"] or row["name_zh"] or row["id"], zh=row["name_zh"] or row["name"] or row["id"])
    figures = {key: row[key] for key in ("id", "load_mwh", "green_share_physical", "carbon_t", "carbon_location_t")}
    return EnterpriseShown(name=name, sector=label_of("value", row["sector"]), months=months, **figures)


def _months(known: KnownRun) -> dict[str, list[EnterpriseMonth]]:
    """Return the months of each enterprise from the run's table for people."""
    from holin.store import read_people

    found: dict[str, list[EnterpriseMonth]] = {}
    for row in read_people(known.whole, "enterprises"):
        figures = {name: row[name] for name in EnterpriseMonth.model_fields}
        found.setdefault(str(row["enterprise"]), []).append(EnterpriseMonth(**figures))
    return found


@router.get(
    "/runs/{run}/enterprises/{enterprise}/hours",
    summary="One enterprise hour by hour, as Arrow",
    responses=arrow_of(
        "one float32 column per series: power_mw, loss_mw, from_storage_mw, green_share (count: physical), traced_t "
        "and location_t (CO2 of the interval), price_per_mwh (marginal, at its buses), and `source:ID` in MW for each "
        "source that it used, which add up to power_mw. Metadata of each field: unit, en, zh, and for sources kind and "
        "green; of the schema: enterprise, first, step_s, time_zone, currency."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(OWN_OR_STAFF, own="enterprise"),
)
def read_enterprise_hours(request: Request, visitor: Asking, run: RunId, enterprise: EnterpriseId) -> Response:
    """Return what an enterprise used in every hour, from where it came, how green it was, and what it emitted."""
    library = library_of(request)
    known = library.run(run)
    if all(e.id != enterprise for e in known.frozen.enterprises):
        raise HttpProblem(404, "not-found", f"the park of {run} has no enterprise {enterprise}")
    return respond(
        request, visitor, lambda: _hours(library, known, enterprise), "hours", known.seal, enterprise, media_type=ARROW
    )


NEEDED = {
    "trace": ("energy_mwh", "loss_mwh", "from_storage_mwh", "from_storage_loss_mwh"),
    "carbon": ("traced_t", "location_t"),
    "flows": ("p_mw",),
    "schedule": ("shadow_price_per_mwh",),
}
WORDS = {
    "power_mw": "MW", "loss_mw": "MW", "from_storage_mw": "MW", "green_share": "1", "traced_t": "t", "location_t": "t",
    "price_per_mwh": "currency/MWh",
}  # fmt: skip


def _hours(library: Library, known: KnownRun, enterprise: str) -> bytes:
    from holin.summary import enterprise_hours
    from holin.web.arrays import floats_of, stream_of

    tables = {name: library.columns(known, name, columns) for name, columns in NEEDED.items()}
    hours = enterprise_hours(enterprise, **tables)
    columns = {name: floats_of(getattr(hours, name)) for name in WORDS}
    fields = [{"unit": unit, **{k: str(v) for k, v in words()["hours"][name].items()}} for name, unit in WORDS.items()]
    columns |= {f"source:{name}": floats_of(values) for name, values in hours.source_mw.items()}
    fields += _source_fields(hours, tables["trace"], known)
    about = {**hours_said(known), "enterprise": enterprise, "currency": known.frozen.facts.currency}
    return stream_of(columns, fields, about)


def _source_fields(hours: EnterpriseHours, trace: Any, known: KnownRun) -> Iterator[dict[str, str]]:
    names = source_names(known)
    told = {str(s): (str(kind), bool(green)) for s, kind, green in zip(
        trace["source"].values, trace["source_kind"].values, trace["green"].values, strict=True
    )}  # fmt: skip
    for source in hours.source_mw:
        kind, green = told[source]
        label = names.get(source, Label(en=source, zh=source))
        yield {"unit": "MW", "en": label.en, "zh": label.zh, "kind": kind, "green": str(green).lower()}


def source_names(known: KnownRun) -> dict[str, Label]:
    """Return what the things of a run's park are called, and the sources that tracing adds."""
    from holin.picture.texts import names_of, text

    found = {
        key.removeprefix("name."): Label(en=english, zh=chinese)
        for key, (chinese, english) in names_of(known.frozen).items()
    }
    for grid in known.frozen.grids:
        name = found[grid.id]
        found[f"renewable:{grid.id}"] = Label(en=f"{name.en}, renewable part", zh=f"{name.zh}（可再生部分）")
        found[f"export:{grid.id}"] = Label(en=f"Export, {name.en}", zh=f"上网，{name.zh}")
    return found | {"unknown": Label(en=text("kind.unknown", "en"), zh=text("kind.unknown", "zh"))}
