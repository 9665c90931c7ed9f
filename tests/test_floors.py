"""The floors of the house: what may import what. The imports are read, nothing is imported.

A room is a module or package directly under `src/holin`. It imports lower floors only: never a neighbour, never
upward, and never in a circle, neither between rooms nor inside one. A foreign library lives in the rooms named here.
"""

import ast
import graphlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"

FLOORS = (
    "calendar columns errors",
    "thing signing client new_folder",
    "tables tariff rules settings",
    "park",
    "kernel",
    "parkfile formats resource finance forecast potline flow trace carbon metering ledger settle hall picture store "
    "live scenarios "
    "batches passport evidence accounts",
    "operation",
    "dispatch summary",
    "plan connection",
    "twin jobs",
    "web",
    "commands",
    "cli",
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}

# The public face and the command `python -m holin`: they may import every room, and no room may import them.
ROOF = ("__init__", "__main__")

# Rooms that may import less than their floor allows.
ONLY = {"kernel": {"errors"}}

EVERYWHERE = {"numpy", "pandas", "scipy", "xarray"}
FOREIGN = {
    "highspy": {"kernel"},
    "llvmlite": {"kernel"},
    "numba": {"kernel"},
    "pvlib": {"resource"},
    "openpyxl": {"finance", "hall", "parkfile", "picture"},
    "tomlkit": {"parkfile"},
    "pyarrow": {"client", "metering", "parkfile", "resource", "store", "web"},
    "netCDF4": {"store"},
    "apsw": {"ledger"},
    "psycopg": {"ledger"},
    "cryptography": {"signing"},
    "distributed": {"jobs"},
    "plotly": {"picture"},
    "segno": {"picture"},
    "typst": {"picture"},
    "fastapi": {"web"},
    "httpx": {"client"},
    "limits": {"accounts"},
    "pwdlib": {"accounts"},
    "pydantic": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "rich": {"cli"},
    "typer": {"cli"},
}

DRAWERS = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
LINES_MAX = 400


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import statement's target: the full dotted name, with the imported name at its end."""

    target: str
    line: int
    at_load: bool


def module_name(file: Path, src: Path) -> str:
    parts = file.relative_to(src).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path, src: Path) -> Iterator[Import]:
    package = file.relative_to(src).parent.parts

    def visit(node: ast.AST, at_load: bool) -> Iterator[Import]:
        match node:
            case ast.Import():
                for alias in node.names:
                    yield Import(target=alias.name, line=node.lineno, at_load=at_load)
            case ast.ImportFrom():
                origin = [*package[: len(package) - node.level + 1]] if node.level else []
                origin += [node.module] if node.module else []
                for alias in node.names:
                    yield Import(target=".".join([*origin, alias.name]), line=node.lineno, at_load=at_load)
            case _:
                at_load = at_load and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                for child in ast.iter_child_nodes(node):
                    yield from visit(child, at_load)

    yield from visit(ast.parse(file.read_text(encoding="utf-8")), True)


def fault_of_import(room: str, target: str) -> str | None:
    """Say what is wrong with a room importing a target, None if nothing is."""
    top, _, rest = target.partition(".")
    if top != "holin":
        if top in sys.stdlib_module_names or top in EVERYWHERE or room in FOREIGN.get(top, ()):
            return None
        home = " or ".join(sorted(FOREIGN.get(top, ()))) or "no room yet: name one in FOREIGN"
        return f"{top} lives in {home}"
    other = rest.partition(".")[0]
    if other == room:
        return None
    if other not in FLOOR_OF:
        return "the public face is for users; rooms import rooms"
    if other not in ONLY.get(room, {other}):
        return f"{room} may import only {', '.join(sorted(ONLY[room]))}"
    if FLOOR_OF[other] == FLOOR_OF[room]:
        return f"{other} is a neighbour on floor {FLOOR_OF[room]}"
    if FLOOR_OF[other] > FLOOR_OF[room]:
        return f"{other} is upstairs, on floor {FLOOR_OF[other]}; {room} is on floor {FLOOR_OF[room]}"
    return None


def faults_of_circles(files: list[Path], src: Path) -> list[str]:
    """Find circles among modules at load time, the roof left out."""
    modules = {module_name(file, src): file for file in files}
    graph: dict[str, set[str]] = {}
    for name, file in modules.items():
        graph[name] = set()
        for imported in imports_of(file, src):
            parts = imported.target.split(".")
            prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
            target = next((p for p in prefixes if p in modules), None)
            if imported.at_load and target and target != name:
                graph[name].add(target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        return ["a circle of imports: " + " <- ".join(circle.args[1])]
    return []


def faults_of_floors(src: Path) -> list[str]:
    """Return every fault of a source tree, `[]` if the house stands."""
    holin = src / "holin"
    faults = []
    for entry in sorted(holin.iterdir()):
        is_room = entry.suffix == ".py" or any(entry.glob("**/*.py"))
        if is_room and entry.stem not in (*FLOOR_OF, *ROOF):
            faults.append(f"{entry.name}: not in FLOORS; give it a floor")
    files = sorted(holin.rglob("*.py"))
    inside = [f for f in files if not (f.parent == holin and f.stem in ROOF)]
    for file in files:
        place = file.relative_to(src)
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if file.stem in DRAWERS or file.parent.name in DRAWERS:
            faults.append(f"{place}: a drawer without a label; name it after its subject")
        if lines > LINES_MAX:
            faults.append(f"{place}: {lines} lines; over {LINES_MAX} a file becomes a folder")
    for file in inside:
        room = file.relative_to(holin).parts[0].removesuffix(".py")
        if room not in FLOOR_OF:
            continue
        for imported in imports_of(file, src):
            if fault := fault_of_import(room, imported.target):
                faults.append(f"{file.relative_to(src)}:{imported.line}: imports {imported.target}: {fault}")
    return faults + faults_of_circles(inside, src)


def faults_of_options(src: Path) -> list[str]:
    """Return where a room below the commands says a fault as one of the command line or of an option; `[]` is good.

    It says what is wrong with its own argument (`holin.errors.ARGUMENT`); the command knows which option that was.
    """
    named = re.compile(r"""\bfile\s*=\s*["']command line["']|\bfield\s*=\s*f?["']--""")
    return [
        f"{file.relative_to(src)}:{number}: names an option of a command"
        for file in sorted((src / "holin").rglob("*.py"))
        if file.relative_to(src / "holin").parts[0] != "cli"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]


def test_only_commands_speak_of_their_options(tmp_path: Path) -> None:
    assert faults_of_options(SRC) == []
    for place in ("flow", "cli"):
        (tmp_path / "holin" / place).mkdir(parents=True)
        (tmp_path / "holin" / place / "x.py").write_text('a = 1\nFault(field="--at")\nFault(file="command line")\n')
    assert [f.partition(": ")[0] for f in faults_of_options(tmp_path)] == ["holin/flow/x.py:2", "holin/flow/x.py:3"]


def test_the_house_stands() -> None:
    assert faults_of_floors(SRC) == []


# ---- the test can fail ------------------------------------------------------------------------------------------

SOUND = {
    "__init__.py": "from holin.twin import run\n",
    "errors.py": "import json\n",
    "kernel/__init__.py": "import highspy\nfrom holin.errors import HolinError\nfrom holin.kernel.lu import factor\n",
    "kernel/lu.py": "import numpy as np\nfrom . import order\n",
    "kernel/order.py": "def f():\n    from holin.kernel import lu\n",
    "flow.py": "from holin import kernel\n",
    "twin.py": "from .flow import run\n",
}


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("errors.py", "import holin.park\n", "upstairs"),
        ("flow.py", "from holin.trace import shares\n", "neighbour"),
        ("flow.py", "from holin import trace\n", "neighbour"),
        ("flow.py", "from . import trace\n", "neighbour"),
        ("flow.py", "def late():\n    from .trace import shares\n", "neighbour"),
        ("kernel/lu.py", "from ..settings import Settings\n", "may import only errors"),
        ("kernel/lu.py", "from holin.park import Park\n", "may import only errors"),
        ("flow.py", "from holin import __version__\n", "public face"),
        ("flow.py", "import highspy\n", "highspy lives in kernel"),
        ("twin.py", "from plotly.graph_objects import Figure\n", "plotly lives in picture"),
        ("flow.py", "import power_grid_model\n", "no room yet"),
        ("kernel/order.py", "from holin.kernel import lu\n", "circle"),
        ("kernel/order.py", "from . import factor\n", "circle"),
        ("kernel/utils.py", "", "drawer"),
        ("engine.py", "", "give it a floor"),
        ("engine/solve.py", "", "give it a floor"),
        ("flow.py", "\n" * (LINES_MAX + 1), "becomes a folder"),
    ],
)
def test_what_the_house_forbids_is_found(tmp_path: Path, file: str, text: str, fault: str) -> None:
    for name, content in SOUND.items():
        path = tmp_path / "holin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert faults_of_floors(tmp_path) == []
    path = tmp_path / "holin" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    [found] = faults_of_floors(tmp_path)
    assert fault in found
