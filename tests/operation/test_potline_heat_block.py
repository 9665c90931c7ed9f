"""Potlines in the hours ahead: what the block allows, from a state on, and what it reports when it must give way."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
from heat_lines import CONVENTIONAL, SHELL

from holin.calendar import hours_between
from holin.kernel.highs import ProvenInfeasible, solve_linear
from holin.kernel.linear import ProblemBuilder
from holin.kernel.mixed import solve_mixed
from holin.operation import (
    DEEP_CUT_H_MAX,
    FULL_STOP_H_MAX,
    PotlineHeat,
    PotlineState,
    PotlineWishes,
    add_heated_potlines,
    deep_cut_mw,
    first_potline_state,
    hours_of,
    potline_heat,
    potline_line,
    potline_state_after,
)
from holin.park import Park, ParkFacts, Potline
from holin.potline.heat import heat_envelope, pot_of, shell_setpoints, simulate_heat

ZONE = "Asia/Shanghai"


class Problem:
    """The block of one line with a price of power in each step, and rows that a test adds."""

    def __init__(self, line: Potline, steps: int, *, step_h: float = 1.0, state: PotlineState | None = None, **more):
        self.line, self.step_h = line, step_h
        self.builder = ProblemBuilder()
        every = hours_between(datetime(2025, 3, 3), datetime(2025, 3, 13), ZONE)
        time = np.datetime64(every[0]) + np.arange(steps) * np.timedelta64(round(step_h * 3600), "s")
        out = {line.id: more.pop("out")} if "out" in more else None
        self.hours = hours_of(time.astype("datetime64[ns]"), ZONE, step_h=step_h, out=out)
        park = Park(facts=ParkFacts(id="heat"), potlines=(line,))
        state = state or first_potline_state(line)
        self.block = add_heated_potlines(self.builder, self.hours, park, {line.id: state}, **more)
        self.power = [
            (self.columns(n), f) for n, f in (("up", 1.0), ("down", -1.0), ("deep_cut", -1.0), ("full_stop", -1.0))
        ]

    def columns(self, name: str):
        return self.builder.columns(f"{name}.{self.line.id}")

    def price(self, per_mwh):
        for columns, factor in self.power:
            self.builder.add_cost(columns, factor * np.broadcast_to(per_mwh, columns.shape) * self.step_h)
        return self

    def hold(self, name: str, lower, upper):
        self.builder.add_rows(name, self.power, lower=lower, upper=upper)
        return self

    def solved(self, mixed: bool = False):
        problem = self.builder.built()
        solution = solve_mixed(problem) if mixed else solve_linear(problem)
        values = solution.linear.values if mixed else solution.values
        nominal = potline_line(self.line).p_nom_mw
        self.objective = solution.objective
        self.power_mw = nominal + sum(f * values[c] for c, f in self.power)
        names = {n.removesuffix(f".{self.line.id}"): c for n, c in problem.variables.items()}
        self.value = {n: values[c] for n, c in names.items() if not n.endswith(".before")}
        return self


def limits(line: Potline):
    return potline_line(line)


def test_power_follows_the_price_within_its_range_and_its_heat():
    price = np.where(np.arange(24) % 24 < 8, 100.0, 900.0)
    solved = Problem(CONVENTIONAL, 24).price(price).solved()
    line = limits(CONVENTIONAL)
    assert solved.power_mw.max() <= line.p_max_mw + 1e-6 and solved.power_mw.min() >= line.p_min_mw - 1e-6
    assert solved.power_mw[:8].mean() > line.p_nom_mw > solved.power_mw[8:].mean()
    for name in ("deep_cut", "full_stop", "cold", "hot", "thin", "thick"):
        assert np.all(solved.value[name] == 0), name
    run = simulate_heat(pot_of(CONVENTIONAL), solved.power_mw, step_h=1.0).steps
    assert bool(run.in_window.all())


def test_the_injection_is_the_power():
    problem = Problem(CONVENTIONAL, 3)
    assert {i.bus for i in problem.block.injections} == {CONVENTIONAL.bus}
    values = {"up": 7.0, "down": 2.0, "deep_cut": 1.0, "full_stop": 0.5}
    injected = 0.0
    for injection in problem.block.injections:
        name = next(n for n in values if np.array_equal(problem.columns(n), injection.columns))
        injected += injection.factor * values[name]
    assert injected == pytest.approx(-(7.0 - 2.0 - 1.0 - 0.5))
    load = problem.block.quantities["aluminium_load_mwh"]
    assert load.constant == pytest.approx(3 * limits(CONVENTIONAL).p_nom_mw)


@pytest.mark.parametrize("line", [CONVENTIONAL, SHELL], ids=["conventional", "shell"])
def test_windows_go_on_from_what_the_full_model_made_of_the_one_before(line: Potline):
    # A day at one price after another: two windows of 12 h reach what one of 24 h does, or more, for the second knows
    # where the pots have come to; and nothing says that they begin outside their window.
    price = np.r_[np.full(12, 900.0), np.full(12, 100.0)]
    free = PotlineWishes(shortfall_per_t=0.0)
    whole = Problem(line, 24, wishes=free).price(price).solved()
    cooling = whole.value.get("cooling", np.zeros(24))
    state = potline_state_after(
        line, first_potline_state(line), time=whole.hours.time[:12], time_zone=ZONE, step_h=1.0,
        power_mw=whole.power_mw[:12], cooling_mw=cooling[:12],
    )  # fmt: skip
    envelope, pot = heat_envelope(line, 1.0), pot_of(line)
    rest = Problem(line, 12, state=state, wishes=free).price(100.0).solved()
    first = float(price[:12] @ (whole.power_mw[:12] - limits(line).p_nom_mw))
    assert first + rest.objective == pytest.approx(whole.objective, rel=0.02)
    for name in ("cold", "hot", "thin", "thick"):
        assert rest.value[name].max() < 1e-6, name
    factors = shell_setpoints(
        line, envelope, rest.power_mw, rest.value.get("cooling", np.zeros(12)), start=state.heat.model
    )
    run = simulate_heat(pot, rest.power_mw, step_h=1.0, shell_factor=factors, start=state.heat.model)
    assert bool(run.steps.in_window.all())


def test_cold_pots_inside_their_window_do_not_begin_outside_it():
    # A year of the reference park ended one of its days so: 7.25 K and 10.6 cm, two days of little wind behind it. Its
    # deviations on straight lines would be -3.6 K of superheat, 9.7 K below the envelope's bound.
    pot = pot_of(CONVENTIONAL)
    heat = PotlineHeat(
        bath_temp_c=float(pot.nominal.bath_temp_c) - 30.13,
        lining_temp_c=float(pot.nominal.lining_temp_c) - 29.62,
        ledge_m=pot.ledge_nom_m + 0.0398,
    )
    state = dataclasses.replace(first_potline_state(CONVENTIONAL), heat=heat)
    known = simulate_heat(pot, np.full(1, limits(CONVENTIONAL).p_nom_mw), step_h=1e-6, start=heat.model).steps
    assert float(known.superheat_c[0]) == pytest.approx(7.25, abs=0.1) and bool(known.in_window.all())
    envelope = heat_envelope(CONVENTIONAL, 1.0)
    straight = np.linalg.solve(
        envelope.states, (heat.model.stacked() - pot.nominal.stacked()) * np.array([1.0, 1.0, 100.0, 1.0])
    )
    assert straight.sum() + 10 < -3.0
    solved = Problem(CONVENTIONAL, 24, state=state).price(300.0).solved()
    assert all(solved.value[name].max() < 1e-6 for name in ("cold", "hot", "thin", "thick"))


def test_the_state_after_is_the_full_models():
    power = limits(SHELL).p_nom_mw * np.r_[np.full(6, 0.8), np.full(6, 1.1)]
    time = Problem(SHELL, 12).hours.time
    cooling = np.r_[np.full(6, -40.0), np.full(6, 30.0)]
    first = first_potline_state(SHELL)
    state = potline_state_after(SHELL, first, time=time, time_zone=ZONE, step_h=1.0, power_mw=power, cooling_mw=cooling)
    factors = shell_setpoints(SHELL, heat_envelope(SHELL, 1.0), power, cooling)
    run = simulate_heat(pot_of(SHELL), power, step_h=1.0, shell_factor=factors)
    assert state.heat.bath_temp_c == float(run.state.bath_temp_c)
    assert state.heat.ledge_m == float(run.state.ledge_m)
    owed = 12 * limits(SHELL).metal_nom_t_per_h - float(run.steps.metal_t.sum())
    assert state.metal_owed_t == pytest.approx(owed)
    assert state.power_mw == power[-1]
    assert state.changes_today == 1 and state.since_change_h == 6.0
    assert state.deep_cut_h == state.full_stop_h == 0.0


def test_the_state_after_counts_changes_of_the_day_and_hours_of_cuts():
    nominal = limits(CONVENTIONAL).p_nom_mw
    hours = Problem(CONVENTIONAL, 26).hours
    first = dataclasses.replace(first_potline_state(CONVENTIONAL), power_mw=nominal, changes_today=3)
    power = nominal * np.r_[0.96, 0.97, np.ones(22), 0.98, 0.98]
    same_day = potline_state_after(
        CONVENTIONAL, first, time=hours.time[:2], time_zone=ZONE, step_h=1.0, power_mw=power[:2]
    )
    assert same_day.changes_today == 5 and same_day.since_change_h == 1.0
    next_day = potline_state_after(CONVENTIONAL, first, time=hours.time, time_zone=ZONE, step_h=1.0, power_mw=power)
    assert next_day.changes_today == 1 and next_day.since_change_h == 2.0
    stopped = nominal * np.r_[0.0, 0.5, np.ones(4)]
    after = potline_state_after(CONVENTIONAL, first, time=hours.time[:6], time_zone=ZONE, step_h=1.0, power_mw=stopped)
    assert after.deep_cut_h == pytest.approx(2.0) and after.full_stop_h == pytest.approx(1.0)
    faded = potline_state_after(
        CONVENTIONAL, after, time=hours.time[6:18], time_zone=ZONE, step_h=1.0, power_mw=np.full(12, nominal)
    )
    assert faded.full_stop_h == pytest.approx(0.5)


def test_an_outage_owes_nothing_and_keeps_the_heat():
    out = np.zeros(8, dtype=bool)
    out[3:6] = True
    solved = Problem(CONVENTIONAL, 8, out=out).price(-500.0).solved()
    for name in ("up", "down", "deep_cut", "full_stop"):
        assert np.all(solved.value[name][3:6] == 0), name
    assert np.allclose(solved.value["heat"][3:6], 0.0)
    assert not np.allclose(solved.value["heat"][2], 0.0)
    power = np.where(out, 0.0, limits(CONVENTIONAL).p_nom_mw)
    state = potline_state_after(
        CONVENTIONAL, first_potline_state(CONVENTIONAL), time=solved.hours.time, time_zone=ZONE, step_h=1.0,
        power_mw=power, out=out,
    )  # fmt: skip
    assert state.metal_owed_t == pytest.approx(0.0, abs=1e-6)


# ---- metal -------------------------------------------------------------------------------------------------------


def test_owed_metal_is_made_up():
    owed = dataclasses.replace(first_potline_state(CONVENTIONAL), metal_owed_t=3.0)
    wishes = PotlineWishes(catch_up_h=24.0)
    solved = Problem(CONVENTIONAL, 24, state=owed, wishes=wishes).price(300.0).solved()
    assert np.all(solved.value["metal_short"] < 1e-9)
    run = simulate_heat(pot_of(CONVENTIONAL), solved.power_mw, step_h=1.0).steps
    assert float(run.metal_t.sum()) >= 24 * limits(CONVENTIONAL).metal_nom_t_per_h + 3.0
    free = Problem(CONVENTIONAL, 24, wishes=wishes).price(300.0).solved()
    assert solved.power_mw.mean() > free.power_mw.mean()


def test_metal_that_cannot_be_made_is_a_shortfall_at_its_price():
    owed = dataclasses.replace(first_potline_state(CONVENTIONAL), metal_owed_t=1_000.0)
    wishes = PotlineWishes(catch_up_h=24.0, shortfall_per_t=4_000.0)
    solved = Problem(CONVENTIONAL, 24, state=owed, wishes=wishes).solved()
    short = float(solved.value["metal_short"][0])
    assert 900 < short < 1_000
    assert solved.objective == pytest.approx(4_000 * short, rel=1e-9)
    part = Problem(CONVENTIONAL, 24, state=owed, wishes=dataclasses.replace(wishes, catch_up_h=2_400.0)).solved()
    assert float(part.value["metal_short"][0]) < 10.0 + 1e-6


# ---- ramp, changes, anode effects --------------------------------------------------------------------------------


def test_the_ramp_begins_at_the_power_before():
    line = dataclasses.replace(SHELL, ramp_ka_per_min=1.0)  # 60 kA an hour of 190: about 101 MW
    reach = limits(line).p_max_mw - limits(line).p_min_mw
    low = dataclasses.replace(first_potline_state(line), power_mw=limits(line).p_min_mw)
    solved = Problem(line, 6, state=low).price(-500.0).solved()
    ramp = 60.0 * reach / (line.amperage_max_ka - line.amperage_min_ka)
    rises = np.diff(np.r_[limits(line).p_min_mw, solved.power_mw])
    assert rises[0] == pytest.approx(ramp) and np.all(np.abs(rises) <= ramp + 1e-6)
    free = Problem(line, 6).price(-500.0).solved()
    assert free.power_mw[0] > solved.power_mw[0] + 1.0


def test_changes_are_few_and_never_in_consecutive_hours():
    line = dataclasses.replace(CONVENTIONAL, changes_max_per_day=4)
    random = np.random.default_rng(3)
    price = 500 * random.standard_normal(48)
    state = dataclasses.replace(
        first_potline_state(line), power_mw=limits(line).p_nom_mw, changes_today=2, since_change_h=1.0
    )
    solved = Problem(line, 48, state=state).price(price).solved(mixed=True)
    change = np.abs(np.diff(np.r_[limits(line).p_nom_mw, solved.power_mw])) > 1e-5
    assert change[:24].sum() <= 2 and change[24:].sum() <= 4 and change.sum() >= 4
    assert not change[0]
    assert not np.any(change[1:] & change[:-1])


def test_quarter_hours_keep_two_hours_between_changes():
    line = dataclasses.replace(CONVENTIONAL, changes_max_per_day=10)
    price = 500 * np.random.default_rng(4).standard_normal(32)
    solved = Problem(line, 32, step_h=0.25).price(price).solved(mixed=True)
    at = np.flatnonzero(np.abs(np.diff(solved.power_mw)) > 1e-5)
    assert len(at) >= 2 and np.all(np.diff(at) >= 8)


def test_anode_effects_make_small_gains_not_worth_a_rise():
    price = np.tile([310.0, 290.0], 12)
    eager = Problem(CONVENTIONAL, 24).price(price).solved()
    calm_line = dataclasses.replace(CONVENTIONAL, anode_effect_cost_per_mw=300.0)
    calm = Problem(calm_line, 24).price(price).solved()
    assert np.abs(np.diff(calm.power_mw)).sum() < 0.2 * np.abs(np.diff(eager.power_mw)).sum()
    rises = np.maximum(np.diff(calm.power_mw), 0).sum()
    assert calm.value["rise"][1:].sum() == pytest.approx(rises, abs=1e-5)


# ---- emergencies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [CONVENTIONAL, SHELL], ids=["conventional", "shell"])
def test_the_ladder_is_climbed_down_rung_by_rung(line: Potline):
    chords = limits(line)
    deep = 0.7 * chords.p_nom_mw  # between the lowest current and the deep cut
    upper = np.full(6, np.inf)
    upper[2] = deep - chords.p_nom_mw
    solved = Problem(line, 6).hold("short", -np.inf, upper).solved()
    assert solved.power_mw[2] == pytest.approx(deep)
    assert solved.value["full_stop"].sum() == 0
    fraction = solved.value["deep_cut"][2] / (chords.p_min_mw - deep_cut_mw(chords))
    assert 0 < fraction < 1
    assert solved.value["down"][2] >= fraction * (chords.p_nom_mw - chords.p_min_mw) - 1e-6
    upper[2] = -chords.p_nom_mw
    stopped = Problem(line, 6).hold("short", -np.inf, upper).solved()
    assert stopped.power_mw[2] == pytest.approx(0.0, abs=1e-6)
    assert stopped.value["cold"][2] > 0 and stopped.objective > solved.objective


def test_cuts_are_short():
    chords = limits(CONVENTIONAL)
    upper = np.full(8, np.inf)
    upper[:4] = deep_cut_mw(chords) - chords.p_nom_mw  # the stop's hour may take part of it, not two of four
    with pytest.raises(ProvenInfeasible):
        Problem(CONVENTIONAL, 8).hold("short", -np.inf, upper).solved()
    assert DEEP_CUT_H_MAX == 2.0 and FULL_STOP_H_MAX == 1.0
    used = dataclasses.replace(first_potline_state(CONVENTIONAL), full_stop_h=0.75, deep_cut_h=0.75)
    upper[:] = np.inf
    upper[0] = -chords.p_nom_mw
    with pytest.raises(ProvenInfeasible):
        Problem(CONVENTIONAL, 8, state=used).hold("short", -np.inf, upper).solved()


def test_a_line_found_outside_its_window_is_brought_back():
    # As cold as three hours without power leave it.
    cold = potline_heat(simulate_heat(pot_of(CONVENTIONAL), np.zeros(3), step_h=1.0).state)
    assert cold.ledge_m > 0.12
    state = dataclasses.replace(first_potline_state(CONVENTIONAL), heat=cold)
    solved = Problem(CONVENTIONAL, 48, state=state).price(300.0).solved()
    outside = sum(solved.value[n] for n in ("cold", "hot", "thin", "thick"))
    assert outside[0] > 0 and outside[-1] < 1e-6
    assert solved.power_mw[:6].mean() > limits(CONVENTIONAL).p_nom_mw
