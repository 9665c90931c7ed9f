"""The staged solver on a real park's plan, where refits, large stores and a share of green meet."""

from datetime import date
from pathlib import Path

from holin.kernel.staged import solve_staged
from holin.parkfile import read_park
from holin.plan import PlanWishes, plan_problem
from holin.plan.wishes import asked_rule
from holin.twin.plan import stages_of
from holin.twin.plan_setting import settings_of

PARK = Path(__file__).parents[2] / "parks" / "huolinguole"


def test_stores_that_may_move_their_energy_freely_do_not_hold_up_the_search() -> None:
    """It took 72 steps and ended at 2e-6, when what keeps pivots from zero kept stores from moving, too."""
    wishes = PlanWishes(years=(2030,), rules=(asked_rule("green_share_physical_min", 0.7),), export=False)
    _, settings = settings_of(read_park(PARK), wishes, start=date(2030, 3, 1), end=date(2030, 3, 15))
    stages, _ = stages_of(settings, wishes, {}, None)
    steps = stages[0].case.hours.count
    found = solve_staged(plan_problem(stages).linear, steps, behind=False)
    assert steps == 336
    assert found.gap <= 2e-8 and found.row_error <= 1e-9
    assert found.linear.iterations <= 40
