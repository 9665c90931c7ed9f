"""The nouns of the exhibition hall: who shows, what, made from what, and what is offered and sought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holin.columns import Basis, column
from holin.hall.words import Category, Count, ExhibitorKind, Form, Material, Side, Use


@dataclass(frozen=True, kw_only=True)
class Exhibitor:
    """An association or a firm that shows in the hall."""

    id: str = column(meaning="unique among exhibitors; letters, digits, '-', '_' and '.'")
    name: str = column(meaning="English name")
    name_zh: str = column(meaning="Chinese name", default="")
    kind: ExhibitorKind = column(meaning="association or firm")
    sector: str = column(meaning="what trade it is in", default="")
    does: str = column(meaning="what it does, in English", default="")
    does_zh: str = column(meaning="what it does, in Chinese", default="")
    enterprise: str = column(meaning="the enterprise of the park whose meters are its own (empty: none)", default="")
    contact: str = column(meaning="how to reach it", default="")
    stand: str = column(meaning="its stand in the hall", default="")
    basis: Basis | None = column(meaning="where the row comes from", default=None, late=True)
    reference: str = column(meaning="outlet, document and date", default="", late=True)


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product of an exhibitor; what a reference run of its last step makes, throws off and uses.

    A product with steps gets its footprint from them; one without has its maker's own figure, or none.
    """

    id: str = column(meaning="unique among products; letters, digits, '-', '_' and '.'")
    exhibitor: str = column(meaning="who makes it", refers_to="exhibitors")
    name: str = column(meaning="English name")
    name_zh: str = column(meaning="Chinese name", default="")
    category: Category = column(meaning="place in the chain from raw material to end use")
    material: Material = column(meaning="what it is made of")
    form: Form = column(meaning="the shape in which it is sold")
    alloy: str = column(meaning="designation of GB/T 3190, EN AW or of casting alloys, such as 6063", default="")
    temper: str = column(meaning="temper of GB/T 16475 or EN 515, such as T6 or H18", default="")
    thickness_mm: float | None = column("mm", "thickness", default=None, gt=0, le=10_000)
    width_mm: float | None = column("mm", "width", default=None, gt=0, le=100_000)
    diameter_mm: float | None = column("mm", "diameter", default=None, gt=0, le=100_000)
    length_mm: float | None = column("mm", "length", default=None, gt=0, le=1e9)
    piece_kg: float | None = column("kg", "mass of a piece", default=None, gt=0, le=1e6)
    uses: tuple[Use, ...] = column(meaning="what it is for, several split by `;`", default=())
    batch: str = column(meaning="id of the batch that it is sold from, whose passport proves it", default="")
    made_kg: float | None = column("kg", "what a reference run of its step makes", default=None, gt=0, le=1e9)
    scrap_kg: float | None = column("kg", "scrap of that run, returned to be melted again", default=None, ge=0, le=1e9)
    loss_kg: float | None = column(
        "kg", "metal of that run that is lost: dross, burnt, in filters", default=None, ge=0, le=1e9
    )
    process_kwh_per_t: float | None = column(
        "kWh/t", "power that the step takes per t made", default=None, ge=0, le=100_000
    )
    process_direct_t_per_t: float | None = column(
        "t/t", "CO2e of fuel burned in the step per t made", default=None, ge=0, le=100
    )
    process_reference: str = column(meaning="where the two figures of the step come from", default="")
    declared_t_per_t: float | None = column("t/t", "its maker's own footprint, CO2e per t", default=None, ge=0, le=1000)
    declared_by: str = column(meaning="who said the maker's own data", default="")
    declared_on: date | None = column(meaning="when the maker said it", default=None)
    maker_data: str = column(meaning="the maker's own data in words, in English", default="")
    maker_data_zh: str = column(meaning="the maker's own data in words, in Chinese", default="")
    basis: Basis = column(meaning="where the row's figures come from", late=True)
    reference: str = column(meaning="outlet, document and date, or the reason for an assumption", default="", late=True)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One input of the run that makes a product: so many kg of another product, of a potline's metal, or of a batch."""

    product: str = column(meaning="what is made", refers_to="products")
    source: str = column(meaning="what goes in: id of a product, `potline:ID`, or `batch:ID`")
    input_kg: float = column("kg", "how much of it goes into the reference run", gt=0, le=1e9)
    basis: Basis | None = column(meaning="where the row comes from", default=None, late=True)
    reference: str = column(meaning="outlet, document and date", default="", late=True)


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """What a firm offers or seeks, how much, and until when. What is left open fits everything."""

    id: str = column(meaning="unique among enquiries; letters, digits, '-', '_' and '.'")
    exhibitor: str = column(meaning="who asks", refers_to="exhibitors")
    side: Side = column(meaning="offers or seeks")
    category: Category = column(meaning="place in the chain")
    form: Form | None = column(meaning="the shape (empty: any)", default=None)
    alloy: str = column(meaning="the alloy (empty: any)", default="")
    use: Use | None = column(meaning="what it is for (empty: any)", default=None)
    words: str = column(meaning="the enquiry in words, in English", default="")
    words_zh: str = column(meaning="the enquiry in words, in Chinese", default="")
    quantity_kg: float | None = column("kg", "how much", default=None, gt=0, le=1e9)
    footprint_max_t_per_t: float | None = column("t/t", "sought: CO2e per t at most", default=None, gt=0, le=1000)
    footprint_count: Count | None = column(meaning="which count that bound is of", default=None)
    until: date | None = column(meaning="last day on which it stands (empty: open)", default=None)
    basis: Basis | None = column(meaning="where the row comes from", default=None, late=True)
    reference: str = column(meaning="outlet, document and date", default="", late=True)


SHEETS: dict[str, type] = {"exhibitors": Exhibitor, "products": Product, "steps": Step, "enquiries": Enquiry}
"""The sheets of a workbook, the files of a folder, and the attributes of a `Catalogue`."""

SHEET_WORDS: dict[str, str] = {"exhibitors": "参展单位", "products": "产品", "steps": "工序投料", "enquiries": "供需"}
"""What the sheets are called in Chinese."""

HEADINGS: dict[str, str] = {
    "id": "编号", "name": "英文名称", "name_zh": "中文名称", "kind": "类型", "sector": "行业", "does": "英文简介",
    "does_zh": "中文简介", "enterprise": "园区企业", "contact": "联系方式", "stand": "展位", "basis": "依据",
    "reference": "出处", "exhibitor": "参展单位", "category": "类别", "material": "材料", "form": "形态",
    "alloy": "牌号", "temper": "状态", "thickness_mm": "厚度(mm)", "width_mm": "宽度(mm)", "diameter_mm": "直径(mm)",
    "length_mm": "长度(mm)", "piece_kg": "单重(kg)", "uses": "用途", "batch": "批次", "made_kg": "产出(kg)",
    "scrap_kg": "回炉废料(kg)", "loss_kg": "烧损(kg)", "process_kwh_per_t": "工序电耗(kWh/t)",
    "process_direct_t_per_t": "工序直接排放(t/t)", "process_reference": "工序数据出处",
    "declared_t_per_t": "厂家声明碳足迹(t/t)", "declared_by": "声明单位", "declared_on": "声明日期",
    "maker_data": "厂家数据(英文)", "maker_data_zh": "厂家数据(中文)", "product": "产品", "source": "投料来源",
    "input_kg": "投料(kg)", "side": "供需方向", "use": "用于", "words": "英文说明", "words_zh": "中文说明",
    "quantity_kg": "数量(kg)", "footprint_max_t_per_t": "碳足迹上限(t/t)", "footprint_count": "碳足迹口径",
    "until": "有效期至",
}  # fmt: skip
"""What the columns are called in Chinese; both headings are understood."""

POTLINE, BATCH = "potline:", "batch:"
"""How a step's source begins that is no product."""
