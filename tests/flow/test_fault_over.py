"""Short circuits over the hours of a schedule: what stands still feeds nothing, the worst hour is found."""

import dataclasses
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule
from pytest import approx

from holin.errors import Mismatch
from holin.flow import FaultCase, fault, fault_over
from holin.park import Bus, Fuel, Outage, Park, ThermalUnit

UNIT = ThermalUnit(
    id="c", bus="b", p_nom_mw=100.0, p_min_mw=40.0, ramp_up_mw_per_h=50.0, ramp_down_mw_per_h=50.0, auxiliary=0.0,
    heat_rate_points=((0.4, 10.0), (1.0, 10.0)), fuel="coal",
)  # fmt: skip


def park(**more: Any) -> Park:
    """A feeder at a, two circuits to b with a unit, a load at b; b's breakers hold 10.0 kA."""
    tables: dict[str, Any] = {
        "buses": (Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0, ik_max_ka=10.0)),
        "grids": (grid("a", sk_max_mva=3000.0, sk_min_mva=2000.0),),
        "lines": (line("l", "a", "b", length_km=10.0), line("m", "a", "b", length_km=10.0)),
        "thermal_units": (UNIT,),
        "fuels": (Fuel(id="coal", price_per_gj=20.0, emission_factor_t_per_gj=0.1),),
        "loads": (load("x", "b"),),
    }
    return park_of(**(tables | more))


def by_bus(found: Any, case: str) -> dict[str, Any]:
    return {w.circuit.bus: w for w in found if w.circuit.case is FaultCase(case)}


def test_the_worst_hour_of_each_bus() -> None:
    """Hours 0, 1: the unit stands; 2, 3: it runs; 3 and 4: one circuit is out (UTC+8)."""
    out = Outage(id="o", element="m", start=datetime(2025, 1, 1, 11), end=datetime(2025, 1, 1, 13))
    whole = park(outages=(out,))
    table = schedule(whole, {"c": np.array([0.0, 1e-9, 60.0, 80.0, 0.0]), "x": -10.0}, 5)
    found = fault_over(whole, table, faults=("3ph",))
    still, circuit = frozenset({"c"}), frozenset({"m"})
    direct = {
        (gone, case): {c.bus: c.ikss_ka for c in fault(whole, faults=("3ph",), cases=(case,), out=gone)}
        for gone in (frozenset(), still, circuit, still | circuit)
        for case in ("max", "min")
    }
    largest, smallest = by_bus(found, "max"), by_bus(found, "min")
    for bus in "ab":
        assert largest[bus].circuit.ikss_ka == approx(max(x[bus] for (_, case), x in direct.items() if case == "max"))
        assert smallest[bus].circuit.ikss_ka == approx(min(x[bus] for (_, case), x in direct.items() if case == "min"))
        assert (largest[bus].time, largest[bus].hours) == (table.time.values[2], 1)
    assert (smallest["b"].time, smallest["b"].hours) == (table.time.values[4], 1)
    # the unit is all that a circuit could change at a, so both hours without it are equally bad there
    assert smallest["a"].hours == 3 and smallest["a"].time == table.time.values[0]
    assert direct[still, "max"]["b"] < direct[frozenset(), "max"]["b"]
    margin = {
        gone: fault(whole, faults=("3ph",), cases=("max",), buses=("b",), out=gone)[0].margin for gone in (still,)
    }
    assert largest["b"].circuit.margin is not None and largest["b"].circuit.margin < margin[still]


def test_an_hour_without_source_counts_only_when_all_are() -> None:
    out = Outage(id="o", element="grid", start=datetime(2025, 1, 1, 8), end=datetime(2025, 1, 1, 9))
    whole = park(outages=(out,))
    table = schedule(whole, {"c": 0.0, "x": -10.0}, 2)
    found = by_bus(fault_over(whole, table, faults=("3ph",)), "min")
    assert found["a"].time == table.time.values[1] and np.isfinite(found["a"].circuit.ikss_ka)
    dark = by_bus(fault_over(whole, table.isel(time=[0]), faults=("3ph",)), "min")
    assert np.isnan(dark["a"].circuit.ikss_ka) and dark["a"].circuit.within is None


def test_what_is_asked_goes_on_and_progress_ends_at_one() -> None:
    whole, said = park(), list[float]()
    table = schedule(whole, {"c": np.array([0.0, 50.0]), "x": -10.0}, 2)
    found = fault_over(
        whole, table, faults=("2ph",), cases=("max",), buses=("b",), out=frozenset({"l"}), on_progress=said.append
    )
    [alone] = fault(whole, faults=("2ph",), cases=("max",), buses=("b",), out=frozenset({"l"}))
    assert [w.circuit for w in found] == [alone] and said == [0.5, 1.0]


def test_a_schedule_of_another_park_is_refused() -> None:
    whole = park()
    other = schedule(dataclasses.replace(whole, thermal_units=()), {"x": -10.0}, 1)
    with pytest.raises(Mismatch, match=r"thermal units \['c'\] are not in it"):
        fault_over(whole, other)
