"""From a park to the investments, terms and running amounts of its cash flow."""

from datetime import date

import pytest

from holin.errors import BadInput, Mismatch
from holin.finance import investments_of, purchases_of, running_of_parts, terms_of
from holin.park import (
    Capital,
    CapitalKind,
    Cost,
    FinanceTerms,
    Park,
    ParkFacts,
    Storage,
    TaxLaws,
    ThermalUnit,
    WindFarm,
)
from holin.parkfile import read_park, reference_park

PARK = Park(
    facts=ParkFacts(id="p"),
    costs=(
        Cost(id="w", capital_cost_per_mw=4e6, lifetime_years=25.0),
        Cost(
            id="s", capital_cost_per_mw=1e5, capital_cost_per_mwh=5e5, lifetime_years=10.0, price_year=2025,
            change_per_year=-0.02,
        ),
    ),
    wind_farms=(
        WindFarm(id="old", bus="A", p_nom_mw=50.0, cost="w", built=date(2020, 1, 1)),
        WindFarm(id="new", bus="A", p_nom_mw=100.0, cost="w", built=date(2027, 12, 31), retired=date(2040, 6, 1)),
        WindFarm(id="free", bus="A", p_nom_mw=100.0, built=date(2027, 1, 1)),
    ),
    storages=(Storage(id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0, cost="s", built=date(2026, 1, 1)),),
)  # fmt: skip


def test_what_is_built_within_the_years_is_invested_in() -> None:
    """Wind 100 MW x 4 million; storage (10 x 0.1 + 40 x 0.5) million x 0.98, replaced ten years later x 0.98^11."""
    wind, store = investments_of(PARK, 2026, 2045)
    assert (wind.id, wind.kind, wind.first_year, wind.end_year, wind.cost) == ("new", "wind", 2027, 2040, 4e8)
    assert store.cost == pytest.approx(21e6 * 0.98) and store.lifetime_years == 10
    bought = purchases_of([store], FinanceTerms(id="t", tax_laws=TaxLaws.NONE), 2045)
    assert [p.cost_with_vat for p in bought] == pytest.approx([21e6 * 0.98, 21e6 * 0.98**11])


def test_capital_beside_sources_is_invested_in_unless_it_is_sunk() -> None:
    """A circuit of 2027, and what is owed for a unit that made way in 2028: that was paid long before."""
    circuit = Capital(
        id="paid", kind=CapitalKind.NETWORK, capital_cost=3e7, lifetime_years=30.0, built=date(2027, 12, 31),
        retired=date(2057, 1, 1),
    )  # fmt: skip
    owed = Capital(
        id="owed", kind=CapitalKind.COAL, capital_cost=9e7, lifetime_years=30.0, built=date(2028, 12, 31), sunk=True
    )
    early = Capital(id="early", kind=CapitalKind.NETWORK, capital_cost=1e7, lifetime_years=30.0, built=date(2020, 1, 1))
    park = Park(facts=ParkFacts(id="p"), capitals=(circuit, owed, early))
    [found] = investments_of(park, 2026, 2045)
    assert (found.id, found.kind, found.first_year, found.end_year, found.cost) == ("paid", "network", 2027, 2057, 3e7)


def test_parts_of_a_year_become_rows_of_the_cash_flow() -> None:
    parts = {
        2026: {
            "annuity_wind": 99.0, "fixed_wind": 1.0, "fixed_coal": 2.0, "fuel": 3.0, "generator": 4.0, "co2": 5.0,
            "start": 6.0, "variable": 7.0, "import_energy": 8.0, "import_levies": 9.0, "demand_charge": 10.0,
            "distribution": 11.0, "export_income": -12.0,
        },
        2028: {"fuel": 1.0},
    }  # fmt: skip
    running = running_of_parts(range(2026, 2030), parts, {2026: 100.0}, {2026: 30.0, 2028: 40.0})
    assert list(running.fixed_cost) == [3, 3, 0, 0] and list(running.fuel_cost) == [7, 7, 1, 1]
    assert list(running.variable_cost) == [24, 24, 0, 0] and list(running.purchase_cost) == [27, 27, 0, 0]
    assert list(running.co2_cost) == [5, 5, 0, 0] and list(running.income) == [112, 112, 100, 100]
    assert list(running.wind_income) == [30, 30, 40, 40]


def test_terms_are_found_by_name() -> None:
    park = read_park(reference_park("huolinguole"))
    assert terms_of(park).loan_share == 0.8 and terms_of(park, "terms") is park.finances[0]
    assert terms_of(PARK).loan_share == 0.0
    with pytest.raises(BadInput, match="no such finance terms; one of terms"):
        terms_of(park, "other")
    with pytest.raises(BadInput, match=r"write them into finance\.csv"):
        terms_of(PARK, "other")


def test_a_life_of_half_years_is_refused() -> None:
    park = Park(
        facts=ParkFacts(id="p"), costs=(Cost(id="c", lifetime_years=12.5),),
        thermal_units=(
            ThermalUnit(
                id="C", bus="A", p_nom_mw=1.0, p_min_mw=0.0, ramp_up_mw_per_h=1.0, ramp_down_mw_per_h=1.0,
                heat_rate_points=((1.0, 10.0),), fuel="f", cost="c", built=date(2026, 1, 1),
            ),
        ),
    )  # fmt: skip
    with pytest.raises(Mismatch, match=r"12\.5 years"):
        investments_of(park, 2026, 2030)
