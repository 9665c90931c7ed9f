"""What routes import is imported before the first request: threads that import at once break each other's modules."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from holin import web

LOADED = "from holin.web.loading import load; load(); import sys; print(*sys.modules)"
BEFORE_OR_ELSEWHERE = {"serving.py", "places.py", "loading.py"}
"""Files of what is done before the server answers."""


def imported_in_functions(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in (f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def test_no_route_is_the_first_to_import_what_it_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=300, check=True)
    loaded = set(done.stdout.split())
    files = [f for f in Path(web.__file__).parent.rglob("*.py") if f.name not in BEFORE_OR_ELSEWHERE]
    needed = {name: file.name for file in files for name in imported_in_functions(file)}
    assert len(needed) > 20
    assert {name: file for name, file in needed.items() if name not in loaded} == {}
