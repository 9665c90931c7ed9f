"""Plans and frontiers over HTTP, as the commands write them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web_asked import Asked

from holin.parkfile import new_park
from holin.twin.asked_for import MADE, frontier_asked, plan_asked, put_in_place
from holin.web import Library, create_app

DAYS = {"start": "2025-03-04", "end": "2025-03-06"}


def silent(what: str, share: float) -> None:
    """Hear how far it is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan and a frontier of the example park over two days, a damaged one, and one of another kind."""
    where = tmp_path_factory.mktemp("plans")
    park = str(new_park(tmp_path_factory.mktemp("park") / "my-park"))
    for name, work, more in (("a", plan_asked, {"share": 0.5}), ("b", frontier_asked, {"points": 3})):
        draft = tmp_path_factory.mktemp(name)
        asked: dict[str, Any] = {"park": park, "years": [2025], **DAYS, **more}
        work(folder=draft, on_progress=silent, **asked)
        put_in_place(draft / MADE, where, f"my-{name}")
    for name, content in (("torn", '{"park": "x"'), ("other", "[]")):
        (where / name).mkdir()
        (where / name / "plan.json").write_text(content)
    return where


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Asked]:
    yield Asked(create_app(Library([folder])))


def test_what_is_listed_says_what_was_asked(served: Asked) -> None:
    listed = served.json("/api/plans")
    plans = {p["id"]: p for p in listed["plans"]}
    assert set(plans) == {"my-a", "torn", "other"} and [f["id"] for f in listed["frontiers"]] == ["my-b"]
    plan = plans["my-a"]
    assert plan["years"] == ["2025"] and plan["whole_year"] is False and not plan["faults"]
    [rule] = plan["rules"]
    assert rule["kind"] == "green_share_physical_min" and rule["value"] == 0.5 and rule["label"]["zh"]
    assert all(plans[name]["faults"][0]["right"].startswith("make it again") for name in ("torn", "other"))
    assert served.get("/api/plans/torn").status_code == 409 and served.get("/api/plans/none").status_code == 404


def test_a_plan_has_the_figures_of_its_folder(served: Asked, folder: Path) -> None:
    shown, told = served.json("/api/plans/my-a"), json.loads((folder / "my-a" / "plan.json").read_text())
    [year] = shown["years"]
    of_year = told["by_year"]["2025"]
    assert year["price_per_kwh"] == of_year["all_in_price_per_kwh"] and year["capacity"] == of_year["capacity_mw"]
    assert year["green_share_physical"] == of_year["green_share"]["physical"] >= 0.5 - 1e-3
    assert [(b["candidate"], b["mw"], b["investment"]) for b in shown["built"]] == [
        (b["candidate"], b["mw"], b["investment"]) for b in told["built"]
    ]
    asked = [r for r in shown["rules"] if r["kept"]]
    assert any(r["kind"] == "green_share_physical_min" and r["by_year"][0]["holds"] for r in asked)
    assert {c["rule"]: c["per_year"] for c in shown["rule_costs"]} == {
        c["rule"]: c["per_year"] for c in told["rule_costs"]
    }
    assert (shown["money"] is None) is (shown["why_no_money"] is not None)
    assert (folder / "my-a" / "park").is_dir() and (folder / "my-a" / "report-en.html").is_file()


def test_a_frontier_has_its_points_and_each_is_as_far_as_asked(served: Asked, folder: Path) -> None:
    shown = served.json("/api/frontiers/my-b")
    told = json.loads((folder / "my-b" / "frontier.json").read_text())
    assert [p["value"] for p in shown["points"]] == [p["value"] for p in told["points"]]
    assert shown["unit"] == "MWh" and shown["label"]["en"]
    for point in shown["points"]:
        assert point["by_year"][0]["green_share_physical"] >= point["value"] - 1e-3


def test_a_folder_goes_to_a_free_name_whole(tmp_path: Path) -> None:
    for wanted in ("x", "x-2", "x-3"):
        draft = tmp_path / "draft"
        draft.mkdir()
        (draft / "file").write_text(wanted)
        assert put_in_place(draft, tmp_path / "to", "x").name == wanted
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == ["x", "x-2", "x-3"]
