"""What `holin carbon` prints for people, in both languages."""

from __future__ import annotations

TEXTS_CARBON: dict[str, tuple[str, str]] = {
    "carbon.title": ("Greenhouse gases of {park}, stage {stage}", "{park}温室气体核算，阶段 {stage}"),
    "carbon.kind.demo": (
        "kind demo: from a calculated run, not from meters; no evidence for others",
        "演示：依据仿真运行，非计量数据，不可作为对外证明",
    ),
    "carbon.kind.metered": ("kind metered: from meter readings", "实测：依据电能表读数"),
    "carbon.no_certificate": (
        "No certificate retired: the market-based count has the residual mix on all power bought. Give --claims or "
        "--ledger.",
        "无核销绿证：市场法对全部外购电量采用剩余电力组合因子。可用 --claims 或 --ledger 给出核销绿证。",
    ),
    "carbon.claims_file": (
        "The certificates come from a file: no ledger proves that each was retired, and once.",
        "绿证来自文件：没有账本证明其已核销且仅核销一次。",
    ),
    "carbon.others": (
        "{mwh} MWh were retired in the ledger for others than the park's enterprises.",
        "账本中另有 {mwh} 兆瓦时为园区企业之外者核销。",
    ),
    "carbon.outside": (
        "{mwh} MWh of certificates are of hours that are not in it; they count for nothing here.",
        "{mwh} 兆瓦时绿证的生产时段不在核算范围内，不计入。",
    ),
    "carbon.excess": (
        "{mwh} MWh of certificates are beyond what was used within their span; they count for nothing.",
        "{mwh} 兆瓦时绿证超出同一时段用电量，不计入。",
    ),
    "carbon.below_average": (
        "The residual mix is that of a wider region and lies below the average of {region} itself: the market-based "
        "count is on the low side. Add a residual factor of {region} to emission_factor.csv when one is published.",
        "剩余电力组合因子取自更大区域，且低于 {region} 平均因子：市场法结果偏低。{region} 发布剩余因子后请补入 "
        "emission_factor.csv。",
    ),
    "carbon.factor": (
        "{method} of {region} for {year}: {value} t/MWh, {name}{older}{wider}",
        "{region} {year} 年 {method}：{value} 吨/兆瓦时，{name}{older}{wider}",
    ),
    "carbon.older": (", {age} years older", "，早 {age} 年"),
    "carbon.wider": (", of the wider region {region}", "，取自更大区域 {region}"),
    "carbon.location": ("location", "位置法"),
    "carbon.residual": ("residual mix", "剩余电力组合"),
    "carbon.matching.hour": (
        "certificates are held against use hour by hour",
        "绿证与用电逐小时匹配",
    ),
    "carbon.matching.month": (
        "certificates are held against use by local month, not by the hour",
        "绿证与用电按月匹配（非逐小时）",
    ),
    "carbon.matching.year": (
        "certificates are held against use by year, not by the hour",
        "绿证与用电按年匹配（非逐小时）",
    ),
    "carbon.column.enterprise": ("enterprise", "企业"),
    "carbon.column.energy": ("MWh", "兆瓦时"),
    "carbon.column.scope_1": ("scope 1, t", "范围一，吨"),
    "carbon.column.location": ("scope 2 location, t", "范围二·位置法，吨"),
    "carbon.column.market": ("scope 2 market, t", "范围二·市场法，吨"),
    "carbon.column.traced": ("traced, t", "物理溯源，吨"),
    "carbon.column.covered": ("covered, MWh", "绿证覆盖，兆瓦时"),
    "carbon.column.potline": ("potline", "电解系列"),
    "carbon.column.metal": ("metal, t", "产量，吨"),
    "carbon.column.ac": ("MWh/t", "兆瓦时/吨"),
    "carbon.column.foot_location": ("t/t location", "吨/吨·位置法"),
    "carbon.column.foot_market": ("t/t market", "吨/吨·市场法"),
    "carbon.column.foot_traced": ("t/t traced", "吨/吨·溯源"),
    "carbon.column.green_metal": ("green metal, t (mass balance)", "绿电铝，吨（质量平衡）"),
    "carbon.sum": ("sum", "合计"),
    "carbon.note": (
        "The three counts of the power bought stand side by side and are never mixed. Scope 1 of one enterprise and "
        "scope 2 of another may be the same tonne: do not add them.",
        "外购电力三种口径并列，不混用。一家企业的范围一与另一家的范围二可能是同一吨，不可相加。",
    ),
    "carbon.marginal": (
        "One MWh more emits {mean} t on average of the energy used ({least} to {highest} by hour and bus); the same "
        "way holds for the next MWh either way for {share} of it.",
        "每多用 1 兆瓦时平均排放 {mean} 吨（按用电量加权；各小时、母线为 {least} 至 {highest}）；其中 {share} 的"
        "电量在增减下一兆瓦时时该方式均成立。",
    ),
    "carbon.ties": (
        "{count} choices cost the same and emit otherwise: such optima have other marginal emissions.",
        "有 {count} 项选择成本相同而排放不同：同等成本的其他最优解边际排放不同。",
    ),
    "carbon.written": ("written to {path}", "已写入 {path}"),
}
