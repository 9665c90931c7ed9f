"""The rules of a plan's report: which of them the plan keeps, what each year reaches, and what keeping them costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from holin.picture.figure import Figure, Json, axis, bar
from holin.picture.printed import NARROW_SPACE, Page, both, cell, number, share, table
from holin.rules import UNITS

Figures = Mapping[str, Any]

NO_PRICE = 1e-6
"""A price below this (currency a unit) is a solver's leftover: the rule or limit has room."""

BRANCHES_SHOWN = 8


def rules(figures: Figures, page: Page) -> str:
    """Return the rules: whether the plan keeps them or only judges them, and what each year reaches; or nothing."""
    named = dict(_named(figures))
    if not named:
        return ""
    rows = []
    for identity, by_year in named.items():
        first = next(iter(by_year.values()))
        kept = identity in figures["kept_rules"]
        rows.append(
            [
                f'<th scope="row">{_title(first, page)}</th>',
                cell(first["value"], _shown(first, "value")),
                page.word("plan_rule.kept", "b") if kept else page.word("plan_rule.judged"),
                *(_reached(by_year.get(year), page) for year in figures["years"]),
            ]
        )
    head = [page.word(k) for k in ("table.rule", "table.limit", "plan_rule.in_plan")]
    return table([*head, *(escape(y) for y in figures["years"])], rows, "stacked")


def without_room(figures: Figures, page: Page) -> str:
    """Return the rules that are kept just as asked because no plan keeps them any better, or nothing."""
    found = figures.get("rules_without_room") or []
    named = "".join(f"<li>{both(x['name_zh'], x['name'], page)} ({escape(x['stage'])})</li>" for x in found)
    return f"<ul>{named}</ul>" if found else ""


def _named(figures: Figures) -> Iterator[tuple[str, dict[str, Figures]]]:
    """Yield each rule with what it came to by year, those that the plan keeps first."""
    found: dict[str, dict[str, Figures]] = {}
    for year, one in figures["by_year"].items():
        for rule in one["rules"]:
            found.setdefault(rule["rule"], {})[year] = rule
    yield from sorted(found.items(), key=lambda item: item[0] not in figures["kept_rules"])


def _title(rule: Figures, page: Page, value: str = "") -> str:
    """Return a rule's name over what it says; one without a name was asked of this plan."""
    says = page.word(f"rule.{rule['kind']}")
    chinese, english = rule["name_zh"] or rule["name"], rule["name"] or rule["name_zh"]
    if not chinese:
        return f"{says}{value}<small>{page.word('plan_rule.asked')}</small>"
    return f"{both(chinese, english, page)}<small>{says}</small>"


def _asked(rule: Figures) -> str:
    """Return what a rule asks for with no more digits than it has."""
    value = rule["value"]
    return f"{value:g}" if str(rule["kind"]) in UNITS else f"{100 * value:g}{NARROW_SPACE}%"


def _shown(rule: Figures, name: str) -> str:
    value = rule[name]
    return number(value, 1) if str(rule["kind"]) in UNITS else share(value)


def _reached(rule: Figures | None, page: Page) -> str:
    if rule is None or rule["reached"] is None:
        return '<td class="n">–</td>'
    mark = ""
    if rule["holds"] is not None:
        hue, sign, key = ("good", "✓", "table.holds") if rule["holds"] else ("bad", "✕", "table.broken")
        mark = f' <span class="verdict {hue}"><span aria-hidden="true">{sign}</span> {page.word(key)}</span>'
    return f'<td class="n">{_shown(rule, "reached")}{mark}</td>'


def prices(figures: Figures, page: Page) -> str:
    """Return what the last unit of each rule, budget and full branch costs, or nothing where there is none."""
    limits = figures["why"]["limits"]
    branches = sorted((x for x in limits if x["kind"] == "branch"), key=lambda x: -x["price"])[:BRANCHES_SHOWN]
    order = list(dict.fromkeys(x["element"] for x in limits))
    others = sorted((x for x in limits if x["kind"] != "branch"), key=lambda x: order.index(x["element"]))
    known = dict(_named(figures))
    rows = [
        [
            f'<th scope="row">{_limit(x, known, page)}</th>',
            escape(x["stage"]),
            _price(x, page),
            *(
                cell(value, "–" if value is None or x["price"] <= NO_PRICE else number(value, digits))
                for value, digits in (
                    (_scaled(x["per_point"], 1e-6), 3),
                    (x["per_tonne"], 2),
                    (_scaled(x["per_kwh"], 1e3), 3),
                )
            ),
        ]
        for x in (*others, *branches)
    ]
    columns = ("limit", "year", "price", "per_point", "per_tonne", "per_mwh")
    return table([page.word(f"plan_price.{c}") for c in columns], rows, "stacked") if rows else ""


def _limit(limit: Figures, known: Mapping[str, Mapping[str, Figures]], page: Page) -> str:
    if limit["kind"] == "rule" and limit["element"] in known:
        rule = next(iter(known[limit["element"]].values()))
        return _title(rule, page, "" if rule["name"] or rule["name_zh"] else f" {_asked(rule)}")
    if limit["kind"] == "budget":
        return page.word("plan_price.budget")
    return f"{page.named(limit['element'])}<small>{page.word('plan_price.' + limit['kind'])}</small>"


def _price(limit: Figures, page: Page) -> str:
    if limit["price"] <= NO_PRICE:
        return f'<td class="n">{page.word("plan_price.slack")}</td>'
    return cell(
        limit["price"], f"{number(limit['price'], 2)} {page.word('unit.limit_' + limit['unit'].replace(' ', '_'))}"
    )


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def price_bars(figures: Figures) -> Figure | None:
    """Return what a percentage point of each share costs, by year: per tonne of aluminium, without one per MWh of load.

    None where no rule costs anything.
    """
    known = dict(_named(figures))
    shares = [x for x in figures["why"]["limits"] if x["kind"] == "rule" and x["per_point"] is not None]
    metal = any(x["per_tonne"] for x in shares)
    column, factor = ("per_tonne", 1.0) if metal else ("per_kwh", 1e3)
    data: list[Json] = []
    for identity in dict.fromkeys(x["element"] for x in shares if x["price"] > NO_PRICE):
        one = {x["stage"]: x for x in shares if x["element"] == identity}
        values = [factor * (one[y][column] or 0.0) if y in one else 0.0 for y in figures["years"]]
        key = f"plan_limit.{identity}" if identity in known else identity
        colour = RULE_COLOURS[len(data) % len(RULE_COLOURS)]
        data.append(bar(key, colour, x=list(figures["years"]), y=values, hovertemplate="%{y:,.2f}"))
    if not data:
        return None
    layout = {
        "barmode": "group",
        "bargap": max(0.25, 0.8 - 0.12 * len(data) * len(figures["years"])),
        "xaxis": axis("axis.plan_year", type="category"),
        "yaxis": axis("axis.per_point_per_t" if metal else "axis.per_point_per_mwh"),
        "showlegend": True,
    }
    return Figure(id="plan_rule_prices", data=data, layout=layout)


def costs(figures: Figures, page: Page) -> str:
    """Return what each rule costs in all, or nothing where that was not asked."""
    rows = [
        [
            f'<th scope="row">{both(x["name_zh"], x["name"], page)}</th>',
            cell(x["per_year"], number(x["per_year"] / 1e6, 2)),
            cell(x["per_tonne"], number(x["per_tonne"], 2)),
            cell(x["per_kwh"], number(_scaled(x["per_kwh"], 1e3), 2)),
        ]
        for x in figures.get("rule_costs") or []
    ]
    columns = ("rule", "a_year", "per_tonne", "per_mwh")
    return table([page.word(f"plan_cost.{c}") for c in columns], rows, "stacked") if rows else ""


def cost_bars(figures: Figures) -> Figure | None:
    """Return what each rule costs in all: per tonne of aluminium, without one per MWh; None where none costs anything.

    One bar a rule, the dearest at the top.
    """
    found = figures.get("rule_costs") or []
    metal = any(x["per_tonne"] for x in found)
    column, factor = ("per_tonne", 1.0) if metal else ("per_kwh", 1e3)
    shown = [x for x in reversed(found) if x[column]]
    if not shown:
        return None
    data = [
        bar("plan_cost.rule", "green", orientation="h", x=[factor * x[column] for x in shown],
            y=["{{plan_cost_of." + x["rule"] + "}}" for x in shown], hovertemplate="%{x:,.2f}")
    ]  # fmt: skip
    layout = {
        "xaxis": axis("axis.cost_per_t" if metal else "axis.cost_per_mwh", rangemode="tozero"),
        "yaxis": axis("axis.rule", type="category"),
        "bargap": 0.4,
    }
    return Figure(id="plan_rule_costs", data=data, layout=layout, height=140 + 46 * len(shown))


RULE_COLOURS = ("green", "price", "potline", "solar", "discharge", "loss", "wind")


def words_of_rules(figures: Figures, says: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return what the charts call each rule: its name, or what it says where it has none."""
    words = {}
    for identity, by_year in _named(figures):
        rule = next(iter(by_year.values()))
        chinese, english = says[f"rule.{rule['kind']}"]
        words[f"plan_limit.{identity}"] = (
            rule["name_zh"] or rule["name"] or f"{chinese} {_asked(rule)}",
            rule["name"] or rule["name_zh"] or f"{english} {_asked(rule)}",
        )
    for cost in figures.get("rule_costs") or []:
        words[f"plan_cost_of.{cost['rule']}"] = (cost["name_zh"], cost["name"])
    return words
