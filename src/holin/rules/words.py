"""What kinds of rule and rules are called, in English and Chinese."""

from __future__ import annotations

from holin.rules.rule import OF_LEDGER, UNITS, Rule, RuleKind, terms_of

KIND_WORDS: dict[RuleKind, tuple[str, str]] = {
    RuleKind.GREEN_SHARE_PHYSICAL_MIN: (
        "Green share of the load, traced hour by hour, at least",
        "绿电占用电量（逐小时追踪），不低于",
    ),
    RuleKind.GREEN_SHARE_MIN: (
        "Green share of the load, at least",
        "绿电占用电量，不低于",
    ),
    RuleKind.SELF_USE_MIN: (
        "Self-use of available wind and PV, at least",
        "新能源自发自用率，不低于",
    ),
    RuleKind.EXPORT_SHARE_MAX: (
        "Export of available wind and PV, at most",
        "上网电量占可发电量，不高于",
    ),
    RuleKind.EXPORT_OF_USED_MAX: (
        "Export of wind and PV fed in, at most",
        "上网电量占新能源实际发电量，不高于",
    ),
    RuleKind.CURTAILMENT_SHARE_MAX: (
        "Curtailment of available wind and PV, at most",
        "弃电率，不高于",
    ),
    RuleKind.CO2_MAX_T: (
        "CO2, at most (t)",
        "二氧化碳排放，不高于（t）",
    ),
    RuleKind.STORAGE_POWER_MIN: (
        "Storage power of wind and PV capacity, at least",
        "储能功率占新能源装机，不低于",
    ),
    RuleKind.STORAGE_HOURS_MIN: (
        "Storage duration, at least (h)",
        "储能时长，不低于（h）",
    ),
    RuleKind.ALUMINIUM_CERTIFICATE_MIN: (
        "Certificates of the potlines' energy, at least",
        "电解铝绿证消费占比，不低于",
    ),
    RuleKind.ALUMINIUM_GREEN_SHARE_MIN: (
        "Green energy of the park, traced, against the potlines' energy, at least",
        "园区消纳绿电（追踪）占电解用电量，不低于",
    ),
    RuleKind.HOURLY_MATCHED_SHARE_MIN: (
        "Load matched by clean energy in the same hour, at least",
        "逐小时匹配的清洁电量占用电量，不低于",
    ),
    RuleKind.EXPORT_MAX_MWH: (
        "Export a year, at most (MWh)",
        "年上网电量，不高于（MWh）",
    ),
    RuleKind.LAND_MAX_HA: (
        "Land of what is built, at most (ha)",
        "新建项目用地，不高于（公顷）",
    ),
    RuleKind.CLEAN_SHARE_MIN: (
        "Clean share of the load, traced or by retired certificates, at least",
        "清洁能源占用电量（追踪或核销绿证），不低于",
    ),
    RuleKind.CLAIMED_HOURLY_MIN: (
        "Certificates claimed that match use in the same hour, at least",
        "声明所用绿证中逐小时匹配的部分，不低于",
    ),
    RuleKind.CLAIMED_DELIVERABLE_MIN: (
        "Certificates claimed whose energy could reach the park, at least",
        "声明所用绿证中可送达（接入本园区电网）的部分，不低于",
    ),
    RuleKind.SOLD_CLAIMED_MAX_MWH: (
        "Green energy claimed whose certificates were sold, at most (MWh)",
        "绿证已售出而仍声明使用的绿电，不高于（MWh）",
    ),
}
"""What a kind asks for; the value follows."""


def rule_words(rule: Rule) -> tuple[str, str]:
    """Return what a rule is called in English and Chinese: its name, or what it asks for where it has none."""
    if rule.name or rule.name_zh:
        return rule.name or rule.name_zh, rule.name_zh or rule.name
    value = f"{rule.value:,g}" if rule.kind in UNITS else f"{100 * rule.value:g} %"
    en, zh = KIND_WORDS[rule.kind]
    return f"{en} {value}", f"{zh} {value}"


def missing_for(kind: str) -> str:
    """Return what a rule of a kind that could not be judged lacks: `needs_ledger`, `needs_plan` or `needs_available`.

    Only a ledger retires certificates, only a plan knows what it built, and no meter tells what was curtailed.
    """
    if terms_of(Rule(id=kind, kind=RuleKind(kind), value=0.0)).keys() & OF_LEDGER:
        return "needs_ledger"
    return "needs_plan" if "land" in kind else "needs_available"
