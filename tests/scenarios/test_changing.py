"""The park in a scenario: what changes, what stays, and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from holin.calendar import hours_of_year
from holin.errors import BadInput
from holin.park import Fuel, Park, Series
from holin.parkfile import example_park
from holin.resource import available, weather_year
from holin.scenarios import Change, Factor, Scenario, ScenarioSpec, Uniform, changed_park, faults_of_quantities
from holin.scenarios.quantities import quantities_of
from holin.tariff import TariffDemand

HOURS = np.array(["2025-01-01T00", "2025-01-01T01", "2025-01-01T02"], dtype="datetime64[ns]")


def park() -> Park:
    example = example_park()
    fuels = (
        Fuel(id="lignite", price_per_gj=15.7, emission_factor_t_per_gj=0.101),
        Fuel(id="gas.lng", price_per_gj=60.0, emission_factor_t_per_gj=0.056),
    )
    return replace(example, fuels=fuels, facts=replace(example.facts, co2_price_per_t=80.0))


def scenario(*changes: tuple[str, Any, float]) -> Scenario:
    return Scenario(id="s1", changes=tuple(Change(quantity=q, how=h, value=v) for q, h, v in changes))


def test_each_quantity_changes_its_figures_and_nothing_else() -> None:
    before = park()
    after = changed_park(
        before,
        scenario(
            ("weather_seed", "to", 77.0),
            ("wind_yield.wind-1", "times", 0.9),
            ("fuel_price", "times", 2.0),
            ("fuel_price.gas.lng", "plus", 5.0),
            ("cost.cost-battery", "times", 0.5),
            ("tariff.energy", "times", 1.1),
            ("tariff.export", "to", 0.0),
            ("tariff.transmission.tou", "plus", -20.0),
            ("load", "times", 1.25),
            ("discount_rate", "plus", 0.02),
            ("co2_price", "times", 1.5),
        ),
    )
    assert after.climates[0].seed == 77 and isinstance(after.climates[0].seed, int)
    assert after.wind_farms[0].full_load_hours == pytest.approx(2700.0)
    assert [f.price_per_gj for f in after.fuels] == pytest.approx([31.4, 125.0])
    assert [(c.capital_cost_per_mw, c.capital_cost_per_mwh) for c in after.costs[:3]] == [
        (4_500_000, 0),
        (3_200_000, 0),
        (150_000, 350_000),
    ]
    assert after.costs[3:] == before.costs[3:] != ()
    tariff = after.tariffs[0]
    assert (tariff.energy_price_per_mwh, tariff.export_price_per_mwh, tariff.transmission_per_mwh) == pytest.approx(
        (341.0, 0.0, 50.0)
    )
    assert [load.load_mw for load in after.loads] == pytest.approx([17.5, 8.75])
    assert after.facts.discount_rate == pytest.approx(0.08) and after.facts.co2_price_per_t == pytest.approx(120.0)
    same = [f for f in ("buses", "lines", "potlines", "storages", "pv_plants", "grids", "rules", "stages")]
    assert all(getattr(after, f) is getattr(before, f) for f in same)
    assert before == park()


def test_reactive_power_and_charges_on_some_hours_go_along() -> None:
    example = park()
    loads = (replace(example.loads[0], q_mvar=4.0), example.loads[1])
    demand = TariffDemand(id="night", tariff="tou", hour_from=0, hour_to=6, charge_per_mw_month=1000.0)
    before = replace(example, loads=loads, tariff_demands=(demand,))
    after = changed_park(before, scenario(("load", "times", 0.5), ("tariff.demand", "times", 2.0)))
    assert [load.q_mvar for load in after.loads] == [2.0, None]
    assert after.tariffs[0].demand_charge_per_mw_month == 56_000.0
    assert after.tariff_demands[0].charge_per_mw_month == 2000.0


def test_spot_prices_change_with_the_energy_price() -> None:
    example = park()
    spot = Series(id="spot", file="s.csv", header="p", time=HOURS, values=np.array([100.0, -20.0, 300.0]))
    tou = replace(example.tariffs[0], energy_series="spot", energy_price_per_mwh=0.0)
    before = replace(example, tariffs=(tou,), series=(spot, replace(spot, id="other")))
    after = changed_park(before, scenario(("tariff.energy", "times", 1.5)))
    assert after.series[0].values.tolist() == [150.0, -30.0, 450.0]
    assert after.series[1].values.tolist() == [100.0, -20.0, 300.0]
    two = replace(before, tariffs=(tou, replace(tou, id="second")))
    assert changed_park(two, scenario(("tariff.energy", "plus", 1.0))).series[0].values.tolist() == [101, -19, 301]
    with pytest.raises(BadInput, match="spot prices are those of second too"):
        changed_park(two, scenario(("tariff.energy.tou", "times", 1.5)))


def test_a_changed_yield_and_seed_reach_the_available_power() -> None:
    """Through the rooms that use them: the year's yield scales by the factor, another seed moves the hours only."""
    example = example_park()
    hours = hours_of_year(2025, "Asia/Shanghai")

    def wind(changed: Park) -> np.ndarray[Any, Any]:
        table = available(changed, weather_year(changed, hours))
        return np.asarray(table.available_mw.sel(unit="wind-1").values)

    base = wind(example)
    less = wind(changed_park(example, scenario(("wind_yield", "times", 0.9))))
    assert less.sum() / base.sum() == pytest.approx(0.9, rel=1e-3)
    other = wind(changed_park(example, scenario(("weather_seed", "to", 99))))
    assert other.sum() / base.sum() == pytest.approx(1.0, rel=1e-2) and np.corrcoef(base, other)[0, 1] < 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("fuel_price.lignit", "times", 2.0), "did you mean fuel_price.lignite"),
        (("price", "times", 2.0), "this park has weather_seed, weather_seed.climate, wind_yield"),
        (("discount_rate.x", "to", 0.1), "no such quantity"),
        (("weather_seed", "times", 2.0), "weather_seed cannot be changed so; give to"),
        (("weather_seed", "to", 1.5), "it must be a whole number and >= 0"),
        (("weather_seed", "to", -1.0), "it must be a whole number and >= 0"),
        (("pv_yield", "times", 1.1), "pv-1 have no full_load_hours"),
        (("fuel_price.lignite", "plus", -20.0), "gives price_per_gj = -4.3 for lignite; it must be >= 0"),
        (("discount_rate", "to", 0.5), "it must be >= 0 and < 0.5"),
        (("load", "times", float("inf")), "it must be"),
        (("load", "times", float("nan")), "it must be"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(change: Any, words: str) -> None:
    with pytest.raises(BadInput) as told:
        changed_park(park(), scenario(change))
    assert words in str(told.value)


def test_a_factor_on_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="is 0 in this park"):
        changed_park(example_park(), scenario(("co2_price", "times", 2.0)))
    assert changed_park(example_park(), scenario(("co2_price", "to", 50.0))).facts.co2_price_per_t == 50.0


def test_all_faults_of_a_spec_are_told_before_anything_is_drawn() -> None:
    spec = ScenarioSpec(
        name="t",
        file="prices.toml",
        factors=tuple(
            Factor(quantity=q, how="times", distribution=Uniform(low=0.5, high=2), row=n)
            for n, q in enumerate(("fuel_price.x", "load", "co2_price.y", "pv_yield"))
        ),
    )
    faults = faults_of_quantities(spec, park())
    assert [(f.file, f.row, f.value) for f in faults] == [
        ("prices.toml", 0, "fuel_price.x"),
        ("prices.toml", 2, "co2_price.y"),
        ("prices.toml", 3, "pv_yield"),
    ]
    assert faults_of_quantities(replace(spec, factors=spec.factors[1:2]), park()) == []


def test_every_name_that_is_offered_is_known() -> None:
    for name in quantities_of(park()):
        spec = ScenarioSpec(
            name="t", factors=(Factor(quantity=name, how="times", distribution=Uniform(low=0.5, high=2)),)
        )
        assert not any("no such quantity" in str(f) for f in faults_of_quantities(spec, park())), name
