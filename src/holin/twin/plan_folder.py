"""The folder of a plan: free before anything is solved, and with a park that can be read again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park
from holin.parkfile import faults_of_park, write_park


def free_folder(folder: str | Path) -> Path:
    """Return the folder for a plan; raises BadInput where it holds files already, or is one."""
    where = Path(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        problem = "holds files already" if where.is_dir() else "is a file"
        right = "name another folder, or remove this one"
        raise BadInput([Fault(file=ARGUMENT, field="folder", value=str(where), problem=problem, right=right)])
    return where


def written_park(park: Park, path: str | Path) -> Path:
    """Write a park to a folder and return it. Raises BadInput, and writes nothing, where it could not be read again."""
    with TemporaryDirectory() as beside:
        wrong = [f for f in faults_of_park(write_park(park, Path(beside) / "park")) if f.severity == "error"]
    if wrong:
        raise BadInput(wrong)
    return write_park(park, path)
