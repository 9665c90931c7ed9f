"""What `holin dispatch --day` and `holin replay` print for people, in both languages."""

from __future__ import annotations

TEXTS_AHEAD: dict[str, tuple[str, str]] = {
    "ahead.title": (
        "Dispatch plan of {park}, stage {stage}: {hours:g} hours (MW, + into the network; price per MWh)",
        "{park} {stage} 阶段调度计划：{hours:g} 小时（MW，注入电网为正；电价按每 MWh）",
    ),
    "ahead.wind": ("wind", "风电"),
    "ahead.pv": ("PV", "光伏"),
    "ahead.thermal": ("thermal", "火电"),
    "ahead.other": ("generators", "发电机"),
    "ahead.storage": ("storage", "储能"),
    "ahead.grid": ("grid", "公网"),
    "ahead.load": ("loads", "负荷"),
    "ahead.potline": ("potlines", "电解"),
    "ahead.soc_mwh": ("MWh held", "储能MWh"),
    "ahead.price_per_mwh": ("price", "电价"),
    "ahead.units_on": ("on", "开机"),
    "ahead.cost": ("cost of {hours:g} hours, {currency}", "{hours:g} 小时费用（{currency}）"),
    "ahead.cost_beyond": ("cost of the look-ahead beyond", "其后前瞻时段费用"),
    "ahead.beyond": (
        "{count} more give way only in the look-ahead: see breaches_beyond in --json",
        "另有 {count} 项仅在前瞻时段未满足：见 --json 的 breaches_beyond",
    ),
    "change.title": ("what the change makes of it", "变化的影响"),
    "change.more": ("more (+) or less", "增（+）减"),
    "change.cost": ("cost, {currency}", "费用（{currency}）"),
    "change.energy": ("{unit}, MWh into the network", "{unit} 注入电量（MWh）"),
    "change.on": ("{unit} runs {hours:g} h more from {begins} on", "{unit} 自 {begins} 起多运行 {hours:g} 小时"),
    "change.off": (
        "{unit} stands still {hours:g} h more from {begins} on",
        "{unit} 自 {begins} 起多停运 {hours:g} 小时",
    ),
    "change.new": ("now gives way: ", "新增未满足："),
    "change.gone": ("gives way no more: ", "不再未满足："),
    "ahead.gap": ("distance from what is proven to be best", "与已证最优界的差距"),
    "ahead.status": ("status", "状态"),
    "ahead.status.optimal": ("least cost within the gap", "在允许差距内最优"),
    "ahead.status.feasible": ("feasible; time ran out before the gap was reached", "可行；在达到允许差距前时间用尽"),
    "ahead.status.breached": ("something gives way: see below", "有约束无法满足，见下"),
    "ahead.status.fallback": ("by the fallback: see below", "采用后备方案，见下"),
    "ahead.stood_in": (
        "{element}: the forecast does not reach {hours} hour(s) from {first} on; the {by} stands in",
        "{element}：预测缺 {hours} 小时（自 {first}），以 {by} 代替",
    ),
    "ahead.unheld": (
        "The grid was not checked: {reason}",
        "未校核电网：{reason}",
    ),
    "replay.stored": ("held in store at the end, MWh", "期末储能电量（MWh）"),
    "replay.owed": ("metal still owed at the end, t", "期末欠产（t）"),
    "ahead.secure": (
        "The grid carries it, with any one branch out too ({cases} cases, {rounds} rounds): {voltage} p.u., "
        "highest loading {loading}",
        "电网可承受，任一支路停运亦然（{cases} 种情形，{rounds} 轮）：电压 {voltage} p.u.，最高负载率 {loading}",
    ),
    "ahead.carried": (
        "The grid carries it, with any one branch out too, as far as a schedule can ({cases} cases, {rounds} rounds): "
        "{voltage} p.u., highest loading {loading}",
        "电网可承受，任一支路停运时凡计划能满足的限值亦满足（{cases} 种情形，{rounds} 轮）：电压 {voltage} p.u.，"
        "最高负载率 {loading}",
    ),
    "ahead.permanent": (
        "Permanent, no schedule changes it: {count} branch(es) feed load alone, without voltage when they are out: "
        "{named}. Sentences with --json, a list in the workbook",
        "结构性问题，任何计划都无法改变：{count} 条支路单独供电，停运即失电：{named}。详见 --json 或工作簿",
    ),
    "ahead.not_secure": (
        "The grid does not keep every limit ({cases} cases, {rounds} rounds): {voltage} p.u., "
        "highest loading {loading}",
        "电网不能满足全部限值（{cases} 种情形，{rounds} 轮）：电压 {voltage} p.u.，最高负载率 {loading}",
    ),
    "ahead.held_only": (
        "The fallback was held against the grid as it is, and nothing was cured ({cases} cases, limits not kept: "
        "{count}): {voltage} p.u., highest loading {loading}. Losses that it does not know are left to the grid "
        "connection",
        "后备方案已按原样校核电网，未作修正（{cases} 种情形，越限 {count} 项）：电压 {voltage} p.u.，"
        "最高负载率 {loading}。方案中未计的网损由公网承担",
    ),
    "ahead.fell_back.last plan": (
        "No new plan: the last plan was adjusted, without a search ({reason})",
        "无新计划：未经搜索，仅对上一计划作调整（{reason}）",
    ),
    "ahead.fell_back.rules": (
        "No new plan: units were set by a priority list, without a search ({reason})",
        "无新计划：未经搜索，按优先顺序安排机组（{reason}）",
    ),
    "ahead.fell_back.grid only": (
        "No new plan: nothing is commanded, the grid connection takes the rest ({reason})",
        "无新计划：不下达指令，差额由公网承担（{reason}）",
    ),
    "budget.title": (
        "Rules of the year; target and reached at {end}",
        "年度规则；目标与达到值为 {end} 时刻",
    ),
    "budget.rule": ("rule", "规则"),
    "budget.so_far": ("so far", "至今"),
    "budget.target": ("target", "目标"),
    "budget.reached": ("reached", "达到"),
    "budget.expected": ("year's end, expected", "年末预计"),
    "budget.planned": ("year's end, planned", "年末计划"),
    "budget.part": (
        "Rules that only a whole year can keep are judged on these hours, not enforced; --budget steers by the year:",
        "只有全年才能满足的规则，在这些小时内只评判、不强制；用 --budget 按全年调度：",
    ),
    "budget.part.rule": ("  {rule}: reached {reached}", "  {rule}：达到 {reached}"),
    "budget.judged": ("judged only", "仅评判"),
    "budget.short": (
        "{rule} is {short} MWh (or t) behind its target: the rest of the year as planned does not make up for it",
        "{rule} 落后目标 {short} MWh（或 t）：其余时间按计划不足以弥补",
    ),
    "ahead.breaches": ("What gives way", "无法满足的约束"),
    "ahead.chart": ("stage {stage}: dispatch plan, {day}", "{stage} 阶段调度计划 {day}"),
    "ahead.heat_chart": ("stage {stage}: heat of the pots, {day}", "{stage} 阶段电解槽热平衡 {day}"),
    "ahead.pots": ("Heat of the pots: lowest–highest (window)", "电解槽热平衡：最低–最高（允许范围）"),
    "ahead.pots.potline": ("potline", "电解系列"),
    "ahead.pots.mw": ("MW", "功率 MW"),
    "ahead.pots.bath": ("bath °C", "电解质 ℃"),
    "ahead.pots.superheat": ("superheat K", "过热度 ℃"),
    "ahead.pots.ledge": ("ledge cm", "炉帮 cm"),
    "ahead.pots.metal": ("t / nominal", "产铝 t / 额定"),
    "ahead.origin.state": ("state at the beginning", "起始状态"),
    "ahead.origin.outlook": ("weather and loads", "气象与负荷"),
    "ahead.state.given": ("given by {file}", "由 {file} 给定"),
    "ahead.state.partly_given": (
        "given by {file}; assumed, for it does not name them: {parts}",
        "由 {file} 给定；其中未给出而取假定值：{parts}",
    ),
    "ahead.state.assumed": (
        "ASSUMED, for no --state was given ({parts}). A plan to be signed begins in the state of the day before",
        "未给 --state，为假定值（{parts}）。待签发的计划应从前一日的末状态开始",
    ),
    "ahead.part.on": ("on at a power not known:", "开机（功率未知）"),
    "ahead.part.off": ("off:", "停机"),
    "ahead.part.soc_mwh": ("at the content wished for:", "储能在期望电量"),
    "ahead.part.potline": ("at nominal heat:", "电解槽为额定热状态"),
    "ahead.part.peak_mw": ("no peak so far this month:", "本月尚无最大需量"),
    "ahead.known.weather": (
        "known exactly (no --forecast): no reserve is kept for forecasts, a real day will differ",
        "按已知实况（未给 --forecast）：未为预测偏差留备用，实际会有偏差",
    ),
    "ahead.known.forecast": ("a forecast file; its spread asks for reserve", "预测文件，按其分布留备用"),
    "ahead.method.blend": ("blend (persistence to climatology)", "组合预测（由持续性过渡到气候态）"),
    "ahead.method.persistence": ("persistence", "持续性预测"),
    "ahead.method.climatology": ("climatology", "气候态预测"),
    "ahead.known.baseline": (
        "a forecast by {method} from what was known at the start; its spread asks for reserve",
        "{method}，仅用起始时刻已知信息，按其分布留备用",
    ),
    "ahead.not_asked": ("not asked for (--no-grid)", "未要求（--no-grid）"),
    "ahead.note": (
        "Made by Holin: least cost over {window:g} hours and what lies beyond, units switched in whole steps. "
        "A proposal: nothing was sent to any device.",
        "由 Holin 编制：以 {window:g} 小时及其后时段总成本最低为目标，机组启停为整数变量。"
        "仅为建议方案，未向任何设备下发。",
    ),
    "replay.title": (
        "Replay of {park}, stage {stage}: {hours} hours in {windows} windows, forecast by {method}",
        "{park} {stage} 阶段回放：{hours} 小时，{windows} 个窗口，预测方法 {method}",
    ),
    "replay.forecast": ("with the forecast", "按预测"),
    "replay.perfect": ("knowing everything", "完美预见"),
    "replay.total": ("cost, {currency}", "成本（{currency}）"),
    "replay.above": ("dearer than knowing everything", "高于完美预见"),
    "replay.broken": ("Duties that gave way", "未满足的约束"),
    "replay.duty": ("{what}: up to {most}{energy}", "{what}：最多 {most}{energy}"),
    "breach.balance": ("power missing", "电力缺额"),
    "breach.surplus": ("power left over", "电力多余"),
    "breach.load": ("load shed at", "切负荷"),
    "breach.unfed": ("no voltage at", "失电"),
    "breach.branch": ("beyond the limit of branch", "支路超限"),
    "breach.heat": ("heat short at", "供热不足"),
    "breach.fuel": ("fuel missing:", "燃料不足"),
    "breach.must_run": ("captive units below their floor", "自备机组低于下限"),
    "breach.deep_cut": ("below its lowest current: potline", "降至最低电流以下："),
    "breach.full_stop": ("stopped: potline", "停电："),
    "breach.cold": ("below its window of superheat: potline", "过热度低于下限："),
    "breach.hot": ("above its window of superheat: potline", "过热度高于上限："),
    "breach.thin": ("ledge below its least: potline", "炉帮过薄："),
    "breach.thick": ("ledge above its most: potline", "炉帮过厚："),
    "breach.content": ("below the allowed content: storage", "储能低于允许电量："),
    "breach.content_high": ("above the allowed content: storage", "储能高于允许电量："),
    "replay.duties": ("windows in which a duty gave way", "出现无法满足约束的窗口数"),
    "replay.gap": ("distance from the proven best, mean and largest", "与已证最优界的差距（平均与最大）"),
    "step.replay": ("rolling through the hours", "逐窗口滚动"),
    "column.time": ("time", "时刻"),
    "dispatch.stop": ("stops", "停机"),
    "dispatch.anode_effect": ("anode effects of power rises", "升负荷引起的阳极效应"),
    "dispatch.wishes": ("priced wishes", "软约束费用"),
}
