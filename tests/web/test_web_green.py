"""Green by the hour, certificates, rules and reconciliation over HTTP, against the run's tables and its ledger."""

import itertools
import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from web_asked import PARKS, Asked, about

from holin import ledger
from holin.store import read_run
from holin.summary import enterprise_hours
from holin.twin import certified_figures, reconciled_told, rules_told
from holin.web import Library, Role, Visitor, create_app

RUN = "/api/runs/two-days"


@pytest.fixture(scope="module")
def book(first_run: Path) -> Path:
    return first_run.with_name("two-days.ledger")


def test_the_hours_of_all_are_those_of_each(asked: Asked, first_run: Path) -> None:
    found = asked.arrow(f"{RUN}/green/hours")
    tables = {
        n: t.load() for n, t in read_run(first_run).tables.items() if n in ("trace", "carbon", "flows", "schedule")
    }
    assert about(found)["count"] == "physical" and found.column_names
    for name in found.column_names:
        alone = enterprise_hours(name, **tables).green_share
        np.testing.assert_allclose(found[name].to_numpy(zero_copy_only=False).astype(float), alone, atol=1e-6)


def test_sums_are_those_of_the_ledgers_own_rows(asked: Asked, book: Path) -> None:
    """The database asked directly, in another way: no debit means that it stands."""
    with sqlite3.connect(book) as raw:
        rows = raw.execute(
            "SELECT state, SUM(wh), COUNT(*) FROM certificate "
            "WHERE id NOT IN (SELECT certificate FROM debit) GROUP BY state"
        ).fetchall()
        issued = raw.execute("SELECT SUM(wh) FROM lot WHERE kind = 'generation'").fetchone()[0]
        beneficiaries = dict(
            raw.execute("SELECT beneficiary, SUM(wh) FROM certificate WHERE state = 'retired' GROUP BY 1").fetchall()
        )
    sums = asked.json(f"{RUN}/certificates/sums")
    told: dict[str, list[int]] = {}
    for row in sums["months"]:
        there = told.setdefault(row["state"], [0, 0])
        there[0] += row["wh"]
        there[1] += row["certificates"]
    assert told == {state: [wh, count] for state, wh, count in rows}
    stored = sum(wh for state, wh, _ in rows if state != "converted")
    discharged = sum(d["states_wh"].get("retired", 0) for d in sums["devices"] if d["source"] == "storage")
    assert stored <= issued + discharged, "no Wh stands that was not issued"
    assert {h["id"]: h["retired_wh"] for h in sums["holders"] if h["retired_wh"]} == {
        who: wh for who, wh in beneficiaries.items() if who != "operator"
    }


def test_pages_of_a_choice_hold_every_certificate_of_it_once(asked: Asked, first_run: Path) -> None:
    enterprise = asked.json(f"{RUN}/certificates/sums")["holders"][0]["id"]
    way = f"{RUN}/certificates?state=retired&whose={enterprise}&page_size=7"
    first = asked.json(way)
    rows = list(first["certificates"])
    for page in range(2, -(-first["total"] // 7) + 1):
        rows += asked.json(f"{way}&page={page}")["certificates"]
    assert len(rows) == first["total"] == len({r["certificate"] for r in rows}) > 7
    assert sum(r["wh"] for r in rows) == first["wh"]
    assert {r["beneficiary"] for r in rows} == {enterprise} and {r["state"] for r in rows} == {"retired"}
    starts = [r["start"] for r in rows]
    assert starts == sorted(starts)
    one = rows[3]
    of_unit = asked.json(f"{way}&unit={one['unit']}&month=2025-01")
    assert 0 < of_unit["total"] <= first["total"] and {r["unit"] for r in of_unit["certificates"]} == {one["unit"]}
    for nothing in ("&month=2031-01", "&unit=nobody"):
        assert asked.json(way + nothing)["total"] == 0
    assert asked.get(f"{RUN}/certificates?state=sold").status_code == 422


def test_a_certificates_story_leads_from_its_meter_to_its_batch(asked: Asked, first_run: Path) -> None:
    folder = first_run.with_name("two-days.passports")
    said = [json.loads(f.read_bytes())["passport"] for f in sorted(folder.glob("*.json"))]
    behind = next(p for p in said if p["certificates"] and p["certificates"]["rows"])
    row = behind["certificates"]["rows"][0]
    story = asked.json(f"{RUN}/certificates/{row['certificate']}")
    assert {a["batch"] for a in story["allotted"]} >= {behind["product"]["batch"]}
    assert sum(a["wh"] for a in story["allotted"] if a["batch"] == behind["product"]["batch"]) >= row["wh"]
    asked_for = next(lot for lot in story["lots"] if lot["asked"])
    way = [s for s in asked_for["steps"] if s["on_way"]]
    assert [s["state"] for s in way][-1] == "retired" and way[0]["kind"] in ("issue", "discharge")
    for before, after in itertools.pairwise(way):
        assert before["spent_by"] == after["entry"] and before["wh"] >= after["wh"]
    assert asked_for["wh"] == sum(s["wh"] for s in asked_for["steps"] if s["spent_by"] is None)
    assert asked.get(f"{RUN}/certificates/99999999").status_code == 404


def test_certified_shares_rules_and_checks_are_those_of_the_commands(asked: Asked, first_run: Path, book: Path) -> None:
    shown = {c["id"]: c for c in asked.json(f"{RUN}/green/certified")["enterprises"]}
    for name, row in certified_figures(first_run, book).items():
        assert {k: shown[name][k] for k in row} == pytest.approx(row, nan_ok=True)
        assert shown[name]["hourly_mwh"] <= min(shown[name]["used_mwh"], shown[name]["claimed_mwh"]) + 1e-9
    told = {r["rule"]: r for r in rules_told(first_run, book)["rules"]}
    rules = asked.json(f"{RUN}/rules")
    assert rules["ledger"] is True and {r["rule"] for r in rules["rules"]} == set(told)
    for rule in rules["rules"]:
        assert rule["holds"] == told[rule["rule"]]["holds"] and rule["margin"] == told[rule["rule"]]["margin"]
    checks = asked.json(f"{RUN}/reconciliation")
    assert checks["closes"] is True and checks["ledger"] is True
    assert len(checks["checks"]) == len(reconciled_told(first_run, book)["checks"])
    for check in checks["checks"]:
        assert check["left_sum"] - check["right_sum"] == check["difference"]
        assert sum(p["amount"] for p in check["left"]) == check["left_sum"]
        assert {p["label"]["zh"] for p in check["left"]} and abs(check["difference"]) <= check["allowed"]


def test_an_enterprise_sees_its_own_certificates_and_no_other(first_run: Path) -> None:
    staff = Asked(create_app(Library([first_run])))
    holders = [h["id"] for h in staff.json(f"{RUN}/certificates/sums")["holders"] if h["retired"]]
    mine, other = holders[0], holders[1]
    me = Visitor(role=Role.ENTERPRISE, enterprise=mine)
    asked = Asked(create_app(Library([first_run]), visitor_of=lambda request: me))
    assert [h["id"] for h in asked.json(f"{RUN}/certificates/sums")["holders"]] == [mine]
    listed = asked.json(f"{RUN}/certificates?whose={other}")["certificates"]
    assert listed and all(mine in (r["beneficiary"], r["account"]) for r in listed)
    with ledger.opened(first_run.with_name("two-days.ledger")) as book:
        theirs = ledger.retired(book, beneficiary=other)[0].certificate
        ours = ledger.retired(book, beneficiary=mine)[0].certificate
    assert asked.get(f"{RUN}/certificates/{theirs}").status_code == 404
    story = asked.json(f"{RUN}/certificates/{ours}")
    seen = {s["beneficiary"] for lot in story["lots"] for s in lot["steps"]}
    assert seen <= {"", mine} and any(lot["hidden"] for lot in story["lots"])
    assert {e["id"] for e in asked.json(f"{RUN}/green/certified")["enterprises"]} <= {mine}
    rules = asked.json(f"{RUN}/rules")["rules"]
    assert {e["id"] for r in rules for e in r["by_enterprise"]} <= {mine}
    assert asked.get(f"{RUN}/reconciliation").status_code == 403


def test_what_is_not_made_says_how_it_is_made(first_run: Path, tmp_path: Path) -> None:
    shutil.copytree(first_run, tmp_path / "two-days")
    asked = Asked(create_app(Library([tmp_path / "two-days"])))
    for way, command in (
        ("certificates/sums", "holin certificates issue"), ("passports", "holin passport"),
        ("catalogue", "holin catalogue"),
    ):  # fmt: skip
        answer = asked.get(f"{RUN}/{way}")
        assert answer.status_code == 404 and answer.json()["type"] == "urn:holin:problem:not-made"
        assert command in answer.json()["detail"] and str(tmp_path) not in answer.text
    assert asked.json(f"{RUN}/rules")["ledger"] is False and asked.json(f"{RUN}/reconciliation")["ledger"] is False


def test_a_ledger_that_lost_its_end_is_a_conflict_and_says_no_path(first_run: Path, tmp_path: Path) -> None:
    shutil.copytree(first_run, tmp_path / "two-days")
    for ending in (".ledger", ".ledger.head", ".ledger.key"):
        shutil.copy(first_run.with_name(f"two-days{ending}"), tmp_path / f"two-days{ending}")
    (tmp_path / "two-days.ledger.head").write_text("{}", encoding="utf-8")
    answer = Asked(create_app(Library([tmp_path / "two-days", PARKS]))).get(f"{RUN}/certificates/sums")
    assert answer.status_code == 409 and str(tmp_path) not in answer.text


def test_a_new_entry_of_the_ledger_is_seen_at_once(first_run: Path, tmp_path: Path) -> None:
    shutil.copytree(first_run, tmp_path / "two-days")
    for ending in (".ledger", ".ledger.head", ".ledger.key"):
        shutil.copy(first_run.with_name(f"two-days{ending}"), tmp_path / f"two-days{ending}")
    asked = Asked(create_app(Library([tmp_path / "two-days"])))
    active = asked.json(f"{RUN}/certificates?state=active")
    assert active["total"] > 0
    one = active["certificates"][0]
    with ledger.opened(tmp_path / "two-days.ledger") as book:
        which = ledger.Which(certificate=one["certificate"])
        ledger.retire(book, one["account"], "ent-mill", one["wh"], which)
    after = asked.json(f"{RUN}/certificates?state=active")
    assert after["wh"] == active["wh"] - one["wh"]
