"""The seventeen exhibitors of the demo, none of them real, each with an enterprise of the run where one fits."""

from __future__ import annotations

import math

from holin.columns import Basis
from holin.errors import ARGUMENT, BadInput, Fault
from holin.hall.figures import Figures
from holin.hall.rows import Exhibitor
from holin.hall.words import ExhibitorKind

SYNTHETIC = "made for the demo from a seed; no real firm, product or offer"

ROLES: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("assoc-metal", "Demo Steppe Light-Metal Association", "示例草原轻金属协会", "association", "",
     "Speaks for smelters and processors of the park", "代表园区冶炼与加工企业"),
    ("assoc-power", "Demo Green-Power Park Association", "示例绿电园区联合会", "association", "",
     "Speaks for those who make and use green power", "代表绿电生产与使用单位"),
    ("alumina", "Demo Greystone Alumina", "示例灰石氧化铝", "alumina", "alumina",
     "Alumina for smelters and ceramics", "冶金级与陶瓷级氧化铝"),
    ("recycling", "Demo Second-Melt Recycling", "示例再熔再生金属", "recycling", "alloy",
     "Sorted scrap and master alloys", "分选废铝与中间合金"),
    ("smelting", "Demo North-Wind Smelting", "示例北风电解铝", "smelting", "",
     "Liquid metal and primary ingots", "铝液与重熔用铝锭"),
    ("casting", "Demo Clearwater Casting", "示例清水铸造", "casting", "casting",
     "Slabs, billets, rods and casting alloys", "扁锭、圆铸棒、铝杆与铸造合金"),
    ("rolling-a", "Demo Broad-Valley Rolling", "示例宽谷轧制", "rolling", "rolling",
     "Plate and sheet for vehicles and ships", "汽车与船舶用板材"),
    ("rolling-b", "Demo Even-Strip Rolling", "示例平带轧制", "rolling", "rolling",
     "Strip, foil stock and can stock", "带材、箔坯与罐料"),
    ("foil-a", "Demo Thin-Leaf Foil", "示例薄叶铝箔", "foil", "foil", "Battery foil", "电池箔"),
    ("foil-b", "Demo Bright-Fold Foil", "示例亮褶铝箔", "foil", "foil",
     "Packaging, household and fin foil", "包装箔、家用箔与空调箔"),
    ("extrusion-a", "Demo Long-Beam Extrusion", "示例长梁型材", "extrusion", "extrusion",
     "Profiles for vehicles and rail", "汽车与轨道交通型材"),
    ("extrusion-b", "Demo Sun-Frame Extrusion", "示例向阳型材", "extrusion", "extrusion",
     "Profiles for buildings and PV frames", "建筑型材与光伏边框"),
    ("wheels", "Demo Round-Run Wheels", "示例圆行轮毂", "wheels", "casting",
     "Cast wheels for cars and trucks", "乘用车与商用车铸造轮毂"),
    ("cables", "Demo Far-Span Cable", "示例远跨电缆", "cables", "utility",
     "Conductors and cables", "导线与电缆"),
    ("powders", "Demo Fine-Grain Powder", "示例细粒铝粉", "powders", "powder",
     "Spherical powder and paste", "球形铝粉与铝银浆"),
    ("machines", "Demo Ridge Machinery", "示例山脊装备", "machinery", "",
     "Machines for smelters and mills", "电解与加工装备"),
    ("supplies", "Demo Hearth Supplies", "示例炉台辅料", "auxiliaries", "",
     "Refractories, fluxes, filters and lubricants", "耐火材料、熔剂、过滤与润滑"),
)  # fmt: skip
"""Id, names, sector, the word by which an enterprise of the run is found, what it does."""


def demo_exhibitors(figures: Figures) -> tuple[Exhibitor, ...]:
    """Return the exhibitors; raises BadInput where the run has no potline or no enterprise that bought power."""
    firms = [e for e, p in figures.power.items() if math.isfinite(p.traced_t_per_mwh)]
    if not figures.metal or not firms:
        what = "no potline that made metal" if not figures.metal else "no enterprise that used the network's power"
        right = "take a run of a park with a potline: `holin run huolinguole --out RUN`"
        raise BadInput([Fault(file=ARGUMENT, field="run", problem=f"has {what}", right=right)])
    taken: set[str] = set()
    rows = []
    for k, (name, en, zh, sector, word, does, does_zh) in enumerate(ROLES):
        enterprise = next(iter(figures.metal.values())).enterprise if name == "smelting" else ""
        if word:
            enterprise = _enterprise(word, firms, figures, taken)
            taken.add(enterprise)
        association = sector == "association"
        rows.append(
            Exhibitor(
                id=name, name=en, name_zh=zh, does=does, does_zh=does_zh, sector="" if association else sector,
                kind=ExhibitorKind.ASSOCIATION if association else ExhibitorKind.FIRM, enterprise=enterprise,
                contact=f"{name}@hall.example", stand=f"{'ABC'[k % 3]}{k // 3 + 1:02d}", basis=Basis.SYNTHETIC,
                reference=SYNTHETIC,
            )
        )  # fmt: skip
    return tuple(rows)


def _enterprise(word: str, firms: list[str], figures: Figures, taken: set[str]) -> str:
    """Return an enterprise whose name has the word, else any that nobody has; in a small park two share one."""
    free = [f for f in firms if f not in taken]
    named = [f for f in free if word in figures.power[f].name.casefold()]
    smelters = {m.enterprise for m in figures.metal.values()}
    return next(iter((*named, *(f for f in free if f not in smelters), *firms)))
