"""The published figures of the Holingol network (regional press, Aug 2024; Xinhua, Nov 2024) against whole years.

Nothing is tuned to them; what a run cannot meet is said by the claims table of its report.
"""

import numpy as np
import pytest
from published_runs import year_of

from holin.calendar import local
from holin.twin import Result, run

STAGES = ("2024", "2025", "2030")


@pytest.mark.parametrize("stage", STAGES)
def test_every_hour_is_solved_and_every_sum_closes(stage: str) -> None:
    found = year_of("huolinguole", stage).summary
    hours = {"2024": 8784, "2025": 8760, "2030": 8760}[stage]
    assert found["hours"] == found["flow"]["hours_converged"] == hours
    assert found["objective_recomputed"] == pytest.approx(found["objective"], rel=1e-6)
    assert found["balance_error_mw_max"] < 1e-4
    energy = found["energy_mwh"]
    made = energy["wind"] + energy["solar"] + energy["coal"] + energy["import"]
    gone = energy["load"] + energy["export"] + energy["storage_loss"] + energy["network_loss"]
    assert abs(made - gone) < 1e-4 * energy["load"]
    assert found["flow"]["hours_overloaded"] == 0
    assert found["flow"]["v_min_pu"] > 0.95 and found["flow"]["v_max_pu"] < 1.06


@pytest.mark.parametrize("stage", STAGES)
def test_sources_make_up_the_demand_of_every_enterprise_and_hour(stage: str) -> None:
    """Sum over sources of energy and loss = demand + losses of each sink; energy alone = what the flow says it drew."""
    result = year_of("huolinguole", stage)
    trace, flows = result.tables["trace"], result.tables["flows"]
    users = [
        s for s, kind in zip(trace.sink.values, trace.sink_kind.values, strict=True) if kind in ("load", "potline")
    ]
    traced = trace.energy_mwh.sel(sink=users).sum("source").values
    drawn = -flows.p_mw.sel(unit=users).values
    assert np.abs(traced - drawn).max() < 1e-6
    fed_in = flows.p_mw.clip(min=0).isel(unit=np.flatnonzero(flows.kind.values != "storage")).sum("unit")
    stored = trace.storage_loss_mwh.sum()
    everything = float(
        (trace.energy_mwh + trace.loss_mwh)
        .sel(sink=[s for s in trace.sink.values if s in users or str(s).startswith("export:")])
        .sum()
    )
    charged_loss = float(trace.loss_mwh.isel(sink=np.flatnonzero(trace.sink_kind.values == "storage")).sum())
    assert everything + charged_loss + float(stored) == pytest.approx(float(fed_in.sum()), rel=1e-6)


# 600 GWh, 250 GWh green of which PV 200 (± 10) GWh, peak near 100 MW, Jan-Jul 360 GWh = 70.4 MW mean.
def test_the_year_2024() -> None:
    result = year_of("huolinguole", "2024")
    found = result.summary
    assert found["energy_mwh"]["load"] == pytest.approx(600e3, rel=0.01)
    pv = result.tables["available"].available_mw.isel(
        unit=[k for k, u in enumerate(result.tables["available"].unit.values) if "pv" in str(u)]
    )
    assert float(pv.sum()) == pytest.approx(200e3, abs=10e3)
    assert 0.39 <= found["green_share"]["annual"] <= 0.42
    assert found["must_run"] == []  # no captive unit stands yet
    clock = local(result.tables["demand"].time.values, "Asia/Shanghai")
    load = result.tables["demand"].load_mw.sum("load").values
    assert 85 <= load.max() <= 105
    assert load[clock.month <= 7].mean() == pytest.approx(70.4, rel=0.05)


# 650 + 273 MW and 138 MW storage: 2.40 TWh ± 3 % net, share > 50 %, about 8 % curtailed, coal free to stop.
def test_the_plan_of_2025() -> None:
    found = year_of("huolinguole", "2025").summary
    energy = found["energy_mwh"]
    net = energy["wind"] + energy["solar"]
    assert net == pytest.approx(2.40e6, rel=0.03)
    assert found["green_share"]["annual"] > 0.50
    assert found["green_share"]["physical"] > 0.50
    assert 0.05 <= energy["curtailed"] / (net + energy["curtailed"]) <= 0.11
    assert energy["export"] < 1e-4 * energy["load"]
    assert energy["shed"] == pytest.approx(0.0, abs=1e-3)


# With 0, 60 and 120 MW of must-run coal about 54, 51 and 48 % on the real province's hours, stretched to one farm. This
# synthetic year has less wind in the surplus hours' tail, and its optimum already keeps some coal on to save starts:
# 54.5, 53.0 and 50.6 %. The order and the slope are tested, the published promise's margin is reported.
def test_must_run_coal_lowers_the_green_share() -> None:
    levels = {
        row["must_run_mw"]: row["green_share_annual"] for row in year_of("huolinguole", "2025").summary["must_run"]
    }
    assert levels[0.0] == pytest.approx(0.54, abs=0.015)
    assert levels[60.0] == pytest.approx(0.51, abs=0.03)
    assert levels[120.0] == pytest.approx(0.48, abs=0.03)
    assert levels[120.0] < levels[60.0] - 0.01 < levels[0.0] - 0.02


# 138 / 923 = 0.1495: 0.45 MW short of 15 %.
def test_the_storage_duty_is_met_only_as_rounded() -> None:
    rules = {r["rule"]: r for r in year_of("huolinguole", "2025").summary["rules"]}
    duty = rules["storage-power-15"]
    assert duty["reached"] == pytest.approx(0.1495, abs=1e-4)
    assert duty["margin"] == pytest.approx(-0.45, abs=1e-6)
    assert not duty["holds"]
    assert rules["self-use-60"]["holds"] and rules["green-share-30"]["holds"]


# 70 % physical is a target for 2030; with these capacities 60 to 68 % are reached.
def test_the_vision_of_2030_falls_short_of_its_target() -> None:
    found = year_of("huolinguole", "2030").summary
    assert 0.60 <= found["green_share"]["physical"] <= 0.70
    (claim,) = [c for c in found["claims"] if c["claim"] == "claim-2030-share"]
    assert claim["agrees"] is False


# A matched share hour by hour is never above the annual one.
@pytest.mark.parametrize("stage", STAGES)
def test_physical_share_is_not_above_the_annual_one(stage: str) -> None:
    share = year_of("huolinguole", stage).summary["green_share"]
    assert share["physical"] <= share["annual"] + 1e-9


def test_the_same_inputs_give_the_same_run() -> None:
    again: Result = run(year_of("huolinguole", "2024").park, stage="2024")
    assert again.summary["objective"] == year_of("huolinguole", "2024").summary["objective"]
