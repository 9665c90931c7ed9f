"""The daily dispatch plan (日调度计划) as a workbook that is printed and signed."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import Park
from holin.picture.day_plan.facts import BindingRow, PlanFacts, PlanTables, UnmetRow
from holin.picture.day_plan.grid import settings_sheet, voltages_sheet
from holin.picture.day_plan.lists import (
    binding_sheet,
    cost_sheet,
    limits_sheet,
    notes_sheet,
    switching_sheet,
    unmet_sheet,
)
from holin.picture.day_plan.pots import pots_sheet
from holin.picture.day_plan.power import curves_sheet, power_sheet
from holin.picture.day_plan.sheet import Printing
from holin.picture.day_plan.words import called, from_words, names_of, span, word
from holin.picture.series import step_h

__all__ = ["BindingRow", "PlanFacts", "PlanTables", "UnmetRow", "called", "from_words", "names_of", "write_day_plan"]


def write_day_plan(path: Path, park: Park, tables: PlanTables, facts: PlanFacts, *, language: str = "zh") -> None:
    """Write a schedule as a workbook with one row per step, in `language` (zh, en); every sheet is made to be printed.

    Sheets: power, curves, switching, heat of the pots (where there are potlines), what gives way, what the grid does
    not keep, binding limits, voltages and settings (where the grid was checked), cost, notes.
    """
    book, time = Workbook(), tables.schedule.time.values
    days = span(local(time, park.facts.time_zone), step_h(time))
    on = Printing(facts=facts, days=days, language=language)

    def new(key: str) -> Worksheet:
        sheet: Worksheet = book.create_sheet(word(key, language))
        return sheet

    plan = book.active
    assert isinstance(plan, Worksheet)
    plan.title = word("plan", language)
    power_sheet(plan, park, tables, facts, language)
    curves_sheet(new("curves"), plan, park, tables, on)
    switching_sheet(new("switching"), park, tables, on)
    if tables.pots:
        pots_sheet(new("pots"), park, tables, on)
    limits_sheet(new("limits"), park, on)
    unmet_sheet(new("unmet"), park, on)
    binding_sheet(new("binding"), on)
    if tables.flows is not None:
        voltages_sheet(new("voltages"), park, tables, on)
    if tables.setpoints is not None:
        settings_sheet(new("settings"), park, tables, on)
    cost_sheet(new("cost"), on)
    notes_sheet(new("notes"), on)
    book.save(path)
