"""What stands beside a run, where it has another name or place: said on the command line, for one run each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from holin.errors import ARGUMENT, BadInput, Fault
from holin.web.places import found_at

LEDGER, PASSPORTS, HALL = ".ledger", ".passports", ".hall"

FIELDS = {LEDGER: "ledgers", PASSPORTS: "passports", HALL: "halls"}

Named = Mapping[Path, Mapping[str, Path]]
"""Run folder (resolved) -> kind -> where that stands."""


def named_beside(paths: Sequence[Path], said: Mapping[str, Sequence[Path | str]]) -> Named:
    """Return by run what was said to stand beside it: by kind texts such as `run7=books/2025.ledger`.

    The name is that of a run folder among the `paths`; where they hold one run only, the place alone is enough. Raises
    BadInput with all that name no run or no place, and with what is said twice.
    """
    runs = [place.path.resolve() for place in found_at(paths) if place.kind == "run"]
    named: dict[Path, dict[str, Path]] = {}
    faults: list[Fault] = []
    for kind, texts in said.items():
        for text in map(str, texts):
            run, path = _split(text)
            meant = [folder for folder in runs if run in ("", folder.name)]
            fault = _fault_of_run(runs, meant, run) or _fault_of_place(kind, path)
            if fault is None and kind in named.get(meant[0], {}):
                fault = f"the run {meant[0].name} has another already", "give one for each run"
            if fault is not None:
                faults.append(Fault(file=ARGUMENT, field=FIELDS[kind], value=text, problem=fault[0], right=fault[1]))
                continue
            named.setdefault(meant[0], {})[kind] = path
    if faults:
        raise BadInput(faults)
    return named


def _split(text: str) -> tuple[str, Path]:
    """Return the run's name, "" where none is said, and the place."""
    name, equals, place = text.partition("=")
    return ("", Path(text)) if not equals or "/" in name or Path(text).exists() else (name, Path(place))


def _fault_of_run(runs: Sequence[Path], meant: Sequence[Path], run: str) -> tuple[str, str] | None:
    names = ", ".join(dict.fromkeys(folder.name for folder in runs))
    if not runs:
        return "no run is served that it could belong to", "name a run folder among the paths"
    if not meant:
        return f"no run {run} is served", f"one of {names}"
    if len(meant) > 1:
        return f"{len(meant)} runs are served that it could belong to", f"say which, RUN=PATH with one of {names}"
    return None


def _fault_of_place(kind: str, path: Path) -> tuple[str, str] | None:
    if kind == LEDGER and not path.is_file():
        return "is no file", "give the file of a ledger, as holin certificates issue --ledger wrote it"
    if kind != LEDGER and not path.is_dir():
        made = "holin passport --out" if kind == PASSPORTS else "holin catalogue demo --out"
        return "is no folder", f"give a folder, as {made} wrote it"
    return None
