"""Parks as MATPOWER cases: what is written reads back, and has the flow of the park."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from formats_cases import MATPOWER, SMALL, matpower_case
from formats_newton import solved
from formats_parks import random_park, solution, voltages

from holin.errors import BadInput, Mismatch
from holin.formats import read_matpower, write_matpower
from holin.park import Bus, Load, Park, Potline, Shunt, ShuntKind, Switch, WindFarm

CARRIED = ("buses", "equivalent_branches", "loads", "generators", "shunts", "switches", "enterprises")


def there_and_back(park: Park, folder: Path) -> tuple[Park, list[str]]:
    left_out = write_matpower(park, folder / "case.m")
    return read_matpower(folder / "case.m").park, left_out


def assert_same(one: Park, other: Park) -> None:
    """All tables that a case carries are equal, floats to the last digits."""
    for attribute in CARRIED:
        assert [t.id for t in getattr(one, attribute)] == [t.id for t in getattr(other, attribute)]
        for a, b in zip(getattr(one, attribute), getattr(other, attribute), strict=True):
            for field in dataclasses.fields(a):
                x, y = getattr(a, field.name), getattr(b, field.name)
                same = x == pytest.approx(y, rel=1e-14) if isinstance(x, float) else x == y
                assert same, (a.id, field.name, x, y)


@pytest.mark.parametrize("name", [*MATPOWER, "case16ci", "case30pwl", "case_RTS_GMLC", "case533mt_hi"])
def test_an_imported_case_comes_back_the_same(name: str, tmp_path: Path) -> None:
    park = read_matpower(matpower_case(name)).park
    assert_same(park, there_and_back(park, tmp_path)[0])


def test_a_case_with_names_and_all_sorts_of_costs_comes_back(tmp_path: Path) -> None:
    (tmp_path / "small.m").write_text(SMALL + "mpc.bus_name = {'North'; 'It''s south'; 'East'};\n", encoding="utf-8")
    park = read_matpower(tmp_path / "small.m").park
    again, left_out = there_and_back(park, tmp_path)
    assert_same(park, again)
    assert left_out == [
        "switches are not kept, only what they join or open (2): branch-1-7-at-1, branch-1-7-at-7",
        "whole tables are left out (1): enterprise (1 rows)",
        "load: enterprise, load_factor, shape left out (2): load-2, load-7",
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_case_of_a_park_has_the_parks_flow(seed: int, tmp_path: Path) -> None:
    """Nameplates, taps, clock numbers, three windings, a coupler, a line open at one end; by Newton on the case."""
    park = random_park(seed)
    ours = voltages(solution(park))
    case, left_out = there_and_back(park, tmp_path)
    theirs = list(solved(case).v.values())
    wanted = [v for bus, v in ours.items() if bus != "H0b"]
    assert len(theirs) == len(wanted)
    assert np.array(theirs) == pytest.approx(np.array(wanted), abs=1e-8)
    assert "buses that closed switches join are one bus (1): H0 + H0b is bus 1" in left_out
    said = "branches open at one end are out of service, their charging stands in Bs of the other (1): stub"
    assert said in left_out


def test_what_a_case_cannot_carry_is_named(tmp_path: Path) -> None:
    park = random_park(1)
    wind = WindFarm(id="wind", bus="H1", p_nom_mw=50, v_set_pu=1.0, hub_height_m=100.0)
    svc = Shunt(id="svc", bus="L2", kind=ShuntKind.SVC, q_nom_mvar=5.0, v_set_pu=1.0)
    zip_load = dataclasses.replace(park.loads[0], z_share=0.5)
    second = Load(id="second", bus="H1", enterprise="firm", load_mw=1.0)
    park = dataclasses.replace(
        park, wind_farms=(wind,), shunts=(*park.shunts, svc), loads=(zip_load, *park.loads[1:], second)
    )
    said = "\n".join(write_matpower(park, tmp_path / "case.m"))
    for sentence in (
        "units stand at 0 MW, for no state was given and a park holds none of them (1): wind",
        "users of one bus are one Pd, Qd (1): load-H1 + second at H1",
        "reactive limits that a grid code gives a source without its own are left out (1): wind",
        "shunts that hold a voltage are generators of no power (1): svc",
        "wind_farm: hub_height_m left out (1): wind",
        "z_share",
        "lines are branches: no length, and one rating in MVA (8)",
        "transformers are branches at their tap: no nameplate, no tap changer (3)",
        "three-winding transformers are three branches and an inner bus (1): t3",
        "grid: sk_max_mva left out (1): grid",
    ):
        assert sentence in said
    case = read_matpower(tmp_path / "case.m").park
    held = {g.bus: (g.q_min_mvar, g.q_max_mvar, g.p_nom_mw) for g in case.generators if g.v_set_pu is not None}
    assert held["bus-8"] == (-5, 5, 0)
    assert held["bus-2"] == (None, None, 50)


def test_a_bus_that_nothing_energises_is_isolated(tmp_path: Path) -> None:
    park = random_park(2)
    lost = (Bus(id="far", v_nom_kv=10.0), Bus(id="off", v_nom_kv=10.0))
    joined = dataclasses.replace(park.lines[0], id="far-off", bus_from="far", bus_to="off")
    park = dataclasses.replace(park, buses=(*park.buses, *lost), lines=(*park.lines, joined))
    again, left_out = there_and_back(park, tmp_path)
    assert "buses that no grid connection or balancing generator reaches are isolated (2): far, off" in left_out
    assert "-8-" not in "".join(b.id for b in again.equivalent_branches[-1:])
    assert np.array(list(solved(again).v.values()))[:9] == pytest.approx(
        np.array([v for b, v in voltages(solution(park)).items() if b not in ("H0b", "far", "off", "t3.star")])[:9],
        abs=1e-8,
    )


def test_the_powers_of_a_given_state_are_written(tmp_path: Path) -> None:
    potline = Potline(
        id="line", bus="H1", enterprise="firm", pots=50, amperage_ka=300, back_emf_v=1.7, pot_resistance_uohm=8,
        current_efficiency=0.94, amperage_min_ka=280, amperage_max_ka=320, heat_window_h=1, power_factor=0.8,
    )  # fmt: skip
    park = dataclasses.replace(random_park(3), potlines=(potline,))
    p_mw = {x.id: -1.0 for x in park.loads} | {"gen": 7.0, "infeed": 3.0, "line": -40.0, "grid": float("nan")}
    write_matpower(park, tmp_path / "case.m", p_mw=p_mw)
    case = read_matpower(tmp_path / "case.m").park
    at = {x.bus: x for x in case.loads}
    share = park.loads[0].q_mvar / park.loads[0].load_mw  # type: ignore[operator]
    assert at["bus-2"].load_mw == pytest.approx(41.0)
    assert at["bus-2"].q_mvar == pytest.approx(share + 40.0 * 0.75)
    assert next(g.p_mw for g in case.generators if g.bus == "bus-4") == 7.0


def test_a_state_that_is_not_the_parks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Mismatch, match="units missing or unknown"):
        write_matpower(random_park(1), tmp_path / "case.m", p_mw={"gen": 1.0})
    assert not (tmp_path / "case.m").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "case.m").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="exists already"):
        write_matpower(random_park(1), tmp_path / "case.m")
    assert (tmp_path / "case.m").read_text(encoding="utf-8") == "mine"
    assert [f.name for f in tmp_path.iterdir()] == ["case.m"]


def test_a_branch_between_joined_buses_is_out_of_service(tmp_path: Path) -> None:
    park = random_park(4)
    bridged = Switch(id="bridge", bus="H0", element="H1")
    park = dataclasses.replace(park, switches=(*park.switches, bridged))
    case, left_out = there_and_back(park, tmp_path)
    assert "branches whose ends closed switches join are left out (1): line-H0-H1" in left_out
    assert np.array(list(solved(case).v.values()))[0] == pytest.approx(voltages(solution(park))["H0"], abs=1e-8)
