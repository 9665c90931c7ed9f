"""The whole API under generated requests: no server error, and every answer as the description says."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from web_asked import PARKS

from holin.store import read_run
from holin.web import Library, Role, Visitor, create_app

QUICK = settings(
    max_examples=8, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
LONG = settings(QUICK, max_examples=300, derandomize=False)
VISITORS = [Visitor(role=role, enterprise="ent-mill" if role is Role.ENTERPRISE else "") for role in Role]
NAMES = ("localhost", "testserver")
ENDLESS = "/api/jobs/events"
ROUTES = sorted(
    (path, method.upper())
    for path, methods in create_app(Library([])).openapi()["paths"].items()
    for method in methods
    if path != ENDLESS
)


@pytest.fixture(scope="module")
def served(first_run: Path) -> Library:
    return Library([first_run, PARKS])


@pytest.fixture(scope="module")
def known(first_run: Path) -> dict[str, list[str]]:
    """Ids that exist, and some that nearly do: chance alone would meet none of them."""
    run = read_run(first_run)
    tables = list(run.tables)
    return {
        "park": ["huolinhe", "huolinguole", "huolinhe-2"],
        "run": ["two-days", "two-days-2", "two-days.nc"],
        "table": [*tables, "flows2"],
        "column": sorted({str(c) for t in tables for c in run.tables[t].data_vars}),
        "enterprise": [row["id"] for row in run.summary["enterprises"]],
        "job": ["0123456789abcdef"],
        "plan": ["plan-70"],
        "frontier": ["frontier-2030"],
        "month": ["2025-01", "2025-02", "1999-12"],
        "certificate": ["1", "2", "99999999"],
        "passport": [f.stem for f in first_run.with_name("two-days.passports").glob("*.json")],
        "product": ["sold-x", "alumina-1", "liquid-potline-1"],
        "stage": ["2014", "2025", "2030"],
        "only": ["unit:wind-1", "branch:x", "time:1", "sink:", "a:b:c"],
    }


def tried(app: FastAPI, path: str, method: str, known: dict[str, list[str]], how: settings) -> None:
    """Call a route with right requests and wrong ones, and hold each answer to the description."""
    described = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    operation = described[path][method]

    @how
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
    def right(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = data.draw(st.sampled_from(known[name]) | st.just(case.path_parameters[name]))
        case.call_and_validate()

    @how
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def wrong(case: Any) -> None:
        case.call_and_validate()

    right()
    if operation.definition.raw.get("parameters"):  # else nothing can be asked wrongly
        wrong()


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_request_is_too_odd_for_it(path: str, method: str, served: Library, known: dict[str, list[str]]) -> None:
    tried(create_app(served, names=NAMES), path, method, known, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.role)
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_request_of_any_role_is_too_odd_for_it(
    path: str, method: str, visitor: Visitor, served: Library, known: dict[str, list[str]]
) -> None:
    tried(create_app(served, names=NAMES, visitor_of=lambda request: visitor), path, method, known, LONG)
