"""One file per job: written whole or not at all, sealed, and not believed when damaged."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.jobs.answer import Status
from holin.jobs.plain import canonical

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """What stands in a job's file. `hash` is that of its work, arguments and Holin's version.

    `result` is there where `status` is done, `error` (kind, text and, for an unexpected one, place) where it is not.
    """

    id: str
    hash: str
    status: Status
    arguments: dict[str, Any]
    result: dict[str, Any] | None
    error: dict[str, str] | None
    work: str
    holin: str
    wall_s: float
    tries: int


FIELDS = tuple(JobResult.__dataclass_fields__)


class DamagedFile(Exception):
    """A result's file cannot be trusted; the text says why."""


def path_of(folder: Path, id: str) -> Path:
    """Return where a job's result stands."""
    return folder / f"{id}.json"


def write_result(folder: Path, result: JobResult) -> None:
    """Write a result beside its place, sync it and rename it: its file is the old one, or the new one, or none."""
    content = {"format": FORMAT, **{name: getattr(result, name) for name in FIELDS}}
    content["seal"] = _seal_of(content)
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    handle, temporary = tempfile.mkstemp(prefix=f".{result.id}.", suffix=".partial", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path_of(folder, result.id))
        _sync_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def trusted(folder: Path, id: str) -> JobResult | None:
    """Return a job's result, None where there is no file. Raises DamagedFile where it is not what was written."""
    try:
        content = json.loads(path_of(folder, id).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedFile(f"it cannot be read: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DamagedFile("it is not the result of a job")
    if content.get("seal") != _seal_of(content) or set(content) != {"format", "seal", *FIELDS}:
        raise DamagedFile("its content was changed after it was written")
    if content["id"] != id:
        raise DamagedFile(f"it holds the result of {content['id']}")
    return JobResult(**{name: content[name] for name in FIELDS} | {"status": Status(content["status"])})


def _seal_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({k: v for k, v in content.items() if k != "seal"}).encode()).hexdigest()


def put_aside(folder: Path, id: str) -> str:
    """Rename a damaged file to one that no run reads, and return its new name."""
    path = path_of(folder, id)
    names = (f"{path.name}.damaged" + (f"-{n}" if n else "") for n in range(10_000))
    aside = next(folder / name for name in names if not (folder / name).exists())
    path.rename(aside)
    return aside.name


def read_result(folder: Path | str, id: str) -> JobResult:
    """Return the result of one job. Raises BadInput where there is none or its file is damaged."""
    try:
        result = trusted(Path(folder), id)
        problem, right = "there is no such result", "run the sweep, or give one of the ids in the folder"
    except DamagedFile as error:
        result, problem, right = None, f"the file is damaged: {error}", "run the sweep again; it does this one anew"
    if result is None:
        raise BadInput([Fault(file=str(path_of(Path(folder), id)), problem=problem, right=right)])
    return result


def read_results(folder: Path | str, ids: Iterable[str]) -> Iterator[JobResult]:
    """Yield the results of these jobs one after the other, such as those of an `Outcome`; one at a time is in memory.

    Raises BadInput at the first that is missing or damaged.
    """
    for id in ids:
        yield read_result(folder, id)
