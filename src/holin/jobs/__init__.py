"""Jobs in processes of their own: many of one kind on a pool or on Dask, resumable, one file per job; or one now and
one later at a desk. No word of parks."""

from holin.jobs.answer import Status, Work
from holin.jobs.apart import AloneWork, Step
from holin.jobs.beside import Beside, Closed, Died
from holin.jobs.desk import Desk, State, Ticket
from holin.jobs.progress import Outcome, Progress
from holin.jobs.result_files import JobResult, read_result, read_results
from holin.jobs.running import run_jobs

__all__ = [
    "AloneWork",
    "Beside",
    "Closed",
    "Desk",
    "Died",
    "JobResult",
    "Outcome",
    "Progress",
    "State",
    "Status",
    "Step",
    "Ticket",
    "Work",
    "read_result",
    "read_results",
    "run_jobs",
]
