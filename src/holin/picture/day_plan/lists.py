"""The sheets of the plan that list: switching, what gives way, the grid's limits, binding limits, cost, notes."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import Park
from holin.picture.day_plan.facts import PlanTables, UnmetRow
from holin.picture.day_plan.sheet import BOX, Printing, boxed, head, heads, set_print
from holin.picture.day_plan.words import called, names_of, word
from holin.picture.series import step_h


def switching_sheet(sheet: Worksheet, park: Park, tables: PlanTables, on: Printing) -> None:
    """One row per switching of a unit; then energy and hours of each."""
    schedule, language = tables.schedule, on.language
    clock, length_h = local(schedule.time.values, park.facts.time_zone), step_h(schedule.time.values)
    heads(sheet, 1, [word(key, language) for key in ("unit", "time", "change")])
    row, names = 2, names_of(park, language)
    for unit in map(str, schedule.thermal_unit.values):
        running = schedule.committed.sel(thermal_unit=unit).values > 0.5
        was = on.facts.on_at_first.get(unit, bool(running[0]))
        told = [(word("initial", language), word("on" if was else "off", language))]
        for t, now in enumerate(running):
            if bool(now) != was:
                told.append((f"{clock[t]:%Y-%m-%d %H:%M}", word("start" if now else "stop", language)))
                was = bool(now)
        for when, what in told:
            boxed(sheet, row, [names.get(unit, unit), when, what])
            row += 1
    row += 1
    heads(sheet, row, [word(key, language) for key in ("unit", "energy", "hours")])
    for unit in map(str, schedule.thermal_unit.values):
        row += 1
        energy = float(schedule.p_mw.sel(unit=unit).values.sum()) * length_h
        hours = float((schedule.committed.sel(thermal_unit=unit).values > 0.5).sum()) * length_h
        boxed(sheet, row, [names.get(unit, unit), round(energy, 1), hours])
    set_print(sheet, on, [28, 20, 16], titles="1:1")


def limits_sheet(sheet: Worksheet, park: Park, on: Printing) -> None:
    """What gives way: duty or wish, whose, and the sentence."""
    facts, language, names = on.facts, on.language, names_of(park, on.language)
    heads(sheet, 1, [word(key, language) for key in ("kind", "element", "what")])
    for row, (duty, ids, sentence) in enumerate(facts.breaches, start=2):
        kind = word("duty" if duty else "wish", language)
        boxed(sheet, row, [kind, called(ids, names, short=True), sentence], red=duty)
    if not facts.breaches:
        boxed(sheet, 2, ["", "", word("none", language)])
    set_print(sheet, on, [14, 24, 80], titles="1:1")


def unmet_sheet(sheet: Worksheet, park: Park, on: Printing) -> None:
    """Limits of the grid that are not kept: those of this schedule first, then what no schedule can keep."""
    facts, language, names = on.facts, on.language, names_of(park, on.language)
    keys = ("outage", "what", "steps", "worst", "why")
    heads(sheet, 1, [word(key, language) for key in keys])
    row = 2
    if facts.unmet is None:
        boxed(sheet, row, ["", f"{word('unchecked', language)}: {facts.unchecked}", "", "", ""], red=True)
    elif not facts.unmet:
        boxed(sheet, row, ["", word("none", language), "", "", ""])
    for permanent in (False, True):
        some = [u for u in facts.unmet or () if u.permanent is permanent]
        if some:
            head(sheet, row, 1, f"{word('permanent' if permanent else 'of_plan', language)} ({len(some)})")
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(keys))
        for k, unmet in enumerate(some, start=row + 1):
            boxed(sheet, k, _unmet_cells(unmet, language, names), red=not permanent)
        row += len(some) + bool(some)
    set_print(sheet, on, [30, 60, 12, 18, 46], titles="1:1", wide=True)


def _unmet_cells(unmet: UnmetRow, language: str, names: dict[str, str]) -> list[Any]:
    outage = called(unmet.outage, names) if unmet.outage else word("nothing_out", language)
    return [outage, unmet.what, unmet.steps, unmet.worst, unmet.why]


def binding_sheet(sheet: Worksheet, on: Printing) -> None:
    """The limits that set prices: from when to when, which, and what more of it would save."""
    facts, language = on.facts, on.language
    heads(sheet, 1, [word(key, language) for key in ("from", "to", "element", "what")])
    head(sheet, 1, 5, f"{word('saves', language)} ({facts.currency})")
    head(sheet, 1, 6, word("per", language))
    for row, one in enumerate(facts.binding, start=2):
        cells = [one.start, one.end, one.element, one.what, round(one.saves, 2), one.unit]
        boxed(sheet, row, cells, format="#,##0.00")
    if not facts.binding:
        boxed(sheet, 2, ["", "", "", word("none", language), "", ""])
    set_print(sheet, on, [14, 14, 32, 46, 18, 8], titles="1:1")


def cost_sheet(sheet: Worksheet, on: Printing) -> None:
    """The cost by part and its sum."""
    facts, language = on.facts, on.language
    heads(sheet, 1, [word("part", language), f"{word('amount', language)} ({facts.currency})"])
    for row, (part, amount) in enumerate(facts.cost.items(), start=2):
        boxed(sheet, row, [part, round(float(amount), 2)], format="#,##0.00")
    row = 2 + len(facts.cost)
    head(sheet, row, 1, word("total", language))
    cell = sheet.cell(row=row, column=2, value=f"=SUM(B2:B{row - 1})")
    cell.number_format, cell.border, cell.font = "#,##0.00", BOX, Font(bold=True)
    if beside := {part: amount for part, amount in facts.beside.items() if abs(amount) >= 0.005}:
        head(sheet, row + 2, 1, word("beside", language))
    for k, (part, amount) in enumerate(beside.items(), start=row + 3):
        boxed(sheet, k, [part, round(float(amount), 2)], format="#,##0.00")
    set_print(sheet, on, [34, 20], titles="1:1")


def notes_sheet(sheet: Worksheet, on: Printing) -> None:
    """The notes, and where state, weather and loads came from."""
    for row, note in enumerate(on.facts.notes, start=1):
        _wrapped(sheet, row, 1, note)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        sheet.row_dimensions[row].height = _height(note, 110)
    row = len(on.facts.notes) + 2
    if on.facts.origin:
        head(sheet, row, 1, word("origin", on.language))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    for k, (what, whence) in enumerate(on.facts.origin.items(), start=row + 1):
        boxed(sheet, k, [what, whence])
        sheet.row_dimensions[k].height = _height(whence, 88)
    set_print(sheet, on, [22, 88])


def _wrapped(sheet: Worksheet, row: int, column: int, value: str) -> None:
    sheet.cell(row=row, column=column, value=value).alignment = Alignment(wrap_text=True, vertical="top")


def _height(text: str, width: int) -> float:
    """Return the height in points of a cell that wraps: a merged cell does not grow by itself."""
    letters = sum(2 if ord(c) > 0x2E80 else 1 for c in text)
    return 15.0 * max(1, -(-letters // width))
