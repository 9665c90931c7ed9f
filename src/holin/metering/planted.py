"""Faults as meters and lines make them, planted into good readings by a seed: to try the repair, and to test it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Random = np.random.Generator
Plant = Callable[[pd.DataFrame, Random], pd.DataFrame]

FIGURES = ("register_out_kwh", "register_in_kwh", "e_out_kwh", "e_in_kwh")


def with_faults(rows: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return rows (columns of ReadingRow) with one fault of each kind, shuffled, and what was planted, one text each.

    Kinds: a gap, a spike, a value held, a reset, bad quality, not a number, a slow clock, a correction by hand, late
    data, duplicates. Each strikes one meter that the seed draws.
    """
    random = np.random.default_rng(seed)
    said = []
    for name, plant in PLANTS.items():
        meter = str(random.choice(rows["meter"].unique()))
        own = (rows["meter"] == meter).to_numpy()
        if own.sum() < 12:
            continue
        changed = plant(rows[own].sort_values("time", kind="stable").reset_index(drop=True), random)
        rows = pd.concat([rows[~own], changed], ignore_index=True)
        said.append(f"{name}: {meter}")
    return rows.iloc[random.permutation(len(rows))].reset_index(drop=True), tuple(said)


def _part(rows: pd.DataFrame, random: Random, most: int) -> slice:
    """Return some neighbouring rows, neither the first nor the last."""
    length = int(random.integers(1, min(most, len(rows) - 3) + 1))
    first = int(random.integers(1, len(rows) - length - 1))
    return slice(first, first + length)


def gap(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Leave up to a day out."""
    return rows.drop(rows.index[_part(rows, random, 24)])


def spike(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Show a figure far too high, once."""
    at = rows.index[_part(rows, random, 1)]
    return _scaled(rows, at, 1.0, 1e8)


def held(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Repeat a figure for some readings, as a blocked line does, with its quality word."""
    part = _part(rows, random, 8)
    made = rows.copy()
    for name in _figures(rows):
        made.loc[made.index[part], name] = rows[name].iloc[part.start - 1]
    return made.assign(quality=_words(rows, part, "blocked"))


def reset(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Let registers begin again at 0; energies are not touched."""
    first = _part(rows, random, 1).start
    made = rows.copy()
    for name in _figures(rows):
        if name.startswith("register"):
            made.loc[made.index[first:], name] = rows[name].iloc[first:] - rows[name].iloc[first]
    return made


def bad_quality(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Give some readings wrong figures that say so."""
    part = _part(rows, random, 6)
    return _scaled(rows, rows.index[part], 0.37, 1.0).assign(quality=_words(rows, part, "invalid"))


def not_a_number(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Give some readings no figure."""
    return _scaled(rows, rows.index[_part(rows, random, 3)], np.inf, np.inf)


def slow_clock(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Shift all times of the meter by up to four minutes."""
    off = np.timedelta64(int(random.integers(1, 240)), "s")
    return rows.assign(time=rows["time"] + off)


def by_hand(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Send a wrong figure first, and correct it by hand two days later."""
    at = rows.index[_part(rows, random, 1)]
    later = rows.loc[at].assign(origin="hand", known_since=rows.loc[at, "known_since"] + np.timedelta64(2, "D"))
    return pd.concat([_scaled(rows, at, 0.9, 1.0), later], ignore_index=True)


def late(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Let some readings arrive together, a day late."""
    part = _part(rows, random, 20)
    known = rows["known_since"].copy()
    known.iloc[part] = known.iloc[part].max() + np.timedelta64(1, "D")
    return rows.assign(known_since=known)


def duplicates(rows: pd.DataFrame, random: Random) -> pd.DataFrame:
    """Send some readings twice."""
    return pd.concat([rows, rows.iloc[_part(rows, random, 20)]], ignore_index=True)


PLANTS: dict[str, Plant] = {
    "gap": gap, "spike": spike, "held": held, "reset": reset, "bad quality": bad_quality, "not a number": not_a_number,
    "slow clock": slow_clock, "corrected by hand": by_hand, "late": late, "duplicates": duplicates,
}  # fmt: skip


def _figures(rows: pd.DataFrame) -> list[str]:
    return [name for name in FIGURES if name in rows and rows[name].notna().any()]


def _scaled(rows: pd.DataFrame, at: pd.Index, factor: float, more: float) -> pd.DataFrame:
    """Return rows whose figures at some places are times a factor, and `more` kWh higher where that is not 1."""
    made = rows.copy()
    for name in _figures(rows):
        value = rows.loc[at, name] * (1.0 if np.isinf(factor) else factor) + (0.0 if more == 1.0 else more)
        made.loc[at, name] = value
    return made


def _words(rows: pd.DataFrame, part: slice, word: str) -> pd.Series:
    quality = rows["quality"].copy()
    quality.iloc[part] = word
    return quality
