"""Runs, plans and frontiers that a server is asked for, each as one piece of work that writes a folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault, HolinError
from holin.plan import PlanWishes, asked_rule
from holin.rules import Rule
from holin.twin.run import Progress, run, saved

MADE = "made"
"""The folder with what was asked for, within the job's own."""

STEP = "1h"


def run_asked(
    *,
    park: str,
    stage: str,
    start: str | None = None,
    end: str | None = None,
    folder: Path,
    on_progress: Progress,
) -> Mapping[str, Any]:
    """Run a park at a stage over its year, or from `start` to `end` (local days, the end excluded), as `holin run`."""
    first, last = (None if day is None else datetime.fromisoformat(day) for day in (start, end))
    made = run(park, stage=stage, start=first, end=last, on_progress=on_progress)
    on_progress("write", 0.0)
    saved(made, folder / MADE, manifest={"weather": "synthetic"})
    return {"park": made.park.facts.id, "stage": made.stage.name}


def plan_asked(
    *,
    park: str,
    years: Sequence[int],
    base: str | None = None,
    share: float | None = None,
    export: bool = True,
    start: str | None = None,
    end: str | None = None,
    folder: Path,
    on_progress: Progress,
) -> Mapping[str, Any]:
    """Plan a park for some years in whole units, its grid strengthened, with what each rule costs, as `holin plan`.

    `share` is the physical green share asked for in every year, hour by hour; `start` and `end` look at a part of the
    year only. The folder is that of `holin plan -o`; its report is in Chinese, and the English one beside it.
    """
    from holin.twin.plan import plan
    from holin.twin.plan_figures import planned_figures
    from holin.twin.plan_folder import saved_plan
    from holin.twin.plan_loop import grid_settled
    from holin.twin.plan_money import money_figures, plan_money, saved_cash_flow
    from holin.twin.plan_report import plan_report
    from holin.twin.plan_rule_costs import rule_costs

    wishes = PlanWishes(years=tuple(years), base=base, rules=_rules(share), export=export)
    made = plan(park, wishes, start=_day(start), end=_day(end), on_progress=on_progress)
    made = grid_settled(made, on_progress=on_progress)
    figures = planned_figures(made, on_progress=on_progress)
    figures["asked"] |= _told(start, end)
    figures["rule_costs"] = rule_costs(made, on_progress=on_progress)
    money = None
    try:
        money = plan_money(made, figures, on_progress=on_progress)
        figures["money"] = money_figures(money)
    except HolinError as error:  # the plan is no worse for it
        figures["money"] = {"why_not": str(error)}
    on_progress("write", 0.0)
    where = folder / MADE
    faults = saved_plan(made, figures, where)
    for name, language in (("report.html", "zh"), ("report-en.html", "en")):
        (where / name).write_text(plan_report(made, figures, money, language=language), encoding="utf-8")
    if money is not None:
        saved_cash_flow(made, money, where / "cash-flow.xlsx", "zh")
    return {"park": made.whole.facts.id, "faults": [str(fault) for fault in faults]}


def frontier_asked(
    *,
    park: str,
    years: Sequence[int],
    by: str = "green_share_physical_min",
    points: int = 12,
    base: str | None = None,
    export: bool = True,
    start: str | None = None,
    end: str | None = None,
    folder: Path,
    on_progress: Progress,
) -> Mapping[str, Any]:
    """Show what each step of a rule costs for some years of a park, as `holin frontier -o`."""
    from holin.picture import abatement_svg, frontier_svg
    from holin.twin.frontier import frontier_of_park, saved_pages
    from holin.twin.plan import planning_of

    wishes = PlanWishes(years=tuple(years), base=base, export=export)
    planning = planning_of(park, wishes, start=_day(start), end=_day(end), on_progress=on_progress)
    figures = frontier_of_park(planning, by=asked_rule(by, 0.0).kind, points=points, on_progress=on_progress)
    figures["asked"] |= _told(start, end)
    pages = {f"frontier-{lang}.svg": frontier_svg(figures, language=lang) for lang in ("en", "zh")}
    pages |= {f"abatement-{lang}.svg": abatement_svg(figures, language=lang) for lang in ("en", "zh")}
    saved_pages(pages, figures, folder / MADE, "frontier")
    return {"park": figures["park"]}


def _rules(share: float | None) -> tuple[Rule, ...]:
    return () if share is None else (asked_rule("green_share_physical_min", share),)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _told(start: str | None, end: str | None) -> dict[str, Any]:
    """Return what `holin plan` tells of how it was asked, beside the wishes."""
    return {
        "changes": [], "start": start, "end": end, "step": STEP, "seed": None, "solver": "staged", "weather": None,
    }  # fmt: skip


def put_in_place(draft: Path, folder: Path, wanted: str) -> Path:
    """Move a finished folder among others, under a name that is free: the one wanted, or with a number behind it.

    Raises BadInput where the place cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = (wanted if k == 1 else f"{wanted}-{k}" for k in range(1, 10_000))
        target = next(folder / name for name in names if not (folder / name).exists())
        hidden = folder / f".{target.name}.partial"
        shutil.move(draft, hidden)  # over file systems it copies, under a name that nobody reads
        hidden.chmod(0o755)
        hidden.rename(target)
    except OSError as error:
        problem, right = f"cannot be written to ({error.strerror})", "start the server with --out and another folder"
        raise BadInput([Fault(file=ARGUMENT, field="out", value=folder.name, problem=problem, right=right)]) from error
    return target
