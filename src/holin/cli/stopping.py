"""Ctrl-C: one line that says that a command was stopped and what is kept of it, and the exit code 130."""

from __future__ import annotations

import functools
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from holin.cli.output import default_language, err
from holin.cli.texts import text

STOPPED = 130
"""The exit code of a process that SIGINT ended, as shells count it: 128 + 2."""

GRACE_S = 3.0
"""So long a command may take to come back from a solver; then the process is ended where it is."""

AT_THE_END = ("plan", "frontier", "alternatives")
"""Commands that write their folder at the end alone."""


def stoppable(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that Ctrl-C stops with one line (`stopped_words`) and the exit code 130."""

    @functools.wraps(command)
    def run(*args: Any, **given: Any) -> None:
        def tell() -> None:
            err.show_cursor(True)
            err.print(stopped_words(command.__name__, given), soft_wrap=True, markup=False)

        try:
            with ended_if_stuck(tell):
                command(*args, **given)
        except KeyboardInterrupt:
            tell()
            raise typer.Exit(STOPPED) from None

    return run


def stopped_words(name: str, given: Mapping[str, Any]) -> str:
    """Return that a command was stopped and what is kept of it, in a line."""
    language, folder = given.get("language") or default_language(), given.get("out_folder")
    there = sorted(Path(folder).iterdir()) if folder is not None and Path(folder).is_dir() else []
    if name == "sweep":
        count = sum(file.suffix == ".json" for file in there)
        return text("stopped.sweep", language, count=count, path=folder)
    if name in AT_THE_END:
        return text("stopped.part" if there else "stopped.nothing", language, path=folder)
    return text("stopped", language)


@contextmanager
def ended_if_stuck(tell: Callable[[], None]) -> Iterator[None]:
    """End the process with 130 where Ctrl-C does not get through within GRACE_S: Python hears it only when a solver or
    another library gives back control, which may take hours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    near, far = socket.socketpair()
    far.setblocking(False)
    done = threading.Event()

    def watch() -> None:
        while (heard := near.recv(1)) and heard[0] != signal.SIGINT:
            pass
        if heard and not done.wait(GRACE_S):
            tell()
            os._exit(STOPPED)

    before = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        far.close()
        watcher.join()
        near.close()
