"""A run traced anew: as it was made, otherwise, again and again in one process, and what cannot be traced."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from holin.errors import BadInput
from holin.parkfile import read_park
from holin.store import read_run, write_run
from holin.trace import account
from holin.twin import run, saved, traced_run

CASE = Path(__file__).parent.parent / "cases" / "two_bus" / "park"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = run(read_park(CASE), start=date(2025, 1, 1), end=datetime(2025, 1, 1, 3))
    return saved(made, tmp_path_factory.mktemp("runs") / "two-bus")


def test_a_run_is_traced_as_it_was_made_and_as_asked(folder: Path) -> None:
    kept = read_run(folder).tables["trace"].load()
    assert (kept.attrs["losses"], kept.attrs["storage"]) == ("gross", "pro_rata")
    again = traced_run(folder)
    np.testing.assert_allclose(again.trace["energy_mwh"], kept["energy_mwh"], atol=1e-7)
    for losses in ("gross", "net"):
        for storage in ("pro_rata", "fifo"):
            found = traced_run(folder, losses=losses, storage=storage)
            assert (found.trace.attrs["losses"], found.trace.attrs["storage"]) == (losses, storage)
            ended = account(found.trace, by="kind").groupby("source").mwh.sum()
            # 40 MWh of wind, and 21.1111 MWh of the grid with the line's loss (tests/cases/two_bus/why.md).
            assert ended.to_dict() == pytest.approx({"wind_farm": 40, "grid": 21.1558714}, abs=1e-6)
    assert "flows" in found.run.tables
    assert found.run.tables["flows"].sizes["time"] == 3


def test_enterprises_and_hours_are_found_by_their_names(folder: Path) -> None:
    found = traced_run(folder)
    assert {found.enterprise(name) for name in ("E1", "Foil works", "铝箔厂")} == {"E1"}
    assert found.hour(datetime(2025, 1, 1, 2)) == np.datetime64("2024-12-31T18:00")
    with pytest.raises(BadInput, match="give one of E1"):
        found.enterprise("L1")
    with pytest.raises(BadInput, match="2025-01-01 00:00 to 2025-01-01 02:00"):
        found.hour(datetime(2025, 1, 1, 3))


def test_a_run_without_flows_cannot_be_traced(folder: Path, tmp_path: Path) -> None:
    whole = read_run(folder)
    tables = {name: whole.tables[name].load() for name in ("demand", "schedule")}
    part = write_run(
        tmp_path / "part", park_folder=whole.park_folder, tables=tables, summary={}, manifest={}, time_zone="UTC"
    )
    with pytest.raises(BadInput, match="has no table flows and no stage, and cannot be traced"):
        traced_run(part)
