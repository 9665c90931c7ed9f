"""What may be wrong with a file whose state contradicts the park: one slip, undone, that makes everything fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.estimate.estimate import estimate
from holin.flow.estimate.nameplates import (
    CONTRADICTS_PARK,
    FEW,
    KINDS,
    MOST_FLAGGED,
    OVERLOAD,
    POWER,
    V_BAND_PU,
    VOLTAGE,
    flagged_share,
    meter_band,
    possible_mw,
    v_band,
)
from holin.flow.estimate.readings import Readings, readings_of
from holin.park import Park, Quantity, units_of

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

GONE = (1.0, 3.0)
"""Flags of meters that are left out: bad, beyond reason."""

IN_SERVICE = 4.0
"""Flag of meters that show something of what is out or open."""

MOST_LEFT = 0.1
"""An undone slip explains a file when at most this share of the meters it corrects is still left out."""


LEAST_PART = 0.01
"""Nor does a slip of scale explain values of which none is left as large as this part of what could be."""


class Slip(StrEnum):
    """A mistake in the values of many meters at once, or a switch or outage that stands otherwise than they show."""

    REVERSED = "reversed"
    KILO = "kilo"
    UNIT = "unit"
    KILO_REVERSED = "kilo_reversed"
    KILOVOLT = "kilovolt"
    VOLT = "volt"
    PERCENT = "percent"
    PHASE_VOLTAGE = "phase_voltage"
    AMPERE = "ampere"
    SWITCH = "switch"
    OUTAGE = "outage"


POWER_SLIPS = {Slip.REVERSED: -1.0, Slip.KILO: 1e-3, Slip.KILO_REVERSED: -1e-3, Slip.UNIT: 1e-6}
"""By what powers are multiplied to undo it: wrong sign, kW for MW, W for MW."""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One place where the state contradicts the nameplates, or one kind of meters that are mostly left out.

    `what` is `voltage` (p.u.), `power` (MW into the network), `current` (over the rated one), `flagged` (share of the
    quantities `element` that is left out) or `service` (number of meters that show something of what is out or open,
    their elements in `element`); `value` is that of the moment `first`, `low` and `high` are what could be. `moments`
    counts the moments.
    """

    what: str
    element: str
    value: float
    low: float
    high: float
    moments: int
    first: np.datetime64


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One slip that explains a moment: which meters (labels), of how many of their kind, and how many of them are still
    left out of the estimate when it is undone; `element` is the switch, or what the outage is of."""

    slip: Slip
    meters: tuple[str, ...]
    of: int
    left_out: int
    element: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contradictions:
    """Where estimated states contradict the park, and the slip that would explain it, None where none does."""

    found: tuple[Contradiction, ...]
    cause: Cause | None


def contradictions(
    park: Park, measurements: xr.Dataset, table: xr.Dataset, *, max_age_s: float = 0.0
) -> Contradictions:
    """Return where the states of `table` (ESTIMATE of these measurements) contradict the park's nameplates, and why.

    The cause is looked for at the first moment that is not to be trusted, else at the one with the most values beyond
    reason: each slip that brings the values back within the nameplates is undone, and the one with which most meters
    agree is named. Raises Mismatch when the measurements do not fit the park.
    """
    return Contradictions(found=tuple(_found(park, table)), cause=_cause(park, measurements, table, max_age_s))


def _found(park: Park, table: xr.Dataset) -> Iterator[Contradiction]:
    time, bus = table["time"].values, list(map(str, table["bus"].values))
    bands, possible = v_band(park), possible_mw(park)

    def said(what: str, element: str, value: Real, low: float, high: float, times: Flags) -> Contradiction:
        k = int(np.flatnonzero(times)[0])
        return Contradiction(
            what=what, element=element, value=float(value[k]), low=low, high=high, moments=int(times.sum()),
            first=time[k],
        )  # fmt: skip

    beyond = table["bus_beyond"].values
    for k in np.flatnonzero((beyond == VOLTAGE).any(axis=0)):
        low, high = bands.get(bus[k], V_BAND_PU)
        yield said("voltage", bus[k], table["v_pu"].values[:, k], low, high, beyond[:, k] == VOLTAGE)
    node = table["node"].values
    for name in dict.fromkeys(map(str, node[(beyond == POWER).any(axis=0)])):
        here = [b for b, n in zip(bus, node, strict=True) if str(n) == name]
        units = [u.id for u in units_of(park) if u.bus in here]
        power = table["p_mw"].sel(unit=units).sum("unit").values
        low, high = (sum(possible[u][side] for u in units) for side in (0, 1))
        times = (beyond[:, [b in here for b in bus]] == POWER).any(axis=1)
        yield said("power", units[0] if len(units) == 1 else here[0], power, low, high, times)
    for k in np.flatnonzero((table["branch_beyond"].values == 1).any(axis=0)):
        branch, times = str(table["branch"].values[k]), table["branch_beyond"].values[:, k] == 1
        yield said("current", branch, table["loading"].values[:, k], 0.0, OVERLOAD, times)
    share = flagged_share([Quantity(q) for q in table["quantity"].values], table["flag"].values)
    for kind, part in zip(KINDS, share.T, strict=True):
        if (times := part > MOST_FLAGGED).any():
            yield said("flagged", " ".join(kind), part, 0.0, MOST_FLAGGED, times)
    shows = table["flag"].values == IN_SERVICE
    if (times := shows.sum(axis=1) >= FEW).any():
        names = dict.fromkeys(map(str, table["measured"].values[shows[times].any(axis=0)]))
        yield said("service", " ".join(names), shows.sum(axis=1).astype(np.float64), 0.0, FEW - 1.0, times)


def _cause(park: Park, measurements: xr.Dataset, table: xr.Dataset, max_age_s: float) -> Cause | None:
    flag = table["flag"].values
    doubted = table["quality"].values == CONTRADICTS_PARK
    beyond = (flag == GONE[1]).sum(axis=1)
    moment = int(np.argmax(doubted if doubted.any() else beyond))
    if not doubted.any() and beyond[moment] < FEW:
        return None
    if (flag[moment] == IN_SERVICE).sum() >= FEW:
        return _in_service(park, measurements, table, moment, max_age_s)
    readings = readings_of(park, measurements, max_age_s)
    low, high = meter_band(park, readings)
    value = readings.given[moment]
    best: tuple[tuple[int, int], Cause] | None = None
    for which, slips in _hypotheses(park, readings, table.isel(time=moment), moment):
        for slip, factor in slips.items():
            right = np.where(which, factor * value, value)
            if not _brings_back(value[which], right[which], low[which], high[which], scaled=slip is not Slip.REVERSED):
                continue
            again = _undone(park, readings, measurements, moment, right, which, factor)
            left = np.isin(again["flag"].values[0], GONE)
            if again["quality"].values[0] == CONTRADICTS_PARK or left[which].sum() > MOST_LEFT * which.sum():
                continue
            kind = next(k for k in KINDS if readings.quantity[int(np.flatnonzero(which)[0])] in k)
            cause = Cause(
                slip=slip, meters=tuple(x for x, w in zip(readings.label, which, strict=True) if w),
                of=int((np.isfinite(value) & [q in kind for q in readings.quantity]).sum()),
                left_out=int(left[which].sum()),
            )  # fmt: skip
            key = int(left.sum()), -int(which.sum())
            if best is None or key < best[0]:
                best = key, cause
            break
    return None if best is None else best[1]


def _in_service(park: Park, measurements: xr.Dataset, table: xr.Dataset, moment: int, max_age_s: float) -> Cause | None:
    """Return the switch that is closed, or the outage that is over, by the meters that show something behind it."""
    shows = table["flag"].values[moment] == IN_SERVICE
    readings = readings_of(park, measurements, max_age_s)
    one = measurements.isel(time=[moment])
    one = one.assign(value=(("time", "measurement"), readings.given[[moment]]),
                     sigma=(("time", "measurement"), readings.sigma[[moment]]))  # fmt: skip
    best: tuple[int, Cause] | None = None
    for slip, element, other, gone in _topologies(park, readings, moment):
        again = estimate(other, one.assign(value=one["value"].where(~gone)))
        left = np.isin(again["flag"].values[0], (*GONE, IN_SERVICE))
        if again["quality"].values[0] == CONTRADICTS_PARK or left[shows].any():
            continue
        cause = Cause(
            slip=slip, element=element, meters=tuple(x for x, s in zip(readings.label, shows, strict=True) if s),
            of=int(shows.sum()), left_out=0,
        )  # fmt: skip
        if best is None or left.sum() < best[0]:
            best = int(left.sum()), cause
    return None if best is None else best[1]


def _topologies(park: Park, readings: Readings, moment: int) -> Iterator[tuple[Slip, str, Park, xr.DataArray]]:
    """Return the park with one open switch closed, without the report (measurement,) that it is open, and the park
    without one of its outages."""
    for switch in park.switches:
        own = np.array([e == switch.id for e in readings.element], dtype=bool)
        reported = readings.value[moment, own & np.isfinite(readings.value[moment])]
        if not (reported[0] > 0 if len(reported) else switch.closed):
            closed = tuple(replace(s, closed=True) if s.id == switch.id else s for s in park.switches)
            yield Slip.SWITCH, switch.id, replace(park, switches=closed), xr.DataArray(own, dims="measurement")
    nothing = xr.DataArray(np.zeros(len(readings.label), dtype=bool), dims="measurement")
    for outage in park.outages:
        rest = tuple(o for o in park.outages if o.id != outage.id)
        yield Slip.OUTAGE, outage.element, replace(park, outages=rest), nothing


def _brings_back(value: Real, right: Real, low: Real, high: Real, *, scaled: bool) -> bool:
    """Whether values (measurement,) are beyond the nameplates, by their size for a slip of scale, and no longer are."""
    size, most = np.abs(value), np.maximum(np.abs(low), np.abs(high))
    before = ((size > most) | (size < low)) if scaled else (value < low) | (value > high)
    after = (right < low) | (right > high)
    bounded = np.isfinite(most) & (most > 0)
    part = (np.abs(right[bounded]) / most[bounded]).max(initial=0.0)
    return bool(before.any() and after.sum() <= MOST_LEFT * before.sum() and (part >= LEAST_PART or not scaled))


def _hypotheses(
    park: Park, readings: Readings, state: xr.Dataset, moment: int
) -> Iterator[tuple[Flags, dict[Slip, Real]]]:
    """Return meters (measurement,) with the slips they may share, and what each value is multiplied by to undo them:
    all meters of a kind, or those of the elements at which something is left out or contradicts the park."""
    shows = np.isfinite(readings.given[moment]) & ~readings.exact
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    nominal = np.array([v_nom.get(e, 1.0) for e in readings.element])
    same = np.ones_like(nominal)
    slips = (
        {Slip.KILOVOLT: 1 / nominal, Slip.PERCENT: 1e-2 * same, Slip.VOLT: 1e-3 / nominal,
         Slip.PHASE_VOLTAGE: 3**0.5 * same},
        {slip: factor * same for slip, factor in POWER_SLIPS.items()},
        {Slip.AMPERE: 1e-3 * same},
    )  # fmt: skip
    near = _near(park, readings, state)
    for kind, shared in zip(KINDS, slips, strict=True):
        mine = shows & [q in kind for q in readings.quantity]
        for which in (mine, mine & near) if (mine & ~near).any() else (mine,):
            if which.any():
                yield which, shared


def _near(park: Park, readings: Readings, state: xr.Dataset) -> Flags:
    """Return the meters (measurement,) of elements at which a meter is left out or the state contradicts the park."""
    gone = np.isin(state["flag"].values, GONE)
    places = {e for e, is_so in zip(readings.element, gone, strict=True) if is_so}
    buses = {str(b) for b in state["bus"].values[state["bus_beyond"].values > 0]}
    places |= buses | {u.id for u in units_of(park) if u.bus in buses}
    places |= {str(e) for e in state["element"].values[state["branch_beyond"].values > 0]}
    ends = zip(state["element"].values, state["bus_from"].values, state["bus_to"].values, strict=True)
    places |= {str(e) for e, a, b in ends if {str(a), str(b)} & buses}
    return np.array([e in places for e in readings.element], dtype=bool)


def _undone(
    park: Park, readings: Readings, measurements: xr.Dataset, moment: int, value: Real, which: Flags, factor: Real
) -> xr.Dataset:
    """Estimate the moment with the slip undone; sigmas too large for the values were written in the same unit."""
    sigma = readings.sigma[moment].copy()
    usual = np.median(np.abs(value[which]))
    volts = readings.quantity[int(np.flatnonzero(which)[0])] is Quantity.V_PU
    if np.median(sigma[which]) > (usual / 10 if volts else usual):
        sigma[which] *= np.abs(factor[which])
    one = measurements.isel(time=[moment])
    return estimate(
        park, one.assign(value=(("time", "measurement"), value[None]), sigma=(("time", "measurement"), sigma[None]))
    )
