"""The main path on small parks: what it writes can be read, it can be cancelled, files of weather work."""

import dataclasses
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from holin.errors import BadInput, NotConverged
from holin.flow import must_converge
from holin.parkfile import example_park, read_park, write_park
from holin.rules import Rule, RuleKind
from holin.store import read_run
from holin.twin import run, saved

CASE = Path(__file__).parent.parent / "cases" / "two_bus" / "park"
WEEK = {"start": date(2025, 3, 3), "end": date(2025, 3, 10)}


@pytest.fixture(scope="module")
def week():
    return run(example_park("example"), **WEEK)


def test_a_week_of_the_example_park_closes(week) -> None:
    found = week.summary
    assert found["hours"] == found["flow"]["hours_converged"] == 168
    assert found["objective_recomputed"] == pytest.approx(found["objective"], rel=1e-6)
    assert found["balance_error_mw_max"] < 1e-4
    assert found["metal_t"] > 0
    assert 0 < found["green_share"]["physical"] <= 1
    assert [m["whole"] for m in found["monthly"]] == [False]


def test_summary_has_every_figure_that_programs_read(week) -> None:
    wanted = {
        "park", "stage", "hours", "currency", "objective", "objective_recomputed", "balance_error_mw_max", "energy_mwh",
        "green_share", "carbon", "metal_t", "green_metal_t", "flow", "all_in_price_per_kwh", "price_parts", "seconds",
        "peak_memory_mb", "rules", "claims", "must_run", "enterprises", "monthly", "counts", "provenance", "synthetic",
    }  # fmt: skip
    assert wanted <= week.summary.keys()
    assert {
        "load",
        "wind",
        "solar",
        "coal",
        "import",
        "export",
        "curtailed",
        "storage_loss",
        "network_loss",
    } <= week.summary["energy_mwh"].keys()
    assert sum(week.summary["price_parts"].values()) / week.summary["energy_mwh"]["load"] / 1e3 == pytest.approx(
        week.summary["all_in_price_per_kwh"]
    )


def test_months_and_enterprises_add_up_to_the_run(week) -> None:
    found = week.summary
    for kind in ("load", "wind", "solar", "coal", "import", "curtailed", "network_loss"):
        assert sum(m["energy_mwh"][kind] for m in found["monthly"]) == pytest.approx(
            found["energy_mwh"][kind], abs=1e-6
        )
    assert sum(e["load_mwh"] for e in found["enterprises"]) == pytest.approx(found["energy_mwh"]["load"], rel=1e-9)


def test_a_written_run_reads_back(week, tmp_path: Path) -> None:
    found = read_run(saved(week, tmp_path / "run", manifest={"seed": 7}))
    assert found.summary["objective"] == week.summary["objective"]
    assert read_park(found.park_folder) == week.park
    for name, table in week.tables.items():
        for column in table.data_vars:
            np.testing.assert_allclose(
                found.tables[name][column].values,
                table[column].values,
                rtol=1e-6,
                atol=1e-6,
                err_msg=f"{name}.{column}",
            )


def test_raising_in_progress_cancels() -> None:
    def stop(what: str, share: float) -> None:
        if what == "dispatch":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(CASE, start=datetime(2025, 1, 1), end=datetime(2025, 1, 1, 3), on_progress=stop)


def test_an_unknown_stage_names_those_that_exist() -> None:
    with pytest.raises(BadInput, match="one of 2025"):
        run(CASE, stage="1999")


def test_weather_from_a_file_drives_the_run(tmp_path: Path) -> None:
    hours = pd.date_range("2025-03-03", periods=48, freq="h")
    table = pd.DataFrame(
        {
            "time": hours.strftime("%Y-%m-%d %H:%M"), "wind_speed_m_per_s": 9.0, "temp_air_c": -5.0,
            "pressure_pa": 91_000.0, "ghi": 0.0, "dni": 0.0, "dhi": 0.0, "snow": 0.0,
        }
    )  # fmt: skip
    table.to_csv(tmp_path / "calm.csv", index=False)
    found = run(example_park("example"), start=date(2025, 3, 3), end=date(2025, 3, 5), weather=tmp_path / "calm.csv")
    assert found.summary["energy_mwh"]["solar"] == pytest.approx(0.0, abs=1e-9)
    wind = found.tables["available"].available_mw.values[:, 0]
    assert np.ptp(wind) < 1e-6 and wind[0] > 0


def test_the_same_seed_gives_the_same_run_and_another_does_not(tmp_path: Path) -> None:
    park = example_park("example")
    write_park(park, tmp_path / "park")
    first, again = (run(tmp_path / "park", **WEEK, seed=3).summary["objective"] for _ in range(2))
    assert first == again
    assert run(park, **WEEK, seed=4).summary["objective"] != first


def test_the_manifest_names_the_seed_that_was_drawn(week, tmp_path: Path) -> None:
    found = read_run(saved(week, tmp_path / "run", manifest={"seed": None}))
    assert found.manifest["seed"] == week.tables["weather"].attrs["seed"]


def test_hours_without_solution_are_named_instead_of_summed(week) -> None:
    flows = week.tables["flows"].copy(deep=True)
    flows["converged"][5] = 0.0
    with pytest.raises(NotConverged, match="2025-03-03 05:00"):
        must_converge(week.park, flows)


def test_a_rule_that_is_enforced_holds_in_its_own_run() -> None:
    """The losses of the last flow differ from those that the optimum carried by less than a verdict's tolerance."""
    days = {"start": date(2025, 3, 3), "end": date(2025, 3, 6)}
    park = example_park("capped")
    free = run(park, **days).summary["carbon"]["energy_t"]
    cap = Rule(id="cap", kind=RuleKind.CO2_MAX_T, value=0.97 * free / (3 / 365), enforced=True)
    found = run(dataclasses.replace(park, rules=(*park.rules, cap)), **days).summary
    (verdict,) = [r for r in found["rules"] if r["rule"] == "cap"]
    assert verdict["holds"] is True and verdict["partial"] is True
    assert verdict["reached"] == pytest.approx(0.97 * free, rel=1e-4)
