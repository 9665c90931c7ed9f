"""One piece of work in a fresh process of its own: it tells how far it is, and can be told to stop."""

from __future__ import annotations

import contextlib
import json
import pickle
import signal
import sys
import threading
import time
import traceback
from _thread import interrupt_main
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from holin.errors import BadInput, HolinError
from holin.jobs.answer import Status
from holin.jobs.plain import plain
from holin.jobs.worker import end_with_parent

BETWEEN_S = 0.1
"""Progress is told no more often than this."""

AloneWork = Callable[..., Mapping[str, Any]]
"""A function of a module that can be imported: `work(folder=..., on_progress=..., **arguments)` returns plain values.

`folder` is an empty folder of its own to write in; `on_progress(what, share)` may raise, which ends the work."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the work is at, and the share of that which is done, 0..1."""

    what: str
    share: float


@dataclass(frozen=True, kw_only=True)
class End:
    """How a piece of work ended; `error` has the class, the text in both languages and the faults."""

    status: Status | Literal["cancelled"]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


def work_apart(pipe: Connection, payload: bytes) -> None:
    """Do the work that `payload` holds and send Steps and at last an End; anything received means: stop.

    Ctrl-C of the terminal reaches this process too, and stops it as well.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=end_with_parent, daemon=True).start()
    threading.Thread(target=_listen, args=(pipe,), daemon=True).start()
    try:
        end = _done(pipe, payload)
    except KeyboardInterrupt:
        end = End(status="cancelled")
    _quiet()
    with contextlib.suppress(OSError):
        pipe.send(end)


def _done(pipe: Connection, payload: bytes) -> End:
    last, told_at = "", 0.0

    def tell(what: str, share: float) -> None:
        nonlocal last, told_at
        now = time.monotonic()
        if what != last or share >= 1.0 or now - told_at >= BETWEEN_S:
            last, told_at = what, now
            pipe.send(Step(what=what, share=min(max(float(share), 0.0), 1.0)))

    try:
        work, folder, arguments = unpacked(payload)
        result = plain(work(folder=folder, on_progress=tell, **arguments))
        json.dumps(result, allow_nan=False)
    except HolinError as error:
        return End(status=Status.FAILED, error=error_said(error))
    except Exception as error:
        place = "".join(traceback.format_exception(error)[-8:])
        print(place, file=sys.stderr)
        return End(status=Status.LOST, error=error_said(error))
    return End(status=Status.DONE, result=result)


def error_said(error: Exception) -> dict[str, Any]:
    """Return an error in plain values."""
    said = {
        speech: error.in_language(speech) if isinstance(error, HolinError) else str(error) for speech in ("en", "zh")
    }
    faults = [asdict(fault) for fault in error.faults] if isinstance(error, BadInput) else []
    return {"kind": type(error).__name__, "text": said, "faults": faults}


def _listen(pipe: Connection) -> None:
    """Interrupt the work at the first word; that it ends by itself is not told, so the thread waits with it."""
    try:
        pipe.recv()
    except (EOFError, OSError):
        return
    interrupt_main()


def _quiet() -> None:
    """Let no interrupt fall between the end of the work and its being told."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def packed_apart(work: AloneWork, folder: Path, arguments: Mapping[str, Any]) -> bytes:
    """Return a piece of work as bytes."""
    return pickle.dumps((work, folder, dict(arguments)), protocol=pickle.HIGHEST_PROTOCOL)


def unpacked(payload: bytes) -> tuple[AloneWork, Path, dict[str, Any]]:
    """Return the work, its folder and its arguments."""
    work, folder, arguments = pickle.loads(payload)
    return work, folder, arguments
