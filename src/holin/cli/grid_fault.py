"""The command `holin fault`: short-circuit currents at the buses of a park, and whether its breakers hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import GridArgument, HoursOption, RunOption, asked_by, grid_state, wrong
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    import numpy as np

    from holin.flow import Contribution, ShortCircuit

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
    park: GridArgument = None,
    stage: StageOption = None,
    every_stage: Annotated[bool, typer.Option("--every-stage", help="All stages, one after another.")] = False,
    run: RunOption = None,
    hours: HoursOption = None,
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
    peak against `ip_max_ka`. Everything that stands is taken to run; with `--run` planned outages are out in their
    hours, thermal units that give nothing stand still, and each bus shows its worst hour.
    """
    speech = language or default_language()
    asked: dict[str, Any] = {"cases": case or tuple(Case), "buses": bus} | ({"faults": kind} if kind else {})
    with progress(not as_json, speech) as advance:
        if run is None:
            found = _of_stages(park, stage, every_stage, hours, without, at, asked, advance)
        else:
            found = [_of_run(park, stage, every_stage, run, hours, without, at, asked, advance)]
    if as_json:
        print_json([{"stage": of.stage, **row} for of in found for row in of.rows()])
        return
    for of in found:
        _print_stage(of, with_contributions=bool(bus), language=speech)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The short circuits of one stage; for a run their first hours (UTC), and their numbers of hours."""

    stage: str
    circuits: Sequence[ShortCircuit]
    time: Sequence[np.datetime64] = ()
    hours: Sequence[int] = ()
    time_zone: str = ""

    def when(self, row: int, language: str) -> list[tuple[str, str]]:
        """Return headings and figures of when a short circuit of a run is at its worst; none without a run."""
        import numpy as np

        from holin.calendar import local

        if not self.time:
            return []
        clock = f"{local(np.array([self.time[row]]), self.time_zone)[0]:%m-%dT%H}"
        return [(text("column.worst_hour", language), clock), (text("column.hours", language), str(self.hours[row]))]

    def rows(self) -> list[dict[str, Any]]:
        rows = [asdict(circuit) for circuit in self.circuits]
        when = zip(self.time, self.hours, strict=True)
        return (
            [row | {"time": f"{t}Z", "hours": n} for row, (t, n) in zip(rows, when, strict=True)] if self.time else rows
        )


def _of_stages(
    park: str | None,
    stage: str | None,
    every_stage: bool,
    hours: str | None,
    without: Sequence[str] | None,
    at: datetime | None,
    asked: dict[str, Any],
    advance: Callable[[str, float], None],
) -> list[_Found]:
    from holin.flow import fault as short_circuits
    from holin.flow.fault import known, out_at
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park

    if park is None:
        raise wrong("park", "", "neither a park nor a run is named", "name a park, or a run with --run")
    if hours is not None:
        raise wrong("--hours", hours, "a park by itself has no hours", "name a run with --run")
    whole = read_park(reference_park(park))
    stages = [s.name for s in whole.stages] if every_stage else [stage_of(whole, stage).name]
    found = []
    for done, name in enumerate(stages):
        frozen = at_stage(whole, stage_of(whole, name))
        with asked_by(elements="--without", hour="--at"):
            out_of_service = known(frozen, without or ()) | (out_at(frozen, at) if at else frozenset())
        found.append(_Found(stage=name, circuits=short_circuits(frozen, **asked, out=out_of_service)))
        advance("fault", (done + 1) / len(stages))
    return found


def _of_run(
    park: str | None,
    stage: str | None,
    every_stage: bool,
    run: Path,
    hours: str | None,
    without: Sequence[str] | None,
    at: datetime | None,
    asked: dict[str, Any],
    advance: Callable[[str, float], None],
) -> _Found:
    from holin.flow import fault_over
    from holin.flow.fault import known

    if every_stage:
        raise wrong("--every-stage", "", "a run is of one stage", "leave it out, or name a park without --run")
    if at is not None:
        raise wrong("--at", f"{at}", "a run has its hours", f"say --hours {at:%Y-%m-%dT%H} instead")
    state = grid_state(park, stage, run, hours)
    with asked_by(elements="--without"):
        out_of_service = known(state.park, without or ())
    worst = fault_over(
        state.park, state.schedule, out=out_of_service,
        on_progress=lambda share: advance("fault", share), **asked,
    )  # fmt: skip
    return _Found(
        stage=state.stage, circuits=[w.circuit for w in worst], time=[w.time for w in worst],
        hours=[w.hours for w in worst], time_zone=state.park.facts.time_zone,
    )  # fmt: skip


def _print_stage(found: _Found, *, with_contributions: bool, language: str) -> None:
    from holin.flow.fault import worst

    rows = found.circuits
    by_bus: dict[str, list[ShortCircuit]] = {}
    first: dict[str, int] = {}
    for k, row in enumerate(rows):
        by_bus.setdefault(row.bus, []).append(row)
        first.setdefault(row.bus, k)
    cells = [_cells(by_bus[bus], language) for bus in by_bus]
    if found.time:  # the hours take the place of what follows from the rest, or stands in bus.csv
        dropped = ("2ph", text("fault.column.rating", language))
        kept = [[cell for cell in row if cell[0] not in dropped] for row in cells]
        cells = [row + found.when(first[bus], language) for bus, row in zip(by_bus, kept, strict=True)]
    columns = [text("column.bus", language), *(heading for heading, _ in cells[0])] if cells else []
    print_table(
        text("fault.title", language, stage=found.stage),
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
    if any(row.ikss_ka == 0 for row in rows):
        out.print(text("fault.unearthed", language), soft_wrap=True, markup=False)
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
        cells.append((row.fault.value, figure(row.ikss_ka or None, 2)))  # 0: no neutral is earthed
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
