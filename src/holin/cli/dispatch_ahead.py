"""The daily dispatch plan of `holin dispatch --day`: a window from a state on, printed for people or as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from holin.cli.budgets import print_budgets, print_part
from holin.cli.dispatch_changes import changes_of, moment_in_plan, print_difference
from holin.cli.dispatch_grid import grid_figures, print_grid
from holin.cli.dispatch_paper import Papers, print_origin, print_pots, state_figures, stood_in_words, write_papers
from holin.cli.output import figure, out, percent, print_json, print_table, progress
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.errors import BadInput, Fault

NAMED = 4
"""So many elements are named where many are alike."""

LONGEST_H = 336.0
STEPS_H = (0.25, 0.5, 1.0)

HOURS = {"h": 1.0, "min": 1.0 / 60, "d": 24.0}


def hours_in(value: str, option: str) -> float:
    """Return a duration such as 48h, 15min or 2d in hours; raises BadInput where it is none."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *(h|min|d)", value.strip())
    if not found or float(found[1]) <= 0:
        fault = Fault(
            file="command line", field=option, value=value, problem="not a duration", right="write 48h, 15min or 2d"
        )
        raise BadInput([fault])
    return float(found[1]) * HOURS[found[2]]


def whole_hours(value: str, option: str) -> int:
    """Return a duration that is a whole number of hours; raises BadInput where it is none."""
    hours = hours_in(value, option)
    if abs(hours - round(hours)) > 1e-9:
        problem, right = "a replay goes by whole hours", "write 1h, 6h or 1d"
        raise BadInput([Fault(file="command line", field=option, value=value, problem=problem, right=right)])
    return round(hours)


@dataclass(frozen=True, kw_only=True)
class _Lengths:
    horizon_h: float
    lookahead_h: float
    step_h: float


def _lengths(horizon: str, look_ahead: str, step: str) -> _Lengths:
    """Return the lengths of a plan; raises BadInput where they do not go into each other or ask for too much."""
    none_ahead = re.fullmatch(r"0 *(h|min|d)?", look_ahead.strip()) is not None
    step_h = hours_in(step, "--step")
    found = _Lengths(
        horizon_h=hours_in(horizon, "--horizon"), step_h=step_h,
        lookahead_h=0.0 if none_ahead else hours_in(look_ahead, "--look-ahead"),
    )  # fmt: skip
    faults = []
    if min(abs(step_h - known) for known in STEPS_H) > 1e-9:
        right = "give 15min, 30min or 1h"
        faults.append(Fault(file="command line", field="--step", value=step, problem="no such step", right=right))
    for option, value, hours in (
        ("--horizon", horizon, found.horizon_h),
        ("--look-ahead", look_ahead, found.lookahead_h),
    ):
        if not faults and abs(hours / step_h - round(hours / step_h)) > 1e-9:
            problem, right = f"not a whole number of steps of {step}", "give a multiple of the step"
            faults.append(Fault(file="command line", field=option, value=value, problem=problem, right=right))
    if found.horizon_h + found.lookahead_h > LONGEST_H:
        problem = f"with the look-ahead {found.horizon_h + found.lookahead_h:g} hours"
        right = f"plan at most {LONGEST_H:g} hours at once; `holin replay` rolls through a year"
        faults.append(Fault(file="command line", field="--horizon", value=horizon, problem=problem, right=right))
    if faults:
        raise BadInput(faults)
    return found


def check_endings(files: Mapping[str, tuple[Path | None, str]]) -> None:
    """Raise BadInput for files whose name does not end as what is written into them."""
    faults = [
        Fault(
            file="command line", field=option, value=str(path), problem=f"what is written is a {ending} file",
            right=f"give a name that ends in {ending}",
        )
        for option, (path, ending) in files.items()
        if path is not None and path.suffix.lower() != ending
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)


def _steps_until(moment: str | None, begins: datetime, lengths: _Lengths) -> int | None:
    """Return how many steps of the plan lie before a moment, rounded up: a state is one of the end of a step."""
    if moment is None:
        return None
    at = moment_in_plan(moment, "--state-at", begins)
    steps = math.ceil((at - begins) / timedelta(hours=lengths.step_h) - 1e-9)
    if not 0 < steps <= round((lengths.horizon_h + lengths.lookahead_h) / lengths.step_h):
        problem, right = "does not lie in the plan", "give a moment after its beginning, such as 18:15"
        raise BadInput([Fault(file="command line", field="--state-at", value=moment, problem=problem, right=right)])
    return steps


def plan_day(
    park: str,
    speech: str,
    *,
    as_json: bool,
    day: str,
    horizon: str,
    look_ahead: str,
    step: str,
    state: Path | None,
    last: Path | None,
    budget: Path | None,
    state_out: Path | None,
    out_file: Path | None,
    papers: Papers,
    forecast: str | None,
    stage: str | None,
    state_at: str | None,
    outages: Sequence[str],
    changes: Sequence[str],
    **options: Any,
) -> None:
    """Make, print and write the schedule that the options ask for."""
    from holin.dispatch import ahead_figures, difference_figures, state_as_plain, state_from_plain
    from holin.forecast import Method
    from holin.park import at_stage, stage_of, stage_on
    from holin.parkfile import read_park, reference_park
    from holin.store import read_schedule
    from holin.twin import planned

    first = moment_of(day, "--day")
    assert first is not None
    lengths = _lengths(horizon, look_ahead, step)
    check_endings(
        {
            "--excel": (papers.excel, ".xlsx"), "--chart": (papers.chart, ".svg"),
            "--heat-chart": (papers.heat_chart, ".svg"), "--setpoints": (papers.setpoints, ".csv"),
        }
    )  # fmt: skip
    whole = read_park(reference_park(park))
    at = stage_of(whole, stage) if stage else stage_on(whole, first)
    frozen = at_stage(whole, at)
    begun = None if state is None else state_from_plain(_read_json(state), frozen, file=str(state))
    end = first + timedelta(hours=lengths.horizon_h + lengths.lookahead_h)
    asked = changes_of(frozen, outages, changes, begins=first, ends=end, step_h=lengths.step_h)
    leaves = _steps_until(state_at, first, lengths)
    with progress(not as_json, speech) as advance:
        plan = planned(
            whole,
            day=first,
            stage=at.name,
            horizon_h=lengths.horizon_h,
            lookahead_h=lengths.lookahead_h,
            step_h=lengths.step_h,
            state=begun,
            last=None if last is None else read_schedule(last),
            budget=None if budget is None else read_schedule(budget),
            changes=asked,
            forecast=Method(forecast) if forecast in list(Method) else forecast,
            on_progress=advance,
            **options,
        )
    left = state_as_plain(plan.state_out if leaves is None else plan.made.state_after(leaves))
    heading = {"park": whole.facts.id, "stage": plan.stage.name, "currency": whole.facts.currency}
    figures = {**heading, **ahead_figures(plan.made, plan.horizon.decided), "state_out": left}
    figures |= {"known_by": plan.outlook.source, "stood_in": list(plan.stood_in)}
    if plan.difference is not None:
        figures["difference"] = difference_figures(plan.difference, plan.horizon.decided)
    written = []
    if state_out is not None:
        state_out.write_text(json.dumps(left, indent=2) + "\n", encoding="utf-8")
        written.append(str(state_out))
    if out_file is not None:
        from holin.store import write_tables

        write_tables(out_file, {"schedule": plan.made.schedule, "ahead": plan.made.ahead})
        written.append(str(out_file))
    figures |= {"budgets": list(plan.budgets), "rules": list(plan.rules)}
    figures |= {"grid": grid_figures(plan), "grid_unchecked": plan.unheld}
    figures |= state_figures(plan, begun)
    written += write_papers(papers, plan, figures, speech, state_file=state)
    if as_json:
        print_json({**figures, "written": written})
        return
    _print(plan, figures, speech)
    if "difference" in figures:
        print_difference(figures["difference"], figures["currency"], whole.facts.time_zone, speech)
    print_pots(figures["pots"], speech)
    print_origin(figures, speech, state)
    print_budgets(figures["budgets"], speech)
    print_part(figures["rules"], speech)
    print_grid(figures["grid"], speech)
    if plan.unheld:
        out.print(text("ahead.unheld", speech, reason=plan.unheld), style="yellow", markup=False, soft_wrap=True)
    for path in written:
        out.print(text("written", speech, path=path), soft_wrap=True, markup=False)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        fault = Fault(file=str(path), problem=f"not JSON ({error})", right="give what --state-out wrote")
        raise BadInput([fault]) from error


def _clock(when: Any, row: int) -> str:
    """Return the hour, at the beginning of a day and of the table the date: it must not wrap in a narrow terminal."""
    return f"{when:%m-%d}" if row == 0 or not (when.hour or when.minute) else f"{when:%H:%M}"


def _print(plan: Any, figures: Mapping[str, Any], language: str) -> None:
    from holin.dispatch import day_table

    table = day_table(plan.made, plan.horizon.decided, every_h=max(1.0, plan.horizon.horizon_h / 24))
    names = [c for c in table.columns if c != "units_on" or table[c].any()]
    rows = [
        [_clock(when, k), *(figure(float(row[n]), 0) for n in names)] for k, (when, row) in enumerate(table.iterrows())
    ]
    title = text("ahead.title", language, park=figures["park"], stage=figures["stage"], hours=plan.horizon.horizon_h)
    print_table(title, [text("column.time", language), *(text(f"ahead.{name}", language) for name in names)], rows)
    status = text(f"ahead.status.{figures['status'].split(':')[0]}", language)
    hours = plan.horizon.horizon_h
    named = text("ahead.cost", language, currency=figures["currency"], hours=hours)
    beyond, wishes = sum(figures["cost_beyond"].values()), figures["wishes"]
    cost = [
        [named, figure(sum(figures["cost"].values()), 0)],
        *[
            [f"  {text(f'dispatch.{part}', language)}", figure(value, 0)]
            for part, value in figures["cost"].items()
            if abs(value) >= 0.5
        ],
        *([[text("ahead.cost_beyond", language), figure(beyond, 0)]] if abs(beyond) >= 0.5 else []),
        *([[text("dispatch.wishes", language), figure(wishes, 0)]] if abs(wishes) >= 0.5 else []),
        [text("ahead.gap", language), percent(figures["mip_gap"], 3)],
        [text("ahead.status", language), status],
    ]
    print_table("", [text("column.figure", language), text("column.value", language)], cost)
    for said in stood_in_words(figures["stood_in"], language):
        out.print(said, style="yellow", markup=False, soft_wrap=True)
    fell_back = figures["status"].partition(": ")[2]
    if fell_back:
        said = text(f"ahead.fell_back.{fell_back}", language, reason=figures["reason"])
        out.print(said, style="yellow", markup=False, soft_wrap=True)
    if figures["breaches"]:
        out.print(text("ahead.breaches", language), style="bold")
    for breach in figures["breaches"]:
        colour = "red" if breach["duty"] else "yellow"
        out.print(f"  {breach[language]}", style=colour, markup=False, soft_wrap=True)
    if figures["breaches_beyond"]:
        out.print(text("ahead.beyond", language, count=len(figures["breaches_beyond"])), soft_wrap=True)
