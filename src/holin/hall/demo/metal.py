"""The demo's raw materials, liquid metal, and what is cast of it."""

from __future__ import annotations

from collections.abc import Sequence

from holin.hall.demo.making import CASTING, Making, Process
from holin.hall.rows import POTLINE
from holin.hall.words import Category, Form, Material, Use

TAPPING = Process(metal_yield=0.995, loss=0.005, kwh_per_t=0.0, direct_t_per_t=0.0)
SLAB_ALLOYS = (
    "1050", "1060", "1070", "1100", "1235", "3003", "3004", "3104", "5052", "5083", "5182", "6016", "8011", "8079",
)  # fmt: skip
BILLET_ALLOYS = ("6005A", "6060", "6061", "6063", "6082", "7003")
CAST_ALLOYS = ("A356.2", "ZL101A", "ZL104", "EN AC-42100", "EN AC-44300")
ROD_ALLOYS = ("1350", "1370", "6101", "8030")
RECYCLED = (0.0, 0.0, 0.2, 0.35, 0.5)


def add_raw_materials(making: Making) -> None:
    """Enter what comes with its maker's own figure: alumina, scrap, master alloys."""
    grades = (("smelter-grade", "冶金级"), ("calcined", "煅烧"), ("fine", "细粒"), ("low-soda", "低钠"))
    for k, (en, zh) in enumerate(grades):
        making.declare(
            f"alumina-{k + 1}", exhibitor="alumina", name=f"Alumina, {en}", name_zh=f"{zh}氧化铝",
            category=Category.RAW_MATERIAL, material=Material.ALUMINA, form=Form.BULK,
            uses=(Use.SMELTING,) if k == 0 else (Use.METALLURGY, Use.COATING),
            declared_t_per_t=round(1.1 + 0.1 * k, 2), declared_by="Demo Greystone Alumina",
        )  # fmt: skip
    kinds = (("profile cuttings", "型材边角"), ("can bodies", "罐料"), ("wheel returns", "轮毂回料"), ("wire", "线缆"),
             ("sheet trimmings", "板边"))  # fmt: skip
    for k, (en, zh) in enumerate(kinds):
        making.declare(
            f"scrap-{k + 1}", exhibitor="recycling", name=f"Sorted scrap, {en}", name_zh=f"分选废铝（{zh}）",
            category=Category.RAW_MATERIAL, material=Material.ALUMINIUM, form=Form.SCRAP, uses=(Use.REMELTING,),
            declared_t_per_t=round(0.25 + 0.03 * k, 2), declared_by="Demo Second-Melt Recycling",
        )  # fmt: skip
    for k, metal in enumerate(("AlSi50", "AlMg50", "AlMn20", "AlTi5B1", "AlSr10")):
        making.declare(
            f"master-{k + 1}", exhibitor="recycling", name=f"Master alloy {metal}", name_zh=f"中间合金 {metal}",
            category=Category.RAW_MATERIAL, material=Material.ALUMINIUM, form=Form.INGOT, uses=(Use.CASTING,),
            declared_t_per_t=round(8.0 + 0.9 * k, 1), declared_by="Demo Second-Melt Recycling",
        )  # fmt: skip


def add_liquid(making: Making, potlines: Sequence[str]) -> list[str]:
    """Enter the liquid metal of every potline; return the ids."""
    ids = []
    for line in potlines:
        made = making.make(
            f"liquid-{line}", TAPPING, [(f"{POTLINE}{line}", 1.0)], exhibitor="smelting", alloy="Al99.70",
            name=f"Liquid metal of {line}", name_zh=f"{line} 铝液", category=Category.INGOT, form=Form.LIQUID,
            uses=(Use.CASTING,),
        )  # fmt: skip
        ids.append(made.id)
    return ids


def add_castings(making: Making, liquid: Sequence[str]) -> dict[str, list[str]]:
    """Enter ingots, slabs, billets, casting alloys and rods; return the ids by form."""
    ids: dict[str, list[str]] = {name: [] for name in ("ingot", "slab", "billet", "cast", "rod")}
    for grade, kg in making.some(14, ("Al99.70", "Al99.80", "Al99.85", "Al99.90"), (15.0, 20.0, 25.0, 500.0, 1000.0)):
        made = making.make(
            f"ingot-{grade.lower()}-{kg:g}", CASTING, [(making.one(liquid), 1.0)], exhibitor="smelting", alloy=grade,
            name=f"Primary ingot {grade}, {kg:g} kg", name_zh=f"重熔用铝锭 {grade} {kg:g} kg", piece_kg=kg,
            category=Category.INGOT, form=Form.INGOT, uses=(Use.REMELTING,),
        )  # fmt: skip
        ids["ingot"].append(made.id)
    for alloy, thickness in making.some(42, SLAB_ALLOYS, (480.0, 520.0, 600.0)):
        width = making.one((1100.0, 1320.0, 1560.0, 1850.0))
        made = making.make(
            f"slab-{alloy}-{thickness:g}", CASTING, _melt(making, liquid, alloy), exhibitor="casting", alloy=alloy,
            name=f"Rolling slab {alloy}, {thickness:g} x {width:g} mm",
            name_zh=f"{alloy} 扁锭 {thickness:g}×{width:g} mm", thickness_mm=thickness, width_mm=width,
            category=Category.INGOT, form=Form.SLAB, uses=(Use.ROLLING,),
        )  # fmt: skip
        ids["slab"].append(made.id)
    for alloy, diameter in making.some(36, BILLET_ALLOYS, (90.0, 120.0, 152.0, 178.0, 203.0, 254.0, 305.0)):
        made = making.make(
            f"billet-{alloy.lower()}-{diameter:g}", CASTING, _melt(making, liquid, alloy), exhibitor="casting",
            alloy=alloy, name=f"Extrusion billet {alloy}, {diameter:g} mm",
            name_zh=f"{alloy} 圆铸棒 Φ{diameter:g} mm", diameter_mm=diameter, category=Category.INGOT,
            form=Form.BILLET, uses=(Use.EXTRUDING,),
        )  # fmt: skip
        ids["billet"].append(made.id)
    for alloy, kg in making.some(10, CAST_ALLOYS, (10.0, 15.0)):
        name = alloy.replace(" ", "-").lower()
        made = making.make(
            f"cast-{name}-{kg:g}", CASTING, _melt(making, liquid, alloy), exhibitor="casting", alloy=alloy,
            name=f"Casting alloy {alloy}, {kg:g} kg", name_zh=f"铸造铝合金锭 {alloy} {kg:g} kg", piece_kg=kg,
            category=Category.INGOT, form=Form.INGOT, uses=(Use.CASTING, Use.AUTOMOTIVE),
        )  # fmt: skip
        ids["cast"].append(made.id)
    for alloy, diameter in making.some(10, ROD_ALLOYS, (9.5, 12.0, 15.0)):
        made = making.make(
            f"rod-{alloy}-{diameter:g}", CASTING, _melt(making, liquid, alloy), exhibitor="casting", alloy=alloy,
            name=f"Conductor rod {alloy}, {diameter:g} mm", name_zh=f"{alloy} 电工铝杆 Φ{diameter:g} mm",
            diameter_mm=diameter, category=Category.INGOT, form=Form.ROD, uses=(Use.POWER_GRID,),
        )  # fmt: skip
        ids["rod"].append(made.id)
    return ids


def _melt(making: Making, liquid: Sequence[str], alloy: str) -> list[tuple[str, float]]:
    """Return what goes into the furnace: scrap, the master alloy of the series, and liquid metal for the rest."""
    recycled = 0.0 if alloy.startswith("1") else making.one(RECYCLED)
    master = {"3": "master-3", "5": "master-2", "6": "master-1", "7": "master-2"}.get(alloy[0], "master-1")
    parts = [(f"scrap-{1 + int(making.dice.random() * 5)}", recycled)] if recycled else []
    parts += [] if alloy.startswith(("1", "8")) else [(master, 0.02)]
    return [*parts, (making.one(liquid), 1.0)]
