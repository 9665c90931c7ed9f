"""Knobs of a what-if: sums that move as wanted, bounds, and everything else left as it is."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import BadInput
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.potline import ac_power_mw
from holin.summary import compared
from holin.twin.knobs import SIZES, knobs_of, turned

PARK: Park = read_park(Path(__file__).parent.parent.parent / "parks" / "huolinguole")
STAGE: Stage = stage_of(PARK, "2025")
KNOBS = {k.id: k for k in knobs_of(PARK, STAGE)}


def test_what_stands_is_the_published_sum_of_2025() -> None:
    """650 MW wind, 273 MW PV and 138 MW storage are the published figures of its second stage; 4 h of storage and
    +-5 % of current are the park folder's assumptions."""
    assert (KNOBS["wind_mw"].value, KNOBS["pv_mw"].value, KNOBS["storage_mw"].value) == (650.0, 273.0, 138.0)
    assert KNOBS["storage_mwh"].value == 552.0 and KNOBS["potline_band"].value == pytest.approx(0.05)
    assert KNOBS["export_price"].fixed, "nothing is paid for export in this park, so a factor would change nothing"


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_sizes_move_in_proportion_and_nothing_else_does(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SIZES)))
    knob = KNOBS[name]
    value = data.draw(st.floats(knob.low, knob.high).filter(lambda v: v != knob.value))
    changed = turned(PARK, STAGE, {name: value})
    after = {k.id: k for k in knobs_of(changed, STAGE)}
    assert after[name].value == pytest.approx(value, rel=1e-9, abs=1e-9)
    attribute, column, _, _ = SIZES[name]
    before, then = (getattr(at_stage(p, STAGE), attribute) for p in (PARK, changed))
    if then:  # none where it was moved to nothing
        factor = value / knob.value
        assert all(
            math.isclose(getattr(b, column), factor * getattr(a, column)) for a, b in zip(before, then, strict=True)
        )
        assert all(k.value == KNOBS[k.id].value for k in after.values() if k.id != name)
    later = stage_of(PARK, "2030")
    ids = {thing.id for thing in before}
    kept = [t for t in getattr(at_stage(changed, later), attribute) if t.id not in ids]
    assert kept == [t for t in getattr(at_stage(PARK, later), attribute) if t.id not in ids]
    assert changed.buses == PARK.buses and changed.lines == PARK.lines


def test_the_widest_band_keeps_a_usual_line_within_what_was_shown() -> None:
    """TRIMET Essen has shown 25 % of power. At 500 kA, E = 2.16 V, R = 3.58 uohm: 0.84 x (2.16 + 1.5036) / 3.95 and
    1.16 x (2.16 + 2.0764) / 3.95 of the power, 0.7791 and 1.2441."""
    [line] = at_stage(PARK, STAGE).potlines
    most = KNOBS["potline_band"].high
    now = ac_power_mw(line, 500.0)
    low, high = (ac_power_mw(line, 500.0 * (1 + way * most)) / now for way in (-1, 1))
    assert (low, high) == pytest.approx((0.7791, 1.2441), abs=1e-4)
    assert 1 - low <= 0.25 and high - 1 <= 0.25


def test_prices_and_potlines_move() -> None:
    changed = turned(
        PARK, STAGE, {"energy_price": 1.5, "co2_price": 90.0, "potline_band": 0.15, "potline_window_h": 10.0}
    )
    assert changed.facts.co2_price_per_t == 90.0
    for old, new in zip(PARK.tariffs, changed.tariffs, strict=True):
        assert new.energy_price_per_mwh == pytest.approx(1.5 * old.energy_price_per_mwh)
    [line] = at_stage(changed, STAGE).potlines
    assert (line.amperage_min_ka, line.amperage_max_ka, line.heat_window_h) == (425.0, 575.0, 10.0)


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"potline_band": 0.25}, {"potline_band"}),
        ({}, {"wanted"}),
        ({"wind_mw": 1e9, "magic": 1.0, "export_price": 2.0}, {"wind_mw", "magic", "export_price"}),
        ({"wind_mw": math.nan}, {"wind_mw"}),
        ({"wind_mw": 650.0}, {"wind_mw"}),
    ],
)
def test_all_that_is_wrong_is_said_at_once(wanted: dict[str, float], fields: set[str]) -> None:
    with pytest.raises(BadInput) as caught:
        turned(PARK, STAGE, wanted)
    assert {fault.field for fault in caught.value.faults} == fields


def test_a_difference_is_after_less_before_and_the_unknown_stays_unknown() -> None:
    before = {"green_share": {"physical": 0.4, "annual": math.nan}, "price_parts": {"fuel": 3.0, "co2": 1.0}}
    after = {"green_share": {"physical": 0.55, "annual": 0.6}, "price_parts": {"fuel": 2.0, "co2": 1.5}}
    rows = {row["path"]: row for row in compared(before, after)}
    assert rows["green_share.physical"]["difference"] == pytest.approx(0.15)
    assert rows["green_share.annual"] == {
        "path": "green_share.annual",
        "before": None,
        "after": 0.6,
        "difference": None,
    }
    assert (rows["cost"]["before"], rows["cost"]["after"], rows["cost"]["difference"]) == (4.0, 3.5, -0.5)
    assert "metal_t" not in rows


def test_the_flexibility_of_several_lines_is_that_of_their_pots_by_current() -> None:
    # Lines of 120 pots at 500 kA, band 5 %, 6 h, and of 60 pots at 250 kA, band 20 %, 1 h: as 4 to 1 by pots x current.
    [line] = at_stage(PARK, STAGE).potlines
    first = replace(line, pots=120, amperage_ka=500.0, amperage_min_ka=475.0, amperage_max_ka=525.0, heat_window_h=6.0)
    second = replace(
        line, id="second", pots=60, amperage_ka=250.0, amperage_min_ka=200.0, amperage_max_ka=300.0, heat_window_h=1.0
    )
    both = replace(PARK, potlines=(first, second))
    knobs = {k.id: k for k in knobs_of(both, STAGE)}
    assert knobs["potline_band"].value == pytest.approx((4 * 0.05 + 0.2) / 5)
    assert knobs["potline_window_h"].value == pytest.approx((4 * 6 + 1) / 5)
    moved = turned(both, STAGE, {"potline_band": 0.1})
    assert [p.heat_window_h for p in moved.potlines] == [6.0, 1.0], "what is not turned stays"
    assert [p.amperage_max_ka for p in moved.potlines] == pytest.approx([550.0, 275.0])


def test_bounds_and_steps_are_those_that_people_see() -> None:
    assert (KNOBS["wind_mw"].low, KNOBS["wind_mw"].high, KNOBS["wind_mw"].step) == (0.0, 1950.0, 10.0)
    assert (KNOBS["storage_mw"].step, KNOBS["pv_mw"].step) == (2.0, 5.0)  # a fiftieth and less, as 1, 2, 5
    assert (KNOBS["energy_price"].low, KNOBS["energy_price"].high) == (0.2, 3.0)
    assert (KNOBS["potline_band"].low, KNOBS["potline_band"].high, KNOBS["potline_band"].step) == (0.0, 0.16, 0.01)
    assert KNOBS["co2_price"].high == 1000.0
    with pytest.raises(BadInput, match="nothing of it stands that could be moved"):
        turned(PARK, STAGE, {"export_price": 1.5})
