"""The budgets of the year: what rules on the year's energies must have in hand by a window's end to be met at its end.

A plan of the whole year says what the rest of the year adds or takes. A rule is steered where the park enforces it; one
that is only judged is told the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_between, hours_of_year, local
from holin.dispatch import dispatch, year_quantities_mw
from holin.errors import BadInput, Fault
from holin.kernel.linear import Floats
from holin.operation import State
from holin.park import Park, units_of
from holin.resource import available, demand, weather_year
from holin.rules import Rule, margin_of, over_years, share_with, terms_of
from holin.twin.expectation import another_seed


@dataclass(frozen=True, kw_only=True)
class YearPlan:
    """A plan of a local year as running sums.

    `so_far` (quantity -> (moment,)) is what each quantity of `rules.QUANTITIES` that a schedule knows has come to at
    `moments` (UTC), the year's beginning first, its end last.
    """

    year: int
    moments: Times
    so_far: Mapping[str, Floats]

    def at(self, moment: np.datetime64) -> dict[str, float]:
        """Return the quantities so far at a moment, even within steps; beyond the year's ends what they are there."""
        hours = (self.moments - self.moments[0]) / np.timedelta64(1, "h")
        when = (moment - self.moments[0]) / np.timedelta64(1, "h")
        return {name: float(np.interp(when, hours, values)) for name, values in self.so_far.items()}

    @property
    def whole(self) -> dict[str, float]:
        """The quantities of the whole year."""
        return {name: float(values[-1]) for name, values in self.so_far.items()}

    def part(self, moment: np.datetime64) -> float:
        """Return the part of the year that has gone by at a moment."""
        gone = (moment - self.moments[0]) / (self.moments[-1] - self.moments[0])
        return float(np.clip(gone, 0.0, 1.0))


def year_plan(park: Park, schedule: xr.Dataset, *, file: str = "budget") -> YearPlan:
    """Return the running sums of a schedule (table SCHEDULE) of a park frozen at its stage.

    Raises BadInput where it is not a whole local year, or of other units.
    """
    zone, time = park.facts.time_zone, schedule.time.values
    faults = []
    if missing := sorted({u.id for u in units_of(park)} - set(map(str, schedule.unit.values))):
        right = "give a run of this park and stage"
        named = ", ".join(missing)
        faults.append(Fault(file=file, field="unit", value=named, problem="units that it does not know", right=right))
    years = sorted(set(local(time, zone).year)) if len(time) else []
    if len(years) != 1 or len(time) != len(hours_of_year(years[0], zone)) or np.ptp(np.diff(time)):
        problem = f"{len(time)} hours of {', '.join(map(str, years)) or 'no year'}"
        right = "give a run of a whole year: `holin run` without --start and --end"
        faults.append(Fault(file=file, field="time", problem=f"no local year, but {problem}", right=right))
    if faults:
        raise BadInput(faults)
    step = np.timedelta64(1, "h")
    sums = {name: np.concatenate([[0.0], np.cumsum(v)]) for name, v in year_quantities_mw(park, schedule).items()}
    return YearPlan(year=int(years[0]), moments=np.append(time, time[-1] + step), so_far=sums)


def expected_year(park: Park, year: int, *, seed: int | None = None) -> YearPlan:
    """Return a least-cost plan of a local year on another draw of the park's climate than the window's (`seed`)."""
    hours = hours_between(date(year, 1, 1), date(year + 1, 1, 1), park.facts.time_zone)
    sky = weather_year(park, hours, seed=another_seed(park, seed))
    return year_plan(park, dispatch(park, available(park, sky), demand(park, hours, sky)).schedule)


def budget_rules(park: Park) -> tuple[Rule, ...]:
    """Return the rules on the year's energies that a schedule knows, enforced or not."""
    known = {
        "renewable_used_mwh", "renewable_available_mwh", "import_mwh", "export_mwh", "load_mwh", "aluminium_load_mwh",
        "co2_t", "",
    }  # fmt: skip
    return tuple(rule for rule in park.rules if terms_of(rule).keys() <= known)


def begun_year(state: State, plan: YearPlan) -> Mapping[str, float]:
    """Return the year so far that a state names, or where it names none that of the plan at its time."""
    return dict(state.year_mwh) or plan.at(state.time)


def targets(park: Park, plan: YearPlan, end: np.datetime64) -> dict[str, float]:
    """Return what each rule must have in hand at a moment (its margin: MWh or t), for the year to end at the rule.

    That is what the plan has by then, less the part of what it has beyond the rule at the year's end that goes with the
    part of the year that has gone: with the rest of the year as planned, the rule is met. A plan that itself ends below
    a rule asks for what it has, no more.
    """
    gone = plan.part(end)
    found = {}
    for rule in budget_rules(park):
        beyond = max(margin_of(rule, plan.whole), 0.0)
        found[rule.id] = margin_of(over_years(rule, gone), plan.at(end)) - gone * beyond
    return found


def check_year(plan: YearPlan, park: Park, start: np.datetime64) -> None:
    """Raise BadInput where a window begins in another year than the plan's."""
    year = int(local(np.array([start]), park.facts.time_zone).year[0])
    if year != plan.year:
        problem = f"the plan is one of {plan.year}, the schedule begins in {year}"
        raise BadInput([Fault(file="budget", field="time", problem=problem, right=f"give a run of {year}")])


def budget_figures(
    park: Park, plan: YearPlan, begun: Mapping[str, float], schedule: xr.Dataset, *, step_h: float
) -> list[dict[str, Any]]:
    """Return per rule where the year stands, as plain values: shares (or t), and margins in MWh (or t; >= 0 is met).

    `so_far` before the schedule, `target` and `reached` at its end, `expected` at the year's end if the rest of the
    year goes as planned, `planned` at the year's end by the plan. `begun` is the year's quantities before the schedule.
    Steps beyond the plan's year do not count.
    """
    time = schedule.time.values
    start, end = time[0], min(time[-1] + np.timedelta64(round(3600 * step_h), "s"), plan.moments[-1])
    here = (time < plan.moments[-1]) * step_h
    then = {name: begun.get(name, 0.0) + float(v @ here) for name, v in year_quantities_mw(park, schedule).items()}
    rest = {name: plan.whole[name] - value for name, value in plan.at(end).items()}
    last = {name: then[name] + rest[name] for name in then}
    asked = targets(park, plan, end)
    return [
        {
            "rule": rule.id,
            "kind": rule.kind.value,
            "value": rule.value,
            "steered": rule.enforced,
            "end": f"{np.datetime_as_string(end, unit='s')}Z",
            **_told("so_far", over_years(rule, plan.part(start)), begun),
            **_told("target", over_years(rule, plan.part(end)), then, asked[rule.id]),
            **_told("reached", over_years(rule, plan.part(end)), then),
            **_told("expected", rule, last),
            **_told("planned", rule, plan.whole),
            "short": max(asked[rule.id] - margin_of(over_years(rule, plan.part(end)), then), 0.0),
        }
        for rule in budget_rules(park)
    ]


def _told(name: str, rule: Rule, quantities: Mapping[str, float], margin: float | None = None) -> dict[str, Any]:
    held = margin_of(rule, quantities) if margin is None else margin
    return {name: share_with(rule, quantities, held), f"{name}_margin": held}


def steered(park: Park) -> Sequence[str]:
    """Return the rules that a schedule is steered by: those on the year's energies that the park enforces."""
    return [rule.id for rule in budget_rules(park) if rule.enforced]
