"""The same on Dask distributed: workers of any machine that reaches the scheduler. The one file that knows Dask.

Dask itself gives the job of a worker that dies to another one. After some deaths in a row it gives the job up, and
with it those that waited at the same workers, for it cannot tell which one was guilty; such jobs are tried again here
one at a time, so that only a guilty one is lost.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import pickle
import uuid
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault, HolinError, Mismatch
from holin.jobs.answer import Answer, Beat, Job, answer_of, lost
from holin.jobs.worker import unpacked

try:
    import distributed
    from distributed.diagnostics.plugin import WorkerPlugin
    from distributed.scheduler import KilledWorker
except ImportError as missing:
    raise HolinError(
        "a Dask scheduler was given, but Dask distributed is not installed; install it with "
        "`pip install 'holin[dask]'`, here and where the workers run, or leave the scheduler out"
    ) from missing

CONNECT_S = 10.0
HEARTBEAT_S = 0.5
AHEAD = 2
"""Jobs under way for each worker: one that it does and one that waits there, so that none waits for the network."""


def keep_freed_memory() -> bool:
    """Let this process keep what it frees for what it needs next, where the C library is one that can be told (glibc).

    Dask's nanny has it give everything above 64 KB back to the system at once: a plan then took half as long again.
    """
    trim_threshold, mmap_threshold, kept_bytes, largest_bytes = -1, -3, 1 << 28, 1 << 25  # names of mallopt(3)
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(tell(trim_threshold, kept_bytes)) and bool(tell(mmap_threshold, largest_bytes))


class WorkHere(WorkerPlugin):
    """Holds the work at every worker, those that join later included, so that it travels once and not with each job."""

    def __init__(self, name: str, payload: bytes) -> None:
        self.name, self.payload = name, payload
        self.holin = importlib.metadata.version("holin")
        self.loaded: tuple[Any, dict[str, Any]] | None = None

    def setup(self, worker: Any) -> None:
        """Make a worker ready."""
        keep_freed_memory()

    def answer(self, job: Job) -> Answer:
        """Do one job. Raises Mismatch at a worker with another Holin: its figures could not stand beside the others."""
        here = importlib.metadata.version("holin")
        if here != self.holin:
            raise Mismatch(f"a Dask worker has Holin {here}, this machine {self.holin}; install the same everywhere")
        if self.loaded is None:
            self.loaded = unpacked(self.payload)
        work, shared = self.loaded
        return answer_of(work, shared, job)


def answer_at_worker(name: str, job: Job) -> Answer:
    """Do a job where it has come to, with the work that is held there under `name`."""
    held: WorkHere = distributed.get_worker().plugins[name]  # type: ignore[assignment]
    return held.answer(job)


@dataclass(eq=False, kw_only=True)
class _Cluster:
    client: distributed.Client
    name: str
    under_way: dict[distributed.Future[Answer], Job] = field(default_factory=dict)
    suspects: list[Job] = field(default_factory=list)
    alone: bool = False

    def submit(self, job: Job) -> None:
        key = f"{self.name}-{job.id}" + ("-alone" if self.alone else "")
        self.under_way[self.client.submit(answer_at_worker, self.name, job, key=key, pure=False)] = job

    def finished(self) -> Iterator[Answer]:
        """Wait a heartbeat, then yield what has come back; what Dask gave up is put aside, or lost if it was alone."""
        with contextlib.suppress(TimeoutError), self.client.as_current():
            distributed.wait(list(self.under_way), timeout=HEARTBEAT_S, return_when="FIRST_COMPLETED")
        for future in [f for f in self.under_way if f.done()]:
            try:
                answer = future.result()
            except KilledWorker as killed:
                if not self.alone:
                    self.suspects.append(self.under_way.pop(future))
                    continue
                deaths = 2 * (killed.allowed_failures + 1)
                answer = lost(self.under_way[future], f"{deaths} Dask workers died while they did it", deaths)
            except (ImportError, AttributeError, pickle.UnpicklingError) as error:
                raise _not_loaded(error) from error
            del self.under_way[future]
            yield answer


def answers_of_dask(jobs: Iterable[Job], payload: bytes, *, scheduler: str) -> Generator[Beat]:
    """Yield the answers of all jobs as they come, from the workers of the scheduler at an address like tcp://host:8786.

    Closing it cancels what has not begun; a job that a worker is at runs to its end there, unheard. Where no worker
    is left it waits for new ones. Raises BadInput where no scheduler answers or a worker runs several threads,
    HolinError where the scheduler is lost or a worker cannot load the work, Mismatch where it has another Holin.
    """
    client = _connected(scheduler)
    cluster = _Cluster(client=client, name=f"holin-{uuid.uuid4().hex[:12]}")
    try:
        yield from _answers(cluster, iter(jobs), payload)
    except (OSError, CancelledError) as error:
        raise HolinError(
            f"the Dask scheduler at {scheduler} was lost; what came back is written: start it again, and the same "
            "call does the rest"
        ) from error
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone
            client.cancel(list(cluster.under_way))
            client.unregister_worker_plugin(cluster.name)
        client.close()


def _connected(scheduler: str) -> distributed.Client:
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        problem, right = "no Dask scheduler answers there", "start one with `dask scheduler`, or correct the address"
        fault = Fault(file=ARGUMENT, field="scheduler", value=scheduler, problem=problem, right=right)
        raise BadInput([fault]) from error
    wide = {address: threads for address, threads in client.nthreads().items() if threads > 1}
    if wide:
        client.close()
        problem = f"{len(wide)} of its workers run several jobs in one process, which the solvers cannot stand"
        right = "start them with `dask worker ADDRESS --nworkers N --nthreads 1`"
        raise BadInput([Fault(file=ARGUMENT, field="scheduler", value=scheduler, problem=problem, right=right)])
    return client


def _not_loaded(error: Exception) -> HolinError:
    return HolinError(f"a Dask worker cannot load the work ({error}); install the same Holin on its machine")


def _answers(cluster: _Cluster, jobs: Iterator[Job], payload: bytes) -> Iterator[Beat]:
    try:
        cluster.client.register_plugin(WorkHere(cluster.name, payload), name=cluster.name)
    except (ImportError, AttributeError, pickle.UnpicklingError) as error:
        raise _not_loaded(error) from error
    dry = False
    while True:
        workers = len(cluster.client.nthreads())
        room = 1 if cluster.alone else max(AHEAD * workers, 1)
        while not dry and len(cluster.under_way) < room:
            job = next(jobs, None)
            dry = job is None
            if job is not None:
                cluster.submit(job)
        if dry and not cluster.under_way and cluster.suspects:
            cluster.alone = True
            cluster.submit(cluster.suspects.pop())
        if not cluster.under_way:
            return
        heard = False
        for answer in cluster.finished():
            heard = True
            yield answer, workers
        if not heard:
            yield None, workers
