"""Other tools' files in and out: a file to a park folder, a stage of a park to a file."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from holin.errors import BadInput, Fault
from holin.flow import flow, snapshot
from holin.formats import READERS, WRITERS, Imported
from holin.park import Park, at_stage, stage_of
from holin.parkfile import faults_of_park, read_park, write_park


@dataclass(frozen=True, kw_only=True)
class Brought:
    """An import: what was read, and the warnings that `holin check` has of the park that was written."""

    imported: Imported
    warnings: tuple[Fault, ...]


def bring(format_: str, source: str | Path, park: str | Path) -> Brought:
    """Read a file of a format (a key of `READERS`) and write it as a park folder or workbook.

    Raises BadInput with all faults of the file, or of the park that it would make, which then say so; then nothing is
    written.
    """
    imported = READERS[format_](source)
    with tempfile.TemporaryDirectory() as beside:
        try:
            faults = faults_of_park(write_park(imported.park, Path(beside) / "park"))
        except BadInput as error:
            faults = list(error.faults)
    errors = [f for f in faults if f.severity == "error"]
    if errors:
        name = Path(source).name
        raise BadInput([dataclasses.replace(f, file=f"{name} as a park: {f.file}") for f in errors])
    write_park(imported.park, park)
    return Brought(imported=imported, warnings=tuple(faults))


def export(format_: str, park: Park | str | Path, target: str | Path, *, stage: str | None = None) -> list[str]:
    """Write a stage of a park as a file of a format (a key of `WRITERS`) and return what it leaves out, in words.

    The file holds one state, the flow of the park's snapshot; where that has no solution, the snapshot's powers alone.
    Raises BadInput where the target exists already.
    """
    whole = park if isinstance(park, Park) else read_park(park)
    frozen = at_stage(whole, stage_of(whole, stage))
    plan = snapshot(frozen)
    state = flow(frozen, plan).isel(time=0)
    planned = _of_units(plan.isel(time=0)["p_mw"])
    if not float(state["converged"]):
        return WRITERS[format_](frozen, target, p_mw=planned)
    loads = {load.id for load in frozen.loads}  # a format has the power that a load takes at nominal voltage
    p_mw = {u: planned[u] if u in loads else p for u, p in _of_units(state["p_mw"]).items()}
    q_mvar = {u: q for u, q in _of_units(state["q_mvar"]).items() if u not in loads}
    return WRITERS[format_](frozen, target, p_mw=p_mw, q_mvar=q_mvar)


def _of_units(column: xr.DataArray) -> dict[str, float]:
    return dict(zip(map(str, column["unit"].values), column.values.tolist(), strict=True))
