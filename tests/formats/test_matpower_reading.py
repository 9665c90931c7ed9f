"""MATPOWER cases as parks: they have MATPOWER's own solutions, and name what a park cannot carry."""

from pathlib import Path

import numpy as np
import pytest
from formats_cases import MATPOWER, SMALL, matpower_case, without_q_limits
from formats_newton import solved

from holin.errors import BadInput
from holin.flow import flow, snapshot
from holin.formats import read_matpower, write_matpower
from holin.park import Generator, Park
from holin.parkfile import faults_of_park, read_park, write_park

BY_FLOW = list(MATPOWER)


def read_text(text: str, folder: Path) -> tuple[Park, str]:
    file = folder / "small.m"
    file.write_text(text, encoding="utf-8")
    imported = read_matpower(file)
    return imported.park, "\n".join(imported.left_out)


# ---- published solutions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MATPOWER)
def test_newton_on_the_imported_case_finds_matpowers_solution(name: str) -> None:
    """An own Newton on the park's figures: the import is right, whatever solves it."""
    park = read_matpower(matpower_case(name)).park
    loss, p_slack, q_slack = MATPOWER[name]
    found = solved(park)
    assert found.loss_mw == pytest.approx(loss, rel=1e-9)
    at = {g.bus for g in park.generators if g.balances}
    others = [g for g in park.generators if g.bus in at and not g.balances]
    assert found.slack_mva.real + sum(g.p_mw for g in others) == pytest.approx(p_slack, rel=1e-9)
    assert found.slack_mva.imag == pytest.approx(q_slack, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("name", BY_FLOW)
def test_the_flow_of_the_imported_case_is_matpowers_solution(name: str) -> None:
    park = without_q_limits(read_matpower(matpower_case(name)).park)
    state = flow(park, snapshot(park)).isel(time=0)
    loss, p_slack, _ = MATPOWER[name]
    assert float(state["converged"]) == 1
    assert float((state["p_from_mw"] + state["p_to_mw"]).sum()) == pytest.approx(loss, rel=1e-6)
    at = {g.bus for g in park.generators if g.balances}
    of_slack = [g.id for g in park.generators if g.bus in at]
    assert float(state["p_mw"].sel(unit=of_slack).sum()) == pytest.approx(p_slack, rel=1e-6)
    v = np.array(list(solved(park).v.values()))
    assert state["v_pu"].values == pytest.approx(np.abs(v), abs=1e-6)


def test_of_several_solutions_the_flow_takes_the_high_voltages() -> None:
    """The iteration stalls here, and Newton from the voltages at no load ends at 0.4 p.u."""
    park = without_q_limits(read_matpower(matpower_case("case60nordic")).park)
    state, found = flow(park, snapshot(park)).isel(time=0), solved(park)
    v = np.array([abs(found.v[str(b)]) for b in state["bus"].values])
    assert v.min() > 0.9 and state["v_pu"].values == pytest.approx(v, abs=1e-6)
    assert float((state["p_from_mw"] + state["p_to_mw"]).sum()) == pytest.approx(found.loss_mw, rel=1e-7)


@pytest.mark.parametrize("name", [*MATPOWER, "case4_dist", "case16ci", "case30pwl", "case_RTS_GMLC", "case60nordic"])
def test_an_imported_case_is_a_park_without_error(name: str, tmp_path: Path) -> None:
    park = read_matpower(matpower_case(name)).park
    folder = write_park(park, tmp_path / "park")
    faults = faults_of_park(folder)
    assert [str(f) for f in faults if f.severity == "error"] == []
    assert not any("island" in f.problem for f in faults)  # a generator of it balances
    assert read_park(folder) == park


# ---- one case, by hand ------------------------------------------------------------------------------------------


def test_every_table_of_a_small_case(tmp_path: Path) -> None:
    park, left_out = read_text(SMALL, tmp_path)
    assert [(b.id, b.v_nom_kv, b.v_min_pu, b.v_max_pu) for b in park.buses] == [
        ("bus-1", 110, 0.9, 1.1), ("bus-2", 110, 0.9, 1.1), ("bus-7", 20, 0.95, 1.05),
    ]  # fmt: skip
    first, transformer, tie = park.equivalent_branches
    assert (first.r_pu, first.x_pu, first.b_pu, first.ratio, first.s_nom_mva) == (0.0001, 0.0005, 2.0, 1.0, 120)
    assert (transformer.id, transformer.ratio, transformer.shift_deg) == ("branch-2-7", 0.98, 30)
    assert tie.s_nom_mva is None
    assert [(s.element, s.bus, s.closed) for s in park.switches] == [
        ("branch-1-7", "bus-1", False), ("branch-1-7", "bus-7", False),
    ]  # fmt: skip
    slack, second = park.generators
    assert (slack.balances, slack.v_set_pu, slack.q_max_mvar, slack.p_nom_mw) == (True, 1.02, None, 200)
    assert (slack.cost_c2, slack.cost_c1, slack.cost_c0) == (0.02, 20, 5)
    assert (second.balances, second.p_mw, second.p_min_mw, second.q_min_mvar, second.q_max_mvar) == (
        False, 40, 10, -20, 30,
    )  # fmt: skip
    assert second.cost_points == ((10, 100), (40, 700), (80, 2000))
    assert [(x.bus, x.load_mw, x.q_mvar) for x in park.loads] == [("bus-2", 50, 20), ("bus-7", 30, 10)]
    assert [(s.bus, s.p_nom_mw, s.q_nom_mvar) for s in park.shunts] == [("bus-7", 1, 5)]
    assert left_out == "the voltages of the case (Vm, Va of its buses) are left out: a park has no starting point"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("1.01 100 1", "1.01 100 0", "generators out of service are left out (1): row 2"),
        ("1 1.1 0.9;\n 7", "1 1 1;\n 7", "limits that do not lie around 1 p.u. are replaced by 0.9 to 1.1 (1): bus-2"),
        ("0 20 1 1.05", "0 0 1 1.05", "(baseKV 0) got 100 kV, for the flow in p.u. (1): bus-7"),
        ("7 1 30 10 1 5 1", "7 1 30 10 1 5 2", "areas of the buses are left out (2): 1: 2 buses, 2: 1 buses"),
        ("20 1 1.05", "20 3 1.05", "loss zones of the buses are left out (2)"),
        ("0.02 120 0 0", "0.02 120 0 150", "short-term ratings RATE_C of branches are left out (1): 1-2"),
        ("1.02 0 110", "1.02 10 110", "angles of reference buses are 0 here, which shifts all angles alike (1)"),
        ("2 0 0 3 0.02", "2 50 9 3 0.02", "start-up and shut-down costs are left out (1): gen-1 (50, 9)"),
        ("2 0 0 3 0.02", "2 0 0 3 -0.02", "costs that rise ever more slowly are left out (1): gen-1"),
        ("700 80 2000", "1700 80 2000", "costs that rise ever more slowly are left out (1): gen-2"),
        ("200 0 0 0", "200 0 7 0", "capability curves (Pc1 .. Qc2max) of generators are left out (1)"),
        (" 0 0;\n 2 40", " 0 1;\n 2 40", "area participation factors of generators are left out (1)"),
        ("1 200 0 0", "1 Inf 0 0", "power limits without end became 99999 MW (1): gen-1"),
        ("30 -20", "-30 -20", "limits of which the lower is above the upper are left out (1): gen-2"),
        ("7 1 30 10 1 5", "7 4 30 10 1 5", "isolated buses (type 4) stand without what was connected to them"),
        ("];\nmpc.gencost", "];\nmpc.dcline = [1 2 1; 1 7 1];\nmpc.gencost", "DC lines mpc.dcline, 2 rows, left out"),
        ("];\nmpc.gencost", "];\nmpc.genfuel = {'a'; 'b'};\nmpc.gencost", "fuels of generators mpc.genfuel, 2 rows"),
    ],
)  # fmt: skip
def test_what_a_park_cannot_carry_is_named(before: str, after: str, said: str, tmp_path: Path) -> None:
    """Blanks stand for tabs."""
    before, after = before.replace(" ", "\t"), after.replace(" ", "\t")
    assert SMALL.count(before) == 1
    assert said in read_text(SMALL.replace(before, after), tmp_path)[1]


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("-360 360", (None, None)),
        ("0 0", (None, None)),
        ("-30 30", (-30.0, 30.0)),
        ("0 30", (0.0, 30.0)),
        ("-30 0", (-30.0, 0.0)),
        ("-Inf 12.5", (None, 12.5)),
        ("-400 360", (None, None)),
    ],
)
def test_limits_of_angles_are_those_of_makeaang(
    said: str, limits: tuple[float | None, float | None], tmp_path: Path
) -> None:
    """MATPOWER 8.1, makeAang.m: both 0, or 360 degrees and beyond, is no limit; one 0 beside another limit is one."""
    before = "-360 360;\n 2 7".replace(" ", "\t")
    assert SMALL.count(before) == 1
    park, left_out = read_text(SMALL.replace(before, before.replace("-360\t360", said.replace(" ", "\t"))), tmp_path)
    first = park.equivalent_branches[0]
    assert (first.angle_min_deg, first.angle_max_deg) == limits and "angle across" not in left_out
    again = tmp_path / "again.m"
    write_matpower(park, again)
    assert read_matpower(again).park.equivalent_branches[0] == first


@pytest.mark.parametrize(("said", "wrong"), [("30 -30", "above ANGMAX = -30"), ("NaN 30", "not a number")])
def test_limits_of_angles_that_contradict_are_refused(said: str, wrong: str, tmp_path: Path) -> None:
    before = "-360 360;\n 2 7".replace(" ", "\t")
    with pytest.raises(BadInput) as caught:
        read_text(SMALL.replace(before, before.replace("-360\t360", said.replace(" ", "\t"))), tmp_path)
    (fault,) = caught.value.faults
    assert fault.field == "branch ANGMIN" and fault.row is not None and wrong in fault.problem


def test_bus_names_stand_with_the_buses(tmp_path: Path) -> None:
    park, left_out = read_text(SMALL + "mpc.bus_name = {'North'; \"South\"; 'It''s  East '};\n", tmp_path)
    assert [b.name for b in park.buses] == ["North", "South", "It's East"]
    assert "bus_name" not in left_out
    assert "mpc.bus_name, 2 rows, left out" in read_text(SMALL + "mpc.bus_name = {'North'; 'South'};\n", tmp_path)[1]


def test_a_load_below_zero_feeds_in(tmp_path: Path) -> None:
    park, _ = read_text(SMALL.replace("7	1	30	10", "7	1	-30	10"), tmp_path)
    infeed = park.generators[-1]
    assert (infeed.id, infeed.p_mw, infeed.p_min_mw, infeed.p_nom_mw, infeed.q_mvar, infeed.v_set_pu) == (
        "infeed-7", 30, 30, 30, -10, None,
    )  # fmt: skip
    state = flow(park, snapshot(park)).isel(time=0)
    assert float(state["q_mvar"].sel(unit="infeed-7")) == pytest.approx(-10)


def test_generators_of_one_bus_share_the_last_voltage(tmp_path: Path) -> None:
    """makeSbus writes V0(gbus) for each generator in turn, so that the last prevails."""
    more = "	2	5	0	30	-20	1.03	100	1	80	10	0	0	0	0	0	0	0	0	0	0	0;\n];\nmpc.branch"
    text = SMALL.replace("];\nmpc.branch", more).partition("mpc.gencost")[0]
    park, left_out = read_text(text, tmp_path)
    assert [g.v_set_pu for g in park.generators] == [1.02, 1.03, 1.03]
    assert "the last of the bus prevails (1): gen-2 1.01 instead of 1.03" in left_out


def test_a_generator_at_a_pq_bus_gives_its_reactive_power(tmp_path: Path) -> None:
    park, _ = read_text(
        SMALL.replace("	2	2	50", "	2	1	50").replace("2	40	0	30", "2	40	12	30"),
        tmp_path,
    )
    assert (park.generators[1].v_set_pu, park.generators[1].q_mvar) == (None, 12)


def test_without_a_reference_the_first_pv_bus_balances(tmp_path: Path) -> None:
    park, left_out = read_text(SMALL.replace("	1	3	0", "	1	1	0"), tmp_path)
    assert [g.id for g in park.generators if g.balances] == ["gen-2"]
    assert "the first PV bus balances instead (1): bus 2" in left_out


def test_every_part_of_the_network_has_its_reference() -> None:
    """case16ci has three feeders, each with a reference bus of its own, joined only by open ties."""
    park = read_matpower(matpower_case("case16ci")).park
    assert [g.bus for g in park.generators if g.balances] == ["bus-1", "bus-2", "bus-3"]
    state = flow(park, snapshot(park)).isel(time=0)
    assert float(state["converged"]) == 1
    assert np.isfinite(state["v_pu"].values).all()
    # MATPOWER 8.1, runpf in Octave 7.3: losses of case16ci
    assert float((state["p_from_mw"] + state["p_to_mw"]).sum()) == pytest.approx(0.31277652689, rel=1e-6)


def test_a_load_that_no_source_reaches_is_left_out(tmp_path: Path) -> None:
    park, left_out = read_text(SMALL.replace("0.98	30	1", "0.98	30	0"), tmp_path)
    assert [x.id for x in park.loads] == ["load-2"]
    assert "loads in parts of the network without a source are left out (1): load-7 (30 MW at bus-7)" in left_out


def test_kilowatts_and_ohms_at_the_end_of_the_file_are_reckoned(tmp_path: Path) -> None:
    """Bus 2 takes 50 kW and branch 1-2 has 0.01 ohm at 110 kV and 100 MVA: 121 ohm."""
    end = """
    [PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
        VA, BASE_KV, ZONE, VMAX, VMIN] = idx_bus;
    [F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
    Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
    Sbase = mpc.baseMVA * 1e6;              %% in VA
    mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
    mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
    """
    park, _ = read_text(SMALL + end, tmp_path)
    assert park.loads[0].load_mw == pytest.approx(0.05)
    assert park.equivalent_branches[0].r_pu == pytest.approx(0.01 / 121 / 100)


def test_the_first_generator_of_the_reference_balances(tmp_path: Path) -> None:
    """case24_ieee_rts has three at its reference bus; the others hold the voltage and give their own power."""
    at = [g for g in read_matpower(matpower_case("case24_ieee_rts")).park.generators if g.bus == "bus-13"]
    assert [g.balances for g in at] == [True, False, False]
    assert all(isinstance(g, Generator) and g.v_set_pu == 1.02 and g.p_mw == 95.1 for g in at)
