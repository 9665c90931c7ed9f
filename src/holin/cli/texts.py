"""What the commands print for people, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "step.read": ("reading the park", "读取园区"),
    "step.weather": ("weather", "气象"),
    "step.resource": ("available power, demand", "可发电力与负荷"),
    "step.dispatch": ("least-cost operation", "最优调度"),
    "step.flow": ("AC power flow", "交流潮流"),
    "step.trace": ("tracing", "电力追踪"),
    "step.carbon": ("carbon", "碳排放"),
    "step.summary": ("summing up", "汇总"),
    "step.write": ("writing the run", "写入运行结果"),
    "step.report": ("drawing the report", "生成报告"),
    "run.title": ("{park}, stage {stage}, {hours} hours", "{park}，{stage} 阶段，{hours} 小时"),
    "run.green": ("Green", "绿电"),
    "run.green_physical": ("green share, physical, hour by hour", "绿电占比（物理量，逐小时追踪）"),
    "run.green_annual": ("green share, annual balance", "绿电占比（年度平衡）"),
    "run.metal": ("metal", "铝产量"),
    "run.green_metal": ("green-power metal (physical)", "绿电铝（物理量）"),
    "run.carbon": ("CO2 per tonne of metal (physical)", "吨铝碳排放（物理量）"),
    "run.price": ("all-in price per kWh", "综合电价（每千瓦时）"),
    "run.energy": ("Energy, GWh", "电量（吉瓦时）"),
    "run.money": ("Money, million {currency}", "费用（百万 {currency}）"),
    "run.grid": ("Grid", "电网"),
    "run.hours_converged": ("hours solved", "潮流收敛小时数"),
    "run.voltage": ("voltage, p.u.", "电压（标幺）"),
    "run.loading": ("highest loading", "最高负载率"),
    "run.overloaded": ("hours overloaded", "过载小时数"),
    "run.rounds": ("rounds of dispatch and flow", "调度—潮流轮数"),
    "run.rules": ("Rules", "规则"),
    "run.holds": ("holds", "满足"),
    "run.fails": ("not met", "未满足"),
    "run.written": ("run written to {path}", "运行结果已写入 {path}"),
    "report.written": ("report written to {path}", "报告已写入 {path}"),
    "column.figure": ("figure", "指标"),
    "column.value": ("value", "数值"),
    "column.difference": ("difference", "差值"),
    "column.required": ("required", "要求"),
    "column.reached": ("reached", "达到"),
    "column.verdict": ("verdict", "结论"),
    "energy.load": ("load", "负荷"),
    "energy.wind": ("wind", "风电"),
    "energy.solar": ("PV", "光伏"),
    "energy.coal": ("captive coal (net)", "自备煤电（净）"),
    "energy.import": ("import", "购网电"),
    "energy.export": ("export", "上网"),
    "energy.curtailed": ("curtailed", "弃电"),
    "energy.storage_loss": ("storage losses", "储能损耗"),
    "energy.shed": ("load not served", "未供负荷"),
    "energy.network_loss": ("network losses", "网损"),
    "check.good": ("no fault found", "未发现错误"),
    "check.found": ("{errors} error(s), {warnings} warning(s)", "{errors} 个错误，{warnings} 个警告"),
    "provenance.title": ("{count} figures by basis", "{count} 个数据的来源"),
    "provenance.basis": ("basis", "来源类别"),
    "provenance.share": ("share", "占比"),
}


def text(key: str, language: str, **values: object) -> str:
    """Return a text in `language` (en or zh); a key without text is shown as it is."""
    english, chinese = TEXTS.get(key, (key, key))
    return (chinese if language == "zh" else english).format(**values)
