"""Every route, with and without an account, as every role, for one's own enterprise and for another's.

The routes are those of the app: a new one is tried here without being named. It fails until `ids` and `BODIES` know how
to ask it, and, where enterprises or viewers are let in, until an administrator is answered.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from test_web_access import ENDLESS, retired_for
from test_web_access import ROUTES as ALL_ROUTES
from web_asked import PARKS
from web_visits import PASSWORD, Visit, cheap_hashes, entered

from holin.accounts import Role, log_of
from holin.store import read_people, read_run
from holin.web import Library
from holin.web.access import STAFF, Changing
from holin.web.accounts import accesses_of

ROUTES = [route for route in ALL_ROUTES if route.path != ENDLESS]
"""The one that never ends is asked in a test of its own."""

MINE, OTHERS = "foil", ("rolling", "smelter")
PARK = "my-park"
"""Of the run: its enterprise users are of the enterprise MINE."""

BODIES: dict[str, Any] = {
    "log_in": {"name": "engineer", "password": "not the right one"},
    "change_password": {"password": "not the right one", "new_password": "granite saddle orbit 77"},
    "take": {"invitation": "none"},
    "add": {"name": "wang", "role": "king"},
    "change": {"disabled": False},
    "invite_again": {},
    "log_out": None,
    "ask_job": {"kind": "none"},
    "cancel_job": {},
    "keep_job": {"name": "more-wind"},
    "forget_job": None,
}
"""What is sent to a route that changes something, by its name: asked rightly, and harmless where it is let in."""

DESCRIBE_THE_PARK = {"read_park", "read_park_of_run", "read_diagram", "read_diagram_of_run"}
"""Routes that say what stands in the park, to all who have an account: enterprises are named and placed there."""

ABOUT_ALL = {"read_library", "read_session"}

HALL = {"read_catalogue", "read_product", "read_enquiries"}
"""Routes of the exhibition hall, in which firms show themselves to all others; figures of their use are not theirs."""

OF_PAPER = {"read_passport_of_paper", "read_file_of_paper"}
"""Routes that show one passport to who knows the hash on its paper."""

BY_OWNER = {"read_passport", "read_passport_file", "read_passport_code"}
"""Routes that look whose the thing is; the passports here are of the smelter, an enterprise that is not MINE."""


def ids(first_run: Path) -> dict[str, list[str]]:
    run = read_run(first_run)
    proofs = sorted(first_run.with_name("two-days.passports").glob("*.json"))
    return {
        "park": ["huolinhe"], "run": ["two-days"], "enterprise": [MINE, *OTHERS], "month": ["2025-01"],
        "table": list(run.tables), "user": ["viewer"], "job": ["0123456789abcdef"], "plan": ["none"],
        "frontier": ["none"], "element": [str(run.tables["flows"]["branch"].values[0])],
        "digest": [json.loads(f.read_bytes())["hash"] for f in proofs[:1]],
        "certificate": [str(retired_for(first_run, owner)) for owner in (MINE, *OTHERS)],
        "passport": [f.stem for f in proofs[:2]], "product": [f"sold-{proofs[0].stem}"],
    }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A request that is right as to its form."""

    route: APIRoute
    method: str
    path: str
    given: Mapping[str, str]

    @property
    def foreign(self) -> bool:
        return self.given.get("enterprise", MINE) != MINE

    @property
    def body(self) -> Any:
        return None if self.method == "GET" else BODIES[self.route.name]


def questions(known: dict[str, list[str]], columns: Mapping[str, list[str]]) -> Iterator[Question]:
    for route in ROUTES:
        names = re.findall(r"{(\w+)}", route.path)
        assert set(names) <= {*known, "column"}, f"{route.path}: say in `ids` what can stand for its parameters"
        for method in sorted(route.methods or ()):
            assert method == "GET" or route.name in BODIES, f"{route.name}: say in BODIES what is sent to it"
            for given in _products(names, known, columns):
                yield Question(route, method, "/api" + route.path.format(**given), given)


def _products(
    names: list[str], known: Mapping[str, list[str]], columns: Mapping[str, list[str]]
) -> Iterator[dict[str, str]]:
    if not names:
        yield {}
        return
    for value in known[names[0]]:
        for rest in _products(names[1:], {**known, "column": columns.get(value, [])}, columns):
            yield {names[0]: value, **rest}


@pytest.fixture(scope="module")
def asked_for(first_run: Path) -> list[Question]:
    tables = read_run(first_run).tables
    columns = {table: [str(column) for column in tables[table].data_vars] for table in tables}
    return list(questions(ids(first_run), columns))


@pytest.fixture(scope="module")
def app(first_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with pytest.MonkeyPatch.context() as patch:
        cheap_hashes(patch)
        file = tmp_path_factory.mktemp("accounts") / "accounts.db"
        with entered(Library([first_run, PARKS]), file, enterprise=f"{PARK}/{MINE}") as found:
            yield found


@pytest.fixture(scope="module")
def visits(app: FastAPI) -> dict[Role, Visit]:
    found = {role: Visit(app, address=f"10.0.0.{k}") for k, role in enumerate(Role)}
    for role, visit in found.items():
        assert visit.login(role.value).status_code == 200
    return found


def access_of(route: APIRoute) -> Any:
    [access] = accesses_of(route)
    return access


def test_who_has_no_account_gets_nothing_but_what_is_public(app: FastAPI, asked_for: list[Question]) -> None:
    visit = Visit(app)
    visit.arrive()
    for question in asked_for:
        answer = visit.ask(question.path, question.method, question.body)
        if access_of(question.route).public:
            assert answer.status_code != 403 and "log-in" not in answer.text, question.path
        else:
            assert answer.status_code == 401, question.path
            assert answer.json()["detail"] == "log in first"
    for path in (
        "/api",
        "/api/",
        "/api/openapi.json",
        "/api/nothing",
        "/api//library",
        "/api/Library",
        "/api/library/",
    ):
        assert visit.ask(path).status_code == 401, path


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_its_route_says_so(
    visits: dict[Role, Visit], asked_for: list[Question], role: Role
) -> None:
    for question in asked_for:
        if question.route.name == "log_out":
            continue
        access = access_of(question.route)
        own = not access.own or role is not Role.ENTERPRISE or not question.foreign
        own &= question.route.name not in BY_OWNER or role is not Role.ENTERPRISE
        answer = visits[role].ask(question.path, question.method, question.body)
        if access.public or (role in access.roles and own):
            assert answer.status_code < 500, question.path
            refused = answer.status_code == 403 and answer.json()["type"].endswith(("forbidden", "forgery"))
            assert not refused, (question.method, question.path, answer.text)
        else:
            assert answer.status_code == 403, (question.method, question.path, answer.text[:200])
            assert answer.json()["type"] == "urn:holin:problem:forbidden"


def test_administrators_are_answered_where_others_are_too_so_that_no_test_is_idle(
    visits: dict[Role, Visit], asked_for: list[Question]
) -> None:
    """A route that answers 404 to who may see all would leak nothing here, and prove nothing."""
    asked_for = [q for q in asked_for if access_of(q.route).roles - STAFF]
    answered = {
        q.route.name for q in asked_for
        if q.method == "GET" and visits[Role.ADMIN].ask(q.path).status_code == 200
    }  # fmt: skip
    assert answered == {q.route.name for q in asked_for if q.method == "GET"}


@pytest.mark.parametrize("role", [None, *Role])
def test_nothing_changes_without_the_pages_own_token(
    app: FastAPI, visits: dict[Role, Visit], asked_for: list[Question], role: Role | None
) -> None:
    visit = visits[role] if role is not None else Visit(app)
    for question in asked_for:
        if question.method == "GET":
            continue
        for wrong in (
            {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Origin": "http://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ):  # fmt: skip
            answer = visit.ask(question.path, question.method, question.body, wrong)
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:holin:problem:forgery"), question.path


# ---- other enterprises -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foreign:
    """What belongs to enterprises that are not the visitor's own: ids, and figures that nobody has by chance."""

    ids: frozenset[str]
    figures: frozenset[float]
    hours: tuple[np.ndarray[Any, np.dtype[np.float32]], ...]


@pytest.fixture(scope="module")
def foreign(first_run: Path) -> dict[Role, Foreign]:
    run = read_run(first_run)
    return {Role.ENTERPRISE: _of(run, OTHERS), Role.VIEWER: _of(run, (MINE, *OTHERS))}


def _of(run: Any, owners: tuple[str, ...]) -> Foreign:
    trace = run.tables["trace"]
    users = [
        (str(s), k) for k, (s, o, kind) in enumerate(
            zip(*(trace[c].values.tolist() for c in ("sink", "enterprise", "sink_kind")), strict=True)
        ) if o in owners and kind in ("load", "potline")
    ]  # fmt: skip
    rows = [r for r in run.summary["enterprises"] if r["id"] in owners]
    rows += [r for r in read_people(run, "enterprises") if r["enterprise"] in owners]
    figures = {v for row in rows for v in row.values() if isinstance(v, float) and telling(v)}
    flows = run.tables["flows"]
    hours = [flows["p_mw"].sel(unit=user).values.astype(np.float32) for user, _ in users]
    hours += [trace["energy_mwh"].isel(sink=k, source=s).values.astype(np.float32) for _, k in users
              for s in range(trace.sizes["source"])]  # fmt: skip
    return Foreign(
        ids=frozenset({*owners, *(user for user, _ in users)}), figures=frozenset(figures),
        hours=tuple(h for h in hours if np.ptp(h) > 0),
    )  # fmt: skip


def telling(value: float) -> bool:
    """Whether a figure could not be somebody else's by chance: it is no round number."""
    return np.isfinite(value) and value != round(value, 3)


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, float):
        yield value


def leaks(answer: Any, other: Foreign, *, names_allowed: bool) -> list[str]:
    """Return what of other enterprises stands in an answer."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    found: list[str] = []
    if kind == "application/vnd.apache.arrow.stream":
        table = pa.ipc.open_stream(answer.content).read_all()
        words = {part for name in table.column_names for part in re.split(r"[|:]", name)}
        words |= {str(v) for c in table.columns if pa.types.is_dictionary(c.type) for v in c.to_pylist()}
        words |= {w for v in (table.schema.metadata or {}).values() for w in re.findall(r"[\w-]+", v.decode())}
        for name, column in zip(table.column_names, table.columns, strict=True):
            if pa.types.is_floating(column.type):
                values = column.to_numpy(zero_copy_only=False)
                found += [
                    name for h in other.hours if values.shape == h.shape and np.allclose(np.abs(values), np.abs(h))
                ]
    elif kind in ("application/json", "application/problem+json"):
        words = set(re.findall(r"[\w-]+", answer.text))
        found += [str(n) for n in numbers_in(json.loads(answer.text)) if n in other.figures]
    else:
        words = {w for w in other.ids if w.encode() in answer.content}
    return found + ([] if names_allowed else sorted(words & other.ids))


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.VIEWER])
def test_nothing_of_another_enterprise_comes_through(
    visits: dict[Role, Visit], asked_for: list[Question], foreign: dict[Role, Foreign], role: Role
) -> None:
    tried, all_found = 0, {}
    for question in asked_for:
        if question.route.name == "log_out":
            continue
        if question.route.name in OF_PAPER:
            continue
        named = question.route.name in DESCRIBE_THE_PARK | ABOUT_ALL | HALL
        answer = visits[role].ask(question.path, question.method, question.body)
        if answer.status_code >= 400 and "enterprise" in question.given:
            said = answer.json()
            assert said["instance"] == question.path and not set(OTHERS) & set(said["detail"].split())
            continue
        found = leaks(answer, foreign[role], names_allowed=named)
        all_found |= {question.path: found} if found else {}
        tried += answer.status_code == 200
    assert all_found == {}
    assert tried > 50


def test_the_search_for_leaks_finds_them(
    visits: dict[Role, Visit], asked_for: list[Question], foreign: dict[Role, Foreign]
) -> None:
    """As an engineer, who may see all, others' figures come by these routes: the search sees each."""
    other = foreign[Role.VIEWER]
    found = set()
    for q in asked_for:
        if q.method == "GET" and q.given.get("column", "p_mw") in ("p_mw", "energy_mwh"):
            answer = visits[Role.ENGINEER].ask(q.path)
            found |= {q.route.name} if answer.status_code == 200 and leaks(answer, other, names_allowed=True) else set()
    assert found >= {"read_column", "read_enterprises", "read_enterprise_hours"}


def test_an_enterprise_of_the_same_name_in_another_park_is_another(
    first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_hashes(monkeypatch)
    with entered(Library([first_run, PARKS]), tmp_path / "a.db", enterprise=f"huolinhe/{MINE}") as app:
        visit = Visit(app)
        visit.login("enterprise")
        assert visit.ask(f"/api/runs/two-days/enterprises/{MINE}/hours").status_code == 403
        assert visit.ask("/api/runs/two-days/enterprises").json()["enterprises"] == []
    with entered(Library([first_run, PARKS]), tmp_path / "b.db", enterprise=f"{PARK}/{MINE}") as app:
        visit = Visit(app)
        visit.login("enterprise")
        assert visit.ask(f"/api/runs/two-days/enterprises/{MINE}/hours").status_code == 200
        assert [e["id"] for e in visit.ask("/api/runs/two-days/enterprises").json()["enterprises"]] == [MINE]


def test_passports_are_their_makers_and_of_who_holds_the_paper(
    first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_hashes(monkeypatch)
    files = sorted(first_run.with_name("two-days.passports").glob("*.json"))
    said = json.loads(files[0].read_bytes())
    for owner, sees in (("smelter", True), (MINE, False)):
        with entered(Library([first_run]), tmp_path / f"{owner}.db", enterprise=f"{PARK}/{owner}") as app:
            visit = Visit(app)
            visit.login("enterprise")
            listed = visit.ask("/api/runs/two-days/passports").json()
            assert (listed["total"], listed["sums"]["passports"] > 0) == ((len(files), True) if sees else (0, False))
            for part in ("", "/file", "/code"):
                answer = visit.ask(f"/api/runs/two-days/passports/{files[0].stem}{part}")
                assert answer.status_code == (200 if sees else 403)
            stranger = Visit(app)
            shown = stranger.ask(f"/api/passports/{said['hash']}")
            assert shown.status_code == 200 and shown.json()["identity"] == said["passport"]["id"]
            assert stranger.ask(f"/api/passports/{said['hash']}/file").content == files[0].read_bytes()
            for other in ("0" * 64, said["hash"][:-1] + ("0" if said["hash"][-1] != "0" else "1")):
                assert stranger.ask(f"/api/passports/{other}").status_code == 404
            for odd in (said["hash"][:20], files[0].stem, said["hash"].upper()):
                assert stranger.ask(f"/api/passports/{odd}").status_code == 422
            assert stranger.ask(f"/api/runs/two-days/passports/{files[0].stem}").status_code == 401
            assert stranger.ask("/api/runs/two-days/passports").status_code == 401
            events = {e.event for e in log_of(app.state.entrance.accounts)}
            assert "downloaded" in events


# ---- ids -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["..%2f..%2fetc", "%2e%2e", "a%00b", "a\\b", "%5c..%5c", "x" * 5000, "~", "*"])
def test_no_id_leads_out_of_what_is_served(visits: dict[Role, Visit], asked_for: list[Question], odd: str) -> None:
    seen = set()
    for question in asked_for:
        for name in question.given:
            if (question.route.name, name) in seen:
                continue
            seen.add((question.route.name, name))
            path = "/api" + question.route.path.format(**{**question.given, name: odd})
            answer = visits[Role.ADMIN].ask(path, question.method, question.body)
            assert answer.status_code in (404, 405, 422), (path, answer.status_code)
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_change_is_one_where_its_access_says_so() -> None:
    for route in ROUTES:
        assert isinstance(access_of(route), Changing) is bool((route.methods or set()) - {"GET"})
    assert PASSWORD not in json.dumps(BODIES)
