"""Printing: tables and progress for people, JSON for programs."""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from holin.cli.texts import text
from holin.errors import BadInput, Fault, HolinError

out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)


def print_json(value: Any) -> None:
    """Print JSON with null for what is not a finite number."""
    print(json.dumps(finite(value), ensure_ascii=False, indent=2, default=str))


def finite(value: Any) -> Any:
    """Return the value with every NaN and infinity replaced by None, and minus nothing by nothing."""
    if isinstance(value, Mapping):
        return {key: finite(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if not isinstance(value, float):
        return value
    return value + 0.0 if math.isfinite(value) else None


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, figures to the right."""
    if title:
        out.print(title, style="bold", soft_wrap=True, markup=False)
    table = Table(header_style="dim", box=None, pad_edge=False)
    for k, column in enumerate(columns):
        table.add_column(column, justify="left" if k == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell.replace(THIN, HELD)) for cell in row))
    with out.capture() as captured:
        out.print(table)
        out.print()
    out.file.write(captured.get().replace(HELD, THIN))


def table_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns of the screen a table takes if no cell and no head is broken."""
    widths = [max(cell_len(cell) for cell in cells) for cells in zip(columns, *rows, strict=True)]
    return sum(widths) + 2 * (len(widths) - 1)


THIN = "\u2009"
"""The space between thousands."""

HELD = "\ue000"
"""What stands for it while a table is laid out, which breaks lines at any space: numbers stay whole."""


def currency_in(code: str, language: str) -> str:
    """Return what a currency is called."""
    from holin.park import currency_words

    return currency_words(code)[language == "zh"]


def figure(value: float | None, digits: int = 1) -> str:
    """Return a figure with thin spaces between thousands, or a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:z,.{digits}f}".replace(",", "\u2009")


def percent(value: float | None, digits: int = 1) -> str:
    """Return a ratio as percent."""
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:z.{digits}f} %"


def scaled(values: Sequence[float]) -> tuple[float, int]:
    """Return the step of a thousand in which the largest value reads best (1, 1e3 or 1e6), and how many decimals."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    step = next((s for s in (1e6, 1e3) if largest >= s), 1.0)
    return step, next((d for d, limit in ((3, 10.0), (2, 100.0)) if largest / step < limit), 1)


def digits_for(values: Sequence[float], figures: int = 3) -> int:
    """Return with how many decimals (0 to 4) the largest value shows so many figures."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return max(0, min(4, figures - 1 - math.floor(math.log10(largest)))) if largest else 1


@contextmanager
def progress(shown: bool, language: str) -> Iterator[Callable[[str, float], None]]:
    """Show one bar per step of a run on standard error; silent when not `shown` or without a terminal."""
    if not shown or not err.is_terminal:
        yield lambda what, share: None
        return
    bars = Progress(
        TextColumn("{task.description:<26}"), BarColumn(bar_width=40), TimeElapsedColumn(), console=err, transient=True
    )
    tasks: dict[str, TaskID] = {}
    with bars:

        def advance(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(text(f"step.{what}", language), total=None if share == 0.0 else 1.0)
            bars.update(tasks[what], completed=share, total=1.0 if share > 0.0 else None)

        yield advance


def print_faults(faults: Sequence[Fault], language: str) -> None:
    """Print faults, errors first, each with its place and remedy."""
    for fault in sorted(faults, key=lambda f: f.severity):
        colour = "red" if fault.severity == "error" else "yellow"
        out.print(f"[{colour}]{text(f'check.{fault.severity}', language)}[/{colour}] ", end="")
        out.print(str(fault), markup=False, soft_wrap=True)


def fault_json(fault: Fault) -> dict[str, Any]:
    """Return a fault as a JSON object."""
    return {name: getattr(fault, name) for name in ("severity", "file", "row", "field", "value", "problem", "right")}


def explain(error: Exception, *, as_json: bool) -> None:
    """Print an error as a sentence on standard error, or as a JSON object on standard output."""
    sentence = sentence_of(error)
    if as_json:
        faults = [fault_json(f) for f in error.faults] if isinstance(error, BadInput) else []
        message = sentence or f"{type(error).__name__}: {error}"
        print_json({"error": type(error).__name__, "message": message, "faults": faults})
    elif sentence:
        err.print(sentence, style="red", markup=False, soft_wrap=True)
    else:
        err.print(
            f"Holin did not foresee this error: {type(error).__name__}: {error}\n"
            "Please report it with the command that you ran; HOLIN_TRACEBACK=1 shows where it arose.",
            style="red",
            markup=False,
            soft_wrap=True,
        )


def sentence_of(error: Exception) -> str | None:
    """Return what a foreseen error says to a person: Holin's own, or a file that the system refuses; else None."""
    if isinstance(error, HolinError):
        return error.in_language(asked_language())
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}; check the path, its permissions and the space left"
    return None


def asked_language() -> str:
    """Return the language that the command line asks for, else the default: an error has no other way to know it."""
    line = [part for word in sys.argv[1:] for part in word.split("=", 1)]
    wanted = [after for word, after in itertools.pairwise(line) if word == "--language" and after in ("en", "zh")]
    return wanted[-1] if wanted else default_language()


def default_language() -> str:
    """Return zh or en by HOLIN_LANGUAGE, else by the locale of the terminal."""
    wanted = os.environ.get("HOLIN_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if wanted.startswith("zh") else "en"


def called_as() -> str:
    """Return what a person types to call this holin again: its path where another, or none, is found by the name."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m holin"
    found = shutil.which("holin")
    if called.stem != "holin" or not called.exists() or (found is not None and Path(found).samefile(called)):
        return "holin"
    absolute = Path(os.path.abspath(called))  # a link of a virtual environment stays one
    if absolute.parent == Path.cwd():
        return os.path.join(os.curdir, absolute.name)
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)


def has_screen() -> bool:
    """Return whether a browser window can be opened for a person to see."""
    if not sys.stdout.isatty() or os.environ.get("CI"):
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
