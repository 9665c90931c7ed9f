"""N-1 of a schedule: every outage is the power flow of the park without it, reduced to its extremes."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
import xarray as xr
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.flow import flow, n1
from holin.flow.violations import Violation, ViolationKind
from holin.park import Bus, Generator, Outage, Park, Shunt, Switch, WindFarm


def outage(element: str, start: str, end: str) -> Outage:
    return Outage(
        id=f"o-{element}", element=element, start=datetime.fromisoformat(start), end=datetime.fromisoformat(end)
    )


def without(park: Park, element: str) -> Park:
    """The park with one branch taken out of its tables."""
    tables = ("lines", "transformers", "transformers3", "equivalent_branches", "switches")
    return dataclasses.replace(
        park,
        **{t: tuple(x for x in getattr(park, t) if element not in (x.id, getattr(x, "element", ""))) for t in tables},
    )


def ring(**more: object) -> Park:
    """a - b - c - a at 110 kV, and d behind c alone."""
    buses = tuple(Bus(id=n, v_nom_kv=110.0, v_min_pu=0.95, v_max_pu=1.05) for n in "abcd")
    lines = tuple(
        line(name, name[0], name[1], length_km=20.0, i_nom_ka=rating)
        for name, rating in (("ab", 0.4), ("bc", 0.4), ("ca", 0.4), ("cd", 0.4))
    )
    loads = (load("x", "b", 60), load("y", "d", 20))
    return park_of(buses=buses, lines=lines, grids=(grid("a"),), loads=loads, **more)


STATES = {"x": np.array([-60.0, -30.0, -50.0]), "y": np.array([-20.0, -5.0, -10.0])}


def flows_without(park: Park, element: str, table: xr.Dataset) -> xr.Dataset:
    return flow(without(park, element), table)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_every_outage_is_the_flow_without_it(seed: int, meshed: bool) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=meshed, buses=8)
    buses = tuple(dataclasses.replace(b, v_min_pu=0.999, v_max_pu=1.01) for b in park.buses)
    lines = tuple(dataclasses.replace(x, i_nom_ka=0.02) for x in park.lines)
    park = dataclasses.replace(park, buses=buses, lines=lines)
    table = random_schedule(rng, park, 5)
    found = n1(park, table, loading_max=0.0)
    assert found.solved == found.cases == 5 * len({*park.lines, *park.transformers})
    loading = {(v.outage, v.element): v for v in found.violations if v.kind is ViolationKind.OVERLOAD}
    voltage = {(v.outage, v.element, v.value < 1.005): v for v in found.violations if v.kind is ViolationKind.VOLTAGE}
    base = flow(park, table)
    for out in [*park.lines, *park.transformers]:
        f = flows_without(park, out.id, table)
        for k, name in enumerate(map(str, f.branch.values)):
            agree(loading.get((out.id, name)), f.loading.values[:, k], base.loading.sel(branch=name).values + 1e-3)
        for k, name in enumerate(map(str, f.bus.values)):
            v, before = f.v_pu.values[:, k], base.v_pu.values[:, k]
            low, high = np.where(before < 0.999, before - 1e-3, 0.999), np.where(before > 1.01, before + 1e-3, 1.01)
            agree(voltage.get((out.id, name, True)), -v, -low)
            agree(voltage.get((out.id, name, False)), v, high)


def agree(said: Violation | None, reached: np.ndarray, bound: np.ndarray) -> None:
    """A violation is the worst of the hours beyond their own bounds, and says how many there are."""
    worse = reached > bound
    if (np.abs(reached - bound) < 1e-5).any():
        return
    assert (said is not None) == worse.any()
    if said is not None:
        worst = np.where(worse, reached, -np.inf)
        assert abs(said.value) == pytest.approx(abs(worst.max()), abs=1e-5) and said.hours == worse.sum()
        assert said.time == np.datetime64("2025-01-01T00") + np.timedelta64(int(worst.argmax()), "h")


@pytest.mark.parametrize("loading", [np.nan, -1.0, np.inf])
def test_what_is_no_loading_is_refused(loading: float) -> None:
    park = ring()
    with pytest.raises(Mismatch, match="is no loading"):
        n1(park, schedule(park, STATES, 3), loading_max=loading)


def test_what_has_no_solution_is_not_called_secure() -> None:
    park = ring()
    heavy = n1(park, schedule(park, {"x": -9e3, "y": -9e3}, 1))
    assert heavy.solved < heavy.cases and heavy.secure is not True
    assert [v.kind for v in heavy.base] == [ViolationKind.NO_SOLUTION]
    calm = n1(park, schedule(park, {"x": -5.0, "y": 0.0}, 1))
    assert calm.secure is True and n1(park, schedule(park, STATES, 3)).secure is False


def test_another_generator_takes_over_the_balance() -> None:
    """g balances, h (the largest that holds a voltage) takes over when it fails; l holds none, s is small."""
    machines = (
        Generator(id="g", bus="a", p_nom_mw=90.0, balances=True, v_set_pu=1.0),
        Generator(id="l", bus="b", p_nom_mw=200.0, p_mw=5.0),
        Generator(id="s", bus="c", p_nom_mw=20.0, p_mw=10.0, v_set_pu=1.0),
        Generator(id="h", bus="d", p_nom_mw=60.0, p_mw=10.0, v_set_pu=1.01),
    )
    park = dataclasses.replace(ring(generators=machines), grids=())
    table = schedule(park, STATES | {"l": 5.0, "s": 10.0, "h": 10.0}, 3)
    found = n1(park, table, kinds=("unit",))
    assert found.lost_load_mw == 0 and found.solved == found.cases == 12
    planned = dataclasses.replace(park, outages=(outage("g", "2025-01-01T08:00", "2025-01-01T11:00"),))
    flows = flow(planned, table)
    loss = (flows.p_from_mw + flows.p_to_mw).sum("branch").values
    assert flows.p_mw.sel(unit="h").values == pytest.approx(-(STATES["x"] + STATES["y"]) - 15 + loss, abs=1e-6)
    assert flows.v_pu.sel(bus="d").values == pytest.approx(1.01) and flows.v_pu.sel(bus="c").values == pytest.approx(1)


def test_an_outage_is_held_against_its_own_hour() -> None:
    """In hour 0 a planned outage overloads the other circuit more than its loss does in hour 1; both are said."""
    pair = (line("l", "a", "b", length_km=20.0, i_nom_ka=0.3), line("m", "a", "b", length_km=20.0, i_nom_ka=0.3))
    park = park_of(
        buses=tuple(Bus(id=n, v_nom_kv=110.0) for n in "ab"), lines=pair, grids=(grid("a"),),
        loads=(load("x", "b", 60),), outages=(outage("l", "2025-01-01T08:00", "2025-01-01T09:00"),),
    )  # fmt: skip
    table = schedule(park, {"x": np.array([-70.0, -60.0])}, 2)
    both, later = n1(park, table), n1(park, table.isel(time=[1]))
    assert [(v.element, v.time) for v in both.base] == [("m", table.time.values[0])] and not later.base
    (said,) = [v for v in both.violations if (v.outage, v.kind) == ("l", ViolationKind.OVERLOAD)]
    assert said in later.violations
    assert (said.element, said.hours, said.time) == ("m", 1, table.time.values[1]) and said.value < both.base[0].value


def test_islanding_is_load_lost_with_its_hour() -> None:
    park = ring()
    table = schedule(park, STATES, 3)
    found = n1(park, table)
    (lost,) = [v for v in found.violations if v.kind is ViolationKind.LOST_LOAD]
    assert (lost.outage, lost.value, lost.hours) == ("cd", 20.0, 3) and lost.time == table.time.values[0]
    assert found.lost_load_mw == 20.0
    assert found.solved == found.cases == 12


def test_the_worst_stands_first_and_the_base_case_is_not_repeated() -> None:
    tight = ring()
    tight = dataclasses.replace(
        tight, lines=tuple(dataclasses.replace(x, i_nom_ka=0.05) if x.id == "cd" else x for x in tight.lines)
    )
    found = n1(tight, schedule(tight, STATES, 3))
    assert [(v.element, v.hours) for v in found.base] == [("cd", 2)]  # 20 and 10 MW on 9.5 MVA, not 5
    assert [v.severity for v in found.violations] == sorted((v.severity for v in found.violations), reverse=True)
    assert found.violations[0].kind is ViolationKind.LOST_LOAD
    overloads = {(v.outage, v.element) for v in found.violations if v.kind is ViolationKind.OVERLOAD}
    assert ("ab", "ca") in overloads and not any(
        v.outage == "bc" and v.element == "cd" and v.value < 2 for v in found.violations
    )


def test_units_buses_and_common_modes_may_fail() -> None:
    wind = WindFarm(id="w", bus="b", p_nom_mw=60.0)
    machine = Generator(id="g", bus="d", p_nom_mw=20.0, v_set_pu=1.0)
    park = ring(wind_farms=(wind,), generators=(machine,))
    table = schedule(park, STATES | {"w": 55.0, "g": 10.0}, 3)
    found = n1(park, table, kinds=("unit", "bus"), common_mode={"corridor": ("ab", "ca")})
    assert found.outages == 2 + 4 + 1
    lost = {v.outage: v.value for v in found.violations if v.kind is ViolationKind.LOST_LOAD}
    assert lost == {"a": 80.0, "b": 60.0, "c": 20.0, "d": 20.0, "corridor": 80.0}
    gone = flow(dataclasses.replace(park, wind_farms=()), table.sel(unit=[u for u in table.unit.values if u != "w"]))
    only = n1(
        dataclasses.replace(park, lines=tuple(dataclasses.replace(x, i_nom_ka=0.01) for x in park.lines)),
        table,
        elements=["w"],
    )
    highest = {v.element: v.value for v in only.violations if v.kind is ViolationKind.OVERLOAD}
    for name, value in highest.items():
        assert value == pytest.approx(float(gone.loading.sel(branch=name).max()) * 40, rel=1e-5)
    assert "ab" in highest


def test_a_second_connection_takes_an_island_over() -> None:
    park = dataclasses.replace(ring(), grids=(grid("a", "g1"), grid("d", "g2")))
    found = n1(park, schedule(park, STATES | {"g2": 5.0}, 3))
    assert not [v for v in found.violations if v.kind is ViolationKind.LOST_LOAD]
    assert found.solved == found.cases


def test_planned_outages_are_out_beside_the_failure() -> None:
    park = ring(outages=(outage("ab", "2025-01-01T08:00", "2025-01-01T09:00"),))
    table = schedule(park, STATES, 3)
    lost = [v for v in n1(park, table).violations if v.kind is ViolationKind.LOST_LOAD]
    by_outage = {v.outage: (v.value, v.hours) for v in lost}
    assert by_outage["bc"][1] == 1 and by_outage["bc"][0] in (60.0, 30.0, 50.0)


def test_taps_stay_and_banks_are_stepped() -> None:
    """A changer that has moved up for the base case stays there when a parallel line is lost."""
    buses = (Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0), Bus(id="c", v_nom_kv=10.0, v_min_pu=0.99))
    regulated = dataclasses.replace(transformer("t", "b", "c"), v_set_pu=1.0, tap_min=-16, tap_max=16, tap_step=0.0125)
    lines = (line("l1", "a", "b", length_km=60.0), line("l2", "a", "b", length_km=60.0))
    park = park_of(buses=buses, lines=lines, transformers=(regulated,), grids=(grid("a"),), loads=(load("x", "c", 40),))
    table = schedule(park, {"x": np.array([-40.0, -10.0])}, 2)
    (sag,) = [v for v in n1(park, table, elements=["l1"]).violations if v.kind is ViolationKind.VOLTAGE]
    moved = flow(dataclasses.replace(park, lines=lines[1:]), table)
    assert sag.value < float(moved.v_pu.sel(bus="c")[0]) - 0.01
    bank = Shunt(id="c", bus="c", q_nom_mvar=20.0, steps=4, v_set_pu=1.0)
    stepped = n1(dataclasses.replace(park, shunts=(bank,), transformers=(transformer("t", "b", "c"),)), table)
    assert stepped.solved == stepped.cases == 6


def test_what_is_not_there_is_named() -> None:
    park = ring()
    table = schedule(park, STATES, 3)
    with pytest.raises(Mismatch, match="no branch, unit or bus named"):
        n1(park, table, elements=["zz"])
    with pytest.raises(Mismatch, match="outages are of branch, unit, bus"):
        n1(park, table, kinds=("lines",))


def test_a_coupler_outage_is_a_bus_section() -> None:
    park = ring()
    park = dataclasses.replace(
        park, buses=(*park.buses, Bus(id="c2", v_nom_kv=110.0)), switches=(Switch(id="s", bus="c", element="c2"),),
        loads=(*park.loads, load("z", "c2", 7)),
    )  # fmt: skip
    found = n1(park, schedule(park, STATES | {"z": -7.0}, 3), kinds=("bus",))
    lost = {v.outage: v.value for v in found.violations if v.kind is ViolationKind.LOST_LOAD}
    assert lost["c2"] == 7.0
    assert lost["c"] == 27.0


def test_progress_rises_to_one_and_cancels() -> None:
    park, seen = ring(), []
    n1(park, schedule(park, STATES, 3), on_progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == pytest.approx(1.0)

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        n1(park, schedule(park, STATES, 3), on_progress=stop)
