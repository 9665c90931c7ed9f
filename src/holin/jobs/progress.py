"""How far many jobs are, and how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Counts of jobs. `kept` of those done or failed stood in the folder already; `workers` are at work now."""

    total: int
    done: int
    failed: int
    lost: int
    kept: int
    workers: int

    @property
    def left(self) -> int:
        """How many are still to do."""
        return self.total - self.done - self.failed - self.lost

    @property
    def share(self) -> float:
        """The part that is finished, 0..1."""
        return 1.0 if not self.total else 1.0 - self.left / self.total


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The ids of all jobs by how they ended, in the order of the tasks.

    `kept` are those of `done` and `failed` that were not done again; `damaged` the new names of files that could not
    be trusted and were put aside.
    """

    folder: Path
    done: tuple[str, ...]
    failed: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]
    damaged: tuple[str, ...]
