"""Small files of readings with results worked by hand; each folder says why."""

import csv
from pathlib import Path

import numpy as np
import pytest
from metering_parks import GOLDEN, meter_park

from holin.metering import flags_in, metering_of, read_readings

CASES = sorted(p.name for p in GOLDEN.iterdir())


def written(table) -> list[dict[str, str]]:
    return [
        {
            "time": str(time.astype("datetime64[m]")),
            "device": str(device),
            **{c: f"{one[c]:.10g}" for c in ("energy_out_wh", "energy_in_wh", "coverage")},
            "flags": ";".join(str(f.name) for f in flags_in(int(one["flags"]))),
            "certifiable": f"{one['certifiable']:g}",
        }
        for time in table["time"].values
        for device in table["device"].values
        for one in [{c: float(table[c].sel(time=time, device=device)) for c in table.data_vars}]
    ]


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    folder: Path = GOLDEN / case
    with (folder / "expect.csv").open() as stream:
        expected = list(csv.DictReader(stream))
    table = metering_of(read_readings([folder / "readings.csv"], meter_park())).table
    assert written(table) == expected
    assert table.attrs["kind"] == "metered" and table.attrs["step_h"] == 1.0
    assert not np.any(table["energy_out_wh"].values[table["certifiable"].values == 1] % 1)
