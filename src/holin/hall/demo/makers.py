"""The demo's machinery and auxiliaries: their makers' own data, no path of metal."""

from __future__ import annotations

from datetime import date

from holin.hall.demo.making import Making
from holin.hall.words import Category, Form, Material, Use

MACHINES = (
    ("pot shell exchanger", "槽壳换热器", Use.SMELTING), ("tapping vehicle", "出铝车", Use.SMELTING),
    ("anode changer", "换极机组", Use.SMELTING), ("rectifier cabinet", "整流柜", Use.SMELTING),
    ("melting furnace", "熔炼炉", Use.CASTING), ("casting machine", "铸造机", Use.CASTING),
    ("cold mill", "冷轧机", Use.ROLLING), ("foil mill", "箔轧机", Use.ROLLING), ("slitter", "分切机", Use.ROLLING),
    ("extrusion press", "挤压机", Use.EXTRUDING), ("ageing furnace", "时效炉", Use.EXTRUDING),
    ("wheel casting cell", "轮毂铸造单元", Use.CASTING),
)  # fmt: skip
SUPPLIES = (
    ("refractory brick", "耐火砖", Material.CERAMIC, Use.SMELTING),
    ("covering flux", "覆盖剂", Material.CHEMICAL, Use.CASTING),
    ("refining flux", "精炼剂", Material.CHEMICAL, Use.CASTING),
    ("ceramic foam filter", "泡沫陶瓷过滤板", Material.CERAMIC, Use.CASTING),
    ("rolling oil", "轧制油", Material.CHEMICAL, Use.ROLLING),
    ("graphite rod", "石墨棒", Material.CARBON, Use.CASTING),
    ("cathode block", "阴极炭块", Material.CARBON, Use.SMELTING),
    ("anode stub", "阳极钢爪", Material.STEEL, Use.SMELTING),
    ("busbar", "母线", Material.COPPER, Use.SMELTING), ("die steel", "模具钢", Material.STEEL, Use.EXTRUDING),
)  # fmt: skip


def add_makers(making: Making) -> None:
    """Enter machines with their rated power and auxiliaries, some with a footprint of their maker."""
    for k, size in making.some(60, range(len(MACHINES)), (1, 2, 3, 4, 5)):
        en, zh, use = MACHINES[k]
        kw = round(60 * size * making.between(0.8, 1.2))
        making.declare(
            f"machine-{k + 1}-{size}", exhibitor="machines", name=f"{en.capitalize()}, size {size}",
            name_zh=f"{zh} {size} 型", category=Category.EQUIPMENT, material=Material.STEEL, form=Form.MACHINE,
            piece_kg=float(round(1500 * size * making.between(0.8, 1.2))), uses=(use,),
            declared_by="Demo Ridge Machinery", maker_data=f"rated power {kw} kW; mass as delivered",
            maker_data_zh=f"额定功率 {kw} kW；质量为交货质量", day=date(2025, 3, 1),
        )  # fmt: skip
    for k, grade in making.some(60, range(len(SUPPLIES)), range(1, 7)):
        en, zh, material, use = SUPPLIES[k]
        making.declare(
            f"supply-{k + 1}-{grade}", exhibitor="supplies", name=f"{en.capitalize()}, grade {grade}",
            name_zh=f"{zh} {grade} 级", category=Category.AUXILIARY, material=material, form=Form.CONSUMABLE,
            uses=(use,),
            declared_by="Demo Hearth Supplies", day=date(2025, 2, 1),
            declared_t_per_t=round(making.between(0.6, 4.0), 2) if grade % 2 else None,
            maker_data=f"grade {grade} of 6", maker_data_zh=f"第 {grade} 级，共 6 级",
        )  # fmt: skip
