"""Short circuits by hand, against IEC TR 60909-4 and pandapower; contributions, outages, breakers, bad data."""

import dataclasses
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fault_parks import machine, random_fault_park
from flow_parks import grid, line, load, park_of, transformer

from holin.errors import BadInput
from holin.flow.fault import ShortCircuit, factors, fault, known, out_at, worst
from holin.flow.fault.study import margin_of
from holin.flow.fault.zero import windings_of
from holin.park import (
    Bus,
    EquivalentBranch,
    Motor,
    Outage,
    Park,
    PvPlant,
    Side,
    Switch,
    WindFarm,
)
from holin.parkfile import read_park

HERE = Path(__file__).parent
CASE = HERE.parent / "cases" / "iec60909_4"
SQRT3 = 3**0.5
K_T = 0.974834
"""Of the transformer of these tests: 0.95 1.1 / (1 + 0.6 x_T), x_T = sqrt(0.12^2 - 0.003^2) = 0.1199625."""


def bus(id: str, kv: float = 110.0, **more: Any) -> Bus:
    return Bus(id=id, v_nom_kv=kv, **more)


def one(park: Park, at: str, kind: str = "3ph", case: str = "max", **more: Any) -> ShortCircuit:
    [found] = fault(park, faults=(kind,), cases=(case,), buses=(at,), **more)
    return found


def feeder(at: str = "a", id: str = "grid", **more: Any) -> Any:
    """3,000 MVA, 2,000 MVA at least, R/X 0.1."""
    return grid(at, id, **({"sk_max_mva": 3000.0, "sk_min_mva": 2000.0} | more))


def phasor_sum(found: ShortCircuit, role: str) -> complex:
    return complex(sum(x.i_ka * np.exp(1j * x.angle_rad) for x in found.contributions if x.role == role))


# ---- the test network of IEC TR 60909-4 (its currents: test_grid_cases.py) ------------------------------------------


def part_of_the_network(buses: str, elements: str) -> Park:
    """Some buses, lines, transformers and generators of the test network, without feeders and motors."""
    park, at, kept = read_park(CASE / "park"), buses.split(), elements.split()
    return dataclasses.replace(
        park, grids=(), motors=(), transformers3=(), buses=tuple(b for b in park.buses if b.id in at),
        **{n: tuple(x for x in getattr(park, n) if x.id in kept) for n in ("lines", "transformers", "generators")},
    )  # fmt: skip


def test_two_power_station_units_without_a_feeder() -> None:
    # pandapower's test_iec60909_4.py, "2gen": ikss 4.2821, 4.4280, 39.1090, 57.8129 and, noted there,
    # ib 3.6605, 3.7571, 28.3801, 45.3742: nothing is meshed, so Ib is the sum of mu Ik''.
    park = part_of_the_network("B3 B4 HG1 HG2", "L2 T1 T2 G1 G2")
    found = fault(park, faults=("3ph",), cases=("max",))
    assert [c.ikss_ka for c in found] == pytest.approx([4.2821, 4.4280, 39.1090, 57.8129], rel=5e-5)
    assert [c.ib_ka for c in found] == pytest.approx([3.6605, 3.7571, 28.3801, 45.3742], rel=3e-4)


def test_one_power_station_unit_alone() -> None:
    # The same file, "gen only": ikss 1.9755, 39.5042; ip 5.2316, 104.1085; ib 1.6071, 27.3470.
    found = fault(part_of_the_network("B3 HG2", "T2 G2"), faults=("3ph",), cases=("max",))
    assert [c.ikss_ka for c in found] == pytest.approx([1.9755, 39.5042], rel=5e-5)
    assert [c.ip_ka for c in found] == pytest.approx([5.2316, 104.1085], rel=5e-5)
    assert [c.ib_ka for c in found] == pytest.approx([1.6071, 27.3470], rel=5e-5)


# ---- formulas by hand -------------------------------------------------------------------------------------------


def test_voltage_factors() -> None:
    # IEC 60909-0:2016, table 1.
    kv = np.array([0.4, 1.0, 10.0, 380.0])
    assert factors.voltage_factor(kv, largest=True).tolist() == [1.10, 1.10, 1.10, 1.10]
    assert factors.voltage_factor(kv, largest=False).tolist() == [0.90, 0.90, 1.00, 1.00]
    assert factors.voltage_factor(kv, largest=True, lv_tolerance=0.06).tolist() == [1.05, 1.05, 1.10, 1.10]
    assert factors.voltage_factor(kv, largest=False, lv_tolerance=0.06).tolist() == [0.95, 0.95, 1.00, 1.00]


def test_a_feeder_by_hand() -> None:
    # S'' = 3,000 MVA at 110 kV: Ik'' = 3,000 / (sqrt3 110) = 15.7459 kA, for Z_Q = c U^2 / S'' = 4.43667 ohm,
    # X = Z / sqrt(1.01) = 4.41465, R = 0.441465; kappa = 1.02 + 0.98 exp(-0.3) = 1.746002,
    # ip = kappa sqrt2 Ik'' = 38.8802 kA; smallest 2,000 / (sqrt3 110) = 10.4973 kA; 2-phase sqrt3/2 of them.
    park = park_of(buses=(bus("a"),), grids=(feeder(),))
    found = one(park, "a")
    assert (found.ikss_ka, found.ip_ka, found.ib_ka) == pytest.approx((15.7459, 38.8802, 15.7459), rel=1e-5)
    assert (found.z_ohm.r, found.z_ohm.x) == pytest.approx((0.441465, 4.41465), rel=1e-5)
    assert (found.c, found.kappa) == pytest.approx((1.1, 1.746002))
    assert one(park, "a", case="min").ikss_ka == pytest.approx(10.4973, rel=1e-5)
    assert one(park, "a", "2ph").ikss_ka == pytest.approx(15.7459 * SQRT3 / 2, rel=1e-5)


def test_a_line_by_hand_cold_and_hot() -> None:
    # 10 km of 0.1 + j0.4 ohm/km behind the feeder: Z = 1.441465 + j8.41465, abs 8.53722 ohm: 1.1 110 / (sqrt3 Z) =
    # 8.18288 kA. Smallest: Z_Q = 110^2 / 2,000 = 6.05 ohm (0.601998 + j6.01998), the line at 80 degC 1.24 + j4:
    # 1.841998 + j10.01998, abs 10.18787: 110 / (sqrt3 Z) = 6.23378 kA.
    park = park_of(buses=(bus("a"), bus("b")), grids=(feeder(),), lines=(line("l", "a", "b"),))
    assert one(park, "b").ikss_ka == pytest.approx(8.18288, rel=1e-5)
    assert one(park, "b", case="min").ikss_ka == pytest.approx(6.23378, rel=1e-5)


def test_a_transformer_by_hand_with_its_correction_factor() -> None:
    # 50 MVA, 110/10.5 kV, uk 12 %, pk 150 kW (r 0.3 %, x_T = 0.1199625): K_T = 0.95 1.1 / (1 + 0.6 x_T) = 0.974834;
    # at 10.5 kV base 2.205 ohm: Z_T = 0.974834 (0.006615 + j0.264517) = 0.00644853 + j0.257860 ohm;
    # feeder over (110/10.5)^2: 0.00402247 + j0.0402247. Z = 0.0104710 + j0.298085: 1.1 10 / (sqrt3 Z) = 21.2924 kA.
    # Smallest without K_T: feeder 6.05 / 109.751 = 0.0551247 (0.00548516 + j0.0548516): 0.0121002 + j0.319369,
    # 10 / (sqrt3 Z) = 18.0649 kA.
    park = park_of(buses=(bus("a"), bus("b", 10.0)), grids=(feeder(),), transformers=(transformer("t", "a", "b"),))
    assert factors.k_transformer(np.array(1.1), np.array(0.1199625)) == pytest.approx(K_T, rel=1e-6)
    assert one(park, "b").ikss_ka == pytest.approx(21.2924, rel=1e-5)
    assert one(park, "b", case="min").ikss_ka == pytest.approx(18.0649, rel=1e-5)
    tapped = dataclasses.replace(park.transformers[0], tap_pos=5, tap_max=8, tap_step=0.0125)
    assert one(dataclasses.replace(park, transformers=(tapped,)), "b").ikss_ka == pytest.approx(21.2924, rel=1e-5)


def test_motors_by_hand() -> None:
    # Two of 2 MW, cos phi 0.88, efficiency 0.95, I_LR/I_r 5 at 10 kV: S = 4 / 0.836 = 4.784689 MVA, Z_M =
    # 100 / (5 S) = 4.18 ohm; 1 MW per pair of poles: R/X 0.1, X = 4.159256, R = 0.4159256. Alone (a feeder of
    # 3,000 MVA has 0.0366667 ohm) 1.1 10 / (sqrt3 4.18) = 1.519340 kA = 5.5 times their rated 0.276244 kA, so
    # mu = 0.62 + 0.72 exp(-0.32 5.5) = 0.743872, q = 0.57 + 0.12 ln 1 = 0.57, mu q = 0.424007.
    park = park_of(buses=(bus("a", 10.0),), grids=(feeder(),), motors=(Motor(id="m", bus="a", count=2, p_nom_mw=2.0),))
    found = one(park, "a")
    [part] = [x for x in found.contributions if x.element == "m" and x.role == "source"]
    assert (part.z_ohm.r, part.z_ohm.x) == pytest.approx((0.4159256, 4.159256), rel=1e-6)
    assert part.i_terminal_ka == pytest.approx(1.519340, rel=1e-5)
    assert part.decay == pytest.approx(0.424007, rel=1e-5)
    assert found.ikss_ka - one(dataclasses.replace(park, motors=()), "a").ikss_ka == pytest.approx(1.519340, rel=1e-4)
    # Each feeds the fault by a path of its own: Ib = Ik''_Q + mu q Ik''_M, with equal angles.
    assert found.ib_ka == pytest.approx(found.ikss_ka - (1 - 0.424007) * 1.519340, rel=1e-5)
    assert one(park, "a", case="min").ikss_ka == pytest.approx(2000 / SQRT3 / 10)  # without motors


def test_resistance_of_motors() -> None:
    # IEC 60909-0:2016, 6.10.
    assert [factors.motor_rx(10.0, 1.0), factors.motor_rx(10.0, 0.9), factors.motor_rx(0.4, 2.0)] == [0.10, 0.15, 0.42]


def test_a_generator_by_hand() -> None:
    # 50 MVA, cos phi 0.8, x'' 15 %, 10.5 kV at a 10 kV bus, R_G 0.4 %: K_G = 10/10.5 1.1 / (1 + 0.15 0.6) = 0.961118;
    # base 2.205 ohm: Z = 0.961118 (0.00882 + j0.33075) = 0.00847706 + j0.317890; Ik'' = 1.1 10 / (sqrt3 Z) =
    # 19.9711 kA = 7.264084 times the rated 2.749287 kA: mu = 0.62 + 0.72 exp(-0.32 7.264084) = 0.690439, Ib = 13.7888.
    # R_Gf = 0.07 X'' below 100 MVA: kappa = 1.02 + 0.98 exp(-0.21) = 1.814372; ip = 51.2439 kA.
    park = park_of(buses=(bus("a", 10.0),), generators=(machine("g", "a", 50.0, v_nom_kv=10.5),))
    found = one(park, "a")
    assert found.ikss_ka == pytest.approx(19.9711, rel=1e-5)
    assert (found.ib_ka, found.ip_ka) == pytest.approx((13.7888, 51.2439), rel=1e-5)
    # Without a resistance it is the fictitious one; p_G = 5 % lowers K_G by 1.05.
    higher = dataclasses.replace(park.generators[0], voltage_range=0.05, r_stator_pu=None)
    found = one(dataclasses.replace(park, generators=(higher,)), "a")
    x = 0.961118 / 1.05 * 0.33075
    assert found.ikss_ka == pytest.approx(1.1 * 10 / SQRT3 / (x * math.hypot(1, 0.07)), rel=1e-5)
    assert [factors.fictitious_rx(*x) for x in ((10.5, 99.0), (10.5, 100.0), (0.4, 1.0))] == [0.07, 0.05, 0.15]


def test_decay_factors() -> None:
    # IEC 60909-0:2016, clause 9, at I''k / I_r = 5: 0.84 + 0.26 e^-1.3, 0.71 + 0.51 e^-1.5, 0.62 + 0.72 e^-1.6,
    # 0.56 + 0.94 e^-1.9; between the delays linear, 1 up to twice the rated current.
    values = [float(factors.mu(np.array(5.0), t)) for t in (0.02, 0.05, 0.10, 0.25, 1.0)]
    assert values == pytest.approx([0.910858, 0.823796, 0.765366, 0.700595, 0.700595], rel=1e-5)
    assert float(factors.mu(np.array(5.0), 0.075)) == pytest.approx((0.823796 + 0.765366) / 2, rel=1e-5)
    assert float(factors.mu(np.array(2.0), 0.1)) == 1.0
    # q at 5 MW per pair of poles: ln 5 = 1.609438; at most 1, and never negative.
    values = [float(factors.q(np.array(5.0), t)) for t in (0.02, 0.05, 0.10, 0.25)]
    assert values == pytest.approx([1.0, 0.983133, 0.763133, 0.420944], rel=1e-5)
    assert float(factors.q(np.array(1e-4), 0.25)) == 0.0


def power_station(**unit: Any) -> Park:
    """The feeder at 110 kV; a 150 MVA unit: 121/15.75 kV, uk 14 %, pk 450 kW; x'' 20 %, cos phi 0.8, p_G 5 %."""
    generator = machine("g", "g", 150.0, xd_subtransient_pu=0.2, voltage_range=0.05, unit_transformer="u")
    data = {"s_nom_mva": 150.0, "v_from_kv": 121.0, "v_to_kv": 15.75, "uk": 0.14, "pk_kw": 450.0}
    return park_of(
        buses=(bus("a"), bus("g", 15.75)), grids=(feeder(),), generators=(generator,),
        transformers=(transformer("u", "a", "g", **(data | unit)),),
    )  # fmt: skip


def test_a_generators_breaker_sees_one_side() -> None:
    """At the terminal the generator gives with its decay what the network does not; a load beside it sees both."""
    plain = power_station()
    park = dataclasses.replace(plain, buses=(plain.buses[0], bus("g", 15.75, ik_max_ka=63.0)))
    found = one(park, "g")
    own = {x.element: x for x in found.contributions if x.role == "source"}
    sides = own["g"].i_ka * (own["g"].decay or 0), own["grid"].i_ka
    assert found.ib_breaker_ka == pytest.approx(max(sides), rel=1e-9) and found.ib_breaker_ka < 0.8 * found.ib_ka
    # The generator's R_Gf = 0.05 X''_d (S_rG >= 100 MVA): kappa = 1.02 + 0.98 exp(-0.15).
    assert own["g"].i_ka * math.sqrt(2) * (1.02 + 0.98 * math.exp(-0.15)) <= found.ip_breaker_ka * (1 + 1e-9)
    assert found.ip_ka / 2 < found.ip_breaker_ka < found.ip_ka
    assert found.margin == pytest.approx(1 - max(found.ib_breaker_ka / 63, found.ip_breaker_ka / (2.5 * 63)))
    beside = dataclasses.replace(park, loads=(load("x", "g", 1.0),))
    assert one(beside, "g").ib_breaker_ka == pytest.approx(found.ib_ka)
    away, earth = one(park, "a"), one(park, "g", "1ph")
    assert (away.ib_breaker_ka, away.ip_breaker_ka) == (away.ib_ka, away.ip_ka)
    assert earth.ib_breaker_ka == earth.ib_ka


def test_a_power_station_unit_by_hand() -> None:
    # x_T = sqrt(0.14^2 - 0.003^2) = 0.1399679; on load K_S = (110/15.75)^2 (15.75/121)^2 1.1 / (1 + 0.0600321 0.6) =
    # 0.877485; off load K_SO = 110 / (15.75 1.05) 15.75/121 1.1 / (1 + 0.12) = 0.850340. At 121 kV, 97.60667 ohm base:
    # Z_G + Z_T = 0.007 + j0.3399679 of it = 0.683247 + j33.18313 ohm, abs 33.19016. Alone: 1.1 110 / (sqrt3 K Z).
    for taps, k in (({"on_load_taps": True}, 0.877485), ({}, 0.850340)):
        part = next(x for x in one(power_station(**taps), "a").contributions if x.element == "g")
        assert part.i_ka == pytest.approx(1.1 * 110 / SQRT3 / (k * 33.19016), rel=1e-5)
    # An off-load tap at +5 % in permanent use: K_SO 1.05; one with v_set_pu moves under load.
    tapped = power_station(tap_pos=2, tap_max=2, tap_step=0.025)
    part = next(x for x in one(tapped, "a").contributions if x.element == "g")
    assert part.i_ka == pytest.approx(1.1 * 110 / SQRT3 / (1.05 * 0.850340 * 33.19016), rel=1e-5)
    other_side = power_station(tap_pos=2, tap_max=2, tap_step=0.025, tap_side=Side.TO)
    part = next(x for x in one(other_side, "a").contributions if x.element == "g")
    assert part.i_ka == pytest.approx(1.05 * 1.1 * 110 / SQRT3 / (0.850340 * 33.19016), rel=1e-5)


@pytest.mark.parametrize(("taps", "k_g"), [({"on_load_taps": True}, 0.982143), ({}, 0.935374)])
def test_a_fault_inside_a_power_station_unit_by_hand(taps: dict[str, Any], k_g: float) -> None:
    # At the terminals the generator has K_G = 1.1 / (1 + 0.12) = 0.982143, off load over 1.05, the transformer none:
    # Z_G = K_G (0.004 + j0.2) 1.65375 ohm; Z_T = (0.003 + j0.1399679) 1.65375 = 0.00496125 + j0.231472, the feeder over
    # (121/15.75)^2 = 59.0213 adds 0.00747976 + j0.0747976. Each 1.1 15.75 / (sqrt3 Z).
    found = one(power_station(**taps), "g")
    z_g = k_g * (0.004 + 0.2j) * 1.65375
    z_q = 0.00496125 + 0.231472j + 0.00747976 + 0.0747976j
    assert found.ikss_ka == pytest.approx(abs(1.1 * 15.75 / SQRT3 * (1 / z_g + 1 / z_q)), rel=1e-5)
    parts = {x.element: x for x in found.contributions if x.role == "at_bus"}
    assert parts["g"].i_ka == pytest.approx(1.1 * 15.75 / SQRT3 / abs(z_g), rel=1e-5)
    assert parts["u"].i_ka == pytest.approx(1.1 * 15.75 / SQRT3 / abs(z_q), rel=1e-5)


def test_converters_by_hand() -> None:
    # A farm of 100 MW at b gives 1.2 100 / (sqrt3 110) = 0.629837 kA there and, to a fault at a, all of it; PV at the
    # far end of a line fed from a reaches b by abs(Z_bc) / Z_bb = 1. None in the smallest currents.
    park = park_of(
        buses=(bus("a"), bus("b")), grids=(feeder(),), lines=(line("l", "a", "b"),),
        wind_farms=(WindFarm(id="w", bus="b", p_nom_mw=100.0),),
    )  # fmt: skip
    assert one(park, "b").ikss_ka == pytest.approx(8.18288 + 0.629837, rel=1e-5)
    assert one(park, "a").ikss_ka == pytest.approx(15.7459 + 0.629837, rel=1e-5)
    assert one(park, "b", "2ph").ikss_ka == pytest.approx((8.18288 + 0.629837) * SQRT3 / 2, rel=1e-5)
    # No peak factor on what converters give.
    kappa = 1.02 + 0.98 * math.exp(-3 * 1.441465 / 8.41465)
    assert one(park, "b").ip_ka == pytest.approx(2**0.5 * (kappa * 8.18288 + 0.629837), rel=1e-5)
    assert one(park, "b").ib_ka == pytest.approx(8.18288 + 0.629837, rel=1e-5)
    assert one(park, "b", case="min").ikss_ka == pytest.approx(6.23378, rel=1e-5)
    silent = dataclasses.replace(park.wind_farms[0], ik_ratio=0.0)
    assert one(dataclasses.replace(park, wind_farms=(silent,)), "b").ikss_ka == pytest.approx(8.18288, rel=1e-5)


def earthed_park(group: str = "YNd11", **more: Any) -> Park:
    """A feeder with X0/X1 = 2, R0/X0 = 0.1, a line with Z0 = 2 + j12 ohm, a transformer with uk0 = 10 %."""
    unit = transformer("t", "b", "c", vector_group=group, uk0=0.10, pk0_kw=0.0, **more)
    return park_of(
        buses=(bus("a"), bus("b"), bus("c", 10.0)), grids=(feeder(x0_x1_ratio=2.0, r0_x0_ratio=0.1),),
        lines=(line("l", "a", "b", r0_ohm_per_km=0.2, x0_ohm_per_km=1.2),), transformers=(unit,),
    )  # fmt: skip


def test_a_fault_to_earth_by_hand() -> None:
    # At b: Z_1 = 1.441465 + j8.41465. Zero sequence: the feeder 0.88293 + j8.8293 with the line, 2.88293 + j20.8293,
    # in parallel with the transformer's K_T j0.1 110^2/50 = j23.5910.
    z_1 = 1.441465 + 8.41465j
    z_0 = 1 / (1 / (2.88293 + 20.8293j) + 1 / (K_T * 24.2j))
    found = one(earthed_park(), "b", "1ph")
    assert found.ikss_ka == pytest.approx(SQRT3 * 1.1 * 110 / abs(2 * z_1 + z_0), rel=1e-5)
    assert complex(found.z0_ohm.r, found.z0_ohm.x) == pytest.approx(z_0, rel=1e-5)
    assert found.ib_ka == found.ikss_ka
    # Two conductors and earth (IEC 60909-0:2016, 7.4): the larger of both phases, with Z_2 = Z_1.
    a = np.exp(2j * np.pi / 3)
    i_1 = 1.1 * 110 / SQRT3 / (z_1 + z_1 * z_0 / (z_1 + z_0))
    i_2, i_0 = -i_1 * z_0 / (z_1 + z_0), -i_1 * z_1 / (z_1 + z_0)
    phases = [abs(a**2 * i_1 + a * i_2 + i_0), abs(a * i_1 + a**2 * i_2 + i_0)]
    assert one(earthed_park(), "b", "2ph-earth").ikss_ka == pytest.approx(max(phases), rel=1e-5)
    assert one(earthed_park(), "c", "2ph-earth").ikss_ka == pytest.approx(one(earthed_park(), "c", "2ph").ikss_ka)


@pytest.mark.parametrize(
    ("group", "parallel", "through"),
    [("YNd11", True, False), ("Dyn5", False, False), ("YNyn0", False, True), ("Yyn0", False, False),
     ("Yd11", False, False), ("ZNyn11", True, False), ("YNa0", False, True)],
)  # fmt: skip
def test_vector_groups_pass_or_earth_the_zero_sequence(group: str, parallel: bool, through: bool) -> None:
    plain = 2.88293 + 20.8293j
    at_b, at_c = one(earthed_park(group), "b", "1ph"), one(earthed_park(group), "c", "1ph")
    z_0 = 1 / (1 / plain + 1 / (K_T * 24.2j)) if parallel else plain
    assert complex(at_b.z0_ohm.r, at_b.z0_ohm.x) == pytest.approx(z_0, rel=1e-5)
    z_t = K_T * 0.2205j  # 10 % of 10.5^2 / 50
    if through:
        assert complex(at_c.z0_ohm.r, at_c.z0_ohm.x) == pytest.approx(z_t + plain / (110 / 10.5) ** 2, rel=1e-5)
    elif group == "Dyn5":
        assert complex(at_c.z0_ohm.r, at_c.z0_ohm.x) == pytest.approx(z_t, rel=1e-5)
    else:
        assert (at_c.z0_ohm, at_c.ikss_ka, at_c.ip_ka) == (None, 0.0, 0.0)


def test_a_neutral_impedance_counts_three_times_and_uncorrected() -> None:
    found = one(earthed_park("Dyn5", rn_to_ohm=2.0, xn_to_ohm=0.5), "c", "1ph")
    z = complex(found.z0_ohm.r, found.z0_ohm.x)
    assert z == pytest.approx(K_T * 0.2205j + 3 * (2.0 + 0.5j), rel=1e-5)
    assert windings_of("YNyn0d11") == ("earthed", "earthed", "delta")


def test_a_delta_earths_though_its_bus_is_disconnected() -> None:
    park = dataclasses.replace(earthed_park(), switches=(Switch(id="s", bus="c", element="t", closed=False),))
    assert one(park, "b", "1ph").ikss_ka == pytest.approx(one(earthed_park(), "b", "1ph").ikss_ka)
    away = dataclasses.replace(earthed_park(), switches=(Switch(id="s", bus="b", element="t", closed=False),))
    found = one(away, "b", "1ph")
    assert complex(found.z0_ohm.r, found.z0_ohm.x) == pytest.approx(2.88293 + 20.8293j, rel=1e-5)


def test_what_lacks_zero_sequence_data_is_named() -> None:
    park = earthed_park()
    assert one(park, "b", "1ph").assumed == ()
    bare = dataclasses.replace(
        park,
        lines=(line("l", "a", "b"),),
        transformers=(dataclasses.replace(park.transformers[0], uk0=None),),
        grids=(feeder(),),
    )
    assert one(bare, "b", "1ph").assumed == ("grid", "l", "t")
    assert one(bare, "b", "3ph").assumed == ()
    # Overhead: r1 + 3 pi^2 50 1e-4 = 0.1 + 0.148044 and 3 x1; the feeder is not earthed, the transformer has uk.
    found = one(dataclasses.replace(bare, transformers=park.transformers, grids=park.grids), "b", "1ph")
    z_0 = 1 / (1 / (0.88293 + 8.8293j + 2.48044 + 12j) + 1 / (K_T * 24.2j))
    assert complex(found.z0_ohm.r, found.z0_ohm.x) == pytest.approx(z_0, rel=1e-5)
    cable = dataclasses.replace(bare, lines=(line("l", "a", "b", cable=True),), grids=park.grids)
    z_0 = 1 / (1 / (0.88293 + 8.8293j + 4 + 16j) + 1 / (K_T * 29.04j))
    found = one(cable, "b", "1ph")
    assert complex(found.z0_ohm.r, found.z0_ohm.x) == pytest.approx(z_0, rel=1e-5)
    without = dataclasses.replace(park, grids=(feeder(sk_min_mva=None),))
    assert one(without, "c", case="min").assumed == ("grid",)


# ---- contributions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("machines", [False, True])
def test_contributions_add_up(seed: int, machines: bool) -> None:
    park = random_fault_park(np.random.default_rng(seed), machines=machines)
    if machines:
        park = dataclasses.replace(park, wind_farms=(WindFarm(id="w", bus="L0", p_nom_mw=30.0),))
    check_sums(park)


def test_contributions_of_the_test_network_add_up() -> None:
    park = read_park(CASE / "park")
    check_sums(dataclasses.replace(park, wind_farms=(WindFarm(id="w", bus="HG1", p_nom_mw=30.0),)))


def check_sums(park: Park) -> None:
    """Currents at the bus, shares of the sources, and the sources' paths in parallel."""
    for found in fault(park, faults=("3ph", "2ph", "2ph-earth", "1ph")):
        for role in ("at_bus", "source") if found.ikss_ka else ():
            assert phasor_sum(found, role) == pytest.approx(found.ikss_ka, rel=1e-9), (found.bus, role)
        paths = [1 / complex(x.z_ohm.r, x.z_ohm.x) for x in found.contributions if x.role == "source" and x.z_ohm]
        if found.contributions:
            assert 1 / sum(paths) == pytest.approx(complex(found.z_ohm.r, found.z_ohm.x), rel=1e-9)


def test_contributions_say_kind_role_and_terminals() -> None:
    park = dataclasses.replace(power_station(), pv_plants=(PvPlant(id="pv", bus="a", p_nom_mw=50.0, p_dc_mw=60.0),))
    found = one(park, "a")
    named = {(x.element, x.kind, x.role) for x in found.contributions}
    assert named == {
        ("grid", "grid", "at_bus"), ("u", "transformer", "at_bus"), ("pv", "pv_plant", "at_bus"),
        ("grid", "grid", "source"), ("g", "generator", "source"), ("pv", "pv_plant", "source"),
    }  # fmt: skip
    generator = next(x for x in found.contributions if x.element == "g")
    # At its own terminals the current is that at 110 kV times 121/15.75.
    assert generator.i_terminal_ka == pytest.approx(generator.i_ka * 121 / 15.75)
    assert 0.5 < generator.decay < 1
    assert [x.decay for x in found.contributions if x.kind != "generator"] == [None] * 5
    assert one(park, "a", with_contributions=False).contributions == ()


# ---- peak by method B, meshes -----------------------------------------------------------------------------------


def test_method_b_takes_its_margin_in_meshes_only() -> None:
    # kappa of R/X; 1.15 times it where the network is meshed and a branch has R/X of 0.3 and more, at most 2.0.
    radial = park_of(buses=(bus("a"), bus("b")), grids=(feeder(),), lines=(line("l", "a", "b", r_ohm_per_km=0.2),))
    found = one(radial, "b")
    assert found.ip_b_ka == pytest.approx(2**0.5 * found.ikss_ka * (1.02 + 0.98 * math.exp(-3 * 2.441465 / 8.41465)))
    meshed = dataclasses.replace(radial, lines=(*radial.lines, line("m", "a", "b", r_ohm_per_km=0.2)))
    found = one(meshed, "b")
    kappa = 1.02 + 0.98 * math.exp(-3 * found.z_ohm.r / found.z_ohm.x)
    assert found.ip_b_ka == pytest.approx(2**0.5 * found.ikss_ka * 1.15 * kappa)
    low = dataclasses.replace(radial, lines=(line("l", "a", "b"), line("m", "a", "b")))
    found = one(low, "b")
    kappa = 1.02 + 0.98 * math.exp(-3 * found.z_ohm.r / found.z_ohm.x)
    assert found.ip_b_ka == pytest.approx(2**0.5 * found.ikss_ka * kappa)


def test_breaking_current_where_sources_share_a_path_is_larger_than_the_sum() -> None:
    # Two generators at one bus behind a line share it: Ib by the drops of voltage, above sum mu Ik''; alone at their
    # own bus they are exactly that sum.
    park = park_of(
        buses=(bus("a", 10.0), bus("b", 10.0)), lines=(line("l", "a", "b", length_km=1.0),),
        generators=(machine("g", "a", 50.0), machine("h", "a", 25.0)),
    )  # fmt: skip
    for at in ("a", "b"):
        found = one(park, at)
        total = sum(x.decay * x.i_ka * np.exp(1j * x.angle_rad) for x in found.contributions if x.role == "source")
        assert found.ib_ka < found.ikss_ka
        assert found.ib_ka == pytest.approx(abs(total)) if at == "a" else found.ib_ka > abs(total) * 1.01


def test_machines_without_rating_or_reactance_are_named() -> None:
    plain = power_station()
    (machine,) = plain.generators
    for lacking in ({"xd_subtransient_pu": None}, {"s_nom_mva": None}):
        park = dataclasses.replace(plain, generators=(dataclasses.replace(machine, **lacking),))
        assert one(park, "a").assumed == (machine.id,)
    assert one(plain, "a").assumed == ()
    given = dataclasses.replace(machine, xd_subtransient_pu=0.2)
    none = dataclasses.replace(machine, xd_subtransient_pu=None)
    same = [one(dataclasses.replace(plain, generators=(m,)), "a").ikss_ka for m in (given, none)]
    assert same[0] == same[1]


# ---- outages, islands, switches ---------------------------------------------------------------------------------


def test_outages_leave_the_network() -> None:
    park = park_of(
        buses=(bus("a"), bus("b")), grids=(feeder(), feeder("b", "second")),
        lines=(line("l", "a", "b"), line("m", "a", "b")),
        outages=(Outage(id="o", element="m", start=datetime(2025, 3, 1, 6), end=datetime(2025, 3, 1, 18)),),
    )  # fmt: skip
    without = dataclasses.replace(park, lines=park.lines[:1])
    assert one(park, "a", out=frozenset({"m"})).ikss_ka == pytest.approx(one(without, "a").ikss_ka)
    assert one(park, "a", out=frozenset({"second"})).ikss_ka == pytest.approx(15.7459, rel=1e-5)
    assert one(park, "a", out=frozenset({"b"})).ikss_ka == pytest.approx(15.7459, rel=1e-5)
    assert out_at(park, datetime(2025, 3, 1, 17)) == {"m"}
    assert out_at(park, datetime(2025, 3, 1, 18)) == frozenset()
    assert known(park, ["m"]) == {"m"}


def test_buses_of_one_node_have_one_current() -> None:
    park = park_of(
        buses=(bus("a"), bus("b"), bus("c")), grids=(feeder(),), lines=(line("l", "b", "c"),),
        switches=(Switch(id="s", bus="a", element="b"),),
    )  # fmt: skip
    a, b, _ = fault(park, faults=("3ph",), cases=("max",))
    assert a.ikss_ka == b.ikss_ka == pytest.approx(15.7459, rel=1e-5)
    assert a.contributions == b.contributions


def test_what_no_source_reaches_has_no_current_and_no_verdict() -> None:
    motor = Motor(id="m", bus="c", p_nom_mw=2.0)
    park = park_of(buses=(bus("a"), bus("b", ik_max_ka=31.5), bus("c")), grids=(feeder(),), motors=(motor,))
    for found in fault(park)[1::3] + fault(park)[2::3]:
        assert math.isnan(found.ikss_ka) and math.isnan(found.ip_ka) and math.isnan(found.ib_ka)
        assert (found.z_ohm, found.contributions, found.within, found.margin) == (None, (), None, None)


def test_a_park_without_sources_or_buses() -> None:
    assert all(math.isnan(x.ikss_ka) for x in fault(park_of(buses=(bus("a"), bus("b")), lines=(line("l", "a", "b"),))))
    assert fault(park_of()) == []


def test_equivalent_branches_carry_by_their_impedance() -> None:
    # 0.01 p.u. on 1 MVA and 110 kV is 121 ohm; their zero sequence is assumed and named.
    branch = EquivalentBranch(id="e", bus_from="a", bus_to="b", x_pu=0.01, b_pu=5.0, shift_deg=30.0)
    park = park_of(buses=(bus("a"), bus("b")), grids=(feeder(x0_x1_ratio=1.0),), equivalent_branches=(branch,))
    z = 0.441465 + 4.41465j + 121j
    assert one(park, "b").ikss_ka == pytest.approx(1.1 * 110 / SQRT3 / abs(z), rel=1e-5)
    assert one(park, "a", "1ph").assumed == ("e",)


# ---- breakers ---------------------------------------------------------------------------------------------------


def test_breakers_are_held_against_breaking_and_peak_current() -> None:
    # 15.7459 kA and 38.8802 kA peak against 16 kA (2.5 times: 40 kA), then against a making current of 38 kA.
    park = park_of(buses=(bus("a", ik_max_ka=16.0),), grids=(feeder(),))
    found = one(park, "a")
    assert (found.ik_max_ka, found.ip_max_ka, found.within) == (16.0, 40.0, True)
    assert found.margin == pytest.approx(1 - 15.7459 / 16, rel=1e-4)
    weak = one(park_of(buses=(bus("a", ik_max_ka=16.0, ip_max_ka=38.0),), grids=(feeder(),)), "a")
    assert (weak.within, worst([found, weak])) == (False, [weak])
    assert weak.margin == pytest.approx(1 - 38.8802 / 38, rel=1e-4)
    assert one(park_of(buses=(bus("a"),), grids=(feeder(),)), "a").within is None
    assert margin_of(10.0, 30.0, None, 40.0) == 0.25


# ---- what is refused --------------------------------------------------------------------------------------------


def test_unknown_buses_and_elements_are_named() -> None:
    park = park_of(buses=(bus("a"),), grids=(feeder(),))
    with pytest.raises(BadInput, match=r"'nowhere'.*no such bus"):
        fault(park, buses=("a", "nowhere"))
    with pytest.raises(BadInput, match=r"'nothing'.*no such element"):
        known(park, ["a", "nothing"])
    with pytest.raises(ValueError, match="4ph"):
        fault(park, faults=("4ph",))
    with pytest.raises(BadInput, match="start of a local hour"):
        out_at(park, datetime(2025, 3, 1, 6, 30))


def test_a_unit_transformer_belongs_to_one_generator_at_its_bus() -> None:
    park = power_station()
    elsewhere = dataclasses.replace(park.generators[0], bus="a")
    with pytest.raises(BadInput, match=r"generator.csv unit_transformer = 'u'.*does not end with bus_to at its bus"):
        fault(dataclasses.replace(park, generators=(elsewhere,)))
    gone = dataclasses.replace(park.generators[0], unit_transformer="gone")
    with pytest.raises(BadInput, match="'gone'"):
        fault(dataclasses.replace(park, generators=(gone,)))
    twice = (park.generators[0], dataclasses.replace(park.generators[0], id="h"))
    with pytest.raises(BadInput, match="is the unit transformer of g already"):
        fault(dataclasses.replace(park, generators=twice))


def test_a_unit_transformer_out_of_service_leaves_a_generator_of_its_own() -> None:
    # Then K_G = 1 / 1.05 1.1 / 1.12 = 0.935374 with U_n = U_rG: Ik'' = 1.1 15.75 / (sqrt3 K_G Z).
    found = one(power_station(), "g", out=frozenset({"u"}))
    z = 0.935374 * abs(0.004 + 0.2j) * 1.65375
    assert found.ikss_ka == pytest.approx(1.1 * 15.75 / SQRT3 / z, rel=1e-5)


def test_a_load_that_a_market_case_dispatches_is_no_machine() -> None:
    park = park_of(buses=(bus("a"),), grids=(feeder(),))
    load = dataclasses.replace(machine("g", "a", 10.0), s_nom_mva=None, p_nom_mw=0.0, p_min_mw=-50.0, q_max_mvar=5.0)
    assert one(dataclasses.replace(park, generators=(load,)), "a").ikss_ka == pytest.approx(15.7459, rel=1e-5)
    condenser = dataclasses.replace(load, p_min_mw=0.0, q_max_mvar=50.0)
    assert one(dataclasses.replace(park, generators=(condenser,)), "a").ikss_ka > 16


def test_progress_is_told_and_can_cancel() -> None:
    park, told = park_of(buses=(bus("a"),), grids=(feeder(),)), []
    fault(park, on_progress=told.append)
    assert told == [0.5, 1.0]
