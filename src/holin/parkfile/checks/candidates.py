"""Candidates of a plan: their sizes, durations, what makes way, costs, templates, and when they are on offer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from holin.columns import columns_of
from holin.errors import Fault
from holin.park import KINDS, Candidate, Choice
from holin.parkfile.checks.branches import voltages_of
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import listed

ELEMENTS = next(c.refers_to for c in columns_of(Candidate) if c.name == "element")
KEPT: dict[str, tuple[str, ...]] = {
    "thermal_unit": ("bus", "p_nom_mw"),
    "potline": ("bus", "pots", "amperage_ka"),
}
"""What may be retrofitted, and what the retrofit leaves as it is: place and nominal power."""

ENLARGED = ("line", "transformer", "grid")
"""What is built beside one that stands."""

NAMES_TEMPLATES = ("candidate", "provenance")
OFF = 0.1
"""By how much a unit of a line or transformer may differ from the rating of the element that it is like."""


def all_candidate_checks(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of every check of this subject."""
    elements = draft.by_id(*ELEMENTS)
    voltages = voltages_of(draft)
    for row in draft.rows("candidate"):
        element = elements.get(row.get("element") or "")
        yield from _faults_of_sizes(row, element, voltages)
        yield from _faults_of_replaces(row, element, elements)
        if element is not None:
            yield from _faults_of_durations(row, element)
            yield from _faults_of_cost(draft, row, element)
            yield from _faults_of_choice(row, element)
            yield from _faults_of_offer(draft, row, element, elements)
    yield from _faults_of_templates(draft)


def _faults_of_sizes(row: Row, element: Row | None, voltages: Mapping[str, float]) -> Iterator[Fault]:
    """What is built has a highest size, above the lowest, and of whole units; other choices are of whole elements."""
    choice, least, most, unit = (row.get(n) for n in ("choice", "p_min_mw", "p_max_mw", "unit_mw"))
    if choice in (Choice.RETROFIT, Choice.RETIRE):
        for name in ("p_min_mw", "p_max_mw", "unit_mw", "land_ha_per_mw"):
            if row.get(name):
                right = f"leave it empty; to {choice} is to {choice} the whole element"
                yield row.fault(name, f"a size where the choice is to {choice}", right)
        return
    if choice is not Choice.BUILD:
        return
    if most is None and "p_max_mw" in row.values:
        right = "give the most that land, resource or grid allow, in MW (lines, transformers: MVA)"
        yield row.fault("p_max_mw", "no limit to what may be built", right)
    if least is not None and most is not None and least > most:
        yield row.fault("p_min_mw", f"above p_max_mw = {most:g}", "p_min_mw <= p_max_mw; correct one of the two")
        return
    if unit is None:
        return
    if most is not None and unit > most:
        right = f"at most p_max_mw = {most:g}; or leave it empty where any size can be built"
        yield row.fault("unit_mw", "one unit is more than may be built", right)
    elif most is not None and least and math.floor(most / unit + 1e-9) * unit < least * (1 - 1e-9):
        right = "choose the two bounds so that a multiple of unit_mw lies between them"
        yield row.fault("unit_mw", f"no number of whole units lies between {least:g} and {most:g} MW", right)
    rating = _rating_mva(element, voltages) if element is not None else None
    if rating is not None and abs(unit - rating) > OFF * rating:
        right = f"write {rating:.4g}: what is built has the data of {element.id if element else ''!r}"
        yield row.warning("unit_mw", f"one of its kind carries {rating:.4g} MVA", right)


def _rating_mva(element: Row, voltages: Mapping[str, float]) -> float | None:
    if element.table == "transformer":
        rating: float | None = element.get("s_nom_mva")
        return rating
    if element.table == "line" and element.has("i_nom_ka") and element.get("bus_from") in voltages:
        return math.sqrt(3) * float(voltages[element.get("bus_from")] * element.get("i_nom_ka"))
    return None


def _faults_of_durations(row: Row, element: Row) -> Iterator[Fault]:
    """Only a storage that is built has durations and energy; the least duration is at most the longest, or at most that
    of its element where no energy is given."""
    choice, least, most = row.get("choice"), row.get("duration_min_h"), row.get("duration_max_h")
    if element.table != "storage" or choice not in (Choice.BUILD, None):
        for name in ("duration_min_h", "duration_max_h", "e_max_mwh"):
            if row.get(name) is not None:
                what = f"for a {element.table}" if element.table != "storage" else f"where the choice is to {choice}"
                thing = "an energy" if name == "e_max_mwh" else "a duration"
                yield row.fault(name, f"{thing} {what}", "leave it empty; only storage that is built has one")
        return
    own = element.get("e_nom_mwh") / element.get("p_nom_mw") if element.has("e_nom_mwh", "p_nom_mw") else None
    if row.get("e_max_mwh") is not None:
        own = None
    low, high = least if least is not None else own, most if most is not None else own
    if (least is not None or most is not None) and low is not None and high is not None and low > high * (1 + 1e-9):
        name = "duration_min_h" if least is not None else "duration_max_h"
        other = f"duration_max_h = {high:g}" if most is not None else f"the {high:g} h of {element.id!r}"
        problem = f"above {other}" if name == "duration_min_h" else f"below the {low:g} h of {element.id!r}"
        yield row.fault(name, problem, "duration_min_h <= duration_max_h; give both, or neither for the element's own")


def _faults_of_replaces(row: Row, element: Row | None, elements: Mapping[str, Row]) -> Iterator[Fault]:
    """A retrofit is a template of the same kind, place and nominal power as what makes way; other choices make none."""
    choice, name = row.get("choice"), row.get("replaces")
    if choice is not Choice.RETROFIT:
        if name is not None and choice is not None:
            right = "leave it empty, or write retrofit as the choice"
            yield row.fault("replaces", f"nothing makes way where the choice is to {choice}", right)
        return
    if element is not None and element.table not in KEPT:
        right = f"{' or '.join(KEPT)}; build a new one and retire the old one instead"
        yield row.fault("element", f"a {element.table} cannot be retrofitted", right)
        return
    if row.get("template") is False:
        right = "describe the refitted unit in a row of its own, and write template true"
        yield row.fault("template", "the refitted unit must be a template", right)
    if name is None:
        if "replaces" in row.values:
            yield row.fault("replaces", "a retrofit of nothing", "name the unit that makes way for it")
        return
    old = elements.get(name)
    if element is None or old is None:
        return
    if old.table != element.table:
        right = f"name a {element.table}, as {element.id!r} is one"
        yield row.fault("replaces", f"{name!r} is a {old.table}, the element a {element.table}", right)
        return
    for column in KEPT[element.table]:
        if element.has(column) and old.has(column) and not _alike(element.get(column), old.get(column)):
            mine, theirs = (f"{r.get(column):g}" if column != "bus" else repr(r.get(column)) for r in (element, old))
            right = f"write {theirs} in {element.file} row {element.number}: a retrofit keeps place and nominal power"
            yield row.fault("element", f"its {column} is {mine}, that of {name!r} {theirs}", right)


def _alike(a: Any, b: Any) -> bool:
    return a == b if isinstance(a, str) else math.isclose(a, b, rel_tol=1e-9)


def _faults_of_choice(row: Row, element: Row) -> Iterator[Fault]:
    """A grid connection is only built, a potline only refitted: its metal is owed; what is retired is thermal."""
    choice, table = row.get("choice"), element.table
    if choice is Choice.RETIRE and table != "thermal_unit":
        yield row.fault(
            "choice", f"a {table} cannot be retired by a plan", "thermal units can; else write retired there"
        )
    elif choice is Choice.RETIRE and element.get("heat_nom_mw"):
        right = "see that other heat is there, or do not offer it"
        yield row.warning("element", f"the {element.get('heat_nom_mw'):g} MW of heat that it owes end with it", right)
    elif choice is Choice.BUILD and table == "potline":
        yield row.fault("choice", "a potline cannot be built by a plan", "write retrofit, or build it with a date")
    if choice is Choice.RETIRE and row.get("template"):
        yield row.fault("template", "a template cannot be retired: it never stands", "name a thing that stands")
    if choice is Choice.BUILD and row.get("template") and table in ENLARGED and table != "line":
        right = "name one that stands and write template false"
        yield row.fault("template", f"a {table} is enlarged beside one that stands", right)


def _faults_of_cost(draft: Draft, row: Row, element: Row) -> Iterator[Fault]:
    """What is built has a price: its own cost row or that of its element; a retrofit has its own."""
    choice, own = row.get("choice"), row.get("cost")
    if choice not in (Choice.BUILD, Choice.RETROFIT) or "cost" not in row.values:
        return
    if own is None and choice is Choice.RETROFIT:
        right = "name a row of cost.csv for the refit; that of its element is the cost of a new unit"
        yield row.fault("cost", "a retrofit without a cost of its own", right)
        return
    name = own or element.get("cost")
    if name is None:
        right = f"name a row of cost.csv, here or for {element.id!r}"
        if all(c.name != "cost" for c in columns_of(KINDS[element.table])):
            right = f"name a row of cost.csv; a {element.table} has no cost of its own"
        yield row.fault("cost", "what it costs is not known", right)
        return
    cost = draft.by_id("cost").get(name)
    if cost is None:
        return
    for column, wanted in (
        ("capital_cost_per_mw", True),
        ("capital_cost_per_mwh", element.table == "storage" and row.has("duration_max_h")),
    ):
        if wanted and cost.get(column) == 0:
            problem = f"{column} of {name!r} is 0: as much as can be is built for nothing"
            yield row.warning("cost", problem, f"give it in {cost.file} row {cost.number}")


def _faults_of_offer(draft: Draft, row: Row, element: Row, elements: Mapping[str, Row]) -> Iterator[Fault]:
    """What makes way or is retired stands at one stage at least at which that is on offer."""
    choice = row.get("choice")
    if choice is Choice.BUILD:
        yield from _faults_of_places(draft, row, element)
        return
    old = elements.get(row.get("replaces") or "") if choice is Choice.RETROFIT else element
    offered = [day for _, day in draft.dates() if row.stands_at(day)]
    if old is None or old.template or not offered or any(old.stands_at(day) for day in offered):
        return
    right = f"it stands from {_span(old)} ({old.file} row {old.number}); correct the dates of one of the two"
    field = "replaces" if choice is Choice.RETROFIT else "element"
    yield row.fault(field, f"{old.id!r} stands at no stage at which this is on offer", right)


def _faults_of_places(draft: Draft, row: Row, element: Row) -> Iterator[Fault]:
    """Where something may be built there stands what it would be connected to, or beside."""
    columns = [c for c in columns_of(KINDS[element.table]) if c.refers_to]
    targets = [draft.by_id(*c.refers_to).get(element.get(c.name) or "") for c in columns]
    beside = element if element.table in ENLARGED and not element.template else None
    for target in (t for t in (beside, *targets) if t is not None):
        if absent := [name for name, day in draft.dates() if row.stands_at(day) and not target.stands_at(day)]:
            stages = f"{'stage' if len(absent) == 1 else 'stages'} {listed(absent)}"
            what = f"{target.table} {target.id!r}" + (f" of {element.id!r}" if target is not element else "")
            problem = f"{what} does not stand at {stages}, where it may be built"
            right = f"it stands from {_span(target)}; offer this from then on: write built and retired so"
            yield row.fault("element", problem, right)


def _span(row: Row) -> str:
    return " to ".join(str(row.get(k) or "…") for k in ("built", "retired"))


def _faults_of_templates(draft: Draft) -> Iterator[Fault]:
    """A template is one in every row that offers it; nothing that stands needs it; it has no dates."""
    said = {row.get("element"): row for row in draft.rows("candidate") if row.get("template")}
    for row in draft.rows("candidate"):
        if row.get("template") is False and row.get("element") in said:
            first = said[row.get("element")]
            right = f"write true, as in row {first.number}, or false in both"
            yield row.fault("template", f"{row.get('element')!r} is a template in row {first.number}", right)
        if row.get("replaces") in said:
            right = "name a unit that stands"
            yield row.fault("replaces", f"{row.get('replaces')!r} is a template: it never stands", right)
    for table, kind in KINDS.items():
        if table in NAMES_TEMPLATES:
            continue
        for column in (c for c in columns_of(kind) if set(c.refers_to) & set(ELEMENTS)):
            for row in draft.rows(table):
                named = row.get(column.name)
                if named is not None and (offer := said.get(named)) is not None:
                    right = f"name a thing that stands, or write template false in {offer.file} row {offer.number}"
                    yield row.fault(column.name, f"{named!r} is a template: it never stands", right)
    for row in draft.rows(*ELEMENTS):
        for name in ("built", "retired"):
            if row.template and row.get(name) is not None:
                right = "leave it empty; the candidate's own dates say when it is on offer"
                yield row.warning(name, "a template never stands", right)
