"""What `holin estimate` prints for people, in both languages."""

from __future__ import annotations

TEXTS_ESTIMATE: dict[str, tuple[str, str]] = {
    "estimate.title": ("State estimate, stage {stage}", "状态估计，{stage} 阶段"),
    "estimate.moments": ("moments", "断面数"),
    "estimate.observable": ("by meters alone", "仅凭量测可观测"),
    "estimate.with_pseudo": ("with pseudo-measurements", "借助伪量测"),
    "estimate.not_observable": ("part of the state stays open", "部分状态不可观测"),
    "estimate.contradicts_park": ("not to be trusted: contradicts the park", "不可信：与园区矛盾"),
    "estimate.untrusted": (
        "Not to be trusted at {count} of {of} moment(s): the state contradicts the park: its nameplates, or what "
        "is out of service. The meters cannot all be right, though they may agree with each other.",
        "{of} 个断面中有 {count} 个不可信：估计状态与园区自身铭牌或停运状况矛盾。量测即使彼此吻合，也不可能都正确。",
    ),
    "estimate.contradiction.voltage": ("voltage, p.u.", "电压，标幺"),
    "estimate.contradiction.power": ("power of its units, MW", "所接机组或负荷有功，MW"),
    "estimate.contradiction.current": ("current over the rated", "电流与额定之比"),
    "estimate.contradiction.flagged": ("share of meters left out", "被剔除量测的占比"),
    "estimate.cause": (
        "Likely cause: {count} of {of} such meters {slip} Undone, the file fits the park, and {left} of them would be "
        "left out. Meters: {names}",
        "可能原因：同类 {of} 个量测中有 {count} 个{slip}改正后与园区相符，其中 {left} 个仍会被剔除。量测：{names}",
    ),
    "estimate.contradiction.service": ("meters of what is out or open", "停运或断开处仍有示值的量测数"),
    "estimate.cause.switch": (
        "Likely cause: switch {element} is closed. With it open, {count} meters show something of what has no voltage; "
        "closed, they fit. Report it (quantity closed, value 1), or correct the park. Meters: {names}",
        "可能原因：开关 {element} 实为合位。按分位计，{count} 个量测在失压处仍有示值；按合位计则相符。"
        "请上报其状态（quantity 为 closed，value 为 1），或更正园区数据。量测：{names}",
    ),
    "estimate.cause.outage": (
        "Likely cause: {element} is in service, its planned outage is not (yet, or any more) under way: {count} meters "
        "show something of it. Correct the outage's hours, or the time of the file. Meters: {names}",
        "可能原因：{element} 仍在运行，其计划停运尚未开始或已经结束：{count} 个量测有示值。"
        "请更正停运时段或文件时刻。量测：{names}",
    ),
    "estimate.slip.reversed": (
        "have the wrong sign. Power into the network is positive at buses and units (a load shows a minus), power into "
        "the branch at its ends: multiply them by -1.",
        "符号相反。母线和机组以注入电网为正（负荷为负），支路两端以流入支路为正：请乘以 -1。",
    ),
    "estimate.slip.kilo": (
        "are in kW and kvar. Divide value and sigma by 1000.",
        "以 kW、kvar 为单位。请将 value 和 sigma 除以 1000。",
    ),
    "estimate.slip.unit": (
        "are in W and var. Divide value and sigma by 1 000 000.",
        "以 W、var 为单位。请将 value 和 sigma 除以 1 000 000。",
    ),
    "estimate.slip.kilo_reversed": (
        "are in kW and kvar, with the wrong sign. Divide value by -1000 and sigma by 1000.",
        "以 kW、kvar 为单位且符号相反。请将 value 除以 -1000，sigma 除以 1000。",
    ),
    "estimate.slip.kilovolt": (
        "are in kV. Divide value and sigma by the bus's v_nom_kv.",
        "以 kV 为单位。请将 value 和 sigma 除以该母线的 v_nom_kv。",
    ),
    "estimate.slip.volt": (
        "are in V. Divide value and sigma by 1000 times the bus's v_nom_kv.",
        "以 V 为单位。请将 value 和 sigma 除以该母线 v_nom_kv 的 1000 倍。",
    ),
    "estimate.slip.percent": (
        "are in percent. Divide value and sigma by 100.",
        "以百分数表示。请将 value 和 sigma 除以 100。",
    ),
    "estimate.slip.phase_voltage": (
        "are phase-to-earth voltages over the line-to-line nominal one. Multiply value and sigma by 1.7321.",
        "是相电压除以线电压额定值。请将 value 和 sigma 乘以 1.7321。",
    ),
    "estimate.slip.ampere": (
        "are in A. Divide value and sigma by 1000.",
        "以 A 为单位。请将 value 和 sigma 除以 1000。",
    ),
    "estimate.no_cause": (
        "No single slip explains it. Check stage and park, then units (MW, Mvar, kA, p.u.) and signs of the meters at "
        "these places, then reported switches and taps.",
        "无法用单一失误解释。请先核对阶段与园区，再核对上述各处量测的单位（MW、Mvar、kA、标幺）和符号，以及上报的开关与分接头。",
    ),
    "estimate.converged": ("solved", "收敛"),
    "estimate.objective": ("weighted squares J", "加权残差平方和 J"),
    "estimate.freedom": ("degrees of freedom", "自由度"),
    "estimate.p_value": ("chance of such a J without bad data", "无坏数据时出现该 J 的概率"),
    "estimate.pseudo": ("pseudo-measurements", "伪量测数"),
    "estimate.sigma_v": ("largest sigma of a voltage", "电压幅值最大标准差"),
    "estimate.sigma_angle": ("largest sigma of an angle", "相角最大标准差"),
    "estimate.none_flagged": ("No meter is flagged.", "未发现可疑量测。"),
    "estimate.flagged": ("Flagged meters: {count}", "可疑量测：{count} 个"),
    "estimate.bad": ("bad", "坏数据"),
    "estimate.bad.means": ("bad: the other meters contradict it; not used.", "坏数据：与其余量测矛盾，已剔除。"),
    "estimate.doubtful": ("doubtful", "存疑"),
    "estimate.doubtful.means": (
        "doubtful: used, but as likely wrong as a bad one; check both.",
        "存疑：仍参与估计，但与某个坏数据同样可能出错，请一并核查。",
    ),
    "estimate.beyond_reason": ("beyond reason", "超出合理范围"),
    "estimate.beyond_reason.means": (
        "beyond reason: more than five times what the element can carry, or no voltage of a grid; not used.",
        "超出合理范围：超过设备容量五倍，或不可能是电网电压，已剔除。",
    ),
    "estimate.contradicts_service": ("out of service", "与停运矛盾"),
    "estimate.contradicts_service.means": (
        "out of service: it shows something of what the park or a reported switch says is out or open.",
        "与停运矛盾：按园区数据或上报的开关状态，该处已停运或断开，却有量测值。",
    ),
    "estimate.more": ("and {count} more; --json lists all.", "另有 {count} 个，--json 列出全部。"),
    "estimate.thousandfold": (
        "{count} meter(s) show about 1000 times the estimate (kW for MW, kvar for Mvar, A for kA?): {names}",
        "{count} 个量测约为估计值的 1000 倍（误把 kW、kvar、A 当作 MW、Mvar、kA？）：{names}",
    ),
    "estimate.reversed": (
        "{count} meter(s) show the estimate with the wrong sign (wired the other way round?): {names}",
        "{count} 个量测与估计值符号相反（极性接反？）：{names}",
    ),
    "estimate.zero": ("{count} meter(s) stand on 0 (dead?): {names}", "{count} 个量测恒为 0（已失效？）：{names}"),
    "estimate.weak": (
        "{count} bus(es) are known only weakly, by reactive powers, voltages or currents; another state may fit as "
        "well. A meter of active power there settles it: {names}",
        "{count} 条母线仅由无功、电压或电流量测弱确定，可能存在另一个同样吻合的状态，应加装有功量测：{names}",
    ),
    "estimate.example": (
        "Written: {path}, {meters} meters, {moments} moment(s), synthetic. Next: holin estimate {park} {path}",
        "已写入 {path}：{meters} 个量测，{moments} 个断面，均为合成数据。下一步：holin estimate {park} {path}",
    ),
    "estimate.critical": (
        "{count} meter(s) that nothing checks (critical): {names}",
        "{count} 个关键量测（无冗余，无法校验）：{names}",
    ),
    "estimate.unobserved": ("Not seen by meters, {count} bus(es): {names}", "不可观测母线 {count} 条：{names}"),
    "estimate.cures": ("Meters that would help most", "最有助于可观测的量测"),
    "estimate.enough": ("Enough to see everything, in this order", "依次补齐即可全网可观测"),
    "estimate.dead": ("Without voltage, {count} bus(es): {names}", "失压母线 {count} 条：{names}"),
    "estimate.assumed_taps": (
        "{count} tap changer(s) that keep a voltage report no tap_pos; the park's own is taken: {names}",
        "{count} 台有载调压变压器未上报 tap_pos，按园区数据取值：{names}",
    ),
    "estimate.least_known": ("The least known buses", "最不确定的母线"),
}
