"""The command `holin fault`: short-circuit currents at the buses of a park, and whether its breakers hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.options import JsonOption, LanguageOption, ParkArgument, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.flow import Contribution, ShortCircuit
    from holin.park import Park


NAMED = 8
"""So many elements are named for people; JSON has all."""


class Kind(StrEnum):
    """The kinds of short circuit, as `holin.flow.FaultKind` has them."""

    THREE_PHASE = "3ph"
    TWO_PHASE = "2ph"
    TWO_PHASE_EARTH = "2ph-earth"
    ONE_PHASE = "1ph"


class Case(StrEnum):
    """Largest or smallest currents."""

    MAX = "max"
    MIN = "min"


def fault(
    park: ParkArgument,
    stage: StageOption = None,
    every_stage: Annotated[bool, typer.Option("--every-stage", help="All stages, one after another.")] = False,
    bus: Annotated[
        list[str] | None, typer.Option(help="A bus; may be repeated. Its contributions are printed too.")
    ] = None,
    kind: Annotated[
        list[Kind] | None,
        typer.Option("--fault", help="A kind of short circuit; may be repeated. Without: 3ph, 2ph, 1ph."),
    ] = None,
    case: Annotated[
        list[Case] | None, typer.Option(help="Largest (max) or smallest (min) currents. Without: both.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="An element, unit or bus that is out of service; may be repeated.")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%d %H:%M"], help="A local hour: what a planned outage has out then is left out."
        ),
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Work out short-circuit currents after IEC 60909-0:2016 and hold them against the breakers.

    Initial (Ik''), peak (ip) and breaking current (Ib) at every bus, largest and smallest, with what feeders,
    generators, motors, converters and branches give. The breaking current is held against the bus's `ik_max_ka`, the
    peak against `ip_max_ka`.
    """
    from holin.park import stage_of
    from holin.parkfile import read_park, reference_park

    speech = language or default_language()
    whole = read_park(reference_park(park))
    stages = [s.name for s in whole.stages] if every_stage else [stage_of(whole, stage).name]
    found: list[tuple[str, list[ShortCircuit]]] = []
    with progress(not as_json, speech) as advance:
        for name in stages:
            advance("fault", 0.0)
            found.append((name, _short_circuits(whole, name, bus, kind, case, without, at)))
    if as_json:
        print_json([{"stage": name, **asdict(row)} for name, rows in found for row in rows])
        return
    for name, rows in found:
        _print_stage(name, rows, with_contributions=bool(bus), language=speech)


def _short_circuits(
    whole: Park,
    stage: str,
    buses: Sequence[str] | None,
    kinds: Sequence[Kind] | None,
    cases: Sequence[Case] | None,
    without: Sequence[str] | None,
    at: datetime | None,
) -> list[ShortCircuit]:
    from holin.flow.fault import fault as short_circuits
    from holin.flow.fault import known, out_at
    from holin.park import at_stage, stage_of

    park = at_stage(whole, stage_of(whole, stage))
    out_of_service = known(park, without or ()) | (out_at(park, at) if at else frozenset())
    chosen: dict[str, Any] = {}
    if kinds:
        chosen["faults"] = kinds
    return short_circuits(park, **chosen, cases=cases or tuple(Case), buses=buses, out=out_of_service)


def _print_stage(stage: str, rows: Sequence[ShortCircuit], *, with_contributions: bool, language: str) -> None:
    from holin.flow.fault import worst

    by_bus: dict[str, list[ShortCircuit]] = {}
    for row in rows:
        by_bus.setdefault(row.bus, []).append(row)
    cells = [_cells(circuits, language) for circuits in by_bus.values()]
    columns = [text("column.bus", language), *(heading for heading, _ in cells[0])] if cells else []
    print_table(
        text("fault.title", language, stage=stage),
        columns,
        [[bus, *(value for _, value in row)] for bus, row in zip(by_bus, cells, strict=True)],
    )
    for row in rows if with_contributions else ():
        _print_contributions(row, language)
    beyond = list(dict.fromkeys(row.bus for row in worst(rows)))
    if any(row.within is not None for row in rows):
        verdict = text("fault.beyond", language, buses=", ".join(beyond)) if beyond else text("fault.within", language)
        out.print(verdict, style="red" if beyond else "green", soft_wrap=True, markup=False)
    if dead := list(dict.fromkeys(row.bus for row in rows if row.z_ohm is None)):
        out.print(text("fault.dead", language, buses=", ".join(dead)), soft_wrap=True, markup=False)
    if assumed := sorted({element for row in rows for element in row.assumed}):
        some = ", ".join(assumed[:NAMED]) + (text("fault.more", language) if assumed[NAMED:] else "")
        noted = text("fault.assumed", language, count=len(assumed), elements=some)
        out.print(noted, style="yellow", soft_wrap=True, markup=False)
    out.print()


def _cells(circuits: Sequence[ShortCircuit], language: str) -> list[tuple[str, str]]:
    """Headings and figures of one bus; beside the largest currents only the least one between conductors is shown."""
    largest = [row for row in circuits if row.case.value == "max"]
    smallest = [row for row in circuits if row.case.value == "min"]
    cells = [("kV", f"{circuits[0].v_nom_kv:g}")]
    for row in largest or smallest:
        cells.append((row.fault.value, figure(row.ikss_ka, 2)))
        if row.fault.value == "3ph":
            cells += [("ip", figure(row.ip_ka, 2)), ("Ib", figure(row.ib_ka, 2))]
    if largest and smallest:
        between = [row for row in smallest if row.fault.value in ("2ph", "3ph")] or smallest
        cells.append((text("fault.column.least", language), figure(min(row.ikss_ka for row in between), 2)))
    margin = min((row.margin for row in circuits if row.margin is not None), default=None)
    rating = circuits[0].ik_max_ka
    return [
        *cells,
        (text("fault.column.rating", language), "–" if rating is None else f"{rating:g}"),
        (text("fault.column.margin", language), percent(margin)),
    ]


def _print_contributions(row: ShortCircuit, language: str) -> None:
    heading = text(
        "fault.contributions", language, bus=row.bus, fault=row.fault.value, case=row.case.value, c=row.c,
        ikss=figure(row.ikss_ka, 3), z="–" if row.z_ohm is None else f"{row.z_ohm.r:.4f} + j{row.z_ohm.x:.4f}",
    )  # fmt: skip
    tables = {
        "at_bus": ("element", "kind", "current", "angle", "path"),
        "source": ("element", "kind", "current", "terminal", "decay", "path"),
    }
    for role, names in tables.items():
        rows = [_contribution(part, language) for part in row.contributions if part.role == role]
        if rows:
            columns = [text(f"fault.column.{c}", language) for c in names]
            columns[0] = text(f"fault.role.{role}", language)
            print_table(heading, columns, [[cells[name] for name in names] for cells in rows])
        heading = ""


def _contribution(part: Contribution, language: str) -> dict[str, str]:
    return {
        "element": part.element,
        "kind": text(f"fault.kind.{part.kind}", language),
        "current": figure(part.i_ka, 3),
        "angle": figure(part.angle_rad, 2),
        "path": "–" if part.z_ohm is None else f"{part.z_ohm.r:.3f} + j{part.z_ohm.x:.3f}",
        "terminal": figure(part.i_terminal_ka, 3),
        "decay": figure(part.decay, 3),
    }
