"""Ways to get a park wrong that only the hours ahead meet: starts, ageing, reserves, stocks, demand charges, spot."""
# ruff: noqa: E501  (a case is a row of a table)

import shutil
from pathlib import Path

import pytest
from parkfile_cases import Case, Spoil, add, all_of, cell, data, moments

from holin.errors import BadInput
from holin.parkfile import faults_of_park, read_park

WARNING = "warning"


def unit(**cells: str) -> Spoil:
    """Change the thermal unit, of 50 MW and 20 MW at least; the fault is expected at the last cell."""
    return all_of(*(cell("thermal_unit.csv", "unit-1", name, text) for name, text in cells.items()))


def cells(**given: str) -> Spoil:
    """Change the storage, of 0.05 to 0.95 of its content."""
    return all_of(*(cell("storage.csv", "battery-1", name, text) for name, text in given.items()))


def reserve(field: str, **given: str) -> Spoil:
    """Add a requirement."""
    added = add("reserve.csv", **({"id": "r1", "kind": "up", "fixed_mw": "5"} | given))
    return lambda folder: added(folder)._replace(field=field)


def band(field: str, id_: str = "evening", **given: str) -> Spoil:
    """Add a charge on the highest draw of some hours."""
    row = {"id": id_, "tariff": "tou", "hour_from": "17", "hour_to": "21", "charge_per_mw_month": "9000"}
    added = add("tariff_demand.csv", **(row | given))
    return lambda folder: added(folder)._replace(field=field)


def hourly(header: str, *values: float, hours: int = 48) -> Spoil:
    """Write a series file with one column from 1 January 2025 on; the last value goes on."""
    rows = [f"{time},{values[min(k, len(values) - 1)]}" for k, time in enumerate(moments("2025-01-01T00:00", hours))]
    content = "\n".join([f"time,{header}", *rows, ""]).encode()
    return data(f"series/{header}.csv", content, 2, header)


def series(header: str, unit_: str, field: str | None = None) -> Spoil:
    added = add("series.csv", id=f"ser-{header}", file=f"series/{header}.csv", header=header, unit=unit_)
    return lambda folder: added(folder)._replace(field=field)


LIMITED = all_of(series("cap", "1"), cell("grid.csv", "grid", "import_max_series", "ser-cap"))
SPOT = cell("tariff.csv", "tou", "energy_series", "ser-spot")
LIFE = {"replacement_cost_per_mwh": "900000"}

CASES = (
    Case("one start point", unit(start_points="1:20"), ("a curve needs 2 points",)),
    Case("times of a start fall", unit(start_points="0:0;2:10;1:20"), ("the times do not rise: 1 follows 2",)),
    Case("a start begins late", unit(start_points="1:0;2:20"), ("begins at 1 h", "begin with 0")),
    Case("a start ends below the lowest load", unit(start_points="0:0;2:15"), ("ends at 15 MW, not at p_min_mw = 20", "end with 2:20")),
    Case("a start ends above the lowest load", unit(start_points="0:0;2:50"), ("ends at 50 MW",)),
    Case("power falls in a start", unit(start_points="0:0;1:15;2:10;3:20"), ("falls while the unit starts",), WARNING),
    Case("warm after cold", unit(warm_after_h="60"), ("not below cold_after_h = 48", "warm_after_h < cold_after_h")),
    Case("a warm start cheaper than a hot one", unit(start_cost="500", start_cost_warm="400"), ("a warm start is cheaper than start_cost = 500",), WARNING),
    Case("a cold start cheaper than a warm one", unit(start_cost="500", start_cost_warm="900", start_cost_cold="800"), ("a cold start is cheaper than start_cost_warm = 900",), WARNING),
    Case("a cold start cheaper than a hot one", unit(start_cost="500", start_cost_cold="400"), ("a cold start is cheaper than start_cost = 500",), WARNING),
    Case("first load below the lowest", unit(start_max_mw="15"), ("below p_min_mw = 20", "first step")),
    Case("last load below the lowest", unit(stop_max_mw="15"), ("below p_min_mw = 20", "last step")),
    Case("a heat store without heat", unit(heat_nom_mw="0", heat_series="", heat_store_mwh="30"), ("without heat", "heat_nom_mw"), WARNING),
    Case("depths in percent", cells(**LIFE, cycle_life_points="20:30000;100:4000"), ("a depth of 100", "divide a percentage by 100")),
    Case("depths fall", cells(**LIFE, cycle_life_points="1:4000;0.2:30000"), ("the depths do not rise",)),
    Case("deep cycles last longer", cells(**LIFE, cycle_life_points="0.2:4000;1:30000"), ("deeper ones last no less", "fall with depth")),
    Case("shallow cycles wear more", cells(**LIFE, cycle_life_points="0.2:5000;1:4000"), ("more in cycles of depth 1 than of 0.2", "evened out"), WARNING),
    Case("ageing without a cost", cells(cycle_life_points="0.2:30000;1:4000"), ("ageing costs nothing", "give replacement_cost_per_mwh"), WARNING),
    Case("a cost without ageing", cells(**LIFE), ("there are no cycle_life_points",), WARNING),
    Case("one point of charging power", cells(charge_power_points="0.5:1"), ("a curve needs 2 points",)),
    Case("contents of charging power fall", cells(charge_power_points="1:0.3;0:1"), ("the contents do not rise",)),
    Case("charging power in percent", cells(charge_power_points="0:100;1:30"), ("a content or a power above nominal", "both 0..1")),
    Case("charging power bends upwards", cells(charge_power_points="0:1;0.5:0.4;1:0.3"), ("not concave", "below their neighbours' line")),
    Case("charging power ends early", cells(charge_power_points="0:1;0.8:0.5"), ("ends at a content of 0.8", "a point at soc_max = 0.95")),
    Case("discharging power begins late", cells(discharge_power_points="0.2:0.5;1:1"), ("begins at a content of 0.2", "a point at soc_min = 0.05")),
    Case("a wish below the range", cells(soc_end="0.02"), ("outside soc_min = 0.05 .. soc_max = 0.95",)),
    Case("a wish above the range", cells(soc_end="0.99"), ("outside soc_min", "within the allowed range")),
    Case("inertia with a share of load", reserve("load_share", kind="inertia", load_share="0.1"), ("inertia has no shares", "MW s")),
    Case("inertia with a share of wind", reserve("renewable_share", kind="inertia", renewable_share="0.1"), ("inertia has no shares",)),
    Case("inertia of the largest unit", reserve("largest_unit", kind="inertia", largest_unit="true"), ("kind inertia replaces no unit",)),
    Case("downward reserve of the largest unit", reserve("largest_unit", kind="down", largest_unit="true"), ("kind down replaces no unit", "up or primary")),
    Case("a reserve of nothing", reserve("kind", fixed_mw="0"), ("asks for nothing",), WARNING),
    Case("an unknown kind of reserve", reserve("kind", kind="spinning"), ("up, down, primary",)),
    Case("coal arrives at no yard", cell("fuel.csv", "lignite", "delivery_gj_per_day", "5000"), ("there is no stock", "give stock_gj"), WARNING),
    Case("a demand charge on no hours", band("hour_to", hour_to="17"), ("not after hour_from = 17",)),
    Case("a demand charge of no tariff", band("tariff", tariff="tuo"), ("did you mean 'tou'?",)),
    Case("a demand charge beside that on all hours", band("charge_per_mw_month"), ("'tou' charges the month's highest draw of all hours", "pays both"), WARNING),
    Case("two demand charges on one hour", all_of(cell("tariff.csv", "tou", "demand_charge_per_mw_month", "0"), band("", "late", hour_from="20", hour_to="2"), band("hour_from", hour_from="0", hour_to="1")), ("shares hours with 'late'",), WARNING),
    Case("an import limit above 1", all_of(LIMITED, hourly("cap", 1.1)), ("48 value(s) outside 0..1", "divide MW by it")),
    Case("an import limit below 0", all_of(LIMITED, hourly("cap", -0.1, 0.5)), ("1 value(s) outside 0..1",)),
    Case("an import limit of no series", cell("grid.csv", "grid", "import_max_series", "ser-wnd"), ("did you mean 'ser-wind'?",)),
    Case("a spot price without a unit", all_of(SPOT, hourly("spot", 400.0), series("spot", "1", "unit")), ("a spot price of 'tou' has a unit",), WARNING),
    Case("spot prices of a day", all_of(SPOT, hourly("spot", 400.0, hours=24), series("spot", "currency/MWh", "file")), ("other series from", "add the missing hours"), WARNING),
    Case("sold dearer than spot", all_of(hourly("spot", 400.0, -50.0), series("spot", "currency/MWh"), cell("tariff.csv", "tou", "energy_series", "ser-spot"), cell("tariff.csv", "tou", "export_price_per_mwh", "180")), ("in 47 hour(s) of its spot prices", "set export_max_mw"), WARNING),
)  # fmt: skip


@pytest.fixture
def park(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "park"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_fault_is_named_with_place_and_remedy(case: Case, park: Path) -> None:
    place = case.spoil(park)
    faults = faults_of_park(park)
    found = [
        f
        for f in faults
        if (f.file, f.row, f.field) == place and f.severity == case.severity and all(w in str(f) for w in case.words)
    ]
    assert found, "\n".join(f"{f.severity} {f} {(f.file, f.row, f.field)}" for f in faults) + f"\nnot at {place}"
    assert all(f.problem and f.right and f.value is not None for f in found)
    if case.severity == "error":
        with pytest.raises(BadInput):
            read_park(park)
    else:
        read_park(park)


GOOD = {
    "a start in steps": unit(start_points="0:0;1:8;2.5:20", start_cost="500", start_cost_warm="500", start_cost_cold="900"),
    "a start at its lowest load at once": unit(start_points="0:20;2:20", start_max_mw="20", stop_max_mw="50"),
    "cells of one point": cells(**LIFE, cycle_life_points="1:6000"),
    "cells that wear by energy alone": cells(**LIFE, cycle_life_points="0.25:16000;0.5:8000;1:4000"),
    "power over content": cells(charge_power_points="0:1;0.8:1;1:0", discharge_power_points="0.05:0;0.3:0.9;1:1", soc_end="0.95"),
    "all kinds of reserve": all_of(*(reserve("kind", id=k, kind=k) for k in ("up", "down", "primary", "inertia")), reserve("kind", id="n1", fixed_mw="0", largest_unit="true")),
    "a yard": all_of(cell("fuel.csv", "lignite", "stock_gj", "0"), cell("fuel.csv", "lignite", "delivery_gj_per_day", "5000")),
    "two demand charges at different hours": all_of(cell("tariff.csv", "tou", "demand_charge_per_mw_month", "0"), band("", "night", hour_from="22", hour_to="6"), band("")),
    "two demand charges in different months": all_of(cell("tariff.csv", "tou", "demand_charge_per_mw_month", "0"), band("", "summer", month_from="6", month_to="8"), band("", month_from="9", month_to="5")),
    "prices of export by the hour": all_of(hourly("paid", 900.0, 100.0), series("paid", "currency/MWh"), cell("tariff.csv", "tou", "export_series", "ser-paid")),
    "an import limit": all_of(LIMITED, hourly("cap", 1.0, 0.0)),
    "spot prices, some below zero, and nothing sold": all_of(hourly("spot", 400.0, -50.0), series("spot", "currency/MWh"), SPOT, cell("grid.csv", "grid", "export_max_mw", "0")),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_so_is_no_fault(name: str, park: Path) -> None:
    GOOD[name](park)
    assert faults_of_park(park) == []
    read_park(park)
