"""State estimation of snapshots: observability, gaps filled, bad data found and left out, always an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.estimate.answer import Columns, Part, empty, table_of, write_fit, write_silent
from holin.flow.estimate.fit import Fit, fitted, misfit, seen_by, started, unknowns
from holin.flow.estimate.groups import alike, members
from holin.flow.estimate.layout import Layout, layouts
from holin.flow.estimate.pseudo import Pseudo, pseudo_powers
from holin.flow.estimate.readings import Readings, readings_of
from holin.flow.estimate.rows import Statements, statements
from holin.kernel.estimation_gain import Gain
from holin.kernel.estimation_suspects import alarms, normalised, suspects
from holin.park import Park

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

ROUNDS_MAX = 8
"""How often bad data are looked for again in the state without those found before."""

ROUNDS_FREE = 4
"""After so many rounds what is out stays out, so that an end is reached."""

GROSS = 10.0
"""A normalised residual beyond it, already at the start, is left out of the first fit."""

V_SANE_PU = (0.5, 1.5)
"""A fit beyond it has followed bad data; what is bad is then looked for at the start."""


def estimate(
    park: Park,
    measurements: xr.Dataset,
    *,
    schedule: xr.Dataset | None = None,
    pseudo: bool = True,
    max_age_s: float = 0.0,
    on_progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Return the state (table `estimate`) that fits the measurements of each moment best, with its quality.

    `park` is frozen at a stage; planned outages hold at their moments, switches and taps as they are reported. Buses
    without units have exactly no power. What no meter sees is filled by pseudo-measurements: the units' powers by
    `schedule` (SCHEDULE or FLOWS), by the park's own state where it has no hour; without `pseudo` it stays NaN. Bad
    data are left out one by one, see `flag`; none makes it fail. A meter without a value keeps its last one for
    `max_age_s`. `on_progress` is called with the share done; raising in it cancels. Raises Mismatch when measurements
    or schedule do not fit the park.
    """
    readings = readings_of(park, measurements, max_age_s)
    powers = pseudo_powers(park, readings.time, schedule)
    parts, done = layouts(park, readings), 0
    columns = empty(park, readings, parts[0][1])
    for moments, layout in parts:
        for group in alike(readings, moments):
            _settle(columns, layout, powers, group, fill=pseudo)
            done += len(group)
            if on_progress is not None:
                on_progress(done / len(readings.time))
    return table_of(columns)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Group:
    """Moments of one topology whose meters are the same: what all of these say together (`whole`), bad ones too, and
    with those beyond reason (`shown`)."""

    layout: Layout
    readings: Readings
    powers: Pseudo
    moments: Index
    whole: Statements
    shown: Statements
    v_start: Complex

    def without(self, gone: Flags) -> Statements:
        """Return what the meters say without some (measurement,)."""
        if not gone.any():
            return self.whole
        return _said(self.layout, self.readings, self.powers, self.moments, self.readings.value, gone)

    def gain_at(self, v: Complex) -> Gain:
        """Return what all meters determine at voltages (node,)."""
        rows = self.whole.rows
        return seen_by(self.layout, rows, self.whole.constraints, v, unknowns(self.layout, rows.meters))[0]


def _said(
    layout: Layout, readings: Readings, powers: Pseudo, moments: Index, value: Real, gone: Flags | None = None
) -> Statements:
    first = moments[0]
    present = np.isfinite(value[first])
    if gone is not None:
        present = present & ~gone
    return statements(layout, readings, present, readings.sigma[first], powers.p_sigma, powers.q_sigma)


def _settle(columns: Columns, layout: Layout, powers: Pseudo, moments: Index, *, fill: bool) -> None:
    """Fit a group of moments, and again without what is bad until that no longer changes; write each one's last fit."""
    readings = columns.readings
    usual = np.median(powers.p_mw[moments], axis=0), np.median(powers.q_mvar[moments], axis=0)
    group = _Group(
        layout=layout, readings=readings, powers=powers, moments=moments,
        whole=_said(layout, readings, powers, moments, readings.value),
        shown=_said(layout, readings, powers, moments, readings.given),
        v_start=started(layout, *usual),
    )  # fmt: skip
    write_silent(columns, group.whole, moments)
    out = _gross(group, readings.value[moments])
    todo, v_start = np.arange(len(moments)), group.v_start
    for number in range(ROUNDS_MAX):
        patterns, of_state = np.unique(out[todo], axis=0, return_inverse=True)
        again = []
        for k, gone in enumerate(patterns):
            at = todo[of_state.ravel() == k]
            value = np.where(gone, np.nan, readings.value[moments[at]])
            said = group.without(gone)
            fit = fitted(layout, said, value, powers.p_mw[moments[at]], powers.q_mvar[moments[at]], v_start)
            found, doubtful = _suspected(group, fit, at, out[at])
            v_start = fit.middle if _sane(group, fit.middle[None])[0] else group.v_start
            if number >= ROUNDS_FREE:
                found |= gone
            settled = (found == gone).all(axis=1) | (number == ROUNDS_MAX - 1)
            out[at[~settled]] = found[~settled]
            part = Part(
                layout=layout, said=said, shown=group.shown, fit=fit, keep=np.flatnonzero(settled),
                moments=moments[at[settled]], out=out[at[settled]], doubtful=(doubtful & ~gone)[settled],
            )  # fmt: skip
            write_fit(columns, part, powers, fill=fill)
            again.append(at[~settled])
        todo = np.concatenate(again)
        if not len(todo):
            return


def _gross(group: _Group, value: Real) -> Flags:
    """Return the measurements (state, measurement) so far off that the fit need not see them first."""
    rows, gain = group.whole.rows, group.gain_at(group.v_start)
    out = np.zeros(value.shape, dtype=bool)
    v = np.tile(group.v_start, (len(value), 1))
    white = gain.left_over(misfit(group.layout, rows, value, v))
    worst = np.nan_to_num(np.abs(normalised(white, gain))).max(axis=1, initial=0.0)
    for k in np.flatnonzero(worst > GROSS):
        out[k] = members(rows, suspects(white[k], gain, least=GROSS).bad)
    return out


def _suspected(group: _Group, fit: Fit, at: Index, out: Flags) -> tuple[Flags, Flags]:
    """Look for bad ones among all meters at the fitted states: return who is out and doubtful (state, measurement)."""
    found, doubtful = out.copy(), np.zeros_like(out)
    _, _, alarm = alarms(fit.white, fit.gain)
    look = np.flatnonzero(alarm | out.any(axis=1))
    if not len(look):
        return found, doubtful
    sane = _sane(group, fit.answer.v[look])
    v = np.where(sane[:, None], fit.answer.v[look], group.v_start)
    gain, rows = group.gain_at(fit.middle if sane.all() else group.v_start), group.whole.rows
    value = group.readings.value[group.moments[at[look]]]
    white = gain.left_over(misfit(group.layout, rows, value, v))
    for n, k in enumerate(look):
        suspected = suspects(white[n], gain)
        found[k], doubtful[k] = members(rows, suspected.bad), members(rows, suspected.doubtful)
    return found, doubtful


def _sane(group: _Group, v: Complex) -> Flags:
    """Return which states (state,) have voltages like those of a network in operation."""
    size = np.abs(v[:, group.layout.network.energised])
    return np.asarray(((size > V_SANE_PU[0]) & (size < V_SANE_PU[1])).all(axis=1))
