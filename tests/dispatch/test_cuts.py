"""Cuts of outages and voltages as rows: shares by LODF, equal rows once, what is lost, what stays as it is."""

import numpy as np
import pytest
import xarray as xr
from dispatch_parks import LINE, PARK, tables_of, times, with_

from holin.dispatch import Taught, kept_where_paid, known_losses, outage_cuts, same_taught, voltage_cuts, voltage_steps
from holin.dispatch.case import Case, fixed_mw
from holin.dispatch.dispatch import case_of
from holin.dispatch.limits import islands_of, topologies_of
from holin.flow import dc_network
from holin.park import Bus, Line, Load, Park


def line(id_: str, bus_from: str, bus_to: str, x: float = 0.4) -> Line:
    return Line(
        id=id_, bus_from=bus_from, bus_to=bus_to, length_km=10, r_ohm_per_km=0.1, x_ohm_per_km=x, i_nom_ka=LINE.i_nom_ka
    )


RING = with_(
    PARK,
    buses=tuple(Bus(id=b, v_nom_kv=110.0) for b in "ABC"),
    lines=(line("AB", "A", "B"), line("BC", "B", "C", 0.3), line("AC", "A", "C"), line("AC2", "A", "C", 0.9)),
    loads=(Load(id="L", bus="C", enterprise="E", load_mw=50.0),),
)


def case(park: Park, hours: int = 2) -> Case:
    may, must = tables_of(park, [[10.0]] * hours, [[50.0]] * hours)
    return case_of(park, may, must, islands=islands_of(topologies_of(park, times(hours)), hours))


def test_shares_after_an_outage_are_ptdf_plus_lodf_ptdf():
    (cut,) = outage_cuts(case(RING), "BC", {"AC": np.array([30.0, np.inf])})
    whole = dc_network(RING)
    b, k = whole.branches.index("AC"), whole.branches.index("BC")
    through = whole.ptdf[:, whole.buses.index("B")] - whole.ptdf[:, whole.buses.index("C")]
    expected = whole.ptdf[b] + through[b] / (1.0 - through[k]) * whole.ptdf[k]
    assert [cut.share[bus] for bus in whole.buses] == pytest.approx(expected.tolist(), abs=1e-9)
    assert cut.hours.tolist() == [0] and cut.limit_mw.tolist() == [30.0]
    assert cut.base_mw == pytest.approx([-50.0 * cut.share["C"]])  # the fixed load alone
    assert (cut.outage, cut.element) == ("BC", "AC")


def test_what_an_outage_leaves_without_voltage_is_not_in_its_rows():
    radial = with_(RING, lines=(line("AB", "A", "B"), line("BC", "B", "C")))
    (cut,) = outage_cuts(case(radial), "BC", {"AB": np.full(2, 20.0)})
    assert cut.share["C"] == 0.0 and abs(cut.share["B"]) == pytest.approx(1.0)
    assert cut.base_mw == pytest.approx([0.0, 0.0])


def test_only_a_unit_that_is_out_is_left_out_of_the_row():
    assert outage_cuts(case(RING), "W", {"AC": np.full(2, 20.0)})[0].without == {"W"}
    assert outage_cuts(case(RING), "BC", {"AC": np.full(2, 20.0)})[0].without == frozenset()


def test_twins_have_one_row_that_stands_for_all():
    """Two alike circuits: the outage of either leaves the other with all, and that is one inequality."""
    park = with_(PARK, lines=(line("P1", "A", "B"), line("P2", "A", "B")))
    limit = np.full(2, 30.0)
    cuts = Taught(after={"P1": {"P2": limit}, "P2": {"P1": limit}}).cuts(case(park))
    assert len(cuts) == 1 and set(cuts[0].stands_for) == {("P1", "P2"), ("P2", "P1")}
    other = Taught(after={"P1": {"P2": limit}, "P2": {"P1": limit - 1.0}}).cuts(case(park))
    assert len(other) == 2


def flows(v: list[list[float]]) -> xr.Dataset:
    values = np.array(v)
    return xr.Dataset({"v_pu": (("time", "bus"), values)}, coords={"time": times(len(values)), "bus": ["A", "B"]})


def schedule(p: list[float]) -> xr.Dataset:
    """Wind at B, the rest from the grid at A; 50 MW of load at B."""
    power, loss = np.array([[50.0 - x, x, -50.0] for x in p]), np.zeros((len(p), 2))
    places = {"unit": ["G", "W", "L"], "unit_bus": ("unit", ["A", "B", "B"]), "bus": ["A", "B"]}
    return xr.Dataset(
        {"p_mw": (("time", "unit"), power), "loss_mw": (("time", "bus"), loss)},
        coords={"time": times(len(p)), **places},
    )


def test_a_voltage_as_a_row_has_the_voltage_found_at_the_point_found():
    """At the point found the row's flow is (v - middle) / slope; where power falls by the excess it is at its limit."""
    park = with_(PARK, buses=(Bus(id="A", v_nom_kv=110.0), Bus(id="B", v_nom_kv=110.0, v_min_pu=0.95, v_max_pu=1.05)))
    slope = xr.DataArray(
        np.full((2, 1, 2), [0.0, 0.002]), dims=("time", "bus", "at"), coords={"bus": ["B"], "at": ["A", "B"]}
    )
    found = flows([[1.0, 1.06], [1.0, 1.01]])
    steps = voltage_steps(park, found)
    assert {bus: at.tolist() for bus, at in steps.items()} == {"B": [0]}
    one = case(park)
    (cut,) = voltage_cuts(one, schedule([40.0, 40.0]), found, slope, steps)
    assert cut.share == {"A": 0.0, "B": 1.0} and cut.voltage
    moved = lambda wind: cut.base_mw[0] + wind  # noqa: E731  the only column at B: wind
    assert moved(40.0) == pytest.approx((1.06 - 1.0) / 0.002)
    assert fixed_mw(one)[0].tolist() == [0.0, 50.0]
    # 1.05 less the margin of 2e-4 is 5.1 MW of wind away
    assert moved(40.0 - 0.0102 / 0.002) == pytest.approx(cut.limit_mw[0])


def test_a_voltage_that_nothing_moves_has_no_row():
    park = with_(PARK, buses=(Bus(id="A", v_nom_kv=110.0, v_max_pu=1.02), Bus(id="B", v_nom_kv=110.0)))
    found = flows([[1.05, 1.0]])
    none = xr.DataArray(np.zeros((1, 1, 2)), dims=("time", "bus", "at"), coords={"bus": ["A"], "at": ["A", "B"]})
    assert voltage_cuts(case(park, 1), schedule([0.0]), found, none, voltage_steps(park, found)) == ()


def test_limits_broken_for_their_price_are_not_lowered_further():
    old, new = {"AB": np.array([30.0, 30.0])}, {"AB": np.array([20.0, 25.0]), "BC": np.array([9.0, 9.0])}
    kept = kept_where_paid(new, old, {("X", "AB"): np.array([1]), ("", "AB"): np.array([0])}, "X")
    assert kept["AB"].tolist() == [20.0, 30.0] and kept["BC"].tolist() == [9.0, 9.0]
    assert new["AB"].tolist() == [20.0, 25.0]


def test_losses_of_a_step_without_solution_are_those_before():
    found = xr.DataArray([[1.0, 2.0], [np.nan, np.nan]], dims=("time", "bus"))
    before = xr.DataArray([[5.0, 5.0], [3.0, 4.0]], dims=("time", "bus"))
    assert known_losses(None, found).values.tolist() == [[1.0, 2.0], [0.0, 0.0]]
    assert known_losses(before, found).values.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_lessons_are_the_same_where_their_limits_are():
    limit = {"AB": np.array([1.0, 2.0])}
    assert same_taught(Taught(limits_mw=limit, after={"X": limit}), Taught(limits_mw=dict(limit), after={"X": limit}))
    assert not same_taught(Taught(after={"X": limit}), Taught(after={"X": {"AB": np.array([1.0, 1.9])}}))
    assert not same_taught(Taught(after={"X": limit}), Taught(after={"Y": limit}))
