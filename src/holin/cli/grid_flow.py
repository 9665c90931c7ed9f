"""The command `holin flow`: the AC power flow of one state, of a run's hours, or of random states around them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_spread import print_spread, spread_figures
from holin.cli.grid_state import GridArgument, GridState, HoursOption, RunOption, grid_state
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    import xarray as xr

    from holin.flow import Reason

SHOWN = 12


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
            figures = _flow_figures(state, flows) | {"converged": False}
            print_json(figures | {"reasons": [_reason(r, "en") for r in reasons]})
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
    from holin.flow import balancing_mva, branch_loss_mw, islands, lost_load_mw, shunt_mw

    loss, slack, lost = branch_loss_mw(flows), balancing_mva(state.park, flows), lost_load_mw(state.schedule, flows)
    single = flows.sizes["time"] == 1
    figures: dict[str, Any] = {
        "stage": state.stage,
        "states": int(flows.sizes["time"]),
        "states_converged": int((flows.converged > 0).sum()),
        "converged": bool((flows.converged > 0).all()),
        "iterations": int(flows.iterations.max()) if bool(flows.iterations.notnull().any()) else None,
        "by_newton": int(flows.attrs["by_newton"]),
        "loss_mw": float(loss[0]) if single else {"mean": float(loss.mean()), "max": float(loss.max())},
        "shunt_mw": _of_states(shunt_mw(flows), single),
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
        buses = [{"bus": str(b), "v_pu": float(v), "v_angle_rad": float(a)} for b, v, a in rows]
        return figures | {"buses": buses, "branches": _branches(flows)}
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


def _branches(flows: xr.Dataset) -> list[dict[str, Any]]:
    """The branches of one state: power into both ends, loading, loss."""
    columns = ("p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar", "loading")
    found = []
    for k, branch in enumerate(flows.branch.values):
        values = {c: float(flows[c].values[0, k]) for c in columns}
        found.append({"branch": str(branch), **values, "loss_mw": values["p_from_mw"] + values["p_to_mw"]})
    return found


def _of_states(values: xr.DataArray, single: bool) -> float | dict[str, float]:
    if single:
        return float(values[0])
    return {"min": float(values.min()), "mean": float(values.mean()), "max": float(values.max())}


def _print_flow(state: GridState, flows: xr.Dataset, figures: dict[str, Any], language: str) -> None:
    from holin.flow import balancing_mva, branch_loss_mw, shunt_mw

    loss, slack, shunt = branch_loss_mw(flows), balancing_mva(state.park, flows).real, shunt_mw(flows)
    title = text("flow.title", language, stage=state.stage, states=figures["states"])
    rows = [
        [text("flow.solved", language), f"{figures['states_converged']} / {figures['states']}"],
        [text("flow.voltage", language), f"{figures['v_min_pu']:.4f} .. {figures['v_max_pu']:.4f} p.u."],
        [text("flow.loading", language), percent(figures["loading_max"])],
        [text("flow.loss", language), _span(loss.values, " MW")],
        *(
            [[text("flow.shunts", language), _span(shunt.values, " MW")]]
            if bool((shunt.fillna(0.0) != 0).any())
            else []
        ),
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
