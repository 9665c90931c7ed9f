"""Bugs planted into the repair are caught: each makes the streams' properties, or a golden file, fail."""

import csv
import random
from collections.abc import Callable

import metering_streams as streams
import numpy as np
import pytest
from metering_parks import GOLDEN, meter_park
from test_metering_golden import CASES, written
from test_metering_streams import metered

from holin.metering import Flag, intervals, known, metering_of, read_readings, registers, spans
from holin.metering import metered as metered_table

SEEDS = range(6)


def wrong_certificates(fault: Callable[[streams.Rows, random.Random], streams.Rows]) -> int:
    """Count the hours that are certified and wrong over some streams of both manners with one fault."""
    count = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        for make in (streams.register_stream, streams.energy_stream):
            stream = make(rng, 40)
            energy, _, certifiable = streams.hours_of(metered(fault(stream.rows, rng), rng), stream)
            count += int(((energy != np.array(stream.truth_wh)) & (certifiable == 1)).sum())
    return count


def golden_failures() -> list[str]:
    failed = []
    for case in CASES:
        with (GOLDEN / case / "expect.csv").open() as stream:
            expected = list(csv.DictReader(stream))
        if written(metering_of(read_readings([GOLDEN / case / "readings.csv"], meter_park())).table) != expected:
            failed.append(case)
    return failed


@pytest.mark.parametrize("fault", streams.HARMFUL)
def test_without_a_bug_no_wrong_hour_is_certified(fault: Callable[[streams.Rows, random.Random], streams.Rows]) -> None:
    assert wrong_certificates(fault) == 0


def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (intervals, metered_table):
        monkeypatch.setattr(module, "BARRING", Flag.ESTIMATED | Flag.MISSING)


def believing_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "jumped", lambda kept, again, first: np.zeros(len(kept), dtype=bool))


@pytest.mark.parametrize(
    ("bug", "fault"),
    [(trusting, streams.bad_quality), (believing_clocks, streams.clock_back)],
)
def test_a_planted_bug_certifies_wrong_hours(bug, fault, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    assert wrong_certificates(fault) > 0


@pytest.mark.parametrize(
    ("module", "name", "value", "cases"),
    [
        (spans, "UNBELIEVED", Flag(0), {"quality_words"}),
        (registers, "ISLAND_NS", -1, {"spike"}),
        (spans, "directed", lambda value, meter: value, {"quality_words", "overlap", "clock_skew"}),
        (known, "run_on", lambda kept, meters: kept, {"contradictions"}),
        (intervals, "without_overlaps", lambda given, off: given, {"overlap"}),
        (intervals, "estimated", lambda energy, step_h: np.zeros_like(energy), {"gap_over_hours", "reset"}),
    ],
)
def test_a_planted_bug_fails_golden_files(module, name, value, cases, monkeypatch: pytest.MonkeyPatch) -> None:
    assert golden_failures() == []
    monkeypatch.setattr(metered_table if name == "without_overlaps" else module, name, value)
    assert cases <= set(golden_failures())
