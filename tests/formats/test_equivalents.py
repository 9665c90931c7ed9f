"""Nameplates as pi models: the park's formulas for one branch give what the flow's give for whole columns."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
from formats_parks import random_park

from holin.flow import branches_of, network_of
from holin.park import EquivalentBranch, Line, Outage, Park, Side, Transformer, equivalents
from holin.park.equivalents import line_pi, transformer_pi


@pytest.mark.parametrize("seed", range(20))
def test_the_flow_sees_the_same_branches(seed: int) -> None:
    park = random_park(seed)
    one, other = branches_of(park), branches_of(equivalents(park))
    assert one.label == other.label
    assert (one.bus_from, one.bus_to) == (other.bus_from, other.bus_to)
    for name in ("y_series", "y_shunt", "ratio", "s_nom_mva"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-15), name
    a, b = network_of(park).topology, network_of(equivalents(park)).topology
    for name in ("y_ff", "y_ft", "y_tf", "y_tt"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), rel=1e-12, abs=1e-15), name


def test_a_line_by_hand() -> None:
    """110 kV: Z_b = 12100 ohm; 20 km of 0.1 + j0.4 ohm/km and 10 nF/km: b = 2 pi 50 x 200e-9 x 12100 = 0.7603."""
    line = Line(
        id="l", name="L", bus_from="a", bus_to="b", length_km=20, r_ohm_per_km=0.1, x_ohm_per_km=0.4, c_nf_per_km=10,
        tan_delta=0.01, i_nom_ka=0.5,
    )  # fmt: skip
    pi = line_pi(line, 110.0)
    assert (pi.id, pi.name, pi.bus_from, pi.bus_to, pi.ratio) == ("l", "L", "a", "b", 1.0)
    assert (pi.r_pu, pi.x_pu) == pytest.approx((2 / 12100, 8 / 12100))
    assert pi.b_pu == pytest.approx(0.760265, rel=1e-5)
    assert pi.g_pu == pytest.approx(0.00760265, rel=1e-5)
    assert pi.s_nom_mva == pytest.approx(95.2628, rel=1e-5)


def test_a_transformer_by_hand() -> None:
    """40 MVA, 12 %, 160 kW: r = 0.16 / 1600 = 1e-4, |z| = 0.003, x = 2.99833e-3; tap +2 x 1.25 % at 110 kV."""
    t = Transformer(
        id="t", bus_from="a", bus_to="b", s_nom_mva=40, v_from_kv=110, v_to_kv=10.5, uk=0.12, pk_kw=160, i0=0.002,
        p0_kw=24, vector_group="YNd11", tap_side=Side.FROM, tap_pos=2, tap_min=-8, tap_max=8, tap_step=0.0125,
    )  # fmt: skip
    pi = transformer_pi(t, 110.0, 10.0)
    assert (pi.r_pu, pi.x_pu) == pytest.approx((1e-4 * 1.1025, 2.998333e-3 * 1.1025))
    assert (pi.g_pu, pi.b_pu) == pytest.approx((0.024 / 1.1025, -0.0763151 / 1.1025), rel=1e-6)
    assert (pi.ratio, pi.shift_deg) == pytest.approx((1.025 / 1.05, 330))


def test_switches_and_outages_of_three_windings_go_to_their_branches() -> None:
    park = random_park(1)
    day = datetime(2025, 1, 1)
    out = Outage(id="o", element="t3", start=day, end=day.replace(day=2))
    other = Outage(id="p", element="line-H0-H1", start=day, end=day.replace(day=2))
    opened = dataclasses.replace(park.switches[1], id="q", bus="M", element="t3")
    made = equivalents(dataclasses.replace(park, outages=(out, other), switches=(*park.switches, opened)))
    assert [(o.id, o.element) for o in made.outages] == [
        ("o.1", "t3.1"), ("o.2", "t3.2"), ("o.3", "t3.3"), ("p", "line-H0-H1"),
    ]  # fmt: skip
    assert made.switches[-1].element == "t3.2"
    assert made.buses[-1].id == "t3.star"


def test_what_is_an_equivalent_branch_stays() -> None:
    park = random_park(1)
    assert equivalents(equivalents(park)) == equivalents(park)
    assert isinstance(park, Park) and isinstance(park.equivalent_branches[0], EquivalentBranch)
    assert park.equivalent_branches[0] in equivalents(park).equivalent_branches
    assert np.isfinite([b.x_pu for b in equivalents(park).equivalent_branches]).all()
