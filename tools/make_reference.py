"""Write docs/reference from the classes and commands themselves, so that it cannot be wrong. `make docs` calls it."""

from __future__ import annotations

import enum
import inspect
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Made by `make docs` from the source; a change here is lost. -->"
TYPE_WORDS = {str: "text", float: "number", int: "whole number", bool: "true or false", date: "date", datetime: "time"}


def commands_page() -> str:
    """Return the page of all commands with their arguments and options."""
    import typer.main

    from holin.cli import app

    parts = ["# Commands", NOTE]
    for name, command in commands_below(typer.main.get_command(app), "holin"):
        parts += [f"## `{name}`", inspect.cleandoc(command.help or "")]
        rows = [
            (
                ", ".join(f"`{o}`" for o in spellings(parameter)),
                "required" if parameter.required else _value(parameter.default),
                getattr(parameter, "help", None) or "",
            )
            for parameter in command.params
            if "--help" not in parameter.opts
        ]
        parts += [markdown_table(("argument or option", "default", "meaning"), rows)] if rows else []
    return "\n\n".join(parts) + "\n"


def commands_below(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield every command of a command line with its full name; a group too, where it has options of its own."""
    below = getattr(command, "commands", None)
    if below is None or any("--help" not in parameter.opts for parameter in command.params):
        yield name, command
    for child_name, child in (below or {}).items():
        yield from commands_below(child, f"{name} {child_name}")


def spellings(parameter: Any) -> list[str]:
    """Return how an argument or option is written on the command line."""
    if parameter.param_type_name == "argument":
        return [str(parameter.metavar or parameter.name.upper())]
    return [*parameter.opts, *parameter.secondary_opts]


def park_folder_page() -> str:
    """Return the page of `park.toml` and all tables of a park folder."""
    from holin.park import KINDS, ParkFacts, Stage

    parts = [
        "# The park folder",
        NOTE,
        "A park is a folder: `park.toml`, and one CSV table per kind of thing, named after it. "
        "A required column needs a value in every row; every other column may be left out.",
        "## `park.toml`",
        "The park as a whole:",
        columns_table(ParkFacts),
        "Each of its stages:",
        columns_table(Stage),
    ]
    for table, kind in KINDS.items():
        parts += [f"## `{table}.csv`", inspect.cleandoc(kind.__doc__ or ""), columns_table(kind)]
    return "\n\n".join(parts) + "\n"


def columns_table(kind: type) -> str:
    """Return the declared columns of a class as a Markdown table."""
    from holin.columns import Column, columns_of, printed

    def allowed(column: Column) -> str:
        bounds = (("≥", column.ge), (">", column.gt), ("≤", column.le), ("<", column.lt))
        words = [f"{sign} {bound:g}" for sign, bound in bounds if bound is not None]
        words += ["usually {:g} to {:g}".format(*column.usual)] if column.usual else []
        words += ["an id of " + " or ".join(f"`{t}`" for t in column.refers_to)] if column.refers_to else []
        return ", ".join(words)

    rows = [
        (
            f"`{column.name}`",
            column.unit,
            type_words(column.core_type),
            "required" if column.required else _value(printed(column.default)),
            allowed(column),
            column.meaning,
        )
        for column in columns_of(kind)
    ]
    return markdown_table(("column", "unit", "type", "default", "allowed", "meaning"), rows)


def type_words(kind: Any) -> str:
    """Return a column's type in words."""
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        entry = ":".join(type_words(t) for t in typing.get_args(item)) or type_words(item)
        return f"list of {entry}, split by `;`"
    if issubclass(kind, enum.StrEnum):
        return ", ".join(f"`{choice.value}`" for choice in kind)
    return TYPE_WORDS[kind]


def tables_page() -> str:
    """Return the page of the tables that travel through the park."""
    from holin.finance import CASH_FLOW
    from holin.tables import SCHEMAS

    parts = ["# The tables that travel", NOTE]
    for schema in (*SCHEMAS.values(), CASH_FLOW):
        rows = [(f"`{c.name}`", ", ".join(schema.dims[c.name]), c.unit, c.meaning) for c in schema.columns]
        parts += [f"## `{schema.name}`", schema.meaning, markdown_table(("column", "over", "unit", "meaning"), rows)]
    return "\n\n".join(parts) + "\n"


def readings_page() -> str:
    """Return the page of a file of readings and of the flags of what is made of it."""
    from holin.metering import BARRING, MEANINGS, Flag, ReadingRow

    rows = [
        (f"`{str(flag.name).lower()}`", str(flag.value), "no" if flag & BARRING else "yes", MEANINGS[flag])
        for flag in Flag
    ]
    parts = [
        "# Readings of meters",
        NOTE,
        "A CSV (UTF-8) or Parquet file, one row per reading. `holin meters` reads it; the guide has a chapter on it.",
        "## Columns",
        inspect.cleandoc(ReadingRow.__doc__ or ""),
        columns_table(ReadingRow),
        "## Flags",
        "The column `flags` of the table `metered` is the sum of those that hold.",
        markdown_table(("flag", "number", "may be certified", "meaning"), rows),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in line) + " |" for line in lines)


def _value(value: Any) -> str:
    return "" if value in (None, False, "", ()) else f"`{value}`"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "park-folder.md": park_folder_page,
    "readings.md": readings_page,
    "tables.md": tables_page,
}


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main()
