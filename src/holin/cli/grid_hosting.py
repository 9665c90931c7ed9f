"""The command `holin hosting`: how much more generation or load the grid takes."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import GridArgument, GridState, HoursOption, RunOption, grid_state, hour_said
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import default_language, figure, out, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.flow.hosting import Capacity


class Added(StrEnum):
    """What is to be connected, as `holin.flow.hosting.Added` has it."""

    GENERATION = "generation"
    LOAD = "load"


def hosting(
    park: GridArgument = None,
    stage: StageOption = None,
    run: RunOption = None,
    hours: HoursOption = None,
    added: Annotated[Added, typer.Option(help="What is to be connected.")] = Added.GENERATION,
    bus: Annotated[list[str] | None, typer.Option(help="Only this bus; may be repeated.")] = None,
    power_factor: Annotated[float, typer.Option(min=0.1, max=1.0, help="Cos phi of what is added; loads lag.")] = 1.0,
    ik_ratio: Annotated[
        float | None,
        typer.Option(min=0.0, help="Short-circuit over rated current of what is added: breakers count as limits."),
    ] = None,
    draws: Annotated[int, typer.Option(min=0, help="Random allocations to the buses (Monte Carlo).")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random allocations.")] = 0,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Find how much more generation or load the grid takes before a limit is met.

    Bus by bus, for all buses in equal parts, and with `--draws` for random places. Limits are branch ratings, bus
    voltages and, with `--ik-ratio`, breakers; they hold in every state, and the one that binds is named.
    """
    from holin.flow import hosting as capacities

    speech = language or default_language()
    state = grid_state(park, stage, run, hours)
    with progress(not as_json, speech) as advance:
        found = capacities(
            state.park,
            state.schedule,
            added=added.value,
            buses=bus,
            power_factor=power_factor,
            ik_ratio=ik_ratio,
            draws=draws,
            seed=seed,
            on_progress=lambda share: advance("hosting", share),
        )
    if as_json:
        print_json(
            {
                "stage": state.stage,
                "added": found.added.value,
                "by_bus": [_capacity_figures(state, c) for c in found.by_bus],
                "together": _capacity_figures(state, found.together),
                "spread": asdict(found.spread) if found.spread else None,
            }
        )
        return
    title = text(f"hosting.{added.value}", speech, stage=state.stage, states=state.schedule.sizes["time"])
    columns = [text(f"column.{c}", speech) for c in ("bus", "capacity", "limit", "element", "worst_hour")]
    rows = [(", ".join(c.buses), c) for c in sorted(found.by_bus, key=lambda c: -c.mw)]
    rows.append((text("hosting.together", speech), found.together))
    print_table(title, columns, [_capacity_row(state, name, c, speech) for name, c in rows])
    if found.spread:
        said = "; ".join(f"{name[1:]} %: {figure(mw)} MW" for name, mw in found.spread.quantiles.items())
        out.print(text("hosting.spread", speech, draws=len(found.spread.mw), seed=seed, quantiles=said), soft_wrap=True)


def _capacity_figures(state: GridState, capacity: Capacity) -> dict[str, Any]:
    time = None if state.single or capacity.time is None else f"{capacity.time}Z"
    return asdict(capacity) | {"time": time}


def _capacity_row(state: GridState, name: str, capacity: Capacity, language: str) -> list[str]:
    when = "" if state.single or capacity.time is None else hour_said(state, capacity.time)
    more = "≥ " if capacity.limit.value == "search" else ""
    limit = text(f"hosting.{capacity.limit.value}", language)
    return [name, f"{more}{figure(capacity.mw)} MW", limit, capacity.element or "–", when]
