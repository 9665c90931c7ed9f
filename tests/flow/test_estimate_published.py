"""The case folder of a published estimate, as a user would ask for it: a park folder and a file of measurements."""

import json
from pathlib import Path

import numpy as np
import pytest

from holin.flow import estimate, observability
from holin.park import at_stage, stage_of
from holin.parkfile import read_measurements, read_park

CASE = Path(__file__).parent.parent / "cases" / "abur_exposito_3"


def test_the_state_is_the_published_one() -> None:
    """A. Abur, A. Gómez Expósito 2004, example 2.2; see why.md of the case."""
    expected = json.loads((CASE / "expect.json").read_text())
    tolerance = json.loads((CASE / "tolerance.json").read_text())["absolute"]
    whole = read_park(CASE / "park")
    park = at_stage(whole, stage_of(whole))
    measurements = read_measurements(CASE / "measurements.csv", park)
    answer = estimate(park, measurements)
    for bus, v in expected["estimate"]["v_pu"].items():
        assert float(answer["v_pu"].sel(bus=bus).values[0]) == pytest.approx(v, abs=tolerance)
    for bus, angle in expected["estimate"]["v_angle_deg"].items():
        found = np.degrees(float(answer["v_angle_rad"].sel(bus=bus).values[0]))
        assert found == pytest.approx(angle, abs=tolerance)
    assert answer["degrees_of_freedom"].values[0] == expected["degrees_of_freedom"]
    assert answer["flagged"].values[0] == expected["flagged"] and answer["quality"].values[0] == 2
    assert observability(park, measurements).observable
