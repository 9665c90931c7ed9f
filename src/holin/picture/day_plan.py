"""The daily dispatch plan (日调度计划) as a workbook: power step by step, what is on when, reserves, limits, cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from openpyxl import Workbook
from openpyxl.chart import AreaChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import ATTRIBUTES, Park, by_id, units_of
from holin.picture.series import step_h

HEAD = PatternFill("solid", fgColor="DCE6EC")
EDGE = Side(style="thin", color="B5C0C7")
BOX = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
GROUPS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("thermal_unit", ("thermal_unit",), "火电", "thermal"),
    ("wind_farm", ("wind_farm",), "风电", "wind"),
    ("pv_plant", ("pv_plant",), "光伏", "PV"),
    ("generator", ("generator",), "其他发电", "generators"),
    ("storage", ("storage",), "储能", "storage"),
    ("grid", ("grid",), "公网购电", "grid import"),
    ("load", ("load",), "负荷", "loads"),
    ("potline", ("potline",), "电解", "potlines"),
)
"""Kinds of units in the order of the columns; loads are summed, all others stand one by one."""

WORDS: dict[str, tuple[str, str]] = {
    "plan": ("日调度计划", "Daily dispatch plan"),
    "switching": ("机组启停计划", "Unit commitment"),
    "limits": ("告警与未满足约束", "What gives way"),
    "cost": ("费用", "Cost"),
    "notes": ("说明", "Notes"),
    "park": ("园区", "park"),
    "stage": ("阶段", "stage"),
    "day": ("计划日期", "day"),
    "made": ("编制", "made by"),
    "checked": ("审核", "checked by"),
    "signed": ("批准", "approved by"),
    "period": ("时段", "step"),
    "from": ("起", "from"),
    "to": ("止", "to"),
    "total": ("合计", "sum"),
    "price": ("电价（每 MWh）", "price per MWh"),
    "held": ("电量 MWh", "MWh held"),
    "reserve": ("备用 MW", "reserve MW"),
    "asked": ("要求", "asked"),
    "kept": ("留有", "kept"),
    "unit": ("机组", "unit"),
    "on": ("开机", "on"),
    "off": ("停机", "off"),
    "change": ("操作", "operation"),
    "time": ("时间", "time"),
    "initial": ("初始状态", "at first"),
    "start": ("并网", "synchronise"),
    "stop": ("解列", "shut down"),
    "energy": ("电量 MWh", "energy MWh"),
    "hours": ("运行小时", "hours on"),
    "what": ("内容", "what"),
    "kind": ("类别", "kind"),
    "duty": ("约束未满足", "duty broken"),
    "wish": ("目标未达到", "wish left"),
    "none": ("无", "none"),
    "part": ("项目", "part"),
    "amount": ("金额", "amount"),
    "curtailed": ("弃风弃光", "curtailed"),
    "sheet_power": ("功率 MW，注入电网为正", "power in MW, + into the network"),
}


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What stands on the plan beside its figures: heading, cost by part in words, and breaches as sentences.

    `breaches` are (is it a duty, sentence); `notes` say what of it is synthetic and how it was made.
    """

    park_name: str
    stage: str
    currency: str
    status: str
    cost: Mapping[str, float]
    breaches: Sequence[tuple[bool, str]]
    notes: Sequence[str]
    on_at_first: Mapping[str, bool]


def write_day_plan(
    path: Path, park: Park, schedule: xr.Dataset, ahead: xr.Dataset, facts: PlanFacts, *, language: str = "zh"
) -> None:
    """Write the schedule (tables SCHEDULE and AHEAD) as a workbook with one row per step, in `language` (zh, en)."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _word("plan", language)
    _power_sheet(sheet, park, schedule, ahead, facts, language)
    _switching_sheet(book.create_sheet(_word("switching", language)), park, schedule, facts, language)
    _limits_sheet(book.create_sheet(_word("limits", language)), facts, language)
    _cost_sheet(book.create_sheet(_word("cost", language)), facts, language)
    _notes_sheet(book.create_sheet(_word("notes", language)), facts)
    book.save(path)


def _word(key: str, language: str) -> str:
    return WORDS[key][language != "zh"]


def _names(park: Park, language: str) -> dict[str, str]:
    """Return what each unit is called."""
    names = {}
    for unit in units_of(park):
        thing = by_id(getattr(park, ATTRIBUTES[unit.kind]))[unit.id]
        names[unit.id] = (thing.name_zh if language == "zh" else thing.name) or unit.id
    return names


def _columns(park: Park, schedule: xr.Dataset, language: str) -> list[tuple[str, str, np.ndarray]]:
    """Return the columns of power: group, name, values (time,). Loads are one column."""
    names, kinds = _names(park, language), schedule.kind.values
    columns: list[tuple[str, str, np.ndarray]] = []
    for kind, kinds_of, *words in GROUPS:
        here = [str(u) for u in schedule.unit.values[np.isin(kinds, kinds_of)]]
        group = words[language != "zh"]
        if kind == "load" and here:
            columns.append((group, _word("total", language), schedule.p_mw.sel(unit=here).values.sum(axis=1)))
            continue
        columns += [(group, names[unit], schedule.p_mw.sel(unit=unit).values) for unit in here]
    return columns


def _power_sheet(
    sheet: Worksheet, park: Park, schedule: xr.Dataset, ahead: xr.Dataset, facts: PlanFacts, language: str
) -> None:
    clock, length_h = local(schedule.time.values, park.facts.time_zone), step_h(schedule.time.values)
    columns = _columns(park, schedule, language)
    green = schedule.available_mw.values
    curtailed = np.nansum(green - np.where(np.isnan(green), np.nan, schedule.p_mw.values), axis=1)
    more: list[tuple[str, str, np.ndarray]] = [(_word("curtailed", language), "MW", curtailed)]
    names = _names(park, language)
    for unit in map(str, schedule.storage.values):
        more.append((_word("held", language), names[unit], schedule.soc_mwh.sel(storage=unit).values))
    for reserve in map(str, ahead.reserve.values):
        more.append(
            (
                f"{_word('reserve', language)} {reserve}",
                _word("asked", language),
                ahead.reserve_asked_mw.sel(reserve=reserve).values,
            )
        )
        more.append(
            (
                f"{_word('reserve', language)} {reserve}",
                _word("kept", language),
                ahead.reserve_held_mw.sel(reserve=reserve).values,
            )
        )
    more.append((_word("price", language), facts.currency, ahead.price_per_mwh.values))
    every = [*columns, *more]
    _heading(sheet, clock, facts, language, 3 + len(every))
    top = 5
    for k, word in enumerate(("period", "from", "to"), start=1):
        _head(sheet, top, k, _word(word, language))
        sheet.merge_cells(start_row=top, end_row=top + 1, start_column=k, end_column=k)
    for k, (group, name, _) in enumerate(every, start=4):
        _head(sheet, top, k, group)
        _head(sheet, top + 1, k, name)
    _merge_equal(sheet, top, 4, [group for group, _, _ in every])
    ends = clock + pd.Timedelta(hours=length_h)
    for row, (begin, end) in enumerate(zip(clock, ends, strict=True)):
        said_end = f"{end:%H:%M}" if (end.hour or end.minute) else "24:00"
        cells: list[Any] = [row + 1, f"{begin:%H:%M}", said_end, *(round(float(v[row]), 1) + 0.0 for _, _, v in every)]
        for k, value in enumerate(cells, start=1):
            cell = sheet.cell(row=top + 2 + row, column=k, value=value)
            cell.border = BOX
            if k > 3:
                cell.number_format = "0.0"
            else:
                cell.alignment = Alignment(horizontal="center")
    last = top + 1 + len(clock)
    _head(sheet, last + 1, 1, _word("energy", language))
    sheet.merge_cells(start_row=last + 1, end_row=last + 1, start_column=1, end_column=3)
    for k in range(len(columns)):
        letter = get_column_letter(4 + k)
        energy = sheet.cell(row=last + 1, column=4 + k, value=f"=SUM({letter}{top + 2}:{letter}{last})*{length_h:g}")
        energy.number_format, energy.border, energy.font = "#,##0.0", BOX, Font(bold=True)
    sheet.freeze_panes = f"D{top + 2}"
    _widths(sheet, [8, 8, 8, *([12] * len(every))])
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top + 1}"
    _charts(sheet, columns, top, last, len(every), language)


def _heading(sheet: Worksheet, clock: pd.DatetimeIndex, facts: PlanFacts, language: str, width: int) -> None:
    sheet.cell(row=1, column=1, value=f"{facts.park_name}  {_word('plan', language)}").font = Font(size=16, bold=True)
    first, last = clock[0], clock[-1]
    span = f"{first:%Y-%m-%d}"
    if first.date() != last.date():
        span = f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"
    line = [
        f"{_word('day', language)}: {span}", f"{_word('stage', language)}: {facts.stage}",
        _word("sheet_power", language), facts.status,
    ]  # fmt: skip
    sheet.cell(row=2, column=1, value="    ".join(line))
    signs = "        ".join(f"{_word(w, language)}: ____________" for w in ("made", "checked", "signed"))
    sheet.cell(row=3, column=1, value=signs)
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(width, 10))


def _head(sheet: Worksheet, row: int, column: int, value: str) -> None:
    cell = sheet.cell(row=row, column=column, value=value)
    cell.font, cell.fill, cell.border = Font(bold=True), HEAD, BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _merge_equal(sheet: Worksheet, row: int, first: int, values: Sequence[str]) -> None:
    """Join neighbouring cells of a row that say the same."""
    start = 0
    for k in range(1, len(values) + 1):
        if k == len(values) or values[k] != values[start]:
            if k - start > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=first + start, end_column=first + k - 1)
            start = k


def _widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for k, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(k)].width = width


def _charts(
    sheet: Worksheet, columns: Sequence[tuple[str, str, np.ndarray]], top: int, last: int, width: int, language: str
) -> None:
    """Draw sources stacked, and users as lines, to the right of the table."""
    users = {words[language != "zh"] for kind, _, *words in GROUPS if kind in ("load", "potline")}
    times = Reference(sheet, min_col=2, min_row=top + 2, max_row=last)
    stack = AreaChart()
    stack.grouping, stack.title, stack.height, stack.width = "stacked", _word("sheet_power", language), 11, 26
    lines = LineChart()
    lines.title, lines.height, lines.width = None, 8, 26
    for k, (group, _, _) in enumerate(columns):
        data = Reference(sheet, min_col=4 + k, min_row=top + 1, max_row=last)
        (lines if group in users else stack).add_data(data, titles_from_data=True)
    for chart, row in ((stack, top), (lines, top + 24)):
        chart.set_categories(times)
        chart.y_axis.title, chart.x_axis.delete, chart.y_axis.delete = "MW", False, False
        sheet.add_chart(chart, f"{get_column_letter(5 + width)}{row}")


def _switching_sheet(sheet: Worksheet, park: Park, schedule: xr.Dataset, facts: PlanFacts, language: str) -> None:
    """One row per switching of a unit; then energy and hours of each."""
    clock, length_h = local(schedule.time.values, park.facts.time_zone), step_h(schedule.time.values)
    for k, word in enumerate(("unit", "time", "change"), start=1):
        _head(sheet, 1, k, _word(word, language))
    row, names = 2, _names(park, language)
    for unit in map(str, schedule.thermal_unit.values):
        on = schedule.committed.sel(thermal_unit=unit).values > 0.5
        was = facts.on_at_first.get(unit, bool(on[0]))
        told = [(_word("initial", language), _word("on" if was else "off", language))]
        for t, now in enumerate(on):
            if bool(now) != was:
                told.append((f"{clock[t]:%Y-%m-%d %H:%M}", _word("start" if now else "stop", language)))
                was = bool(now)
        for when, what in told:
            for k, value in enumerate((names[unit], when, what), start=1):
                sheet.cell(row=row, column=k, value=value).border = BOX
            row += 1
    row += 1
    for k, word in enumerate(("unit", "energy", "hours"), start=1):
        _head(sheet, row, k, _word(word, language))
    for unit in map(str, schedule.thermal_unit.values):
        row += 1
        energy = float(schedule.p_mw.sel(unit=unit).values.sum()) * length_h
        hours = float((schedule.committed.sel(thermal_unit=unit).values > 0.5).sum()) * length_h
        figures: tuple[Any, ...] = (names[unit], round(energy, 1), hours)
        for k, figure in enumerate(figures, start=1):
            sheet.cell(row=row, column=k, value=figure).border = BOX
    _widths(sheet, [28, 20, 16])


def _limits_sheet(sheet: Worksheet, facts: PlanFacts, language: str) -> None:
    for k, word in enumerate(("kind", "what"), start=1):
        _head(sheet, 1, k, _word(word, language))
    rows = facts.breaches or [(False, _word("none", language))]
    for row, (duty, sentence) in enumerate(rows, start=2):
        kind = _word("duty" if duty else "wish", language) if facts.breaches else ""
        for k, value in enumerate((kind, sentence), start=1):
            cell = sheet.cell(row=row, column=k, value=value)
            cell.border = BOX
            if duty:
                cell.font = Font(color="B3372F", bold=True)
    _widths(sheet, [18, 110])


def _cost_sheet(sheet: Worksheet, facts: PlanFacts, language: str) -> None:
    for k, value in enumerate((_word("part", language), f"{_word('amount', language)} ({facts.currency})"), start=1):
        _head(sheet, 1, k, value)
    for row, (part, amount) in enumerate(facts.cost.items(), start=2):
        sheet.cell(row=row, column=1, value=part).border = BOX
        cell = sheet.cell(row=row, column=2, value=round(float(amount), 2))
        cell.number_format, cell.border = "#,##0.00", BOX
    row = 2 + len(facts.cost)
    _head(sheet, row, 1, _word("total", language))
    cell = sheet.cell(row=row, column=2, value=f"=SUM(B2:B{row - 1})")
    cell.number_format, cell.border, cell.font = "#,##0.00", BOX, Font(bold=True)
    _widths(sheet, [34, 20])


def _notes_sheet(sheet: Worksheet, facts: PlanFacts) -> None:
    for row, note in enumerate(facts.notes, start=1):
        sheet.cell(row=row, column=1, value=note).alignment = Alignment(wrap_text=True, vertical="top")
    _widths(sheet, [120])
