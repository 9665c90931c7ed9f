"""Rules of the year steered from a plan of it: two windy days, a calm one, and a share that needs the wind of both.

Coal costs less than what exported wind brings: without a rule all wind is sold. The share of 0.6 over three days asks
for 2,160 of the 2,400 MWh that the loads take while it blows.
"""

import dataclasses

import numpy as np
import pytest
import xarray as xr

from holin.calendar import hours_of_year
from holin.dispatch import dispatch, dispatch_ahead, in_words
from holin.errors import BadInput
from holin.park import Bus, Cost, Fuel, Grid, Load, Park, ParkFacts, ThermalUnit, WindFarm
from holin.rules import Rule, RuleKind, margin_of, share_with, verdict
from holin.tariff import Tariff
from holin.twin import Expectation, Horizon, Outlook, budget_figures, targets, window_of, year_plan

YEAR = hours_of_year(2025, "UTC")
LAST = YEAR[-72:]
SHARE = Rule(id="share", kind=RuleKind.GREEN_SHARE_MIN, value=0.6, enforced=True)
PARK = Park(
    facts=ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=5_000.0),
    buses=(Bus(id="A", v_nom_kv=110.0),),
    fuels=(Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.1),),
    costs=(Cost(id="c100", marginal_cost_per_mwh=100.0),),
    thermal_units=(
        ThermalUnit(
            id="C", bus="A", p_nom_mw=100.0, p_min_mw=0.0, ramp_up_mw_per_h=1e4, ramp_down_mw_per_h=1e4, fuel="coal",
            heat_rate_points=((1.0, 1.0),), cost="c100",
        ),
    ),
    wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=100.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=0.0, export_max_mw=200.0, tariff="T"),),
    tariffs=(Tariff(id="T", energy_price_per_mwh=500.0, export_price_per_mwh=250.0),),
    loads=(Load(id="L", bus="A", enterprise="E", load_mw=50.0),),
    rules=(SHARE,),
)  # fmt: skip


def tables(time):
    """Nothing runs until the last three days of the year; of these two are windy."""
    runs = (time >= LAST[0]).astype(float)
    windy = runs * (time < LAST[48])
    may = xr.Dataset({"available_mw": (("time", "unit"), 100.0 * windy[:, None])}, coords={"time": time, "unit": ["W"]})
    must = xr.Dataset(
        {
            "load_mw": (("time", "load"), 50.0 * runs[:, None]),
            "heat_mw": (("time", "thermal_unit"), np.zeros((len(time), 1))),
        },
        coords={"time": time, "load": ["L"], "thermal_unit": ["C"]},
    )
    return may, must


@pytest.fixture(scope="module")
def plan():
    return year_plan(PARK, dispatch(PARK, *tables(YEAR)).schedule)


def rolled(budget, park=PARK):
    """The last three days, a window each: the figures of the last, and all breaches of rules."""
    state, rules, windows = None, [], []
    for start in LAST[::24]:
        horizon = Horizon(start=start, horizon_h=24.0, lookahead_h=0.0, step_h=1.0)
        may, must = tables(horizon.time)
        known = Outlook(available=may, demand=must)
        window = window_of(park, horizon, known, Expectation(), state=state, budget=budget)
        made = dispatch_ahead(window, mip_gap=0.0)
        state = made.state_after(24)
        windows.append(made)
        rules += [(made, b) for b in made.breaches if b.kind == "rule"]
    return windows, rules


def judged_at_the_end(plan, windows, park=PARK):
    """The verdict on what the year came to, by the last window."""
    last = windows[-1]
    (told,) = budget_figures(park, plan, last.window.state.year_mwh, last.schedule, step_h=1.0)
    assert told["end"] == "2026-01-01T00:00:00Z" and told["reached"] == pytest.approx(told["expected"])
    return told["reached"]


def test_the_plan_of_the_year_keeps_the_rule_and_says_how_it_went(plan):
    assert plan.year == 2025 and plan.part(LAST[0]) == pytest.approx(1 - 3 / 365)
    assert plan.whole["load_mwh"] == pytest.approx(3600.0)
    assert margin_of(SHARE, plan.whole) == pytest.approx(0.0, abs=1e-3)
    half = plan.at(LAST[60] + np.timedelta64(30, "m"))
    assert half["load_mwh"] == pytest.approx(60.5 * 50.0)
    assert plan.at(YEAR[0])["load_mwh"] == 0.0 and plan.at(LAST[-1] + np.timedelta64(9, "D")) == plan.whole


def test_without_targets_the_year_misses_its_rule_and_with_them_meets_it(plan):
    free, broken = rolled(None)
    made, breach = broken[-1]
    assert breach.element == "share" and breach.total == pytest.approx(0.6 * 3600.0 - 0.6 * 2400.0)  # D1, D2 at 0.6
    assert "behind its target" in in_words(made.window, breach)
    assert judged_at_the_end(plan, free) == pytest.approx(0.4)
    steered, none = rolled(plan)
    assert none == [] and judged_at_the_end(plan, steered) == pytest.approx(0.6, abs=1e-6)
    sold = [sum(float(-m.schedule.p_mw.sel(unit="G").sum()) for m in ms) for ms in (free, steered)]
    assert sold == pytest.approx([4800.0 - 1440.0, 4800.0 - 2160.0])  # what the rule costs: 720 MWh less are sold


def test_a_target_is_what_the_rest_of_the_year_will_take(plan):
    """After the windy days the calm one takes 0.6 of 1,200 MWh: so much must be in hand."""
    assert targets(PARK, plan, LAST[48]) == {"share": pytest.approx(720.0, abs=1e-3)}
    assert targets(PARK, plan, LAST[-1] + np.timedelta64(1, "h")) == {"share": pytest.approx(0.0, abs=1e-3)}
    easy = dataclasses.replace(PARK, rules=(dataclasses.replace(SHARE, value=0.3),))  # the plan ends 1,080 MWh above
    assert targets(easy, plan, LAST[48]) == {"share": pytest.approx(1440.0 - 1080.0 * 364 / 365, abs=1e-3)}
    hard = dataclasses.replace(PARK, rules=(dataclasses.replace(SHARE, value=0.9),))  # out of reach: as the plan does
    assert targets(hard, plan, LAST[48])["share"] == pytest.approx(2160.0 - 0.9 * 2400.0, abs=1e-3)


def test_figures_say_where_the_year_stands(plan):
    windows, _ = rolled(plan)
    begun = windows[1].window.state.year_mwh
    (told,) = budget_figures(PARK, plan, begun, windows[1].schedule, step_h=1.0)
    assert (told["rule"], told["steered"], told["end"]) == ("share", True, "2025-12-31T00:00:00Z")
    assert told["reached"] == pytest.approx(0.9) and told["reached_margin"] == pytest.approx(720.0, abs=1e-2)
    assert told["target"] == pytest.approx(0.9) and told["short"] == pytest.approx(0.0, abs=1e-2)
    assert told["expected"] == pytest.approx(0.6) and told["planned"] == pytest.approx(0.6)
    free, _ = rolled(None)
    (behind,) = budget_figures(PARK, plan, free[1].window.state.year_mwh, free[1].schedule, step_h=1.0)
    assert behind["reached"] == pytest.approx(0.6) and behind["short"] == pytest.approx(720.0, abs=1e-2)
    assert behind["expected"] == pytest.approx(0.4)


def test_a_rule_that_is_only_judged_is_told_and_not_steered(plan):
    judged = dataclasses.replace(PARK, rules=(dataclasses.replace(SHARE, enforced=False),))
    windows, broken = rolled(plan, judged)
    assert broken == []
    (told,) = budget_figures(judged, plan, windows[1].window.state.year_mwh, windows[1].schedule, step_h=1.0)
    assert told["steered"] is False and told["short"] > 1000.0  # all wind is sold


@pytest.mark.parametrize(
    ("kind", "value", "reached"),
    [
        (RuleKind.GREEN_SHARE_MIN, 0.5, 30.0 / 80.0), (RuleKind.SELF_USE_MIN, 0.6, 30.0 / 50.0),
        (RuleKind.EXPORT_SHARE_MAX, 0.2, 10.0 / 50.0), (RuleKind.CURTAILMENT_SHARE_MAX, 0.1, 10.0 / 50.0),
        (RuleKind.CO2_MAX_T, 12.0, 7.0),
    ],
)  # fmt: skip
def test_shares_are_those_of_the_verdict(kind, value, reached):
    quantities = {
        "renewable_used_mwh": 40.0, "renewable_available_mwh": 50.0, "export_mwh": 10.0, "load_mwh": 80.0, "co2_t": 7.0
    }  # fmt: skip
    rule = Rule(id="r", kind=kind, value=value)
    judged = verdict(rule, quantities)
    assert judged.reached == pytest.approx(reached)
    assert margin_of(rule, quantities) == pytest.approx(judged.margin)
    assert share_with(rule, quantities, margin_of(rule, quantities)) == pytest.approx(reached)
    assert share_with(rule, quantities, 0.0) == pytest.approx(value)
    assert share_with(rule, {}, 0.0) is None or kind is RuleKind.CO2_MAX_T


def test_what_is_no_plan_of_the_year_is_said(plan):
    schedule = dispatch(PARK, *tables(YEAR[:48])).schedule
    with pytest.raises(BadInput) as found:
        year_plan(dataclasses.replace(PARK, wind_farms=(WindFarm(id="X", bus="A", p_nom_mw=1.0),)), schedule)
    assert [f.field for f in found.value.faults] == ["unit", "time"]
    horizon = Horizon(start=np.datetime64("2026-01-01", "ns"), horizon_h=24.0, lookahead_h=0.0, step_h=1.0)
    may, must = tables(horizon.time)
    with pytest.raises(BadInput, match="the plan is one of 2025, the schedule begins in 2026"):
        window_of(PARK, horizon, Outlook(available=may, demand=must), Expectation(), budget=plan)
