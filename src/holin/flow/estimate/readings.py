"""The table of measurements as arrays: what each meter is, what it shows, how old it is, what is beyond reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import Mismatch
from holin.flow.snapshot import nominal_ac_mw
from holin.park import ATTRIBUTES, EXACT, Grid, Load, Park, Potline, Quantity, measurable, units_of
from holin.tables import MEASUREMENTS, checked

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

REASON = 5.0
"""A power or current beyond so many times the rating of its element is a slip, not a state."""

V_REASON_PU = (0.0, 2.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """What the meters show, (time, measurement): `value` NaN where nothing is known, its `sigma`, its age `age_s`.

    `element`, `end`, `quantity` (measurement,) say what each meter is. `exact` (measurement,) marks the states of
    elements, which have no sigma. `beyond` (time, measurement) marks values beyond reason, `disputed` states that are
    reported otherwise by another meter at the moment; neither is in `value`.
    """

    time: Times
    label: tuple[str, ...]
    element: tuple[str, ...]
    end: tuple[str, ...]
    quantity: tuple[Quantity, ...]
    given: Real
    value: Real
    sigma: Real
    age_s: Real
    exact: Flags
    beyond: Flags
    disputed: Flags


def readings_of(park: Park, measurements: xr.Dataset, max_age_s: float = 0.0) -> Readings:
    """Return the measurements of a table; a meter without a value keeps its last one for `max_age_s`.

    Raises Mismatch, with all that is wrong, when a meter stands where nothing can be measured or a value has no sigma
    above 0.
    """
    table = checked(MEASUREMENTS, measurements)
    element, end, quantity = (tuple(map(str, table[c].values)) for c in ("element", "end", "quantity"))
    places = measurable(park)
    wrong = [
        f"{e} {f} {q}".replace("  ", " ")
        for e, f, q in zip(element, end, quantity, strict=True)
        if q not in places.get((e, f), ())
    ]
    if wrong:
        raise Mismatch(f"{len(wrong)} meters stand where the park has nothing to measure, such as {wrong[:5]}")
    kinds = tuple(map(Quantity, quantity))
    exact = np.array([q in EXACT for q in kinds], dtype=bool)
    time: Times = table["time"].values
    value, age_s = _held(table["value"].values.astype(np.float64), time, max_age_s)
    sigma = _held(table["sigma"].values.astype(np.float64), time, max_age_s)[0]
    present = np.isfinite(value)
    if (present & ~exact & ~(np.isfinite(sigma) & (sigma > 0))).any():
        raise Mismatch("a measurement has no sigma above 0; say how far its meter may be off")
    beyond = present & ~exact & _beyond_reason(park, element, end, kinds, value)
    disputed = _disputed(element, kinds, exact, value)
    return Readings(
        time=time,
        label=tuple(map(str, table["measurement"].values)),
        element=element,
        end=end,
        quantity=kinds,
        given=value,
        value=np.where(beyond | disputed, np.nan, value),
        sigma=np.where(present, sigma, np.nan),
        age_s=age_s,
        exact=exact,
        beyond=beyond,
        disputed=disputed,
    )


def _disputed(element: tuple[str, ...], quantity: tuple[Quantity, ...], exact: Flags, value: Real) -> Flags:
    """Return the states (time, measurement) of which another meter reports another one at the moment."""
    disputed = np.zeros(value.shape, dtype=bool)
    of: dict[tuple[str, Quantity], list[int]] = {}
    for m in np.flatnonzero(exact):
        of.setdefault((element[m], quantity[m]), []).append(int(m))
    for columns in of.values():
        shown = value[:, columns]
        known = np.isfinite(shown)
        spread = np.where(known, shown, -np.inf).max(axis=1) > np.where(known, shown, np.inf).min(axis=1)
        disputed[:, columns] = known & spread[:, None]
    return disputed


def _held(value: Real, time: Times, max_age_s: float) -> tuple[Real, Real]:
    """Return values (time, measurement) with the last one kept for `max_age_s`, and the age of each, NaN for none."""
    value = value.copy()
    age = np.where(np.isfinite(value), 0.0, np.nan)
    seconds = (time[1:] - time[:-1]) / np.timedelta64(1, "s") if len(time) else np.zeros(0)
    for k in range(1, len(time) if max_age_s > 0 else 0):
        older = age[k - 1] + seconds[k - 1]
        keeps = np.isnan(value[k]) & (older <= max_age_s)
        value[k, keeps], age[k, keeps] = value[k - 1, keeps], older[keeps]
    return value, age


def _beyond_reason(
    park: Park, element: tuple[str, ...], end: tuple[str, ...], quantity: tuple[Quantity, ...], value: Real
) -> Flags:
    size, current = _sizes(park), rated_ka(park)
    low, high = np.full(len(element), -np.inf), np.full(len(element), np.inf)
    for k, (e, f, q) in enumerate(zip(element, end, quantity, strict=True)):
        match q:
            case Quantity.V_PU:
                low[k], high[k] = V_REASON_PU
            case Quantity.I_KA:
                low[k], high[k] = 0.0, REASON * current.get((e, f), np.inf)
            case Quantity.P_MW | Quantity.Q_MVAR:
                most = REASON * size.get(e, np.inf)
                low[k], high[k] = (-most, most) if most > 0 else (-np.inf, np.inf)
            case _:
                pass
    with np.errstate(invalid="ignore"):
        outside: Flags = (value < low) | (value > high)
    return outside


def nominal_mw(park: Park) -> dict[str, float]:
    """Return the size of every unit in MW: its nominal power, peak load, or the larger limit of a grid connection."""
    sizes = {}
    for kind in dict.fromkeys(u.kind for u in units_of(park)):
        for thing in getattr(park, ATTRIBUTES[kind]):
            match thing:
                case Load():
                    sizes[thing.id] = thing.load_mw
                case Potline():
                    sizes[thing.id] = nominal_ac_mw(thing)
                case Grid():
                    sizes[thing.id] = max(thing.import_max_mw, thing.export_max_mw)
                case _:
                    sizes[thing.id] = thing.p_nom_mw
    return sizes


def _sizes(park: Park) -> dict[str, float]:
    sizes = nominal_mw(park) | {s.id: abs(s.q_nom_mvar) for s in park.shunts}
    grids = {g.id for g in park.grids}
    for bus in park.buses:
        at_bus = [u.id for u in units_of(park) if u.bus == bus.id]
        shunts = sum(abs(s.q_nom_mvar) for s in park.shunts if s.bus == bus.id)
        sizes[bus.id] = np.inf if grids & set(at_bus) else sum(sizes[u] for u in at_bus) + shunts
    for grid in park.grids:  # an import limit is a contract; no more than the short-circuit power comes at all
        sizes[grid.id] = grid.sk_max_mva / REASON
    return sizes | apparent_mva(park)


def apparent_mva(park: Park) -> dict[str, float]:
    """Return the rating of every branch in MVA, infinite where none is known."""
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    sizes = {x.id: 3**0.5 * v_nom[x.bus_from] * x.i_nom_ka for x in park.lines}
    sizes |= {x.id: x.s_nom_mva for x in park.transformers}
    sizes |= {x.id: np.inf if x.s_nom_mva is None else x.s_nom_mva for x in park.equivalent_branches}
    return sizes | {x.id: max(x.s_nom_1_mva, x.s_nom_2_mva, x.s_nom_3_mva) for x in park.transformers3}


def rated_ka(park: Park) -> dict[tuple[str, str], float]:
    """Return the rated current of every branch end in kA, where one is known."""
    return dict(_currents_of(park))


def _currents_of(park: Park) -> Iterator[tuple[tuple[str, str], float]]:
    root3 = 3**0.5
    for line in park.lines:
        yield from (((line.id, end), line.i_nom_ka) for end in ("from", "to"))
    for t in park.transformers:
        yield (t.id, "from"), t.s_nom_mva / (root3 * t.v_from_kv)
        yield (t.id, "to"), t.s_nom_mva / (root3 * t.v_to_kv)
    for x in park.transformers3:
        for end, s, v in (
            ("1", x.s_nom_1_mva, x.v_1_kv),
            ("2", x.s_nom_2_mva, x.v_2_kv),
            ("3", x.s_nom_3_mva, x.v_3_kv),
        ):
            yield (x.id, end), s / (root3 * v)
