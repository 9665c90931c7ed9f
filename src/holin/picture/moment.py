"""One hour of a run as a picture shows it: voltages, loadings, powers, and what was out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import xarray as xr

from holin.calendar import local
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park, out_of_service

NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The flows of one hour, by the names of buses, branches and units; `out` are the elements out of service.

    `time` is the local start of the hour as it is written. Where there is no solution (`solved` False) or no voltage,
    figures are NaN.
    """

    time: str
    solved: bool
    v_pu: Mapping[str, float]
    loading: Mapping[str, float]
    p_from_mw: Mapping[str, float]
    p_to_mw: Mapping[str, float]
    p_mw: Mapping[str, float]
    out: frozenset[str]

    def loading_of(self, branches: Iterable[str]) -> float:
        """Return the highest loading of some branches; NaN where none is known."""
        known = [v for b in branches if np.isfinite(v := self.loading.get(b, NAN))]
        return max(known, default=NAN)

    def power_into(self, branches: Iterable[tuple[str, int]]) -> float:
        """Return the active power into some branches at their first ends (-1: their second ends), in MW."""
        found = [(self.p_from_mw if sign > 0 else self.p_to_mw).get(b, NAN) for b, sign in branches]
        known = [p for p in found if np.isfinite(p)]
        return float(sum(known)) if known else NAN

    def unit_mw(self, units: Sequence[str]) -> float:
        """Return the active power of some units together, in MW, + into the network; NaN where none is known."""
        known = [p for u in units if np.isfinite(p := self.p_mw.get(u, NAN))]
        return float(sum(known)) if known else NAN

    def said(self, ids: Sequence[str], branches: Iterable[str]) -> list[str]:
        """Return the lines that a tooltip says of elements and of the branches that they are."""
        lines = [
            f"{b}: {self.p_from_mw[b]:.2f} → {-self.p_to_mw[b]:.2f} MW"
            + (f" · {100 * loading:.1f} %" if np.isfinite(loading := self.loading.get(b, NAN)) else "")
            for b in branches
            if np.isfinite(self.p_from_mw.get(b, NAN)) and np.isfinite(self.p_to_mw.get(b, NAN))
        ]
        return lines + [f"{i}: {self.p_mw[i]:.2f} MW" for i in ids if np.isfinite(self.p_mw.get(i, NAN))]


def moment_of(park: Park, flows: xr.Dataset, hour: str | datetime | None = None) -> Moment:
    """Return one hour of a table `flows` of the park (frozen at the run's stage).

    `hour` is a local time in the hour, such as 2025-03-01 06:00; without it the hour of the highest loading is taken.
    Raises BadInput for the argument `hour` when it is no time or not in the table, and when the table is of another
    park or stage.
    """
    _check_same(park, flows)
    times = local(flows["time"].values, park.facts.time_zone)
    k = _busiest(flows) if hour is None else _place(times, hour)
    row = flows.isel(time=k)

    def by(column: str, dimension: str) -> dict[str, float]:
        values = np.asarray(row[column].values, dtype=float)
        return dict(zip(map(str, row[dimension].values), map(float, values), strict=True))

    out = out_of_service(park, flows["time"].values[k : k + 1])
    return Moment(
        time=times[k].strftime("%Y-%m-%d %H:%M"),
        solved=bool(row["converged"] == 1),
        v_pu=by("v_pu", "bus"),
        loading=by("loading", "branch"),
        p_from_mw=by("p_from_mw", "branch"),
        p_to_mw=by("p_to_mw", "branch"),
        p_mw=by("p_mw", "unit"),
        out=frozenset(e for e, is_out in out.items() if is_out.any()),
    )


def _check_same(park: Park, flows: xr.Dataset) -> None:
    mine = {b.id for b in park.buses}
    theirs = {str(b) for b in flows["bus"].values} - {f"{t.id}.star" for t in park.transformers3}
    if mine == theirs:
        return
    odd = sorted(mine ^ theirs)
    raise BadInput(
        [
            Fault(
                file="run", field="bus", value=odd[0], right="give the run of this park, drawn at the run's stage",
                problem=f"the run is of another park or stage: {len(odd)} bus(es) stand in one of them only",
            )
        ]
    )  # fmt: skip


def _busiest(flows: xr.Dataset) -> int:
    loading = np.nan_to_num(np.asarray(flows["loading"].transpose("time", "branch").values, dtype=float), nan=-1.0)
    return int(loading.max(axis=1, initial=-1.0).argmax())


def _place(times: pd.DatetimeIndex, hour: str | datetime) -> int:
    try:
        wanted = pd.Timestamp(hour)
        wanted = wanted.tz_localize(times.tz) if wanted.tzinfo is None else wanted.tz_convert(times.tz)
    except (ValueError, TypeError) as error:
        raise _wrong(times, hour, "is not a local time of the park") from error
    k = int(times.searchsorted(wanted, side="right")) - 1
    step = times[1] - times[0] if len(times) > 1 else pd.Timedelta(hours=1)
    if pd.isna(wanted) or k < 0 or wanted >= times[k] + step:
        raise _wrong(times, hour, "is not in the run")
    return k


def _wrong(times: pd.DatetimeIndex, hour: object, problem: str) -> BadInput:
    first, last = (times[k].strftime("%Y-%m-%d %H:%M") for k in (0, -1))
    return BadInput(
        [
            Fault(
                file=ARGUMENT, field="hour", value=str(hour), problem=problem,
                right=f"give a local time from '{first}' to '{last}'",
            )
        ]
    )  # fmt: skip
