"""Jobs over HTTP: asked for, told how they go on, cancelled, kept or given up, and by whom."""

import asyncio
import json
import math
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_asked import PARKS, Asked

from holin.flow import n1
from holin.jobs import Desk
from holin.park import at_stage, stage_of
from holin.parkfile import read_park
from holin.store import read_run
from holin.twin import run, saved
from holin.web import Library, Role, Visitor, create_app
from holin.web.jobs.events import heard_by, told

JSON = {"content-type": "application/json"}


class Server(Asked):
    """An app with a desk of its own."""

    def __init__(self, library: Library, desk: Desk, visitor: Visitor | None = None) -> None:
        given = {} if visitor is None else {"visitor_of": lambda request: visitor}
        super().__init__(create_app(library, desk=desk, **given))  # type: ignore[arg-type]
        self.desk = desk

    def send(self, path: str, body: Any, headers: dict[str, str] | None = None, method: str = "POST") -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                content = None if body is None else json.dumps(body)
                return await client.request(method, path, content=content, headers=JSON if headers is None else headers)

        return asyncio.run(ask())

    def job(self, body: Any) -> dict[str, Any]:
        """Ask for a job and wait until it has ended."""
        answer = self.send("/api/jobs", body)
        assert answer.status_code == 202, answer.text
        id, end = answer.json()["id"], time.monotonic() + 120
        while (shown := self.json(f"/api/jobs/{id}"))["state"] in ("waiting", "running"):
            assert time.monotonic() < end
            time.sleep(0.05)
        return dict(shown)


@pytest.fixture(scope="module")
def grid_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hours of the reference park, whose transformers stand alone here and there: outages cost load."""
    made = run(PARKS / "huolinguole", stage="2025", start=datetime(2025, 6, 2, 18), end=datetime(2025, 6, 2, 21))
    return saved(made, tmp_path_factory.mktemp("grid") / "three-hours", manifest={"weather": "synthetic"})


@pytest.fixture(scope="module")
def server(first_run: Path, grid_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    results = tmp_path_factory.mktemp("results")
    desk = Desk(results / ".jobs")
    yield Server(Library([first_run, grid_run, PARKS], results=results), desk)
    desk.close()


def known_or_nan(figures: dict[str, float | None]) -> dict[str, float]:
    return {name: math.nan if value is None else value for name, value in figures.items()}


def test_a_study_is_made_once_and_read_ever_after(server: Server, grid_run: Path) -> None:
    assert server.get("/api/runs/three-hours/studies/n1").status_code == 404
    job = server.job({"kind": "study", "run": "three-hours", "study": "n1"})
    assert job["state"] == "done" and job["made"]["study"] == "n1" and not job["answered"], job
    assert {s["study"]: s["made"] for s in server.json("/api/runs/three-hours/studies")["studies"]}["n1"] is True
    shown = server.json("/api/runs/three-hours/studies/n1")

    known = read_run(grid_run)
    whole = read_park(known.park_folder)
    frozen = at_stage(whole, stage_of(whole, known.summary["stage"]))
    found = n1(frozen, known.tables["schedule"].load())
    assert shown["outages"] == found.outages and shown["secure"] is found.secure and found.violations
    assert [(v["outage"], v["kind"], ", ".join(v["elements"])) for v in shown["violations"]] == [
        (v.outage, v.kind.value, v.element) for v in found.violations
    ]
    first, worst = shown["violations"][0], found.violations[0]
    assert first["value"] == pytest.approx(worst.value)
    assert known.tables["schedule"].time.values[first["hour"]] == worst.time
    for v in shown["violations"]:
        after = next(a for a in shown["after"] if a["outage"] == v["outage"] and a["hour"] == v["hour"])
        if v["kind"] == "overload":  # the flows after the outage are those of the study
            assert after["loading"][v["elements"][0]] == pytest.approx(v["value"], rel=1e-4)
        # and what is worked out when asked is the same
        asked = server.json(f"/api/runs/three-hours/outages/{v['outage']}?hour={v['hour']}")
        assert {name: asked[name] for name in ("outage", "hour", "solved")} == {
            name: after[name] for name in ("outage", "hour", "solved")
        }
        for name in ("loading", "p_from_mw", "p_to_mw", "v_pu"):
            assert known_or_nan(asked[name]) == pytest.approx(
                known_or_nan(after[name]), rel=1e-9, abs=1e-9, nan_ok=True
            )
        assert asked["lost_load_mw"] == pytest.approx(after["lost_load_mw"])
        if v["kind"] == "lost_load":
            assert after["lost_load_mw"] == pytest.approx(v["value"])
        if v["kind"] == "voltage":
            assert after["v_pu"][v["elements"][0]] == pytest.approx(v["value"], abs=1e-4)


@pytest.mark.parametrize("study", ["fault", pytest.param("hosting", marks=pytest.mark.slow)])
def test_the_other_studies_are_made_too(server: Server, study: str) -> None:
    assert server.job({"kind": "study", "run": "two-days", "study": study})["state"] == "done"
    shown = server.json(f"/api/runs/two-days/studies/{study}")
    if study == "fault":
        three = [c for bus in shown["buses"] for c in bus["circuits"] if (c["fault"], c["case"]) == ("3ph", "max")]
        assert len(three) == len(shown["buses"]) and all(c["ip_ka"] > c["ikss_ka"] > 0 for c in three if c["fed"])
    else:
        assert all(c["mw"] >= 0 for part in ("generation", "load") for c in shown[part]["by_bus"])
        assert shown["generation"]["together"]["bus"] is None


def test_a_what_if_is_compared_kept_and_then_served(server: Server, first_run: Path) -> None:
    knobs = {k["id"]: k for k in server.json("/api/runs/two-days/knobs")["knobs"]}
    wind = knobs["wind_mw"]
    assert wind["value"] == pytest.approx(sum(t.p_nom_mw for t in read_park(first_run / "park").wind_farms))
    body = {"kind": "what_if", "run": "two-days", "wanted": {"wind_mw": wind["value"] * 1.5}, "first": 0, "count": 24}
    job = server.job(body)
    assert job["state"] == "done" and job["answered"], job
    shown = server.json(f"/api/jobs/{job['id']}/what-if")
    figures = {f["path"]: f for f in shown["figures"]}
    assert shown["hours"] == 24 and not shown["whole"] and shown["changed"][0]["after"] == wind["value"] * 1.5
    for f in figures.values():
        if f["before"] is not None and f["after"] is not None:
            assert f["difference"] == pytest.approx(f["after"] - f["before"], abs=1e-9)
    assert figures["energy_mwh.wind"]["difference"] > 0 and figures["green_share.physical"]["count"] == "physical"

    kept = server.send(f"/api/jobs/{job['id']}/keep", {"name": "more-wind"})
    assert kept.status_code == 200, kept.text
    name = kept.json()["made"]["run"]
    assert name == "more-wind" and not kept.json()["answered"]
    energy = {f["path"]: f["value"] for f in server.json(f"/api/runs/{name}")["figures"]}
    assert energy["energy_mwh.wind"] == pytest.approx(figures["energy_mwh.wind"]["after"])
    listed = next(r for r in server.json("/api/library")["runs"] if r["id"] == name)
    assert "What if" in listed["synthetic"]["en"] and "情景" in listed["synthetic"]["zh"]
    assert server.send(f"/api/jobs/{job['id']}/keep", {"name": "again"}).status_code == 409


@pytest.mark.slow
def test_a_whole_what_if_begins_at_the_run_itself_and_may_be_given_up(server: Server, first_run: Path) -> None:
    job = server.job({"kind": "what_if", "run": "two-days", "wanted": {"co2_price": 80.0}})
    figures = {f["path"]: f for f in server.json(f"/api/jobs/{job['id']}/what-if")["figures"]}
    assert figures["energy_mwh.load"]["before"] == read_run(first_run).summary["energy_mwh"]["load"]
    assert server.send(f"/api/jobs/{job['id']}", None, {}, "DELETE").status_code == 200
    assert server.get(f"/api/jobs/{job['id']}").status_code == 404


def test_wishes_that_cannot_be_are_all_told_at_once(server: Server) -> None:
    body = {"kind": "what_if", "run": "two-days", "wanted": {"wind_mw": -1.0, "nothing": 3.0}}
    answer = server.send("/api/jobs", body)
    assert answer.status_code == 409
    assert {f["field"] for f in answer.json()["faults"]} == {"wind_mw", "nothing"}


def test_a_stage_is_run_and_then_served(server: Server) -> None:
    body = {"kind": "run", "park": "huolinhe", "stage": "2014", "start": "2014-03-03", "end": "2014-03-04"}
    job = server.job(body)
    assert job["state"] == "done", job
    listed = next(r for r in server.json("/api/library")["runs"] if r["id"] == job["made"]["run"])
    assert listed["stage"] == "2014" and listed["hours"] == 24 and listed["kind"] == "demo"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "study", "run": "nothing", "study": "n1"}, 404),
        ({"kind": "run", "park": "huolinhe", "stage": "1900"}, 404),
        ({"kind": "study", "run": "two-days", "study": "magic"}, 422),
        ({"kind": "study", "run": "../two-days", "study": "n1"}, 422),
        ({"kind": "what_if", "run": "two-days", "wanted": {}}, 422),
        ({"kind": "run", "park": "huolinhe", "stage": "2014", "python": "import os"}, 422),
        ({"kind": "shell"}, 422),
        ([], 422),
    ],
)
def test_what_cannot_be_asked_for_is_refused(server: Server, body: Any, status: int) -> None:
    answer = server.send("/api/jobs", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        (JSON | {"origin": "http://evil.example"}, 403),
        (JSON | {"origin": "null"}, 403),
        (JSON | {"sec-fetch-site": "cross-site"}, 403),
        (JSON | {"origin": "http://localhost", "sec-fetch-site": "same-origin"}, 404),
    ],
)
def test_only_the_servers_own_page_may_change_something(server: Server, headers: dict[str, str], status: int) -> None:
    answer = server.send("/api/jobs", {"kind": "study", "run": "nothing", "study": "n1"}, headers)
    assert answer.status_code == status, answer.text
    other = server.send("/api/jobs/0123456789abcdef", None, {"origin": "http://evil.example"}, "DELETE")
    assert other.status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_only_planners_may_ask_and_only_staff_may_look(first_run: Path, tmp_path: Path, role: Role) -> None:
    desk = Desk(tmp_path)
    one = Server(Library([first_run], results=tmp_path), desk, Visitor(role=role, enterprise="ent-mill"))
    planner, staff = role in (Role.ENGINEER, Role.ADMIN), role in (Role.ENGINEER, Role.ADMIN, Role.AUDITOR)
    asked = one.send("/api/jobs", {"kind": "study", "run": "nothing", "study": "n1"})
    assert asked.status_code == (404 if planner else 403)
    assert one.get("/api/jobs").status_code == (200 if staff else 403)
    assert one.get("/api/plans").status_code == (200 if staff else 403)
    desk.close()


def test_without_a_place_nothing_is_begun(asked: Asked, first_run: Path) -> None:
    desk = Desk()
    answer = Server(Library([first_run]), desk).send("/api/jobs", {"kind": "study", "run": "two-days", "study": "n1"})
    assert answer.status_code == 409 and "--out" in answer.json()["detail"] and desk.tickets() == []
    desk.close()


def held_up(*, folder: Path, on_progress: Callable[[str, float], None]) -> dict[str, Any]:
    """Work on nothing, in two steps."""
    on_progress("weather", 0.5)
    on_progress("dispatch", 1.0)
    return {"run": "none"}


def events_of(desk: Desk, heard: int, count: int) -> list[dict[str, Any]]:
    """Return the next events of jobs, with their ids."""

    async def listen() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        async for event in told(desk, heard):
            fields = dict(line.split(": ", 1) for line in event.strip().splitlines() if not line.startswith(":"))
            if "data" in fields:
                found.append(json.loads(fields["data"]) | {"event": fields["id"]})
            if len(found) >= count:
                break
        return found

    return asyncio.run(asyncio.wait_for(listen(), 60))


def test_events_tell_a_job_from_its_start_to_its_end_and_go_on_where_one_left(tmp_path: Path) -> None:
    desk = Desk(tmp_path / ".jobs")
    id = desk.ask(held_up, {}, about={"kind": "run"}).id
    heard, states = 0, []
    while not states or states[-1] not in ("done", "failed", "lost"):
        [event] = events_of(desk, heard, 1)
        assert event["id"] == id and event["change"] > heard
        heard = event["change"]
        assert heard_by(desk, event["event"]) == heard
        states.append(event["state"])
    assert states[-1] == "done" and "running" in states
    assert heard_by(desk, "another-7") == heard_by(desk, None) == heard_by(desk, f"{desk.session}-x") == 0
    [again] = events_of(desk, 0, 1)
    assert again["state"] == "done"
    desk.closing = True
    assert events_of(desk, 0, 1) == []
    desk.close()


def test_a_cancelled_run_leaves_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / ".jobs")
    server = Server(Library([PARKS], results=tmp_path), desk)
    id = server.send("/api/jobs", {"kind": "run", "park": "huolinguole", "stage": "2025"}).json()["id"]
    while server.json(f"/api/jobs/{id}")["what"] != "weather":
        time.sleep(0.02)
    ended = server.send(f"/api/jobs/{id}/cancel", {})
    assert ended.status_code == 200 and ended.json()["state"] == "cancelled"
    desk.close()
    assert [p.name for p in tmp_path.iterdir() if p.name != ".jobs"] == [] and list(
        (tmp_path / ".jobs").iterdir()
    ) == []
