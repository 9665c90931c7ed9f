"""A hall small enough to work out by hand: a potline, a caster, a rolling mill, a machine, and figures of a run."""

from __future__ import annotations

from datetime import date
from typing import Any

from holin.columns import Basis
from holin.hall import Catalogue, Enquiry, Exhibitor, Figures, MetalFigure, PowerFigure, Product, SourceShare, Step
from holin.hall.words import Category, Count, ExhibitorKind, Form, Material, Side, Use

TEN = dict(location_t_per_mwh=0.7, market_t_per_mwh=0.6, traced_t_per_mwh=0.4, green_share=0.5)
"""The mill's power."""

FIGURES = Figures(
    park="p", park_name="Park", park_name_zh="园区", stage="s", period="2025", hours=8760.0, kind="demo", run="r",
    metal={
        "l1": MetalFigure(
            name="Line 1", name_zh="一系列", enterprise="smelter", direct_t_per_t=1.5, power_location_t_per_t=9.0,
            power_market_t_per_t=8.0, power_traced_t_per_t=4.0, kwh_per_t=13_000.0, green_share=0.6,
        )
    },
    power={
        "caster": PowerFigure(
            name="Caster", name_zh="铸造", location_t_per_mwh=0.7, market_t_per_mwh=0.6, traced_t_per_mwh=0.2,
            green_share=1.0,
        ),
        "mill": PowerFigure(name="Mill", name_zh="轧制", **TEN),
        "smelter": PowerFigure(name="Smelter", name_zh="电解", **TEN),
    },
    sources=(
        SourceShare(period="2025", enterprise="smelter", source="w", name="Wind", name_zh="风", kind="wind_farm",
                    green=True, mwh=60.0, share=0.6),
        SourceShare(period="2025", enterprise="smelter", source="c", name="Coal", name_zh="煤", kind="thermal_unit",
                    green=False, mwh=40.0, share=0.4),
        SourceShare(period="2025-03", enterprise="smelter", source="w", name="Wind", name_zh="风", kind="wind_farm",
                    green=True, mwh=5.0, share=1.0),
        SourceShare(period="2025", enterprise="caster", source="w", name="Wind", name_zh="风", kind="wind_farm",
                    green=True, mwh=1.0, share=1.0),
        SourceShare(period="2025", enterprise="mill", source="w", name="Wind", name_zh="风", kind="wind_farm",
                    green=True, mwh=1.0, share=0.5),
        SourceShare(period="2025", enterprise="mill", source="c", name="Coal", name_zh="煤", kind="thermal_unit",
                    green=False, mwh=1.0, share=0.5),
    ),
)  # fmt: skip


def product(id: str, exhibitor: str = "caster", **columns: Any) -> Product:
    """Return a product of aluminium, an ingot where nothing else is said."""
    said = dict(name=id, category=Category.INGOT, material=Material.ALUMINIUM, form=Form.INGOT, basis=Basis.ASSUMED)
    return Product(id=id, exhibitor=exhibitor, **(said | columns))


EXHIBITORS = (
    Exhibitor(id="guild", name="Guild", name_zh="行会", kind=ExhibitorKind.ASSOCIATION),
    Exhibitor(id="caster", name="Caster", name_zh="铸造厂", kind=ExhibitorKind.FIRM, enterprise="caster"),
    Exhibitor(id="mill", name="Mill", name_zh="轧制厂", kind=ExhibitorKind.FIRM, enterprise="mill"),
    Exhibitor(id="maker", name="Maker", name_zh="装备厂", kind=ExhibitorKind.FIRM),
)

HALL = Catalogue(
    exhibitors=EXHIBITORS,
    products=(
        product(
            "scrap", form=Form.SCRAP, category=Category.RAW_MATERIAL, declared_t_per_t=0.5, declared_by="Caster",
            declared_on=date(2025, 1, 1),
        ),
        product(
            "slab", name_zh="扁锭", alloy="5083", form=Form.SLAB, made_kg=1000.0, scrap_kg=40.0, loss_kg=10.0,
            process_kwh_per_t=100.0, process_direct_t_per_t=0.05, uses=(Use.ROLLING,),
        ),
        product(
            "sheet", exhibitor="mill", name="Sheet 5083", name_zh="5083 铝板", alloy="5083", temper="H32",
            category=Category.PLATE, form=Form.SHEET, uses=(Use.MARINE, Use.RAIL), thickness_mm=2.0, made_kg=800.0,
            scrap_kg=195.0, loss_kg=5.0, process_kwh_per_t=500.0, process_direct_t_per_t=0.1, batch="b-7",
        ),
        product(
            "press", exhibitor="maker", name="Press", name_zh="挤压机", category=Category.EQUIPMENT,
            material=Material.STEEL, form=Form.MACHINE, maker_data="rated 250 kW", maker_data_zh="额定 250 kW",
            declared_by="Maker", declared_on=date(2025, 2, 1),
        ),
        product("mystery", name="Ingot of unknown make", alloy="EN AW-6063"),
    ),
    steps=(
        Step(product="slab", source="potline:l1", input_kg=840.0),
        Step(product="slab", source="scrap", input_kg=210.0),
        Step(product="sheet", source="slab", input_kg=1000.0),
    ),
    enquiries=(
        Enquiry(id="e1", exhibitor="mill", side=Side.SEEKS, category=Category.INGOT, form=Form.SLAB, alloy="5083",
                quantity_kg=50_000.0, until=date(2025, 6, 30)),
        Enquiry(id="e2", exhibitor="caster", side=Side.OFFERS, category=Category.INGOT, form=Form.SLAB,
                quantity_kg=30_000.0),
        Enquiry(id="e3", exhibitor="guild", side=Side.SEEKS, category=Category.PLATE, use=Use.MARINE,
                footprint_max_t_per_t=8.0, footprint_count=Count.TRACED),
    ),
)  # fmt: skip
