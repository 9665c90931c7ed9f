"""One writer to a folder: a second run on the same folder is refused while the first lives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from holin.errors import BadInput, Fault

NAME = ".running"

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when the process ends, however it ends.

    Raises BadInput where another process holds it. Where the file system has no locks, none is held.
    """
    with (folder / NAME).open("ab") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            problem, right = "another run writes here", "wait for it, stop it, or give another folder"
            raise BadInput([Fault(file=str(folder), problem=problem, right=right)]) from error
        except OSError:
            pass
        for stale in folder.glob(".*.partial"):
            stale.unlink(missing_ok=True)
        yield
