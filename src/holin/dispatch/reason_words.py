"""Reasons in words: which unit gives the next MW, what its price is made of, what binds; English and Chinese."""

from __future__ import annotations

from holin.dispatch.binding import Binding
from holin.dispatch.causes import spans_of
from holin.dispatch.explanations import hours_in_words
from holin.dispatch.reasons import Part, Reason
from holin.dispatch.window import Window

LANGUAGES = ("en", "zh")

MARGINAL: dict[str, tuple[str, str]] = {
    "import": ("the next MW is imported at {unit}", "下一兆瓦由 {unit} 购入"),
    "export": ("the next MW comes out of export at {unit}", "下一兆瓦来自减少 {unit} 外送"),
    "above": ("{unit} gives the next MW", "下一兆瓦由 {unit} 发出"),
    "starting": ("{unit} gives the next MW while it starts", "下一兆瓦由启动中的 {unit} 发出"),
    "generator": ("{unit} gives the next MW", "下一兆瓦由 {unit} 发出"),
    "discharge": ("storage {unit} gives the next MW", "下一兆瓦由储能 {unit} 放出"),
    "charge": ("storage {unit} stores one MW less", "储能 {unit} 少充一兆瓦"),
    "renewable": ("{unit} is curtailed and gives the next MW", "{unit} 弃电，可多发一兆瓦"),
    "up": ("potline {unit} takes one MW less", "电解系列 {unit} 少用一兆瓦"),
    "down": ("potline {unit} takes one MW less", "电解系列 {unit} 少用一兆瓦"),
    "shed": ("load at {unit} is shed", "{unit} 切负荷"),
    "missing": ("power is missing", "电力缺额"),
    "surplus": ("power is left over", "电力多余"),
}
"""First name of the marginal column -> who gives the next MW."""

PARTS: dict[str, tuple[str, str]] = {
    "own": ("its own cost {value}", "自身成本 {value}"),
    "bound": ("its limit {value}", "自身限额 {value}"),
    "peak": ("the month's peak {value}", "月最大需量 {value}"),
    "soc": ("content {value}", "存电价值 {value}"),
    "wear": ("wear {value}", "循环损耗 {value}"),
    "full_load": ("full load {value}", "满负荷 {value}"),
    "ramp_up": ("ramp {value}", "升负荷速率 {value}"),
    "ramp_down": ("ramp {value}", "降负荷速率 {value}"),
    "ramp": ("ramp of {element} {value}", "{element} 调节速率 {value}"),
    "reserve": ("reserve {element} {value}", "备用 {element} {value}"),
    "largest": ("reserve {element} {value}", "备用 {element} {value}"),
    "up": ("reserve {element} {value}", "备用 {element} {value}"),
    "down": ("reserve {element} {value}", "备用 {element} {value}"),
    "primary": ("primary response {value}", "一次调频 {value}"),
    "branch": ("branch {element} {value}", "支路 {element} {value}"),
    "rule": ("rule {element} {value}", "规则 {element} {value}"),
    "duty": ("metal owed {value}", "产量任务 {value}"),
    "pot_heat": ("heat of {element} {value}", "{element} 槽热 {value}"),
    "stock": ("fuel left {value}", "存煤价值 {value}"),
    "heat_led": ("heat {value}", "供热 {value}"),
    "must_run": ("captive floor {value}", "自备最低出力 {value}"),
}
"""Kind of part -> its words; others are named as they are."""

BINDING: dict[str, tuple[str, str]] = {
    "import": ("import at {element} at its limit", "{element} 购电达限额"),
    "export": ("export at {element} at its limit", "{element} 外送达限额"),
    "charge": ("charging power of {element}", "{element} 充电功率"),
    "discharge": ("discharging power of {element}", "{element} 放电功率"),
    "full": ("{element} is full", "{element} 已充满"),
    "empty": ("{element} is down to its lowest content", "{element} 已放至最低电量"),
    "lowest_load": ("{element} at lowest load", "{element} 已在最低出力"),
    "renewable": ("all that {element} has is used", "{element} 已全部利用"),
    "full_load": ("{element} at full load", "{element} 满负荷"),
    "ramp_up": ("{element} rises as fast as it may", "{element} 升负荷已达最快"),
    "ramp_down": ("{element} falls as fast as it may", "{element} 降负荷已达最快"),
    "peak": ("the month's peak at {element} is being set", "{element} 正在形成月最大需量"),
    "branch": ("branch {element} at its limit", "支路 {element} 达限额"),
    "reserve": ("reserve {element} just kept", "备用 {element} 恰好满足"),
    "largest": ("reserve {element} against the loss of a unit", "备用 {element}（最大机组）恰好满足"),
    "rule": ("rule {element} over the year", "年度规则 {element}"),
    "duty": ("metal owed by {element}", "{element} 产量任务"),
    "superheat_low": ("{element}'s pots may cool no further", "{element} 槽过热度达下限"),
    "superheat_high": ("{element}'s pots may heat no further", "{element} 槽过热度达上限"),
    "ledge_low": ("{element}'s ledge may get no thinner", "{element} 炉帮已达最薄"),
    "ledge_high": ("{element}'s ledge may get no thicker", "{element} 炉帮已达最厚"),
    "out": ("{element} is out of service", "{element} 停运"),
    "off": ("{element} is off", "{element} 未开机"),
    "up": ("{element} takes its most", "{element} 已升至最高"),
    "down": ("{element} takes its least", "{element} 已降至最低"),
    "ramp": ("{element} changes as fast as it may", "{element} 调节已达最快"),
    "stock": ("yard of {element}", "{element} 库存"),
    "must_run": ("captive floor", "自备最低出力"),
    "heat_led": ("heat asks for power of {element}", "{element} 以热定电"),
}
"""Kind of binding limit -> its words; others are named as they are."""

PASSED = ("branch {element} beyond its limit, at that price", "支路 {element} 越限（按此价格）")

ALL_RENEWABLES = "*"
WIND_AND_PV = ("wind and PV", "风光")


def reason_in_words(window: Window, reason: Reason, language: str = "en", *, most: int = 4) -> str:
    """Return a reason as a sentence: hours (local), price, who gives the next MW, what that is made of, what binds
    (the dearest `most`)."""
    k, currency = LANGUAGES.index(language), window.case.park.facts.currency
    when = hours_in_words(window, ((reason.step, reason.step),), language)
    first = reason.marginal.partition(".")[0]
    who = MARGINAL.get(first, ("{unit} gives the next MW", "下一兆瓦由 {unit} 调节"))[k].format(unit=reason.unit)
    shown = [part for part in reason.parts if abs(part.per_mwh) >= 0.005] or list(reason.parts[:1])
    parts = (", ", "，")[k].join(_part(part, k) for part in shown)
    where = f" {reason.place}" if reason.place else ""
    text = (
        f"{when}{where} {reason.price_per_mwh:.2f} {currency}/MWh: {who} ({parts})",
        f"{when}{where} {reason.price_per_mwh:.2f} {currency}/MWh：{who}（{parts}）",
    )[k]
    if len(reason.linked) > 1:
        hours = hours_in_words(window, spans_of(reason.linked), language)
        text += (f"; it carries energy between {hours}", f"；其在 {hours} 之间搬移电量")[k]
    if reason.binding:
        said = (", ", "，")[k].join(_binding(b, k) for b in _together(reason.binding)[:most])
        text += ("; binding: ", "；起作用的限制：")[k] + said
    return text


def _together(binding: tuple[Binding, ...]) -> list[Binding]:
    """Join wind and PV that are used in full, and put last what the window as a whole owes, and broken limits."""
    used = [b for b in binding if b.kind == "renewable"]
    others = [b for b in binding if b.kind != "renewable"]
    if used:
        element = used[0].element if len(used) == 1 else ALL_RENEWABLES
        others.append(Binding(kind="renewable", element=element, saves=max(b.saves for b in used)))
    return sorted(others, key=lambda b: (b.passed or b.kind in ("rule", "duty"), -b.saves))


def _part(part: Part, k: int) -> str:
    words = PARTS.get(part.kind, (f"{part.kind} {{element}} {{value}}",) * 2)[k]
    return " ".join(words.format(element=part.element, value=f"{part.per_mwh:.2f}").split())


def _binding(binding: Binding, k: int) -> str:
    element = WIND_AND_PV[k] if binding.element == ALL_RENEWABLES else binding.element
    known = PASSED if binding.passed else BINDING.get(binding.kind, (f"{binding.kind} {{element}}",) * 2)
    words = known[k].format(element=element)
    per = "" if binding.unit == "MWh" else f" /{binding.unit}"
    return f"{words} ({binding.saves:.2f}{per})" if k == 0 else f"{words}（{binding.saves:.2f}{per}）"
