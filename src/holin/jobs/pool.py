"""The pool: fresh processes of this machine, each with its own pipe, so that one that dies loses its own job only.

`concurrent.futures` breaks the whole pool when one process dies and cannot say which job killed it; here the dead
worker's job is known, is tried again on a fresh worker, and no other job notices.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from holin.errors import HolinError
from holin.jobs.answer import Answer, Beat, Job, lost
from holin.jobs.worker import one_thread_each, serve

HEARTBEAT_S = 0.5
SPAWN = multiprocessing.get_context("spawn")


@dataclass(eq=False, kw_only=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: Job | None = None
    ready: bool = False


@dataclass(eq=False, kw_only=True)
class _Pool:
    """The workers at work and the jobs that wait, those to be tried again first."""

    waiting: Iterator[Job]
    payload: bytes
    tries: int
    workers: list[_Worker] = field(default_factory=list)
    again: list[Job] = field(default_factory=list)
    tried: dict[str, int] = field(default_factory=dict)
    false_starts: int = 0
    dry: bool = False

    def start(self) -> None:
        near, far = SPAWN.Pipe()
        process = SPAWN.Process(target=serve, args=(far, self.payload), daemon=True)
        with one_thread_each():
            process.start()
        far.close()
        self.workers.append(_Worker(process=process, pipe=near))

    def next_job(self) -> Job | None:
        job = self.again.pop() if self.again else next(self.waiting, None)
        self.dry = self.dry or job is None
        return job

    def hand_out(self, worker: _Worker) -> bool:
        """Give a free worker its next job; False where there is none, and the worker may go."""
        worker.job = self.next_job()
        if worker.job is None:
            return False
        self.tried[worker.job.id] = self.tried.get(worker.job.id, 0) + 1
        with contextlib.suppress(OSError):  # it has died; its sentinel tells
            worker.pipe.send(worker.job)
        return True

    def heard(self, worker: _Worker) -> Answer | None:
        """Take what a worker sends: that it is ready, or an answer. Raises EOFError where it has died."""
        message = worker.pipe.recv()
        if not worker.ready:
            if message is not None:
                raise HolinError(f"a worker cannot load the work; it must be importable everywhere:\n{message}")
            worker.ready, self.false_starts = True, 0
        if isinstance(message, Answer):
            tries = self.tried.pop(message.id)
            worker.job = None
            return replace(message, tries=tries)
        return None

    def died(self, worker: _Worker) -> Answer | None:
        """Bury a worker. Its job is tried again, or given up: then that is its answer."""
        bury(worker)
        self.workers.remove(worker)
        if not worker.ready:
            self.false_starts += 1
            if self.false_starts >= self.tries:
                raise HolinError(
                    "the worker processes die while they start (their own words stand above); a script that starts a "
                    'sweep must do so below `if __name__ == "__main__":`'
                )
        job = worker.job
        if job is None:
            return None
        if self.tried[job.id] < self.tries:
            self.again.append(job)
            return None
        how = worker.process.exitcode
        return lost(job, f"its worker died {self.tries} times, at last with exit code {how}", self.tried.pop(job.id))


def bury(worker: _Worker) -> None:
    """End a worker at once and wait until it is gone."""
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def answers_of_pool(jobs: Iterable[Job], payload: bytes, *, workers: int, tries: int) -> Generator[Beat]:
    """Yield the answers of all jobs as they come, from `workers` fresh processes; closing it kills them at once.

    A job whose worker dies is tried up to `tries` times in all, then its answer is `lost`. Raises HolinError where
    workers cannot start at all.
    """
    pool = _Pool(waiting=iter(jobs), payload=payload, tries=tries)
    try:
        for _ in range(workers):
            pool.start()
        while pool.workers:
            beat = time.monotonic() + HEARTBEAT_S
            for answer in _answers_now(pool, workers):
                yield answer, len(pool.workers)
                beat = time.monotonic() + HEARTBEAT_S
            if time.monotonic() >= beat:
                yield None, len(pool.workers)
    finally:
        for worker in pool.workers:
            worker.process.kill()
        for worker in pool.workers:
            bury(worker)


def _answers_now(pool: _Pool, workers: int) -> Iterator[Answer]:
    """Wait a heartbeat for words and deaths of workers, yield the answers, keep everyone busy."""
    ears: dict[Any, _Worker] = {w.pipe: w for w in pool.workers} | {w.process.sentinel: w for w in pool.workers}
    for ear in wait(list(ears), timeout=HEARTBEAT_S):
        worker = ears[ear]
        if worker not in pool.workers:
            continue  # buried a moment ago
        try:
            answer = pool.heard(worker) if worker.pipe.poll() else None
            dead = not worker.process.is_alive() and not worker.pipe.poll()
        except (EOFError, OSError):
            answer, dead = None, True
        final = pool.died(worker) if dead else None
        if not dead and worker.ready and worker.job is None and not pool.hand_out(worker):
            bury(worker)
            pool.workers.remove(worker)
        yield from (a for a in (answer, final) if a is not None)
    while (pool.again or not pool.dry) and len(pool.workers) < workers:
        pool.start()
