"""The demo's products from plate to powder, each made from a cast or rolled product of its own alloy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holin.hall.demo.making import CABLES, EXTRUSION, FOIL, POWDER, ROLLING, WHEELS, Making
from holin.hall.words import Category, Form, Use

SHEET_USES: dict[str, tuple[Use, ...]] = {
    "1": (Use.PACKAGING, Use.ELECTRONICS), "3": (Use.HEAT_EXCHANGER, Use.BUILDING),
    "5": (Use.AUTOMOTIVE, Use.MARINE, Use.RAIL), "6": (Use.AUTOMOTIVE,), "8": (Use.PACKAGING,),
}  # fmt: skip
FOIL_STOCK = ("1060", "1070", "1100", "1235", "3003", "8011", "8079")
FOIL_USES: dict[str, tuple[Use, ...]] = {
    "1060": (Use.BATTERY,), "1070": (Use.BATTERY,), "1100": (Use.BATTERY, Use.HEAT_EXCHANGER),
    "1235": (Use.BATTERY, Use.PACKAGING), "3003": (Use.HEAT_EXCHANGER,), "8011": (Use.PACKAGING,),
    "8079": (Use.BATTERY, Use.PACKAGING),
}  # fmt: skip
SHAPES = (
    ("battery tray beam", "电池托盘梁", Use.AUTOMOTIVE), ("crash beam", "防撞梁", Use.AUTOMOTIVE),
    ("carriage side beam", "车体边梁", Use.RAIL), ("window section", "门窗型材", Use.BUILDING),
    ("curtain wall section", "幕墙型材", Use.BUILDING), ("PV frame", "光伏边框", Use.PV_FRAME),
    ("mounting rail", "支架导轨", Use.PV_FRAME), ("heat sink", "散热器", Use.ELECTRONICS),
    ("machine frame", "机架型材", Use.MACHINERY), ("tower ladder", "塔筒爬梯", Use.WIND_TURBINE),
)  # fmt: skip


def _of_alloy(ids: Sequence[str], alloy: str) -> list[str]:
    return [i for i in ids if i.split("-")[1] == alloy.lower()]


def add_rolled(making: Making, slabs: Sequence[str]) -> list[str]:
    """Enter strip for foil, sheet and plate; return the ids of the strip for foil."""
    stock = []
    for alloy, thickness in making.some(28, FOIL_STOCK, (0.28, 0.35, 0.4, 0.5)):
        made = making.make(
            f"strip-{alloy}-{thickness:g}", ROLLING, [(making.one(_of_alloy(slabs, alloy)), 1.0)],
            exhibitor="rolling-b", alloy=alloy, temper="H14", thickness_mm=thickness, width_mm=1300.0,
            name=f"Foil stock {alloy} H14, {thickness:g} mm", name_zh=f"{alloy} H14 铝箔坯料 {thickness:g} mm",
            category=Category.PLATE, form=Form.STRIP, uses=(Use.ROLLING, *FOIL_USES[alloy]),
        )  # fmt: skip
        stock.append(made.id)
    alloys = sorted({i.split("-")[1] for i in slabs})
    for alloy, thickness, width in making.some(200, alloys, (0.8, 1.0, 1.5, 2.0, 3.0, 6.0, 12.0, 25.0, 60.0),
                                               (1000.0, 1250.0, 1500.0)):  # fmt: skip
        temper = "T4" if alloy.startswith("6") else making.one(("O", "H14", "H24", "H32"))
        plate = thickness >= 6.0
        uses = (Use.BEVERAGE_CAN,) if alloy in ("3104", "5182") and thickness < 1 else SHEET_USES[alloy[0]]
        size = f"{thickness:g} x {width:g} mm"
        making.make(
            f"sheet-{alloy}-{thickness:g}-{width:g}", ROLLING, [(making.one(_of_alloy(slabs, alloy)), 1.0)],
            exhibitor="rolling-a" if plate or alloy[0] in "56" else "rolling-b", alloy=alloy, temper=temper,
            thickness_mm=thickness, width_mm=width, name=f"{'Plate' if plate else 'Sheet'} {alloy} {temper}, {size}",
            name_zh=f"{alloy} {temper} 铝{'板' if plate else '薄板'} {size.replace(' x ', '×')}", uses=uses,
            category=Category.PLATE, form=Form.PLATE if plate else Form.SHEET,
        )  # fmt: skip
    return stock


def add_foil(making: Making, stock: Sequence[str]) -> None:
    """Enter foil, rolled from strip of its alloy."""
    microns = (6.0, 7.0, 9.0, 10.0, 12.0, 15.0, 20.0, 30.0, 50.0, 90.0)
    for alloy, micron, width in making.some(190, FOIL_STOCK, microns, (300.0, 620.0, 1060.0)):
        temper = "H18" if Use.BATTERY in FOIL_USES[alloy] and micron <= 20 else "O"
        making.make(
            f"foil-{alloy}-{micron:g}-{width:g}", FOIL, [(making.one(_of_alloy(stock, alloy)), 1.0)],
            exhibitor="foil-a" if temper == "H18" else "foil-b", alloy=alloy, temper=temper,
            thickness_mm=micron / 1000, width_mm=width,
            name=f"{'Battery foil' if temper == 'H18' else 'Foil'} {alloy} {temper}, {micron:g} um x {width:g} mm",
            name_zh=f"{alloy} {temper} {'电池箔' if temper == 'H18' else '铝箔'} {micron:g} μm×{width:g} mm",
            category=Category.FOIL, form=Form.FOIL,
            uses=FOIL_USES[alloy] if temper == "H18" else tuple(u for u in FOIL_USES[alloy] if u is not Use.BATTERY)
            or (Use.ELECTRONICS,),
        )  # fmt: skip


def add_extrusions(making: Making, billets: Sequence[str]) -> None:
    """Enter profiles and tubes."""
    alloys = sorted({i.split("-")[1] for i in billets})
    for alloy, shape, length in making.some(190, alloys, range(len(SHAPES)), (3000.0, 6000.0, 9000.0, 12000.0)):
        en, zh, use = SHAPES[shape]
        temper = making.one(("T4", "T5", "T6", "T66"))
        upper = alloy.upper()
        making.make(
            f"profile-{alloy}-{shape + 1}-{length:g}", EXTRUSION, [(making.one(_of_alloy(billets, alloy)), 1.0)],
            exhibitor="extrusion-a" if use in (Use.AUTOMOTIVE, Use.RAIL) else "extrusion-b", alloy=upper,
            temper=temper, length_mm=length, name=f"Profile {upper} {temper}, {en}, {length / 1000:g} m",
            name_zh=f"{upper} {temper} {zh} {length / 1000:g} m", category=Category.EXTRUSION,
            form=Form.TUBE if shape == 9 else Form.PROFILE, uses=(use,),
        )  # fmt: skip


def add_ends(making: Making, ids: Mapping[str, Sequence[str]]) -> None:
    """Enter wheels, cables, powders and pastes."""
    for inch, width, spokes in making.some(96, range(15, 23), (6.5, 7.5, 8.5, 9.5), (5, 7, 10, 12)):
        source = making.one(ids["cast"])
        kg = round(0.55 * inch + 0.4 * width + 0.05 * spokes - 1.5, 1)
        making.make(
            f"wheel-{inch}-{width:g}-{spokes}", WHEELS, [(source, 1.0)], exhibitor="wheels", alloy="A356.2",
            temper="T6", diameter_mm=round(inch * 25.4, 1), width_mm=round(width * 25.4, 1), piece_kg=kg,
            name=f"Cast wheel {inch} x {width:g} inch, {spokes} spokes",
            name_zh=f"铸造铝合金轮毂 {inch}×{width:g} 英寸 {spokes} 辐",
            category=Category.WHEEL, form=Form.WHEEL, uses=(Use.AUTOMOTIVE,),
        )  # fmt: skip
    for alloy, mm2, armoured in making.some(80, ("1350", "1370", "6101", "8030"),
                                            (16, 25, 35, 50, 70, 95, 120, 150, 185, 240, 300, 400, 500, 630),
                                            (False, True)):  # fmt: skip
        making.make(
            f"cable-{alloy}-{mm2}{'-a' if armoured else ''}", CABLES,
            [(making.one(_of_alloy(ids["rod"], alloy)), 1.0)], exhibitor="cables", alloy=alloy,
            name=f"{'Armoured cable' if armoured else 'Stranded conductor'} {alloy}, {mm2} mm2",
            name_zh=f"{alloy} {'铠装铝合金电缆' if armoured else '铝绞线'} {mm2} mm²", category=Category.CABLE,
            form=Form.CABLE if armoured else Form.WIRE, uses=(Use.POWER_GRID, Use.WIND_TURBINE)[: 1 + (mm2 >= 240)],
        )  # fmt: skip
    powders = []
    for micron, grade in making.some(60, (2, 5, 8, 13, 20, 29, 38, 45, 63, 75), ("A", "B", "C", "D", "E", "F")):
        made = making.make(
            f"powder-{micron}-{grade.lower()}", POWDER, [(making.one(ids["ingot"]), 1.0)], exhibitor="powders",
            name=f"Spherical aluminium powder, D50 {micron} um, grade {grade}", alloy="Al99.70",
            name_zh=f"球形铝粉 D50 {micron} μm {grade} 级", category=Category.POWDER, form=Form.POWDER,
            uses=(Use.ADDITIVE, Use.ELECTRONICS) if micron >= 29 else (Use.COATING, Use.PV_FRAME)[:1],
        )  # fmt: skip
        powders.append(made.id)
    for micron, solids in making.some(20, (10, 14, 18, 24, 32), (55, 60, 65, 70)):
        making.make(
            f"paste-{micron}-{solids}", POWDER, [(making.one(powders), 1.0)], exhibitor="powders",
            name=f"Aluminium paste, D50 {micron} um, {solids} % metal",
            name_zh=f"铝银浆 D50 {micron} μm 固含 {solids}%",
            category=Category.POWDER, form=Form.PASTE, uses=(Use.COATING, Use.AUTOMOTIVE), alloy="Al99.70",
        )  # fmt: skip
