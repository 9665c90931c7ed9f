"""Where an export goes: a file or folder that is whole or absent, and never overwritten."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from holin.errors import BadInput, Fault


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make a file or folder beside `path` and rename it; raises BadInput when `path` exists already."""
    if path.exists() or path.is_symlink():
        name = path.name or str(path)
        raise BadInput([Fault(file=name, problem="exists already", right="choose another name")])
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{secrets.token_hex(4)}.{path.name}"
    try:
        write(beside)
        os.rename(beside, path)
    finally:
        if beside.is_dir():
            shutil.rmtree(beside)
        else:
            beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    write_whole(path, lambda beside: _write(beside, text))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
