"""The days of the year of a potline's pots: one run of the full model over what a replay drew, day by local day."""

from datetime import date

import numpy as np
import pytest
from potline_year import days_of, rows

from holin.park import at_stage
from holin.parkfile import read_park, reference_park
from holin.potline.heat import pot_of, simulate_heat
from holin.twin import replay


@pytest.fixture(scope="module")
def made():
    park = read_park(reference_park("huolinguole"))
    return replay(
        park, stage="2025", start=date(2025, 3, 3), end=date(2025, 3, 5), method="perfect", lookahead_h=12,
        redispatch_h=24,
    )  # fmt: skip


def test_a_days_extremes_are_those_of_one_run_and_its_windows_end_where_that_run_does(made):
    line = next(p for p in at_stage(made.park, made.stage).potlines if p.id == "potline-1a")
    days = days_of(made, line)
    assert [str(d)[:10] for d in days.day.values] == ["2025-03-03", "2025-03-04"]
    run = simulate_heat(pot_of(line), -made.schedule.p_mw.sel(unit=line.id).values, step_h=1.0)
    assert days.superheat_min_c.values == pytest.approx(run.steps.superheat_min_c.values.reshape(2, 24).min(axis=1))
    assert days.ledge_max_m.values == pytest.approx(run.steps.ledge_m.values.reshape(2, 24).max(axis=1))
    # The state handed from window to window is that of the run that knows no windows.
    assert made.state_out.potline[line.id].heat.ledge_m == pytest.approx(float(run.state.ledge_m), abs=1e-9)
    table = rows(made, line, days)
    assert np.allclose(table.to_cold_c, days.superheat_min_c.values - 5.0, atol=1e-4)
    assert (table.duties_broken == 0).all()
    assert (table.filter(like="to_") > 0).all(axis=None)
