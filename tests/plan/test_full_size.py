"""A thing of another size: everything that grows with its size is in proportion, whatever column is added."""

import dataclasses
from typing import Any

import pytest

from holin.columns import columns_of
from holin.park import PvPlant, Source, Storage, ThermalUnit, WindFarm
from holin.plan.offers import full_size

GROWS = ("MW", "MVA", "Mvar", "MWh", "MW/h", "currency")
"""Units of what belongs to the whole unit; ratios, times, and what is per MW or MWh do not grow."""

SMALL: tuple[Source, ...] = (
    WindFarm(id="w", bus="A", p_nom_mw=10.0),
    PvPlant(id="p", bus="A", p_nom_mw=10.0, p_dc_mw=12.0),
    Storage(id="s", bus="A", p_nom_mw=10.0, e_nom_mwh=20.0),
    ThermalUnit(
        id="t", bus="A", p_nom_mw=10.0, p_min_mw=4.0, ramp_up_mw_per_h=5.0, ramp_down_mw_per_h=5.0, fuel="f",
        heat_rate_points=((0.4, 10.9), (1.0, 9.9)), start_points=((0.0, 1.0), (2.0, 4.0)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("unit", SMALL, ids=lambda unit: type(unit).__name__)
def test_a_unit_of_three_times_the_size_has_three_times_of_all_that_grows(unit: Any) -> None:
    grows = [c.name for c in columns_of(type(unit)) if c.unit in GROWS]
    given = dataclasses.replace(unit, **{n: -6.0 if n == "q_min_mvar" else getattr(unit, n) or 6.0 for n in grows})
    large = full_size(given, 3 * given.p_nom_mw, 3 * getattr(given, "e_nom_mwh", 0.0))
    assert {n: getattr(large, n) for n in grows} == {n: pytest.approx(3 * getattr(given, n)) for n in grows}
    others = {f.name for f in dataclasses.fields(unit)} - {*grows, "start_points"}
    assert {n: getattr(large, n) for n in others} == {n: getattr(given, n) for n in others}


def test_the_powers_while_a_unit_starts_grow_too() -> None:
    assert full_size(SMALL[3], 30.0).start_points == ((0.0, 3.0), (2.0, 12.0))
