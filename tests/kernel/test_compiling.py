"""Numba is imported whole before a part of it, whichever room is wanted first and in however many threads."""

import ast
import subprocess
import sys
from pathlib import Path

KERNEL = Path(__file__).parent.parent.parent / "src" / "holin" / "kernel"

AT_ONCE = """
import importlib, sys, threading
start, failed = threading.Barrier(4), []
def load(name):
    start.wait()
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {error!r}")
names = ("numba", "holin.kernel.lanes.changing", "holin.kernel.vectors", "holin.kernel.sharing_lanes")
threads = [threading.Thread(target=load, args=(name,)) for name in names]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
import numba
numba.core
sys.exit("; ".join(failed) or 0)
"""


def parts_before_the_whole(text: str) -> list[str]:
    """Return the imports of a part of Numba before which the module does not import Numba itself."""
    found, whole = [], False
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            whole |= any(a.name == "numba" for a in node.names)
            found += [a.name for a in node.names if a.name.startswith("numba.") and not whole]
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole |= node.module == "numba"
            found += [node.module] if node.module.startswith("numba.") and not whole else []
    return found


def test_no_room_imports_a_part_of_numba_first() -> None:
    faults = {f.name: found for f in KERNEL.rglob("*.py") if (found := parts_before_the_whole(f.read_text("utf-8")))}
    assert faults == {}
    assert parts_before_the_whole("from numba.extending import x\nimport numba\n") == ["numba.extending"]
    assert parts_before_the_whole("import numba.core\n") == ["numba.core"]
    assert parts_before_the_whole("from numba import types\nfrom numba.extending import x\n") == []


def test_threads_that_import_at_once_do_not_break_numba() -> None:
    """With a part imported first this failed every time, and Numba was broken until the process ended."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
