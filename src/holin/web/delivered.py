"""GET /api/runs/{run}/sources-to-users: from which source to whom, day by day, as Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from holin.web.access import EVERYONE, Asking, Visitor, read_by
from holin.web.answers import ARROW, Label, RunId, arrow_of, library_of, respond
from holin.web.library import KnownRun, Library
from holin.web.people import source_names
from holin.web.problems import problems
from holin.web.words import label_of, words

if TYPE_CHECKING:
    import xarray as xr

router = APIRouter(tags=["enterprises"])

TRACED = ("energy_mwh", "loss_mwh", "storage_loss_mwh", "discharge_mwh")

OTHERS = "others"
"""Under it stand the users that the visitor may not see."""


@router.get(
    "/runs/{run}/sources-to-users",
    summary="Energy from source to user by local day, as Arrow",
    responses=arrow_of(
        "rows that are not 0: `day` (date32, local), `source` and `user` (dictionaries of ids), `mwh` (float32; count: "
        "physical). Users are enterprises (their potlines apart, under their own ids), exports, network_loss, "
        "storage_loss, and stored (what stays in storages, negative where it is taken out), so that a source's rows "
        "of a day add up to what it fed in. Metadata of the schema: `sources` and `users`, JSON lists of {id, kind, "
        "green or enterprise, en, zh}, unit, time_zone."
    )
    | problems(404, 409, 422),
    response_class=Response,
    **read_by(EVERYONE),
)
def read_sources_to_users(request: Request, visitor: Asking, run: RunId) -> Response:
    """Return where each source's energy went on every local day, from which the flows of any period are summed."""
    library = library_of(request)
    known = library.run(run)
    return respond(request, visitor, lambda: _stream(library, known, visitor), "days", known.seal, media_type=ARROW)


def _stream(library: Library, known: KnownRun, visitor: Visitor) -> bytes:
    import numpy as np
    import pyarrow as pa

    from holin.trace import ends_by_day
    from holin.web.arrays import floats_of, stream_of

    trace = library.columns(known, "trace", TRACED)
    zone = known.frozen.facts.time_zone
    users = _users(trace, visitor)
    found = ends_by_day(trace, zone, {sink: user for sink, (user, _) in users.items()})
    names = source_names(known)

    def called(one: str) -> dict[str, str]:
        label = label_of("end", one) if one in words()["end"] else names.get(one, Label(en=one, zh=one))
        return {"en": label.en, "zh": label.zh}

    kinds = dict(users.values())
    owners = {s: o for s, o in zip(trace["sink"].values.tolist(), trace["enterprise"].values.tolist(), strict=True)}
    columns = {
        "day": pa.array(found.days[found.day].astype("datetime64[D]"), type=pa.date32()),
        "source": pa.DictionaryArray.from_arrays(pa.array(found.source.astype(np.int16)), pa.array(found.sources)),
        "user": pa.DictionaryArray.from_arrays(pa.array(found.end.astype(np.int16)), pa.array(found.ends)),
        "mwh": floats_of(found.mwh),
    }
    about: dict[str, Any] = {
        "unit": "MWh",
        "time_zone": zone,
        "sources": [
            {"id": source, "kind": str(kind), "green": bool(green), **called(source)}
            for source, kind, green in zip(
                found.sources, trace["source_kind"].values, trace["green"].values, strict=True
            )
        ],
        "users": [
            {
                "id": end,
                "kind": kinds.get(end, end),
                "enterprise": end if kinds.get(end) == "enterprise" else owners.get(end) or None,
                **called(end),
            }
            for end in found.ends
        ],
    }
    return stream_of(columns, [{} for _ in columns], about)


def _users(trace: xr.Dataset, visitor: Visitor) -> dict[str, tuple[str, str]]:
    """Return the user (id, kind) under which each sink is counted."""
    found = {}
    for sink, kind, owner in zip(
        *(trace[c].values.astype(str).tolist() for c in ("sink", "sink_kind", "enterprise")), strict=True
    ):
        if kind in ("load", "potline") and owner and not visitor.sees(owner):
            found[sink] = OTHERS, OTHERS
        elif kind == "load" and owner:
            found[sink] = owner, "enterprise"
        else:
            found[sink] = sink, kind
    return found
