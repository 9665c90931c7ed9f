"""The sheets of the plan that say how the grid is set and what voltages come of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from holin.calendar import local
from holin.park import Park
from holin.picture.day_plan.facts import PlanTables
from holin.picture.day_plan.sheet import RED, Printing, boxed, column_breaks, head, heads, merge_equal, set_print
from holin.picture.day_plan.words import called, from_words, names_of, word
from holin.picture.series import Floats, step_h

SETTINGS: tuple[tuple[str, str, str, int], ...] = (
    ("v_set_pu", "unit", "v_set_pu", 4),
    ("q_mvar", "unit", "q_mvar", 1),
    ("tap_pos", "transformer", "tap_pos", 0),
    ("steps_in", "shunt", "steps", 0),
)
"""Word, dimension and column of the table SETPOINTS, decimals."""

STEERED = ("thermal_unit", "generator", "storage", "wind_farm", "pv_plant")
"""Kinds of units whose voltage or reactive power is set."""

KEPT = 2


def voltages_sheet(sheet: Worksheet, park: Park, tables: PlanTables, on: Printing) -> None:
    """One row per bus: its limits, its lowest and highest voltage and when; outside the limits in red."""
    assert tables.flows is not None
    language, names = on.language, names_of(park, on.language)
    clock = local(tables.flows.time.values, park.facts.time_zone)
    keys = ("bus", "nominal_kv", "limit_low", "limit_high", "lowest", "at", "highest", "at")
    heads(sheet, 1, [word(key, language) for key in keys])
    row = 1
    for bus in park.buses:
        v = tables.flows.v_pu.sel(bus=bus.id).values
        if not np.isfinite(v).any():
            continue
        low, high, row = int(np.nanargmin(v)), int(np.nanargmax(v)), row + 1
        left = v[low] < bus.v_min_pu - 1e-6 or v[high] > bus.v_max_pu + 1e-6
        figures = [bus.v_nom_kv, bus.v_min_pu, bus.v_max_pu, round(float(v[low]), 4), f"{clock[low]:%m-%d %H:%M}"]
        figures += [round(float(v[high]), 4), f"{clock[high]:%m-%d %H:%M}"]
        boxed(sheet, row, [names.get(bus.id, bus.id), *figures], red=left)
        for k in (5, 7):
            sheet.cell(row=row, column=k).number_format = "0.0000"
    sheet.freeze_panes = "B2"
    set_print(sheet, on, [28, 10, 11, 11, 11, 13, 11, 13], titles="1:1")


@dataclass(frozen=True, kw_only=True)
class _Setting:
    key: str
    name: str
    values: Floats
    decimals: int


def settings_sheet(sheet: Worksheet, park: Park, tables: PlanTables, on: Printing) -> None:
    """What units, tap changers and shunts are set to: first what changes, step by step, then what stays."""
    assert tables.setpoints is not None
    language = on.language
    every = _settings(park, tables.setpoints, tables.schedule, language)
    moving = [s for s in every if _moves(s)]
    staying = [s for s in every if not _moves(s)]
    clock = local(tables.setpoints.time.values, park.facts.time_zone)
    widths, breaks, row = [44.0, 22.0, 14.0], list[int](), 1
    if moving:
        begins, ends = from_words(clock, step_h(tables.setpoints.time.values))
        groups = [word(s.key, language) for s in moving]
        widths = [16.0, 16.0, *([12.0] * max(len(moving), 1))]
        breaks = column_breaks(widths, groups, KEPT)
        heads(sheet, 1, [word("from", language), word("to", language), *groups])
        merge_equal(sheet, 1, 1 + KEPT, groups, breaks)
        heads(sheet, 2, ["", "", *(s.name for s in moving)])
        for t, (begin, end) in enumerate(zip(begins, ends, strict=True)):
            boxed(sheet, 3 + t, [begin, end, *(_shown(s, t) for s in moving)])
            for k, setting in enumerate(moving, start=1 + KEPT):
                cell = sheet.cell(row=3 + t, column=k)
                cell.number_format = f"0.{'0' * setting.decimals}" if setting.decimals else "0"
                if t and _shown(setting, t) != _shown(setting, t - 1) and not setting.decimals:
                    cell.font = Font(color=RED, bold=True)
            for k in range(1, 1 + KEPT):
                sheet.cell(row=3 + t, column=k).alignment = Alignment(horizontal="center")
        row = 4 + len(clock)
        sheet.freeze_panes = "C3"
    _staying(sheet, staying, row, language)
    set_print(sheet, on, widths, titles="1:2" if moving else "", breaks=breaks, keep=KEPT, wide=bool(moving))


def _staying(sheet: Worksheet, staying: list[_Setting], row: int, language: str) -> None:
    """Write the settings that stay, three to a row, below a head of their own."""
    if not staying:
        return
    head(sheet, row, 1, word("all_day", language))
    for k, setting in enumerate(staying, start=row + 1):
        value = next(v for v in (_shown(setting, t) for t in range(len(setting.values))) if v is not None)
        boxed(sheet, k, [setting.name, word(setting.key, language), value])


def _settings(park: Park, table: xr.Dataset, schedule: xr.Dataset, language: str) -> list[_Setting]:
    names = names_of(park, language)
    kinds = dict(zip(map(str, schedule.unit.values), map(str, schedule.kind.values), strict=True))
    found: list[_Setting] = []
    for key, dim, column, decimals in SETTINGS:
        for element in map(str, table[dim].values):
            if dim == "unit" and kinds.get(element) not in STEERED:
                continue
            values = np.asarray(table[column].sel({dim: element}).values, dtype=float)
            if column == "q_mvar":  # a unit that keeps a voltage gives what that takes
                values = np.where(np.isfinite(table.v_set_pu.sel(unit=element).values), np.nan, values)
            if np.isfinite(values).any():
                found.append(_Setting(key=key, name=called(element, names), values=values, decimals=decimals))
    return found


def _shown(setting: _Setting, step: int) -> float | None:
    value = float(setting.values[step])
    return round(value, setting.decimals) + 0.0 if np.isfinite(value) else None


def _moves(setting: _Setting) -> bool:
    shown = {_shown(setting, t) for t in range(len(setting.values))}
    return len(shown) > 1
