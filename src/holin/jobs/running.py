"""The run of many jobs: what stands is kept, the rest is done, and every answer is written as it comes."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault
from holin.jobs.answer import Answer, Beat, Job, Status, Work
from holin.jobs.fingerprint import fingerprint
from holin.jobs.plain import plain
from holin.jobs.pool import answers_of_pool
from holin.jobs.progress import Outcome, Progress
from holin.jobs.result_files import DamagedFile, JobResult, put_aside, trusted, write_result
from holin.jobs.sole_writer import sole_writer
from holin.jobs.worker import packed

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
TRIES = 3


def run_jobs(
    tasks: Mapping[str, Mapping[str, Any]],
    work: Work,
    folder: Path | str,
    *,
    shared: Mapping[str, Any] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    tries: int = TRIES,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Do `work(**shared, **arguments)` for each task (id -> arguments) and write each result as `folder/ID.json`.

    `work` is a function of a module that the workers can import, and returns a mapping that JSON can hold. `arguments`
    are what JSON can hold too, and stand in the file; `shared` (such as a park and its weather) may be anything that
    `fingerprint` and pickle take, travels once to each worker and stands in the file by its hash only.

    A result in the folder is kept where work, arguments, `shared` and Holin's version are the same (its hash), and it
    is not `lost`; others are done anew, and damaged files put aside as `ID.json.damaged`. Files of other ids are left
    alone. Where Holin itself was changed without a new version, take a new folder.

    A HolinError of the work (such as Infeasible) is an answer, `failed`. A worker that dies loses nothing: its job is
    tried `tries` times in all on fresh workers, then it is `lost`, as is a job that ends in an unexpected exception.

    Without `scheduler` the workers are `workers` fresh processes of this machine (None: one per core), one thread
    each. With it (an address like tcp://host:8786) they are those of a Dask cluster, and `workers` and `tries` are
    Dask's own matter. This process alone writes the files: the workers may be on machines without the folder. No
    result is kept in memory.

    `on_progress` is called after each answer and twice a second between; raising in it, or Ctrl-C, cancels: what is
    finished is written, the pool's processes are ended. Raises BadInput for ids, arguments or works that cannot be,
    for a folder that another run writes to and for a scheduler that does not answer; HolinError where workers cannot
    start or the scheduler is lost.
    """
    target, common = Path(folder), dict(shared or {})
    _demand_sound(tasks, work, common, workers, tries, scheduler)
    hashes = _hashes_of(tasks, work, common)
    target.mkdir(parents=True, exist_ok=True)
    with sole_writer(target):
        ends, damaged = _standing(target, hashes)
        kept = frozenset(ends)
        jobs = (Job(id=id, arguments=arguments) for id, arguments in tasks.items() if id not in kept)
        left = len(tasks) - len(kept)
        counts = Counter(ends.values())
        tell = partial(_tell, on_progress, len(tasks), counts, len(kept))
        tell(0)
        if left:
            payload = packed(work, common)
            with closing(_beats(jobs, payload, min(workers or _cores(), left), tries, scheduler)) as beats:
                for answer, at_work in beats:
                    if answer is not None:
                        write_result(target, _result_of(answer, hashes[answer.id], tasks[answer.id], work))
                        ends[answer.id] = answer.status
                        counts[answer.status] += 1
                    tell(at_work)
    by_status = {status: tuple(id for id in tasks if ends[id] is status) for status in Status}
    return Outcome(
        folder=target,
        done=by_status[Status.DONE],
        failed=by_status[Status.FAILED],
        lost=by_status[Status.LOST],
        kept=tuple(id for id in tasks if id in kept),
        damaged=tuple(damaged),
    )


def _beats(jobs: Iterator[Job], payload: bytes, workers: int, tries: int, scheduler: str | None) -> Generator[Beat]:
    if scheduler is None:
        return answers_of_pool(jobs, payload, workers=workers, tries=tries)
    from holin.jobs.dask_pool import answers_of_dask

    return answers_of_dask(jobs, payload, scheduler=scheduler)


def _cores() -> int:
    """The cores that this process may use, where the system tells."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _tell(
    on_progress: Callable[[Progress], None] | None, total: int, counts: Counter[Status], kept: int, workers: int
) -> None:
    if on_progress is not None:
        done, failed, lost = (counts[status] for status in Status)
        on_progress(Progress(total=total, done=done, failed=failed, lost=lost, kept=kept, workers=workers))


def _standing(folder: Path, hashes: Mapping[str, str]) -> tuple[dict[str, Status], list[str]]:
    """Return how the jobs ended whose results may be kept, and the new names of damaged files."""
    ends: dict[str, Status] = {}
    damaged = []
    for id, expected in hashes.items():
        try:
            result = trusted(folder, id)
        except DamagedFile:
            damaged.append(put_aside(folder, id))
            continue
        if result is not None and result.hash == expected and result.status is not Status.LOST:
            ends[id] = result.status
    return ends, damaged


def _name_of(work: Work) -> str:
    return f"{work.__module__}:{work.__qualname__}"


def _hashes_of(tasks: Mapping[str, Mapping[str, Any]], work: Work, shared: Mapping[str, Any]) -> dict[str, str]:
    common = fingerprint(shared)
    made_by = [_name_of(work), importlib.metadata.version("holin"), common]
    return {id: fingerprint([*made_by, arguments]) for id, arguments in tasks.items()}


def _result_of(answer: Answer, hash: str, arguments: Mapping[str, Any], work: Work) -> JobResult:
    return JobResult(
        id=answer.id,
        hash=hash,
        status=answer.status,
        arguments=plain(arguments),
        result=answer.result,
        error=answer.error,
        work=_name_of(work),
        holin=importlib.metadata.version("holin"),
        wall_s=round(answer.wall_s, 6),
        tries=answer.tries,
    )


def _demand_sound(
    tasks: Mapping[str, Mapping[str, Any]],
    work: Work,
    shared: Mapping[str, Any],
    workers: int | None,
    tries: int,
    scheduler: str | None,
) -> None:
    faults = [*_faults_of_work(work, scheduler), *_faults_of_tasks(tasks)]
    counts = {"workers": 1 if workers is None else workers, "tries": tries}
    faults += [_fault(name, str(n), "not a number above 0", "give 1 or more") for name, n in counts.items() if n < 1]
    try:
        fingerprint(shared)
    except TypeError as error:
        faults.append(_fault("shared", ", ".join(shared), str(error), "hand over tables, dataclasses and plain values"))
    if faults:
        raise BadInput(faults)


def _fault(field: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file=ARGUMENT, field=field, value=value, problem=problem, right=right)


def _faults_of_work(work: Work, scheduler: str | None) -> list[Fault]:
    """A function that another process cannot find by its name cannot be sent to it; a script is its own module."""
    module, name = getattr(work, "__module__", None), getattr(work, "__qualname__", None)
    found = getattr(importlib.import_module(module), name, None) if module and name and "." not in name else None
    if found is work and not (scheduler and module == "__main__"):
        return []
    return [_fault("work", repr(work), "other processes cannot find it", "give a function of a module, by its name")]


def _faults_of_tasks(tasks: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    faults: list[Fault] = []
    folded: dict[str, str] = {}
    for id, arguments in tasks.items():
        if not ID.fullmatch(id):
            right = "letters, digits, '-', '_' and '.', at most 100, a letter or digit first: it names a file"
            faults.append(_fault("id", id, "not an id", right))
        if other := folded.get(id.casefold()):
            faults.append(_fault("id", id, f"differs from {other} by case only", "some disks take both for one file"))
        folded[id.casefold()] = id
        try:
            json.dumps(plain(arguments), allow_nan=False)
        except (TypeError, ValueError) as error:
            faults.append(_fault("arguments", id, str(error), "give plain values: numbers, texts, lists, mappings"))
    return faults
