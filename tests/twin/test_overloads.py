"""Dispatch and AC flow in turns: a branch over its rating is relieved by what cures it, and by no more."""

import dataclasses
import sys
from pathlib import Path

import pytest

from holin.errors import BadInput
from holin.park import Shunt

sys.path.insert(0, str(Path(__file__).parent.parent / "dispatch"))
from dispatch_parks import LINE, PARK, tables_of, with_

from holin.flow import overloaded_by_reactive
from holin.twin import settled

RATING = 3**0.5 * 110.0 * 0.1  # 19.05 MVA


def held(load, *, wind=0.0, **more):
    """Wind, if any, and load at the end of a line of 19 MVA."""
    park = with_(PARK, lines=(dataclasses.replace(LINE, i_nom_ka=0.1),), loads=(load,), **more)
    return park, settled(park, *tables_of(park, [[wind]] * 2, [[load.load_mw]] * 2))


def test_a_load_is_shed_as_far_as_its_power_factor_asks_for_and_no_further() -> None:
    """20 MW at cos phi 0.8 are 25 MVA: about 15 MW may stay, at just below full loading."""
    _, found = held(dataclasses.replace(PARK.loads[0], load_mw=20.0, power_factor=0.8))
    served = -float(found.flows.p_mw.sel(unit="L")[0])
    assert found.settled and served == pytest.approx(0.8 * RATING, rel=0.02)
    assert 0.985 < float(found.flows.loading.max()) <= 1.0


def test_a_load_of_mostly_reactive_power_is_cured_by_shedding_too() -> None:
    """20 MW at cos phi 0.6 bring 27 Mvar, more than the line may carry alone: but they go with the load."""
    _, found = held(dataclasses.replace(PARK.loads[0], load_mw=20.0, power_factor=0.6))
    assert found.settled and 0.97 < float(found.flows.loading.max()) <= 1.0
    assert -float(found.flows.p_mw.sel(unit="L")[0]) == pytest.approx(0.6 * RATING, rel=0.03)


def test_reactive_power_that_stays_leaves_what_it_leaves() -> None:
    """14 Mvar of a reactor at the end and a load of 20 MW at cos phi 1: sqrt(19^2 - 14^2) = 12.9 MW remain."""
    reactor = Shunt(id="R", bus="B", q_nom_mvar=-14.0)
    _, found = held(dataclasses.replace(PARK.loads[0], load_mw=20.0, power_factor=1.0), shunts=(reactor,))
    assert found.settled and 0.97 < float(found.flows.loading.max()) <= 1.0
    assert -float(found.flows.p_mw.sel(unit="L")[0]) == pytest.approx((RATING**2 - 14.0**2) ** 0.5, rel=0.06)


def test_nothing_is_shed_in_vain() -> None:
    """30 Mvar of a reactor alone overload the line: the 3 MW are served, and the run is not said to be carried."""
    reactor = Shunt(id="R", bus="B", q_nom_mvar=-30.0)
    park, found = held(dataclasses.replace(PARK.loads[0], load_mw=3.0, power_factor=1.0), shunts=(reactor,))
    assert -float(found.flows.p_mw.sel(unit="L")[0]) == pytest.approx(3.0)
    assert not found.settled
    assert overloaded_by_reactive(park, found.flows) == {"AB": 2}


def test_wind_behind_a_tight_line_is_curtailed_no_more_than_needed() -> None:
    wind = dataclasses.replace(PARK.wind_farms[0], power_factor=0.9)
    mill = dataclasses.replace(PARK.loads[0], bus="A", load_mw=80.0)
    _, found = held(mill, wind=60.0, wind_farms=(wind,))
    assert found.settled and 0.985 < float(found.flows.loading.max()) <= 1.0


def test_a_park_that_nothing_gives_a_voltage_is_not_run() -> None:
    park = with_(PARK, grids=())
    with pytest.raises(BadInput, match="gives the network its voltage"):
        settled(park, *tables_of(park, [[1.0]], [[5.0]]))
