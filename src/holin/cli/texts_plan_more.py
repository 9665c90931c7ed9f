"""What `holin frontier` and `holin alternatives` print for people, in both languages."""

from __future__ import annotations

TEXTS_PLAN_MORE: dict[str, tuple[str, str]] = {
    "step.frontier": ("points of the frontier", "求解前沿各点"),
    "step.alternatives": ("alternatives", "求解近优方案"),
    "frontier.title": (
        "{park}, {years}: what each step costs. {rule}:",
        "{park} {years}：规则每严一步的代价。{rule}：",
    ),
    "frontier.stands": ("what stands", "装机"),
    "frontier.value": ("value", "取值"),
    "frontier.price": ("{currency} per kWh", "综合电价（{currency}/kWh）"),
    "frontier.shadow": ("next {unit} costs, {currency}", "再严 1 {unit} 的代价（{currency}）"),
    "frontier.physical": ("green, physical", "绿电占比（物理）"),
    "frontier.annual": ("green, annual", "绿电占比（年度）"),
    "frontier.curtailed": ("curtailed", "弃电率"),
    "frontier.co2": ("CO2, thousand t", "碳排放（千吨）"),
    "frontier.reach": ("The farthest that any plan reaches: {reach}.", "任何方案所能达到的极限：{reach}。"),
    "frontier.proof": (
        "{solves} optima in {seconds} s; * solved, the others lie between two of them. No point is farther from the "
        "proven frontier than {gap}: of the least cost above it or, where it is steep, of all values beside it.",
        "共求解 {solves} 次，{seconds} 秒；* 为求解点，其余为相邻两点之间的组合方案。"
        "各点偏离已证明曲线不超过 {gap}：费用高出最低费用的比例，或在陡峭处偏离全部取值范围的比例。",
    ),
    "frontier.note": (
        "All figures without losses: sizes of any amount, DC network limits. `holin plan` works out one point with "
        "whole units and its AC grid.",
        "以上数据均不计网损：容量为任意值，计直流潮流限值。`holin plan` 可对任一点按整台机组与交流潮流细化。",
    ),
    "frontier.part": (
        "Operated for {hours} hours of the year only: costs, energy and CO2 are those of these hours.",
        "仅运行全年中的 {hours} 小时，费用、电量与碳排放均为该时段数值。",
    ),
    "frontier.step": ("The optimum has steps of {step}.", "优化时段长度为 {step}。"),
    "plan.step": (
        "The optimum has steps of {step}: sizes, prices of rules and the proof are those of it. The years as planned "
        "are operated, their grid checked and their money counted in whole hours.",
        "优化时段长度为 {step}：容量、规则价格与最优性证明均按此得出；各规划年的运行、电网校核与财务按整小时计算。",
    ),
    "abatement.title": ("what a tonne of CO2 less costs, step by step", "减碳成本曲线（逐步）"),
    "abatement.step": ("from, to", "由 → 至"),
    "abatement.less": ("CO2 less, thousand t", "减碳（千吨）"),
    "abatement.extra": ("dearer by, million {currency}", "增加成本（百万{currency}）"),
    "abatement.per_t": ("{currency} per t", "每吨成本（{currency}）"),
    "plan.capacity.network": ("lines, MVA", "新增线路（MVA）"),
    "plan.capacity.potline": ("refitted potlines, MW", "改造电解（MW）"),
    "plan.unserved": (
        "{year}: {mwh} MWh of load, {share} of it, are not served: with these rules and limits that costs less than "
        "what else is on offer. Prices and shares are those of what is served.",
        "{year}：有 {mwh} MWh（{share}）的负荷未供电：在这些规则和限值下，停供比其他可选措施便宜。"
        "电价和占比只按已供电量计算。",
    ),
    "frontier.unserved": (
        "Not all load is served at {points}: shedding it costs less there than what else is on offer. Prices and "
        "shares are those of what is served.",
        "以下各点有负荷未供电：{points}；此处停供比其他可选措施便宜。电价和占比只按已供电量计算。",
    ),
    "alternatives.least": ("least {technology}, +{within}", "{technology}最少，成本 +{within}"),
    "alternatives.most": ("most {technology}, +{within}", "{technology}最多，成本 +{within}"),
    "alternatives.unserved": (
        "Not all load is served by {count} of {all} plans, {plans}: shedding it costs less there than what else is on "
        "offer.",
        "{all} 个方案中有 {count} 个未供全部负荷：{plans}；此处停供比其他可选措施便宜。",
    ),
    "sweep.unserved": (
        "Not all load is served in {count} of {all} scenarios, most in {scenario} ({mwh} MWh in a year): shedding it "
        "costs less there than what else is on offer. Prices and shares are those of what is served.",
        "{all} 个情景中有 {count} 个未供全部负荷，最多为 {scenario}（一年 {mwh} MWh）：此处停供比其他可选措施便宜。"
        "电价和占比只按已供电量计算。",
    ),
    "more.written": ("Written: {path}", "已写入：{path}"),
    "alternatives.title": (
        "{park}, {years}: what plans may have that cost little more than the best one",
        "{park} {years}：费用略高于最优时的可选范围",
    ),
    "alternatives.technology": ("of {stage}", "{stage} 年"),
    "alternatives.optimum": ("best plan", "最优方案"),
    "alternatives.could": ("at most", "上限"),
    "alternatives.within": ("+{within}", "成本 +{within}"),
    "alternatives.need": ("within {within}", "{within} 以内"),
    "alternatives.need.must_have": ("must have", "必须建（用）"),
    "alternatives.need.choice": ("a real choice", "可取舍"),
    "alternatives.need.never": ("never", "不需要"),
    "alternatives.proof": (
        "{solves} optima in {seconds} s. Each end is a plan that exists; no plan within the cost goes farther than "
        "{margin} of what there could be.",
        "共求解 {solves} 次，{seconds} 秒。每个端点均为可行方案；"
        "在该费用内任何方案都不会超出端点（以上限计）{margin}。",
    ),
    "technology.wind": ("wind, MW", "风电（MW）"),
    "technology.solar": ("PV, MW", "光伏（MW）"),
    "technology.storage": ("storage, MW", "储能功率（MW）"),
    "technology.storage_mwh": ("storage, MWh", "储能容量（MWh）"),
    "technology.coal": ("captive coal, MW", "自备煤电（MW）"),
    "technology.network": ("lines and transformers, MVA", "线路与变压器（MVA）"),
    "technology.tie": ("grid connection, MW", "公网联络（MW）"),
    "technology.potline_refit": ("refitted potlines, MW", "改造电解系列（MW）"),
    "technology.import_energy": ("import, GWh", "网购电（GWh）"),
    "technology.coal_energy": ("captive coal, GWh", "自备煤电电量（GWh）"),
}
