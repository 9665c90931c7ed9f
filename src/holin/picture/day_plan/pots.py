"""The sheet of the plan that follows the pots' heat: bath, superheat, ledge and metal step by step, line by line."""

from __future__ import annotations

import numpy as np
import xarray as xr
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import Park
from holin.picture.day_plan.facts import PlanTables
from holin.picture.day_plan.sheet import BOX, RED, Printing, boxed, column_breaks, head, merge_equal, set_print
from holin.picture.day_plan.words import from_words, names_of, word
from holin.picture.series import Floats

SHOWN: tuple[tuple[str, str, float, str], ...] = (
    ("power", "power_mw", 1.0, "0.0"),
    ("bath", "bath_temp_c", 1.0, "0.0"),
    ("superheat_min", "superheat_min_c", 1.0, "0.00"),
    ("superheat_max", "superheat_max_c", 1.0, "0.00"),
    ("ledge", "ledge_m", 100.0, "0.00"),
    ("metal", "metal_t", 1.0, "0.00"),
)
"""Word, column of the heat model's steps, what it is multiplied by, number format."""

WINDOWS = {"superheat_min": "superheat", "superheat_max": "superheat", "ledge": "ledge"}
UNITS = {"superheat": ("superheat_min_c", "superheat_max_c", 1.0), "ledge": ("ledge_min_m", "ledge_max_m", 100.0)}
KEPT = 2


def pots_sheet(sheet: Worksheet, park: Park, tables: PlanTables, on: Printing) -> None:
    """Write one row per step; above it the windows, below it the metal; what leaves a window is red."""
    language, names = on.language, names_of(park, on.language)
    clock = local(tables.schedule.time.values, park.facts.time_zone)
    lines = list(tables.pots.items())
    begins, ends = from_words(clock, float(lines[0][1].attrs["step_h"]))
    for k, key in enumerate(("from", "to"), start=1):
        head(sheet, 1, k, word(key, language))
        sheet.merge_cells(start_row=1, end_row=2, start_column=k, end_column=k)
    head(sheet, 3, 1, word("window", language))
    sheet.merge_cells(start_row=3, end_row=3, start_column=1, end_column=KEPT)
    for row, (begin, end) in enumerate(zip(begins, ends, strict=True), start=4):
        boxed(sheet, row, [begin, end])
        for k in range(1, 1 + KEPT):
            sheet.cell(row=row, column=k).alignment = Alignment(horizontal="center")
    groups = [names.get(line, line) for line, _ in lines for _ in SHOWN]
    widths = [*([13.0 if len(begins[0]) > 5 else 8.0] * KEPT), *([11.0] * len(groups))]
    breaks = column_breaks(widths, groups, KEPT)
    for k, name in enumerate(groups, start=1 + KEPT):
        head(sheet, 1, k, name)
    merge_equal(sheet, 1, 1 + KEPT, groups, breaks)
    for n, (_, heat) in enumerate(lines):
        _line(sheet, heat, 1 + KEPT + n * len(SHOWN), language)
    last = 4 + len(clock)
    head(sheet, last, 1, word("total", language))
    sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=KEPT)
    sheet.freeze_panes = f"{get_column_letter(1 + KEPT)}4"
    set_print(sheet, on, widths, titles="1:3", breaks=breaks, keep=KEPT, wide=len(lines) > 1)


def _line(sheet: Worksheet, heat: xr.Dataset, first: int, language: str) -> None:
    """Write the columns of one potline from a column on."""
    for k, (key, name, scale, form) in enumerate(SHOWN, start=first):
        head(sheet, 2, k, word(key, language))
        low, high = _window(heat, key)
        cell = sheet.cell(row=3, column=k, value=f"{low:g} – {high:g}" if np.isfinite(low) else "")
        cell.border, cell.alignment = BOX, Alignment(horizontal="center")
        values: Floats = np.asarray(heat[name].values, dtype=float) * scale
        for row, value in enumerate(values, start=4):
            cell = sheet.cell(row=row, column=k, value=round(float(value), 3) if np.isfinite(value) else None)
            cell.border, cell.number_format = BOX, form
            if value < low or value > high:
                cell.font = Font(color=RED, bold=True)
        if key == "metal":
            letter = get_column_letter(k)
            total = sheet.cell(row=4 + len(values), column=k, value=f"=SUM({letter}4:{letter}{3 + len(values)})")
            total.border, total.font, total.number_format = BOX, Font(bold=True), "#,##0.0"


def _window(heat: xr.Dataset, key: str) -> tuple[float, float]:
    """Return the window of a column in its unit; without one not a number."""
    if key not in WINDOWS:
        return np.nan, np.nan
    low, high, scale = UNITS[WINDOWS[key]]
    return float(heat.attrs[low]) * scale, float(heat.attrs[high]) * scale
