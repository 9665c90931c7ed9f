"""The main path: park -> weather -> available power -> schedule -> flows -> trace -> carbon -> summary -> run."""

from __future__ import annotations

import tempfile
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xarray as xr

from holin.calendar import Times, hours_between, hours_of_year
from holin.carbon import carbon, emissions
from holin.dispatch import Dispatch, delivered_mw, dispatch, same_limits, settled_losses, tightened
from holin.errors import BadInput, Fault, Infeasible
from holin.flow import flow, losses_by_bus, must_converge, overloaded_by_reactive
from holin.kernel.linear import Floats
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import provenance_of, read_park, share_of_basis, write_park
from holin.resource import at_sites, available, demand, on_hours, read_weather, weather_year
from holin.store import peak_memory_mb, write_run
from holin.summary import scheduled_share, summary
from holin.trace import trace

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0..1; raising in it cancels."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A run: the whole park, its stage, the tables that travelled, and the figures made from them."""

    park: Park
    stage: Stage
    tables: dict[str, xr.Dataset]
    summary: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The last optimum and its AC flows, the branch limits (time,) in MW that it kept to, how many rounds it took, and
    whether the grid carries the schedule: the last round changed nothing and no branch is over its rating."""

    optimum: Dispatch
    flows: xr.Dataset
    limits_mw: dict[str, Floats]
    rounds: int
    settled: bool


def run(
    park: Park | str | Path,
    *,
    stage: str | None = None,
    start: date | datetime | None = None,
    end: date | datetime | None = None,
    weather: str | Path | None = None,
    seed: int | None = None,
    sky: xr.Dataset | None = None,
    rounds: int = 8,
    on_progress: Progress | None = None,
) -> Result:
    """Run a park at a stage over a year (or from `start` to `end`, local, excluded): operate, check, trace, account.

    `weather` is a file (Holin's CSV or Parquet, EPW, TMY3, PVGIS) instead of the park's synthetic year, which `seed`
    draws; `sky` is a table WEATHER at the park's sites, such as another run's, whose hours are run instead of all that.
    `rounds` bounds how often a schedule that the AC flow finds too much for a branch is made anew.
    """
    say = on_progress or (lambda what, share: None)
    began, seconds = clock.perf_counter(), {}

    def timed(name: str, do: Callable[[], Any]) -> Any:
        before = clock.perf_counter()
        say(name, 0.0)
        made = do()
        seconds[name] = clock.perf_counter() - before
        say(name, 1.0)
        return made

    whole = park if isinstance(park, Park) else timed("read", lambda: read_park(park))
    at = stage_of(whole, stage)
    frozen = at_stage(whole, at)
    hours = hours_of_run(frozen, at, start, end) if sky is None else sky["time"].values
    air = sky if sky is not None else timed("weather", lambda: weather_of(frozen, hours, weather, seed))
    may, must = timed("resource", lambda: (available(frozen, air), demand(frozen, hours, air)))
    held = timed("dispatch", lambda: settled(frozen, may, must, rounds=rounds, on_progress=say))
    plan, flows = held.optimum.schedule, held.flows
    traced = timed("trace", lambda: trace(frozen, plan, flows, on_progress=lambda share: say("trace", share)))
    emitted = timed("carbon", lambda: carbon(frozen, plan, flows, traced))
    figures = timed(
        "summary",
        lambda: summary(
            frozen,
            at,
            schedule=plan,
            flows=flows,
            trace=traced,
            carbon=emitted,
            emitted_t=float(emissions(frozen, plan, flows).sum()),
        ),
    )
    figures["flow"] |= {
        "redispatch_rounds": held.rounds,
        "settled": held.settled,
        "overloaded_by_reactive": overloaded_by_reactive(frozen, flows),
    }
    levels = frozen.facts.must_run_levels_mw if frozen.thermal_units else ()
    figures["must_run"] = timed("must_run", lambda: must_run_shares(frozen, may, must, held, levels))
    proof = {
        "kind": "demo",
        "objective": held.optimum.objective,
        "objective_recomputed": held.optimum.objective_recomputed,
        "balance_error_mw_max": held.optimum.balance_error_mw_max,
        "solver": held.optimum.solver,
        "provenance": share_of_basis(provenance_of(frozen)),
        "synthetic": {"en": frozen.facts.synthetic, "zh": frozen.facts.synthetic_zh},
        "seconds": seconds | {"total": clock.perf_counter() - began},
        "peak_memory_mb": peak_memory_mb(),
    }
    tables = {"weather": air, "available": may, "demand": must, "schedule": plan, "flows": flows}
    return Result(park=whole, stage=at, tables=tables | {"trace": traced, "carbon": emitted}, summary=figures | proof)


def hours_of_run(park: Park, stage: Stage, start: date | datetime | None, end: date | datetime | None) -> Times:
    """Return the hours of a run: the stage's local year, or those from `start` to `end` (excluded).

    Raises BadInput when they are not whole local hours, or none.
    """
    if start is None and end is None:
        return hours_of_year(stage.as_of.year, park.facts.time_zone)
    first = start or date(stage.as_of.year, 1, 1)
    last = end or date(first.year + 1, 1, 1)
    try:
        hours = hours_between(first, last, park.facts.time_zone)
    except ValueError as error:
        raise _not_a_run(first, last, str(error)) from error
    if not len(hours):
        raise _not_a_run(first, last, "no hour lies between them")
    return hours


def _not_a_run(start: date, end: date, problem: str) -> BadInput:
    right = "start and end are local days or whole hours, the end later than the start and not included"
    return BadInput([Fault(file="run", field="start .. end", value=f"{start} .. {end}", problem=problem, right=right)])


def weather_of(park: Park, hours: Times, file: str | Path | None, seed: int | None) -> xr.Dataset:
    """Return the weather of the run: from a file, or the park's synthetic year."""
    if file is None:
        return weather_year(park, hours, seed=seed)
    measured = read_weather(file, time_zone=park.facts.time_zone)
    return at_sites(on_hours(measured, hours, park.facts.time_zone), park)


def settled(
    park: Park, may: xr.Dataset, must: xr.Dataset, *, rounds: int = 8, on_progress: Progress | None = None
) -> Settled:
    """Dispatch and solve the AC flow in turns until no branch is over its limit and the losses have settled.

    Each dispatch carries the losses of the flow before it and lower limits for branches that were found overloaded.
    After the last round the grid connection takes the rest.
    """
    say = on_progress or (lambda what, share: None)
    optimum = dispatch(park, may, must, on_progress=lambda text: say("dispatch", 0.0))
    flows = must_converge(park, flow(park, optimum.schedule, on_progress=lambda share: say("flow", share)))
    kept: dict[str, Floats] = {}
    losses, limits = losses_by_bus(park, flows), tightened(park, optimum.schedule, flows, kept)
    for number in range(1, rounds + 1):
        optimum = dispatch(
            park, may, must, losses=losses, limits_mw=limits, watched=optimum.watched, start=optimum.basis
        )
        flows = must_converge(park, flow(park, optimum.schedule, on_progress=lambda share: say("flow", share)))
        found, tighter = losses_by_bus(park, flows), tightened(park, optimum.schedule, flows, limits)
        if same_limits(tighter, limits) and settled_losses(losses, found, delivered_mw(optimum.schedule)):
            carried = not bool((flows.loading > 1.0).any())
            return Settled(optimum=optimum, flows=flows, limits_mw=limits, rounds=number, settled=carried)
        kept, losses, limits = limits, found, tighter
    return Settled(optimum=optimum, flows=flows, limits_mw=kept, rounds=rounds, settled=False)


def must_run_shares(
    park: Park, may: xr.Dataset, must: xr.Dataset, held: Settled, levels_mw: Sequence[float]
) -> list[dict[str, float | None]]:
    """Return the green share if captive units had to give at least each level, with the losses and limits of the run.

    A level that the park cannot take has None for its figures.
    """
    losses, known = losses_by_bus(park, held.flows), held.optimum
    shares: list[dict[str, float | None]] = []
    for level in levels_mw:
        try:
            made = dispatch(
                park, may, must, losses=losses, limits_mw=held.limits_mw, watched=known.watched,
                must_run_mw=level, start=known.basis,
            )  # fmt: skip
        except Infeasible:
            shares.append({"must_run_mw": level, "green_mwh": None, "green_share_annual": None})
        else:
            shares.append({"must_run_mw": level, **scheduled_share(made.schedule)})
    return shares


def saved(result: Result, folder: str | Path, *, manifest: dict[str, Any] | None = None) -> Path:
    """Write a run folder with a copy of its park and return its path."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "park"
        write_park(result.park, copy)
        return write_run(
            Path(folder),
            park_folder=copy,
            tables=result.tables,
            summary=result.summary,
            manifest=dict(manifest or {}) | {"kind": result.summary["kind"], "seed": _seed(result)},
            time_zone=result.park.facts.time_zone,
        )


def _seed(result: Result) -> Any:
    """Return the seed of the run's weather; None where it has none."""
    return result.tables["weather"].attrs.get("seed") if "weather" in result.tables else None
