"""A desk: jobs of many kinds that wait, run a few at once each in its own process, tell how far they are, and end.

A pool (`run_jobs`) does many jobs of one kind and comes back with all of them; a desk takes one now and one later, and
whoever asks sees how they stand.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from holin.errors import BadInput
from holin.jobs.answer import Status
from holin.jobs.apart import AloneWork, End, Step, error_said, packed_apart, work_apart
from holin.jobs.sole_writer import sole_writer
from holin.jobs.worker import one_thread_each

AT_ONCE = 2
GRACE_S = 4.0
"""So long a job may take to hear that it is cancelled: a solver gives back control only now and then."""

KEPT = 60
"""So many jobs are remembered after their end."""

DESK = "desk-"
"""How the folder of a desk begins."""

SPAWN = multiprocessing.get_context("spawn")


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    CANCELLED = "cancelled"


NO_STEP = Step(what="", share=0.0)

ENDED = frozenset({State.DONE, State.FAILED, State.LOST, State.CANCELLED})

Publish = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
"""Called with the job's folder and its result once it is done; what it returns is added to the result."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """How a job stands. `about` says what it is, in plain values; `change` counts all changes at the desk.

    `result` is there when it is done, `error` (kind, text by language, faults) when it failed.
    """

    id: str
    key: str
    about: Mapping[str, Any]
    asked: datetime
    state: State = State.WAITING
    step: Step = NO_STEP
    began: datetime | None = None
    ended: datetime | None = None
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    change: int = 0


@dataclass(eq=False, kw_only=True)
class _Job:
    ticket: Ticket
    work: AloneWork
    arguments: Mapping[str, Any]
    publish: Publish | None
    folder: Path | None = None
    process: BaseProcess | None = None
    pipe: Connection | None = None
    stopping: bool = False
    over: threading.Event = field(default_factory=threading.Event)


class Desk:
    """Takes jobs, `at_once` of them at work; the others wait in their order. Threads may ask at once.

    Each job gets a folder of its own below `folder`, which is emptied when the job is not done, and given up by
    `forget`; what desks that were killed have left there is removed. Without a `folder` it is one of the system's.
    """

    def __init__(self, folder: Path | str | None = None, *, at_once: int = AT_ONCE) -> None:
        self.session = secrets.token_hex(4)
        self.closing = False
        self._place = Path(folder) if folder is not None else None
        self._root: Path | None = None
        self._held = contextlib.ExitStack()
        self._at_once = at_once
        self._jobs: dict[str, _Job] = {}
        self._changes = 0
        self._lock = threading.RLock()

    # ---- what stands ------------------------------------------------------------------------------------------------

    @property
    def changes(self) -> int:
        """How many changes there were in all."""
        return self._changes

    def tickets(self, since: int = 0) -> list[Ticket]:
        """Return the jobs that changed after a change, in the order in which they were asked for."""
        with self._lock:
            return [job.ticket for job in self._jobs.values() if job.ticket.change > since]

    def ticket(self, id: str) -> Ticket | None:
        """Return how a job stands, None where there is none of that id."""
        with self._lock:
            job = self._jobs.get(id)
            return None if job is None else job.ticket

    def folder_of(self, id: str) -> Path | None:
        """Return where a job that is done has written, None where nothing of it is kept."""
        with self._lock:
            job = self._jobs.get(id)
            return None if job is None else job.folder

    # ---- what is asked ----------------------------------------------------------------------------------------------

    def ask(
        self,
        work: AloneWork,
        arguments: Mapping[str, Any],
        *,
        about: Mapping[str, Any],
        key: str = "",
        publish: Publish | None = None,
    ) -> Ticket:
        """Take a job, which begins when there is room. One with the same `key` that has not ended is that job.

        `publish` puts what a finished job wrote in its place; then its folder is given up.
        """
        with self._lock:
            same = next((j for j in self._jobs.values() if key and j.ticket.key == key and not _has_ended(j)), None)
            if same is not None:
                return same.ticket
            ticket = Ticket(id=secrets.token_hex(8), key=key, about=dict(about), asked=datetime.now(UTC))
            job = _Job(ticket=ticket, work=work, arguments=dict(arguments), publish=publish)
            self._jobs[ticket.id] = job
            self._say(job)
            self._forget_old()
            self._begin()
            return job.ticket

    def cancel(self, id: str) -> Ticket | None:
        """Stop a job and wait until it has ended; one that has ended stays as it is."""
        with self._lock:
            job = self._jobs.get(id)
            if job is None:
                return None
            if job.ticket.state is State.WAITING:
                self._end(job, End(status="cancelled"))
            elif job.ticket.state is State.RUNNING and not job.stopping:
                job.stopping = True
                threading.Thread(target=_stop, args=(job,), daemon=True).start()
        job.over.wait(2 * GRACE_S)
        return job.ticket

    def forget(self, id: str) -> bool:
        """Give up a job that has ended, with what it wrote; return whether there was one."""
        with self._lock:
            job = self._jobs.get(id)
            if job is None or not _has_ended(job):
                return False
            self._empty(job)
            del self._jobs[id]
            self._changes += 1
            return True

    def taken(self, id: str, result: Mapping[str, Any]) -> Ticket:
        """Say where what a job wrote was put, which is added to its result; its folder is given up."""
        with self._lock:
            job = self._jobs[id]
            self._empty(job)
            self._say(job, result={**(job.ticket.result or {}), **result})
            return job.ticket

    def close(self) -> None:
        """Stop all jobs and wait until they have ended; nothing of them is left but what was published."""
        self.closing = True
        with self._lock:
            jobs = list(self._jobs.values())
            for job in jobs:
                if job.ticket.state is State.WAITING:
                    self._end(job, End(status="cancelled"))
        stoppers = [threading.Thread(target=self.cancel, args=(job.ticket.id,)) for job in jobs]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()
        for job in jobs:
            self._empty(job)
        self._held.close()

    # ---- how it goes on ---------------------------------------------------------------------------------------------

    def _say(self, job: _Job, **changed: Any) -> None:
        with self._lock:
            self._changes += 1
            job.ticket = replace(job.ticket, **changed, change=self._changes)

    def _begin(self) -> None:
        with self._lock:
            running = sum(job.ticket.state is State.RUNNING for job in self._jobs.values())
            for job in list(self._jobs.values()):
                if self.closing or running >= self._at_once:
                    return
                if job.ticket.state is State.WAITING:
                    running += 1
                    self._say(job, state=State.RUNNING, began=datetime.now(UTC))
                    threading.Thread(target=self._keep, args=(job,), daemon=True).start()

    def _keep(self, job: _Job) -> None:
        """See one job through, from its start to its end."""
        try:
            end = self._worked(job)
            if end.status is Status.DONE and job.publish is not None and job.folder is not None:
                end = replace(end, result={**(end.result or {}), **job.publish(job.folder, end.result or {})})
                self._empty(job)
        except Exception as error:  # its own words are the job's: the desk goes on
            end = End(status=Status.LOST, error=error_said(error))
        self._end(job, end)
        self._begin()

    def _worked(self, job: _Job) -> End:
        job.folder = self._new_folder()
        near, far = SPAWN.Pipe()
        payload = packed_apart(job.work, job.folder, job.arguments)
        process = SPAWN.Process(target=work_apart, args=(far, payload), daemon=True)
        with one_thread_each():
            process.start()
        far.close()
        job.process, job.pipe = process, near
        end = None
        with contextlib.suppress(EOFError, OSError):
            while not isinstance(end, End):
                end = near.recv()
                if isinstance(end, Step):
                    self._say(job, step=end)
        process.join(GRACE_S)
        process.kill()
        process.join()
        near.close()
        if isinstance(end, End):
            return end
        if job.stopping:
            return End(status="cancelled")
        said = f"its process ended with code {process.exitcode}, perhaps for want of memory"
        return End(status=Status.LOST, error={"kind": "WorkerDied", "text": {"en": said, "zh": said}, "faults": []})

    def _new_folder(self) -> Path:
        with self._lock:
            if self._root is None:
                self._root = self._opened()
            return Path(tempfile.mkdtemp(prefix="job-", dir=self._root))

    def _opened(self) -> Path:
        """Return this desk's own folder, which no other desk touches while it lives."""
        if self._place is not None:
            self._place.mkdir(parents=True, exist_ok=True)
            for other in self._place.glob(f"{DESK}*"):
                with contextlib.suppress(BadInput, OSError), sole_writer(other):
                    shutil.rmtree(other, ignore_errors=True)
        root = Path(tempfile.mkdtemp(prefix=DESK, dir=self._place))
        self._held.callback(shutil.rmtree, root, ignore_errors=True)
        self._held.enter_context(sole_writer(root))
        return root

    def _end(self, job: _Job, end: End) -> None:
        with self._lock:
            if _has_ended(job):
                return
            if end.status is not Status.DONE:
                self._empty(job)
            state = State(str(end.status))
            self._say(job, state=state, ended=datetime.now(UTC), result=end.result, error=end.error)
        job.over.set()

    def _empty(self, job: _Job) -> None:
        if job.folder is not None:
            shutil.rmtree(job.folder, ignore_errors=True)
            job.folder = None

    def _forget_old(self) -> None:
        ended = [job.ticket.id for job in self._jobs.values() if _has_ended(job)]
        for id in ended[: max(0, len(ended) - KEPT)]:
            self.forget(id)


def _has_ended(job: _Job) -> bool:
    return job.ticket.state in ENDED


def _stop(job: _Job) -> None:
    """Tell a job to stop; end its process where that does not come through."""
    deadline = time.monotonic() + GRACE_S
    while job.pipe is None and not job.over.is_set() and time.monotonic() < deadline:
        time.sleep(0.01)
    if job.pipe is not None:
        with contextlib.suppress(OSError):
            job.pipe.send("stop")
    if not job.over.wait(GRACE_S) and job.process is not None:
        job.process.kill()
