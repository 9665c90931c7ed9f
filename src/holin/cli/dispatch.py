"""The command `holin dispatch`: what runs at least cost, for one snapshot of the grid or over days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.dispatch_ahead import plan_day
from holin.cli.dispatch_paper import Papers
from holin.cli.options import (
    BudgetOption,
    EndOption,
    JsonOption,
    LanguageOption,
    LookAheadOption,
    MipGapOption,
    ParkArgument,
    SeedOption,
    StageOption,
    StartOption,
    WeatherOption,
)
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.errors import BadInput, Fault

SHOWN = 12
BOUND = 1e-6
"""A shadow price (per MWh, per degree) from which a limit counts as one that binds."""


class DcModel(StrEnum):
    """The conventions of a branch's linear flow, as `holin.flow.DcModel` has them."""

    MATPOWER = "matpower"
    POWERMODELS = "powermodels"


def dispatch(
    park: ParkArgument,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="One hour: all loads at their peak, no wind or sun (DC OPF).")
    ] = False,
    dc_model: Annotated[
        DcModel | None,
        typer.Option(
            "--dc-model",
            help="Of --snapshot: matpower (default; b = 1/x, tap ratios and phase shifts count) or powermodels "
            "(b = x/(r^2 + x^2), neither counts: PGLib's DC column).",
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", help="The daily dispatch plan from this local day or moment on, 2025-03-03."),
    ] = None,
    horizon: Annotated[str, typer.Option("--horizon", help="Of --day: what is decided, such as 24h or 48h.")] = "24h",
    look_ahead: LookAheadOption = "24h",
    step: Annotated[str, typer.Option("--step", help="Of --day: 15min, 30min or 1h.")] = "15min",
    state: Annotated[
        Path | None,
        typer.Option("--state", help="Of --day: JSON file of the state it begins in, as --state-out writes it."),
    ] = None,
    state_out: Annotated[
        Path | None, typer.Option("--state-out", help="Of --day: write the state after the horizon to this JSON file.")
    ] = None,
    state_at: Annotated[
        str | None,
        typer.Option("--state-at", help="Of --state-out: the state at this moment instead, such as 18:15."),
    ] = None,
    outage: Annotated[
        list[str] | None,
        typer.Option(
            "--outage", help="Of --day: what trips, ELEMENT@FROM[/UNTIL], such as coal-2@18:10; may be repeated."
        ),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            help="Of --day: what if, WHAT[.ELEMENT]=FACTOR or =+MW, [@FROM[/UNTIL]], such as wind=0.5@14:00, "
            "load.alu=+20 or price=1.2; what is wind, pv, available, load, heat, import or price. May be repeated.",
        ),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--last",
            help="Of --day: an earlier plan that reaches into it, as --out wrote it (or a run folder): the search "
            "begins with its units, and where the search fails or is late the plan is adjusted.",
        ),
    ] = None,
    budget: BudgetOption = None,
    forecast: Annotated[
        str | None,
        typer.Option(
            "--forecast",
            help="Of --day: a forecast file (see `holin forecast`), or blend, persistence, climatology; without it the "
            "weather itself is known.",
        ),
    ] = None,
    excel: Annotated[
        Path | None, typer.Option("--excel", help="Of --day: write the daily dispatch plan (日调度计划) as a workbook.")
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Of --day: draw it as an SVG.")] = None,
    heat_chart: Annotated[
        Path | None, typer.Option("--heat-chart", help="Of --day: draw the heat of the potlines' pots as an SVG.")
    ] = None,
    setpoints: Annotated[
        Path | None,
        typer.Option("--setpoints", help="Of --day: write the proposed set points as CSV; nothing is sent."),
    ] = None,
    grid: Annotated[
        bool, typer.Option("--grid/--no-grid", help="Of --day: hold the schedule against AC flow and N-1.")
    ] = True,
    n_minus_1: Annotated[bool, typer.Option("--n1/--no-n1", help="Of --day: every branch out in turn as well.")] = True,
    mip_gap: MipGapOption = 1e-3,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="Of --day: when the solver stops with what it has.")
    ] = 120.0,
    stage: StageOption = None,
    start: StartOption = None,
    end: EndOption = None,
    weather: WeatherOption = None,
    seed: SeedOption = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write the tables of the result to this NetCDF file.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Work out what runs at least cost, and what a MWh is worth at every bus.

    A network case: `holin dispatch my57 --snapshot` is its DC optimal power flow, with exact quadratic costs, limits of
    flows and angles, locational prices and the shadow prices of limits. A park's days: `holin dispatch my-park --start
    2025-03-03 --end 2025-03-06` makes the schedule on the network without losses; `holin run` goes on to the AC flow.
    Tomorrow, quarter-hour by quarter-hour, with units switched in whole steps: `holin dispatch my-park --day 2025-03-03
    --state-out monday.json --out monday.nc`, and the day after from where it ends: `--day 2025-03-04 --state
    monday.json --last monday.nc`. What if: `--change wind=0.5@14:00`, what now: `--outage coal-2@18:10`.
    """
    speech = language or default_language()
    if day is not None:
        _refuse("--day has a horizon of its own", start=start, end=end, dc_model=dc_model, snapshot=snapshot or None)
        plan_day(
            park, speech, as_json=as_json, day=day, horizon=horizon, look_ahead=look_ahead, step=step, state=state,
            last=last, budget=budget, state_out=state_out, out_file=out_file,
            papers=Papers(excel=excel, chart=chart, heat_chart=heat_chart, setpoints=setpoints),
            forecast=forecast, stage=stage, weather=weather, seed=seed, mip_gap=mip_gap, seconds_max=seconds,
            grid=grid, n_minus_1=n_minus_1, state_at=state_at, outages=outage or [], changes=change or [],
        )  # fmt: skip
        return
    _refuse(
        "it is an option of --day", state=state, last=last, budget=budget, state_out=state_out, state_at=state_at,
        excel=excel, chart=chart, heat_chart=heat_chart, setpoints=setpoints, outage=outage, change=change,
        forecast=forecast,
    )  # fmt: skip
    if snapshot:
        _refuse("--snapshot is one hour by itself", start=start, end=end, weather=weather, seed=seed)
        found = _snapshot(park, stage, dc_model or DcModel.MATPOWER)
    else:
        _refuse("only --snapshot has a choice of models", dc_model=dc_model)
        times = {"start": moment_of(start, "--start"), "end": moment_of(end, "--end")}
        found = _days(park, not as_json, speech, stage=stage, weather=weather, seed=seed, **times)
    figures, tables = found
    if out_file is not None:
        from holin.store import write_tables

        write_tables(out_file, tables)
        figures = {**figures, "written": str(out_file)}
    if as_json:
        print_json(figures)
        return
    (_print_snapshot if snapshot else _print_days)(figures, speech)
    if out_file is not None:
        out.print(text("written", speech, path=out_file), soft_wrap=True, markup=False)


def _refuse(problem: str, **options: object) -> None:
    faults = [
        Fault(
            file="command line", field=f"--{name.replace('_', '-')}", value="" if value is True else str(value),
            problem=problem,
            right="leave one of the two out",
        )
        for name, value in options.items()
        if value is not None
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)


def _snapshot(park: str, stage: str | None, dc_model: DcModel) -> tuple[dict[str, Any], dict[str, Any]]:
    from holin.dispatch import dispatch_snapshot, snapshot_figures
    from holin.flow import DcModel as Model
    from holin.park import at_stage, stage_of
    from holin.parkfile import read_park, reference_park

    whole = read_park(reference_park(park))
    at = stage_of(whole, stage)
    optimum = dispatch_snapshot(at_stage(whole, at), dc_model=Model(dc_model))
    heading = {"park": whole.facts.id, "stage": at.name, "currency": whole.facts.currency}
    tables = {"schedule": optimum.schedule, "dc_optimum": optimum.network}
    return {**heading, **snapshot_figures(optimum)}, tables


def _days(park: str, shown: bool, language: str, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    from holin.dispatch import schedule_figures
    from holin.parkfile import reference_park
    from holin.twin import scheduled

    with progress(shown, language) as advance:
        made = scheduled(reference_park(park), on_progress=advance, **options)
    heading = {"park": made.park.facts.id, "stage": made.stage.name, "currency": made.park.facts.currency}
    return {**heading, **schedule_figures(made.optimum)}, {"schedule": made.optimum.schedule}


def _print_snapshot(figures: Mapping[str, Any], language: str) -> None:
    price, currency = figures["shadow_price_per_mwh"], figures["currency"]
    span = f"{figure(price['min'], 3)} .. {figure(price['max'], 3)}"
    rows = [
        [text("dispatch.objective", language, currency=currency), figure(figures["objective"], 2)],
        [text("dispatch.load", language), f"{figure(figures['load_mw'])} MW"],
        *([[text("dispatch.unfed", language), f"{figure(figures['unfed_mw'])} MW"]] if figures["unfed_mw"] else []),
        [text("dispatch.prices", language, currency=currency), span],
    ]
    title = text("dispatch.snapshot", language, **{k: figures[k] for k in ("park", "stage", "dc_model")})
    print_table(title, [text("column.figure", language), text("column.value", language)], rows)
    running = sorted((g for g in figures["generators"]), key=lambda g: -abs(g["p_mw"]))
    columns = [text(f"column.{c}", language) for c in ("unit_id", "power_mw", "range_mw", "marginal_cost", "price")]
    _print_some(
        text("dispatch.generators", language, count=len(running)), columns, running, language,
        lambda g: [
            g["unit"], figure(g["p_mw"], 2), f"{figure(g['p_min_mw'])} .. {figure(g['p_max_mw'])}",
            figure(g["marginal_cost_per_mwh"], 3), figure(g["shadow_price_per_mwh"], 3),
        ],
    )  # fmt: skip
    _print_limits(figures["branches"], language)


def _print_limits(branches: Sequence[Mapping[str, Any]], language: str) -> None:
    flows = [b for b in branches if b["flow_shadow_price_per_mwh"] > BOUND]
    angles = [b for b in branches if b["angle_shadow_price_per_deg"] > BOUND]
    if not flows and not angles:
        out.print(text("dispatch.no_limit", language))
    columns = [text(f"column.{c}", language) for c in ("branch", "power_mw", "loading", "shadow_price")]
    flows.sort(key=lambda b: -b["flow_shadow_price_per_mwh"])
    _print_some(
        text("dispatch.flows", language, count=len(flows)), columns, flows, language,
        lambda b: [
            b["branch"], figure(b["p_from_mw"], 2), percent(b["loading"]), figure(b["flow_shadow_price_per_mwh"], 3)
        ],
    )  # fmt: skip
    columns = [text(f"column.{c}", language) for c in ("branch", "angle", "shadow_price_deg")]
    _print_some(
        text("dispatch.angles", language, count=len(angles)), columns, angles, language,
        lambda b: [b["branch"], figure(b["angle_rad"], 4), figure(b["angle_shadow_price_per_deg"], 3)],
    )  # fmt: skip


def _print_some(title: str, columns: Sequence[str], things: Sequence[Any], language: str, row: Any) -> None:
    if things:
        print_table(title, columns, [row(thing) for thing in things[:SHOWN]])
    if len(things) > SHOWN:
        out.print(text("dispatch.more", language, count=len(things) - SHOWN))


def _print_days(figures: Mapping[str, Any], language: str) -> None:
    price, currency = figures["shadow_price_per_mwh"], figures["currency"]
    rows = [
        [text("dispatch.objective", language, currency=currency), figure(figures["objective"], 2)],
        *[[f"  {text(f'dispatch.{part}', language)}", figure(value, 2)] for part, value in figures["cost"].items()],
        [text("energy.shed", language), f"{figure(figures['shed_mwh'])} MWh"],
        [text("energy.curtailed", language), f"{figure(figures['curtailed_mwh'])} MWh"],
        [
            text("dispatch.prices", language, currency=currency),
            " .. ".join(figure(price[k], 2) for k in ("min", "mean", "max")),
        ],
    ]
    title = text("dispatch.days", language, **{k: figures[k] for k in ("park", "stage", "hours", "first", "last")})
    print_table(title, [text("column.figure", language), text("column.value", language)], rows)
    units = sorted(figures["units"], key=lambda u: -abs(u["energy_mwh"]))
    columns = [text(f"column.{c}", language) for c in ("unit_id", "energy_mwh", "range_mw")]
    _print_some(
        text("dispatch.units", language, count=len(units)), columns, units, language,
        lambda u: [u["unit"], figure(u["energy_mwh"]), f"{figure(u['p_min_mw'])} .. {figure(u['p_max_mw'])}"],
    )  # fmt: skip
