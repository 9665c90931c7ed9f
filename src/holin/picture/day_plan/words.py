"""The words of the daily dispatch plan in Chinese and English, and what its things are called."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from holin.park import Park, things_of

WORDS: dict[str, tuple[str, str]] = {
    "plan": ("日调度计划", "Daily dispatch plan"),
    "curves": ("曲线", "Curves"),
    "switching": ("机组启停计划", "Unit commitment"),
    "pots": ("电解槽热平衡", "Heat of pots"),
    "limits": ("告警与未满足约束", "What gives way"),
    "unmet": ("N-1校核未满足", "Unmet N-1"),
    "binding": ("起作用的限制", "Binding limits"),
    "voltages": ("母线电压", "Bus voltages"),
    "settings": ("电压与分接头定值", "Voltage and tap settings"),
    "cost": ("费用", "Cost"),
    "notes": ("说明", "Notes"),
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
    "held": ("储存电量 MWh", "MWh held"),
    "reserve": ("{name} MW", "{name} MW"),
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
    "element": ("设备", "element"),
    "kind": ("类别", "kind"),
    "duty": ("约束未满足", "duty broken"),
    "wish": ("目标未达到", "wish left"),
    "none": ("无", "none"),
    "part": ("项目", "part"),
    "amount": ("金额", "amount"),
    "beside": ("另列，不在合计内", "beside it, not in the sum"),
    "curtailed": ("弃风弃光", "curtailed"),
    "sheet_power": ("功率 MW，注入电网为正", "power in MW, + into the network"),
    "power": ("功率 MW", "power MW"),
    "bath": ("电解质温度 ℃", "bath °C"),
    "superheat_min": ("过热度最低 ℃", "superheat least K"),
    "superheat_max": ("过热度最高 ℃", "superheat most K"),
    "ledge": ("炉帮 cm", "ledge cm"),
    "metal": ("产铝 t", "metal t"),
    "window": ("允许范围", "window"),
    "outage": ("停运元件", "element out"),
    "steps": ("时段数（含前瞻期）", "steps (with look-ahead)"),
    "worst": ("最严重时刻", "worst at"),
    "why": ("原因与对策", "why, and what would help"),
    "nothing_out": ("（全接线）", "(nothing out)"),
    "permanent": ("结构性：任何计划均无法满足", "permanent: no schedule can keep it"),
    "of_plan": ("与计划有关", "of this schedule"),
    "unchecked": ("未校核电网", "The grid was not checked"),
    "saves": ("放宽一个单位最多节省", "one unit more saves at most"),
    "per": ("单位", "unit"),
    "bus": ("母线", "bus"),
    "nominal_kv": ("额定 kV", "nominal kV"),
    "limit_low": ("下限 p.u.", "limit low p.u."),
    "limit_high": ("上限 p.u.", "limit high p.u."),
    "lowest": ("最低 p.u.", "lowest p.u."),
    "highest": ("最高 p.u.", "highest p.u."),
    "at": ("时刻", "at"),
    "all_day": ("全程不变的定值", "Settings that stay all the time"),
    "changing": ("逐时段变化的定值", "Settings that change"),
    "setting": ("定值", "setting"),
    "value": ("数值", "value"),
    "v_set_pu": ("电压定值 p.u.", "voltage to keep p.u."),
    "q_mvar": ("无功 Mvar", "reactive power Mvar"),
    "tap_pos": ("分接头档位", "tap position"),
    "steps_in": ("投入组数", "steps in service"),
    "origin": ("数据来源", "Where it came from"),
    "page": ("第 &P 页，共 &N 页", "page &P of &N"),
    "proposal": ("仅为建议方案，未下发", "a proposal: nothing was sent"),
}

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


def word(key: str, language: str) -> str:
    """Return a word of the plan in a language (zh; any other: en)."""
    return WORDS[key][language != "zh"]


def names_of(park: Park, language: str) -> dict[str, str]:
    """Return what each thing of a park is called; its id where it has no name."""
    return {thing.id: (thing.name_zh if language == "zh" else thing.name) or thing.id for _, thing in things_of(park)}


def called(ids: str, names: Mapping[str, str], *, short: bool = False) -> str:
    """Return ids that stand in a row (`a, b` or `branch / outage`) with what they are called, the id in brackets."""
    for between in (", ", " / "):
        if between in ids:
            return between.join(called(one, names, short=short) for one in ids.split(between))
    name = names.get(ids, ids)
    return name if short or name == ids else f"{name} ({ids})"


def from_words(clock: pd.DatetimeIndex, step_h: float) -> tuple[list[str], list[str]]:
    """Return the local starts and ends of steps, with their dates where they lie on several days; midnight ends a day
    as 24:00."""
    several = clock[0].date() != clock[-1].date()
    ends = clock + pd.Timedelta(hours=step_h)
    return [moment(begin, several) for begin in clock], [until(end, several) for end in ends]


def moment(when: pd.Timestamp, dated: bool) -> str:
    """Return a local moment, with month and day where `dated`."""
    return f"{when:%m-%d %H:%M}" if dated else f"{when:%H:%M}"


def until(end: pd.Timestamp, dated: bool) -> str:
    """Return the end of a step: midnight is 24:00 of the day before."""
    if end.hour or end.minute:
        return moment(end, dated)
    return f"{end - pd.Timedelta(days=1):%m-%d} 24:00" if dated else "24:00"


def span(clock: pd.DatetimeIndex, step_h: float) -> str:
    """Return the days that a plan is for: a date, or from when to when."""
    first, end = clock[0], clock[-1] + pd.Timedelta(hours=step_h)
    whole = end == first.normalize() + pd.Timedelta(days=1) and first == first.normalize()
    if whole:
        return f"{first:%Y-%m-%d}"
    return f"{first:%Y-%m-%d %H:%M} – {end:%Y}-{until(end, True)}"
