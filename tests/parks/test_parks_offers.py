"""What the planner of a reference park may choose from: sites, refits, circuits, and costs that have a source."""

import math
from typing import Any

import pytest
from reference_parks import PARKS, STAGES, at, park

from holin.park import Candidate, Choice, Cost, HeatControl, Tracking, by_id, templates_of, things_of
from holin.potline import ac_power_mw, dc_power_mw

LAST = {"huolinguole": "2030", "huolinhe": "2026"}


def elements(name: str) -> dict[str, tuple[str, Any]]:
    return {thing.id: (table, thing) for table, thing in things_of(park(name))}


def offers(name: str, table: str, choice: Choice = Choice.BUILD) -> list[tuple[Candidate, Any]]:
    """The candidates of a park at its last stage whose element is of one table, with their elements."""
    of = elements(name)
    return [
        (c, of[c.element][1])
        for c in at(name, LAST[name]).candidates
        if c.choice is choice and of[c.element][0] == table
    ]


def cost_of(name: str, candidate: Candidate) -> Cost:
    return by_id(park(name).costs)[candidate.cost or ""]


# ---- what is on offer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARKS)
def test_there_are_sites_of_different_yields(name: str) -> None:
    hours = [site.full_load_hours for _, site in offers(name, "wind_farm")]
    assert len(hours) == len(set(hours)) == 3
    assert min(hours) >= 2967 and max(hours) <= 3525  # Xilingol 300 MW; Tongliao 1,000 MW, by design
    assert {site.tracking for _, site in offers(name, "pv_plant")} == set(Tracking)
    durations = [(c.duration_min_h, c.duration_max_h) for c, _ in offers(name, "storage")]
    assert durations == [(2.0, 4.0), (4.0, 8.0)]


@pytest.mark.parametrize("name", PARKS)
def test_single_axes_yield_what_holins_own_model_gains_with_them(name: str) -> None:
    """2,122 h against 2,031 h at 45.5 degrees north and a DC/AC ratio of 1.2: + 4.45 %."""
    best_fixed = 1950.0 if name == "huolinguole" else 1900.0
    (axis,) = (site.full_load_hours for _, site in offers(name, "pv_plant") if site.tracking is Tracking.SINGLE_AXIS)
    assert axis == pytest.approx(best_fixed * 2121.95 / 2031.47, rel=2e-3)


@pytest.mark.parametrize("name", PARKS)
def test_the_sites_could_make_seventy_percent_of_the_load(name: str) -> None:
    """Before curtailment; else no plan could answer the zero-carbon park's 70 %."""
    here = at(name, LAST[name])
    load = sum(x.load_mw * x.load_factor for x in here.loads) + sum(
        ac_power_mw(p, p.amperage_ka) for p in here.potlines
    )
    made = sum(
        (c.p_max_mw or 0.0) * site.full_load_hours
        for table in ("wind_farm", "pv_plant")
        for c, site in offers(name, table)
    )
    assert made > 0.7 * load * 8760


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_templates_stand_at_no_stage(name: str, stage: str) -> None:
    templates = templates_of(park(name).candidates)
    assert templates and not templates & {thing.id for _, thing in things_of(at(name, stage))}


@pytest.mark.parametrize("name", PARKS)
def test_every_offer_is_assumed_and_every_site_synthetic(name: str) -> None:
    for candidate in park(name).candidates:
        assert candidate.basis == "assumed"
        if candidate.id.startswith("new-"):
            assert candidate.reference.startswith("Synthetic site")


@pytest.mark.parametrize("name", PARKS)
def test_units_of_a_circuit_are_its_rating(name: str) -> None:
    buses = by_id(park(name).buses)
    for candidate, line in offers(name, "line"):
        assert candidate.unit_mw == pytest.approx(
            math.sqrt(3) * buses[line.bus_from].v_nom_kv * line.i_nom_ka, rel=1e-3
        )
        assert candidate.p_max_mw == pytest.approx(2 * candidate.unit_mw)
    for candidate, transformer in offers(name, "transformer"):
        assert candidate.unit_mw == transformer.s_nom_mva


# ---- refits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARKS)
def test_a_refitted_unit_goes_lower_and_is_else_the_same(name: str) -> None:
    of = elements(name)
    found = offers(name, "thermal_unit", Choice.RETROFIT)
    assert found
    for candidate, after in found:
        before = of[candidate.replaces or ""][1]
        share = {"cost-refit-coal-30": 0.30, "cost-refit-coal-20": 0.20}[candidate.cost or ""]
        assert after.p_min_mw == pytest.approx(share * after.p_nom_mw) and after.p_min_mw < before.p_min_mw
        assert after.heat_rate_points[-1] == before.heat_rate_points[-1]
        assert after.heat_rate_points[0][0] <= share
        same = ("p_nom_mw", "bus", "ramp_up_mw_per_h", "auxiliary", "fuel", "start_cost", "heat_nom_mw")
        assert [getattr(after, n) for n in same] == [getattr(before, n) for n in same]


@pytest.mark.parametrize("name", PARKS)
def test_a_refitted_potline_follows_trimet(name: str) -> None:
    """TRIMET Essen: 25 % less power for 48 h, the same as 12 h of nominal power; the pots and their current stay."""
    of = elements(name)
    found = offers(name, "potline", Choice.RETROFIT)
    assert len(found) == len(at(name, LAST[name]).potlines)
    for candidate, after in found:
        before = of[candidate.replaces or ""][1]
        assert (after.pots, after.amperage_ka, after.production_duty) == (before.pots, before.amperage_ka, 1.0)
        low = dc_power_mw(after, after.amperage_min_ka) / dc_power_mw(after, after.amperage_ka)
        assert low == pytest.approx(0.75, abs=0.003)
        assert after.heat_window_h == 0.25 * 48
        assert after.amperage_max_ka == pytest.approx(1.10 * after.amperage_ka)
        assert after.heat_control is HeatControl.SHELL_HEAT_EXCHANGER


@pytest.mark.parametrize("name", PARKS)
def test_no_unit_with_a_heat_duty_is_retired(name: str) -> None:
    found = offers(name, "thermal_unit", Choice.RETIRE)
    assert found and not any(unit.heat_nom_mw for _, unit in found)


# ---- costs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARKS)
def test_costs_follow_from_their_sources(name: str) -> None:
    costs = by_id(park(name).costs)
    pv, bess, pot = costs["cost-new-pv"], costs["cost-new-bess"], costs["cost-refit-potline"]
    assert (pv.price_year, bess.price_year, pot.price_year) == (2025, 2025, 2019)
    # 2,800 CNY/kW in 2020, 2,200 in 2030 (PyPSA-China-PIK)
    assert pv.change_per_year == pytest.approx((2200 / 2800) ** 0.1 - 1, abs=5e-4)
    assert pv.capital_cost_per_mw == pytest.approx(math.sqrt(2800 * 2200) * 1e3, rel=2e-3)
    # 650 CNY/kWh in 2020, 310 in 2030 (LBNL there)
    assert bess.capital_cost_per_mwh == pytest.approx(math.sqrt(650 * 310) * 1e3, rel=5e-3)
    assert costs["cost-new-wind"].change_per_year == pytest.approx((5100 / 5400) ** 0.1 - 1, abs=5e-4)
    # 36 M EUR for 120 pots of 93.3 MW, 7.73 CNY per EUR
    assert pot.capital_cost_per_mw == pytest.approx(36e6 / 93.3 * 7.73, rel=2e-3)


@pytest.mark.parametrize("name", PARKS)
def test_a_circuit_costs_its_kilometres_and_two_bays(name: str) -> None:
    for candidate, line in offers(name, "line"):
        per_km = {1.2: 1.2e6, 1.9: 1.6e6}[line.i_nom_ka]
        whole = cost_of(name, candidate).capital_cost_per_mw * (candidate.unit_mw or 0.0)
        assert whole == pytest.approx(line.length_km * per_km + 10e6, rel=2e-3)
