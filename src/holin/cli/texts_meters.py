"""What `holin meters` prints for people, in both languages."""

from __future__ import annotations

TEXTS_METERS: dict[str, tuple[str, str]] = {
    "step.meters": ("reading the meters", "读取电能表数据"),
    "run.metered": ("Kind: metered, from readings of meters.", "类别：实测，来自电能表读数。"),
    "meters.title": (
        "{park}, stage {stage}: {kind}, {first} to {last} (local, {zone}), intervals of {step:g} h{known}; "
        "MWh, unknown in intervals",
        "{park}，{stage} 阶段：{kind}，{first} 至 {last}（当地时间，{zone}），时段 {step:g} 小时{known}；"
        "单位 MWh，未知为时段数",
    ),
    "meters.known": (", as known at {at}", "，以 {at} 时所知为准"),
    "meters.notice.kind_not_said": (
        "{file} has no column `kind`: it does not say its kind and is taken as metered. If a run made it, write kind "
        "demo.",
        "{file} 没有 `kind` 列：文件未说明类别，按实测处理。若由运行结果生成，请写明 kind 为 demo。",
    ),
    "meters.notice.looks_like_mwh": (
        "{device}: never above {p_max_mw} MW, of {p_nom_mw} MW nominal. That is what MWh in a column of kWh look like: "
        "multiply them by 1000, unless the device did stand all but still.",
        "{device}：功率从未超过 {p_max_mw} MW，而额定功率为 {p_nom_mw} MW。疑为把 MWh 填入 kWh 列：请乘以 1000；"
        "若设备确实几乎停运，可不理会。",
    ),
    "meters.kind.metered": ("metered", "实测"),
    "meters.kind.demo": ("demo, made from a run", "演示，由运行结果生成"),
    "meters.device": ("device", "设备"),
    "meters.out": ("out", "送出"),
    "meters.in": ("in", "受入"),
    "meters.coverage": ("coverage", "覆盖率"),
    "meters.estimated": ("estimated", "估计"),
    "meters.flagged": ("flagged", "带标记"),
    "meters.certifiable": ("certifiable", "可核发"),
    "meters.unknown": ("unknown", "未知时段"),
    "meters.flag": ("{name}: {meaning} (intervals: {devices})", "{name}：{meaning}（时段数：{devices}）"),
    "meters.history.flags": ("flags", "标记"),
    "meters.certify": (
        "Certifiable: {energy} MWh of what sources made{share}. The rest is estimated, doubtful or not wholly read.",
        "可核发：电源净发电量 {energy} MWh{share}。其余为估计、存疑或读数不完整。",
    ),
    "meters.demo": (
        "Demo: these readings were made from a run. Their certificates, accounts and runs are demo as well.",
        "演示：这些读数由运行结果生成，由其得到的证书、核算和运行结果也都是演示。",
    ),
    "meters.balance.none": (
        "No grid connection has a meter: nothing checks the balance of the others.",
        "没有并网点电能表：其他电能表的平衡无从校核。",
    ),
    "meters.balance.good": (
        "The grid's own meters and the flow of all others agree in all {hours} hours within losses and 0.5 %.",
        "全部 {hours} 小时内，并网点电能表与其他电能表的潮流在网损和 0.5 % 之内一致。",
    ),
    "meters.balance.off": (
        "In {off} of {hours} hours the grid's own meters and the flow of all others disagree by more than losses and "
        "0.5 % can be: a meter is wrong there, or something is not metered. The worst:",
        "{hours} 小时中有 {off} 小时，并网点电能表与其他电能表的潮流之差超过网损和 0.5 %："
        "有电能表读数有误，或有未计量的设备。最大者：",
    ),
    "meters.gap": ("grid less flow, MWh", "并网点减潮流 MWh"),
    "meters.allowed": ("allowed, MWh", "允许 MWh"),
    "meters.hour": ("hour (local)", "小时（当地）"),
    "meters.written": (
        "{rows} readings in {path}, kind demo{planted}",
        "{path} 中有 {rows} 条读数，类别为演示{planted}",
    ),
    "meters.planted": (", faults planted: {faults}", "，植入的故障：{faults}"),
    "meters.history": (
        "{meter}, {time} (local, {zone}): all that was said of it",
        "{meter}，{time}（当地时间，{zone}）：先后所得数值",
    ),
    "meters.since": ("known since", "获知时间"),
    "meters.origin": ("origin", "来源"),
    "meters.history.out": ("out, kWh", "送出 kWh"),
    "meters.history.in": ("in, kWh", "受入 kWh"),
    "meters.flag.invalid": ("a reading says that it is not valid; not used", "读数自报无效；不采用"),
    "meters.flag.not_topical": ("a reading is old; used", "读数陈旧；仍采用"),
    "meters.flag.substituted": ("a value in the place of the reading; used", "替代值；仍采用"),
    "meters.flag.blocked": ("held while its transmission was blocked; used", "传输闭锁期间保持的值；仍采用"),
    "meters.flag.overflow": ("a reading beyond its range; not used", "读数溢出；不采用"),
    "meters.flag.missing": ("no good reading for a part of the interval", "时段内有部分没有好读数"),
    "meters.flag.estimated": ("the energy, or its spread over intervals, is estimated", "电量或其在各时段的分配为估计"),
    "meters.flag.reset": ("the register fell: its energy across the fall is unknown", "表底下降：其间电量未知"),
    "meters.flag.implausible": ("more than the device can make or take; not believed", "超过设备能力；不予采信"),
    "meters.flag.no_energy": ("not a number, infinite or negative; not used", "非数值、无穷或为负；不采用"),
    "meters.flag.stuck": ("stood still to the last digit where it should move", "本应变化而末位不变"),
    "meters.flag.jump": (
        "the feed contradicts itself, as after a jump of its clock",
        "上传数据自相矛盾，如时钟跳变之后",
    ),
    "meters.flag.contradicted": ("two values known at the same moment", "同一时刻获知两个不同的值"),
    "meters.flag.overlap": ("intervals or meters overlap; one is used", "时段或电能表重叠；采用其一"),
    "meters.flag.rollover": ("the register passed its highest figure; exact", "表底翻转；电量准确"),
    "meters.flag.clock": ("5 minutes off the grid at most; moved onto it", "时刻偏离不超过 5 分钟；已对齐"),
    "meters.flag.corrected": ("a value known later took its place", "后来获知的值取代了原值"),
    "meters.flag.by_hand": ("entered by hand", "人工录入"),
}
