"""What visitors are shown, worked out by hand: metal of green power and avoided CO2 of two hours."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from holin.park import EmissionFactor, Grid, Park, ParkFacts, Potline
from holin.twin.visitors import VisitorHours, visitor_hours

LINE = Potline(
    id="line", bus="b", enterprise="e", pots=1, amperage_ka=500.0, back_emf_v=2.16, pot_resistance_uohm=3.58,
    current_efficiency=0.94, rectifier_efficiency=0.983, auxiliary=0.04, amperage_min_ka=400.0,
    amperage_max_ka=550.0, heat_window_h=4.0,
)  # fmt: skip
"""One cell of the open model shen-y21/Data-Driven-Dimension-Reduction, as in tests/potline."""

TIME = np.array(["2025-03-03T10", "2025-03-03T11"], dtype="datetime64[ns]")
SOURCES = {"wind": "wind_farm", "sun": "pv_plant", "bought": "grid", "coal": "thermal_unit"}
SINKS = {"line": "potline", "shop": "load", "bess": "storage", "out": "export"}
TRACED = {
    # (hour, source, sink): MWh
    (0, "wind", "line"): 1.0, (0, "wind", "shop"): 0.3, (0, "wind", "bess"): 9.0, (0, "wind", "out"): 5.0,
    (0, "coal", "line"): 1.0895,
    (1, "sun", "line"): 0.5, (1, "bought", "line"): 0.2, (1, "coal", "line"): 0.8201, (1, "coal", "shop"): 4.0,
}  # fmt: skip


def park(*factors: EmissionFactor) -> Park:
    grid = Grid(id="grid", bus="b", sk_max_mva=1000.0, import_max_mw=10.0, emission_factor="own" if factors else None)
    return Park(facts=ParkFacts(id="hand"), potlines=(LINE,), grids=(grid,), emission_factors=factors)


def shown(of: Park) -> VisitorHours:
    """At 500 and 400 kA the cell takes 1.9750 and 1.4368 MW at 3.950 and 3.592 V; x 1.04 / 0.983 they are AC power."""
    flows = xr.Dataset(
        {"p_mw": (("time", "unit"), [[-1.975 * 1.04 / 0.983], [-1.4368 * 1.04 / 0.983]])},
        coords={"time": TIME, "unit": ["line"]},
    )
    energy = np.zeros((2, len(SOURCES), len(SINKS)))
    for (hour, source, sink), mwh in TRACED.items():
        energy[hour, list(SOURCES).index(source), list(SINKS).index(sink)] = mwh
    trace = xr.Dataset(
        {"energy_mwh": (("time", "source", "sink"), energy)},
        coords={
            "time": TIME, "source": list(SOURCES), "sink": list(SINKS),
            "source_kind": ("source", list(SOURCES.values())), "sink_kind": ("sink", list(SINKS.values())),
            "green": ("source", [True, True, True, False]),
        },
    )  # fmt: skip
    return visitor_hours(of, flows, trace)


def test_green_metal_by_hand() -> None:
    """0.15772 + 0.12618 = 0.28390 t of 2.08952 + 1.52009 = 3.60961 MWh: 0.0786512 t/MWh, times 1.0 and 0.7 MWh green.

    Bought green power is green; what storage and export took makes no metal.
    """
    found = shown(park())
    assert found.metal_t == pytest.approx([0.15772, 0.12618], abs=1e-5)
    assert found.green_metal_t == pytest.approx([0.078651, 0.055056], abs=2e-6)


def test_avoided_co2_by_hand() -> None:
    """At 0.5 t/MWh: (1.0 + 0.3) x 0.5 and 0.5 x 0.5 t; charging, export and bought green power avoid nothing."""
    found = shown(park(EmissionFactor(id="own", region="here", year=2023, t_per_mwh=0.5)))
    assert found.avoided_t == pytest.approx([0.65, 0.25], abs=1e-12)
    assert [c.factor.id for c in found.factors] == ["own"]


def test_without_a_factor_nothing_is_said_of_avoided_co2() -> None:
    assert np.isnan(shown(park()).avoided_t).all()


def test_a_line_that_stands_still_makes_nothing_and_divides_by_nothing() -> None:
    found = shown(Park(facts=ParkFacts(id="hand")))
    assert found.metal_t.tolist() == [0.0, 0.0] and found.green_metal_t.tolist() == [0.0, 0.0]
