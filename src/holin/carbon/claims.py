"""Retired certificates against use: each covers what was used in its span, and what is beyond counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.carbon.ratios import part_of
from holin.columns import Column
from holin.errors import BadInput, Fault

Array = NDArray[np.float64]

CLAIMS = (
    Column(name="enterprise", type=str, unit="", meaning="whose claim it is"),
    Column(name="time", type=str, unit="", meaning="start of the hour of production, UTC"),
    Column(name="device", type=str, unit="", meaning="what produced it"),
    Column(name="source_kind", type=str, unit="", meaning="kind of the device: wind_farm or pv_plant"),
    Column(name="retired_mwh", type=float, unit="MWh", meaning="energy of the certificates retired, >= 0"),
)
"""The columns of a table of claims."""

CARBON_FREE = ("wind_farm", "pv_plant", "wind", "solar", "pv", "hydro")


class Matching(StrEnum):
    """Within which span a certificate's production and the use that it covers must lie."""

    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """Claims held against use: `covered_mwh` (hour, user), `claimed_mwh` and `excess_mwh` (hour, owner).

    `outside_mwh` is what was claimed of hours that the table does not have.
    """

    covered_mwh: Array
    claimed_mwh: Array
    excess_mwh: Array
    outside_mwh: float


def matched(
    claims: pd.DataFrame | None,
    coverable_mwh: Array,
    user_owner: Array,
    owners: Sequence[str],
    time: Times,
    *,
    matching: Matching,
    time_zone: str,
) -> Matched:
    """Hold claims against `coverable_mwh` (hour, user), each enterprise by itself.

    covered = min(claimed, coverable) in each span (an hour in UTC; a local month or year), spread over the span's hours
    and users as they use; excess = claimed - covered, spread as claimed. So an hour is never covered beyond its use.
    Raises BadInput with every faulty row of the claims.
    """
    hour = np.asarray(time).astype("datetime64[h]")
    claimed, outside = _claimed(claims, list(owners), hour)
    span = _spans(hour, matching, time_zone)
    covered, excess = np.zeros_like(coverable_mwh), np.zeros_like(claimed)
    for k, owner in enumerate(owners):
        mine = user_owner == owner
        use = coverable_mwh[:, mine]
        asked, may = _summed(claimed[:, k], span), _summed(use.sum(axis=1), span)
        met = np.minimum(asked, may)
        covered[:, mine] = use * part_of(met, may)[span][:, None]
        excess[:, k] = claimed[:, k] * part_of(asked - met, asked)[span]
    return Matched(covered_mwh=covered, claimed_mwh=claimed, excess_mwh=excess, outside_mwh=outside)


def _claimed(claims: pd.DataFrame | None, owners: list[str], hour: Times) -> tuple[Array, float]:
    """Return the claimed energy (hour, owner), and what lies in none of the hours.

    In a table of steps shorter than an hour the first step of the hour bears it; hourly matching joins the steps.
    """
    found = np.zeros((len(hour), len(owners)))
    if claims is None or claims.empty:
        return found, 0.0
    faults = faults_of_claims(claims, owners)
    if faults:
        raise BadInput(faults)
    start = claims["time"].to_numpy(dtype="datetime64[ns]").astype("datetime64[h]")
    place = np.searchsorted(hour, start)
    here = (place < len(hour)) & (hour[np.minimum(place, len(hour) - 1)] == start)
    named, names = pd.factorize(claims["enterprise"])
    owner = np.array([owners.index(name) for name in names], dtype=int)[named]
    mwh = claims["retired_mwh"].to_numpy(dtype=float)
    np.add.at(found, (place[here], owner[here]), mwh[here])
    return found, float(mwh[~here].sum())


def faults_of_claims(claims: pd.DataFrame, owners: Sequence[str]) -> list[Fault]:
    """Return what is wrong with a table of claims, row by row (the header is row 1); `[]` is good.

    The faults stand in the file that the claims were read from, where they were (`attrs["file"]`).
    """
    file = str(claims.attrs.get("file", "claims"))
    missing = [c.name for c in CLAIMS if c.name not in claims.columns]
    if missing:
        right = f"give the columns {', '.join(c.name for c in CLAIMS)}"
        return [Fault(file=file, field=name, problem="the column is missing", right=right) for name in missing]
    faults: list[Fault] = []
    start, mwh = claims["time"].to_numpy(dtype="datetime64[ns]"), claims["retired_mwh"].to_numpy(dtype=float)
    known = claims["enterprise"].isin([o for o in owners if o]).to_numpy()
    carbon_free = claims["source_kind"].isin(CARBON_FREE).to_numpy()
    energy = np.isfinite(mwh) & (mwh >= 0)
    on_hour = start == start.astype("datetime64[h]")
    for k in np.flatnonzero(~(known & carbon_free & energy & on_hour)).tolist():  # a year has a million good rows
        row, value = k + 2, claims.iloc[k]
        if not known[k]:
            right = f"one of {', '.join(o for o in owners if o)}"
            faults.append(_fault(file, row, "enterprise", value["enterprise"], "no enterprise of this park", right))
        if not carbon_free[k]:
            right = f"one of {', '.join(CARBON_FREE)}; only carbon-free power lowers the market-based count"
            problem = "its carbon is not known to be none"
            faults.append(_fault(file, row, "source_kind", value["source_kind"], problem, right))
        if not energy[k]:
            faults.append(_fault(file, row, "retired_mwh", mwh[k], "not an energy", "a number of MWh, >= 0"))
        if not on_hour[k]:
            right = "the hour of production, UTC"
            faults.append(_fault(file, row, "time", value["time"], "not the start of an hour", right))
    return faults


def _fault(file: str, row: int, field: str, value: object, problem: str, right: str) -> Fault:
    return Fault(file=file, row=row, field=field, value=str(value), problem=problem, right=right)


def _summed(values: Array, span: NDArray[np.int64]) -> Array:
    total: Array = np.bincount(span, weights=values).astype(float)
    return total


def _spans(hour: Times, matching: Matching, time_zone: str) -> NDArray[np.int64]:
    """Return the number of the span that each hour lies in."""
    if matching is Matching.HOUR:
        label = hour.astype(np.int64)
    else:
        clock = local(hour.astype("datetime64[ns]"), time_zone)
        label = clock.year.to_numpy() * 12 + (clock.month.to_numpy() - 1 if matching is Matching.MONTH else 0)
    return np.unique(label, return_inverse=True)[1].astype(np.int64)
