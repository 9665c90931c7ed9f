"""A worker of the pool: a fresh process that does one job after another for as long as its parent lives."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from holin.jobs.answer import Job, Work, answer_of

THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "PYTHON_CPU_COUNT"
)  # fmt: skip
"""What libraries read, when they are imported, as the number of threads they may use."""


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Within it, a process that is started inherits one thread for each library: the workers share the cores."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Within it, a process that this thread starts does not hear Ctrl-C, not even before its own first line."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which comes with the first process, and lets interrupts in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, payload: bytes) -> None:
    """Take the work out of `payload`, say that it is ready, then answer each job of the pipe until it closes.

    It sends None when ready or the text of what kept it from starting, then an Answer for every Job.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        work, shared = unpacked(payload)
    except Exception as error:
        pipe.send("".join(traceback.format_exception(error)[-3:]))
        return
    pipe.send(None)
    try:
        while True:
            job: Job = pipe.recv()
            pipe.send(answer_of(work, shared, job))
    except (EOFError, OSError):
        return


def packed(work: Work, shared: Mapping[str, Any]) -> bytes:
    """Return the work and what all jobs share as bytes, made once."""
    return pickle.dumps((work, dict(shared)), protocol=pickle.HIGHEST_PROTOCOL)


def unpacked(payload: bytes) -> tuple[Work, dict[str, Any]]:
    """Return the work and what all jobs share."""
    work, shared = pickle.loads(payload)
    return work, shared


def end_with_parent() -> None:
    """End this process when the parent has ended, even killed, and even in mid-job: no process is left behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
