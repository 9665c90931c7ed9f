"""What `holin forecast` prints for people, in both languages."""

from __future__ import annotations

TEXTS_FORECAST: dict[str, tuple[str, str]] = {
    "forecast.title": (
        "Forecast of {park}, stage {stage}, method {method}, issued {issued} (MW; in brackets {low} to {high})",
        "{park} {stage} 阶段预测，方法 {method}，发布 {issued}（MW；括号内为 {low} 至 {high} 分位）",
    ),
    "forecast.several": ("The first of {count} issues.", "共 {count} 次发布，此处为第一次。"),
    "forecast.wind": ("wind", "风电"),
    "forecast.pv": ("PV", "光伏"),
    "forecast.load": ("loads", "负荷"),
    "forecast.up": ("reserve up", "向上备用"),
    "forecast.down": ("reserve down", "向下备用"),
    "forecast.reserve": (
        "Reserve: what the spread asks for at {low}, all plants and loads off at once (the safe side).",
        "备用：按 {low} 分位、各电源与负荷同时偏差计（偏安全）。",
    ),
    "forecast.synthetic": (
        "Synthetic: weather, past years and, with `service`, the forecast itself are drawn, not measured.",
        "合成数据：气象、往年以及 service 方法的预测均为随机生成，并非实测。",
    ),
    "forecast.modelled": (
        "Measured, but not in the past years, for which the weather model stands in: {names}",
        "有实测数据但不含往年，往年由气象模型代替：{names}",
    ),
    "forecast.file": (
        "{path}: {issues} issue(s), {leads} interval(s) each at most, {elements} element(s), quantiles {quantiles}",
        "{path}：{issues} 次发布，每次至多 {leads} 个时段，对象 {elements} 个，分位 {quantiles}",
    ),
    "forecast.rows": ("{rows} rows written to {path}", "已写入 {path}，共 {rows} 行"),
    "forecast.skill": (
        "How good it was, in % of nominal power, by lead time (hours ahead)",
        "预测评价，按提前时间（小时），占额定功率的百分比",
    ),
    "forecast.coverage": (
        "share of values within {low} to {high}; {asked} is asked for",
        "落在 {low} 至 {high} 分位之间的比例，应为 {asked}",
    ),
    "column.lead": ("lead, h", "提前时间（小时）"),
    "column.rmse": ("RMSE", "均方根误差"),
    "column.mae": ("MAE", "平均绝对误差"),
    "column.bias": ("bias", "偏差"),
    "column.pinball": ("pinball", "分位损失"),
    "column.inside": ("inside", "区间覆盖"),
    "column.count": ("values", "样本数"),
}
