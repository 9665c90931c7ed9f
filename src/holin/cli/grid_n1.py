"""The command `holin n1`: every element out in turn, in every state, ranked by what goes wrong."""

from __future__ import annotations

import time as clock
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import GridArgument, GridState, HoursOption, RunOption, grid_state, hour_said
from holin.cli.options import JsonOption, LanguageOption, StageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.flow import N1, Violation

SHOWN = 36
NAMED = 3


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
            shown = [_row(state, v, language) for v in rows[:SHOWN]]
            print_table(text(heading, language, count=len(rows)), columns, shown)
    if unsolved := found.cases - found.solved:
        out.print(text("n1.unjudged", language, count=unsolved, cases=found.cases), style="red", soft_wrap=True)
    elif not found.violations:
        out.print(text("n1.secure", language), style="green")
    elif len(found.violations) > SHOWN:
        out.print(text("n1.more", language, count=len(found.violations) - SHOWN))


def _row(state: GridState, v: Violation, language: str) -> list[str]:
    value = {"overload": percent(v.value), "voltage": f"{v.value:.4f} p.u.", "lost_load": f"{figure(v.value)} MW"}
    elements = v.element.split(", ")
    element = v.element if len(elements) <= NAMED else f"{', '.join(elements[:2])} … (+{len(elements) - 2})"
    return [
        v.outage or "–", text(f"n1.{v.kind.value}", language), element or "–", value.get(v.kind.value, "–"),
        str(v.hours), "" if state.single else hour_said(state, v.time),
    ]  # fmt: skip
