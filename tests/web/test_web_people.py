"""Enterprises, their hours, and energy from source to user: against the run's own trace and summary."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from web_asked import Asked, about

from holin.store import read_run
from holin.summary import enterprises
from holin.trace import account


def test_enterprises_have_the_summarys_figures_and_months_that_add_up(asked: Asked, first_run: Path) -> None:
    run = read_run(first_run)
    shown = asked.json("/api/runs/two-days/enterprises")
    assert shown["green_share_annual"] == run.summary["green_share"]["annual"]
    rows = {row["id"]: row for row in run.summary["enterprises"]}
    assert [e["id"] for e in shown["enterprises"]] == list(rows) != []
    for e in shown["enterprises"]:
        assert e["load_mwh"] == rows[e["id"]]["load_mwh"]
        assert sum(m["used_mwh"] for m in e["months"]) == pytest.approx(e["load_mwh"], rel=1e-9)
        green = sum(m["green_mwh"] for m in e["months"])
        assert green / e["load_mwh"] == pytest.approx(e["green_share_physical"], rel=1e-9)


def test_the_hours_of_an_enterprise_add_up_to_its_year(asked: Asked, first_run: Path) -> None:
    run = read_run(first_run)
    for row in run.summary["enterprises"]:
        found = asked.arrow(f"/api/runs/two-days/enterprises/{row['id']}/hours")
        hours = {n: found[n].to_numpy(zero_copy_only=False).astype(float) for n in found.column_names}
        power = hours["power_mw"]
        assert power.sum() == pytest.approx(row["load_mwh"], rel=1e-6)
        np.testing.assert_allclose(sum(v for n, v in hours.items() if n.startswith("source:")), power, atol=1e-5)
        assert np.nansum(power * hours["green_share"]) / power.sum() == pytest.approx(
            row["green_share_physical"], abs=1e-6
        )
        assert hours["traced_t"].sum() == pytest.approx(row["carbon_t"], rel=1e-6)
        sources = [f for f in found.schema if f.name.startswith("source:")]
        assert all({b"kind", b"green", b"en", b"zh"} <= set(f.metadata) for f in sources)
        assert about(found)["enterprise"] == row["id"]
    assert asked.get("/api/runs/two-days/enterprises/nobody/hours").status_code == 404


def test_a_days_energy_from_source_to_user_is_the_traces(asked: Asked, first_run: Path) -> None:
    run = read_run(first_run)
    found = asked.arrow("/api/runs/two-days/sources-to-users")
    rows = found.to_pandas()
    assert sorted(set(rows["day"].astype(str))) == ["2025-01-01", "2025-01-02"]
    whole = account(run.tables["trace"], by="unit")
    fed = whole.groupby("source").mwh.sum()
    got = rows.groupby("source", observed=True).mwh.sum()
    assert {s: v for s, v in got.items() if abs(v) > 1e-3} == pytest.approx(
        {s: v for s, v in fed.items() if abs(v) > 1e-3}, rel=1e-5
    )
    users = {u["id"]: u for u in json.loads(about(found)["users"])}
    potline = next(u for u in users.values() if u["kind"] == "potline")
    used = float(run.tables["trace"]["energy_mwh"].sel(sink=potline["id"]).sum())
    assert rows[rows.user == potline["id"]].mwh.sum() == pytest.approx(used, rel=1e-5)
    works = [u for u in users.values() if u["kind"] == "enterprise"]
    assert works and all(u["enterprise"] == u["id"] and u["zh"] != u["id"] for u in works)
    assert {"network_loss", "storage_loss", "stored"} <= set(users)
    assert pa.types.is_dictionary(found.schema.field("user").type)


def test_the_summary_is_what_these_hours_say(first_run: Path) -> None:
    run = read_run(first_run)
    from holin.parkfile import read_park

    again = enterprises(read_park(run.park_folder), run.tables["trace"], run.tables["carbon"])
    for row, kept in zip(again, run.summary["enterprises"], strict=True):
        assert row["load_mwh"] == pytest.approx(kept["load_mwh"], rel=1e-6)
