"""What a planner asks for: the years, the rules, the budgets, what is left to the plan, and other prices."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from holin.errors import ARGUMENT, BadInput, Fault
from holin.finance import discount_factors
from holin.park import Park, Stage, at_stage, stage_of
from holin.plan.tidy import tidied
from holin.rules import OF_LEDGER, Rule, RuleKind, terms_of, value_most


@dataclass(frozen=True, kw_only=True)
class PlanWishes:
    """What is asked of a plan.

    `years` are those planned for (none: that of the stage after `base`, or of `base` where none follows), `base` is
    the stage that stands already (none: the park's default one). Wind, PV and storage that the park would build after
    it are left to the plan; with `anew` those that stand already as well. `rules` hold beside the park's enforced ones
    while they stand (`built`, `retired`), `investment_max` is a budget by year (currency), `load_growth` how the firm
    load grows a year beyond the park's own changes, `export` whether energy may be exported, `secure` whether branches
    must hold after an outage, too.
    """

    years: tuple[int, ...] = ()
    base: str | None = None
    rules: tuple[Rule, ...] = ()
    investment_max: Mapping[int, float] = field(default_factory=dict)
    load_growth: float = 0.0
    anew: bool = False
    export: bool = True
    secure: bool = False
    whole: bool = True


def asked_rule(kind: str, value: float, *, id_: str | None = None) -> Rule:
    """Return an enforced rule. Raises BadInput with the kinds that exist, for one that no optimum can keep, and for a
    value that no rule has."""
    if kind not in set(RuleKind):
        problem, right = "no such kind of rule", f"one of {', '.join(RuleKind)}"
        raise BadInput([Fault(file=ARGUMENT, field="rule", value=kind, problem=problem, right=right)])
    known = RuleKind(kind)
    unknown = terms_of(Rule(id=kind, kind=known, value=value)).keys() & OF_LEDGER
    if unknown:
        problem = f"no optimum knows {', '.join(sorted(unknown))}"
        right = "a rule on energy, CO2 or sizes; certificates are a ledger's"
        raise BadInput([Fault(file=ARGUMENT, field="rule", value=kind, problem=problem, right=right)])
    most = value_most(known)
    if not 0.0 <= value <= most:
        right = "an amount from 0 on" if most > 1.0 else "a share from 0 to 1, such as 0.35 for 35 %"
        said = f"{kind}={value:g}"
        raise BadInput([Fault(file=ARGUMENT, field="rule", value=said, problem="no value of this rule", right=right)])
    return Rule(id=id_ or f"asked-{kind.replace('_', '-')}", kind=known, value=value, enforced=True)


def planned_years(park: Park, wishes: PlanWishes) -> tuple[int, ...]:
    """Return the years that are planned for, in order.

    Raises BadInput for all years before the base stage, all budgets of years that are not planned, and all rules that
    hold in none.
    """
    base = stage_of(park, wishes.base).as_of.year
    later = [s.as_of.year for s in park.stages if s.as_of.year > base]
    years = tuple(sorted(set(wishes.years))) or (min(later, default=base),)
    faults = [
        Fault(file=ARGUMENT, field="years", value=str(year), problem="lies before the stage that stands",
              right=f"years from {base} on, or an earlier base stage")
        for year in years
        if year < base
    ]  # fmt: skip
    faults += [
        Fault(file=ARGUMENT, field="investment_max", value=str(year), problem="a budget of a year that is not planned",
              right=f"one of {', '.join(map(str, years))}")
        for year in sorted(set(wishes.investment_max) - set(years))
    ]  # fmt: skip
    faults += [
        Fault(file=ARGUMENT, field="rule", value=f"{rule.kind.value} from {rule.built.year}",
              problem="holds in no planned year", right=f"a year until {years[-1]}, or a later planned year")
        for rule in wishes.rules
        if rule.built and rule.built.year > years[-1]
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    return years


def stage_at(park: Park, year: int) -> Stage:
    """Return the park's stage of a year, the last where it has several, or a new one at its end."""
    own = max((s for s in park.stages if s.as_of.year == year), key=lambda s: s.as_of, default=None)
    name = str(year) if str(year) not in {s.name for s in park.stages} else f"plan-{year}"
    return own or Stage(name=name, as_of=date(year, 12, 31), title=f"Plan {year}", title_zh=f"{year}年规划")


def left_to_plan(park: Park, stage: Stage, wishes: PlanWishes) -> Park:
    """Return the park frozen at a stage, without the wind, PV and storage that are left to the plan.

    Those that stand at the base stage stay, unless all is planned `anew`. Without export no connection exports.
    """
    at = at_stage(park, stage)
    before = at_stage(park, stage_of(park, wishes.base))
    names = ("wind_farms", "pv_plants", "storages")
    kept = set() if wishes.anew else {thing.id for name in names for thing in getattr(before, name)}
    stands = {name: tuple(t for t in getattr(at, name) if t.id in kept) for name in names}
    grids = at.grids
    if not wishes.export:
        grids = tuple(dataclasses.replace(grid, export_max_mw=0.0) for grid in at.grids)
    return dataclasses.replace(
        at, wind_farms=stands["wind_farms"], pv_plants=stands["pv_plants"], storages=stands["storages"], grids=grids
    )


def without_left(park: Park, wishes: PlanWishes) -> Park:
    """Return the whole park without the things that are left to the plan, at all stages.

    Where a candidate has the data of such a thing, it stays as a template. What names them (meters, outages) goes too.
    """
    base = at_stage(park, stage_of(park, wishes.base))
    changed = {}
    described: set[str] = set()
    for name in ("wind_farms", "pv_plants", "storages"):
        stands = set() if wishes.anew else {thing.id for thing in getattr(base, name)}
        templates = {c.element for c in park.candidates}
        day = stage_of(park, wishes.base).as_of
        changed[name] = tuple(
            t for t in getattr(park, name)
            if t.id in stands or t.id in templates or (not wishes.anew and t.retired is not None and t.retired <= day)
        )  # fmt: skip
        gone_before = {t.id for t in changed[name] if not wishes.anew and t.retired is not None and t.retired <= day}
        described |= {t.id for t in changed[name] if t.id in templates and t.id not in stands | gone_before}
    candidates = tuple(
        dataclasses.replace(c, template=True) if c.element in described else c for c in park.candidates
    )  # fmt: skip
    less = dataclasses.replace(
        park, wind_farms=changed["wind_farms"], pv_plants=changed["pv_plants"], storages=changed["storages"],
        candidates=candidates,
    )  # fmt: skip
    return tidied(park, less)


def weights_of(years: Sequence[int], discount_rate: float, life_years: float) -> dict[int, float]:
    """Return how many discounted years each planned year stands for: those until the next one, the last for the rest.

    Discounted to the first year; `life_years` is how long the whole plan is looked at. One year alone counts once.
    """
    if len(years) == 1:
        return {years[0]: 1.0}
    ends = [*years[1:], max(years[0] + round(life_years), years[-1] + 1)]
    factors = discount_factors(discount_rate, ends[-1] - years[0])
    return {year: float(factors[year - years[0] : end - years[0]].sum()) for year, end in zip(years, ends, strict=True)}
