"""The whole API under generated requests: no server error, and every answer as the description says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from web_asked import PARKS
from web_visits import cheap_hashes, entered

from holin.accounts import Role, new_token, set_disabled, set_role
from holin.store import read_run
from holin.web import Library, create_app

QUICK = settings(
    max_examples=8, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
LONG = settings(QUICK, max_examples=300, derandomize=False)
FEW = settings(QUICK, max_examples=3)
NAMES = ("localhost", "testserver")
ENDLESS = "/api/jobs/events"
OPERATIONS = sorted(
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
        "digest": ["0" * 64],
        "element": [*run.tables["flows"]["branch"].values[:2].tolist(), "none-such"],
        "product": ["sold-x", "alumina-1", "liquid-potline-1"],
        "user": [*Role, "nobody"],
        "stage": ["2014", "2025", "2030"],
        "only": ["unit:wind-1", "branch:x", "time:1", "sink:", "a:b:c"],
    }


def tried(
    app: FastAPI,
    path: str,
    method: str,
    known: dict[str, list[str]],
    how: settings,
    headers: Any = None,
    reader: Any = None,
) -> None:
    """Call a route with right requests and wrong ones, and hold each answer to the description."""
    described = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=reader or {})
    operation = described[path][method]

    @how
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
    def right(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = data.draw(st.sampled_from(known[name]) | st.just(case.path_parameters[name]))
        case.call_and_validate(headers=headers)

    @how
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def wrong(case: Any) -> None:
        case.call_and_validate(headers=headers)

    right()
    if {"parameters", "requestBody"} & set(operation.definition.raw):  # else nothing can be asked wrongly
        wrong()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_is_too_odd_for_it(path: str, method: str, served: Library, known: dict[str, list[str]]) -> None:
    tried(create_app(served, names=NAMES), path, method, known, QUICK)


# ---- with accounts ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_accounts(served: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with pytest.MonkeyPatch.context() as patch:
        cheap_hashes(patch)
        file = tmp_path_factory.mktemp("accounts") / "accounts.db"
        with entered(served, file, enterprise="my-park/foil", names=NAMES) as app:
            yield app


def token(app: FastAPI, role: Role) -> dict[str, str]:
    """What a program of a user of a role sends; one that an administrator's request has changed is as it was before."""
    accounts = app.state.entrance.accounts
    set_role(accounts, role, role, enterprise="my-park/foil" if role is Role.ENTERPRISE else "")
    set_disabled(accounts, role, False)
    return {"Authorization": f"Bearer {new_token(accounts, role)}"}


@pytest.mark.parametrize("role", [None, *Role])
def test_no_request_of_a_role_is_too_odd_for_the_routes_of_accounts(
    role: Role | None, with_accounts: FastAPI, known: dict[str, list[str]]
) -> None:
    headers = token(with_accounts, role) if role is not None else {}
    reader = token(with_accounts, Role.ADMIN)
    for path, method in OPERATIONS:
        if re.match(r"/api/(session|password|invitation|users|log)\b", path):
            tried(with_accounts, path, method, known, FEW, headers, reader)


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_of_any_role_is_too_odd_for_it(
    path: str, method: str, role: Role | None, with_accounts: FastAPI, known: dict[str, list[str]]
) -> None:
    headers = token(with_accounts, role) if role is not None else {}
    tried(with_accounts, path, method, known, LONG, headers, token(with_accounts, Role.ADMIN))
