"""Levelised cost by source, the all-in price by class of enterprise, metal, abatement: by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.finance import (
    Investment,
    PlanPoint,
    SourceYears,
    Users,
    abatement_cost,
    abatement_curve,
    all_in_price,
    annuity,
    coincident_peak_shares,
    cost_per_t_metal,
    levelised_costs,
    price_by_class,
    price_by_enterprise,
)
from holin.park import FinanceTerms, TaxLaws

PLAIN = FinanceTerms(id="plain", tax_laws=TaxLaws.NONE, residual_share=0.0)
USERS = Users(
    enterprise=("A", "B", "C"), sector=("smelting", "foil", "foil"), energy_mwh=np.array([600.0, 300.0, 100.0]),
    peak_share=np.array([0.5, 0.25, 0.25]),
)  # fmt: skip


def test_levelised_cost_by_source_is_the_annuity_form() -> None:
    """Coal: capital 2e6 x 0.0664615 / 5,000 = 26.58, fixed 6.4, fuel 180, CO2
    70, variable 8. Storage of 4 MWh at 2.95 million, 15 a: 2.95e6 x 0.1029628 + 20,000 over 1,200 MWh discharged, plus
    1,400 MWh charged at 134."""
    years, ones = range(2026, 2026 + 40), np.ones(40)
    investments = [
        Investment(id="w", kind="wind", first_year=2026, cost=4.6e6, lifetime_years=40),
        Investment(id="c", kind="coal", first_year=2026, cost=2e6, lifetime_years=40),
    ]
    sources = {
        "wind": SourceYears(energy_mwh=3_200 * ones, costs={"fixed": 69_000 * ones}),
        "coal": SourceYears(
            energy_mwh=5_000 * ones,
            costs={
                "fixed": 32_000 * ones, "variable": 8 * 5_000 * ones, "fuel": 9e5 * ones, "co2": 3.5e5 * ones,
            },
        ),
    }  # fmt: skip
    wind, coal = levelised_costs(list(years), investments, sources, PLAIN, discount_rate=0.06)
    assert wind.per_mwh == pytest.approx((4.6e6 * annuity(0.06, 40) + 69_000) / 3_200)
    assert coal.parts_per_mwh == pytest.approx(
        {"capital": 26.5846, "fixed": 6.4, "variable": 8.0, "fuel": 180.0, "co2": 70.0}, abs=1e-4
    )
    assert coal.per_mwh == pytest.approx(290.9846, abs=1e-4)


def test_levelised_cost_of_wind_by_hand() -> None:
    """1 MW at 4.6 million, 69,000 a year, 3,200 MWh, 6 % and 25 a: (4.6e6 x 0.0782267 + 69,000) / 3,200 = 134.01."""
    assert levelised(cost=4.6e6, fixed=69_000.0, energy_mwh=3_200.0, rate=0.06, years=25) == pytest.approx(
        134.01, abs=0.01
    )


def test_levelised_cost_against_nrels_simple_formula() -> None:
    """The formula of NREL's simple calculator, sLCOE = (capital x CRF + fixed O&M) / (8760 x capacity factor) + fuel x
    heat rate + variable O&M, put in with 1,500 $/kW, CRF of 3 % and 20 a = 0.0672157, 25 $/kW a, 0.35, 4 $/MMBtu, 7
    MMBtu/MWh, 3 $/MWh: 41.04 + 28 + 3 = 72.04 $/MWh."""
    energy = 8760 * 0.35 / 1000  # MWh a kW
    assert annuity(0.03, 20) == pytest.approx(0.0672157, abs=1e-7)
    found = levelised(cost=1500.0, fixed=25.0 + energy * (4 * 7 + 3), energy_mwh=energy, rate=0.03, years=20)
    assert found == pytest.approx((1500 * 0.0672157 + 25) / energy + 31, abs=1e-3)
    assert found == pytest.approx(72.04, abs=0.01)


def levelised(*, cost: float, fixed: float, energy_mwh: float, rate: float, years: int) -> float:
    """The levelised cost of one plant that runs for its whole life, the same in every year."""
    plant = Investment(id="p", kind="wind", first_year=2026, cost=cost, lifetime_years=years)
    source = SourceYears(energy_mwh=energy_mwh * np.ones(years), costs={"fixed": fixed * np.ones(years)})
    [found] = levelised_costs(range(2026, 2026 + years), [plant], {"wind": source}, PLAIN, discount_rate=rate)
    assert found.per_mwh is not None
    return found.per_mwh


def test_storage_bears_what_it_was_charged_with() -> None:
    years, ones = list(range(2026, 2041)), np.ones(15)
    store = Investment(id="s", kind="storage", first_year=2026, cost=2.95e6, lifetime_years=15)
    source = SourceYears(energy_mwh=1_200 * ones, costs={"fixed": 20_000 * ones, "charging": 1_400 * 134 * ones})
    [found] = levelised_costs(years, [store], {"storage": source}, PLAIN, discount_rate=0.06)
    assert annuity(0.06, 15) == pytest.approx(0.1029628, abs=1e-7)
    assert found.per_mwh == pytest.approx((2.95e6 * 0.1029628 + 20_000 + 1_400 * 134) / 1_200, abs=1e-3)


def test_a_horizon_shorter_than_the_life_bears_its_own_years() -> None:
    """100 over four years, two of them seen: 100 - 50 / 1.1^2 over 1 / 1.1 + 1 / 1.1^2 MWh."""
    plant = Investment(id="w", kind="wind", first_year=2026, cost=100.0, lifetime_years=4)
    source = SourceYears(energy_mwh=np.ones(2), costs={})
    [found] = levelised_costs([2026, 2027], [plant], {"wind": source}, PLAIN, discount_rate=0.1)
    assert found.per_mwh == pytest.approx((100 - 50 / 1.21) / (1 / 1.1 + 1 / 1.21))
    nothing = SourceYears(energy_mwh=np.zeros(2), costs={})
    assert levelised_costs([2026, 2027], [plant], {"wind": nothing}, PLAIN, discount_rate=0.1)[0].per_mwh is None
    with pytest.raises(Mismatch, match=r"sun is not a part.*energy_mwh is not by year"):
        bad = SourceYears(energy_mwh=np.ones(3), costs={"sun": np.ones(2)})
        levelised_costs([2026, 2027], [plant], {"wind": bad}, PLAIN, discount_rate=0.1)


def test_price_by_hand() -> None:
    """Fuel of 100,000 by energy, demand of 40,000 by peak, income of -10,000 by energy. Per kWh: fuel 0.1 each; demand
    A 20,000 / 600 MWh = 0.03333, foil 20,000 / 400 = 0.05; export -0.01."""
    shared = all_in_price({"fuel": 1e5, "demand_charge": 4e4, "export_income": -1e4}, USERS)
    price = price_by_class(shared)
    assert price.sel(sector="smelting").values == pytest.approx([0.1, 20 / 600, -0.01])
    assert price.sel(sector="foil").values == pytest.approx([0.1, 0.05, -0.01])
    assert float(shared.cost.sum()) == pytest.approx(1.3e5)
    each = price_by_enterprise(shared).sum("part")
    assert each.values == pytest.approx([0.123333, 0.09 + 10 / 300, 0.09 + 0.1], abs=1e-6)


def test_who_is_at_the_peak_pays_the_demand_charge() -> None:
    """January's peak of 10 is at step 1: A 3 of 4; February's of 30 at step 3: A 1 of 4. A pays (7.5 + 7.5) / 40."""
    load = np.array([[9.0, 0.0], [3.0, 1.0], [1.0, 1.0], [1.0, 3.0]])
    shares = coincident_peak_shares(load, np.array([5.0, 10.0, 20.0, 30.0]), [1, 1, 2, 2])
    assert shares == pytest.approx([0.375, 0.625])
    assert coincident_peak_shares(load, np.zeros(4), [1, 1, 2, 2]) == pytest.approx([0.0, 0.0])
    with pytest.raises(Mismatch, match="no enterprise takes power at the peak of month 1"):
        coincident_peak_shares(np.zeros((1, 2)), np.array([1.0]), [1])
    with pytest.raises(Mismatch, match="one row a step"):
        coincident_peak_shares(load, np.zeros(3), [1, 1, 2, 2])


def test_a_price_without_payers_is_refused() -> None:
    nobody = Users(enterprise=("A",), sector=("foil",), energy_mwh=np.zeros(1), peak_share=np.zeros(1))
    with pytest.raises(Mismatch, match="takes energy"):
        all_in_price({"fuel": 1.0}, nobody)
    unpaid = Users(enterprise=("A",), sector=("foil",), energy_mwh=np.ones(1), peak_share=np.zeros(1))
    with pytest.raises(Mismatch, match="do not sum to 1"):
        all_in_price({"demand_charge": 1.0}, unpaid)
    assert float(all_in_price({"demand_charge": 0.0, "fuel": 1.0}, unpaid).cost.sum()) == 1.0


def test_a_tonne_of_metal_bears_its_power() -> None:
    assert cost_per_t_metal(0.35 * 13_250 * 100, 100.0) == pytest.approx(4_637.5)
    assert cost_per_t_metal(1.0, 0.0) is None


def test_abatement_by_hand() -> None:
    base = PlanPoint(name="base", cost=100.0, emission_t=50.0)
    assert abatement_cost(base, PlanPoint(name="p", cost=160.0, emission_t=20.0)) == pytest.approx(2.0)
    assert abatement_cost(base, PlanPoint(name="p", cost=70.0, emission_t=40.0)) == pytest.approx(-3.0)
    assert abatement_cost(base, PlanPoint(name="p", cost=160.0, emission_t=50.0)) is None


def test_the_curve_leaves_out_what_a_mixture_beats() -> None:
    """From (100, 50): to (110, 40) at 1 a tonne, to (190, 0) at 2. (150, 30) lies above the line between them, which
    is at 130 there; (90, 60) is the cheapest and begins; (95, 70) is dearer and dirtier."""
    points = [
        PlanPoint(name=n, cost=c, emission_t=e)
        for n, c, e in (
            ("a", 190.0, 0.0), ("b", 110.0, 40.0), ("c", 150.0, 30.0), ("d", 100.0, 50.0), ("e", 90.0, 60.0),
            ("f", 95.0, 70.0), ("g", 111.0, 40.0),
        )
    ]  # fmt: skip
    steps = abatement_curve(points)
    assert [(s.from_plan, s.to_plan) for s in steps] == [("e", "b"), ("b", "a")]
    assert [s.cost_per_t for s in steps] == pytest.approx([1.0, 2.0])
    assert abatement_curve(points[:1]) == () and abatement_curve([]) == ()
    with pytest.raises(Mismatch, match="same name"):
        abatement_curve([points[0], points[0]])


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)), min_size=1, max_size=20))
def test_no_plan_lies_below_the_curve_and_steps_grow_dearer(given_points: list[tuple[float, float]]) -> None:
    points = [PlanPoint(name=str(k), cost=c, emission_t=e) for k, (c, e) in enumerate(given_points)]
    steps = abatement_curve(points)
    at = {p.name: p for p in points}
    slopes = [s.cost_per_t for s in steps]
    assert slopes == sorted(slopes)
    for step in steps:
        a = at[step.from_plan]
        for p in points:
            if np.isfinite(step.cost_per_t):
                line = a.cost + step.cost_per_t * (a.emission_t - p.emission_t)
                assert p.cost >= line - 1e-6 * (1.0 + abs(line))
