"""The money of a plan, with and without it: investments, cash flow, prices, levelised costs and abatement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from holin.finance import (
    BookFacts,
    CashFlow,
    Investment,
    LevelisedCost,
    PlanPoint,
    Running,
    SourceYears,
    abatement_cost,
    cash_flow,
    cost_per_t_metal,
    discount_factors,
    from_stages,
    levelised_costs,
    price_by_class,
    running_of,
    running_of_parts,
    terms_of,
    write_cash_flow,
)
from holin.finance.running import COSTS
from holin.park import Sector, names_of
from holin.twin.plan import Planned
from holin.twin.plan_investments import investments_of_plan
from holin.twin.plan_setting import PLAN_LIFE_YEARS
from holin.twin.plan_years import YearMoney, year_money, year_shares
from holin.twin.run import Progress

Amounts = Mapping[int, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanMoney:
    """What a plan costs and brings against the same park with nothing built, in constant prices.

    `years` are the planned ones, `flow` the cash flow of what is new from the first of them on, for PLAN_LIFE_YEARS.
    `year_shares` is how much of each planned year was operated (stage -> 0..1): amounts of a part are scaled up to a
    whole year.
    """

    years: tuple[YearMoney, ...]
    investments: tuple[Investment, ...]
    flow: CashFlow
    levelised: tuple[LevelisedCost, ...]
    year_shares: Mapping[str, float]


def plan_money(planned: Planned, figures: Mapping[str, Any], *, on_progress: Progress | None = None) -> PlanMoney:
    """Return the money of a plan; `figures` are its `planned_figures`. Each year is operated again with nothing built.

    Cash flow with and without (有无对比): what the park saves in power bought, fuel, CO2 and the rest is the plan's
    income, as if its users paid it for the plan's power; what costs more with the plan is its cost. A stage's amounts
    hold until the next one.
    """
    say = on_progress or (lambda what, share: None)
    whole = planned.whole
    made = tuple(year_money(planned, s, figures["by_year"][s.stage.name], say) for s in planned.settings)
    years = range(made[0].year, max(made[0].year + round(PLAN_LIFE_YEARS), made[-1].year + 1))
    bought, terms, rate = investments_of_plan(planned), terms_of(whole), whole.facts.discount_rate
    sources = {
        kind: SourceYears(
            energy_mwh=_held(years, made, kind, "energy"),
            costs={part: _held(years, made, kind, part) for part in _parts(made, kind)},
        )
        for kind in dict.fromkeys(kind for year in made for kind in year.sources)
    }
    return PlanMoney(
        years=made,
        investments=bought,
        flow=cash_flow(bought, with_and_without(years, made), terms, discount_rate=rate),
        levelised=levelised_costs(years, bought, sources, terms, discount_rate=rate),
        year_shares=year_shares(planned),
    )


def with_and_without(years: Sequence[int], made: Sequence[YearMoney]) -> Running:
    """Return what a plan saves (as income) and costs more (by row) in each year, against nothing built."""
    none = {year.year: 0.0 for year in made}
    kept = running_of_parts(years, {y.year: y.reference.parts for y in made}, none)
    run = running_of_parts(years, {y.year: y.parts for y in made}, none)
    more = {name: getattr(run, name) - getattr(kept, name) for name in COSTS}
    earned = run.income - kept.income
    saved = sum((np.maximum(-delta, 0.0) for delta in more.values()), np.maximum(earned, 0.0))
    costs = {name: np.maximum(delta, 0.0) for name, delta in more.items()}
    costs["purchase_cost"] = costs["purchase_cost"] + np.maximum(-earned, 0.0)  # exports that fall away
    return running_of(years, income=saved, **costs)


def _held(years: Sequence[int], made: Sequence[YearMoney], kind: str, part: str) -> np.ndarray:
    def amount(year: YearMoney) -> float:
        source = year.sources.get(kind)
        if source is None:
            return 0.0
        return source.energy_mwh if part == "energy" else source.costs.get(part, 0.0)

    return from_stages(years, {year.year: amount(year) for year in made})


def _parts(made: Sequence[YearMoney], kind: str) -> list[str]:
    return list(dict.fromkeys(p for year in made if kind in year.sources for p in year.sources[kind].costs))


def abatement(money: PlanMoney) -> dict[str, Any]:
    """Return CO2 less than with nothing built (t a year), and what a tonne costs, by year and discounted over all."""
    rate, years = money.flow.discount_rate, money.flow.table.year.values[1:]
    by_year = {y.stage: (_point("without", y, False), _point("with", y, True)) for y in money.years}
    factors = discount_factors(rate, len(years) + 1)[1:]
    sums = [
        PlanPoint(
            name=name,
            cost=float(from_stages(years, {y.year: by_year[y.stage][k].cost for y in money.years}) @ factors),
            emission_t=float(
                from_stages(years, {y.year: by_year[y.stage][k].emission_t for y in money.years}) @ factors
            ),
        )
        for k, name in enumerate(("without", "with"))
    ]
    return {
        "co2_less_t": {name: a.emission_t - b.emission_t for name, (a, b) in by_year.items()},
        "cost_per_t": {name: abatement_cost(a, b) for name, (a, b) in by_year.items()},
        "cost_per_t_all_years": abatement_cost(*sums),
    }


def _point(name: str, year: YearMoney, built: bool) -> PlanPoint:
    parts, emitted = (year.parts, year.emitted_t) if built else (year.reference.parts, year.reference.emitted_t)
    return PlanPoint(name=name, cost=sum(parts.values()), emission_t=emitted)


FLOW_ROWS = (
    "capex", "income", "residual", *COSTS, "vat_paid", "surcharge", "project_income_tax", "project", "project_sum",
    "project_discounted_sum", "equity",
)  # fmt: skip
"""Rows of the cash flow that stand in the plain figures."""


RETURNS = (
    "project_rates_before_tax", "project_rates", "equity_rates", "project_irr_before_tax", "project_irr", "equity_irr",
    "project_npv_before_tax", "project_npv", "equity_npv", "payback_years", "payback_years_discounted", "dscr_min",
)  # fmt: skip
"""Figures that mean nothing where the park with nothing built cannot serve its load."""

UNSERVED_MAX = 1e-4
"""Share of a year's load that may go unserved with nothing built for the plan's return still to be told."""


def unserved(money: PlanMoney) -> dict[str, float]:
    """Return the share of load not served with nothing built in the years where it is too much to compare with."""
    asked = {y.stage: y.reference.load_mwh + y.reference.shed_mwh for y in money.years}
    shares = {y.stage: y.reference.shed_mwh / asked[y.stage] for y in money.years if asked[y.stage]}
    return {stage: share for stage, share in shares.items() if share > UNSERVED_MAX}


def money_figures(money: PlanMoney) -> dict[str, Any]:
    """Return the money of a plan in plain figures (currency; rates and shares as ratios)."""
    flow = money.flow
    found = dataclasses.asdict(flow.figures)
    for name in ("project_rates_before_tax", "project_rates", "equity_rates"):
        found[name.replace("rates", "irr")] = getattr(flow.figures, name).only
        found[name] = list(found[name]["rates"])
    if not found["invested"]:
        found |= {"payback_years": None, "payback_years_discounted": None}  # nothing is to be paid back
    short, reduced = unserved(money), abatement(money)
    if short:
        found |= {name: [] if name.endswith(("rates", "rates_before_tax")) else None for name in RETURNS}
        reduced |= {"cost_per_t": dict.fromkeys(reduced["cost_per_t"]), "cost_per_t_all_years": None}
    return {
        "terms": flow.terms.id,
        "discount_rate": flow.discount_rate,
        "year_shares": dict(money.year_shares),
        "figures": found,
        "investments": [
            {n: getattr(i, n) for n in ("id", "kind", "name", "name_zh", "first_year", "cost", "lifetime_years")}
            for i in money.investments
        ],
        "cash_flow": {"year": [int(y) for y in flow.table.year.values]}
        | {name: [float(v) for v in flow.table[name].values] for name in FLOW_ROWS},
        "levelised": {
            one.source: {"per_mwh": one.per_mwh, "parts_per_mwh": one.parts_per_mwh} for one in money.levelised
        },
        "prices": {year.stage: _prices(year) for year in money.years},
        "reference": {
            y.stage: {
                "price_parts": dict(y.reference.parts),
                "price_per_kwh": _per_kwh(sum(y.reference.parts.values()), y.reference.load_mwh),
                "co2_t": y.reference.emitted_t,
                "shed_mwh": y.reference.shed_mwh,
            }
            for y in money.years
        },
        "no_return": short,
        "abatement": reduced,
    }  # fmt: skip


def _prices(year: YearMoney) -> dict[str, Any]:
    classes, metal = {}, None
    if year.shared is not None:
        prices = price_by_class(year.shared).sum("part")
        classes = {str(s): float(prices.sel(sector=s)) for s in prices.sector.values}
        smelting = year.shared.sector.values == Sector.SMELTING.value
        metal = cost_per_t_metal(float(year.shared.cost.values[:, smelting].sum()), year.metal_t)
    return {
        "parts": dict(year.parts),
        "parts_per_kwh": {name: _per_kwh(amount, year.load_mwh) for name, amount in year.parts.items()},
        "per_kwh": _per_kwh(sum(year.parts.values()), year.load_mwh),
        "per_kwh_by_class": classes,
        "per_t_metal": metal,
    }


def _per_kwh(amount: float, mwh: float) -> float | None:
    return amount / mwh / 1000.0 if mwh else None


def saved_cash_flow(planned: Planned, money: PlanMoney, path: Path, language: Literal["zh", "en"]) -> None:
    """Write the cash flow as a workbook (`holin.finance.write_cash_flow`), with the prices of the last planned year."""
    notes = (*NOTES, NO_RETURN) if unserved(money) else NOTES
    facts, last, zh = planned.whole.facts, money.years[-1], language == "zh"
    things = (*planned.whole.enterprises, *planned.park.finances)
    names = {t.id: (t.name_zh if zh else t.name) or t.name or t.name_zh or t.id for t in things}
    stages = ", ".join(year.stage for year in money.years)
    write_cash_flow(
        path,
        money.flow,
        BookFacts(
            park_name=names_of(facts)[language],
            plan=f"{stages} 年规划" if zh else f"plan of {stages}",
            currency=facts.currency,
            levelised=money.levelised,
            shared=last.shared,
            metal_t=last.metal_t,
            names=names,
            notes=[said[0 if zh else 1].format(year=last.stage) for said in notes]
            + [note for note in ((facts.synthetic_zh if zh else facts.synthetic),) if note],
        ),
        language=language,
    )


NOTES: tuple[tuple[str, str], ...] = (
    (
        "有无对比：收入为园区相对“不新建”节省的购电、燃料、碳及其他费用，视同用户按此付给本方案。",
        "With and without: income is what the park saves against nothing built, in power bought, fuel, CO2 and the "
        "rest, as if its users paid it for the plan's power.",
    ),
    (
        "不变价格；一个规划年的数额沿用到下一个规划年。已建资产视为沉没成本，不计入现金流，但计入综合电价。",
        "Constant prices; a planned year's amounts hold until the next one. What stands already is sunk: not in the "
        "cash flow, but in the all-in price.",
    ),
    ("综合电价为 {year} 年。", "The all-in price is that of {year}."),
)

NO_RETURN = (
    "不新建时部分用电无法供应，其价值不在任何价格中：净现值、内部收益率、回收期无从对比，不可采用。",
    "With nothing built a part of the load would not be served, and what that is worth is in no price: NPV, IRR and "
    "payback compare with nothing and are not to be used.",
)
"""What the workbook says beside them where the park with nothing built sheds load."""
