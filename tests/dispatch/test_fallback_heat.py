"""The pots in a fallback: their heat is worked out after the powers, and what they come to is said."""

import dataclasses

import numpy as np
import pytest
from test_fallback import check_recounted
from test_pots import LINE, park_of, window_of

from holin.dispatch import ahead_table as ahead_room
from holin.dispatch import fallback, in_words
from holin.dispatch import powers as powers_room
from holin.dispatch.heat_apart import heat_rows, with_heat
from holin.dispatch.pots import pot_breaches
from holin.dispatch.window import window_problem
from holin.errors import CheckFailed
from holin.operation import PotlineState, potline_line
from holin.operation.potline_state import potline_heat
from holin.park import HeatControl
from holin.potline.heat import pot_of

CONVENTIONAL, EXCHANGER = HeatControl.CONVENTIONAL, HeatControl.SHELL_HEAT_EXCHANGER


def whole(monkeypatch, window):
    """The fallback with the heat of every line in the problem from the start."""
    with monkeypatch.context() as patched:
        patched.setattr(powers_room, "lines_apart", lambda problem: set())
        return fallback(window, seconds_max=60.0)


def recorded(monkeypatch):
    """Which lines had no heat in the problem, round by round."""
    rounds = []
    monkeypatch.setattr(powers_room, "heat_rows", lambda p, lines: rounds.append(set(lines)) or heat_rows(p, lines))
    return rounds


@pytest.mark.parametrize(("least_ka", "dearer"), [(475.0, 0.005), (400.0, 0.05)])
@pytest.mark.parametrize("step_h", [1.0, 0.25])
def test_the_heat_worked_out_after_the_powers_costs_little(monkeypatch, least_ka, dearer, step_h):
    """A conventional line bears 5 % less for long; where it may go lower and would leave its window it is damped."""
    window = window_of(park_of(CONVENTIONAL, least_ka=least_ka, peak=6.0), hours=24, step_h=step_h)
    rounds = recorded(monkeypatch)
    made = fallback(window, seconds_max=60.0)
    assert all(lines == {"P"} for lines in rounds)
    with_it = whole(monkeypatch, window)
    assert rounds[-1] == set() and with_it.solves == 1
    assert -1e-6 < made.objective / with_it.objective - 1.0 < dearer  # with it is the optimum
    assert not any(b.duty for b in made.breaches)
    lowest, least = float(-made.schedule.p_mw.sel(unit="P").max()), potline_line(window.case.park.potlines[0]).p_min_mw
    assert (lowest > 1.02 * least) == (least_ka == 400.0)
    check_recounted(made)


def test_a_line_that_nominal_power_would_leave_cold_has_its_heat_in_the_problem(monkeypatch):
    window, rounds = window_of(park_of(CONVENTIONAL), hours=24), recorded(monkeypatch)
    nominal = pot_of(LINE).nominal
    cold = PotlineState(heat=potline_heat(dataclasses.replace(nominal, lining_temp_c=nominal.lining_temp_c - 60.0)))
    window = dataclasses.replace(window, state=dataclasses.replace(window.state, potline={"P": cold}))
    made = fallback(window, seconds_max=60.0)
    assert rounds[0] == {"P"} and rounds[-1] == set()
    assert made.objective == pytest.approx(whole(monkeypatch, window).objective, rel=1e-6)
    assert "cold" in {b.kind for b in made.breaches if b.duty}
    check_recounted(made)


def test_rows_that_were_left_out_hold_in_the_point():
    window = window_of(park_of(CONVENTIONAL, peak=6.0))
    problem = window_problem(window)
    values = with_heat(problem, np.maximum(problem.lower, 0.0), ["P"])
    rows = heat_rows(problem, ["P"])
    used = problem.matrix @ values
    assert rows.sum() > 100
    assert (used[rows] >= problem.row_lower[rows] - 1e-9).all() and (used[rows] <= problem.row_upper[rows] + 1e-9).all()
    assert not heat_rows(problem, ["Q"]).any()


def test_exchangers_keep_their_heat_in_the_problem():
    made = fallback(window_of(park_of(EXCHANGER, least_ka=375.0, peak=6.0)), seconds_max=60.0)
    assert made.solves == 1 and not any(b.duty for b in made.breaches)
    assert made.ahead.superheat_min_c.min() > pot_of(LINE).figures.superheat_min_c
    check_recounted(made)


def test_a_fallback_says_where_its_pots_leave_their_window(monkeypatch):
    """The full model, 12 K colder from step 3 on: no search is there to mend it, so it is named."""
    given = ahead_room.pots_of

    def colder(*arguments):
        columns = given(*arguments)
        columns["superheat_min_c"][3:] -= 12.0
        return columns

    monkeypatch.setattr(ahead_room, "pots_of", colder)
    window = window_of(park_of(CONVENTIONAL), hours=12)
    made = fallback(window)
    least = pot_of(LINE).figures.superheat_min_c
    found = next(b for b in made.breaches if b.kind == "cold")
    assert found.duty and found.element == "P" and found.at == tuple(range(3, 12))
    assert found.amount == pytest.approx(least - float(made.ahead.superheat_min_c.min()))
    assert "below their window of superheat" in in_words(made.window, found)
    assert "过热度低于下限" in in_words(made.window, found, "zh")
    assert pot_breaches(made.window, made.ahead, made.breaches) == ()  # it is told once


def test_without_a_solver_the_heat_of_pots_is_followed_too(monkeypatch):
    monkeypatch.setattr(powers_room, "solve_linear", lambda *a, **m: (_ for _ in ()).throw(CheckFailed("no")))
    made = fallback(window_of(park_of(CONVENTIONAL), hours=12))
    assert made.status == "fallback: grid only" and "not kept" not in made.reason
    assert made.ahead.superheat_min_c.values == pytest.approx(pot_of(LINE).figures.superheat_nom_c, abs=0.05)
    check_recounted(made)
