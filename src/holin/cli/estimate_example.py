"""A first file of measurements: what meters everywhere would show of a park's own state, or of a run's hours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from holin.cli.grid_state import grid_state, wrong

if TYPE_CHECKING:
    from holin.cli.grid_state import GridState

NOISE_SEED = 1


def write_example(file: Path, park: str, stage: str | None, run: Path | None, hours: str | None) -> tuple[int, int]:
    """Write the file; return how many meters and moments it has. Raises BadInput where there is one already."""
    from holin.columns import Basis
    from holin.flow import flow, measured_flow
    from holin.parkfile import write_measurements

    if file.exists():
        raise wrong("--example", str(file), "the file is already there", "name a new file")
    if not file.resolve().parent.is_dir():
        raise wrong("--example", str(file), "its folder is not there", "make the folder first")
    state: GridState = grid_state(park, stage, run, hours)
    table = measured_flow(state.park, flow(state.park, state.schedule), seed=NOISE_SEED)
    write_measurements(table, file, time_zone=state.park.facts.time_zone, basis=Basis.SYNTHETIC)
    return table.sizes["measurement"], table.sizes["time"]
