"""How green each enterprise is by the hour, by hand."""

import numpy as np
import xarray as xr

from holin.summary import green_hours


def test_shares_by_hand() -> None:
    """The mill takes 3 of wind and 1 of coal, then nothing; the works 2 of coal. The storage is no enterprise's use."""
    energy = np.zeros((2, 2, 3))
    energy[0, :, 0] = 3.0, 1.0
    energy[:, 1, 1] = 2.0
    energy[:, 0, 2] = 9.0
    trace = xr.Dataset(
        {"energy_mwh": (("time", "source", "sink"), energy)},
        coords={
            "time": np.array(["2025-01-01T00", "2025-01-01T01"], dtype="datetime64[ns]"), "source": ["wind", "coal"],
            "green": ("source", [True, False]), "sink": ["a", "b", "tank"],
            "sink_kind": ("sink", ["load", "load", "storage"]), "enterprise": ("sink", ["mill", "works", ""]),
        },
    )  # fmt: skip
    found = green_hours(trace)
    assert set(found) == {"mill", "works"}
    assert found["mill"][0] == 0.75 and np.isnan(found["mill"][1])
    assert found["works"].tolist() == [0.0, 0.0]
