"""The daily dispatch plan on paper: workbook, chart and set points of a small schedule, read back."""

import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xarray as xr

from holin.park import Bus, Enterprise, Fuel, Grid, Load, Park, ParkFacts, Storage, ThermalUnit, WindFarm
from holin.picture import PlanFacts, day_chart_svg, write_day_plan
from holin.store import write_setpoints

COAL = ThermalUnit(
    id="C", name_zh="一号机", bus="A", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=50.0, ramp_down_mw_per_h=50.0,
    heat_rate_points=((1.0, 10.0),), fuel="coal",
)  # fmt: skip
PARK = Park(
    facts=ParkFacts(id="tiny", time_zone="Asia/Shanghai"),
    buses=(Bus(id="A", v_nom_kv=110.0),),
    fuels=(Fuel(id="coal", price_per_gj=10.0, emission_factor_t_per_gj=0.1),),
    wind_farms=(WindFarm(id="W", name_zh="风电", bus="A", p_nom_mw=60.0),),
    thermal_units=(COAL,),
    storages=(Storage(id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=1e3, import_max_mw=50.0),),
    enterprises=(Enterprise(id="E"),),
    loads=(Load(id="L1", bus="A", enterprise="E", load_mw=50.0), Load(id="L2", bus="A", enterprise="E", load_mw=30.0)),
)
FACTS = PlanFacts(
    park_name="小园区", stage="2025", currency="CNY", status="最优", cost={"燃料": 1200.5, "购电": 300.0},
    breaches=[(True, "A 的负荷最多切除 5 MW")], notes=["合成数据"], on_at_first={"C": False},
)  # fmt: skip


def tables() -> tuple[xr.Dataset, xr.Dataset]:
    """Two hours in quarters: coal comes on at the third step, wind is curtailed in the last."""
    time = np.datetime64("2025-03-02T22:00", "ns") + np.arange(8) * np.timedelta64(15, "m")
    on = np.array([0.0, 0, 1, 1, 1, 1, 1, 1])
    wind, coal, charge = np.full(8, 40.0), 45.0 * on, np.array([0, 0, 5.0, 5, 0, 0, 0, 0])
    wind[-1] = 30.0
    discharge = np.array([6.0, 6, 0, 0, 0, 0, 0, 0])
    load = np.column_stack([np.full(8, -50.0), np.full(8, -30.0)])
    grid = -(wind + coal + discharge - charge + load.sum(axis=1))
    units = ["W", "C", "S", "G", "L1", "L2"]
    power = np.column_stack([wind, coal, discharge - charge, grid, load])
    available = np.full((8, 6), np.nan)
    available[:, 0] = 40.0
    schedule = xr.Dataset(
        {
            "p_mw": (("time", "unit"), power),
            "available_mw": (("time", "unit"), available),
            "charge_mw": (("time", "storage"), charge[:, None]),
            "discharge_mw": (("time", "storage"), discharge[:, None]),
            "soc_mwh": (("time", "storage"), np.linspace(20, 18, 8)[:, None]),
            "committed": (("time", "thermal_unit"), on[:, None]),
        },
        coords={
            "time": time,
            "unit": units,
            "kind": ("unit", ["wind_farm", "thermal_unit", "storage", "grid", "load", "load"]),
            "storage": ["S"],
            "thermal_unit": ["C"],
        },
    )
    ahead = xr.Dataset(
        {
            "reserve_asked_mw": (("time", "reserve"), np.full((8, 1), 7.0)),
            "reserve_held_mw": (("time", "reserve"), np.full((8, 1), 9.0)),
            "price_per_mwh": (("time",), np.linspace(200, 450, 8)),
        },
        coords={"time": time, "reserve": ["spinning"]},
    )
    return schedule, ahead


def test_the_workbook_holds_the_schedule_step_by_step(tmp_path: Path) -> None:
    schedule, ahead = tables()
    write_day_plan(tmp_path / "plan.xlsx", PARK, schedule, ahead, FACTS)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == ["日调度计划", "机组启停计划", "告警与未满足约束", "费用", "说明"]
    sheet = book["日调度计划"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7, max_row=14)]
    assert [r[:3] for r in (rows[0], rows[7])] == [[1, "06:00", "06:15"], [8, "07:45", "08:00"]]
    names = [c.value for c in sheet[6]]
    assert names[3:8] == ["一号机", "风电", "S", "G", "合计"]
    assert rows[2][3:8] == pytest.approx([45.0, 40.0, -5.0, 0.0, -80.0])
    assert [r[names.index("MW")] for r in rows] == pytest.approx([0.0] * 7 + [10.0])
    assert sheet["D15"].value == "=SUM(D7:D14)*0.25"
    turns = [[c.value for c in row] for row in book["机组启停计划"].iter_rows(min_row=2, max_row=3)]
    assert turns == [["一号机", "初始状态", "停机"], ["一号机", "2025-03-03 06:30", "并网"]]
    assert book["告警与未满足约束"]["B2"].value == "A 的负荷最多切除 5 MW"
    assert book["费用"]["B4"].value == "=SUM(B2:B3)" and book["说明"]["A1"].value == "合成数据"
    assert len(sheet._charts) == 2


def test_the_workbook_speaks_english_too(tmp_path: Path) -> None:
    write_day_plan(tmp_path / "plan.xlsx", PARK, *tables(), FACTS, language="en")
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames[1] == "Unit commitment"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_chart_is_a_drawing_of_all_that_runs(language: str) -> None:
    svg = day_chart_svg(PARK, *tables(), title="A & B", language=language, note="synthetic")
    root = ET.fromstring(svg)
    said = " ".join(t for t in root.itertext())
    wanted = {"en": ("wind", "curtailed", "storage charging"), "zh": ("风电", "弃风弃光", "储能充电")}[language]
    assert all(word in said for word in (*wanted, "A & B", "synthetic"))
    points = [float(v) for text in re.findall(r'points="([^"]*)"', svg) for p in text.split() for v in p.split(",")]
    assert np.isfinite(points).all() and min(points) >= 0


def test_the_bands_of_the_chart_add_up() -> None:
    """The first band, coal, stands on zero; the height of what lies on it is that of the wind."""
    svg = day_chart_svg(PARK, *tables(), title="")
    bands = [
        [tuple(map(float, p.split(","))) for p in b.split()] for b in re.findall(r'<polygon points="([^"]*)"', svg)
    ]
    coal, _import, wind = bands[:3]
    unit = (coal[0][1] - coal[4][1]) / 45.0  # 0 MW at first, 45 MW from the third step on
    assert (wind[-1][1] - wind[0][1]) / unit == pytest.approx(40.0, rel=1e-3)


def test_set_points_are_a_numbered_and_summed_proposal(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    count = write_setpoints(path, tables()[0])
    body, _, last = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")
    rows = [line.split(",") for line in body.splitlines()]
    assert last == f"# sha256 {hashlib.sha256((body + chr(10)).encode()).hexdigest()}"
    assert [int(r[0]) for r in rows[1:]] == list(range(1, count + 1))
    told = {(r[1], r[2], r[3]): r[5] for r in rows[1:]}
    assert told["2025-03-02T22:30:00Z", "C", "committed"] == "1"
    assert told["2025-03-02T22:30:00Z", "S", "p_mw"] == "-5.000"
    assert told["2025-03-02T23:45:00Z", "W", "p_max_mw"] == "30.000"
    grid = xr.Dataset(
        {
            "v_set_pu": (("time", "unit"), np.tile([np.nan, 1.02, np.nan, 1.0, np.nan, np.nan], (8, 1))),
            "q_mvar": (("time", "unit"), np.tile([3.0, 9.0, -1.5, 2.0, -5.0, -4.0], (8, 1))),
            "tap_pos": (("time", "transformer"), np.full((8, 1), 4.0)),
            "steps": (("time", "shunt"), np.full((8, 1), np.nan)),
        },
        coords={**{n: tables()[0][n] for n in ("time", "unit")}, "transformer": ["T"], "shunt": ["X"]},
    )
    more = write_setpoints(path, tables()[0], grid)
    with_grid = {tuple(r[2:6]) for r in (line.split(",") for line in path.read_text().splitlines()) if len(r) > 5}
    wanted = {("W", "q_mvar", "50", "3.000"), ("C", "v_set_pu", "50", "1.0200"), ("T", "tap_pos", "49", "4")}
    assert more > count and wanted <= with_grid and not {r for r in with_grid if r[0] in ("X", "G")}
    assert not [key for key in told if key[1] in ("L1", "G")] and ("2025-03-02T22:00:00Z", "W", "p_max_mw") not in told
