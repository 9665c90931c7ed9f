"""The sections on works, price, green shares, who else is affected, and what was assumed."""

from __future__ import annotations

from typing import Any

from holin.picture.connection.sheet_parts import MOST, Figures, Section, Speaker, measure_said, measures_said
from holin.picture.printed import number, percent


def works_section(figures: Figures, say: Speaker) -> Section:
    """Return what must be built, and the other ways."""
    works, flexible, lines, after = figures["works"], figures["flexible"], list[str](), list[str]()
    tables = []
    if works is not None and not works["measures"]:
        lines.append(say("works.none", cost=say.million(works["cost"]), bus=works["bus"]))
    elif works is not None:
        rows = [(measure_said(m, say), say.million(m["cost"]), str(m["months"])) for m in works["measures"]]
        rows.append((say("works.bay", bus=works["bus"]), say.million(works["connection_cost"]), ""))
        rows.append((say("works.together"), say.million(works["cost"]), str(works["months"])))
        tables.append(((say("col.works"), say("col.cost"), say("col.months")), tuple(rows)))
    if figures["alternatives"]:
        rows = [
            (measures_said(w["measures"], say), say.million(w["cost"]), w["ready"]) for w in figures["alternatives"]
        ]
        tables.append(((say("works.other"), say("col.cost"), say("col.ready")), tuple(rows)))
    if flexible is not None:
        held = "works.flexible" if flexible["trips"] else "works.held_back"
        held = held if flexible["curtailed_mwh"] > 0.5 else "works.trip_only"
        unheld = "works.no_flexible_breakers" if flexible["breakers"] else "works.no_flexible"
        key = held if flexible["cures"] else unheld
        trips = say("list").join(flexible["trips"][:4]) + (" …" if flexible["trips"][4:] else "")
        after.append(
            say(key, mwh=number(flexible["curtailed_mwh"]), wished=number(flexible["wished_mwh"]),
                hours=number(flexible["curtailed_hours"]), trips=trips, risk=number(flexible["hours_at_risk"]),
                count=len(flexible["left"]), buses=say("list").join(flexible["breakers"]))
        )  # fmt: skip
    after.append(say("works.note", decided=figures["decided"]))
    return Section(
        key="works", title=say("section.works"), lines=tuple(lines), tables=tuple(tables), after=tuple(after)
    )


def price_section(figures: Figures, say: Speaker) -> Section:
    """Return the newcomer's price by part, and the others' before and after."""
    price = figures["price"]
    energy = price["served_mwh"] or price["made_mwh"]
    rows = []

    def row(name: str, money: float) -> None:
        rows.append((name, number(money / 1e3), f"{money / energy / 1e3:.4f}" if energy else "–"))

    for name, money in (price["bill"] or {}).items():
        if money:
            row(say(f"price.{name}"), money)
    row(say("price.contribution", cost=say.million(price["contribution_cost"])), price["contribution"])
    if price["own_sources"]:
        row(say("price.own"), price["own_sources"])
    if price["given_value"] and price["served_mwh"]:
        row(say("price.given"), -price["given_value"])
    for key, name in (("all_in", "all_in_per_kwh"), ("generation", "generation_cost_per_kwh")):
        if price[name] is not None:
            rows.append((say(f"price.{key}"), number(price[name] * energy), f"{price[name]:.4f}"))
    others = f"{price['others_before_per_kwh']:.4f} → {price['others_after_per_kwh']:.4f}"
    rows.append((say("price.others"), "", others))
    tables = [((say("col.part"), say("col.money"), say("col.per_kwh")), tuple(rows))]
    if price["periods"]:
        tables.append((
            (say("price.energy"), say("col.energy"), say("col.money")),
            tuple(
                (say(f"period.{name}"), number(p["energy_mwh"]), number(p["energy_charge"] / 1e3))
                for name, p in price["periods"].items()
            ),
        ))  # fmt: skip
    after = (say("price.tariff", tariff=price["tariff"]),) if price["tariff"] else ()
    return Section(key="price", title=say("section.price"), tables=tuple(tables), after=after)


def green_section(figures: Figures, say: Speaker) -> Section:
    """Return the green shares and CO2 before and after."""
    green = figures["green"]
    mine, sources = green["new_load"], green["new_sources"]
    rows: list[tuple[str, str, str]] = []
    if mine:
        rows.append((say("green.new"), "", percent(mine["green_share_physical"])))
        for name in ("own_annual", "own_hourly"):
            if mine[name] is not None:
                rows.append((say(f"green.{name}"), "", percent(mine[name])))
        rows.append((say("green.co2"), "", f"{_ratio(mine['carbon_t'], mine['load_mwh']):.3f}"))
    if sources:
        rows.append((say("green.made"), "", number(sources["made_mwh"])))
        rows.append((say("green.curtailed"), "", percent(sources["curtailed_share"])))
    for kind in ("physical", "annual"):
        rows.append(
            (say(f"green.park_{kind}"), percent(green["park_before"][kind]), percent(green["park_after"][kind]))
        )
    rows.append((say("green.others"), percent(green["others_before"]), percent(green["others_after"])))
    rows.append((say("green.co2_park"), number(green["co2_before_t"]), number(green["co2_after_t"])))
    columns = (say("col.figure"), say("col.before"), say("col.after"))
    return Section(key="green", title=say("section.green"), tables=((columns, tuple(rows)),))


def _ratio(a: float, b: float) -> float:
    return a / b if b else float("nan")


def affected_section(figures: Figures, say: Speaker) -> Section:
    """Return who else is affected: prices, green shares, curtailment, loadings, voltages."""
    affected, grid = figures["affected"], figures["grid"]
    change = affected["price_change"]
    key = "affected.price" if figures["request"]["load_mw"] else "affected.price_sources"
    lines = [say(key, change=f"{'+' if change > 0 else ''}{percent(change, 2)}")]
    firms = affected["enterprises"]
    lines.append(
        say("affected.some", count=len(firms), all=affected["of_enterprises"]) if firms else say("affected.none")
    )
    tables: list[Any] = []
    before, after = say("col.before"), say("col.after")
    if firms:
        rows = [(say.named(f["id"]), percent(f["green_share_before"]), percent(f["green_share_after"])) for f in firms]
        tables.append(((say("col.enterprise"), before, after), tuple(rows[:MOST])))
    if affected["curtailment"]:
        rows = [
            (say.named(c["id"]), percent(c["curtailed_before"]), percent(c["curtailed_after"]))
            for c in affected["curtailment"]
        ]
        tables.append(((say("affected.curtailed"), before, after), tuple(rows[:MOST])))
    if grid["loadings"]:
        rows = [(x["branch"], percent(x["loading_before"]), percent(x["loading_after"])) for x in grid["loadings"]]
        tables.append(((say("affected.loadings"), before, after), tuple(rows[:MOST])))
    if grid["voltages"]:
        wide = [
            (v["bus"], *(f"{v[k]:.3f}" for k in ("v_min_before", "v_min_after", "v_max_before", "v_max_after")))
            for v in grid["voltages"]
        ]
        tables.append(((say("affected.voltages"), before, after, before, after), tuple(wide[:MOST])))
    return Section(key="affected", title=say("section.affected"), lines=tuple(lines), tables=tuple(tables))


def assumed_section(figures: Figures, say: Speaker) -> Section:
    """Return what was assumed, as sentences."""
    ratios = ("discount_rate", "step_limit")
    lines = tuple(
        say(f"assumed.{a['key']}", value=percent(a["value"]) if a["key"] in ratios else _plain(a, say))
        for a in figures["assumed"]
        if a["value"] != ""
    )
    return Section(key="assumed", title=say("section.assumed"), lines=lines)


def _plain(assumed: Figures, say: Speaker) -> str:
    value = assumed["value"]
    if assumed["key"] == "shape":
        return say(f"shape.{value}")
    return f"{value:g}" if isinstance(value, float) else str(value)
