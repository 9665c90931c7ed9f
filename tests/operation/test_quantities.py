"""The year's quantities that blocks hand to the rules."""

from datetime import datetime

import numpy as np

from holin.calendar import hours_between
from holin.kernel.linear import ProblemBuilder
from holin.operation import add_renewables, add_rules, add_storages, hours_of
from holin.park import Park, ParkFacts, PvPlant, Storage, WindFarm
from holin.rules import Rule, RuleKind

PARK = Park(
    facts=ParkFacts(id="tiny"),
    wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=30.0),),
    pv_plants=(PvPlant(id="V", bus="A", p_nom_mw=10.0, p_dc_mw=12.0),),
    storages=(Storage(id="S", bus="A", p_nom_mw=5.0, e_nom_mwh=20.0),),
)


def test_storage_power_is_held_against_the_power_of_wind_and_pv() -> None:
    # 5 MW of storage against 15 % of 30 + 10 MW: one MW is missing, and no operation can make it up: in thousands,
    # 0 >= 0.001 as a row. With 10 % there is one MW to spare.
    hours = hours_of(hours_between(datetime(2025, 1, 1), datetime(2025, 1, 1, 3), "Asia/Shanghai"), "Asia/Shanghai")
    for share, lacking in ((0.15, 0.001), (0.10, -0.001)):
        builder = ProblemBuilder()
        blocks = [add_renewables(builder, hours, PARK, np.ones((3, 2))), add_storages(builder, hours, PARK)]
        add_rules(builder, [Rule(id="s", kind=RuleKind.STORAGE_POWER_MIN, value=share, enforced=True)], blocks)
        problem = builder.built()
        (row,) = problem.rows["rule.s"]
        assert problem.matrix[[row]].nnz == 0
        np.testing.assert_allclose(problem.row_lower[row], lacking, atol=1e-12)
