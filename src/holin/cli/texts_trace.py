"""What `holin trace` prints for people, in both languages."""

from __future__ import annotations

TEXTS_TRACE: dict[str, tuple[str, str]] = {
    "trace.title": (
        "{park}, stage {stage}: sources and uses of the energy of {span} (count: physical; kind: {kind}), {unit}",
        "{park}，{stage} 阶段：{span}的电量来源与去向（口径：物理量；类别：{kind}），{unit}",
    ),
    "trace.run_kind.demo": ("demo", "演示"),
    "trace.run_kind.metered": ("metered", "实测"),
    "trace.by_id": (
        "The window being narrow, names stand as ids; wide tables go on below.",
        "窗口较窄，名称以编号代替，过宽的表续于下方。",
    ),
    "trace.hours": ("{count} hours", "{count} 小时"),
    "trace.hour": ("the hour {hour}", "{hour} 这一小时"),
    "trace.to": ("to", "去向"),
    "trace.export": ("export to {grid}", "外送{grid}"),
    "trace.total": ("all", "合计"),
    "trace.green": ("green", "绿电占比"),
    "trace.end.network_loss": ("network losses", "网损"),
    "trace.end.storage_loss": ("lost in storage", "储能损耗"),
    "trace.end.stored": ("more in storage", "储能增量"),
    "trace.end.fed_in": ("all that was fed in", "全部上网电量"),
    "trace.kind.wind_farm": ("wind", "风电"),
    "trace.kind.pv_plant": ("PV", "光伏"),
    "trace.kind.thermal_unit": ("thermal", "火电"),
    "trace.kind.generator": ("generators", "其他机组"),
    "trace.kind.grid": ("public grid", "公共电网"),
    "trace.kind.grid_renewable": ("public grid, renewable", "公共电网（可再生）"),
    "trace.kind.unknown": ("unknown", "来源不明"),
    "trace.losses.gross": ("the users bear the network's losses (gross flows)", "网损由用户承担（毛流法）"),
    "trace.losses.net": ("the sources bear the network's losses (net flows)", "网损由电源承担（净流法）"),
    "trace.storage.pro_rata": ("storage gives of all that it holds, pro rata", "储能按存量比例放电"),
    "trace.storage.fifo": ("storage gives the oldest first", "储能先进先出"),
    "trace.how": (
        "{losses}; {storage}. Every hour closes: the largest gap of all its sums is {gap} MWh.",
        "{losses}；{storage}。每小时均闭合：各项恒等式最大偏差 {gap} MWh。",
    ),
    "trace.months.title": (
        "{enterprise}: whence its energy came, by local month (count: physical; kind: {kind}), {unit}",
        "{enterprise}：逐月电量来源（口径：物理量；类别：{kind}），{unit}",
    ),
    "trace.month": ("month", "月份"),
    "trace.followed.title": (
        "{enterprise}, the hour from {hour}: {mwh} MWh used, {green} of it green (count: physical; kind: {kind})",
        "{enterprise}，{hour} 起的一小时：用电 {mwh} MWh，其中绿电 {green}（口径：物理量；类别：{kind}）",
    ),
    "trace.source": ("source", "电源"),
    "trace.way": ("way", "路径"),
    "trace.direct": ("directly", "直供"),
    "trace.stored": ("through {storage}, charged in the hour from {charged}", "经{storage}，{charged} 起的一小时充入"),
    "trace.stored_month": ("through {storage}, charged in {charged}", "经{storage}，{charged} 充入"),
    "trace.stored_unknown": ("through {storage}, held since before the run", "经{storage}，运行开始前已存"),
    "trace.before": (" (the round before: the run ends as it began)", "（上一轮：运行首尾相接）"),
    "trace.share": ("share", "占比"),
    "trace.more": (
        "... and {count} smaller ones, all in --json and --out",
        "……另有 {count} 项较小，见 --json 或 --out",
    ),
    "trace.nothing": ("{enterprise} used nothing in the hour from {hour}", "{enterprise}在 {hour} 起的一小时未用电"),
    "trace.written": ("written: {path}", "已写入：{path}"),
}
