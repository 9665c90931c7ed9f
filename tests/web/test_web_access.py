"""Who may read what: every route says so, one dependency enforces it, and no enterprise sees another's figures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route
from web_asked import PARKS, Asked

from holin import ledger
from holin.store import read_run
from holin.web import Library, Role, Visitor, create_app
from holin.web.access import EVERYONE, PLANNERS, Changing, changed_by
from holin.web.accounts import ROUTERS as OF_ACCOUNTS
from holin.web.accounts import accesses_of as accesses
from holin.web.app import ROUTERS

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ACCOUNTS = [route for router in OF_ACCOUNTS for route in router.routes]
"""What they do and let in is tried with real accounts, in test_web_matrix.py and test_web_door.py."""


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_route_says_once_who_may_read_or_change_it(route: APIRoute) -> None:
    [access] = accesses(route)
    assert access.roles and (not access.own or f"{{{access.own}}}" in route.path)
    changes = route.methods != {"GET"}
    assert isinstance(access, Changing) is changes, "a route that changes something has an access of its own kind"
    assert not changes or access.roles <= PLANNERS or route in ACCOUNTS, "auditors, viewers and enterprises read"
    assert not access.public or route in ACCOUNTS or route.name in PUBLIC, "only these are read without an account"


PUBLIC = frozenset({"read_passport_of_paper", "read_file_of_paper"})
"""Routes beside those of accounts themselves that need no account, by name."""


@pytest.mark.parametrize("role", sorted(set(Role) - PLANNERS))
def test_who_only_reads_can_be_given_nothing_to_change(role: Role) -> None:
    with pytest.raises(ValueError, match="change nothing"):
        changed_by(PLANNERS | {role})


def test_no_route_stands_outside_of_the_routers_that_are_checked() -> None:
    described = create_app(Library([])).openapi()["paths"]
    assert {f"/api{route.path}" for route in ROUTES} == set(described)
    apart = {route.path for route in create_app(Library([])).routes if isinstance(route, Route)}
    apart -= {f"/api{route.path}" for route in ROUTES} | {"/{path:path}"}  # older FastAPI lists them here, too
    assert apart == {"/api/openapi.json"}, "a route beside the routers; only the description needs no access"
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names)), "a name is the operation's id"


NOT_THERE = ("{job}", "{plan}", "{frontier}", "/studies/")
"""In routes of what this server has none of: whoever may ask is told so."""

ENDLESS = "/jobs/events"


ALL = [Visitor(role=role, enterprise="ent-mill" if role is Role.ENTERPRISE else "") for role in Role]


def retired_for(first_run: Path, enterprise: str) -> int:
    """A certificate that was retired for an enterprise."""
    with ledger.opened(first_run.with_name("two-days.ledger")) as book:
        return ledger.retired(book, beneficiary=enterprise)[0].certificate


def paths(first_run: Path) -> Iterator[tuple[APIRoute, str]]:
    """Every route but those of accounts, with every id that it can be asked for."""
    run = read_run(first_run)
    columns = [(t, str(c)) for t in run.tables for c in run.tables[t].data_vars]
    ids = [row["id"] for row in run.summary["enterprises"]]
    claimed = retired_for(first_run, min(ids))
    proof = min(first_run.with_name("two-days.passports").glob("*.json")).stem
    digest = json.loads(first_run.with_name("two-days.passports").joinpath(f"{proof}.json").read_bytes())["hash"]
    branch = str(run.tables["flows"]["branch"].values[0])
    for route in ROUTES:
        if route in ACCOUNTS:
            continue
        for table, column in columns if "{column}" in route.path else [("", "")]:
            for enterprise in ids if "{enterprise}" in route.path else [""]:
                yield route, "/api" + route.path.format(
                    park="huolinhe", run="two-days", table=table, column=column, enterprise=enterprise,
                    month="2025-01", job="0123456789abcdef", plan="none", frontier="none",
                    certificate=claimed, passport=proof, product=f"sold-{proof}", digest=digest, element=branch,
                )  # fmt: skip


@pytest.fixture(scope="module")
def owned(first_run: Path) -> dict[str, set[str]]:
    """The users of each enterprise of the run."""
    trace = read_run(first_run).tables["trace"]
    found: dict[str, set[str]] = {}
    for sink, kind, owner in zip(*(trace[c].values.tolist() for c in ("sink", "sink_kind", "enterprise")), strict=True):
        if owner and kind in ("load", "potline"):
            found.setdefault(owner, set()).add(sink)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_a_route_says_so(first_run: Path, owned: dict[str, set[str]], role: Role) -> None:
    mine = min(owned)
    visitor = Visitor(role=role, enterprise=mine if role is Role.ENTERPRISE else "")
    asked = Asked(create_app(Library([first_run, PARKS]), visitor_of=lambda request: visitor))
    for route, path in paths(first_run):
        [access] = accesses(route)
        others = bool(access.own) and role is Role.ENTERPRISE and f"/{mine}/" not in path
        others |= role is Role.ENTERPRISE and "{passport}" in route.path  # it is the smelter's
        let_in = role in access.roles and not others
        if let_in and route.path == ENDLESS:
            continue
        [method] = route.methods
        answer = asked.get(path, method=method)
        if not let_in:
            assert answer.status_code == 403, path
            assert answer.json()["type"] == "urn:holin:problem:forbidden"
        elif method == "POST":
            assert answer.status_code == 415, path
        else:
            assert answer.status_code == (404 if any(part in route.path for part in NOT_THERE) else 200), path


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.VIEWER])
def test_no_figures_of_another_enterprise_come_through(first_run: Path, owned: dict[str, set[str]], role: Role) -> None:
    """Every Arrow column and every listed enterprise is either nobody's or the visitor's own."""
    mine = min(owned)
    visitor = Visitor(role=role, enterprise=mine if role is Role.ENTERPRISE else "")
    asked = Asked(create_app(Library([first_run]), visitor_of=lambda request: visitor))
    hidden = {s for owner, sinks in owned.items() for s in (owner, *sinks) if not visitor.sees(owner)}
    assert hidden
    own_seen = False
    for route, path in paths(first_run):
        if "{park}" in route.path or route.methods != {"GET"} or route.path == ENDLESS:
            continue
        if not (answer := asked.get(path)).headers["content-type"].endswith("stream"):
            continue
        table = asked.arrow(path)
        labels = {part for name in table.column_names for part in name.split("|")}
        labels |= set(table["user"].to_pylist()) if "user" in table.column_names else set()
        assert not labels & hidden, path
        own_seen |= bool(labels & owned[mine])
        assert answer.status_code == 200
    assert own_seen is (role is Role.ENTERPRISE)
    listed = [e["id"] for e in asked.json("/api/runs/two-days/enterprises")["enterprises"]]
    assert listed == ([mine] if role is Role.ENTERPRISE else [])


def test_what_others_used_is_one_user_for_who_may_not_see_them(first_run: Path, owned: dict[str, set[str]]) -> None:
    library = Library([first_run])
    whole = Asked(create_app(library)).arrow("/api/runs/two-days/sources-to-users").to_pandas()
    viewer = Visitor(role=Role.VIEWER)
    some = Asked(create_app(library, visitor_of=lambda r: viewer)).arrow("/api/runs/two-days/sources-to-users")
    rows = some.to_pandas()
    assert rows.mwh.sum() == pytest.approx(whole.mwh.sum(), rel=1e-6)
    hidden = {*owned, *(s for sinks in owned.values() for s in sinks)}
    assert rows[rows.user == "others"].mwh.sum() == pytest.approx(whole[whole.user.isin(hidden)].mwh.sum(), rel=1e-6)


def test_visitors_who_see_different_things_have_different_etags(first_run: Path) -> None:
    library, tags = Library([first_run]), set()
    seen = [Visitor(role=Role.ENTERPRISE, enterprise=e) for e in ("a", "b")] + [Visitor(role=Role.VIEWER)]
    for visitor in [*seen, Visitor(role=Role.ADMIN)]:
        asked = Asked(create_app(library, visitor_of=lambda request, visitor=visitor: visitor))
        tags.add(asked.get("/api/runs/two-days/enterprises").headers["etag"])
    assert len(tags) == 4


def test_staff_see_all_and_others_only_their_own() -> None:
    for visitor in ALL:
        assert visitor.sees("") and visitor.role in EVERYONE
        assert visitor.sees("ent-other") is (visitor.role in (Role.ENGINEER, Role.AUDITOR, Role.ADMIN))
    assert not Visitor(role=Role.VIEWER, enterprise="x").sees("x")
    assert not Visitor(role=Role.ENTERPRISE).sees("x")
