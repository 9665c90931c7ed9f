"""The heat of the pots along a schedule, for charts and tables: the figures are those the schedule was checked with."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from test_pots import park_of, window_of

from holin.dispatch import ahead_figures, dispatch_ahead, pot_courses, pot_summary
from holin.park import HeatControl, Outage
from holin.potline import metal_t_per_h

STEPS = 12
SHOWN = ("bath_temp_c", "superheat_min_c", "superheat_max_c", "ledge_m", "metal_t")


def test_the_course_is_the_heat_that_the_schedule_was_checked_with() -> None:
    made = dispatch_ahead(window_of(park_of(HeatControl.CONVENTIONAL), 24))
    (course,) = pot_courses(made, STEPS).values()
    for name in SHOWN:
        assert course[name].values == pytest.approx(made.ahead[name].values[:STEPS, 0], abs=1e-9)
    assert course.power_mw.values == pytest.approx(-made.schedule.p_mw.sel(unit="P").values[:STEPS])
    assert bool(course.in_window.all()) and np.ptp(course.bath_temp_c.values) > 0.1
    plain = ahead_figures(made, STEPS)["schedule"]["potline"]["P"]
    assert plain["ledge_cm"] == pytest.approx(100 * course.ledge_m.values) and len(plain["metal_t"]) == STEPS
    (row,) = pot_summary(made, STEPS)
    assert row["superheat_c"] == [course.superheat_min_c.values.min(), course.superheat_max_c.values.max()]
    assert row["superheat_window_c"] == [5.0, 15.0] and row["ledge_window_cm"] == pytest.approx([2.0, 12.0])
    potline = made.window.case.park.potlines[0]
    nominal_t = STEPS * float(metal_t_per_h(potline, np.array(potline.amperage_ka)))
    assert row["metal_nominal_t"] == pytest.approx(nominal_t)
    assert row["metal_t"] == pytest.approx(course.metal_t.values.sum()) and row["metal_t"] < 1.05 * nominal_t


def test_in_an_outage_nothing_is_known_and_nothing_is_nominal() -> None:
    works = Outage(id="works", element="P", start=datetime(2025, 3, 3, 4), end=datetime(2025, 3, 3, 8))
    park = park_of(HeatControl.CONVENTIONAL)
    made = dispatch_ahead(window_of(replace(park, outages=(works,)), 24))
    (course,) = pot_courses(made, STEPS).values()
    out = np.zeros(STEPS, dtype=bool)
    out[4:8] = True
    assert np.array_equal(np.isnan(course.bath_temp_c.values), out) and (course.power_mw.values[out] == 0).all()
    (row,) = pot_summary(made, STEPS)
    potline = park.potlines[0]
    assert row["metal_nominal_t"] == pytest.approx(8 * float(metal_t_per_h(potline, np.array(potline.amperage_ka))))
    assert None not in row["superheat_c"]
