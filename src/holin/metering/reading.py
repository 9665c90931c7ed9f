"""Read files of readings, with every fault named at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.calendar import Times
from holin.columns import NUMBER
from holin.errors import BadInput, Fault
from holin.metering.cells import Cells, Texts, cells_of
from holin.metering.clock import on_grid, phase_of
from holin.metering.devices import MILLIWH_PER_KWH, MeterOf, meters_of
from holin.metering.flags import Flag
from holin.metering.moments import AS_TIME, OFFSET, moments_of, told_apart_by_order
from holin.metering.readings import CONTENT, ENERGY, NOTHING, ORIGINS, REGISTER, Readings, together
from holin.metering.row import QUALITY, Kind, Origin
from holin.park import Park

FAULTS_OF_ONE_SORT = 50
MOST_KWH = 1e12
"""No meter counts more: a figure beyond it is no energy."""

NOT_FINITE = {"nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]
Floats = NDArray[np.float64]


def read_readings(paths: Sequence[str | Path], park: Park) -> Readings:
    """Return the readings of CSV or Parquet files with the columns of ReadingRow as one set.

    `park` is frozen at a stage. Times without an offset are local ones of the park; a time that comes twice is told
    apart by the order of the two rows, and a warning says so (`judged_readings` returns it), one that the clocks skip
    is refused. Raises BadInput with all faults of all files at once.
    """
    readings, faults = judged_readings(paths, park)
    if readings is None:
        raise BadInput(faults)
    return readings


def judged_readings(paths: Sequence[str | Path], park: Park) -> tuple[Readings | None, list[Fault]]:
    """Return the readings of files, None where something is wrong with one, and all faults and warnings."""
    meters, zone = meters_of(park), park.facts.time_zone
    parts: list[Readings] = []
    faults: list[Fault] = []
    for path in paths:
        cells, wrong = cells_of(Path(path))
        faults += wrong
        if cells is not None:
            page = _Page(cells=cells, meters=meters, time_zone=zone, phase_s=phase_of(zone))
            rows, kind = _rows(page)
            faults += sorted(page.faults, key=lambda fault: fault.row or 0)
            sources = ((cells.file, cells.sha256),)
            unsaid = () if "kind" in cells.columns else (cells.file,)
            parts.append(
                Readings(
                    kind=kind, sources=sources, meters=meters, phase_s=page.phase_s, rows=rows, kind_unsaid=unsaid
                )
            )  # fmt: skip
    if not parts or any(f.severity == "error" for f in faults):
        return None, faults
    try:
        return together(parts), faults
    except BadInput as error:
        return None, [*faults, *error.faults]


@dataclass(kw_only=True)
class _Page:
    """The cells of one file while they are read, and the faults found in them."""

    cells: Cells
    meters: tuple[MeterOf, ...]
    time_zone: str
    phase_s: int
    faults: list[Fault] = field(default_factory=list)

    def texts(self, name: str, default: str) -> Texts:
        """Return a column as texts; a column that the file does not have is `default` in all rows."""
        found = self.cells.columns.get(name)
        if isinstance(found, Texts):
            return found
        if found is None:
            return Texts(distinct=(default,), of_row=np.zeros(len(self.cells.number), dtype=np.int64))
        code, distinct = pd.factorize(found, use_na_sentinel=False)
        said = ("" if pd.isna(t) else f"{t:g}" if isinstance(t, float) else str(t) for t in distinct)
        return Texts(distinct=tuple(said), of_row=np.asarray(code, dtype=np.int64))

    def say(
        self, name: str, wrong: Flags, problem: str, right: str, severity: Any = "error", value: str | None = None
    ) -> None:
        """Add a fault for the first of some rows, and how many there are more."""
        at = np.flatnonzero(wrong)
        if not len(at) or sum(f.field == name for f in self.faults) >= FAULTS_OF_ONE_SORT:
            return
        more = f" (and so in {len(at) - 1} rows more)" if len(at) > 1 else ""
        shown = self.texts(name, "") if value is None and name in self.cells.columns else None
        if shown is not None:
            value = shown.distinct[shown.of_row[at[0]]][:40] or None
        row = int(self.cells.number[at[0]])
        said = problem + more
        self.faults.append(
            Fault(file=self.cells.file, row=row, field=name, value=value, problem=said, right=right, severity=severity)
        )

    def say_each(self, name: str, texts: Texts, wrong: Flags, problem: str, right: str) -> None:
        """Add a fault for each distinct text that is wrong (text,)."""
        for code in np.flatnonzero(wrong):
            self.say(name, texts.of_row == code, problem, right)


def _rows(page: _Page) -> tuple[pd.DataFrame, Kind]:
    meter = _meters(page)
    values = {n: _numbers(page, n) for n in ("register_out_kwh", "register_in_kwh", "e_out_kwh", "e_in_kwh", "soc_mwh")}
    given = {name: there for name, (_, there) in values.items()}
    register = given["register_out_kwh"] | given["register_in_kwh"]
    energy = given["e_out_kwh"] | given["e_in_kwh"]
    right = "give a row the registers at a moment or the energy of an interval"
    page.say("register_out_kwh", register & energy, "registers and energies in one row", right)
    register |= _silent_registers(meter, register, energy, given["soc_mwh"])
    _one_manner(page, meter, register, energy)
    interval_s = _intervals(page, meter)
    time = _times(page, meter, register)
    flags, origin, kind = _qualities(page), _origins(page), _kind(page)
    length_s = np.where(register, 0, interval_s)
    time, moved = on_grid(time, length_s, page.phase_s)
    flags |= np.where(moved, int(Flag.CLOCK), 0)
    end = time + length_s.astype("timedelta64[s]")
    known_since, said = _known_since(page, end)
    _contents_of_storages(page, meter, *values["soc_mwh"])
    whole = {"meter": meter, "flags": flags, "known_since": known_since, "said": said, "origin": origin}
    counted = register | energy | ~given["soc_mwh"]
    out, into = (
        _milliwh(np.where(register, values[f"register_{way}_kwh"][0], values[f"e_{way}_kwh"][0]))
        for way in ("out", "in")
    )
    wrong = np.logical_or.reduce([_no_energy(*values[n]) for n in values if n != "soc_mwh"])
    silent = counted & ~register & ~energy
    said_flags = flags | np.where(wrong, int(Flag.NO_ENERGY), 0) | np.where(silent, int(Flag.MISSING), 0)
    counts = pd.DataFrame(
        {**whole, "flags": said_flags, "what": np.where(register, REGISTER, ENERGY), "time": time,
         "length_s": length_s, "out": out, "into": into, "content": np.nan}
    )[counted]  # fmt: skip
    held = np.isfinite(values["soc_mwh"][0]) & given["soc_mwh"]
    contents = pd.DataFrame(
        {**whole, "what": CONTENT, "time": end, "length_s": 0, "out": NOTHING, "into": NOTHING,
         "content": values["soc_mwh"][0]}
    )[held]  # fmt: skip
    return pd.concat([counts, contents], ignore_index=True), kind


def _meters(page: _Page) -> Index:
    """Return the place of each row's meter, -1 where the park has none of the name."""
    texts = page.texts("meter", "")
    places = {m.id: k for k, m in enumerate(page.meters)}
    of_text = np.array([places.get(t, -1) for t in texts.distinct], dtype=np.int64)
    for code in np.flatnonzero(of_text < 0):
        name = texts.distinct[code]
        near = get_close_matches(name, places, n=1, cutoff=0.6)
        right = f"did you mean {near[0]}?" if near else "name a meter of meter.csv or a unit of the park at this stage"
        problem = "the park has no meter and no unit of this name" if name else "the row has no meter"
        page.say("meter", texts.of_row == code, problem, right)
    return of_text[texts.of_row]


def _numbers(page: _Page, name: str) -> tuple[Floats, Flags]:
    """Return a column's numbers, NaN and infinite ones as they are, and where the file says something."""
    found = page.cells.columns.get(name)
    if found is None:
        nothing = np.full(len(page.cells.number), np.nan)
        return nothing, np.zeros(len(nothing), dtype=bool)
    if not isinstance(found, Texts):
        numbers = np.asarray(found, dtype=np.float64)
        return numbers, ~np.isnan(numbers)
    plain = np.array([bool(NUMBER.fullmatch(t)) or t.lower() in NOT_FINITE or t == "" for t in found.distinct])
    right = "write it with a point and without thousands separators, such as 1250.5, or leave it empty"
    page.say_each(name, found, ~plain, "not a number", right)
    said = [float(t) if ok and t else np.nan for t, ok in zip(found.distinct, plain, strict=True)]
    there = np.array([t != "" for t in found.distinct], dtype=bool)
    return np.array(said, dtype=np.float64)[found.of_row], there[found.of_row]


def _no_energy(values: Floats, there: Flags) -> Flags:
    return there & ~((values >= 0) & (values <= MOST_KWH))


def _milliwh(kwh: Floats) -> Index:
    good = (kwh >= 0) & (kwh <= MOST_KWH)
    return np.where(good, np.rint(np.where(good, kwh, 0.0) * MILLIWH_PER_KWH), NOTHING).astype(np.int64)


def _silent_registers(meter: Index, register: Flags, energy: Flags, content: Flags) -> Flags:
    """Return rows that say nothing, of meters that have registers: moments without a figure."""
    return ~register & ~energy & ~content & np.isin(meter, meter[register])


def _one_manner(page: _Page, meter: Index, register: Flags, energy: Flags) -> None:
    both = np.intersect1d(meter[register], meter[energy])
    if len(both[both >= 0]):
        right = "give registers or energies of one meter; correct a register by a register"
        page.say("meter", np.isin(meter, both[both >= 0]) & energy, "the meter has registers and energies", right)


def _intervals(page: _Page, meter: Index) -> Index:
    own = np.array([m.interval_s for m in page.meters] or [3600], dtype=np.int64)[np.maximum(meter, 0)]
    minutes, there = _numbers(page, "interval_min")
    wrong = there & ~((minutes > 0) & (minutes <= 60))
    page.say("interval_min", wrong, "not between 0 and 60 minutes", "give the interval as the meter has it, at most 60")
    return np.where(there & ~wrong, np.rint(np.where(there & ~wrong, minutes, 60.0) * 60), own).astype(np.int64)


def _times(page: _Page, meter: Index, register: Flags) -> Times:
    found = page.cells.columns["time"]
    if not isinstance(found, Texts):
        if np.issubdtype(found.dtype, np.datetime64):
            page.say("time", np.isnat(found), "the row has no time", AS_TIME)
            return found
        found = page.texts("time", "")
    moments = moments_of(found.distinct, page.time_zone)
    zone = page.time_zone
    page.say_each("time", found, np.isnat(moments.time) & ~moments.never, "not a time", AS_TIME)
    right = "write times with their offset, such as 2025-10-26 02:00+01:00"
    page.say_each("time", found, moments.never, f"this local time does not exist in {zone}", right)
    time = moments.time[found.of_row].copy()
    rows = np.flatnonzero(moments.twice[found.of_row])
    if len(rows):
        size = len(found.distinct)
        key = (meter[rows] * 2 + register[rows]) * size + found.of_row[rows]
        later, lost = told_apart_by_order(rows, key)
        time[rows[later]] = moments.second[found.of_row[rows[later]]]
        unknown = np.zeros(len(time), dtype=bool)
        unknown[rows[lost]] = True
        page.say("time", unknown, f"this local time comes twice in {zone}, and which one is meant is not said", right)
        warned = np.zeros(len(time), dtype=bool)
        warned[rows[~lost]] = True
        problem = f"this local time comes twice in {zone}; told apart by the order of the rows"
        page.say("time", warned, problem, right, severity="warning")
    return time


def _qualities(page: _Page) -> Index:
    texts = page.texts("quality", "good")
    of_text = np.zeros(len(texts.distinct), dtype=np.int64)
    for code, said in enumerate(texts.distinct):
        words = [w.strip() for w in said.replace("|", ";").split(";") if w.strip()]
        if unknown := [w for w in words if w not in QUALITY]:
            right = f"write {', '.join(QUALITY)}, several split by ;"
            page.say("quality", texts.of_row == code, f"{unknown[0]} is no quality word", right)
        for word in words:
            of_text[code] |= int(QUALITY.get(word, Flag(0)))
    return of_text[texts.of_row]


def _origins(page: _Page) -> Index:
    texts = page.texts("origin", Origin.FEED.value)
    words = [t or Origin.FEED.value for t in texts.distinct]
    wrong = np.array([w not in ORIGINS for w in words], dtype=bool)
    page.say_each("origin", texts, wrong, "not an origin", f"write one of {', '.join(o.value for o in Origin)}")
    return np.array([ORIGINS.index(w) if w in ORIGINS else 0 for w in words], dtype=np.int64)[texts.of_row]


def _kind(page: _Page) -> Kind:
    texts = page.texts("kind", Kind.METERED.value)
    words = [t or Kind.METERED.value for t in texts.distinct]
    wrong = np.array([w not in tuple(Kind) for w in words], dtype=bool)
    page.say_each("kind", texts, wrong, "not a kind", f"write one of {', '.join(k.value for k in Kind)}")
    found = sorted(set(words) & {k.value for k in Kind})
    if len(found) > 1:
        demo = np.array([w == Kind.DEMO for w in words], dtype=bool)[texts.of_row]
        right = "read them apart: demo and metered are never mixed"
        page.say("kind", demo, "readings made from a run stand beside readings of meters", right)
    return Kind(found[0]) if found else Kind.METERED


def _known_since(page: _Page, end: Times) -> tuple[Times, Flags]:
    """Return since when each value is known, by default since the end of its interval, and where the file says it."""
    found = page.cells.columns.get("known_since")
    if found is None:
        return end, np.zeros(len(end), dtype=bool)
    if not isinstance(found, Texts):
        if np.issubdtype(found.dtype, np.datetime64):
            return np.where(np.isnat(found), end, found), ~np.isnat(found)
        found = page.texts("known_since", "")
    empty = np.array([t == "" for t in found.distinct], dtype=bool)
    bare = np.array([bool(t) and not OFFSET.search(t[10:]) for t in found.distinct], dtype=bool)
    right = "write the offset, such as 2025-03-03 18:00+08:00, or Z for UTC"
    page.say_each("known_since", found, bare, "the time has no offset, so it may be local or UTC", right)
    moments = moments_of(found.distinct, page.time_zone)
    page.say_each("known_since", found, np.isnat(moments.time) & ~empty & ~bare, "not a time", right)
    return np.where(empty[found.of_row], end, moments.time[found.of_row]), ~empty[found.of_row]


def _contents_of_storages(page: _Page, meter: Index, values: Floats, there: Flags) -> None:
    storage = np.array([m.device_kind == "storage" for m in page.meters] or [False], dtype=bool)[np.maximum(meter, 0)]
    page.say("soc_mwh", there & ~storage & (meter >= 0), "not a storage, so it has no content", "leave the cell empty")
    page.say("soc_mwh", there & (values < 0), "a content below zero", "give MWh above empty, or leave the cell empty")
