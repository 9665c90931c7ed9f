"""Costly answers on disk, known by what they were made from: a server that starts again has them at once."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import tempfile
import threading
from collections.abc import Hashable
from pathlib import Path

ANSWERS = ".answers"
"""The folder below that of results in which they stand."""

BYTES_MAX = 512 * 1024 * 1024
HASH = 64
SOURCES = Path(__file__).parents[1]


def users_folder() -> Path:
    """Return where answers are kept when nobody has said where results go: in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "holin" / "answers"


class Kept:
    """Answers as bytes, by keys that say all that they were made from: seals, and the states of files beside a run.

    Another version of Holin, or the same with another source file, finds none of them. A file that is damaged is none.
    Beyond `bytes_max` those go that were not asked for the longest. Servers may share a folder.
    """

    def __init__(self, folder: Path, *, bytes_max: int = BYTES_MAX) -> None:
        self.folder, self.bytes_max = folder, bytes_max
        self._made_by = f"{importlib.metadata.version('holin')} {sources_state()}"
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """Return an answer, None where there is none that is whole."""
        file = self._file(key)
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        told, answer = content[:HASH], content[HASH:]
        return answer if told == _hash(self._named(key), answer) else None

    def put(self, key: Hashable, answer: bytes) -> None:
        """Keep an answer; raises OSError where the folder cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # an enterprise's figures are nobody else's
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="~", delete=False) as draft:
            try:
                draft.write(_hash(self._named(key), answer) + answer)
                draft.close()
                os.replace(draft.name, self._file(key))
            except BaseException:
                os.unlink(draft.name)
                raise
        with self._lock:
            self._make_room()

    def _make_room(self) -> None:
        found = []
        for file in self.folder.iterdir():
            try:
                state = file.stat()
            except OSError:
                continue  # another server took it away
            found.append((state.st_mtime_ns, state.st_size, file))
        taken = sum(size for _, size, _ in found)
        for _, size, file in sorted(found):
            if taken <= self.bytes_max:
                return
            file.unlink(missing_ok=True)
            taken -= size

    def _named(self, key: Hashable) -> bytes:
        return repr((self._made_by, key)).encode("utf-8", "surrogateescape")

    def _file(self, key: Hashable) -> Path:
        return self.folder / hashlib.sha256(self._named(key)).hexdigest()[:40]


def _hash(*parts: bytes) -> bytes:
    told = hashlib.sha256()
    for part in parts:
        told.update(len(part).to_bytes(8, "big") + part)
    return told.hexdigest().encode()


def sources_state() -> str:
    """Return a hash of the sizes and times of Holin's source files: it changes when one of them does."""
    told = hashlib.sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        state = file.stat()
        told.update(f"{file.relative_to(SOURCES)}|{state.st_mtime_ns} {state.st_size}\n".encode())
    return told.hexdigest()
