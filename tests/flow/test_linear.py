"""The linear network: shares by hand, islands, outages, and nearness to the AC flow."""

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, schedule, transformer
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import BadInput
from holin.flow import dc_network, flow
from holin.park import Bus, Switch


def buses(*names: str, kv: float = 110.0) -> tuple[Bus, ...]:
    return tuple(Bus(id=n, v_nom_kv=kv) for n in names)


def triangle(**more: object) -> object:
    tables = {
        "buses": buses("a", "b", "c"),
        "lines": (line("ab", "a", "b"), line("bc", "b", "c"), line("ca", "c", "a")),
        "grids": (grid("a"),),
    }
    return park_of(**(tables | more))


def test_a_triangle_of_equal_lines_by_hand() -> None:
    # One MW from b to a: the direct way has half the reactance of the other, so 2/3 go directly, 1/3 through c.
    n = dc_network(triangle())
    assert n.slack_buses == ("a",) and n.branches == ("ab", "bc", "ca")
    assert n.ptdf[:, n.buses.index("b")] == pytest.approx([-2 / 3, 1 / 3, 1 / 3])
    assert n.ptdf[:, n.buses.index("c")] == pytest.approx([-1 / 3, -1 / 3, 2 / 3])
    assert n.ptdf[:, 0] == pytest.approx([0, 0, 0])
    # 10 km of 0.4 ohm on 12,100 ohm; 0.6 kA at 110 kV.
    assert n.x_pu == pytest.approx(4 / 12100)
    assert n.rating_mva == pytest.approx(114.315, rel=1e-5)
    assert n.flow_mw(np.array([[0.0, -3.0, 0.0]])) == pytest.approx(np.array([[2, -1, -1]]))


def test_an_outage_leaves_the_other_way() -> None:
    n = dc_network(triangle(), out=frozenset({"ab"}))
    assert n.ptdf[:, 1] == pytest.approx([0, 1, 1])
    assert np.isinf(n.x_pu[0]) and n.out == {"ab"}


def test_parallel_transformers_share_by_reactance_and_tap() -> None:
    # x1 |n1| : x2 |n2| = 1 : 2 * 1.05, so the first takes 2.1 / 3.1.
    park = park_of(
        buses=(*buses("a"), *buses("b", kv=10.5)),
        transformers=(
            transformer("t", "a", "b", pk_kw=0, vector_group="YNd11"),
            transformer("u", "a", "b", pk_kw=0, uk=0.24, tap_pos=2, tap_step=0.025, tap_max=2, vector_group="YNd11"),
        ),
        grids=(grid("a"),),
    )
    n = dc_network(park)
    assert n.ptdf[:, 1] == pytest.approx([-2.1 / 3.1, -1 / 3.1])
    assert n.rating_mva == pytest.approx([50, 50])


def test_islands_have_their_own_slack_and_dead_buses_none() -> None:
    park = park_of(
        buses=buses("a", "b", "c", "d", "e"),
        lines=(line("ab", "a", "b"), line("cd", "c", "d")),
        grids=(grid("a", "g1"), grid("c", "g2"), grid("b", "g3")),
    )
    n = dc_network(park)
    assert n.island.tolist() == [0, 0, 1, 1, -1]
    assert n.slack_buses == ("a", "c")
    assert n.ptdf.tolist() == [[0, -1, 0, 0, 0], [0, 0, 0, -1, 0]]


def test_buses_joined_by_a_switch_share_a_column_and_open_ends_carry_nothing() -> None:
    park = triangle(
        buses=buses("a", "b", "c", "c2"),
        switches=(Switch(id="s", bus="c", element="c2"), Switch(id="o", bus="b", element="bc", closed=False)),
    )
    n = dc_network(park)
    assert n.ptdf[:, 2] == pytest.approx(n.ptdf[:, 3])
    assert n.ptdf[:, 2] == pytest.approx([0, 0, 1])


def test_without_any_grid_nothing_flows() -> None:
    n = dc_network(triangle(), out=frozenset({"grid"}))
    assert (n.ptdf == 0).all() and (n.island == -1).all() and n.slack_buses == ()


def test_a_branch_without_reactance_is_refused() -> None:
    with pytest.raises(BadInput, match="no reactance"):
        dc_network(triangle(lines=(line("ab", "a", "b", x_ohm_per_km=0.0),)))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_flows_leave_each_bus_as_they_were_injected(seed: int) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=True, buses=9)
    n = dc_network(park)
    injection = rng.normal(size=len(n.buses))
    f = n.flow_mw(injection)
    node = {b: ("H0" if b == "H0b" else b) for b in n.buses}
    for bus in set(node.values()) - {"H0"}:
        out = sum(
            f[k] * ((node[a] == bus) - (node[b] == bus))
            for k, (a, b) in enumerate(zip(n.bus_from, n.bus_to, strict=True))
        )
        assert out == pytest.approx(sum(x for b, x in zip(n.buses, injection, strict=True) if node[b] == bus), abs=1e-9)


def test_a_lossless_lightly_loaded_grid_flows_as_the_linear_one() -> None:
    park = triangle(
        lines=tuple(line(i, i[0], i[1], r_ohm_per_km=0.0) for i in ("ab", "bc", "ca")),
        loads=(load("x", "b", power_factor=1.0), load("y", "c", power_factor=1.0)),
    )
    f = flow(park, schedule(park, {"x": -3.0, "y": -1.0}))
    linear = dc_network(park).flow_mw(np.array([0, -3.0, -1.0]))
    assert f["p_from_mw"].values[0] == pytest.approx(linear, abs=1e-4)
