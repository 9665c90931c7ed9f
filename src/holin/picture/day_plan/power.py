"""The first sheet of the plan, power step by step, and the curves drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from openpyxl.chart import AreaChart, LineChart, Reference
from openpyxl.chart.axis import TextAxis
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import Park
from holin.picture.day_plan.facts import PlanFacts, PlanTables
from holin.picture.day_plan.sheet import BOX, Printing, boxed, column_breaks, head, merge_equal, set_print
from holin.picture.day_plan.words import GROUPS, from_words, names_of, span, word
from holin.picture.series import step_h

TOP = 5
"""The row of the groups; their names stand below it, then the steps."""

KEPT = 3
"""Columns that stand on every page: step, from, to."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the sheet: its group, its name and its values (time,)."""

    group: str
    name: str
    values: np.ndarray


def power_sheet(sheet: Worksheet, park: Park, tables: PlanTables, facts: PlanFacts, language: str) -> None:
    """Write one row per step: power of all units, curtailment, content, reserves, price; below it the energies."""
    schedule = tables.schedule
    clock, length_h = local(schedule.time.values, park.facts.time_zone), step_h(schedule.time.values)
    powers = _powers(park, schedule, language)
    every = [*powers, *_others(park, tables, facts, language)]
    begins, ends = from_words(clock, length_h)
    widths = [6.0, *([13.0 if len(begins[0]) > 5 else 8.0] * 2), *([12.0] * len(every))]
    breaks = column_breaks(widths, [c.group for c in every], KEPT)
    _heading(sheet, clock, length_h, facts, language, breaks[0] if breaks else len(widths))
    for k, key in enumerate(("period", "from", "to"), start=1):
        head(sheet, TOP, k, word(key, language))
        sheet.merge_cells(start_row=TOP, end_row=TOP + 1, start_column=k, end_column=k)
    for k, column in enumerate(every, start=1 + KEPT):
        head(sheet, TOP, k, column.group)
        head(sheet, TOP + 1, k, column.name)
    sheet.row_dimensions[TOP + 1].height = 45
    merge_equal(sheet, TOP, 1 + KEPT, [c.group for c in every], breaks)
    for row, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        values = [round(float(c.values[row]), 1) + 0.0 if np.isfinite(c.values[row]) else None for c in every]
        boxed(sheet, TOP + 2 + row, [row + 1, begin, end, *values], format="0.0")
        for k in range(1, 1 + KEPT):
            cell = sheet.cell(row=TOP + 2 + row, column=k)
            cell.alignment, cell.number_format = Alignment(horizontal="center"), "General"
    last = TOP + 1 + len(clock)
    head(sheet, last + 1, 1, word("energy", language))
    sheet.merge_cells(start_row=last + 1, end_row=last + 1, start_column=1, end_column=KEPT)
    for k in range(1 + KEPT, 1 + KEPT + len(powers)):
        letter = get_column_letter(k)
        energy = sheet.cell(row=last + 1, column=k, value=f"=SUM({letter}{TOP + 2}:{letter}{last})*{length_h:g}")
        energy.number_format, energy.border, energy.font = "#,##0.0", BOX, Font(bold=True)
    sheet.freeze_panes = f"{get_column_letter(1 + KEPT)}{TOP + 2}"
    on = Printing(facts=facts, days=span(clock, length_h), language=language)
    set_print(sheet, on, widths, titles=f"{TOP}:{TOP + 1}", breaks=breaks, keep=KEPT, wide=True)


def _powers(park: Park, schedule: xr.Dataset, language: str) -> list[Column]:
    """Return the columns of power. Loads are one column."""
    names, kinds = names_of(park, language), schedule.kind.values
    columns: list[Column] = []
    for kind, kinds_of, *words in GROUPS:
        here = [str(u) for u in schedule.unit.values[np.isin(kinds, kinds_of)]]
        group = words[language != "zh"]
        if kind == "load" and here:
            total = schedule.p_mw.sel(unit=here).values.sum(axis=1)
            columns.append(Column(group=group, name=word("total", language), values=total))
            continue
        columns += [
            Column(group=group, name=names.get(unit, unit), values=schedule.p_mw.sel(unit=unit).values) for unit in here
        ]
    return columns


def _others(park: Park, tables: PlanTables, facts: PlanFacts, language: str) -> list[Column]:
    """Return what stands beside the powers: curtailed, held, in reserve, and the price."""
    schedule, ahead, names = tables.schedule, tables.ahead, names_of(park, language)
    green = schedule.available_mw.values
    curtailed = np.nansum(green - np.where(np.isnan(green), np.nan, schedule.p_mw.values), axis=1)
    columns = [Column(group=word("curtailed", language), name="MW", values=curtailed)]
    for unit in map(str, schedule.storage.values):
        held = schedule.soc_mwh.sel(storage=unit).values
        columns.append(Column(group=word("held", language), name=names.get(unit, unit), values=held))
    for reserve in map(str, ahead.reserve.values):
        group = word("reserve", language).format(name=names.get(reserve, reserve))
        for key, table in (("asked", ahead.reserve_asked_mw), ("kept", ahead.reserve_held_mw)):
            columns.append(Column(group=group, name=word(key, language), values=table.sel(reserve=reserve).values))
    price = Column(group=word("price", language), name=facts.currency, values=ahead.price_per_mwh.values)
    return [*columns, price]


def _heading(
    sheet: Worksheet, clock: pd.DatetimeIndex, length_h: float, facts: PlanFacts, language: str, width: int
) -> None:
    sheet.cell(row=1, column=1, value=f"{facts.park_name}  {word('plan', language)}").font = Font(size=16, bold=True)
    line = [
        f"{word('day', language)}: {span(clock, length_h)}", f"{word('stage', language)}: {facts.stage}",
        word("sheet_power", language), facts.status,
    ]  # fmt: skip
    sheet.cell(row=2, column=1, value="    ".join(line))
    signs = "        ".join(f"{word(w, language)}: ____________" for w in ("made", "checked", "signed"))
    sheet.cell(row=3, column=1, value=signs)
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(width, 10))


def curves_sheet(sheet: Worksheet, plan: Worksheet, park: Park, tables: PlanTables, on: Printing) -> None:
    """Draw what the sheet `plan` holds: sources stacked, and users as lines."""
    language, columns = on.language, _powers(park, tables.schedule, on.language)
    users = {words[language != "zh"] for kind, _, *words in GROUPS if kind in ("load", "potline")}
    last = TOP + 1 + tables.schedule.sizes["time"]
    times = Reference(plan, min_col=2, min_row=TOP + 2, max_row=last)
    stack, lines = AreaChart(), LineChart()
    stack.grouping, stack.title, stack.height, stack.width = "stacked", word("sheet_power", language), 11, 26
    lines.title, lines.height, lines.width = None, 6.5, 26
    for k, column in enumerate(columns):
        data = Reference(plan, min_col=1 + KEPT + k, min_row=TOP + 1, max_row=last)
        (lines if column.group in users else stack).add_data(data, titles_from_data=True)
    for chart, row in ((stack, 1), (lines, 24)):
        chart.set_categories(times)
        chart.y_axis.title, chart.x_axis.delete, chart.y_axis.delete = "MW", False, False
        assert isinstance(chart.x_axis, TextAxis)
        chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = -(-tables.schedule.sizes["time"] // 16)
        sheet.add_chart(chart, f"A{row}")
    set_print(sheet, on, [10.0] * 14, wide=True)
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
