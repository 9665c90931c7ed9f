"""The daily dispatch plan on paper: workbook, chart and set points of a small schedule, read back."""

import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xarray as xr
from openpyxl.utils import get_column_letter

from holin.park import (
    Bus,
    Enterprise,
    Fuel,
    Grid,
    Load,
    Park,
    ParkFacts,
    Reserve,
    ReserveKind,
    Storage,
    ThermalUnit,
    WindFarm,
)
from holin.picture import Beside, BindingRow, PlanFacts, PlanTables, UnmetRow, day_chart_svg, write_day_plan
from holin.picture.day_panels import price_range
from holin.store import write_setpoints

COAL = ThermalUnit(
    id="C", name_zh="一号机", bus="A", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=50.0, ramp_down_mw_per_h=50.0,
    heat_rate_points=((1.0, 10.0),), fuel="coal",
)  # fmt: skip
PARK = Park(
    facts=ParkFacts(id="tiny", time_zone="Asia/Shanghai"),
    buses=(Bus(id="A", name="bus A", name_zh="甲母线", v_nom_kv=110.0, v_min_pu=0.95, v_max_pu=1.05),),
    fuels=(Fuel(id="coal", price_per_gj=10.0, emission_factor_t_per_gj=0.1),),
    wind_farms=(WindFarm(id="W", name_zh="风电", bus="A", p_nom_mw=60.0),),
    thermal_units=(COAL,),
    reserves=(Reserve(id="spinning", name="Spinning reserve", name_zh="旋转备用", kind=ReserveKind.UP),),
    storages=(Storage(id="S", bus="A", p_nom_mw=10.0, e_nom_mwh=40.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=1e3, import_max_mw=50.0),),
    enterprises=(Enterprise(id="E"),),
    loads=(Load(id="L1", bus="A", enterprise="E", load_mw=50.0), Load(id="L2", bus="A", enterprise="E", load_mw=30.0)),
)
FACTS = PlanFacts(
    park_name="小园区", stage="2025", currency="CNY", status="最优", cost={"燃料": 1200.5, "购电": 300.0},
    breaches=[(True, "A", "A 的负荷最多切除 5 MW")], notes=["合成数据"], on_at_first={"C": False},
    beside={"前瞻期": 77.0, "软约束": 0.0}, origin={"起始状态": "假定"}, unmet=[],
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


def planned() -> PlanTables:
    schedule, ahead = tables()
    return PlanTables(schedule=schedule, ahead=ahead)


def test_the_workbook_holds_the_schedule_step_by_step(tmp_path: Path) -> None:
    write_day_plan(tmp_path / "plan.xlsx", PARK, planned(), FACTS)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    sheets = ["日调度计划", "曲线", "机组启停计划", "告警与未满足约束", "N-1校核未满足", "起作用的限制", "费用", "说明"]
    assert book.sheetnames == sheets
    sheet = book["日调度计划"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7, max_row=14)]
    assert [r[:3] for r in (rows[0], rows[7])] == [[1, "06:00", "06:15"], [8, "07:45", "08:00"]]
    names = [c.value for c in sheet[6]]
    assert names[3:8] == ["一号机", "风电", "S", "G", "合计"]
    assert rows[2][3:8] == pytest.approx([45.0, 40.0, -5.0, 0.0, -80.0])
    assert [r[names.index("MW")] for r in rows] == pytest.approx([0.0] * 7 + [10.0])
    assert sheet["D15"].value == "=SUM(D7:D14)*0.25"
    assert "旋转备用 MW" in [c.value for c in sheet[5]]
    turns = [[c.value for c in row] for row in book["机组启停计划"].iter_rows(min_row=2, max_row=3)]
    assert turns == [["一号机", "初始状态", "停机"], ["一号机", "2025-03-03 06:30", "并网"]]
    assert [c.value for c in book["告警与未满足约束"][2]] == ["约束未满足", "甲母线", "A 的负荷最多切除 5 MW"]
    assert book["费用"]["B4"].value == "=SUM(B2:B3)" and book["说明"]["A1"].value == "合成数据"
    assert [c.value for c in book["费用"]["A"]][4:] == [None, "另列，不在合计内", "前瞻期"] and book["费用"][
        "B7"
    ].value == 77.0
    assert [c.value for c in book["说明"][4]] == ["起始状态", "假定"]
    assert len(book["曲线"]._charts) == 2


def test_a_step_without_a_price_has_an_empty_cell(tmp_path: Path) -> None:
    schedule, ahead = tables()
    without = PlanTables(schedule=schedule, ahead=ahead.assign(price_per_mwh=ahead.price_per_mwh * np.nan))
    write_day_plan(tmp_path / "plan.xlsx", PARK, without, FACTS)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["日调度计划"]
    assert sheet.cell(row=5, column=sheet.max_column).value == "电价（每 MWh）"
    assert [sheet.cell(row=r, column=sheet.max_column).value for r in range(7, 15)] == [None] * 8


def test_the_workbook_speaks_english_too(tmp_path: Path) -> None:
    write_day_plan(tmp_path / "plan.xlsx", PARK, planned(), FACTS, language="en")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames[2] == "Unit commitment"
    said = " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value)
    given = " ".join(
        [FACTS.park_name, FACTS.status, *FACTS.cost, *FACTS.beside, *FACTS.notes, FACTS.breaches[0][2], "起始状态 假定"]
    )
    assert not set(re.findall("[\u4e00-\u9fff]", said)) - set(given)


def test_every_sheet_prints_with_heading_and_page_numbers(tmp_path: Path) -> None:
    write_day_plan(tmp_path / "plan.xlsx", PARK, planned(), FACTS)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    for sheet in book:
        assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页" and "2025-03-03 06:00" in sheet.oddFooter.left.text
        assert sheet.oddHeader.left.text == "小园区" and sheet.oddHeader.right.text == sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth == 1
        assert sheet.page_setup.paperSize == 9
    plan = book["日调度计划"]
    assert plan.page_setup.orientation == "landscape" and plan.print_title_rows == "$5:$6"


def test_a_wide_park_is_cut_between_groups_of_columns(tmp_path: Path) -> None:
    """40 wind farms and 20 plants of PV: no page of A3 carries them, and what time it is stands on every page."""
    wind = tuple(WindFarm(id=f"W{k}", bus="A", p_nom_mw=60.0) for k in range(24))
    units = ["C", *(w.id for w in wind), *(f"P{k}" for k in range(16)), "G"]
    time = tables()[0].time.values
    kinds = ["thermal_unit", *["wind_farm"] * 24, *["pv_plant"] * 16, "grid"]
    schedule = xr.Dataset(
        {
            "p_mw": (("time", "unit"), np.ones((8, len(units)))),
            "available_mw": (("time", "unit"), np.full((8, len(units)), np.nan)),
            "soc_mwh": (("time", "storage"), np.zeros((8, 0))),
            "committed": (("time", "thermal_unit"), np.ones((8, 1))),
        },
        coords={"time": time, "unit": units, "kind": ("unit", kinds), "storage": [], "thermal_unit": ["C"]},
    )
    park = replace(PARK, wind_farms=wind)
    write_day_plan(tmp_path / "plan.xlsx", park, PlanTables(schedule=schedule, ahead=tables()[1]), FACTS)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["日调度计划"]
    cuts = [b.id for b in sheet.col_breaks.brk]
    assert cuts[0] == 3 + 1 + 24  # after the wind farms, before the PV
    assert sheet.page_setup.paperSize == 8 and sheet.page_setup.scale >= 60 and sheet.print_title_cols == "$A:$C"
    page = sum(sheet.column_dimensions[get_column_letter(k)].width for k in range(1, cuts[0] + 1))
    assert (7 * page + 5 * cuts[0]) / 96 * 0.6 <= 16.54 - 0.8  # inches of A3, less its margins
    assert not any(r.min_col <= cuts[0] < r.max_col for r in sheet.merged_cells.ranges if r.min_row == 5)


def test_several_days_have_dates(tmp_path: Path) -> None:
    schedule, ahead = tables()
    late = schedule.time.values + np.timedelta64(17, "h")  # from 23:00 local on
    both = PlanTables(schedule=schedule.assign_coords(time=late), ahead=ahead.assign_coords(time=late))
    write_day_plan(tmp_path / "plan.xlsx", PARK, both, FACTS)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["日调度计划"]
    rows = [[c.value for c in row][1:3] for row in sheet.iter_rows(min_row=7, max_row=14)]
    assert rows[0] == ["03-03 23:00", "03-03 23:15"] and rows[3] == ["03-03 23:45", "03-03 24:00"]
    assert rows[4][0] == "03-04 00:00" and "2025-03-03 23:00 – 2025-03-04 01:00" in sheet["A2"].value


def test_the_grid_s_limits_settings_and_voltages_have_sheets(tmp_path: Path) -> None:
    schedule, ahead = tables()
    time, taps = schedule.time.values, np.array([4.0, 4, 4, 5, 5, 5, 5, 5])
    flows = xr.Dataset({"v_pu": (("time", "bus"), np.linspace(1.0, 1.12, 8)[:, None])}, {"time": time, "bus": ["A"]})
    setpoints = xr.Dataset(
        {
            "v_set_pu": (("time", "unit"), np.tile([np.nan, 1.02, np.nan], (8, 1))),
            "q_mvar": (("time", "unit"), np.column_stack([np.arange(8.0), np.full(8, 9.0), np.full(8, 3.0)])),
            "tap_pos": (("time", "transformer"), np.column_stack([taps, np.full(8, -1.0)])),
            "steps": (("time", "shunt"), np.full((8, 1), 2.0)),
        },
        coords={"time": time, "unit": ["W", "C", "L1"], "transformer": ["T", "U"], "shunt": ["X"]},
    )
    unmet = [
        UnmetRow(outage="T", what="失电", steps=8, worst="06:00", why="无路", permanent=True),
        UnmetRow(outage="U", what="过载", steps=2, worst="07:00", why="太贵", permanent=False),
    ]
    binding = [BindingRow(start="06:00", end="06:30", element="C", what="C 满负荷", saves=12.345, unit="MWh")]
    facts = replace(FACTS, unmet=unmet, binding=binding)
    all_tables = PlanTables(schedule=schedule, ahead=ahead, flows=flows, setpoints=setpoints)
    write_day_plan(tmp_path / "plan.xlsx", PARK, all_tables, facts)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    rows = [[c.value for c in row] for row in book["N-1校核未满足"].iter_rows(min_row=2)]
    assert rows[1] == ["U", "过载", 2, "07:00", "太贵"] and rows[3][0] == "T"  # this schedule's own first
    assert "结构性" in rows[2][0] and "与计划有关" in rows[0][0]
    assert [c.value for c in book["起作用的限制"][2]] == ["06:00", "06:30", "C", "C 满负荷", 12.35, "MWh"]
    voltage = [c.value for c in book["母线电压"][2]]
    assert voltage == ["甲母线", 110, 0.95, 1.05, 1.0, "03-03 06:00", 1.12, "03-03 07:45"]
    assert book["母线电压"]["A2"].font.color.rgb.endswith("B3372F")
    settings = [[c.value for c in row] for row in book["电压与分接头定值"].iter_rows()]
    assert settings[0][2:4] == ["无功 Mvar", "分接头档位"] and settings[1][2:4] == ["风电 (W)", "T"]
    assert [r[3] for r in settings[2:10]] == taps.tolist() and settings[2][:2] == ["06:00", "06:15"]
    assert [r[:3] for r in settings[12:]] == [
        ["一号机 (C)", "电压定值 p.u.", 1.02], ["U", "分接头档位", -1], ["X", "投入组数", 2],
    ]  # fmt: skip
    unchecked = replace(FACTS, unmet=None, unchecked="求解失败")
    write_day_plan(tmp_path / "plan.xlsx", PARK, planned(), unchecked)
    assert "求解失败" in openpyxl.load_workbook(tmp_path / "plan.xlsx")["N-1校核未满足"]["B2"].value


def test_the_heat_of_the_pots_has_a_sheet(tmp_path: Path) -> None:
    """What leaves its window is red, what is out has no figure, and the metal is summed."""
    schedule, ahead = tables()
    superheat = np.array([10.0, 10, 4.5, 10, np.nan, np.nan, 10, 10])
    heat = xr.Dataset(
        {
            "power_mw": ("time", np.full(8, 200.0)),
            "bath_temp_c": ("time", np.full(8, 963.0)),
            "superheat_min_c": ("time", superheat),
            "superheat_max_c": ("time", superheat + 1.0),
            "ledge_m": ("time", np.full(8, 0.066)),
            "metal_t": ("time", np.full(8, 4.0)),
        },
        attrs={
            "step_h": 0.25, "p_nom_mw": 200.0, "superheat_min_c": 5.0, "superheat_max_c": 15.0, "ledge_min_m": 0.02,
            "ledge_max_m": 0.12,
        },
    )  # fmt: skip
    write_day_plan(tmp_path / "plan.xlsx", PARK, PlanTables(schedule=schedule, ahead=ahead, pots={"E": heat}), FACTS)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["电解槽热平衡"]
    assert [c.value for c in sheet[3]][4:7] == ["5 – 15", "5 – 15", "2 – 12"]
    assert [c.value for c in sheet[6]] == ["06:30", "06:45", 200, 963, 4.5, 5.5, 6.6, 4]
    assert sheet["E6"].font.color.rgb.endswith("B3372F") and not sheet["E5"].font.b
    assert sheet["E8"].value is None and sheet["H12"].value == "=SUM(H4:H11)"


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


def lines(svg: str, colour: str) -> list[np.ndarray]:
    """The points of the lines of a colour."""
    found = re.findall(r'<polyline points="([^"]*)" fill="none" stroke="' + colour, svg)
    return [np.array([list(map(float, p.split(","))) for p in text.split()]) for text in found]


def test_a_spike_of_the_price_does_not_flatten_the_rest() -> None:
    """One step of 100,000 among 200 to 450: the others keep the scale, and what is cut off is written."""
    schedule, ahead = tables()
    price = ahead.price_per_mwh.values.copy()
    calm = price_range(price)
    assert calm == (0.0, 500.0)
    price[0], price[5] = 101_487.0, -9_000.0
    low, high = price_range(price)
    assert (low, high) == calm
    svg = day_chart_svg(PARK, schedule, ahead.assign(price_per_mwh=("time", price)), title="")
    (drawn,) = lines(svg, "#b3372f")
    y = drawn[::2, 1]
    per_unit = (y[1] - y[7]) / (price[7] - price[1])
    assert per_unit > 0 and (y[1] - y[2]) / per_unit == pytest.approx(price[2] - price[1], rel=0.05)
    assert y[0] == pytest.approx(y[7] - (high - price[7]) * per_unit, abs=0.2)  # at the upper edge
    assert svg.count('class="spike"') == 2 and "101,487" in svg and "-9,000" in svg


def test_half_of_a_day_of_dear_steps_is_no_spike() -> None:
    """Where many steps are dear they are what the scale is for; without any price there is a scale all the same."""
    assert price_range(np.array([300.0] * 4 + [1_000.0] * 4))[1] >= 1_000.0
    assert price_range(np.full(4, np.nan)) == price_range(np.zeros(4)) == (0.0, 1.0)


def test_a_schedule_without_prices_has_a_chart() -> None:
    schedule, ahead = tables()
    svg = day_chart_svg(PARK, schedule, ahead.assign(price_per_mwh=ahead.price_per_mwh * np.nan), title="")
    ET.fromstring(svg)
    assert not lines(svg, "#b3372f") and "nan" not in svg


def test_the_content_is_drawn_from_the_beginning_on() -> None:
    (without,) = lines(day_chart_svg(PARK, *tables(), title=""), "#7f57ab")
    (held,) = lines(day_chart_svg(PARK, *tables(), title="", beside=Beside(held_mwh=20.0)), "#7f57ab")
    assert len(held) == len(without) + 1 and held[0, 0] == 72.0  # the left edge
    assert held[0, 1] == held[1, 1]  # 20 MWh at first and after the first step


def test_potlines_and_their_superheat_stand_within_their_limits() -> None:
    schedule, ahead = tables()
    power = np.array([-50.0, -50, -48, -48, -48, -52, -52, -52])
    schedule = schedule.assign_coords(
        kind=("unit", ["wind_farm", "thermal_unit", "storage", "grid", "potline", "load"])
    )
    schedule["p_mw"][:, 4] = power
    superheat = np.array([10.0, 10, 9, 9, np.nan, np.nan, 11, 12])
    ahead = ahead.assign(
        superheat_min_c=(("time", "potline"), superheat[:, None] - 0.5),
        superheat_max_c=(("time", "potline"), superheat[:, None]),
    )
    beside = Beside(potline_mw=(45.0, 50.0, 55.0), superheat_c=(5.0, 15.0))
    svg = day_chart_svg(PARK, schedule, ahead, title="", language="zh", beside=beside)
    ET.fromstring(svg)
    (line,) = lines(svg, "#3f7d63")
    per_mw = (line[10, 1] - line[0, 1]) / (power[5] - power[0])  # y falls as the load, -p_mw, rises
    band = re.search(r'<polygon points="([^"]*)" fill="#dfeae4"', svg)
    assert band is not None and per_mw > 0
    edges = {float(p.split(",")[1]) for p in band[1].split()}
    assert sorted(edges) == pytest.approx([line[0, 1] - 5 * per_mw, line[0, 1] + 5 * per_mw], abs=0.2)
    assert svg.count('class="superheat"') == 2 and "nan" not in svg  # one for each run without a gap
    assert "过热度" in svg and "最低至最高" in svg


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
