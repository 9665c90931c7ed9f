"""A folder that is written whole or not at all: under another name beside it, then renamed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holin.errors import ARGUMENT, BadInput, Fault


@contextmanager
def new_folder(folder: str | Path) -> Iterator[Path]:
    """Give a draft to write in, which takes the folder's name at the end; a failure leaves nothing behind.

    Raises BadInput where something stands in the folder already.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        problem = "holds files already" if target.is_dir() else "is a file"
        right = "name another folder, or remove this one"
        raise BadInput([Fault(file=ARGUMENT, field="folder", value=str(target), problem=problem, right=right)])
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        yield draft
        draft.chmod(0o755)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
