"""Energy matched hour by hour, by hand."""

import math

import numpy as np
import pytest
import xarray as xr

from holin.park import Park, ParkFacts
from holin.rules import OF_LEDGER
from holin.summary.energy import matched_mwh, quantities

KINDS = {
    "w": "wind_farm",
    "s": "pv_plant",
    "b": "storage",
    "c": "thermal_unit",
    "g": "grid",
    "l": "load",
    "p": "potline",
}


def flows(**power: tuple[float, ...]) -> xr.Dataset:
    """Powers into the network (MW) of one unit per kind over the hours."""
    units = list(power)
    return xr.Dataset(
        {"p_mw": (("time", "unit"), np.array([power[u] for u in units]).T)},
        coords={"unit": units, "kind": ("unit", [KINDS[u] for u in units])},
    )


def test_a_good_year_is_no_good_hour() -> None:
    """Load 10 and 10, clean 20 and 0: one half is matched, though the year's energies are equal."""
    assert matched_mwh(flows(w=(20.0, 0.0), l=(-10.0, -10.0), g=(-10.0, 10.0))) == pytest.approx(10.0)


def test_storage_carries_clean_energy_into_another_hour_less_its_losses() -> None:
    """20 of sun, 10 stored, 8 come back: 10 + 8 of 20."""
    here = flows(s=(20.0, 0.0), b=(-10.0, 8.0), l=(-6.0, -6.0), p=(-4.0, -4.0), g=(0.0, 2.0))
    assert matched_mwh(here) == pytest.approx(18.0)


def test_stored_coal_is_not_clean() -> None:
    """5 of coal stored and 4 given back: -5 and +4, so that storage cannot make coal clean."""
    assert matched_mwh(flows(c=(15.0, 6.0), b=(-5.0, 4.0), l=(-10.0, -10.0))) == pytest.approx(-1.0)


def test_what_is_exported_matches_no_load() -> None:
    """Wind 12, of which 5 are exported while coal gives 3: 7 of 10."""
    assert matched_mwh(flows(w=(12.0,), c=(3.0,), l=(-10.0,), g=(-5.0,))) == pytest.approx(7.0)


def test_an_hour_without_a_power_flow_is_left_out() -> None:
    gone = math.nan
    assert matched_mwh(flows(w=(8.0, gone), l=(-10.0, gone), g=(2.0, gone))) == pytest.approx(8.0)
    assert matched_mwh(flows(w=(8.0,), l=(0.0,))) == 0.0


def test_land_and_certificates_are_not_known_to_a_run() -> None:
    energy = dict.fromkeys(("wind", "solar", "curtailed", "load", "shed", "import", "export"), 1.0)
    park = Park(facts=ParkFacts(id="p"))
    found = quantities(
        park, energy, co2_t=0.0, aluminium_load_mwh=0.0, green_traced_mwh=0.5, matched_mwh=0.25
    )  # fmt: skip
    assert (found["matched_mwh"], found["green_traced_mwh"]) == (0.25, 0.5)
    assert {name for name, value in found.items() if math.isnan(value)} == {"land_ha", *OF_LEDGER}
