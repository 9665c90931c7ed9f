"""The figures of the Huolinhe local grid: units, metal, shares and the carbon of 2013."""

import pytest
from reference_parks import at

from holin.park import ThermalUnit
from holin.potline import ac_power_mw, ac_specific_energy_kwh_per_kg, metal_t_per_h

HOURS = 8760

# Global Coal Plant Tracker, July 2023, Global Energy Monitor (CC BY 4.0): unit, MW, start year.
UNITS = {3: (100, 2004), 4: (100, 2005), 5: (150, 2006), 6: (150, 2007), 7: (300, 2012), 8: (300, 2012),
         9: (350, 2015), 10: (350, 2015)}  # fmt: skip

# cnipai, 2014-04-23; zjssba, 2023-08; charlesfam, 2024-03-22 (+650 MW wind, 100 MW / 200 MWh).
TOTALS = {
    "2014": dict(coal=1100, wind=200, pv=0, bess=0, bess_mwh=0),
    "2023": dict(coal=1800, wind=900, pv=150, bess=0, bess_mwh=0),
    "2026": dict(coal=1800, wind=1550, pv=150, bess=100, bess_mwh=200),
}


def number_of(unit: ThermalUnit) -> int:
    return int(unit.id.split("-")[1])


@pytest.mark.parametrize("stage", TOTALS)
def test_totals_of_the_local_grid(stage: str) -> None:
    here = at("huolinhe", stage)
    assert dict(
        coal=sum(u.p_nom_mw for u in here.thermal_units),
        wind=sum(w.p_nom_mw for w in here.wind_farms),
        pv=sum(p.p_nom_mw for p in here.pv_plants),
        bess=sum(s.p_nom_mw for s in here.storages),
        bess_mwh=sum(s.e_nom_mwh for s in here.storages),
    ) == pytest.approx(TOTALS[stage])


@pytest.mark.parametrize("stage", TOTALS)
def test_units_are_those_of_the_coal_plant_tracker(stage: str) -> None:
    units = at("huolinhe", stage).thermal_units
    expected = {n: mw for n, (mw, year) in UNITS.items() if year <= int(stage)}
    assert {number_of(u): u.p_nom_mw for u in units} == expected
    assert len(units) == len(expected)
    assert {(u.latitude, u.longitude) for u in units} == {(45.507222, 119.65)}


def test_units_start_in_their_years() -> None:
    for unit in at("huolinhe", "2014").thermal_units:
        assert unit.built is not None and unit.built.year == UNITS[number_of(unit)][1]


# 0.715 Mt/a (cnipai, 2014-04-23) and 0.86 Mt/a (zjssba, 2023-08); pots x kA are synthetic, so the tolerance is 0.1 %.
# 13.3 MWh/t and 11.4 TWh = 1.31 GW for 2023; in 2014 13.6 MWh/t, mean load 1.11 GW.
@pytest.mark.parametrize(
    ("stage", "kt", "mwh_per_t", "mean_mw"),
    [("2014", 715, 13.6, 1110), ("2023", 860, 13.3, 1306), ("2026", 860, 13.3, 1306)],
)
def test_metal_of_the_local_grid(stage: str, kt: float, mwh_per_t: float, mean_mw: float) -> None:
    lines = at("huolinhe", stage).potlines
    assert sum(metal_t_per_h(p, p.amperage_ka) for p in lines) * HOURS / 1e3 == pytest.approx(kt, rel=1e-3)
    for line in lines:
        assert ac_specific_energy_kwh_per_kg(line, line.amperage_ka) == pytest.approx(mwh_per_t, rel=1e-3)
    assert sum(ac_power_mw(p, p.amperage_ka) for p in lines) == pytest.approx(mean_mw, rel=2e-3)


# 0.95 t/MWh for 2013 and 2014, 1.0 t/MWh later (10 Mt/a of poor coal over 10.8 TWh: 1.0-1.1), net at nominal load.
@pytest.mark.parametrize(("stage", "t_per_mwh"), [("2014", 0.95), ("2023", 1.0), ("2026", 1.0)])
def test_captive_units_emit_what_the_balance_says(stage: str, t_per_mwh: float) -> None:
    here = at("huolinhe", stage)
    fuel = {f.id: f.emission_factor_t_per_gj for f in here.fuels}
    for unit in here.thermal_units:
        load, heat_rate = unit.heat_rate_points[-1]
        assert load == 1
        assert fuel[unit.fuel] * heat_rate / (1 - unit.auxiliary) == pytest.approx(t_per_mwh, rel=1e-3)
        gce_per_kwh = heat_rate / (1 - unit.auxiliary) / 29.3076 * 1e3
        assert 315 < gce_per_kwh < 345


# 13.91 t CO2 per t Al in 2013 (China Daily, 2014-12-22), smelting and power: 13.6 MWh x 0.97 from coal x 0.95 + 1.57.
def test_carbon_of_2013_is_met_by_the_figures_of_2014() -> None:
    here = at("huolinhe", "2014")
    unit, line = here.thermal_units[0], here.potlines[0]
    power = 0.101 * unit.heat_rate_points[-1][1] / (1 - unit.auxiliary)
    direct = line.carbon_t_per_t + line.pfc_t_per_t
    found = ac_specific_energy_kwh_per_kg(line, line.amperage_ka) * 0.97 * power + direct
    assert direct == pytest.approx(1.5694)
    assert found == pytest.approx(13.91, rel=0.02)


# 1.05 GW new energy are 36.8 % of capacity (charlesfam, 2024-03-22); after +650 MW 48.6 % ("49 %").
@pytest.mark.parametrize(("stage", "share"), [("2023", 0.368), ("2026", 0.486)])
def test_share_of_new_energy_in_capacity(stage: str, share: float) -> None:
    here = at("huolinhe", stage)
    green = sum(w.p_nom_mw for w in here.wind_farms) + sum(p.p_nom_mw for p in here.pv_plants)
    assert green / (green + sum(u.p_nom_mw for u in here.thermal_units)) == pytest.approx(share, abs=5e-4)


# "New energy fully absorbed" (zjssba, 2023-08), green share 25 % (AlCircle, 2023): 0.9 GW x 3,000 h + 0.15 GW x
# 1,900 h = 2.99 TWh of 11.4 TWh = 26 %.
def test_share_of_new_energy_in_energy_2023() -> None:
    here = at("huolinhe", "2023")
    sources = (*here.wind_farms, *here.pv_plants)
    green = sum(s.p_nom_mw * s.full_load_hours for s in sources if s.full_load_hours)
    load = sum(ac_power_mw(p, p.amperage_ka) for p in here.potlines) * HOURS
    load += sum(x.load_mw * x.load_factor for x in here.loads) * HOURS
    assert green / 1e3 == pytest.approx(2985)
    assert 0.25 < green / load < 0.27


# 7 Mm2 of heated floor (zjssba, 2023-08) x 47 W/m2 (assumed within 45-50) = 329 MW.
@pytest.mark.parametrize("stage", TOTALS)
def test_heat_duty_of_the_combined_units(stage: str) -> None:
    units = at("huolinhe", stage).thermal_units
    assert sum(u.heat_nom_mw for u in units) == pytest.approx(7e6 * 47 / 1e6, rel=0.005)
    for unit in units:  # at its largest heat duty a unit can still run: least gross power below what is left
        assert unit.power_per_heat * unit.heat_nom_mw <= unit.p_nom_mw - unit.power_loss_per_heat * unit.heat_nom_mw


# 1.10 GW had started by 2014 against 1.2 GW published and a mean aluminium load of 1.11 GW: the tie closes the gap.
def test_tie_covers_what_the_units_of_2014_cannot() -> None:
    here = at("huolinhe", "2014")
    net = sum(u.p_nom_mw * (1 - u.auxiliary) for u in here.thermal_units)
    load = sum(ac_power_mw(p, p.amperage_ka) for p in here.potlines) + sum(x.load_mw for x in here.loads)
    gap = load - net
    assert 100 < gap < 150
    assert [g.import_max_mw for g in here.grids] == [300]
    assert [g.export_max_mw for g in here.grids] == [0]
