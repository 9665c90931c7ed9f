"""The demo's enquiries: some match, some do not."""

from __future__ import annotations

from datetime import date
from typing import Any

from holin.columns import Basis
from holin.hall.demo.exhibitors import SYNTHETIC
from holin.hall.rows import Enquiry
from holin.hall.words import Category, Count, Form, Side, Use

LAST = date(2035, 12, 31)


def demo_enquiries(footprint_max_t_per_t: float) -> tuple[Enquiry, ...]:
    """Return the enquiries; one of them seeks a footprint of so much at most, traced."""
    offers, seeks = Side.OFFERS, Side.SEEKS
    slab = dict(category=Category.INGOT, form=Form.SLAB)
    rows: tuple[dict[str, Any], ...] = (
        dict(exhibitor="casting", side=offers, **slab, alloy="8079", quantity_kg=400_000.0,
             words="Rolling slab for foil, monthly", words_zh="月供箔用扁锭"),
        dict(exhibitor="rolling-b", side=seeks, **slab, alloy="8079", quantity_kg=250_000.0,
             words="Slab for foil stock", words_zh="求购箔坯用扁锭"),
        dict(exhibitor="rolling-a", side=seeks, **slab, alloy="5083", quantity_kg=120_000.0,
             words="Slab for ship plate", words_zh="求购船板用扁锭"),
        dict(exhibitor="rolling-b", side=offers, category=Category.PLATE, form=Form.STRIP, alloy="1235",
             use=Use.BATTERY, quantity_kg=90_000.0, words="Strip for battery foil", words_zh="供应电池箔坯料"),
        dict(exhibitor="foil-a", side=seeks, category=Category.PLATE, form=Form.STRIP, alloy="1235",
             use=Use.BATTERY, quantity_kg=60_000.0, footprint_max_t_per_t=footprint_max_t_per_t,
             footprint_count=Count.TRACED, words="Low-carbon strip for battery foil", words_zh="求购低碳电池箔坯料"),
        dict(exhibitor="casting", side=offers, category=Category.INGOT, form=Form.BILLET, alloy="6063",
             quantity_kg=300_000.0, words="Billet 6063", words_zh="供应 6063 圆铸棒"),
        dict(exhibitor="extrusion-b", side=seeks, category=Category.INGOT, form=Form.BILLET, alloy="6063",
             quantity_kg=180_000.0, words="Billet for PV frames", words_zh="求购光伏边框用圆铸棒"),
        dict(exhibitor="recycling", side=offers, category=Category.RAW_MATERIAL, form=Form.SCRAP,
             use=Use.REMELTING, quantity_kg=80_000.0, words="Sorted scrap", words_zh="供应分选废铝"),
        dict(exhibitor="casting", side=seeks, category=Category.RAW_MATERIAL, form=Form.SCRAP,
             quantity_kg=200_000.0, words="Sorted scrap for billets", words_zh="求购圆铸棒用废铝"),
        dict(exhibitor="machines", side=seeks, category=Category.EXTRUSION, use=Use.MACHINERY,
             quantity_kg=5_000.0, words="Profiles for machine frames", words_zh="求购机架型材"),
        dict(exhibitor="wheels", side=seeks, category=Category.AUXILIARY, quantity_kg=2_000.0,
             words="Filters and fluxes", words_zh="求购过滤板与熔剂"),
    )  # fmt: skip
    return tuple(
        Enquiry(id=f"enquiry-{k + 1:02d}", until=LAST, basis=Basis.SYNTHETIC, reference=SYNTHETIC, **row)
        for k, row in enumerate(rows)
    )
