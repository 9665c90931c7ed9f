"""What units, enterprises and sources are called in tables of `holin trace`: by name, by id where there is no room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from holin.cli.figures import named
from holin.cli.output import out, print_table, table_width
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.twin import TracedRun

Names = Mapping[str, str]
Table = tuple[list[str], list[list[str]]]
"""The heads of a table and its cells, row by row."""


def names_of(found: TracedRun, language: str) -> dict[str, str]:
    """Return what enterprises and units are called."""
    park = found.park
    things = (*park.enterprises, *park.loads, *park.potlines, *park.storages, *park.wind_farms, *park.pv_plants,
              *park.thermal_units, *park.generators, *park.grids)  # fmt: skip
    return {t.id: named({"id": t.id, "name": t.name, "name_zh": t.name_zh}, "id", language) for t in things}


def print_named(title: str, found: TracedRun, laid_out: Callable[[Names], Table], language: str) -> None:
    """Print a table, units by name; by id, and saying so, where names would break its lines.

    Where ids would too, it is several tables below each other, the first column standing in each.
    """
    columns, cells = laid_out(names_of(found, language))
    if table_width(columns, cells) <= out.width:
        print_table(title, columns, cells)
        return
    columns, cells = laid_out({})
    for k, some in enumerate(_parts(columns, cells)):
        print_table("" if k else title, [columns[c] for c in some], [[row[c] for c in some] for row in cells])
    out.print(text("trace.by_id", language), style="dim", soft_wrap=True)


def _parts(columns: list[str], cells: list[list[str]]) -> list[list[int]]:
    """Return which columns stand in which table: the first in each, and as many of the others as fit."""
    parts = [[0]]
    for c in range(1, len(columns)):
        wider = [*parts[-1], c]
        fits = table_width([columns[k] for k in wider], [[row[k] for k in wider] for row in cells]) <= out.width
        if fits or len(parts[-1]) == 1:
            parts[-1] = wider
        else:
            parts.append([0, c])
    return parts


def sink_called(names: Names, language: str) -> Callable[[str], str]:
    """Return what a user, an enterprise or an export is called."""

    def called(sink: str) -> str:
        grid = sink.removeprefix("export:")
        return names.get(sink, sink) if grid == sink else text("trace.export", language, grid=grid)

    return called


def source_called(names: Names, by_kind: bool, language: str) -> Callable[[str], str]:
    """Return what a source, or a kind of sources, is called."""

    def called(source: str) -> str:
        if by_kind or source == "unknown":
            return text(f"trace.kind.{source}", language)
        grid = source.removeprefix("renewable:")
        words = names.get(grid, grid)
        return words if grid == source else f"{words}: {text('trace.kind.grid_renewable', language)}"

    return called
