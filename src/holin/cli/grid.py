"""The commands `holin flow`, `n1` and `hosting`: what the grid carries, when an element fails, and how much more."""

from __future__ import annotations

import time as clock
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_spread import print_spread, spread_figures
from holin.cli.grid_state import GridArgument, GridState, HoursOption, RunOption, grid_state
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from holin.flow import N1, Reason, Violation
    from holin.flow.hosting import Capacity

SHOWN = 12
NAMED = 3


def flow(
    park: GridArgument = None,
    stage: StageOption = None,
    run: RunOption = None,
    hours: HoursOption = None,
    q_limits: Annotated[
        bool, typer.Option("--q-limits", help="Hold reactive limits; without, units keep their voltages at any cost.")
    ] = False,
    draws: Annotated[
        int, typer.Option(min=0, help="Random states around these (Monte Carlo): how often is a limit passed?")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random states.")] = 0,
    load_spread: Annotated[
        float, typer.Option(min=0.0, help="Standard deviation of loads, as a share of their power.")
    ] = 0.1,
    source_spread: Annotated[
        float, typer.Option(min=0.0, help="Standard deviation of wind farms and PV plants, as a share of their power.")
    ] = 0.2,
    correlation: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Between any two loads, and between any two sources.")
    ] = 0.5,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Solve the AC power flow of a park's own state, or of the hours of a run.

    Without `--run` all loads stand at their peak and generators give their snapshot. Prints the extremes of voltage
    and loading, the losses, and what the grid connection has to take. With `--draws` the states vary at random, and
    the quantiles of voltages, loadings and losses are printed with how often each limit is passed.
    """
    from holin import flow as grid

    speech = language or default_language()
    state = grid_state(park, stage, run, hours)
    if draws:
        options = {"load_spread": load_spread, "source_spread": source_spread, "correlation": correlation}
        with progress(not as_json, speech) as advance:
            found = grid.flow_spread(
                state.park, state.schedule, draws=draws, seed=seed, q_limits=q_limits,
                on_progress=lambda share: advance("flow", share), **options,
            )  # fmt: skip
        if as_json:
            print_json(spread_figures(state, found, options))
        else:
            print_spread(state, found, speech)
        if not found.solved:
            raise typer.Exit(1)
        return
    with progress(not as_json, speech) as advance:
        flows = grid.flow(
            state.park, state.schedule, q_limits=q_limits, on_progress=lambda share: advance("flow", share)
        )
    if not bool(flows.v_pu.notnull().any()):
        reasons = grid.why_not(state.park, state.schedule, q_limits=q_limits)
        if as_json:
            print_json({"converged": False, "iterations": None, "reasons": [_reason(r, "en") for r in reasons]})
        else:
            out.print(text("flow.no_solution", speech), style="red")
            for reason in reasons:
                out.print(f"- {_reason(reason, speech)}", soft_wrap=True, markup=False)
        raise typer.Exit(1)
    figures = _flow_figures(state, flows)
    if as_json:
        print_json(figures)
        return
    _print_flow(state, flows, figures, speech)


def _reason(reason: Reason, language: str) -> str:
    return text(f"why.{reason.kind.value}", language, element=reason.element, **reason.figures)


def _flow_figures(state: GridState, flows: xr.Dataset) -> dict[str, Any]:
    from holin.flow import balancing_mva, islands, lost_load_mw, network_loss_mw

    loss, slack, lost = network_loss_mw(flows), balancing_mva(state.park, flows), lost_load_mw(state.schedule, flows)
    single = flows.sizes["time"] == 1
    figures: dict[str, Any] = {
        "stage": state.stage,
        "states": int(flows.sizes["time"]),
        "states_converged": int((flows.converged > 0).sum()),
        "converged": bool((flows.converged > 0).all()),
        "iterations": float(flows.iterations.max()),
        "by_newton": int(flows.attrs["by_newton"]),
        "loss_mw": float(loss[0]) if single else {"mean": float(loss.mean()), "max": float(loss.max())},
        "slack": {"p_mw": _of_states(slack.real, single), "q_mvar": _of_states(slack.imag, single)},
        "v_min_pu": float(flows.v_pu.min()),
        "v_max_pu": float(flows.v_pu.max()),
        "loading_max": float(flows.loading.max()),
        "lost_load_mw": _of_states(lost, single),
        "islands": [
            asdict(i) | {"energised": i.balanced_by is not None} for i in islands(state.park, flows.time.values)
        ],
    }
    if single:
        rows = zip(flows.bus.values, flows.v_pu.values[0], flows.v_angle_rad.values[0], strict=True)
        return figures | {"buses": [{"bus": str(b), "v_pu": float(v), "v_angle_rad": float(a)} for b, v, a in rows]}
    return figures | {
        "hours_overloaded": int((flows.loading > 1.0).any("branch").sum()),
        "loss_mwh": float(loss.sum()),
        "branches": [
            {"branch": str(b), "loading_max": float(x), "loss_mwh": float(y)}
            for b, x, y in zip(
                flows.branch.values,
                flows.loading.max("time").values,
                (flows.p_from_mw + flows.p_to_mw).sum("time").values,
                strict=True,
            )
        ],
    }


def _of_states(values: xr.DataArray, single: bool) -> float | dict[str, float]:
    if single:
        return float(values[0])
    return {"min": float(values.min()), "mean": float(values.mean()), "max": float(values.max())}


def _print_flow(state: GridState, flows: xr.Dataset, figures: dict[str, Any], language: str) -> None:
    from holin.flow import balancing_mva, network_loss_mw

    loss, slack = network_loss_mw(flows), balancing_mva(state.park, flows).real
    title = text("flow.title", language, stage=state.stage, states=figures["states"])
    rows = [
        [text("flow.solved", language), f"{figures['states_converged']} / {figures['states']}"],
        [text("flow.voltage", language), f"{figures['v_min_pu']:.4f} .. {figures['v_max_pu']:.4f} p.u."],
        [text("flow.loading", language), percent(figures["loading_max"])],
        [text("flow.loss", language), _span(loss.values, " MW")],
        [text("flow.slack", language), _span(slack.values, " MW")],
    ]
    print_table(title, [text("column.figure", language), text("column.value", language)], rows)
    _print_dark(figures, language)
    highest = flows.loading.max("time")
    order = highest.fillna(0.0).values.argsort()[::-1][:SHOWN]
    worst = [[str(flows.branch.values[k]), percent(float(highest[k]))] for k in order if highest[k] > 0]
    if worst:
        columns = [text("column.branch", language), text("column.loading", language)]
        print_table(text("flow.busiest", language), columns, worst)
    else:
        out.print(text("flow.unrated", language), soft_wrap=True)
        out.print()
    lowest = flows.v_pu.min("time")
    order = [k for k in lowest.fillna(9.0).values.argsort()[:SHOWN] if lowest[k].notnull()]
    low = [[str(flows.bus.values[k]), f"{float(lowest[k]):.4f}", f"{float(flows.v_pu[:, k].max()):.4f}"] for k in order]
    columns = [text(f"column.{c}", language) for c in ("bus", "v_min", "v_max")]
    print_table(text("flow.lowest", language), columns, low)


def _print_dark(figures: dict[str, Any], language: str) -> None:
    """Say what is without voltage, in how many states, and what it was to take; and that there are several islands."""
    lost = figures["lost_load_mw"]
    for island in figures["islands"]:
        if not island["energised"]:
            buses = ", ".join(island["buses"][:SHOWN]) + (" …" if island["buses"][SHOWN:] else "")
            said = text("flow.dark", language, count=len(island["buses"]), buses=buses, states=island["hours"])
            out.print(said, style="yellow", soft_wrap=True, markup=False)
    if (most := lost["max"] if isinstance(lost, dict) else lost) > 0:
        out.print(text("flow.lost", language, mw=figure(most)), style="red", soft_wrap=True, markup=False)
    balanced = sorted({island["balanced_by"] for island in figures["islands"] if island["energised"]})
    if len(balanced) > 1:
        out.print(text("flow.islands", language, anchors=", ".join(balanced)), soft_wrap=True, markup=False)


def _span(values: Any, unit: str) -> str:
    import numpy as np

    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return figure(low, 3) + unit if high - low < 1e-9 else f"{figure(low, 1)} .. {figure(high, 1)}{unit}"


def n1(
    park: GridArgument = None,
    stage: StageOption = None,
    run: RunOption = None,
    hours: HoursOption = None,
    outages: Annotated[
        list[str] | None,
        typer.Option("--outages", help="What may fail: branch, unit, bus; may be repeated. Without: branch."),
    ] = None,
    element: Annotated[list[str] | None, typer.Option(help="Only this element; may be repeated.")] = None,
    common_mode: Annotated[
        list[str] | None,
        typer.Option("--common-mode", help="Elements that fail together, such as L-1,L-2; may be repeated."),
    ] = None,
    loading_max: Annotated[float, typer.Option("--loading-max", help="Loading that counts as overload.")] = 1.0,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Let any one element fail in every state, and rank what goes wrong.

    Every outage is an AC power flow: overloads and voltages with their worst hour, load that loses its supply, states
    without a solution. Planned outages are respected; tap changers stay where the base case has them.
    """
    from holin.flow import n1 as all_outages

    speech = language or default_language()
    state = grid_state(park, stage, run, hours)
    groups = {" + ".join(g): g for g in (said.split(",") for said in common_mode or ())}
    began = clock.perf_counter()
    with progress(not as_json, speech) as advance:
        found = all_outages(
            state.park,
            state.schedule,
            kinds=outages or ("branch",),
            elements=element,
            common_mode=groups,
            loading_max=loading_max,
            on_progress=lambda share: advance("n1", share),
        )
    seconds = clock.perf_counter() - began
    if as_json:
        print_json(_n1_figures(state, found, seconds))
    else:
        _print_n1(state, found, speech)
    if not found.solved:
        raise typer.Exit(1)


def _n1_figures(state: GridState, found: N1, seconds: float) -> dict[str, Any]:
    return {
        "stage": state.stage,
        "outages": found.outages,
        "states": found.states,
        "cases": found.cases,
        "cases_solved": found.solved,
        "by_newton": found.by_newton,
        "secure": found.secure,
        "seconds": seconds,
        "base": [_violation(v) for v in found.base],
        "violations": [_violation(v) for v in found.violations],
        "lost_load_mw": found.lost_load_mw,
    }


def _violation(v: Violation) -> dict[str, Any]:
    named = {"overload": "loading", "voltage": "v_pu", "lost_load": "lost_load_mw"}.get(v.kind.value)
    said = {"outage": v.outage, "kind": v.kind.value, "element": v.element, "time": f"{v.time}Z", "hours": v.hours}
    return said | ({named: v.value, "limit": v.limit} if named else {}) | {"severity": v.severity}


def _print_n1(state: GridState, found: N1, language: str) -> None:
    out.print(
        text("n1.title", language, stage=state.stage, outages=found.outages, states=found.states, solved=found.solved,
             cases=found.cases),
        style="bold", soft_wrap=True, markup=False,
    )  # fmt: skip
    columns = [text(f"column.{c}", language) for c in ("outage", "what", "element", "value", "hours", "worst_hour")]
    for heading, rows in (("n1.base", found.base), ("n1.violations", found.violations)):
        if rows:
            shown = [_row(state, v, language) for v in rows[: 3 * SHOWN]]
            print_table(text(heading, language, count=len(rows)), columns, shown)
    if unsolved := found.cases - found.solved:
        out.print(text("n1.unjudged", language, count=unsolved, cases=found.cases), style="red", soft_wrap=True)
    elif not found.violations:
        out.print(text("n1.secure", language), style="green")
    elif len(found.violations) > 3 * SHOWN:
        out.print(text("n1.more", language, count=len(found.violations) - 3 * SHOWN))


def _moment(state: GridState, time: np.datetime64) -> str:
    import numpy as np

    from holin.calendar import local

    return f"{local(np.array([time]), state.park.facts.time_zone)[0]:%Y-%m-%d %H:%M}"


def _row(state: GridState, v: Violation, language: str) -> list[str]:
    value = {"overload": percent(v.value), "voltage": f"{v.value:.4f} p.u.", "lost_load": f"{figure(v.value)} MW"}
    elements = v.element.split(", ")
    element = v.element if len(elements) <= NAMED else f"{', '.join(elements[:2])} … (+{len(elements) - 2})"
    return [
        v.outage or "–", text(f"n1.{v.kind.value}", language), element or "–", value.get(v.kind.value, "–"),
        str(v.hours), "" if state.single else _moment(state, v.time),
    ]  # fmt: skip


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
        print_json({"stage": state.stage, **asdict(found)})
        return
    title = text(f"hosting.{added.value}", speech, stage=state.stage, states=state.schedule.sizes["time"])
    columns = [text(f"column.{c}", speech) for c in ("bus", "capacity", "limit", "element", "worst_hour")]
    rows = [(", ".join(c.buses), c) for c in sorted(found.by_bus, key=lambda c: -c.mw)]
    rows.append((text("hosting.together", speech), found.together))
    print_table(title, columns, [_capacity_row(state, name, c, speech) for name, c in rows])
    if found.spread:
        said = "; ".join(f"{name[1:]} %: {figure(mw)} MW" for name, mw in found.spread.quantiles.items())
        out.print(text("hosting.spread", speech, draws=len(found.spread.mw), seed=seed, quantiles=said), soft_wrap=True)


def _capacity_row(state: GridState, name: str, capacity: Capacity, language: str) -> list[str]:
    when = "" if state.single or capacity.time is None else _moment(state, capacity.time)
    more = "≥ " if capacity.limit.value == "search" else ""
    limit = text(f"hosting.{capacity.limit.value}", language)
    return [name, f"{more}{figure(capacity.mw)} MW", limit, capacity.element or "–", when]
