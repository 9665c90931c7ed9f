"""One hour of a run: chosen by its local time, and refused when it cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from picture_sample import Sample, sample_park, sample_run

from holin.errors import BadInput
from holin.park import Bus, Outage
from holin.picture import moment_of


@pytest.fixture(scope="module")
def two_days() -> Sample:
    return sample_run(sample_park(), days=2)


def test_the_hour_is_local(two_days: Sample) -> None:
    """The run begins at 2024-12-31 16:00 UTC, which is midnight in Shanghai."""
    flows = two_days.tables["flows"]
    first = moment_of(two_days.park, flows, "2025-01-01")
    assert first.time == "2025-01-01 00:00"
    assert first.v_pu["B-SUB1-220"] == float(flows["v_pu"].sel(bus="B-SUB1-220").values[0])
    noon = moment_of(two_days.park, flows, datetime(2025, 1, 2, 12, 40))
    assert noon.time == "2025-01-02 12:00"
    assert noon.p_mw["tie"] == float(flows["p_mw"].sel(unit="tie").values[36])
    assert moment_of(two_days.park, flows, "2025-01-01T16:00+00:00").time == "2025-01-02 00:00"


def test_without_an_hour_it_is_that_of_the_highest_loading(two_days: Sample) -> None:
    flows = two_days.tables["flows"]
    busiest = int(np.nanargmax(flows["loading"].max("branch").values))
    found = moment_of(two_days.park, flows)
    assert max(found.loading.values()) == float(np.nanmax(flows["loading"].values))
    assert found == moment_of(two_days.park, flows, found.time)
    assert found.time.endswith(f"{busiest % 24:02d}:00")


@pytest.mark.parametrize("hour", ["2025-01-03", "2024-12-31 23:59", "yesterday", "", "NaT"])
def test_an_hour_that_is_not_in_the_run_is_refused_with_what_would_be_right(two_days: Sample, hour: str) -> None:
    with pytest.raises(BadInput) as caught:
        moment_of(two_days.park, two_days.tables["flows"], hour)
    [fault] = caught.value.faults
    assert (fault.file, fault.field, fault.value) == ("argument", "hour", hour)
    assert fault.right == "give a local time from '2025-01-01 00:00' to '2025-01-02 23:00'"


def test_the_run_of_another_park_is_refused(two_days: Sample) -> None:
    park = replace(two_days.park, buses=(*two_days.park.buses, Bus(id="new", v_nom_kv=10.0)))
    with pytest.raises(BadInput, match="another park or stage: 1 bus"):
        moment_of(park, two_days.tables["flows"])


def test_planned_outages_of_the_hour_are_out(two_days: Sample) -> None:
    line = two_days.park.lines[0].id
    outage = Outage(id="o", element=line, start=datetime(2025, 1, 1, 6), end=datetime(2025, 1, 1, 8))
    park = replace(two_days.park, outages=(outage,))
    flows = two_days.tables["flows"]
    assert moment_of(park, flows, "2025-01-01 07:00").out == {line}
    assert moment_of(park, flows, "2025-01-01 08:00").out == frozenset()


def test_powers_add_up_and_what_is_not_known_is_not_zero(two_days: Sample) -> None:
    found = moment_of(two_days.park, two_days.tables["flows"], "2025-01-01")
    one, other = (line.id for line in two_days.park.lines[:2])
    both = found.power_into([(one, 1), (other, -1)])
    assert both == pytest.approx(found.p_from_mw[one] + found.p_to_mw[other])
    assert np.isnan(found.power_into([("gone", 1)])) and np.isnan(found.loading_of(["gone"]))
    assert np.isnan(found.unit_mw(["gone"]))
