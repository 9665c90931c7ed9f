"""The README.md of a new park: what its tables hold, in English and Chinese."""

from __future__ import annotations

from holin.columns import columns_of
from holin.park import ATTRIBUTES, KINDS, Park

TABLES_ZH = {
    "substation": "变电站",
    "bus": "母线",
    "line": "线路",
    "transformer": "双绕组变压器",
    "transformer3": "三绕组变压器",
    "equivalent_branch": "等值支路",
    "switch": "开关",
    "shunt": "并联电容、电抗、滤波、SVC",
    "grid": "公共电网接入点",
    "turbine": "风机型号",
    "wind_farm": "风电场",
    "pv_plant": "光伏电站",
    "fuel": "燃料",
    "thermal_unit": "自备火电机组",
    "generator": "发电机（仅给出限值与费用）",
    "storage": "储能",
    "enterprise": "企业",
    "load": "负荷",
    "motor": "异步电动机",
    "potline": "电解系列",
    "meter": "电表",
    "contract": "供电合同",
    "tariff": "电价",
    "tariff_period": "分时时段",
    "tariff_demand": "分时需量电费",
    "tariff_tier": "阶梯电价",
    "reserve": "备用要求",
    "rule": "政策规则",
    "emission_factor": "排放因子",
    "cost": "造价",
    "capital": "电源以外的投资（电网、改造、退役机组未偿年金）",
    "candidate": "待选方案",
    "finance": "融资与税务条件",
    "outage": "检修计划",
    "climate": "气候",
    "claim": "公布的结果（用于对照）",
    "series": "时间序列",
    "provenance": "数据来源",
}

TEXT = """# {name}

{synthetic}

This folder is a park that Holin reads. Change it with a spreadsheet or a text editor, then see what is wrong with it:

```sh
holin check {folder}
```

- `park.toml` holds the park as a whole and its stages, each a date at which the park is looked at.
- Each other table is a CSV file in UTF-8, one row per thing. Columns may stand in any order; a column that is not
  needed may be left out, an empty cell means its default. Curves are written `3:0;12:1;25:1`, lists `220;66`.
- Power is in MW, energy in MWh, voltage in kV, current in kA; ratios are 0..1, never percent.
- `built` and `retired` say when a thing stands; `basis` and `reference` say where its figures come from.
- Measured series stand in CSV or Parquet files of their own (first column `time`), named in `series.csv`.

# {name_zh}

{synthetic_zh}

本文件夹是 Holin 读取的一个园区。用电子表格或文本编辑器修改后，运行上面的 `holin check` 查看全部问题。

- `park.toml` 记录园区总体信息和各阶段（阶段即日期）。
- 其余各表为 UTF-8 的 CSV 文件，每行一个对象；列的顺序不限，用不到的列可以省略，空单元格取默认值。
- 功率用 MW，电量用 MWh，电压用 kV，电流用 kA；比例写 0..1，不写百分数。
- `built`、`retired` 为投运和退役日期；`basis`、`reference` 为数据来源。
- 实测序列放在单独的 CSV 或 Parquet 文件中（首列 `time`），并在 `series.csv` 中登记。

# Tables 数据表

| file 文件 | 内容 | what it holds | rows 行数 | required columns 必填列 |
| --- | --- | --- | --- | --- |
{rows}
"""


def readme_of(park: Park) -> str:
    """Return the text of a park folder's README.md: how its tables are written, and what each holds."""
    rows = []
    for table, kind in KINDS.items():
        sentence = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        required = ", ".join(f"`{c.name}`" for c in columns_of(kind) if c.required)
        count = len(getattr(park, ATTRIBUTES[table]))
        rows.append(f"| `{table}.csv` | {TABLES_ZH.get(table, '')} | {sentence} | {count or ''} | {required} |")
    facts = park.facts
    return TEXT.format(
        name=facts.name,
        name_zh=facts.name_zh,
        synthetic=facts.synthetic,
        synthetic_zh=facts.synthetic_zh,
        folder=facts.id,
        rows="\n".join(rows),
    )
