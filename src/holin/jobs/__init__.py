"""Many jobs of one kind: on a pool of processes or on Dask, resumable, one file per job; no word of parks."""

from holin.jobs.answer import Status, Work
from holin.jobs.progress import Outcome, Progress
from holin.jobs.result_files import JobResult, read_result, read_results
from holin.jobs.running import run_jobs

__all__ = ["JobResult", "Outcome", "Progress", "Status", "Work", "read_result", "read_results", "run_jobs"]
