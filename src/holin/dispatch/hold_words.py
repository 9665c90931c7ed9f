"""What holds a schedule, in words: English and Chinese for every kind of hold, breach and cure."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "out": ("{element} is out of service (outage {detail}, until {until})", "{element} 停运（{detail}，至 {until}）"),
    "no_voltage": ("{element} has no voltage", "{element} 失电"),
    "no_grid": ("no grid connection reaches {element}", "{element} 与公共电网解列"),
    "begins_at": ("{element} begins at {limit} MWh", "{element} 初始电量为 {limit} MWh"),
    "yard": ("the yard of {element} holds {limit} GJ at first", "{element} 初始库存为 {limit} GJ"),
    "delivery": ("{limit} GJ of {element} arrive a day", "{element} 每日到货 {limit} GJ"),
    "min_down": (
        "{element} stays off until {until} (minimum time off {limit} h)",
        "{element} 须停至 {until}（最短停机 {limit} h）",
    ),
    "min_up": (
        "{element} stays on at {limit} MW at least until {until} (minimum time on)",
        "{element} 至 {until} 不得停机，最低出力 {limit} MW（最短运行时间）",
    ),
    "starting": (
        "{element} is being started, a matter of {limit} h, and reaches its lowest load at {until}",
        "{element} 正在启动（共需 {limit} h），{until} 达到最低出力",
    ),
    "start_time": (
        "{element} takes {limit} h to start, until {until}",
        "{element} 启动需 {limit} h，至 {until}",
    ),
    "off": ("{element} is off: a start would cost more", "{element} 未开机：启动代价更高"),
    "full_load": ("{element} is at its full load of {limit} MW", "{element} 已达满负荷 {limit} MW"),
    "heat_extraction": (
        "{element} gives no more than {limit} MW beside its heat",
        "{element} 供热时最多发电 {limit} MW",
    ),
    "ramp_up": ("{element} rises by no more than {limit} MW/h", "{element} 升负荷不超过 {limit} MW/h"),
    "ramp_down": ("{element} falls by no more than {limit} MW/h", "{element} 降负荷不超过 {limit} MW/h"),
    "first_load": (
        "{element} gives no more than {limit} MW in its first step",
        "{element} 并网首时段不超过 {limit} MW",
    ),
    "last_load": (
        "{element} gives no more than {limit} MW in its last step",
        "{element} 停机前末时段不超过 {limit} MW",
    ),
    "fuel_out": ("fuel {element} is used up by {until}", "燃料 {element} 至 {until} 用尽"),
    "import_limit": ("import at {element} is limited to {limit} MW", "{element} 购电限额为 {limit} MW"),
    "peak": ("import at {element} stands at its peak of {limit} MW", "{element} 购电已在峰值 {limit} MW"),
    "export_limit": ("export at {element} is limited to {limit} MW", "{element} 外送限额为 {limit} MW"),
    "storage_power": ("storage {element} gives its full {limit} MW", "储能 {element} 已满功率放电 {limit} MW"),
    "charge_power": ("storage {element} takes its full {limit} MW", "储能 {element} 已满功率充电 {limit} MW"),
    "power_by_content": (
        "storage {element} gives no more than {limit} MW at its content",
        "储能 {element} 在当前电量下最多放电 {limit} MW",
    ),
    "empty": (
        "storage {element} is down to its lowest content of {limit} MWh by {until}",
        "储能 {element} 至 {until} 放至最低电量 {limit} MWh",
    ),
    "storage_full": ("storage {element} is full ({limit} MWh)", "储能 {element} 已充满（{limit} MWh）"),
    "available": ("wind and PV {element} have no more than {limit} MW", "风光 {element} 可发仅 {limit} MW"),
    "all_used": (
        "wind and PV are used in full, {limit} MWh in the window",
        "风光已全部利用，本时段窗内共 {limit} MWh",
    ),
    "potline_min": ("potline {element} draws its least {limit} MW", "电解系列 {element} 已降至最低 {limit} MW"),
    "potline_max": ("potline {element} draws its most {limit} MW", "电解系列 {element} 已升至最高 {limit} MW"),
    "heat_window": (
        "potline {element} may cool no further (superheat near its least, {limit} K)",
        "电解系列 {element} 不能再冷（过热度接近下限 {limit} K）",
    ),
    "heat_window_up": (
        "potline {element} may heat no further (superheat near its most, {limit} K)",
        "电解系列 {element} 不能再热（过热度接近上限 {limit} K）",
    ),
    "potline_ramp": (
        "potline {element} changes by no more than {limit} kA/min",
        "电解系列 {element} 调节不超过 {limit} kA/min",
    ),
    "rating": ("its limit is {limit} MW", "其限额为 {limit} MW"),
    "branch": ("branch {element} carries its limit of {limit} MW", "支路 {element} 已达限额 {limit} MW"),
    "must_run": ("{element} must run, at {limit} MW at least", "{element} 须运行，最低 {limit} MW"),
    "must_run_together": (
        "captive units must give {limit} MW together",
        "自备机组合计出力不得低于 {limit} MW",
    ),
    "heat_led": ("{element} gives at least {limit} MW for its heat", "{element} 以热定电，至少 {limit} MW"),
    "heat_with_power": (
        "{element} at full load gives no more than {limit} MW of heat",
        "{element} 满负荷时最多供热 {limit} MW",
    ),
    "heat_nom": ("{element} gives no more than {limit} MW of heat", "{element} 最大供热 {limit} MW"),
    "heat_store_empty": ("the heat store of {element} is empty", "{element} 储热已空"),
    "lowest_load": ("{element} gives its lowest load of {limit} MW", "{element} 已在最低出力 {limit} MW"),
    "starting_power": ("{element} gives {limit} MW while it starts", "{element} 启动过程出力 {limit} MW"),
    "reserve_held": ("{limit} MW are held for {element}", "{element} 现留 {limit} MW"),
    "price": (
        "one {detail} more of it would cost over {limit} {currency}, at which it is left",
        "再多 1 {detail} 的代价超过放弃它的价格 {limit} {currency}",
    ),
}
"""Kind of hold -> words in English and Chinese."""

SAID: dict[str, tuple[str, str]] = {
    "load": (
        "load at {element} cannot be served: up to {amount} MW ({total} MWh) are short",
        "{element} 的负荷不能全部供应：最多缺 {amount} MW（{total} MWh）",
    ),
    "balance": (
        "{element} lacks up to {amount} MW ({total} MWh) beyond all firm load",
        "{element} 在切除全部可切负荷后仍最多缺 {amount} MW（{total} MWh）",
    ),
    "surplus": (
        "{element} has up to {amount} MW ({total} MWh) left over",
        "{element} 最多多余 {amount} MW（{total} MWh）",
    ),
    "unfed": (
        "{element} is without voltage: {amount} MW ({total} MWh) are not fed",
        "{element} 失电：{amount} MW（{total} MWh）未供",
    ),
    "branch": ("branch {element} must carry up to {amount} MW beyond its limit", "支路 {element} 最多超限 {amount} MW"),
    "n_minus_1": (
        "branch / outage {element}: up to {amount} MW beyond its limit after the outage",
        "支路 / 停运元件 {element}：停运后最多超限 {amount} MW",
    ),
    "voltage": (
        "the voltage of bus {element} is not held: up to {amount} MW would have to move",
        "母线 {element} 电压越限：最多需调整 {amount} MW",
    ),
    "heat": (
        "heat of {element} is short by up to {amount} MW ({total} MWh)",
        "{element} 供热最多缺 {amount} MW（{total} MWh）",
    ),
    "fuel": ("fuel {element} is short by {total} GJ", "燃料 {element} 缺 {total} GJ"),
    "must_run": (
        "captive units give up to {amount} MW less than they must together",
        "自备机组合计出力最多低于下限 {amount} MW",
    ),
    "content": (
        "storage {element} stands up to {amount} MWh below its allowed content",
        "储能 {element} 最多低于允许电量 {amount} MWh",
    ),
    "content_high": (
        "storage {element} stands up to {amount} MWh above its allowed content",
        "储能 {element} 最多高于允许电量 {amount} MWh",
    ),
    "content_end": (
        "storage {element} ends {total} MWh below the content wished for",
        "储能 {element} 期末低于期望电量 {total} MWh",
    ),
    "deep_cut": (
        "potline {element} is cut below its lowest current, by up to {amount} MW ({total} MWh)",
        "电解系列 {element} 紧急降至最低电流以下，最多 {amount} MW（{total} MWh）",
    ),
    "full_stop": (
        "potline {element} is stopped, up to {amount} MW of its last part ({total} MWh)",
        "电解系列 {element} 停电，末段最多 {amount} MW（{total} MWh）",
    ),
    "cold": (
        "the pots of {element} come up to {amount} K below their window of superheat",
        "电解系列 {element} 过热度低于下限最多 {amount} K",
    ),
    "hot": (
        "the pots of {element} come up to {amount} K above their window of superheat",
        "电解系列 {element} 过热度高于上限最多 {amount} K",
    ),
    "thin": (
        "the ledge of {element} comes up to {amount} cm below its least",
        "电解系列 {element} 炉帮比下限薄最多 {amount} cm",
    ),
    "thick": (
        "the ledge of {element} comes up to {amount} cm above its most",
        "电解系列 {element} 炉帮比上限厚最多 {amount} cm",
    ),
    "metal": ("potline {element} makes {total} t less than it owes", "电解系列 {element} 少产 {total} t"),
    "rule": ("rule {element} is {total} MWh (or t) behind its target", "规则 {element} 落后目标 {total} MWh（或 t）"),
    "reserve": ("reserve {element} is short by up to {amount} MW", "备用 {element} 最多缺 {amount} MW"),
}
"""Kind of breach -> its symptom in words."""

CURED: dict[str, tuple[str, str]] = {
    "import": (
        "{amount} MW more import at {element} {when} cures it",
        "{when} {element} 增加购电 {amount} MW 即可解决",
    ),
    "export": (
        "{amount} MW more export at {element} {when} cures it",
        "{when} {element} 增加外送 {amount} MW 即可解决",
    ),
    "branch": (
        "{amount} MW more on branch {element} {when} cures it",
        "{when} 支路 {element} 限额提高 {amount} MW 即可解决",
    ),
    "stock": ("{amount} GJ more in the yard of {element} cure it", "{element} 增加库存 {amount} GJ 即可解决"),
}
"""Kind of cure -> words."""

PART = ("{element} up to {amount} MW ({total} MWh) at {when}", "{element} 最多 {amount} MW（{total} MWh），{when}")
"""One bus of several whose loads are shed."""

AT_PRICE = (
    " (at {price} {currency}/MWh, {factor} times the value of lost load: so no single step is shed to save a demand "
    "charge)",
    "（按 {price} {currency}/MWh 计，为失负荷价值的 {factor} 倍：不为节省需量电费而切单个时段）",
)
"""What shed load counts where its price is raised."""

WHOLE_NETWORK = ("the park", "园区")
BECAUSE = (", because ", "。原因：")
AND = (", and ", "；")
COMMA = (", ", "；")
