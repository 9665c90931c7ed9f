"""Carbon against hand calculations, published factors and the conservation of tonnes."""

import dataclasses

import numpy as np
import pytest
from hand_tables import coal, flows_of, grid, hours, park_of, schedule_of, series, tank
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.carbon import accounting as accounting_file
from holin.carbon import (
    carbon,
    direct_t_per_t,
    emissions,
    footprint_t_per_t_al,
    fuel_gj,
)
from holin.errors import BadInput, CheckFailed, Mismatch
from holin.park import EmissionFactor, Potline
from holin.trace import trace


def accounted(park, schedule, flows, **more):
    traced = trace(park, schedule, flows)
    return traced, carbon(park, schedule, flows, traced, **more)


def of(table, column, sink):
    return table[column].sel(sink=sink).values


def test_fuel_of_a_unit_that_is_half_on():
    # 0.4:10.9;1:9.9 on 100 MW: 436 GJ/h at 40 MW, 990 at 100, so 66.67 idle and 9.2333 per MWh. 35 MW of the unit half
    # on: 33.33 + 323.17 = 356.5. Wholly on: 389.83. A commitment of 0 is raised to 0.35: 23.33 + 323.17 = 346.5.
    park = park_of(coal("coal-1", points="0.4:10.9;1:9.9"), grid())
    schedule = schedule_of(5, gross_mw={"coal-1": [35, 35, 35, 0, 35]}, committed={"coal-1": [0.5, 1, 0, 0, np.nan]})
    np.testing.assert_allclose(fuel_gj(park, schedule)[:, 0], [356.5, 389.83333333, 346.5, 0, 389.83333333])


def test_fuel_and_emissions_of_a_park():
    # 50 MW gross at 10 GJ/MWh: 500 GJ, at 0.1 t/GJ 50 t; 30 MW of import at 0.6 t/MWh: 18 t.
    park = park_of(coal("coal-1", auxiliary=0.1), grid())
    flows = flows_of(
        {"coal-1": ("a", [45, 0]), "grid": ("a", [30, -5]), "wind-1": ("a", [0, 10]), "load-1": ("a", [-75, -5])}, {}
    )
    schedule = schedule_of(2, gross_mw={"coal-1": [50, 0]})
    np.testing.assert_allclose(fuel_gj(park, schedule), [[500], [0]])
    emitted = emissions(park, schedule, flows)
    assert emitted["source"].values.tolist() == ["coal-1", "grid", "wind-1"]
    np.testing.assert_allclose(emitted, [[50, 18, 0], [0, 0, 0]])
    # A fifth of the fuel given to heat leaves 40 t for power.
    np.testing.assert_allclose(emissions(park, schedule, flows, heat_share={"coal-1": 0.2})[0], [40, 18, 0])


def test_low_grade_lignite_is_about_one_tonne_per_mwh():
    # Huolinhe: 10 Mt/a of coal at 11.7 GJ/t over 10.8 TWh = 10.8 GJ/MWh; lignite 101 kg/GJ: 1.09 t/MWh.
    rate = 10e6 * 11.7 / 10.8e6
    assert rate == pytest.approx(10.8, abs=0.05)
    fuel = fuel_gj(park_of(coal("u", points=f"1:{rate}"), grid()), schedule_of(1, gross_mw={"u": [100]}))
    assert float(fuel[0, 0]) * 0.101 / 100 == pytest.approx(1.09, abs=5e-3)


# A line that loses 5 of 105 MW: coal 105 net (120 gross at 10 GJ/MWh, 120 t) at a, wind 40 and the load 140 at b.
LINE = flows_of(
    {"coal-1": ("a", [105]), "wind-1": ("b", [40]), "load-1": ("b", [-90]), "load-2": ("b", [-50])},
    {"line": ("a", "b", [105], [-100])},
)
LINE_PARK = park_of(dataclasses.replace(coal("coal-1", auxiliary=0.125), p_nom_mw=200.0))
LINE_SCHEDULE = schedule_of(1, gross_mw={"coal-1": [120]})


def test_traced_and_location_by_hand():
    _, table = accounted(LINE_PARK, LINE_SCHEDULE, LINE)
    # All 120 t end at the loads, 9 : 5. Per MWh used: 120 / 140, losses included; per MWh fed in: 120 / 145.
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), 120 * 9 / 14)
    np.testing.assert_allclose(table["intensity_traced_t_per_mwh"], 120 / 140)
    np.testing.assert_allclose(table["intensity_location_t_per_mwh"], 120 / 145)
    np.testing.assert_allclose(table["location_t"].sum("sink"), 120)
    np.testing.assert_allclose(table["green_share"], 40 / 145)
    assert table["traced_t"].attrs["units"] == "t"


def test_near_and_far_user_differ_when_traced_and_agree_when_averaged():
    # Coal at a feeds 60 there, 40 flow to b where wind gives 40 and the load takes 80: 100 t.
    flows = flows_of(
        {"coal-1": ("a", [100]), "wind-1": ("b", [40]), "load-1": ("a", [-60]), "load-2": ("b", [-80])},
        {"line": ("a", "b", [40], [-40])},
    )
    _, table = accounted(park_of(coal("coal-1")), schedule_of(1, gross_mw={"coal-1": [100]}), flows)
    np.testing.assert_allclose(table["traced_t"], [[60, 40]])
    np.testing.assert_allclose(table["location_t"], [[100 * 60 / 140, 100 * 80 / 140]])
    np.testing.assert_allclose(table["green_share"], [[0, 0.5]])


def test_storage_carries_the_carbon_of_the_hour_it_was_charged_in():
    # Hour 1: coal at 1 t/MWh charges 25 (efficiency 0.8 either way); hour 2: 16 out, coal now at 1.2 t/MWh (gross
    # power below its range of points). The 25 t reach the load of hour 2: 16 MWh at 25 / 16 t, losses borne.
    unit = coal("coal-1", points="0.5:12;1:10")
    park = park_of(unit, tank("tank-1", efficiency=0.8))
    flows = flows_of({"coal-1": ("a", [100, 50]), "tank-1": ("a", [-25, 16]), "load-1": ("a", [-75, -66])}, {})
    schedule = schedule_of(2, {"tank-1": ([25, 0], [0, 16], [20, 0])}, gross_mw={"coal-1": [100, 50]})
    _, table = accounted(park, schedule, flows)
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), [75, 60 + 25])
    np.testing.assert_allclose(of(table, "traced_t", "tank-1"), [25, 0], atol=1e-12)
    np.testing.assert_allclose(of(table, "intensity_location_t_per_mwh", "load-1"), [1, 85 / 66])
    # An idle sink has neither intensity nor share: missing is not zero.
    assert np.isnan(of(table, "intensity_traced_t_per_mwh", "tank-1")[1])
    assert np.isnan(of(table, "green_share", "tank-1")[1])


def test_cyclic_carbon_closes_the_circle():
    # Hour 1 gives out the 20 t that hour 2 charges: 20 MWh at 1 t/MWh.
    park = park_of(coal("coal-1"), tank("tank-1"))
    flows = flows_of({"coal-1": ("a", [10, 50]), "tank-1": ("a", [20, -20]), "load-1": ("a", [-30, -30])}, {})
    schedule = schedule_of(2, {"tank-1": ([0, 20], [20, 0], [30, 50])}, gross_mw={"coal-1": [10, 50]})
    _, table = accounted(park, schedule, flows)
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), [30, 30])


def test_unknown_content_has_the_largest_intensity():
    park = park_of(coal("coal-1", points="1:11"), grid(), tank("tank-1"))
    flows = flows_of({"coal-1": ("a", [10]), "grid": ("a", [10]), "tank-1": ("a", [20]), "load-1": ("a", [-40])}, {})
    schedule = schedule_of(1, {"tank-1": ([0], [20], [20])}, gross_mw={"coal-1": [10]})
    _, table = accounted(park, schedule, flows)
    # 11 t of coal, 6 t of import, and 20 MWh from before the first hour at coal's 1.1 t/MWh.
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), 11 + 6 + 22)


def test_known_mix_of_the_import():
    # Mean mix 0.25, average factor 0.6: the rest has 0.6 / 0.75 = 0.8 t/MWh: 32 and 16 t of 40 MWh.
    flows = flows_of({"grid": ("a", [40, 40]), "load-1": ("a", [-40, -40])}, {})
    park = park_of(grid(mix="mix"), series("mix", [0.0, 0.5]))
    _, table = accounted(park, schedule_of(2), flows)
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), [32, 16])
    np.testing.assert_allclose(of(table, "green_share", "load-1"), [0, 0.5])
    fossil = park_of(
        grid(mix="mix", emission_factor="fossil"),
        series("mix", [0.0, 0.5]),
        EmissionFactor(id="fossil", t_per_mwh=0.8325, method="fossil"),
    )
    _, table = accounted(fossil, schedule_of(2), flows)
    np.testing.assert_allclose(of(table, "traced_t", "load-1"), [40 * 0.8325, 20 * 0.8325])


def test_displaced_carbon_of_the_park_pv():
    # Published for Holingol's 100 MW of PV (Xinhua): 200 GWh save 160 kt, 0.80 t/MWh. Imported instead, at the fossil
    # factor of 2022 (0.8325 t/MWh, NCSC), they would be 166.5 kt: within 5 %. In MWh and t here, a thousandth of it.
    flows = flows_of({"grid": ("a", [200]), "load-1": ("a", [-200])}, {})
    factor = EmissionFactor(id="fossil", t_per_mwh=0.8325, method="fossil")
    saved = float(emissions(park_of(grid(emission_factor="fossil"), factor), schedule_of(1), flows).sum())
    assert saved == pytest.approx(166.5)
    assert saved == pytest.approx(160, rel=0.05)


@st.composite
def stored_years(draw):
    """A cyclic table of coal, wind and a tank with losses at one bus, hours charging and discharging by turns."""
    count = 2 * draw(st.integers(1, 6))
    charge = np.array([draw(st.floats(1, 30)) if h % 2 == 0 else 0.0 for h in range(count)])
    out = np.roll(charge, 1) * 0.9 * 0.9
    start = draw(st.floats(0, 40))
    soc = start + np.where(charge > 0, 0.9 * charge, 0.0)
    wind = np.array(draw(st.lists(st.floats(0, 40), min_size=count, max_size=count)))
    burnt = np.array(draw(st.lists(st.floats(40, 100), min_size=count, max_size=count)))
    return charge, out, soc, wind, burnt


@given(stored_years())
@settings(deadline=None, max_examples=50)
def test_users_bear_every_tonne_over_a_cyclic_table(year):
    charge, out, soc, wind, burnt = year
    park = park_of(coal("coal-1", points="0.4:12;1:10"), tank("tank-1", efficiency=0.9))
    flows = flows_of(
        {
            "coal-1": ("a", burnt),
            "wind-1": ("a", wind),
            "tank-1": ("a", out - charge),
            "load-1": ("a", -(burnt + wind + out - charge)),
        },
        {},
    )
    schedule = schedule_of(len(charge), {"tank-1": (charge, out, soc)}, gross_mw={"coal-1": burnt})
    traced, table = accounted(park, schedule, flows)
    emitted = float(emissions(park, schedule, flows).sum())
    assert float(of(table, "traced_t", "load-1").sum()) == pytest.approx(emitted, rel=1e-9)
    np.testing.assert_allclose(table["location_t"].sum("sink"), table["traced_t"].sum("sink"), rtol=1e-9)
    share = of(table, "green_share", "load-1")
    assert ((share >= 0) & (share <= 1 + 1e-12)).all()
    assert "unknown" not in traced["source"].values


POTLINE = Potline(
    id="p",
    bus="b",
    enterprise="e",
    pots=280,
    amperage_ka=500.0,
    back_emf_v=2.16,
    pot_resistance_uohm=3.58,
    current_efficiency=0.94,
    amperage_min_ka=475.0,
    amperage_max_ka=525.0,
    heat_window_h=4.0,
)


@pytest.mark.parametrize(("green", "t_per_t"), [(0.0, 14.87), (0.5, 8.22), (0.8, 4.23), (1.0, 1.57)])
def test_footprint_by_green_share(green, t_per_t):
    # AC 13.3 MWh/t, the rest coal at 1.0 t/MWh, direct 1.424 + 0.1454 (guideline values of the Chinese ETS, 2024).
    assert direct_t_per_t(POTLINE) == pytest.approx(1.5694)
    assert footprint_t_per_t_al(13.3, 1.0 - green, direct_t_per_t(POTLINE)) == pytest.approx(t_per_t, abs=5e-3)


def test_footprint_of_huolinhe_2013():
    # China Daily 2014-12-22: 13.91 t/t in 2013. 13.6 MWh/t, 97 % of it captive power at 0.95 t/MWh: within 2 %.
    assert footprint_t_per_t_al(13.6, 0.97 * 0.95, 1.57) == pytest.approx(13.91, rel=0.02)


def test_benchmark_of_the_emission_trading():
    # Draft benchmark with power 9.264 t/t less 1.569 direct is 13.5 MWh/t at the grid factor of 2020, 0.5703.
    assert footprint_t_per_t_al(13.5, 0.5703, direct_t_per_t(POTLINE)) == pytest.approx(9.264, abs=6e-3)


def test_import_without_a_factor_is_refused():
    flows = flows_of({"grid": ("a", [40]), "load-1": ("a", [-40])}, {})
    park = park_of(grid(emission_factor=None))
    with pytest.raises(BadInput, match="carbon of its energy is not known; one of average"):
        accounted(park, schedule_of(1), flows)


def test_an_idle_fire_is_refused():
    flows = flows_of({"coal-1": ("a", [0]), "grid": ("a", [40]), "load-1": ("a", [-40])}, {})
    park = park_of(coal("coal-1"), grid())
    with pytest.raises(Mismatch, match="burns fuel and feeds nothing in"):
        accounted(park, schedule_of(1, gross_mw={"coal-1": [50]}), flows)


def test_missing_gross_power_and_other_units_are_refused():
    park = park_of(coal("coal-1"))
    with pytest.raises(Mismatch, match="gaps"):
        fuel_gj(park, schedule_of(1, gross_mw={"coal-1": [np.nan]}))
    with pytest.raises(Mismatch, match="coal-2"):
        fuel_gj(park, schedule_of(1, gross_mw={"coal-2": [10]}))


def test_heat_share_must_be_a_share_of_a_known_unit():
    park, schedule = park_of(coal("coal-1")), schedule_of(1, gross_mw={"coal-1": [50]})
    flows = flows_of({"coal-1": ("a", [50]), "load-1": ("a", [-50])}, {})
    for wrong in ({"coal-9": 0.2}, {"coal-1": 1.2}):
        with pytest.raises(Mismatch, match="heat_share"):
            emissions(park, schedule, flows, heat_share=wrong)


def test_other_hours_are_refused():
    traced = trace(LINE_PARK, LINE_SCHEDULE, LINE)
    with pytest.raises(Mismatch, match="hours differ"):
        carbon(LINE_PARK, LINE_SCHEDULE, LINE, traced.assign_coords(time=hours(2)[1:]))


def test_lost_tonnes_are_noticed(monkeypatch):
    monkeypatch.setattr(accounting_file, "intensities", lambda *tables: np.full((1, 2), 0.5))
    with pytest.raises(CheckFailed, match="more or less than was fed in"):
        accounted(LINE_PARK, LINE_SCHEDULE, LINE)
