"""What kinds of rule are called, in both languages; their value follows."""

from __future__ import annotations

TEXTS_RULES: dict[str, tuple[str, str]] = {
    "rule.green_share_physical_min": (
        "Green share of the load, traced hour by hour, at least",
        "绿电占用电量（逐小时追踪），不低于",
    ),
    "rule.green_share_min": (
        "Green share of the load, at least",
        "绿电占用电量，不低于",
    ),
    "rule.self_use_min": (
        "Self-use of available wind and PV, at least",
        "新能源自发自用率，不低于",
    ),
    "rule.export_share_max": (
        "Export of available wind and PV, at most",
        "上网电量占可发电量，不高于",
    ),
    "rule.export_of_used_max": (
        "Export of wind and PV fed in, at most",
        "上网电量占新能源实际发电量，不高于",
    ),
    "rule.curtailment_share_max": (
        "Curtailment of available wind and PV, at most",
        "弃电率，不高于",
    ),
    "rule.co2_max_t": (
        "CO2, at most (t)",
        "二氧化碳排放，不高于（t）",
    ),
    "rule.storage_power_min": (
        "Storage power of wind and PV capacity, at least",
        "储能功率占新能源装机，不低于",
    ),
    "rule.storage_hours_min": (
        "Storage duration, at least (h)",
        "储能时长，不低于（h）",
    ),
    "rule.aluminium_certificate_min": (
        "Certificates of the potlines' energy, at least",
        "电解铝绿证消费占比，不低于",
    ),
    "rule.aluminium_green_share_min": (
        "Green energy of the park, traced, against the potlines' energy, at least",
        "园区消纳绿电（追踪）占电解用电量，不低于",
    ),
    "rule.hourly_matched_share_min": (
        "Load matched by clean energy in the same hour, at least",
        "逐小时匹配的清洁电量占用电量，不低于",
    ),
    "rule.export_max_mwh": (
        "Export a year, at most (MWh)",
        "年上网电量，不高于（MWh）",
    ),
    "rule.land_max_ha": (
        "Land of what is built, at most (ha)",
        "新建项目用地，不高于（公顷）",
    ),
}
