"""The contents of a connection study's page: sentences and tables in one language, for the page and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from holin.picture.connection.sheet_money import (
    affected_section,
    assumed_section,
    green_section,
    price_section,
    works_section,
)
from holin.picture.connection.sheet_parts import MOST, Figures, Section, Speaker, measures_said
from holin.picture.printed import number, percent

LEAST_MWH = 0.5
YEAR_H = 8760


def verdict_said(figures: Figures, say: Speaker) -> str:
    """Return the verdict in one sentence."""
    verdict, works = figures["verdict"], figures["works"]
    answer = verdict["answer"]
    if answer == "no":
        lacks = works is not None
        unserved, limit = number(verdict["unserved_mwh"]), number(verdict["import_max_mw"])
        reason = say("no.energy", mwh=unserved, mw=limit) if lacks else say("no.grid")
        return say("verdict.no", reason=reason)
    parts: dict[str, object] = {"day": verdict["possible_from"]}
    if answer == "yes_after":
        parts["works"] = measures_said(works["measures"], say)
        parts["cost"] = say("million", value=say.million(works["cost"]))
    if answer == "flexible":
        flexible = figures["flexible"]
        parts |= {"mwh": number(flexible["curtailed_mwh"]), "hours": number(flexible["curtailed_hours"])}
    return say(f"verdict.{answer}", **parts)


def at_once_said(figures: Figures, say: Speaker) -> str:
    """Return how it could connect at once beside works; "" where it needs none or tripping does not do."""
    flexible = figures["flexible"]
    if figures["verdict"]["answer"] != "yes_after" or not flexible or not flexible["cures"]:
        return ""
    if flexible["curtailed_mwh"] > 0.5 * flexible["wished_mwh"]:
        return ""
    held = flexible["curtailed_mwh"] > LEAST_MWH
    key = ("verdict.at_once" if flexible["trips"] else "verdict.held_back") if held else "verdict.trip_only"
    return say(
        key, day=figures["date"], mwh=number(flexible["curtailed_mwh"]),
        hours=number(flexible["curtailed_hours"]), trips=len(flexible["trips"]),
    )  # fmt: skip


def notes_said(figures: Figures, say: Speaker) -> list[str]:
    """Return what belongs to the verdict: the way at once, a date beyond the stages, a part of the year."""
    notes = [at_once_said(figures, say)]
    notes += [say("beyond", date=figures["date"])] if figures["beyond_last_stage"] else []
    notes += [say("part")] if figures["hours"] < YEAR_H else []
    return [note for note in notes if note]


def sections_of(figures: Figures, say: Speaker) -> list[Section]:
    """Return all sections of the page."""
    makers: tuple[Callable[[Figures, Speaker], Section | None], ...] = (
        _bus, _grid, _hosting, _circuit, works_section, price_section, green_section, affected_section, assumed_section,
    )  # fmt: skip
    return [s for make in makers if (s := make(figures, say)) is not None]


def _bus(figures: Figures, say: Speaker) -> Section | None:
    choices = figures["choices"]
    if len(choices) < 2:
        return None
    columns = (say("col.bus"), say("col.kv"), say("col.room"))
    rows = tuple((c["bus"], f"{c['v_nom_kv']:g}", number(c["headroom_mw"], 1)) for c in choices)
    return Section(key="bus", title=say("section.bus"), lines=(say("bus.choices", asked=figures["asked"]),),
                   tables=((columns, rows),))  # fmt: skip


def _grid(figures: Figures, say: Speaker) -> Section:
    n1 = figures["grid"]["n_minus_1"]
    unaided, final = n1["unaided"], n1["final"]
    tables, lines, after = [], list[str](), list[str]()
    if unaided["fits"]:
        lines.append(say("grid.fits", states=number(unaided["states"]), outages=unaided["outages"]))
        after += _longer(unaided, say)
    else:
        lines.append(say("grid.unfit", states=number(unaided["states"])))
        tables.append(_changes(unaided["caused"], say))
        if figures["works"]:
            key = "grid.cured" if final["fits"] else "grid.uncured"
            after.append(say(key, states=number(final["states"]), outages=final["outages"]))
    if not final["outages"]:
        after.append(say("grid.no_outages"))
    elif figures["request"]["load_mw"]:
        hangs = n1["supply_hangs_on"]
        after.append(say("grid.supply", elements=say("list").join(hangs)) if hangs else say("grid.firm"))
    if final["by_operation"]:
        after.append(say("grid.operation", count=len(final["by_operation"])))
    return Section(key="grid", title=say("section.grid"), lines=tuple(lines), tables=tuple(tables), after=tuple(after))


def _longer(checked: Figures, say: Speaker) -> list[str]:
    return [
        f"{_out(c, say)}: {c['element']} {say('grid.longer')}, {c['hours_before']} → {c['hours']} h"
        for c in checked["caused"][:3]
    ]


def _changes(rows: Sequence[Figures], say: Speaker) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    columns = tuple(
        say(f"col.{c}") for c in ("outage", "element", "kind", "change", "before", "after", "limit", "hours", "worst")
    )
    cells: list[tuple[str, ...]] = [
        (
            _out(c, say), _short(c["element"]) or say("whole_grid"), say(f"kind.{c['kind']}"),
            say(f"grid.{c['grown']}"),
            level(c["kind"], c["value_before"]), level(c["kind"], c["value"]), level(c["kind"], c["limit"]),
            str(c["hours"]), c["time"],
        )
        for c in rows[:MOST]
    ]  # fmt: skip
    if rows[MOST:]:
        cells.append((say("affected.more", count=len(rows) - MOST), *[""] * 8))
    return columns, tuple(cells)


def _out(change: Figures, say: Speaker) -> str:
    return change["outage"] or say("nothing_out")


def _short(names: str) -> str:
    some = names.split(", ")
    return names if len(some) <= 3 else f"{', '.join(some[:3])} …"


def level(kind: str, value: float | None) -> str:
    """Return a loading as per cent, a voltage in p.u., a load in MW; "" where no solution gives one."""
    if kind == "no_solution":
        return ""
    if value is None or not isfinite(value):
        return "–"
    return percent(value) if kind == "overload" else f"{value:.3f}" if kind == "voltage" else number(value, 1)


def _hosting(figures: Figures, say: Speaker) -> Section:
    rows = []
    for h in figures["hosting"]:
        bound = h["binding"]
        why = (
            say(
                "hosting.bound",
                outage=bound["outage"] or say("nothing_out"),
                element=_short(bound["element"]) or say(f"kind.{bound['kind']}"),
            )
            if bound
            else say("hosting.bound_base", element=h["base_element"] or say(f"kind.{h['base_limit']}"))
        )
        rows.append((
            say(f"hosting.{h['added']}"), f"{number(h['mw'], 1)} MW", why,
            say("hosting.all_in", mw=number(h["base_mw"], 1)),
        ))  # fmt: skip
    columns = (say("col.figure"), say("col.value"), say("col.limit"), "")
    return Section(key="hosting", title=say("section.hosting"), tables=((columns, tuple(rows)),))


def _circuit(figures: Figures, say: Speaker) -> Section:
    s, buses = figures["short_circuit"]["strength"], figures["short_circuit"]["buses"]
    rows = [
        (say("circuit.sk", bus=figures["bus"]), f"{number(s['sk_min_mva'])} – {number(s['sk_max_mva'])} MVA", ""),
        (say("circuit.step"), percent(s["step"], 2),
         say("circuit.step_limit", limit=percent(s["step_limit"]), mva=number(s["block_mva"]))),
    ]  # fmt: skip
    lines = []
    if figures["request"]["wind_mw"] or figures["request"]["solar_mw"] or figures["request"]["storage_mw"]:
        rows.append((say("circuit.scr"), number(s["scr"], 1), ""))
        rows.append((say("circuit.composite"), number(s["composite_scr"], 1), ""))
        if min(s["scr"], s["composite_scr"]) < s["scr_limit"]:
            lines.append(say("circuit.weak", limit=f"{s['scr_limit']:g}"))
    changed = [m["of"] for m in (figures["works"] or {"measures": ()})["measures"] if m["kind"] == "breakers"]
    if changed:
        lines.append(say("circuit.stronger", buses=say("list").join(changed)))
    beyond = [b["bus"] for b in buses if b["beyond"]]
    lines.append(say("circuit.beyond", buses=say("list").join(beyond)) if beyond else say("circuit.within"))
    currents = tuple(
        (b["bus"], number(b["before_ka"], 2), number(b["after_ka"], 2), number(b["ik_max_ka"], 1), percent(b["margin"]))
        for b in buses[:MOST]
    )
    columns = (
        say("col.bus"),
        say("col.before_ka"),
        say("col.after_ka"),
        say("col.rating"),
        say("col.margin"),
    )
    return Section(
        key="circuit", title=say("section.circuit"), after=tuple(lines),
        tables=(((say("col.figure"), say("col.value"), ""), tuple(rows)), (columns, currents)),
    )  # fmt: skip
