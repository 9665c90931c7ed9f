"""Where compiled code is kept: Numba looks at the file of a function alone, not at those that it calls."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

ENVIRONMENT = "NUMBA_CACHE_DIR"


def keep_compiled() -> None:
    """Keep what Numba compiles in a folder named after all sources of this room, so that none outlives a change.

    The folder stands beside the sources, or where these cannot be written in the user's cache; older ones go. Nothing
    is done when Numba has been imported or NUMBA_CACHE_DIR is set.
    """
    if "numba" in sys.modules or os.environ.get(ENVIRONMENT):
        return
    here = Path(__file__).parent
    name = f"numba-{_digest(here)}"
    for folder in (here / "__pycache__", Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "holin"):
        if _is_writable(folder):
            for old in folder.glob("numba-*"):
                if old.name != name:
                    shutil.rmtree(old, ignore_errors=True)
            os.environ[ENVIRONMENT] = str(folder / name)
            return


def _digest(folder: Path) -> str:
    sources = sorted(folder.rglob("*.py"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
