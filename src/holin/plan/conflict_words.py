"""Why there is no plan, in words: English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from holin.errors import Infeasible
from holin.plan.conflict import Conflict, Give, Hold, Party

LANGUAGES = ("en", "zh")

WHO: dict[Party, tuple[str, str]] = {
    Party.RULE: ("rule {element} ({stage})", "规则 {element}（{stage}）"),
    Party.BUDGET: ("the budget of {stage}", "{stage} 年投资上限"),
    Party.SIZE: ("{element} ({stage})", "{element}（{stage}）"),
    Party.BRANCH: ("branch {element} ({stage})", "支路 {element}（{stage}）"),
    Party.BALANCE: ("the power balance of {stage}", "{stage} 功率平衡"),
    Party.DUTY: ("the production duty of potline {element} ({stage})", "电解系列 {element} 产量任务（{stage}）"),
}

GIVES: dict[Party, tuple[str, str]] = {
    Party.RULE: ("{who} gives {amount} {unit}{value}", "{who}放宽 {amount} {unit}{value}"),
    Party.BUDGET: ("{who} is passed by {amount}", "{who}超出 {amount}"),
    Party.SIZE: ("{amount} {unit} more of {who} than is on offer", "{who}比可建上限多 {amount} {unit}"),
    Party.BRANCH: ("{amount} {unit} more on {who}", "{who}扩容 {amount} {unit}"),
    Party.BALANCE: ("{amount} MWh are {missing} in {who}", "{who}{missing} {amount} MWh"),
    Party.DUTY: ("{who} is missed by {amount} t", "{who}欠产 {amount} t"),
}

NONE = (
    "No plan meets all rules, limits and budgets with what is on offer (proven: at least {bound} MWh are short). ",
    "在现有可选项下，没有方案能同时满足全部规则、限值和投资上限（已证明：至少缺 {bound} MWh）。",
)
ONE = ("{who} cannot hold. ", "{who}无法满足。")
SEVERAL = ("These cannot hold together: {who}. ", "以下各项不能同时满足：{who}。")
NO_RULE = (
    "No rule is to blame: the park cannot be operated as it stands, whatever is built: {gives}. ",
    "与规则无关：无论如何建设，园区自身无法运行：{gives}。",
)
ALONE = ("With all else kept: {gives}. ", "其余全部满足时：{gives}。")
REACHED = (" (at most {reached} of the {asked} asked)", "（要求 {asked}，最好可达 {reached}）")
REACHED_AMOUNT = (" ({reached} at best, {asked} asked)", "（要求 {asked}，最好可达 {reached}）")
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
    "The cheapest way out: {gives}; that plan costs {costs}{currency} over all years, discounted.",
    "代价最小的放宽：{gives}；该方案全周期折现成本 {costs}{currency}。",
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
    if not conflict.set_:
        return NO_RULE[k].format(gives=_listed([give_in_words(g, language) for g in conflict.together], k)).strip()
    who = [WHO[party][k].format(stage=stage, element=element) for stage, party, element in conflict.set_]
    text = NONE[k].format(bound=_figure(conflict.bound))
    text += _capital((ONE if len(who) == 1 else SEVERAL)[k].format(who=_listed(who, k)))
    for words, gives in ((ALONE, conflict.alone), (CURES, conflict.cures)):
        if gives and words is ALONE:
            text += words[k].format(gives=_listed([give_in_words(g, language) for g in gives], k))
            if conflict.held_by:
                text += HELD[k].format(holds=_listed([_hold(h, k) for h in conflict.held_by], k))
        elif gives:
            text += words[k].format(gives=_listed([give_in_words(g, language) for g in gives], k))
    if conflict.costs is not None and conflict.together:
        gives_ = _listed([give_in_words(g, language) for g in conflict.together], k)
        text += CHEAPEST[k].format(gives=gives_, costs=_figure(conflict.costs), currency=currency and f" {currency}")
    return text.strip()


def give_in_words(give: Give, language: str = "en") -> str:
    """Return by how much something gives way, such as "rule share (2030) gives 180 MWh (at most 62.3% of 80%)"."""
    k = LANGUAGES.index(language)
    value = ""
    if give.reached is not None and give.asked is not None:
        asked, reached = (f"{v:.1%}" if give.is_share else _figure(v) for v in (give.asked, give.reached))
        value = (REACHED if give.is_share else REACHED_AMOUNT)[k].format(asked=asked, reached=reached)
    missing = (("left over" if give.surplus else "missing"), ("多余" if give.surplus else "缺"))[k]
    who = WHO[give.party][k].format(stage=give.stage, element=give.element)
    return GIVES[give.party][k].format(
        who=who, amount=_figure(give.amount), unit=give.unit, value=value, missing=missing
    )


def _hold(hold: Hold, k: int) -> str:
    words = HOLD_SIZE if hold.party is Party.SIZE else HOLD_BRANCH
    size = "" if hold.size_max is None else f"{_figure(hold.size_max)} MW"
    return words[k].format(element=hold.element, stage=hold.stage, mwh=_figure(hold.mwh_per_mw), size=size)


def _listed(words: Sequence[str], k: int) -> str:
    return ("; ", "；")[k].join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
