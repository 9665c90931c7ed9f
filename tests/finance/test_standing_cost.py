"""What a park costs by standing there, by hand."""

from datetime import date

import pytest

from holin.finance import capital_cost, standing_capital, standing_cost
from holin.park import Capital, CapitalKind, Cost, Park, ParkFacts, Storage, WindFarm

WIND = WindFarm(id="wind", bus="A", p_nom_mw=50.0, cost="w", built=date(2020, 1, 1))
STORE = Storage(id="store", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0, cost="s", built=date(2027, 1, 1))
FREE = WindFarm(id="free", bus="A", p_nom_mw=100.0)
PARK = Park(
    facts=ParkFacts(id="p", discount_rate=0.06),
    costs=(
        Cost(id="w", capital_cost_per_mw=4e6, fixed_cost_per_mw_year=60_000.0, lifetime_years=20.0),
        Cost(
            id="s", capital_cost_per_mw=1e5, capital_cost_per_mwh=5e5, fixed_cost_per_mw_year=30_000.0,
            lifetime_years=10.0, price_year=2025, change_per_year=-0.02,
        ),
    ),
    wind_farms=(WIND, FREE),
    storages=(STORE,),
)  # fmt: skip


def test_capital_is_that_of_the_year_in_which_it_was_built() -> None:
    """Storage: (10 x 0.1 + 40 x 0.5) million two years after its price year, 2 % less each year; wind at any year."""
    assert capital_cost(STORE, PARK.costs[1]) == pytest.approx(21e6 * 0.98**2)
    assert capital_cost(WIND, PARK.costs[0]) == 2e8


def test_annuity_and_fixed_cost_of_some_sources() -> None:
    """6 %: 0.087185 over 20 years, 0.135868 over 10. What names no cost data costs nothing."""
    cost = standing_cost(PARK, (WIND, FREE, STORE))
    assert cost.annuity == pytest.approx(2e8 * 0.0871846 + 21e6 * 0.98**2 * 0.1358680, rel=1e-6)
    assert cost.fixed == 50 * 60_000.0 + 10 * 30_000.0
    assert cost.total == cost.annuity + cost.fixed
    assert standing_cost(PARK, ()).total == 0.0


def test_capital_beside_the_sources_is_summed_by_kind() -> None:
    """6 %: 0.0726489 over 30 years, 0.0871846 over 20, as a table of capital recovery factors gives them."""
    network = {"kind": CapitalKind.NETWORK, "lifetime_years": 30.0}
    rows = (
        Capital(id="line", capital_cost=30e6, fixed_cost_per_year=4e5, **network),  # type: ignore[arg-type]
        Capital(id="tie", capital_cost=10e6, **network),  # type: ignore[arg-type]
        Capital(id="owed", kind=CapitalKind.COAL, capital_cost=1e8, lifetime_years=20.0, sunk=True),
    )
    found = standing_capital(Park(facts=ParkFacts(id="p", discount_rate=0.06), capitals=rows))
    assert set(found) == {"network", "coal"}
    assert found["network"].annuity == pytest.approx(40e6 * 0.0726489, rel=1e-6) and found["network"].fixed == 4e5
    assert found["coal"].annuity == pytest.approx(1e8 * 0.0871846, rel=1e-6) and found["coal"].fixed == 0.0
