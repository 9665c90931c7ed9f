"""A plan that fell back is held against the grid as it is, and says what it breaks."""

import dataclasses
from datetime import date

import pytest

from holin.dispatch import Why, left_as_they_are, unmet_in_words
from holin.dispatch import ahead as ahead_room
from holin.errors import SolverFailed
from holin.flow import ViolationKind
from holin.parkfile import read_park, reference_park
from holin.twin import planned

SHORT = {"stage": "2025", "day": date(2025, 3, 3), "horizon_h": 6.0, "lookahead_h": 0.0, "step_h": 1.0, "mip_gap": 0.01}


@pytest.fixture(scope="module")
def fallen():
    def fails(*args, **more):
        raise SolverFailed("the solver is out of order")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ahead_room, "solve_switching", fails)
        return planned(read_park(reference_park("huolinguole")), **SHORT)


def test_a_fallback_is_held_against_the_grid_and_left_as_it_is(fallen):
    made, held = fallen.made, fallen.secured
    assert made.status == "fallback: rules" and fallen.unheld == ""
    assert held.rounds == 0 and held.made.schedule is made.schedule and not held.secure
    assert held.n1.cases > 100 and held.flows.converged.values.all()
    assert held.setpoints.sizes["time"] == 6


def test_what_it_breaks_is_named_without_a_cure_that_nobody_looked_for(fallen):
    lost = [u for u in fallen.secured.unmet if u.violation.kind is ViolationKind.LOST_LOAD]
    assert lost and all(u.why is Why.NO_PATH for u in lost)  # transformers that feed loads alone
    over = dataclasses.replace(lost[0].violation, kind=ViolationKind.OVERLOAD, value=1.2, limit=1.0)
    (unmet,) = left_as_they_are([over])
    assert unmet.why is Why.AS_IT_IS
    assert "is loaded 120.0% (limit 100%)" in unmet_in_words(fallen.frozen, unmet)
    assert "found, not cured" in unmet_in_words(fallen.frozen, unmet)
    assert "未消除" in unmet_in_words(fallen.frozen, unmet, "zh")
