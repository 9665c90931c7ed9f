"""A plan drawn: its years as operated, with and without what is built, as one offline page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holin.picture.plan_report import PlanYear, plan_report_html
from holin.picture.scene import scene_of
from holin.twin.plan import Planned
from holin.twin.plan_money import PlanMoney
from holin.twin.plan_operated import as_planned


def plan_report(planned: Planned, figures: Mapping[str, Any], money: PlanMoney | None, *, language: str) -> str:
    """Return the report of a plan that was operated (`held`) as HTML; without `money` the years have no before."""
    before = {} if money is None else {year.stage: year.reference.kept for year in money.years}
    years = []
    for setting in planned.settings:
        name = setting.stage.name
        held, kept = planned.held[name], before.get(name)
        tables = {"schedule": held.optimum.schedule, "flows": held.flows}
        without = None
        if kept is not None:
            shown = {"schedule": kept.optimum.schedule, "flows": kept.flows}
            without = scene_of(setting.standing, setting.stage, shown, {})
        at = as_planned(planned.park, setting)
        scene = scene_of(at, setting.stage, tables, figures["by_year"][name])
        years.append(PlanYear(name=name, scene=scene, before=without))
    return plan_report_html(planned.whole, years, figures, language=language)
