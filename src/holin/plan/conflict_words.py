"""Why there is no plan, in words: English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holin.errors import Infeasible
from holin.park import currency_words
from holin.plan.conflict import Conflict, Hold
from holin.plan.gives import Give, Party

LANGUAGES = ("en", "zh")
Names = Mapping[str, tuple[str, str]]
"""Id -> English, Chinese."""

WHO: dict[Party, tuple[str, str]] = {
    Party.RULE: ("rule “{element}” ({stage})", "规则“{element}”（{stage}）"),
    Party.BUDGET: ("the budget of {stage}", "{stage} 年投资上限"),
    Party.SIZE: ("{element} ({stage})", "{element}（{stage}）"),
    Party.BRANCH: ("branch {element} ({stage})", "支路 {element}（{stage}）"),
    Party.BALANCE: ("the power balance of {stage}", "{stage} 功率平衡"),
    Party.DUTY: ("the production duty of potline {element} ({stage})", "电解系列 {element} 产量任务（{stage}）"),
}

GIVES: dict[Party, tuple[str, str]] = {
    Party.BUDGET: ("{who} is passed by {amount} {unit}", "{who}超出 {amount} {unit}"),
    Party.SIZE: ("{amount} {unit} more of {who} than is on offer", "{who}比可建上限多 {amount} {unit}"),
    Party.BRANCH: ("{amount} {unit} more on {who}", "{who}扩容 {amount} {unit}"),
    Party.BALANCE: ("{amount} MWh are {missing} in {who}", "{who}{missing} {amount} MWh"),
    Party.DUTY: ("{who} is missed by {amount} t", "{who}欠产 {amount} t"),
}

LEAST_REACHED = (
    "{who}: at most {reached} of the {asked} asked{short}",
    "{who}：最高可达 {reached}，要求 {asked}{short}",
)
MOST_REACHED = (
    "{who}: at least {reached} where no more than {asked} is asked{short}",
    "{who}：最低只能到 {reached}，要求不超过 {asked}{short}",
)
SHORT = (
    {False: " ({amount} {unit} short)", True: " ({amount} {unit} too much)"},
    {False: "（差 {amount} {unit}）", True: "（超 {amount} {unit}）"},
)
ROOM_LACKS = (
    "{who}: the {asked} asked, but not the little more that a plan keeps for AC losses",
    "{who}：可达要求的 {asked}，但达不到规划为交流网损所留的少许余量",
)
UNITS: tuple[dict[str, str], dict[str, str]] = ({}, {"ha": "公顷", "h": "小时"})
"""Units that are called otherwise."""

NONE = (
    "No plan meets all rules, limits and budgets with what is on offer; that is proven. ",
    "在现有可选项下，没有方案能同时满足全部规则、限值和投资上限（已证明）。",
)
NONE_HELD = (
    "Rounded to whole units no plan meets all rules, limits and budgets; that is proven of these units alone, of any "
    "sizes there may be one (`--any-size`). ",
    "取整后没有方案能同时满足全部规则、限值和投资上限（仅对所取的整数台套已证明；"
    "任意容量时可能有方案，见 --any-size）。",
)
LOSSES = ("The losses of the AC flows of an earlier plan are counted. ", "已计入前一次方案的交流网损。")
ONE = ("{who} cannot hold. ", "{who}无法满足。")
SEVERAL = ("These cannot hold together: {who}. ", "以下各项不能同时满足：{who}。")
NO_RULE = (
    "No rule is to blame: the park cannot be operated as it stands, whatever is built: {gives}. ",
    "与规则无关：无论如何建设，园区自身无法运行：{gives}。",
)
NO_RULE_HELD = (
    "No rule is to blame: the park cannot be operated with these whole units: {gives}. ",
    "与规则无关：按所取的整数台套，园区无法运行：{gives}。",
)
ALONE = ("With all else kept: {gives}. ", "其余全部满足时：{gives}。")
HELD = ("What holds it: {holds}. ", "制约因素：{holds}。")
HOLD_SIZE = (
    "all {size} of {element} are built ({stage}; one more gives {mwh} MWh a year)",
    "{element} 已全部建成 {size}（{stage}；每多 1 MW 每年增加 {mwh} MWh）",
)
HOLD_BRANCH = (
    "branch {element} is full ({stage}; a MW more gives {mwh} MWh a year)",
    "支路 {element} 已满（{stage}；每多 1 MW 每年增加 {mwh} MWh）",
)
CURES = ("All would hold with at least {gives}. ", "若{gives}（至少），则全部可以满足。")
CHEAPEST = (
    "The cheapest way out: {gives}; such a plan costs at least {costs} over all years, discounted.",
    "代价最小的放宽：{gives}；此类方案全周期折现成本不低于 {costs}。",
)


class NoPlan(Infeasible):
    """No plan meets all rules; `conflict` says why, the text says it in English."""

    def __init__(self, conflict: Conflict, currency: str = "") -> None:
        self.conflict, self.currency = conflict, currency
        super().__init__(conflict_in_words(conflict, "en", currency=currency))

    def in_language(self, language: str) -> str:
        """Return why there is no plan, in one of LANGUAGES."""
        return conflict_in_words(self.conflict, language, currency=self.currency)


def conflict_in_words(conflict: Conflict, language: str = "en", *, currency: str = "") -> str:
    """Return why there is no plan as a few sentences."""
    k = LANGUAGES.index(language)
    together = _gives(conflict.together, language, conflict.names, currency)
    if not conflict.set_:
        return (NO_RULE_HELD if conflict.held else NO_RULE)[k].format(gives=together).strip()
    who = [_who(party, stage, element, conflict.names, k) for stage, party, element in conflict.set_]
    text = (NONE_HELD if conflict.held else NONE)[k] + _capital(
        (ONE if len(who) == 1 else SEVERAL)[k].format(who=_listed(who, k))
    )
    text += LOSSES[k] if conflict.losses else ""
    if conflict.alone:
        text += ALONE[k].format(gives=_gives(conflict.alone, language, conflict.names, currency))
    if conflict.held_by:
        text += HELD[k].format(holds=_listed([_hold(h, conflict.names, k) for h in conflict.held_by], k))
    if conflict.cures:
        text += CURES[k].format(gives=_gives(conflict.cures, language, conflict.names, currency))
    if conflict.costs is not None and conflict.together:
        costs = f"{_figure(conflict.costs)} {currency_words(currency)[k]}".strip()
        text += CHEAPEST[k].format(gives=together, costs=costs)
    return text.strip()


def _gives(gives: Sequence[Give], language: str, names: Names, currency: str) -> str:
    said = [give_in_words(give, language, names=names, currency=currency) for give in gives]
    return _listed(said, LANGUAGES.index(language))


def give_in_words(give: Give, language: str = "en", *, names: Names | None = None, currency: str = "") -> str:
    """Return by how much something gives way, such as "rule “share” (2030): at most 62.3% of the 80.0% asked"."""
    k = LANGUAGES.index(language)
    who = _who(give.party, give.stage, give.element, names or {}, k)
    unit = currency_words(currency)[k] if give.unit == "currency" else UNITS[k].get(give.unit, give.unit)
    if give.party is Party.RULE:
        return _rule(give, who, unit, k)
    missing = (("left over" if give.surplus else "missing"), ("多余" if give.surplus else "缺"))[k]
    return GIVES[give.party][k].format(who=who, amount=_figure(give.amount), unit=unit, missing=missing).strip()


def _rule(give: Give, who: str, unit: str, k: int) -> str:
    """Return what of a rule can be reached, beside what was asked; a share with its amount."""
    asked, reached = _values(give, k)
    if not give.amount:
        return ROOM_LACKS[k].format(who=who, asked=asked)
    short = "" if give.value_unit else SHORT[k][give.at_most].format(amount=_figure(give.amount), unit=unit)
    words = MOST_REACHED if give.at_most else LEAST_REACHED
    return words[k].format(who=who, asked=asked, reached=reached, short=short)


def _values(give: Give, k: int) -> tuple[str, str]:
    """Return what was asked and reached of a rule, with enough digits to tell them apart."""
    asked, reached = give.asked or 0.0, float("nan") if give.reached is None else give.reached
    if give.value_unit:
        unit = UNITS[k].get(give.value_unit, give.value_unit)
        return f"{_figure(asked)} {unit}", f"{_figure(reached)} {unit}"
    apart = (d for d in range(1, 4) if not give.amount or f"{asked:.{d}%}" != f"{reached:.{d}%}")
    digits = next(apart, 4)
    return f"{asked:.{digits}%}", f"{reached:.{digits}%}"


def _who(party: Party, stage: str, element: str, names: Names, k: int) -> str:
    return WHO[party][k].format(stage=stage, element=names[element][k] if element in names else element)


def _hold(hold: Hold, names: Names, k: int) -> str:
    words = HOLD_SIZE if hold.party is Party.SIZE else HOLD_BRANCH
    size = "" if hold.size_max is None else f"{_figure(hold.size_max)} MW"
    element = names[hold.element][k] if hold.element in names else hold.element
    return words[k].format(element=element, stage=hold.stage, mwh=_figure(hold.mwh_per_mw), size=size)


def _listed(words: Sequence[str], k: int) -> str:
    return ("; ", "；")[k].join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
