"""A duty of the year on a single day: judged, not enforced; what any hour can keep is kept."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from holin.dispatch import year_quantities_mw
from holin.errors import Infeasible
from holin.parkfile import example_park
from holin.rules import Rule, RuleKind, needs_year
from holin.twin import planned
from holin.twin.part_year import part_figures, without_year_rules
from holin.twin.schedule import scheduled

GREEN = Rule(id="green", kind=RuleKind.GREEN_SHARE_MIN, value=0.9, enforced=True)
TRACED = Rule(id="traced", kind=RuleKind.GREEN_SHARE_PHYSICAL_MIN, value=0.7, enforced=True)
CAP = Rule(id="cap", kind=RuleKind.CO2_MAX_T, value=3650.0, enforced=True)
CLOSED = Rule(id="closed", kind=RuleKind.EXPORT_MAX_MWH, value=0.0, enforced=True)
PARK = dataclasses.replace(example_park("calm"), rules=(GREEN, TRACED, CAP, CLOSED))
CALM = date(2025, 7, 4)


@pytest.fixture(scope="module")
def day():
    return planned(PARK, day=CALM, lookahead_h=0.0, step_h=1.0, grid=False, mip_gap=0.01)


def test_what_a_day_can_keep():
    """Wind may fail a share or a cap of CO2; export can always be curtailed, and what stands does not change."""
    for kind in RuleKind:
        whole_year = needs_year(Rule(id="r", kind=kind, value=0.5))
        assert whole_year != kind.value.startswith(("export_", "storage_", "land_")), kind
    kept = {rule.id: rule.enforced for rule in without_year_rules(PARK).rules}
    assert kept == {"green": False, "traced": False, "cap": False, "closed": True}


def test_the_day_is_planned_and_tells_what_it_reaches_of_the_year(day):
    with pytest.raises(Infeasible, match="green is missed"):  # as a row, no operation of these hours keeps it
        scheduled(dataclasses.replace(PARK, rules=(GREEN,)), start=CALM, end=date(2025, 7, 5))
    assert [b for b in day.made.breaches if b.kind == "rule"] == [] and day.budgets == ()
    told = {rule["rule"]: rule for rule in day.rules}
    assert list(told) == ["green", "traced", "cap"]
    sums = {name: float(np.sum(mw)) for name, mw in year_quantities_mw(day.frozen, day.made.schedule).items()}
    share = (sums["renewable_used_mwh"] - sums["export_mwh"]) / sums["load_mwh"]
    assert told["green"]["reached"] == pytest.approx(share) and share < 0.9
    assert told["green"]["margin"] == pytest.approx((share - 0.9) * sums["load_mwh"])
    assert told["traced"]["reached"] is None and told["traced"]["margin"] is None
    assert told["cap"]["value"] == pytest.approx(10.0)  # a day of 365
    assert told["cap"]["reached"] == pytest.approx(sums["co2_t"])


def test_what_any_hour_can_keep_is_kept(day):
    export = float(year_quantities_mw(day.frozen, day.made.schedule)["export_mwh"].sum())
    assert export == pytest.approx(0.0, abs=1e-6)


def test_nothing_is_told_where_nothing_is_set_aside(day):
    free = dataclasses.replace(PARK, rules=(CLOSED, dataclasses.replace(GREEN, enforced=False)))
    assert part_figures(free, day.made.schedule, step_h=1.0) == []
