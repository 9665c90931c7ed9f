"""The table of an estimate, written fit by fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.sparse import csr_array

from holin.flow.estimate.fit import Fit, misfit
from holin.flow.estimate.hidden import Hidden
from holin.flow.estimate.layout import Layout
from holin.flow.estimate.nameplates import CONTRADICTS_PARK, FEW, MOST_FLAGGED, flagged_share, write_beyond
from holin.flow.estimate.pseudo import Pseudo
from holin.flow.estimate.readings import Readings
from holin.flow.estimate.rows import Rows, Statements
from holin.flow.estimate.units import of_units
from holin.kernel.estimation_model import powers, slopes
from holin.kernel.estimation_suspects import alarms, largest_allowed, normalised
from holin.park import Park, Quantity, units_of
from holin.tables import ESTIMATE, checked

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

BAD, DOUBTFUL, BEYOND, CONTRADICTS = 1.0, 2.0, 3.0, 4.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """The columns of the table as arrays (time, ...), NaN until written, and what their labels come from.

    `noted` (time, measurement) are flags that need no state.
    """

    park: Park
    readings: Readings
    layout: Layout
    values: dict[str, Real]
    noted: Real


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """What one fit says of some moments: which of its states (`keep`), at which `moments`, with which measurements out
    and doubtful (state, measurement). `said` are the statements of the meters that are used, `shown` those of all that
    show something.
    """

    layout: Layout
    said: Statements
    shown: Statements
    fit: Fit
    keep: Index
    moments: Index
    out: Flags
    doubtful: Flags


def empty(park: Park, readings: Readings, layout: Layout) -> Columns:
    """Return columns without values; buses and branches are the same in every layout of a park."""
    size = {
        "time": len(readings.time), "bus": len(layout.network.buses), "branch": len(layout.network.branches.label),
        "unit": len(units_of(park)), "measurement": len(readings.label),
    }  # fmt: skip
    values = {c: np.full([size[d] for d in dims], np.nan) for c, dims in ESTIMATE.dims.items()}
    return Columns(park=park, readings=readings, layout=layout, values=values, noted=np.zeros(readings.value.shape))


def write_silent(columns: Columns, said: Statements, moments: Index) -> None:
    """Write what needs no state: meters of dead and open places show 0, meters of one thing show the same."""
    if not len(said.silent_sigma):
        return
    value = np.nan_to_num(columns.readings.value[moments])
    shows = np.asarray((said.silent @ value.T).T) / said.silent_sigma
    wrong = np.abs(shows) > largest_allowed(len(said.silent_sigma))
    for k, differs in enumerate(said.differs):
        members = said.silent[[k]].nonzero()[1]
        where = np.ix_(moments[wrong[:, k]], members)
        columns.noted[where] = DOUBTFUL if differs else CONTRADICTS
        if not differs:
            m = members[0]
            for name, column in (("estimate", 0.0), ("residual", value[:, m]), ("redundancy", 1.0)):
                columns.values[name][moments, m] = column
            columns.values["normalised_residual"][moments, m] = shows[:, k]


def write_fit(columns: Columns, part: Part, pseudo: Pseudo, *, fill: bool) -> None:
    """Write the states of a fit; without `fill` what no meter sees stays NaN."""
    if not len(part.moments):
        return
    fit, network, at = part.fit, part.layout.network, part.moments
    v = _against_reference(part.layout, fit, fit.answer.v[part.keep])
    hidden = Hidden.of(part.layout, fit, blank=not fill)
    _write_buses(columns.values, part, v, hidden)
    s_end, s_node = powers(network.topology, v)
    _write_branches(columns.values, part, v, s_end, hidden)
    p, q = pseudo.p_mw[at], pseudo.q_mvar[at]
    value = np.where(part.out, np.nan, columns.readings.value[at])
    count = columns.values["p_mw"].shape[1]
    s_unit = of_units(part.layout, part.said, value, s_node, (p, pseudo.p_sigma), (q, pseudo.q_sigma))
    unknown = hidden.units(part.layout, part.said)
    columns.values["p_mw"][at] = np.where(unknown, np.nan, s_unit.real)[:, :count]
    columns.values["q_mvar"][at] = np.where(unknown, np.nan, s_unit.imag)[:, :count]
    write_beyond(columns.values, part.layout, fit, at, v=v, s_node=s_node, park=columns.park, hidden=hidden)
    _write_meters(columns, part, v, s_unit)
    _write_quality(columns.values, part, hidden, fill)


def _against_reference(layout: Layout, fit: Fit, v: Complex) -> Complex:
    """Turn each island back so that its reference has the angle 0."""
    nodes = layout.network.topology.nodes
    turned = v.copy()
    for node in np.flatnonzero(layout.reference & fit.question.unknown[:nodes]):
        island = layout.island == layout.island[node]
        turned[:, island] *= np.exp(-1j * np.angle(v[:, [node]]))
    return turned


def _write_buses(values: dict[str, Real], part: Part, v: Complex, hidden: Hidden) -> None:
    network, at = part.layout.network, part.moments
    live = network.energised
    shown = live & ~(hidden.node if hidden.blank else np.zeros_like(live))
    blank = np.where(shown, 0.0, np.nan)
    values["v_pu"][at] = (np.abs(v) + blank)[:, network.node]
    values["v_angle_rad"][at] = (np.angle(v) + blank)[:, network.node]
    values["v_sigma_pu"][at] = (np.abs(v) * part.fit.size_sigma + blank)[:, network.node]
    values["v_angle_sigma_rad"][at] = (part.fit.angle_sigma + blank)[network.node]
    values["observed"][at] = np.where(live, ~hidden.node, np.nan)[network.node]
    first = np.unique(network.node, return_index=True)[1]
    loss = np.zeros((len(at), len(network.buses)))
    loss[:, first] = (network.topology.y_shunt.real * np.abs(v) ** 2 + np.where(live, blank, 0.0))[:, : len(first)]
    values["shunt_loss_mw"][at] = loss


def _write_branches(values: dict[str, Real], part: Part, v: Complex, s_end: Complex, hidden: Hidden) -> None:
    network, at = part.layout.network, part.moments
    b, t, ends = network.branches, network.topology, len(network.topology.node_from)
    count = len(b.label)
    s = np.where(hidden.end, complex(np.nan, np.nan), s_end) if hidden.blank else s_end
    s_from, s_to = s[:, :count], s[:, ends : ends + count]
    with np.errstate(divide="ignore", invalid="ignore"):
        current = [
            np.where(v[:, node[:count]] != 0, np.abs(x) / np.abs(v[:, node[:count]]), 0.0) / rated
            for x, node, rated in ((s_from, t.node_from, b.i_nom_from_pu), (s_to, t.node_to, b.i_nom_to_pu))
        ]
    values["p_from_mw"][at], values["q_from_mvar"][at] = s_from.real, s_from.imag
    values["p_to_mw"][at], values["q_to_mvar"][at] = s_to.real, s_to.imag
    values["loading"][at] = np.where(b.rated, np.maximum(*current), np.nan)


def _write_meters(columns: Columns, part: Part, v: Complex, s_unit: Complex) -> None:
    """A unit's meter is held against its unit; any other row's residual falls on its meters by their variances."""
    readings, at, shown, fit = columns.readings, part.moments, part.shown, part.fit
    given, sigma = readings.given[at], readings.sigma[at[0]]
    residual = np.full(given.shape, np.nan)
    over, share = np.full(given.shape, np.nan), np.full(given.shape, np.nan)
    if len(shown.rows.sigma):
        rows, row_of = shown.rows, _row_of(shown.rows.of_meters)
        white = misfit(part.layout, rows, given, v)
        back = np.asarray((rows.of_meters.T @ (white / rows.sigma).T).T) * sigma**2
        in_row = row_of >= 0
        residual[:, in_row] = back[:, in_row]
        used = _row_of(part.said.rows.of_meters)
        of_used = normalised(fit.white[part.keep], fit.gain)
        over[:, used >= 0] = of_used[:, used[used >= 0]]
        share[:, used >= 0] = fit.gain.redundancy()[used[used >= 0]]
        gone = np.flatnonzero(in_row & (used < 0))
        if len(gone):
            moving = np.flatnonzero(fit.question.unknown)
            h = slopes(part.layout.network.topology, rows.meters.of(row_of[gone]), fit.middle)[:, moving]
            spread = (np.asarray(h @ fit.factor) ** 2).sum(axis=1) / rows.sigma[row_of[gone]] ** 2
            over[:, gone] = white[:, row_of[gone]] / np.sqrt(1 + spread)
            share[:, gone] = 1 / (1 + spread)
        share[:, in_row] *= _part_of_row(rows, sigma)[in_row]
    for (k, quantity), source in shown.known.items():
        power = s_unit[:, k].real if quantity is Quantity.P_MW else s_unit[:, k].imag
        for m in source.meters:
            residual[:, m] = given[:, m] - power
            share[:, m] = np.nan_to_num(share[:, m])
    wanted = np.isfinite(residual) & np.isfinite(given)
    for name, column in (
        ("estimate", given - residual), ("residual", residual), ("normalised_residual", over), ("redundancy", share),
    ):  # fmt: skip
        columns.values[name][at] = np.where(wanted, column, columns.values[name][at])
    flag = np.where(part.out, BAD, np.where(part.doubtful, DOUBTFUL, 0.0))
    flag = np.where(readings.beyond[at], BEYOND, flag)
    columns.values["flag"][at] = np.where(np.isfinite(given), flag, np.nan)


def _part_of_row(rows: Rows, sigma: Real) -> Real:
    """Return which part of its row's variance is a meter's own (measurement,): of its error, no more can show in it."""
    part: Real = np.asarray((rows.of_meters**2).T @ rows.sigma**-2) * np.nan_to_num(sigma) ** 2
    return part


def _row_of(of_meters: csr_array) -> Index:
    """Return the row that each measurement stands in, -1 for none."""
    found = np.full(of_meters.shape[1], -1, dtype=np.int64)
    rows, where = of_meters.nonzero()
    found[where] = rows
    return found


def _write_quality(values: dict[str, Real], part: Part, hidden: Hidden, fill: bool) -> None:
    fit, at, keep = part.fit, part.moments, part.keep
    alone = not fit.pseudo and not hidden.node.any()
    total, chance, _ = alarms(fit.white[keep], fit.gain)
    values["converged"][at] = fit.answer.converged[keep]
    values["iterations"][at] = fit.answer.iterations[keep]
    values["quality"][at] = 2.0 if alone else 1.0 if fill else 0.0
    values["objective"][at] = total
    values["degrees_of_freedom"][at] = len(fit.gain.seen) - fit.gain.seen.shape[1]
    values["p_value"][at] = chance
    values["pseudo"][at] = fit.pseudo if fill else 0
    values["mismatch_mva"][at] = fit.answer.gap_mva[keep]


def _as_it_stands(park: Park, readings: Readings) -> Real:
    """Return the state (measurement,) that the park gives the element of each report, NaN for other meters."""
    taps = {t.id: float(t.tap_pos) for t in park.transformers}
    taps |= {t.id: float(t.tap_pos) for t in park.transformers3}
    closed = {s.id: float(s.closed) for s in park.switches}
    of = {Quantity.TAP_POS: taps, Quantity.CLOSED: closed}
    return np.array([of.get(q, {}).get(e, np.nan) for e, q in zip(readings.element, readings.quantity, strict=True)])


def table_of(columns: Columns) -> xr.Dataset:
    """Return the columns as the table `estimate`."""
    readings, values = columns.readings, columns.values
    noted = (columns.noted > 0) & ~(values["flag"] > 0)
    values["flag"] = np.where(noted, columns.noted, values["flag"])
    exact = readings.exact[None, :] & np.isfinite(readings.value)
    values["flag"] = np.where(exact, 0.0, values["flag"])
    values["flag"] = np.where(readings.disputed, BAD, values["flag"])
    values["estimate"] = np.where(exact, readings.value, values["estimate"])
    stands = _as_it_stands(columns.park, readings)
    values["estimate"] = np.where(readings.disputed, stands, values["estimate"])
    values["residual"] = np.where(readings.disputed, readings.given - stands, values["residual"])
    values["flagged"] = (values["flag"] > 0).sum(axis=1).astype(np.float64)
    share = flagged_share(readings.quantity, values["flag"])
    service = (values["flag"] == CONTRADICTS).sum(axis=1) >= FEW
    beyond = service | (values["bus_beyond"] > 0).any(axis=1) | (values["branch_beyond"] > 0).any(axis=1)
    values["quality"] = np.where(beyond | (share.max(axis=1) > MOST_FLAGGED), CONTRADICTS_PARK, values["quality"])
    values["age_s"] = np.nan_to_num(readings.age_s).max(axis=1, initial=0.0)
    network, units = columns.layout.network, units_of(columns.park)
    b = network.branches
    return checked(
        ESTIMATE,
        xr.Dataset(
            {c: (ESTIMATE.dims[c], column) for c, column in values.items()},
            coords={
                "time": ("time", readings.time),
                "bus": ("bus", list(network.buses)),
                "node": ("bus", list(network.node_names())),
                "branch": ("branch", list(b.label)),
                "element": ("branch", list(b.element)),
                "branch_kind": ("branch", list(b.kind)),
                "bus_from": ("branch", list(b.bus_from)),
                "bus_to": ("branch", list(b.bus_to)),
                "unit": ("unit", [u.id for u in units]),
                "kind": ("unit", [u.kind for u in units]),
                "unit_bus": ("unit", [u.bus for u in units]),
                "enterprise": ("unit", [u.enterprise for u in units]),
                "measurement": ("measurement", list(readings.label)),
                "measured": ("measurement", list(readings.element)),
                "end": ("measurement", list(readings.end)),
                "quantity": ("measurement", [q.value for q in readings.quantity]),
            },
        ),
    )
