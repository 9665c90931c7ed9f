"""Streams of readings whose truth is known, and what can happen to them on their way (R10).

A stream is a list of rows, one dict each; `truth` is the energy of each hour in Wh, made before any reading is.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from metering_parks import write_rows

START = dt.datetime(2025, 3, 28, tzinfo=dt.UTC)
"""Two days before the clocks of Europe change, so that a few days reach over it."""

REGISTER_MAX_WH = 1_000_000_000
Row = dict[str, object]
Rows = list[Row]


@dataclass(frozen=True)
class Stream:
    """Readings of one meter and the energies (hour,) in Wh that it measured, out of device `device` or into it."""

    device: str
    way: str
    rows: Rows
    truth_wh: list[int]


def register_stream(rng: random.Random, hours: int) -> Stream:
    """Meter `m-w` of W: a register each quarter of an hour, six digits that may roll over; no two quarters alike."""
    quarters = rng.sample(range(1_000, 2_000_000), 4 * hours)
    figure = rng.randrange(REGISTER_MAX_WH)
    rows = [register_row(0, figure)]
    for k, energy in enumerate(quarters, start=1):
        figure = (figure + energy) % REGISTER_MAX_WH
        rows.append(register_row(k, figure))
    return Stream("W", "out", rows, [sum(quarters[4 * h : 4 * h + 4]) for h in range(hours)])


def register_row(quarter: int, figure_wh: int) -> Row:
    moment = START + dt.timedelta(minutes=15 * quarter)
    known = moment + dt.timedelta(seconds=30)
    return {"meter": "m-w", "time": moment, "known_since": known, "register_out_kwh": figure_wh / 1000}


def energy_stream(rng: random.Random, hours: int, meter: str = "m-l", device: str = "L", minutes: int = 15) -> Stream:
    """Meter `m-l` of L: the energy of each quarter of an hour; no two alike."""
    parts = 60 // minutes
    energies = rng.sample(range(1_000, 1_000_000), parts * hours)
    way = "in" if device == "L" else "out"
    rows: Rows = []
    for k, energy in enumerate(energies):
        moment = START + dt.timedelta(minutes=minutes * k)
        known = moment + dt.timedelta(minutes=minutes, seconds=30)
        rows.append({"meter": meter, "time": moment, "known_since": known, f"e_{way}_kwh": energy / 1000})
    return Stream(device, way, rows, [sum(energies[parts * h : parts * h + parts]) for h in range(hours)])


# ---- what changes nothing ---------------------------------------------------------------------------------------


def written(
    folder: Path, rows: Rows, rng: random.Random, *, known: bool = True, zone: dt.tzinfo = dt.UTC
) -> list[Path]:
    """Write rows in any order over one to three files, times with the offset of a zone."""
    rows = rng.sample(rows, len(rows))
    cuts = sorted(rng.randrange(len(rows) + 1) for _ in range(rng.randrange(3)))
    parts = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    paths = []
    for k, part in enumerate(p for p in parts if p):
        said = [
            {**row, **{n: row[n].astimezone(zone).isoformat() for n in ("time", "known_since") if n in row}}
            for row in part
        ]
        if not known:
            said = [{n: v for n, v in row.items() if n != "known_since"} for row in said]
        paths.append(write_rows(folder / f"r{k}.csv", said))
    return paths


def twice(rows: Rows, rng: random.Random) -> Rows:
    return rows + [dict(row) for row in rng.sample(rows, rng.randrange(len(rows) + 1))]


def late(rows: Rows, rng: random.Random) -> Rows:
    """A line is down and delivers all at once, up to a day later."""
    part = span(rows, rng, 96)
    held = [k for k in part if "origin" not in rows[k]]
    known = max((rows[k]["known_since"] for k in held), default=START) + dt.timedelta(hours=rng.uniform(0, 24))
    return [{**r, "known_since": known} if k in held else r for k, r in enumerate(rows)]


def skewed(rows: Rows, rng: random.Random) -> Rows:
    off = dt.timedelta(seconds=rng.randint(-300, 300))
    return [{**r, "time": r["time"] + off} for r in rows]


# ---- what harms -------------------------------------------------------------------------------------------------


def span(rows: Rows, rng: random.Random, most: int) -> range:
    """Some neighbouring places, never the first or the last."""
    if len(rows) < 4:
        return range(0)
    length = rng.randint(1, min(most, len(rows) - 2))
    first = rng.randint(1, len(rows) - 1 - length)
    return range(first, first + length)


def figure_of(row: Row) -> str:
    return next(n for n in row if n.endswith("_kwh"))


def by(row: Row, change: Callable[[float], float]) -> Row:
    """Change the figure of a row, where it is a number."""
    figure = row[figure_of(row)]
    return row | {figure_of(row): change(figure) if isinstance(figure, float) else figure}


def changed(rows: Rows, part: range, change: Callable[[Row], Row]) -> Rows:
    """Change some rows; what a person wrote is right."""
    return [change(dict(r)) if k in part and "origin" not in r else r for k, r in enumerate(rows)]


def gap(rows: Rows, rng: random.Random) -> Rows:
    part = span(rows, rng, 288)
    return [r for k, r in enumerate(rows) if k not in part]


def spike(rows: Rows, rng: random.Random) -> Rows:
    more = rng.uniform(1e4, 5e5)
    return changed(rows, span(rows, rng, 3), lambda r: by(r, lambda v: v + more))


def no_number(rows: Rows, rng: random.Random) -> Rows:
    word = rng.choice(["NaN", "inf", "-inf", "-3.5", ""])
    return changed(rows, span(rows, rng, 10), lambda r: r | {figure_of(r): word})


def bad_quality(rows: Rows, rng: random.Random) -> Rows:
    word = rng.choice(["invalid", "overflow", "substituted", "blocked", "not_topical", "bad", "uncertain"])
    factor = rng.uniform(0.9, 0.99)
    return changed(rows, span(rows, rng, 10), lambda r: by(r, lambda v: v * factor) | {"quality": word})


def reset(rows: Rows, rng: random.Random) -> Rows:
    """A register begins again at 0, though not at its top, where nobody can tell that from a roll-over."""
    if len(rows) < 4:
        return rows
    first = span(rows, rng, 1)[0]
    base, most = rows[first][figure_of(rows[first])], REGISTER_MAX_WH / 1000
    if (
        not figure_of(rows[0]).startswith("register")
        or not isinstance(base, float)
        or base > most - 4000
        or "quality" in rows[first]
    ):
        return rows
    part = range(first, len(rows))
    return changed(rows, part, lambda r: by(r, lambda v: round((v - base) % most, 3)))


def clock_back(rows: Rows, rng: random.Random) -> Rows:
    """The clock falls back by an hour, and may be set right again after a while."""
    if len(rows) < 8:
        return rows
    first = span(rows, rng, 1)[0]
    part = range(max(first, 5), rng.choice([len(rows), min(len(rows), first + 40)]))
    return changed(rows, part, lambda r: r | {"time": r["time"] - dt.timedelta(hours=1)})


def clock_ahead(rows: Rows, rng: random.Random) -> Rows:
    """The clock runs an hour ahead for a while."""
    part = span(rows, rng, 40)
    return changed(rows, part, lambda r: r | {"time": r["time"] + dt.timedelta(hours=1)})


def corrected(rows: Rows, rng: random.Random) -> Rows:
    """A wrong value first, the right one by hand four days later."""
    part = span(rows, rng, 5)
    right = [{**rows[k], "origin": "hand", "known_since": rows[k]["known_since"] + dt.timedelta(days=4)} for k in part]
    return changed(rows, part, lambda r: by(r, lambda v: v * 0.999)) + right


def contradicted(rows: Rows, rng: random.Random) -> Rows:
    part = span(rows, rng, 3)
    return rows + [by(rows[k], lambda v: v * 0.99) for k in part if "origin" not in rows[k]]


CLOCKS = (clock_back, clock_ahead)
HARMLESS = (late, twice)
HARMFUL = (gap, reset, corrected, spike, no_number, bad_quality, clock_back, clock_ahead, contradicted)


def fitting(faults: list[Callable[[Rows, random.Random], Rows]]) -> tuple[Callable[[Rows, random.Random], Rows], ...]:
    """What may befall rows with these faults. A jump that a broken line delivers late and at once leaves no trace; a
    wrong value that comes later than the right one is a correction."""
    return (twice,) if set(faults) & {*CLOCKS, contradicted} else HARMLESS


def hours_of(table, stream: Stream) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return energies, flags and certifiable (hour,) of a stream's device in the hours of its truth."""
    one = table.sel(device=stream.device)
    start = np.datetime64(START.replace(tzinfo=None), "ns")
    wanted = start + np.arange(len(stream.truth_wh)) * np.timedelta64(1, "h")
    one = one.reindex(time=wanted)
    return one[f"energy_{stream.way}_wh"].values, one["flags"].values, one["certifiable"].values
