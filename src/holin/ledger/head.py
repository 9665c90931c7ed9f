"""The second file: how many entries a ledger has and what the last one's hash is, so that a lost tail is seen."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from holin.errors import BadInput, Fault
from holin.signing import Scheme

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]  # Windows: one writer at a time is then up to the user


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last entry of a ledger: its number is how many there are."""

    ledger: str
    count: int
    hash: str
    time: int
    signature: str = ""

    @property
    def content(self) -> bytes:
        """Return what is signed."""
        return json.dumps([self.ledger, self.count, self.hash, self.time], separators=(",", ":")).encode()


def read_head(file: Path, *, scheme: Scheme, public_key: str) -> Head | None:
    """Return the head that a file holds, None where there is no file; raises BadInput where it is damaged."""
    if not file.exists():
        return None
    try:
        head = Head(**json.loads(file.read_bytes().decode()))
        whole = scheme.is_signed(public_key, head.content, head.signature)
    except (ValueError, TypeError, AttributeError):
        whole = False
    if not whole:
        right = (
            "it says how many entries there must be; the ledger itself can be read, but a lost end would not be seen: "
            "compare with a backup, then write it anew with `holin certificates verify --renew-head`"
        )
        raise BadInput([Fault(file=str(file), problem="is damaged: it does not match its signature", right=right)])
    return head


def write_head(file: Path, head: Head, *, scheme: Scheme, public_key: str, anew: bool = False) -> None:
    """Write the head unless the file names a later one; a reader sees the old one or the new one, never half.

    `anew` replaces a damaged one.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file):
        known = None if anew else read_head(file, scheme=scheme, public_key=public_key)
        if known is not None and known.count >= head.count:
            return
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as temporary:
            temporary.write(json.dumps(asdict(head), indent=1).encode() + b"\n")
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(temporary.name).replace(file)
        sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows has no such thing and does it by itself."""
    if os.name == "nt":  # pragma: no cover
        return
    opened_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened_folder)
    finally:
        os.close(opened_folder)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold the lock of a head file: a writer that was slower must not write an older head over a newer one."""
    if fcntl is None:  # pragma: no cover
        yield
        return
    with open(file.with_name(f".{file.name}.lock"), "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
