"""What each column means, in Chinese: the comments of the Chinese template."""

from __future__ import annotations

MEANINGS_ZH: dict[str, str] = {
    "id": "本表内唯一；字母、数字、-、_ 和 .", "name": "英文名称", "name_zh": "中文名称",
    "kind": "协会或企业",
    "sector": "所属行业", "does": "业务简介（英文）", "does_zh": "业务简介（中文）",
    "enterprise": "对应的园区企业编号，其电表即本单位电表；没有则留空", "contact": "联系方式", "stand": "展位号",
    "basis": "数据依据：published 公开、derived 推算、assumed 假定、synthetic 合成、measured 实测",
    "reference": "出处：机构、文件、日期，或假定的理由", "exhibitor": "参展单位编号",
    "category": "从原材料到终端的环节",
    "material": "材料", "form": "销售形态", "alloy": "GB/T 3190、EN AW 或铸造合金牌号，如 6063",
    "temper": "GB/T 16475 状态代号，如 T6、H18", "thickness_mm": "厚度，毫米", "width_mm": "宽度，毫米",
    "diameter_mm": "直径，毫米", "length_mm": "长度，毫米", "piece_kg": "单件质量，千克", "uses": "用途，多个以 ; 分隔",
    "batch": "所售批次编号，其产品护照为凭证", "made_kg": "基准批产出，千克", "scrap_kg": "基准批回炉废料，千克",
    "loss_kg": "基准批烧损（铝渣、氧化等），千克", "process_kwh_per_t": "本工序每吨产品用电，千瓦时",
    "process_direct_t_per_t": "本工序每吨产品燃料直接排放，吨 CO2e；没有填 0",
    "process_reference": "工序两项数据的出处",
    "declared_t_per_t": "厂家自行声明的碳足迹，吨 CO2e/吨", "declared_by": "声明单位", "declared_on": "声明日期",
    "maker_data": "厂家数据（英文）", "maker_data_zh": "厂家数据（中文）", "product": "产品编号",
    "source": "投料来源：产品编号、potline:编号 或 batch:编号", "input_kg": "基准批投料，千克", "side": "供应或求购",
    "use": "用途，不限则留空", "words": "说明（英文）", "words_zh": "说明（中文）", "quantity_kg": "数量，千克",
    "footprint_max_t_per_t": "求购：碳足迹上限，吨 CO2e/吨",
    "footprint_count": "上限所用口径：位置法、市场法或物理溯源",
    "until": "有效期最后一天，长期有效则留空",
}  # fmt: skip
