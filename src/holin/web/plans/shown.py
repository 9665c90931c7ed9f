"""The figures of a plan's or frontier's folder as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holin.web.answers import Label
from holin.web.plans.shapes import (
    AskedRule,
    BuiltShown,
    FrontierShown,
    MoneyShown,
    PlannedYear,
    PlanShown,
    PointOfYear,
    PointShown,
    ProofShown,
    RetiredShown,
    RuleCostShown,
    RuleOfPlan,
    RuleOfYear,
    ShadowPriceShown,
    SizingShown,
    WrittenListed,
)
from holin.web.plans.written import KnownFigures
from holin.web.problems import said

Row = Mapping[str, Any]

WHOLE_YEAR_H = 8760

HOW = {"times": "×", "plus": "+", "to": "="}


def written_listed(known: KnownFigures) -> WrittenListed:
    """Return a plan or frontier as the library lists it."""
    if known.faults:
        return WrittenListed(id=known.id, faults=[said(fault) for fault in known.faults])
    found, asked = known.figures, known.figures.get("asked", {})
    hours = found.get("hours") or [year["hours"] for year in found.get("by_year", {}).values()]
    synthetic = found.get("synthetic") or {}
    return WrittenListed(
        id=known.id,
        park=found["park"],
        park_name=Label(**found["names"]),
        years=[str(year) for year in found["years"]],
        base=asked.get("base"),
        rules=[_asked_rule(rule) for rule in asked.get("rules", [])],
        export=asked.get("export"),
        changes=[f"{c['quantity']} {HOW.get(c['how'], '')}{c['value']:g}" for c in asked.get("changes", [])],
        whole_year=min(hours) >= WHOLE_YEAR_H if hours else None,
        synthetic=Label(**synthetic) if synthetic.get("en") and synthetic.get("zh") else None,
    )


def _asked_rule(rule: Row) -> AskedRule:
    return AskedRule(
        kind=rule["kind"], label=rule_label(rule["kind"]), value=rule["value"], since=rule.get("since") or None
    )


def rule_label(kind: str) -> Label:
    """Return what a kind of rule asks, in both languages."""
    from holin.picture.texts import texts

    chinese, english = texts().get(f"rule.{kind}", (kind.replace("_", " "),) * 2)
    return Label(en=english, zh=chinese)


def named(row: Row, otherwise: str) -> Label:
    """Return the names that stand in a row."""
    english, chinese = row.get("name") or "", row.get("name_zh") or ""
    return Label(en=english or chinese or otherwise, zh=chinese or english or otherwise)


def plan_shown(known: KnownFigures) -> PlanShown:
    """Return a plan as the API shows it."""
    found = known.figures
    money = found["money"]
    return PlanShown(
        listed=written_listed(known),
        currency=found["currency"],
        built=[_built(row) for row in found["built"]],
        retired=[
            RetiredShown(year=row["stage"], element=row["element"], choice=row["choice"], mw=row["mw"])
            for row in found.get("retired", [])
        ],
        years=[_year(found, name, year) for name, year in found["by_year"].items()],
        rules=_rules(found),
        rule_costs=None if "rule_costs" not in found else [_rule_cost(row) for row in found["rule_costs"]],
        shadow_prices=[_price(row) for row in found["why"].get("limits", [])],
        sizing=[
            SizingShown(year=row["stage"], offer=row["offer"], text=Label(en=row["en"], zh=row["zh"]))
            for row in found["why"].get("sizing", [])
        ],
        money=MoneyShown(**{k: money["figures"].get(k) for k in MoneyShown.model_fields})
        if "figures" in money
        else None,
        why_no_money=money.get("why_not"),
        proof=ProofShown(**{k: found["proof"].get(k) for k in ProofShown.model_fields}),
    )


def _built(row: Row) -> BuiltShown:
    names = (
        "candidate", "kind", "choice", "mw", "mwh", "stands_mw", "most_mw", "investment", "yearly_cost",
        "lifetime_years",
    )  # fmt: skip
    told: dict[str, Any] = {name: row.get(name) for name in names}
    return BuiltShown(year=str(row["stage"]), name=named(row, row["candidate"]), **told)


def _year(found: Row, name: str, year: Row) -> PlannedYear:
    flow, carbon, check = year["flow"], year["carbon"], year.get("grid_check")
    return PlannedYear(
        year=name,
        hours=year["hours"],
        price_per_kwh=year["all_in_price_per_kwh"],
        green_share_physical=year["green_share"]["physical"],
        green_share_annual=year["green_share"]["annual"],
        co2_t=carbon["total_t"],
        co2_t_per_t_al=carbon.get("t_per_t_al"),
        curtailed_share=year["curtailed_share"],
        capacity=year["capacity_mw"],
        energy_mwh=year["energy_mwh"],
        loading_max=flow["loading_max"],
        v_min_pu=flow["v_min_pu"],
        v_max_pu=flow["v_max_pu"],
        secure=None if check is None else check["secure"],
        settled=flow.get("settled"),
        investment=found["investment"].get(name),
    )


def _rules(found: Row) -> list[RuleOfPlan]:
    from holin.rules import UNITS, RuleKind

    rows: dict[str, RuleOfPlan] = {}
    for year, figures in found["by_year"].items():
        for rule in figures["rules"]:
            name = named(rule, rule_label(rule["kind"]).en) if rule.get("name") else rule_label(rule["kind"])
            row = rows.setdefault(
                rule["rule"],
                RuleOfPlan(
                    rule=rule["rule"], kind=rule["kind"], name=name, value=rule["value"],
                    unit=UNITS.get(RuleKind(rule["kind"]), "1"),
                    kept=rule["rule"] in found.get("kept_rules", []), by_year=[],
                ),
            )  # fmt: skip
            row.by_year.append(RuleOfYear(year=year, **{k: rule[k] for k in ("reached", "margin", "holds")}))
    return sorted(rows.values(), key=lambda row: not row.kept)


def _rule_cost(row: Row) -> RuleCostShown:
    return RuleCostShown(
        rule=row["rule"], name=named(row, row["rule"]),
        **{name: row[name] for name in ("per_year", "per_kwh", "per_tonne")},
    )  # fmt: skip


def _price(row: Row) -> ShadowPriceShown:
    names = ("kind", "element", "unit", "price", "per_kwh", "margin", "hours")
    told: dict[str, Any] = {name: row.get(name) for name in names}
    return ShadowPriceShown(year=str(row["stage"]), name=named(row, row["element"]), **told)


def frontier_shown(known: KnownFigures) -> FrontierShown:
    """Return a frontier as the API shows it."""
    found = known.figures
    return FrontierShown(
        listed=written_listed(known),
        label=rule_label(found["by"]),
        points=[_point(point, found["years"]) for point in found["points"]],
        **{name: found[name] for name in ("currency", "by", "unit", "reach", "gap")},
    )


def _point(point: Row, years: Sequence[str]) -> PointShown:
    return PointShown(
        value=point["value"],
        solved=point["solved"],
        cost=point["cost"],
        by_year=[_point_of(str(year), point["by_year"][str(year)]) for year in years],
    )


def _point_of(name: str, year: Row) -> PointOfYear:
    return PointOfYear(
        year=name,
        price_per_kwh=year["all_in_price_per_kwh"],
        green_share_physical=year["green_share"]["physical"],
        green_share_annual=year["green_share"]["annual"],
        capacity=year["capacity_mw"],
        **{k: year[k] for k in ("co2_t", "curtailed_share", "shadow_price", "unserved_mwh")},
    )
