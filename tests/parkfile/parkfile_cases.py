"""A good park with every table, and the ways to spoil its folder."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from holin.calendar import hours_between
from holin.columns import Basis
from holin.park import (
    Bus,
    Candidate,
    Capital,
    CapitalKind,
    Choice,
    Claim,
    ClaimedFigure,
    Cost,
    Fuel,
    Park,
    Provenance,
    Series,
    Stage,
    Switch,
    ThermalUnit,
    Transformer3,
)
from holin.parkfile import example_park


def full_park() -> Park:
    """The example with all that it lacks: a three-winding transformer, switches, a thermal unit, series, two stages,
    and what may be built: storage like a template, wind, a circuit, import; the unit made flexible or retired."""
    park = example_park("full")
    time = hours_between(date(2025, 1, 1), date(2025, 1, 3), "Asia/Shanghai")
    shape = np.round(0.5 + 0.4 * np.sin(np.arange(len(time)) / 5), 6)
    series = (
        Series(id="ser-wind", file="series/wind.csv", header="wind-1", time=time, values=shape),
        Series(id="ser-load", file="series/wind.csv", header="rolling", time=time, values=shape[::-1].copy()),
        Series(id="ser-heat", file="series/heat.parquet", header="heat", time=time, values=shape / 2),
    )
    unit = ThermalUnit(
        id="unit-1", bus="b-gen", p_nom_mw=50.0, p_min_mw=20.0, ramp_up_mw_per_h=20.0, ramp_down_mw_per_h=20.0,
        heat_rate_points=((0.4, 10.9), (1.0, 9.8)), fuel="lignite", auxiliary=0.08, heat_nom_mw=40.0,
        heat_series="ser-heat", built=date(2020, 1, 1),
    )  # fmt: skip
    transformer = Transformer3(
        id="t3", bus_1="b-main", bus_2="b-mid", bus_3="b-gen", s_nom_1_mva=63.0, s_nom_2_mva=63.0, s_nom_3_mva=63.0,
        v_1_kv=66.0, v_2_kv=35.0, v_3_kv=10.5, uk_12=0.105, uk_23=0.065, uk_31=0.18, pk_12_kw=250.0, pk_23_kw=250.0,
        pk_31_kw=250.0, vector_group="YNyn0d11", tap_min=-2, tap_max=2, tap_step=0.025,
    )  # fmt: skip
    battery = dataclasses.replace(park.storages[0], id="battery-like", p_nom_mw=1.0, e_nom_mwh=4.0)
    build = {"choice": Choice.BUILD}
    candidates = (
        Candidate(
            id="new-battery", element="battery-like", template=True, p_max_mw=60.0, duration_min_h=2.0,
            duration_max_h=8.0, land_ha_per_mw=0.1, **build,
        ),
        Candidate(id="new-wind", element="wind-1", p_min_mw=10.0, p_max_mw=50.0, unit_mw=5.0, **build),
        Candidate(
            id="new-circuit", element="l-wind-1", p_max_mw=140.0, unit_mw=69.7, cost="cost-line",
            built=date(2025, 1, 1), **build,
        ),
        Candidate(id="new-import", element="grid", p_max_mw=40.0, cost="cost-line", **build),
        Candidate(
            id="unit-1-refit", element="unit-1-flexible", template=True, choice=Choice.RETROFIT, replaces="unit-1",
            cost="cost-refit",
        ),
        Candidate(id="unit-2-end", element="unit-2", choice=Choice.RETIRE),
    )  # fmt: skip
    return dataclasses.replace(
        park,
        facts=dataclasses.replace(park.facts, must_run_levels_mw=(0.0, 20.0)),
        stages=(
            Stage(name="2024", as_of=date(2024, 12, 31), title="Before"),
            Stage(name="2025", as_of=date(2025, 12, 31), title="After", title_zh="之后"),
        ),
        buses=(*park.buses, *(Bus(id=i, v_nom_kv=v) for i, v in (("b-mid", 35.0), ("b-gen", 10.0), ("b-sec", 66.0)))),
        transformers3=(transformer,),
        switches=(
            Switch(id="q-coupler", bus="b-main", element="b-sec", closed=True),
            Switch(id="q-line", bus="b-wind", element="l-wind-2", closed=True),
        ),
        fuels=(Fuel(id="lignite", price_per_gj=20.0, emission_factor_t_per_gj=0.101),),
        thermal_units=(
            unit,
            dataclasses.replace(unit, id="unit-1-flexible", p_min_mw=15.0, built=None),
            dataclasses.replace(unit, id="unit-2", heat_nom_mw=0.0, heat_series=None),
        ),
        storages=(*park.storages, battery),
        costs=(
            *park.costs,
            Cost(id="cost-line", capital_cost_per_mw=60_000.0, price_year=2025),
            Cost(id="cost-refit", capital_cost_per_mw=120_000.0, change_per_year=-0.01),
        ),
        capitals=(
            Capital(
                id="paid-circuit", kind=CapitalKind.NETWORK, element="l-wind-2", capital_cost=8e6, lifetime_years=30.0,
                fixed_cost_per_year=1e5, built=date(2025, 1, 1), retired=date(2055, 1, 1),
            ),
        ),
        candidates=candidates,
        wind_farms=(dataclasses.replace(park.wind_farms[0], series="ser-wind", built=date(2023, 6, 1)),),
        loads=(dataclasses.replace(park.loads[0], series="ser-load"), park.loads[1]),
        series=series,
        claims=(Claim(id="claim-1", stage="2025", figure=ClaimedFigure.GREEN_SHARE, low=0.3, months=(1, 2)),),
        provenance=(
            Provenance(
                table="wind_farm", row_id="wind-1", field="p_nom_mw", basis=Basis.PUBLISHED, reference="a plaque"
            ),
        ),
    )  # fmt: skip


class Place(NamedTuple):
    """Where a fault is expected; None: not said."""

    file: str
    row: int | None
    field: str | None


Spoil = Callable[[Path], Place]


class Case(NamedTuple):
    """One way to spoil the good park, and what must be said of it: where, and these words."""

    name: str
    spoil: Spoil
    words: tuple[str, ...]
    severity: str = "error"
    at: Place | None = None
    """Where the fault stands, if elsewhere than where the park was spoilt."""


def cell(file: str, row_id: str, column: str, text: str) -> Spoil:
    """Write another text into one cell; a missing column is added."""

    def spoil(folder: Path) -> Place:
        rows = read_rows(folder / file)
        if column not in rows[0]:
            rows = [[*rows[0], column], *([*r, ""] for r in rows[1:])]
        at = next(i for i, r in enumerate(rows) if r[0] == row_id and i)
        rows[at][rows[0].index(column)] = text
        write_rows(folder / file, rows)
        return Place(file, at + 1, column)

    return spoil


def header(file: str, old: str, new: str | None) -> Spoil:
    """Rename a column, or remove it."""

    def spoil(folder: Path) -> Place:
        rows = read_rows(folder / file)
        place = rows[0].index(old)
        if new is None:
            rows = [r[:place] + r[place + 1 :] for r in rows]
        else:
            rows[0][place] = new
        write_rows(folder / file, rows)
        return Place(file, 1, new or old)

    return spoil


def add(file: str, /, **cells: str) -> Spoil:
    """Add a row, and the file if it is missing."""

    def spoil(folder: Path) -> Place:
        rows = read_rows(folder / file) if (folder / file).exists() else [list(cells)]
        new = [c for c in cells if c not in rows[0]]
        rows = [[*rows[0], *new], *([*r, *("" for _ in new)] for r in rows[1:])]
        rows.append([cells.get(c, "") for c in rows[0]])
        write_rows(folder / file, rows)
        return Place(file, len(rows), None)

    return spoil


def text(
    file: str, old: str, new: str, row: int | None = None, field: str | None = None, mark: str | None = None
) -> Spoil:
    """Replace a text that stands once; the fault is expected in that row, or where `mark` then first stands."""

    def spoil(folder: Path) -> Place:
        content = (folder / file).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {file}"
        (folder / file).write_text(content.replace(old, new), encoding="utf-8", newline="")
        if mark is not None:
            spoilt = content.replace(old, new)
            return Place(file, spoilt[: spoilt.index(mark)].count("\n") + 1, field)
        return Place(file, content[: content.index(old)].count("\n") + 1 if row is None else row or None, field)

    return spoil


def data(file: str, content: bytes, row: int | None = None, field: str | None = None) -> Spoil:
    """Put other bytes into a file."""

    def spoil(folder: Path) -> Place:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
        return Place(file, row, field)

    return spoil


def recoded(file: str, encoding: str, row: int | None = None) -> Spoil:
    """Save a file in another encoding."""

    def spoil(folder: Path) -> Place:
        (folder / file).write_bytes((folder / file).read_text(encoding="utf-8").encode(encoding))
        return Place(file, row, None)

    return spoil


def without(*files: str) -> Spoil:
    """Delete files."""

    def spoil(folder: Path) -> Place:
        for file in files:
            (folder / file).unlink()
        return Place(files[0], None, None)

    return spoil


def link(file: str, target: str) -> Spoil:
    """Replace a file by a link."""

    def spoil(folder: Path) -> Place:
        (folder / file).unlink()
        os.symlink(target, folder / file)
        return Place(file, None, None)

    return spoil


def all_of(*spoils: Spoil) -> Spoil:
    """Spoil in several ways; the fault is expected where the last one spoils."""

    def spoil(folder: Path) -> Place:
        return [one(folder) for one in spoils][-1]

    return spoil


def read_rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


def write_rows(file: Path, rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8", newline="")


def series_csv(*rows: tuple[str, Any]) -> bytes:
    """A file for the series of the good park that stands in series/wind.csv."""
    lines = [f"{time},{value},0.5" for time, value in rows]
    return "\n".join(["time,wind-1,rolling", *lines, ""]).encode()


def moments(start: datetime, hours: int) -> list[str]:
    """Hourly local times as text."""
    times = np.datetime64(start, "m") + np.arange(hours) * np.timedelta64(60, "m")
    return [str(t).replace("T", " ") for t in times]
