"""The choices of the catalogue, and what each is called in English and Chinese."""

from __future__ import annotations

from enum import StrEnum


class ExhibitorKind(StrEnum):
    """Who shows."""

    ASSOCIATION = "association"
    FIRM = "firm"


class Category(StrEnum):
    """Places in the chain from raw material to end use."""

    RAW_MATERIAL = "raw_material"
    INGOT = "ingot"
    PLATE = "plate"
    FOIL = "foil"
    EXTRUSION = "extrusion"
    WHEEL = "wheel"
    CABLE = "cable"
    POWDER = "powder"
    EQUIPMENT = "equipment"
    AUXILIARY = "auxiliary"


OF_THE_MAKER = (Category.EQUIPMENT, Category.AUXILIARY)
"""Machinery and auxiliaries: they carry their maker's own data, not a path of metal."""


class Material(StrEnum):
    """What a product is made of."""

    ALUMINIUM = "aluminium"
    ALUMINA = "alumina"
    CARBON = "carbon"
    COPPER = "copper"
    STEEL = "steel"
    CERAMIC = "ceramic"
    CHEMICAL = "chemical"
    OTHER = "other"


class Form(StrEnum):
    """The shape in which a product is sold."""

    LIQUID = "liquid"
    SCRAP = "scrap"
    BULK = "bulk"
    INGOT = "ingot"
    SLAB = "slab"
    BILLET = "billet"
    ROD = "rod"
    PLATE = "plate"
    SHEET = "sheet"
    STRIP = "strip"
    FOIL = "foil"
    PROFILE = "profile"
    TUBE = "tube"
    WHEEL = "wheel"
    WIRE = "wire"
    CABLE = "cable"
    POWDER = "powder"
    PASTE = "paste"
    MACHINE = "machine"
    PART = "part"
    CONSUMABLE = "consumable"


class Use(StrEnum):
    """What a product is for."""

    REMELTING = "remelting"
    ROLLING = "rolling"
    EXTRUDING = "extruding"
    AUTOMOTIVE = "automotive"
    RAIL = "rail"
    AEROSPACE = "aerospace"
    MARINE = "marine"
    BUILDING = "building"
    PACKAGING = "packaging"
    BEVERAGE_CAN = "beverage_can"
    BATTERY = "battery"
    ELECTRONICS = "electronics"
    HEAT_EXCHANGER = "heat_exchanger"
    POWER_GRID = "power_grid"
    PV_FRAME = "pv_frame"
    WIND_TURBINE = "wind_turbine"
    MACHINERY = "machinery"
    COATING = "coating"
    METALLURGY = "metallurgy"
    ADDITIVE = "additive"
    SMELTING = "smelting"
    CASTING = "casting"


class Side(StrEnum):
    """What a firm says in an enquiry."""

    OFFERS = "offers"
    SEEKS = "seeks"


class Count(StrEnum):
    """Which count of the power's emissions a footprint has; the three are never mixed."""

    LOCATION = "location"
    MARKET = "market"
    TRACED = "traced"


WORDS: dict[type[StrEnum], dict[str, tuple[str, str]]] = {
    ExhibitorKind: {"association": ("association", "协会"), "firm": ("firm", "企业")},
    Category: {
        "raw_material": ("raw material", "原材料"), "ingot": ("ingot", "铸锭"), "plate": ("plate and sheet", "板带"),
        "foil": ("foil", "铝箔"), "extrusion": ("extrusion", "型材"), "wheel": ("wheel", "轮毂"),
        "cable": ("cable", "电缆"), "powder": ("powder", "铝粉"), "equipment": ("equipment", "设备"),
        "auxiliary": ("auxiliaries", "辅料"),
    },
    Material: {
        "aluminium": ("aluminium", "铝"), "alumina": ("alumina", "氧化铝"), "carbon": ("carbon", "炭素"),
        "copper": ("copper", "铜"), "steel": ("steel", "钢"), "ceramic": ("ceramic", "陶瓷"),
        "chemical": ("chemical", "化学品"), "other": ("other", "其他"),
    },
    Form: {
        "liquid": ("liquid metal", "铝液"), "scrap": ("scrap", "废料"), "bulk": ("bulk", "散料"),
        "ingot": ("ingot", "锭"), "slab": ("slab", "扁锭"), "billet": ("billet", "圆铸棒"), "rod": ("rod", "杆"),
        "plate": ("plate", "厚板"), "sheet": ("sheet", "薄板"), "strip": ("strip", "带材"), "foil": ("foil", "箔"),
        "profile": ("profile", "挤压型材"), "tube": ("tube", "管"), "wheel": ("wheel", "轮"), "wire": ("wire", "线"),
        "cable": ("cable", "缆"), "powder": ("powder", "粉"), "paste": ("paste", "铝银浆"),
        "machine": ("machine", "机器"), "part": ("part", "部件"), "consumable": ("consumable", "耗材"),
    },
    Use: {
        "remelting": ("remelting", "重熔"), "rolling": ("rolling", "轧制"), "extruding": ("extruding", "挤压"),
        "automotive": ("automotive", "汽车"), "rail": ("rail", "轨道交通"), "aerospace": ("aerospace", "航空航天"),
        "marine": ("marine", "船舶"), "building": ("building", "建筑"), "packaging": ("packaging", "包装"),
        "beverage_can": ("beverage can", "易拉罐"), "battery": ("battery", "电池"),
        "electronics": ("electronics", "电子"), "heat_exchanger": ("heat exchanger", "换热器"),
        "power_grid": ("power grid", "电网"), "pv_frame": ("PV frame", "光伏边框"),
        "wind_turbine": ("wind turbine", "风电"), "machinery": ("machinery", "机械"), "coating": ("coating", "涂料"),
        "metallurgy": ("metallurgy", "冶金"), "additive": ("additive manufacturing", "增材制造"),
        "smelting": ("smelting", "电解"), "casting": ("casting", "铸造"),
    },
    Side: {"offers": ("offers", "供应"), "seeks": ("seeks", "求购")},
    Count: {"location": ("location-based", "位置法"), "market": ("market-based", "市场法"),
            "traced": ("traced", "物理溯源")},
}  # fmt: skip


def word(choice: StrEnum, language: str) -> str:
    """Return what a choice is called in a language, en or zh."""
    return WORDS[type(choice)][choice.value][language == "zh"]


def chosen(kind: type[StrEnum], text: str) -> StrEnum | None:
    """Return the choice that a text names by its code or its English or Chinese word; None where it names none."""
    folded = text.strip().casefold()
    for code, names in WORDS[kind].items():
        if folded == code or folded in (n.casefold() for n in names):
            return kind(code)
    return None
