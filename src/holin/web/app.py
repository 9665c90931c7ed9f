"""The app: every route, its guards, and the description of its API."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request

from holin.jobs import Desk
from holin.web import (
    accounts,
    bills,
    buses,
    delivered,
    diagram,
    front,
    green,
    hall,
    jobs,
    listing,
    outage,
    parks,
    passport,
    people,
    plans,
    runs,
    series,
    studies,
    tables,
    visitors,
)
from holin.web.access import Visitor, local_visitor
from holin.web.accounts import Entrance, Gate, gated_visitor, public_of
from holin.web.answers import version
from holin.web.guard import LOOPBACK, HostCheck, SecureHeaders
from holin.web.library import Library
from holin.web.problems import Problem, tell_problems

ROUTERS = (
    listing.router, parks.router, diagram.router, runs.router, tables.router, series.router, people.router,
    delivered.router, buses.router, *bills.ROUTERS, studies.router, outage.router, plans.router, *jobs.ROUTERS,
    *green.ROUTERS, *passport.ROUTERS, *hall.ROUTERS, visitors.router, *accounts.ROUTERS,
)  # fmt: skip

JOBS = ".jobs"
"""The folder below that of results in which jobs write what is not finished."""

API = "/api"

DESCRIPTION = """Parks and runs of Holin. Arrays come as Arrow IPC streams (`application/vnd.apache.arrow.stream`), one
float32 column per thing, null where nothing is known; all else is JSON, in which what is not known is null. Power into
the network is positive; ratios are 0..1; money is in the park's currency. Every figure says which count of green energy
it is: physical, certificate or mass balance. Errors are problems by RFC 9457 (`application/problem+json`)."""


def create_app(
    library: Library,
    *,
    visitor_of: Callable[[Request], Visitor] = local_visitor,
    names: Collection[str] | None = LOOPBACK,
    bundle: Path = front.BUNDLE,
    desk: Desk | None = None,
    entrance: Entrance | None = None,
) -> FastAPI:
    """Return the app over a library.

    `visitor_of` tells who asks (without accounts: who sits at this machine, and may read all); `names` are those that a
    browser may ask for (None: any), `bundle` the folder of the built page, `desk` where jobs are worked on, which who
    gives it closes. With an `entrance` the server has accounts: it tells who asks, and who has none is let in nowhere
    but at what is public.
    """
    app = FastAPI(
        title="Holin", version=version(), description=DESCRIPTION, openapi_url="/api/openapi.json",
        docs_url=None, redoc_url=None,  # their scripts would come from other hosts
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.desk = desk or Desk(library.results and library.results / JOBS)
    app.state.library, app.state.entrance = library, entrance
    app.state.visitor_of = gated_visitor if entrance is not None else visitor_of
    tell_problems(app)
    api = APIRouter(prefix=API)
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    app.include_router(front.front(bundle))
    app.add_middleware(Gate, entrance=entrance, public=public_of(ROUTERS, API))
    app.add_middleware(HostCheck, names=names)
    app.add_middleware(SecureHeaders, https=entrance is not None and entrance.secure)
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Let the API's description hold the form of a problem, which no route returns but all may answer with."""
    describe = app.openapi

    def openapi() -> dict[str, object]:
        found = describe()
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        told = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        schemas.update(told.pop("$defs", {}))
        schemas["Problem"] = told
        return found

    app.openapi = openapi  # type: ignore[method-assign]
