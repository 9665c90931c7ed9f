"""Hosting capacity: by closed form on two buses, and never with a violation on random parks."""

import dataclasses
import math
from datetime import datetime

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule

from holin.errors import Mismatch
from holin.flow import fault, flow, hosting
from holin.flow.hosting import LimitKind
from holin.park import Bus, Generator, Outage, Park, WindFarm


def two_bus(i_nom_ka: float, v_max_pu: float = 1.2, v_min_pu: float = 0.5) -> Park:
    buses = (Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0, v_max_pu=v_max_pu, v_min_pu=v_min_pu))
    only = line("l", "a", "b", length_km=20.0, i_nom_ka=i_nom_ka)
    return park_of(buses=buses, lines=(only,), grids=(grid("a"),), loads=(load("x", "b", 10, power_factor=1.0),))


def test_the_rating_of_the_only_line_is_the_limit() -> None:
    """0.2 kA at the grid's 110 kV are 38.1 MVA; 10 MW of load stand before them."""
    park = two_bus(0.2)
    found = hosting(park, schedule(park, {"x": -10.0}), buses=["b"])
    (bus,) = found.by_bus
    assert (bus.limit, bus.element) == (LimitKind.OVERLOAD, "l")
    more = dataclasses.replace(park, generators=(Generator(id="g", bus="b", p_nom_mw=100.0),))
    at = float(flow(more, schedule(more, {"x": -10.0, "g": bus.mw})).loading.max())
    beyond = float(flow(more, schedule(more, {"x": -10.0, "g": bus.mw * 1.002 + 0.002})).loading.max())
    assert at <= 1.0 < beyond
    assert bus.mw == pytest.approx(10 + 3**0.5 * 110 * 0.2, rel=0.02)


def test_voltage_is_the_limit_of_a_long_line_and_load_has_its_own() -> None:
    park = two_bus(5.0, v_max_pu=1.02, v_min_pu=0.97)
    table = schedule(park, {"x": -10.0})
    (up,) = hosting(park, table, buses=["b"]).by_bus
    (down,) = hosting(park, table, buses=["b"], added="load", power_factor=0.9).by_bus
    assert (up.limit, down.limit) == (LimitKind.VOLTAGE, LimitKind.VOLTAGE) and up.element == down.element == "b"
    # |v2|^2 is the larger root of u^2 + (2 (p r + q x) - 1) u + (p^2 + q^2) |z|^2 = 0 for a load p + jq.
    r, x = 2 / 110**2, 8 / 110**2

    def v(p: float, q: float) -> float:
        b = 2 * (p * r + q * x) - 1
        return math.sqrt((-b + math.sqrt(b * b - 4 * (p * p + q * q) * (r * r + x * x))) / 2)

    assert v(10 - up.mw, 0.0) == pytest.approx(1.02, abs=1e-4)
    assert v(10 + down.mw, down.mw * math.tan(math.acos(0.9))) == pytest.approx(0.97, abs=1e-4)


def test_every_hour_counts_and_the_binding_one_is_named() -> None:
    park = two_bus(0.2)
    table = schedule(park, {"x": np.array([-10.0, -2.0, -8.0])}, 3)
    (bus,) = hosting(park, table, buses=["b"]).by_bus
    assert bus.time == table.time.values[1]
    assert bus.mw == pytest.approx(2 + 3**0.5 * 110 * 0.2, rel=0.02)


def test_breakers_may_be_the_limit() -> None:
    park = two_bus(5.0)
    park = dataclasses.replace(
        park, buses=(park.buses[0], dataclasses.replace(park.buses[1], ik_max_ka=7.0, v_max_pu=1.2))
    )
    free = hosting(park, schedule(park, {"x": -10.0}), buses=["b"]).by_bus[0]
    (held,) = hosting(park, schedule(park, {"x": -10.0}), buses=["b"], ik_ratio=1.2).by_bus
    assert held.limit is LimitKind.SHORT_CIRCUIT and held.mw < free.mw


@pytest.mark.parametrize("draws", [0, 6])
def test_breakers_of_all_buses_limit_what_stands_together(draws: int) -> None:
    """What is found, as wind farms in the park, brings the breaker that binds just to its rating."""
    rng = np.random.default_rng(11)
    park = random_park(rng, meshed=True, buses=8)
    plain = {c.bus: c.ikss_ka for c in fault(park, faults=("3ph",), cases=("max",))}
    buses = tuple(dataclasses.replace(b, ik_max_ka=plain[b.id] * 1.02, v_min_pu=0.5, v_max_pu=1.5) for b in park.buses)
    lines = tuple(dataclasses.replace(x, i_nom_ka=99.0) for x in park.lines)
    park = dataclasses.replace(park, buses=buses, lines=lines)
    chosen = ["H1", "H2", "L2"]
    found = hosting(park, random_schedule(rng, park, 1), buses=chosen, ik_ratio=8.0, draws=draws, seed=3)
    for one in (*found.by_bus, found.together):
        assert one.limit is LimitKind.SHORT_CIRCUIT
        share = one.mw / len(one.buses)
        more = tuple(WindFarm(id=f"w-{b}", bus=b, p_nom_mw=share, ik_ratio=8.0) for b in one.buses)
        after = fault(dataclasses.replace(park, wind_farms=(*park.wind_farms, *more)), faults=("3ph",), cases=("max",))
        used = {c.bus: c.ikss_ka / (plain[c.bus] * 1.02) for c in after}
        assert max(used, key=used.__getitem__) == one.element and max(used.values()) == pytest.approx(1, abs=1e-6)
    if draws:
        assert found.spread is not None
        least, most = (f(c.mw for c in found.by_bus) for f in (min, max))
        assert least - 1e-9 <= found.spread.mw[0] <= found.spread.mw[-1] <= most + 1e-9


def test_planned_outages_within_the_hours_count_in_theirs() -> None:
    park = random_park(np.random.default_rng(5), meshed=True, buses=8)
    park = dataclasses.replace(park, lines=tuple(dataclasses.replace(x, i_nom_ka=0.3) for x in park.lines))
    out = Outage(id="o", element=park.lines[0].id, start=datetime(2025, 1, 1, 9), end=datetime(2025, 1, 1, 10))
    table = random_schedule(np.random.default_rng(5), park, 3)
    with_out = dataclasses.replace(park, outages=(out,))
    chosen = ["H1", "H3", "L2"]
    whole = hosting(with_out, table, buses=chosen)
    before, within, after = (hosting(with_out, table.isel(time=[k]), buses=chosen) for k in range(3))
    for all_, *apart in zip(whole.by_bus, before.by_bus, within.by_bus, after.by_bus, strict=True):
        least = min(apart, key=lambda c: c.mw)
        assert all_.mw == pytest.approx(least.mw, rel=2e-3) and all_.element == least.element
        assert all_.time == least.time
    assert within.together.mw != pytest.approx(before.together.mw, rel=1e-2)


def test_what_is_found_violates_nothing_and_a_little_more_does() -> None:
    rng = np.random.default_rng(7)
    park = random_park(rng, meshed=True, buses=8)
    park = dataclasses.replace(park, lines=tuple(dataclasses.replace(x, i_nom_ka=0.3) for x in park.lines))
    table = random_schedule(rng, park, 3)
    base = float(flow(park, table).loading.max())
    for one in hosting(park, table, buses=["H1", "L2", "H0b"]).by_bus:
        more = dataclasses.replace(park, generators=(Generator(id="g", bus=one.buses[0], p_nom_mw=1e4),))
        for mw, good in ((one.mw, True), (one.mw * 1.01 + 0.01, False)):
            p = table.p_mw.values
            units = [u for u in table.unit.values if u != "grid"]
            wide = schedule(more, {"g": mw} | {u: p[:, list(table.unit.values).index(u)] for u in units}, 3)
            f = flow(more, wide)
            holds = bool(f.loading.max() <= max(1.0, base) + 2e-4) and bool(
                (f.v_pu >= 0.9 - 2e-4).all() and (f.v_pu <= 1.1 + 2e-4).all()
            )
            assert holds is good or one.limit is LimitKind.SEARCH


def test_random_places_are_drawn_by_their_seed() -> None:
    park = random_park(np.random.default_rng(3), meshed=False, buses=6)
    table = random_schedule(np.random.default_rng(3), park, 1)
    first, again, other = (hosting(park, table, draws=4, seed=s).spread for s in (1, 1, 2))
    assert first == again and first is not None and other is not None and first.mw != other.mw
    assert list(first.mw) == sorted(first.mw) and first.mw[0] <= first.quantiles["p50"] <= first.mw[-1]


def test_what_cannot_be_asked_is_refused() -> None:
    park = two_bus(0.2)
    with pytest.raises(Mismatch, match="no bus named"):
        hosting(park, schedule(park, {"x": -10.0}), buses=["zz"])
    with pytest.raises(Mismatch, match="base case has no solution"):
        hosting(park, schedule(park, {"x": -9000.0}))
