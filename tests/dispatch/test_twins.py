"""Identical units and potlines share columns only where the network cannot tell their buses apart."""

from datetime import datetime

import numpy as np
import pytest
from dispatch_parks import LINE, PARK, tables_of, with_

from holin.dispatch import dispatch
from holin.operation import BranchLimit, Islands, places_of
from holin.park import Bus, Fuel, Line, Outage, ThermalUnit


def line(name: str, bus: str, i_nom_ka: float) -> Line:
    return Line(
        id=name, bus_from="A", bus_to=bus, length_km=10, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=i_nom_ka
    )  # fmt: skip


def unit(name: str, bus: str) -> ThermalUnit:
    return ThermalUnit(
        id=name, bus=bus, p_nom_mw=40.0, p_min_mw=0.0, ramp_up_mw_per_h=40.0, ramp_down_mw_per_h=40.0,
        heat_rate_points=((0.5, 10.0), (1.0, 10.0)), fuel="coal",
    )  # fmt: skip


# 50 MW of load; twins of 40 MW behind lines of 20 MVA (sqrt(3) x 110 kV x 0.10497 ka) and 190 MVA; import is dear.
# Fuel: 10 GJ/MWh x 10 per GJ = 100 per MWh.
TWINS = with_(
    PARK,
    wind_farms=(),
    buses=(*PARK.buses, Bus(id="C", v_nom_kv=110.0), Bus(id="D", v_nom_kv=110.0)),
    lines=(LINE, line("AC", "C", 20.0 / (3**0.5 * 110.0)), line("AD", "D", 1.0)),
    fuels=(Fuel(id="coal", price_per_gj=10.0, emission_factor_t_per_gj=0.1),),
    thermal_units=(unit("U1", "C"), unit("U2", "D")),
)


def test_twins_behind_unlike_lines_do_not_run_alike() -> None:
    # Alike, both would stop at 20 MW and 10 MW would be bought at 300: 7,000 an hour. Apart: 50 x 100 = 5,000.
    found = dispatch(TWINS, *tables_of(TWINS, [[], [], []], [[50.0]] * 3))
    assert found.objective == pytest.approx(3 * 5000.0)
    gross = found.schedule.gross_mw
    assert (gross.sel(thermal_unit="U1").values <= 20.0 + 1e-6).all()
    assert gross.sum("thermal_unit").values == pytest.approx([50.0] * 3)


def test_twins_in_different_islands_do_not_run_alike() -> None:
    # With AD out, D has no voltage and U2 does not run; U1 gives its line's 20 MW and 30 MW are bought.
    time = datetime(2025, 1, 1), datetime(2025, 1, 1, 3)
    park = with_(TWINS, outages=(Outage(id="o", element="AD", start=time[0], end=time[1]),))
    found = dispatch(park, *tables_of(park, [[], [], []], [[50.0]] * 3))
    assert found.objective == pytest.approx(3 * (20 * 100.0 + 30 * 300.0))


def test_places_are_islands_and_shares() -> None:
    islands = Islands(buses=("A", "B", "C", "D"), number=np.array([[0, 0, 0, 1], [0, 0, 0, 0]]))
    limit = BranchLimit(
        branch="l", hours=np.array([0]), share={"B": -0.0, "C": 0.5}, base_mw=np.zeros(1), limit_mw=np.ones(1)
    )  # fmt: skip
    free, bound = places_of(islands, ()), places_of(islands, (limit,))
    assert free["A"] == free["B"] == free["C"] != free["D"]
    assert bound["A"] == bound["B"] != bound["C"]
