"""What sizes an asset, in words: English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holin.park import currency_words
from holin.plan.sizing import Curtailment, Sizing
from holin.plan.value import Standing, Worth

LANGUAGES = ("en", "zh")

IMPORT_TOLD = 3.0
"""A first-order estimate of the price of import says nothing beyond so many times what it is."""

STANDS: dict[Standing, tuple[str, str]] = {
    Standing.NONE: (
        "{offer} ({stage}) is not built: a {unit}{with_mwh} would earn {earns} of the {costs} {currency} a year that "
        "it costs{from_}.",
        "{offer}（{stage}）未建：每 {unit}{with_mwh} 年收益 {earns} {currency}，低于年费用 {costs} {currency}{from_}。",
    ),
    Standing.BETWEEN: (
        "{offer} ({stage}), {size} {unit}: the last {unit}{with_mwh} earns what it costs, {costs} {currency} a year.",
        "{offer}（{stage}）{size} {unit}：最后 1 {unit}{with_mwh} 的收益等于其年费用 {costs} {currency}。",
    ),
    Standing.ALL: (
        "{offer} ({stage}): all {size} {unit} on offer are built; a further {unit}{with_mwh} would earn {gain} "
        "{currency} a year beyond its cost.",
        "{offer}（{stage}）：可建的 {size} {unit} 已全部建成；再多 1 {unit}{with_mwh}，每年净收益 {gain} {currency}。",
    ),
    Standing.LEAST: (
        "{offer} ({stage}) stands at its least size of {size} {unit}: a {unit}{with_mwh} earns {earns} of the {costs} "
        "{currency} a year that it costs.",
        "{offer}（{stage}）为最小规模 {size} {unit}：每 {unit}{with_mwh} 年收益 {earns}，年费用 {costs} {currency}。",
    ),
    Standing.HELD: (
        "{offer} ({stage}) is held at {size} {unit}: a {unit}{with_mwh} earns {earns} {currency} a year and costs "
        "{costs}.",
        "{offer}（{stage}）给定为 {size} {unit}：每 {unit}{with_mwh} 年收益 {earns}，年费用 {costs} {currency}。",
    ),
}
PLACE_TAKEN: dict[Standing, tuple[str, str]] = {
    Standing.NONE: (
        "{offer} ({stage}) is not built yet: a {unit}{with_mwh} would earn {gain} {currency} a year beyond its cost, "
        "but by {full_at} all on offer is built, and it would take the place of one of those.",
        "{offer}（{stage}）暂不建：每 {unit}{with_mwh} 年净收益 {gain} {currency}，但到 {full_at} 年可建规模已全部"
        "建成，现在建会占用其中的份额。",
    ),
    Standing.BETWEEN: (
        "{offer} ({stage}), {size} {unit}: a further {unit}{with_mwh} would earn {gain} {currency} a year beyond its "
        "cost, but by {full_at} all on offer is built, and it would take the place of one of those.",
        "{offer}（{stage}）{size} {unit}：再多 1 {unit}{with_mwh}，年净收益 {gain} {currency}，但到 {full_at} 年"
        "可建规模已全部建成，现在建会占用其中的份额。",
    ),
}
"""Where a MW earns more than it costs and is not built, for what is on offer runs out at a later stage."""
STANDS_ALREADY = (
    "{offer} ({stage}), {size} {unit} from before: a further {unit}{with_mwh} would earn {earns} of the {costs} "
    "{currency} a year that it costs{from_}.",
    "{offer}（{stage}）{size} {unit}，此前已建：再多 1 {unit}{with_mwh} 年收益 {earns} {currency}，低于年费用 {costs} "
    "{currency}{from_}。",
)
"""Where some of it stands from an earlier stage, and no more pays."""
KEPT: dict[Standing, tuple[str, str]] = {
    Standing.NONE: (
        "{offer} ({stage}) makes way: a {unit} kept would earn {earns} of the {costs} {currency} a year of its upkeep.",
        "{offer}（{stage}）退出：每保留 1 {unit} 年收益 {earns} {currency}，低于年维护费用 {costs} {currency}。",
    ),
    Standing.ALL: (
        "{offer} ({stage}) stays: a {unit} earns {gain} {currency} a year beyond its upkeep.",
        "{offer}（{stage}）保留：每 {unit} 扣除维护费用后年净收益 {gain} {currency}。",
    ),
}
PAYS_FROM = ("; it would pay from a capital cost of {investment} per {unit}", "；投资降至每 {unit} {investment} 时可建")
PAYS_IMPORT = (" or with import's energy price about {more} higher", "，或购电电量电价上涨约 {more}")
WITH_MWH = (" with {mwh} MWh", "（配 {mwh} MWh）")
INCOME = (" Its income: {parts}; half of it in {hours} h.", "收益构成：{parts}；其中一半来自 {hours} 小时。")
CURTAILED = (
    " A further {unit} would be curtailed in {share} of its energy ({hours} h{where}).",
    "再多 1 {unit} 将有 {share} 的电量被弃（{hours} 小时{where}）。",
)
BEHIND = ("{hours} h behind branch {branch}", "{hours} 小时受支路 {branch} 限制")
EVERYWHERE = ("{hours} h with too much in the whole park", "{hours} 小时全园区过剩")

PARTS: dict[str, tuple[str, str]] = {
    "import": ("energy not bought", "少购电量"),
    "peak": ("demand charge", "需量电费"),
    "import_limit": ("limit of import", "购电限额"),
    "export": ("export", "外送"),
    "local": ("the park's own units", "园区自有电源"),
    "own_cost": ("its own running cost", "自身运行成本"),
    "matched": ("matching hour by hour", "逐时匹配"),
    "rule": ("rule “{element}”", "规则“{element}”"),
    "branch": ("branch {element}", "支路 {element}"),
    "charge": ("power when charging", "充电功率"),
    "discharge": ("power when discharging", "放电功率"),
    "soc": ("energy", "容量"),
    "tie_import": ("import at {element}", "{element} 购电"),
    "tie_export": ("export at {element}", "{element} 外送"),
    "on": ("load when running", "运行出力"),
    "full_load": ("full load beside heat", "供热时满负荷"),
    "heat_on": ("heat duty", "供热任务"),
    "heat_led": ("heat duty", "供热任务"),
    "in_place": ("what makes way for it", "被替代机组"),
    "up": ("power raised", "上调功率"),
    "down": ("power lowered", "下调功率"),
    "deviation": ("heat window of the pots", "电解槽热窗口"),
    "ramp": ("ramp", "爬坡"),
    "duty": ("production duty", "产量任务"),
    "no_return": ("what is gone and does not come back", "退出后不再恢复"),
}
PARTS_NAMED = 4
PART_LEAST = 0.005
"""A part of the income that would be told as 0 %."""

NOTHING = 1e-5
"""Of what a MW costs: it earns less than this by a solver's leftover alone."""

BESIDE = 1e-3
"""Of what a MW costs: where it earns so much more or less, it does not earn just what it costs."""

Names = Mapping[str, tuple[str, str]]
"""Id -> English, Chinese."""


def sizing_in_words(sizing: Sizing, language: str = "en", *, currency: str = "", names: Names | None = None) -> str:
    """Return what sizes an asset as a few sentences; `names` say what offers and rules are called."""
    k, worth, called = LANGUAGES.index(language), sizing.worth, names or {}
    earns = worth.life_earns if abs(worth.life_earns) > NOTHING * worth.costs else 0.0
    unit = "MVA" if worth.table in ("line", "transformer") else "MW"
    text = _said(worth)[k].format(
        offer=_called(worth.offer, called, k), stage=worth.stage, unit=unit, size=_figure(worth.size),
        earns=_figure(earns), costs=_figure(worth.costs + worth.budget), gain=_figure(worth.gain),
        currency=currency_words(currency)[k],
        with_mwh=WITH_MWH[k].format(mwh=_figure(worth.mwh_per_mw)) if worth.mwh_per_mw else "",
        from_=_pays_from(worth, unit, k), full_at=worth.full_at,
    )  # fmt: skip
    text = " ".join(text.split())
    total = sum(v for v in sizing.by_limit.values() if v > 0.0)
    told = [(n, v / total) for n, v in sizing.by_limit.items() if v > PART_LEAST * total]
    parts = [f"{limit_in_words(n, language, names=called)} {share:.0%}" for n, share in told]
    if parts and earns > 0.0:
        named = (", ", "、")[k].join(parts[:PARTS_NAMED])
        text += INCOME[k].format(parts=named, hours=_figure(sizing.half_hours))
    if sizing.curtailment is not None and sizing.curtailment.hours > 0.0:
        text += _curtailed(sizing.curtailment, unit, k)
    return text


def _said(worth: Worth) -> tuple[str, str]:
    """Return the sentence about where a size stands."""
    if not worth.annuity and worth.standing in KEPT:
        return KEPT[worth.standing]
    beside = BESIDE * worth.costs
    if worth.full_at is not None and worth.gain > beside and worth.standing in PLACE_TAKEN:
        return PLACE_TAKEN[worth.standing]
    if worth.annuity and worth.standing is Standing.BETWEEN and worth.gain < -beside:
        return STANDS_ALREADY
    return STANDS[worth.standing]


def limit_in_words(name: str, language: str = "en", *, names: Names | None = None) -> str:
    """Return a part of an income in words."""
    k = LANGUAGES.index(language)
    kind, _, element = name.partition(".")
    words = PARTS.get(kind, (name, name))[k]
    return words.format(element=_called(element.removesuffix(".most").removesuffix(".least"), names or {}, k))


def _called(identity: str, names: Names, k: int) -> str:
    return names[identity][k] if identity in names else identity


def _pays_from(worth: Worth, unit: str, k: int) -> str:
    if worth.pays_from_investment is None or worth.pays_from_investment <= 0.0:
        return ""
    text = PAYS_FROM[k].format(investment=_figure(worth.pays_from_investment), unit=unit)
    factor = worth.pays_from_import_factor
    if factor is None or factor > IMPORT_TOLD:
        return text
    return text + PAYS_IMPORT[k].format(more=f"{factor - 1.0:.0%}")


def _curtailed(curtailment: Curtailment, unit: str, k: int) -> str:
    where = [BEHIND[k].format(hours=_figure(h), branch=b) for b, h in list(curtailment.behind_h.items())[:PARTS_NAMED]]
    if where and curtailment.everywhere_h:
        where.append(EVERYWHERE[k].format(hours=_figure(curtailment.everywhere_h)))
    said = ((": ", "：")[k] + _listed(where, k)) if where else ""
    return CURTAILED[k].format(
        unit=unit, share=f"{curtailment.share:.0%}", hours=_figure(curtailment.hours), where=said
    )


def _listed(words: Sequence[str], k: int) -> str:
    return (", ", "、")[k].join(words)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.3g}"
