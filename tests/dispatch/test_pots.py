"""Potlines in the hours ahead: the pots are followed with the full model, and what they carry goes on."""

import dataclasses
import json

import numpy as np
import pytest
import xarray as xr

from holin.dispatch import (
    Window,
    case_of,
    dispatch_ahead,
    first_state,
    islands_of,
    state_as_plain,
    state_from_plain,
    topologies_of,
)
from holin.dispatch.pots import check_pots, over
from holin.errors import BadInput, CheckFailed
from holin.operation import HeatSpare, bands_of, potline_heat
from holin.park import Bus, Enterprise, Grid, HeatControl, Load, Park, ParkFacts, Potline
from holin.potline.heat import pot_of, simulate_heat
from holin.tariff import Period, Tariff, TariffPeriod

LINE = Potline(
    id="P", bus="A", enterprise="E", pots=100, amperage_ka=500.0, back_emf_v=2.16, pot_resistance_uohm=3.58,
    current_efficiency=0.94, amperage_min_ka=350.0, amperage_max_ka=525.0, heat_window_h=0.5, ramp_ka_per_min=5.0,
    heat_control=HeatControl.CONVENTIONAL,
)  # fmt: skip


def park_of(control: HeatControl, least_ka: float = 475.0, peak: float = 1.8) -> Park:
    """A potline on a grid connection with a dear evening and a cheap night."""
    return Park(
        facts=ParkFacts(id="tiny", time_zone="UTC"),
        buses=(Bus(id="A", v_nom_kv=220.0),),
        enterprises=(Enterprise(id="E"),),
        loads=(Load(id="L", bus="A", enterprise="E", load_mw=1.0),),
        potlines=(dataclasses.replace(LINE, heat_control=control, amperage_min_ka=least_ka),),
        tariffs=(Tariff(id="T", energy_price_per_mwh=300.0),),
        tariff_periods=(
            TariffPeriod(id="v", tariff="T", period=Period.VALLEY, hour_from=0, hour_to=8, factor=0.2),
            TariffPeriod(id="p", tariff="T", period=Period.PEAK, hour_from=16, hour_to=22, factor=peak),
        ),
        grids=(Grid(id="G", bus="A", sk_max_mva=1e4, import_max_mw=400.0, tariff="T"),),
    )


def window_of(park: Park, hours: int = 48, step_h: float = 1.0) -> Window:
    count = round(hours / step_h)
    time = np.datetime64("2025-03-03", "ns") + np.arange(count) * np.timedelta64(round(3600 * step_h), "s")
    may = xr.Dataset({"available_mw": (("time", "unit"), np.zeros((count, 0)))}, coords={"time": time, "unit": []})
    must = xr.Dataset(
        {
            "load_mw": (("time", "load"), np.ones((count, 1))),
            "heat_mw": (("time", "thermal_unit"), np.zeros((count, 0))),
        },
        coords={"time": time, "load": ["L"], "thermal_unit": []},
    )
    case = case_of(park, may, must, islands=islands_of(topologies_of(park, time), count), step_h=step_h)
    counted = {(g.id, b.id): np.zeros(1) for g in park.grids for b in bands_of(park, g, case.hours)}
    return Window(case=case, state=first_state(park, time[0]), counted=counted, end_per_mwh={})


@pytest.mark.parametrize("control", list(HeatControl))
@pytest.mark.parametrize("step_h", [1.0, 0.25])
def test_the_line_leaves_the_dear_hours_and_its_pots_stay_in_their_window(control: HeatControl, step_h: float) -> None:
    made = dispatch_ahead(window_of(park_of(control), step_h=step_h), mip_gap=1e-6)
    taken = -made.schedule.p_mw.sel(unit="P").values
    hour = np.arange(len(taken)) * step_h % 24
    assert taken[(hour >= 16) & (hour < 22)].mean() < 0.97 * taken[hour < 8].mean()
    low, high = made.ahead.superheat_min_c.values, made.ahead.superheat_max_c.values
    assert low.min() >= 5.0 and high.max() <= 15.0 and (high >= low).all()
    assert not [b for b in made.breaches if b.duty]


def test_exchangers_let_the_line_follow_the_price_for_longer() -> None:
    """Down to 375 kA: the mean of six dear hours lies lower than bare shells allow."""
    dear = {}
    for control in HeatControl:
        made = dispatch_ahead(window_of(park_of(control, 375.0, 4.0)), mip_gap=1e-6)
        dear[control] = -made.schedule.p_mw.sel(unit="P").values[16:22].mean()
    assert dear[HeatControl.SHELL_HEAT_EXCHANGER] < 0.95 * dear[HeatControl.CONVENTIONAL]


def test_a_schedule_that_the_full_model_does_not_confirm_is_made_anew_with_more_spare() -> None:
    """A line with bare shells and a range that no plant gives it: the envelope's margins alone would not do."""
    made = dispatch_ahead(window_of(park_of(HeatControl.CONVENTIONAL, 300.0, 4.0), step_h=0.25), mip_gap=1e-6)
    assert made.ahead.superheat_min_c.values.min() >= 5.0 - 1e-3
    assert made.ahead.superheat_max_c.values.max() <= 15.0 + 1e-3


def test_what_a_line_owes_is_made_up_by_the_next_window() -> None:
    """100 t behind: a seventh of it is asked for in each day of the week over which it may be made up."""
    park = park_of(HeatControl.CONVENTIONAL, peak=1.1)
    window = window_of(park, hours=24)
    line = dataclasses.replace(window.state.potline["P"], metal_owed_t=100.0)
    behind = dataclasses.replace(window, state=dataclasses.replace(window.state, potline={"P": line}))
    made = [dispatch_ahead(w, mip_gap=1e-6) for w in (window, behind)]
    metal = [float(m.ahead.metal_t.values.sum()) for m in made]
    short = [sum(b.total for b in m.breaches if b.kind == "metal") for m in made]
    assert metal[1] - metal[0] > 5.0  # as far as the heat of the pots allows in a day
    assert metal[1] - metal[0] + short[1] - short[0] == pytest.approx(100.0 / 7, abs=1.5)


def test_the_state_goes_on_with_the_heat_and_metal_of_the_full_model() -> None:
    park = park_of(HeatControl.CONVENTIONAL)
    made = dispatch_ahead(window_of(park), mip_gap=1e-6)
    after = made.state_after(24).potline["P"]
    assert after.heat.bath_temp_c == pytest.approx(float(made.ahead.bath_temp_c.values[23, 0]), abs=1e-6)
    assert after.power_mw == pytest.approx(-float(made.schedule.p_mw.sel(unit="P").values[23]))
    nominal_t = 0.335573e-3 * 500 * 100 * 0.94 * 24
    assert after.metal_owed_t == pytest.approx(nominal_t - float(made.ahead.metal_t.values[:24].sum()), abs=0.05)


def test_the_state_of_a_line_survives_its_file() -> None:
    park = park_of(HeatControl.SHELL_HEAT_EXCHANGER)
    state = dispatch_ahead(window_of(park), mip_gap=1e-6).state_after(24)
    assert state_from_plain(json.loads(json.dumps(state_as_plain(state))), park) == state
    wrong = state_as_plain(state)
    wrong["potline"]["P"]["heat"].pop("ledge_m")
    wrong["potline"]["Q"] = {}
    with pytest.raises(BadInput, match=r"potline\.Q"):
        state_from_plain(wrong, park)
    del wrong["potline"]["Q"]
    with pytest.raises(BadInput, match="without ledge_m"):
        state_from_plain(wrong, park)


def test_a_schedule_whose_pots_leave_the_window_is_refused() -> None:
    made = dispatch_ahead(window_of(park_of(HeatControl.CONVENTIONAL)), mip_gap=1e-6)
    frozen = made.ahead.assign(superheat_min_c=made.ahead.superheat_min_c - 9.0)
    with pytest.raises(CheckFailed, match="K of superheat"):
        check_pots(made.window, frozen, made.breaches)
    for grown_m in (0.12, -0.06):
        with pytest.raises(CheckFailed, match="cm of ledge"):
            check_pots(made.window, made.ahead.assign(ledge_m=made.ahead.ledge_m + grown_m), made.breaches)


def test_what_the_full_model_left_by_narrows_the_window_there() -> None:
    """With so much of ledge to spare that its thickest lies outside, the schedule keeps the ledge thinner."""
    window = window_of(park_of(HeatControl.SHELL_HEAT_EXCHANGER, 375.0, 4.0))
    wide = dispatch_ahead(window, mip_gap=1e-6)
    thickest = float(wide.ahead.ledge_m.values.max())
    spare = HeatSpare(ledge_cm=100 * (0.119 - thickest) + 0.8)
    narrow = dispatch_ahead(dataclasses.replace(window, spare={"P": spare}), mip_gap=1e-6)
    assert float(narrow.ahead.ledge_m.values.max()) < thickest - 0.001
    left_by = over(window, wide.ahead.assign(ledge_m=wide.ahead.ledge_m + 0.12 - thickest + 0.004), wide.breaches)
    assert left_by == {"P": HeatSpare(ledge_cm=pytest.approx(0.4))}


@pytest.mark.parametrize("stopped_h", [0.75, 1.0, 3.0])
def test_pots_found_outside_their_window_are_said_to_be_and_brought_back(stopped_h: float) -> None:
    """After a stop the superheat is back within minutes, the ledge within hours; there is a schedule in each case."""
    window = window_of(park_of(HeatControl.CONVENTIONAL))
    pot = pot_of(window.case.park.potlines[0])
    cold = potline_heat(simulate_heat(pot, np.zeros(round(4 * stopped_h)), step_h=0.25).state)
    line = dataclasses.replace(window.state.potline["P"], heat=cold)
    state = dataclasses.replace(window.state, potline={"P": line})
    made = dispatch_ahead(dataclasses.replace(window, state=state), mip_gap=1e-6)
    said = [f for f in made.state_faults if f.field == "potline.P.heat"]
    assert said and all(f.severity == "warning" for f in said)
    assert any("superheat" in f.problem for f in said)
    assert any("ledge" in f.problem for f in said) == (cold.ledge_m > 0.12)
    assert made.window.state.potline["P"].heat == cold
    low, ledge = made.ahead.superheat_min_c.values[1:], made.ahead.ledge_m.values
    assert low.min() >= 5.0 and ledge[6:].max() <= 0.12
