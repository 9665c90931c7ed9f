"""A small park of meters, and readings written as rows of text."""

import csv
import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path

from holin.park import Grid, Load, Meter, Park, ParkFacts, PvPlant, Storage, WindFarm

GOLDEN = Path(__file__).parent / "golden"


def meter_park(time_zone: str = "UTC") -> Park:
    """Wind W (10 MW), PV P (5 MW), storage S, load L and grid G; quarter-hour meters `m-w` of six digits, `m-l`."""
    return Park(
        facts=ParkFacts(id="meters", time_zone=time_zone),
        grids=(Grid(id="G", bus="B", sk_max_mva=500.0, import_max_mw=30.0, export_max_mw=30.0),),
        wind_farms=(WindFarm(id="W", bus="B", p_nom_mw=10.0),),
        pv_plants=(PvPlant(id="P", bus="B", p_nom_mw=5.0, p_dc_mw=6.0),),
        storages=(Storage(id="S", bus="B", p_nom_mw=4.0, e_nom_mwh=8.0),),
        loads=(Load(id="L", bus="B", enterprise="works", load_mw=20.0),),
        meters=(
            Meter(id="m-w", enterprise="works", element="W", interval_min=15, register_max_kwh=1e6),
            Meter(id="m-l", enterprise="works", element="L", interval_min=15),
        ),
    )


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as a CSV file with the columns that any of them has."""
    given = list(rows)
    names = list(dict.fromkeys(name for row in given for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(given)
    return path


def in_zone(park: Park, time_zone: str) -> Park:
    return dataclasses.replace(park, facts=dataclasses.replace(park.facts, time_zone=time_zone))
