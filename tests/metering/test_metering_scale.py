"""Energies that look like MWh in a column of kWh: which devices are named, and which are not."""

from pathlib import Path

import pytest
from metering_parks import meter_park, write_rows

from holin.metering import Scale, far_below_nominal, metering_of, read_readings


def named(folder: Path, meter: str, way: str, kwh: float, minutes: int = 60) -> list[Scale]:
    """What is found of one reading beside one without energy; the step is the reading's."""
    rows = [
        {"meter": meter, "time": f"2025-03-03 0{h}:00Z", f"e_{way}_kwh": e, "interval_min": minutes, "kind": "metered"}
        for h, e in enumerate((0, kwh))
    ]
    readings = read_readings([write_rows(folder / "r.csv", rows)], meter_park())
    return far_below_nominal(readings, metering_of(readings, step_h=minutes / 60))


@pytest.mark.parametrize(
    ("meter", "way", "kwh", "minutes", "suspect"),
    [
        ("W", "out", 9.0, 60, True),  # 9 MWh of 10 MW
        ("W", "out", 21.0, 60, False),  # above 0.2 % of 10 MW
        ("W", "out", 4.0, 15, True),  # 16 kW
        ("W", "out", 6.0, 15, False),  # 24 kW
        ("W", "out", 0.0, 60, False),  # calm
        ("W", "in", 9.0, 60, False),  # a calm farm takes a little
        ("L", "in", 18.0, 60, True),  # 18 MWh of 20 MW
        ("G", "out", 9.0, 60, False),  # a connection that is hardly used
        ("S", "out", 4.0, 60, True),
    ],
)
def test_what_looks_like_mwh(
    tmp_path: Path, meter: str, way: str, kwh: float, minutes: int, suspect: bool
) -> None:  # fmt: skip
    found = named(tmp_path, meter, way, kwh, minutes)
    assert [s.device for s in found] == ([meter] if suspect else [])
    assert all(s.p_max_mw == pytest.approx(kwh / 1000 / (minutes / 60)) for s in found)
