"""GET /api/runs/{run}/series: the park's hourly series as its report draws them, as Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from holin.web.access import EVERYONE, Asking, Visitor, read_by
from holin.web.answers import ARROW, RunId, arrow_of, library_of, respond
from holin.web.library import KnownRun, Library
from holin.web.problems import problems
from holin.web.tables import hours_said
from holin.web.words import words

if TYPE_CHECKING:
    from holin.picture.series import Floats

router = APIRouter(tags=["runs"])

READ = {
    "schedule": ("p_mw", "available_mw", "soc_mwh", "shadow_price_per_mwh"),
    "flows": ("p_mw",),
    "trace": ("energy_mwh",),
    "carbon": ("green_share",),
}
"""What the series are drawn from: of the schedule, and of those of the other tables that a run has."""

OF_USERS = ("load", "potline", "metal")
"""Series of what users take, by kind."""

NEGATIVE = ("charge", "export")
"""Series that a stack draws below zero; all values are positive."""


@router.get(
    "/runs/{run}/series",
    summary="Hourly series of the park, as Arrow",
    responses=arrow_of(
        "one float32 column per series, those that the run has: supply by kind (coal, other, import, wind, solar, "
        "discharge), charge, export, load, potline, demand, residual, available, curtailed, network_loss in MW, "
        "stored in MWh, metal in t/h, price in currency/MWh, green_mwh of used_mwh and green_share (count: physical). "
        "Metadata of each field: unit, en, zh, stack (up, down or empty); of the schema: first, step_s, time_zone, "
        "currency. Who may not see every enterprise has no load, potline and metal where one alone is behind them."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_series(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return the series of a run that its report draws: what was fed in and taken, what it cost, how green it was."""
    library = library_of(request)
    known = library.run(run)
    return respond(request, visitor, lambda: _stream(library, known, visitor), "series", known.seal, media_type=ARROW)


def withheld(known: KnownRun, visitor: Visitor) -> tuple[str, ...]:
    """Return the series that would tell what one enterprise takes which the visitor may not see.

    The users of a kind that are not the visitor's own are a sum of many, or of one alone: that one's figures then.
    """
    for users in (known.frozen.loads, known.frozen.potlines):
        hidden = {user.enterprise for user in users if user.enterprise and not visitor.sees(user.enterprise)}
        if len(hidden) == 1:
            return OF_USERS
    return ()


def _stream(library: Library, known: KnownRun, visitor: Visitor) -> bytes:
    from holin.picture.series import SUPPLY
    from holin.web.arrays import floats_of, stream_of

    left_out = withheld(known, visitor)
    series = {name: values for name, values in _series(library, known).items() if name not in left_out}
    said = words()["series"]
    fields = [
        {
            "unit": said[name]["unit"], "en": said[name]["en"], "zh": said[name]["zh"],
            "stack": "up" if name in SUPPLY else "down" if name in NEGATIVE else "",
        }
        for name in series
    ]  # fmt: skip
    about: dict[str, Any] = {**hours_said(known), "currency": known.frozen.facts.currency, "supply": list(SUPPLY)}
    return stream_of({name: floats_of(values) for name, values in series.items()}, fields, about)


def _series(library: Library, known: KnownRun) -> dict[str, Floats]:
    from holin.picture.operation_charts import stored_mwh
    from holin.picture.scene import scene_of
    from holin.picture.series import network_loss_mw
    from holin.potline import metal_t

    assert known.park is not None and known.stage is not None
    tables = {
        name: library.columns(known, name, [c for c in columns if c in library.outline(known, name).dims])
        for name, columns in READ.items()
        if name in known.whole.tables or name == "schedule"
    }
    scene = scene_of(known.park, known.stage, tables, known.whole.summary)
    found = dict(scene.hourly)
    if "flows" in tables:
        found["network_loss"] = network_loss_mw(tables["flows"])
        if known.frozen.potlines:
            found["metal"] = metal_t(known.frozen, tables["flows"]).sum("potline", skipna=False).values
    if (stored := stored_mwh(scene)) is not None:
        found["stored"] = stored
    if scene.price is not None:
        found["price"] = scene.price
    if scene.green is not None:
        found |= {
            "green_mwh": scene.green.green_mwh,
            "used_mwh": scene.green.used_mwh,
            "green_share": scene.green.share,
        }
    return found
