"""Potlines as flexible loads: power around nominal, a bounded energy deviation, and the metal that is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Block, Hours, Injection, Quantity, in_service, leaders, previous
from holin.park import Park, Potline
from holin.potline import ac_power_mw, metal_chords, metal_t_per_h


@dataclass(frozen=True, kw_only=True)
class PotlineLine:
    """A potline seen by a linear problem: AC power and metal at nominal, and their slopes either way.

    Metal is a concave function of power; with the chord slopes of the two sides (up < down) a plan's metal is never
    more than the potline makes.
    """

    p_nom_mw: float
    p_min_mw: float
    p_max_mw: float
    metal_nom_t_per_h: float
    metal_up_t_per_mwh: float
    metal_down_t_per_mwh: float


def potline_line(potline: Potline) -> PotlineLine:
    """Return the chords of metal over AC power below and above the nominal point; slope 0 where there is no room."""
    low, nominal, high = potline.amperage_min_ka, potline.amperage_ka, potline.amperage_max_ka
    chords = metal_chords(potline, chords=2 if low < nominal < high else 1)
    slopes = chords.slope_t_per_mwh
    return PotlineLine(
        p_nom_mw=float(ac_power_mw(potline, nominal)),
        p_min_mw=float(chords.power_mw[0]),
        p_max_mw=float(chords.power_mw[-1]),
        metal_nom_t_per_h=float(metal_t_per_h(potline, nominal)),
        metal_up_t_per_mwh=float(slopes[-1]) if high > nominal else 0.0,
        metal_down_t_per_mwh=float(slopes[0]) if low < nominal else 0.0,
    )


def nominal_potline_mw(park: Park, hours: Hours) -> Floats:
    """Return each potline's nominal AC power while it is in service, of shape (time, potline): a fixed load."""
    service = in_service(hours, [p.id for p in park.potlines])
    nominal: Floats = service * np.array([potline_line(p).p_nom_mw for p in park.potlines])
    return nominal


def add_potlines(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    *,
    places: Mapping[str, bytes] | None = None,
    apart: frozenset[str] = frozenset(),
    shortfall_per_t: float | None = None,
) -> Block:
    """Add every potline: power = p_nom + up - down, where p_nom is the fixed load of `nominal_potline_mw`.

        deviation[t] = (1 - heat_leak)^step deviation[t-1] + step (up - down),  |deviation| <= heat_window p_nom
        sum of metal >= production_duty x metal at nominal current over the horizon

    Identical potlines of one place run alike (`leaders`, `places_of`), but those in `apart`. With `shortfall_per_t` the
    duty may be missed at that price (to find out why a problem is infeasible).
    """
    injections: list[Injection] = []
    load: list[Term] = []
    constant = 0.0
    service = in_service(hours, [p.id for p in park.potlines])
    leader = leaders(park.potlines, service, places=places, apart=apart)
    columns: dict[int, tuple[Columns, Columns]] = {}
    for k, potline in enumerate(park.potlines):
        line, runs, first = potline_line(potline), service[:, k], park.potlines[leader[k]]
        if leader[k] == k:
            columns[k] = _add_potline(builder, hours, potline, line, runs)
            _add_duty(builder, hours, potline, line, runs, columns[k], shortfall_per_t)
        for name in ("up", "down", "deviation"):
            builder.share_variables(f"{name}.{potline.id}", f"{name}.{first.id}")
        up, down = columns[leader[k]]
        injections += [
            Injection(bus=potline.bus, columns=up, factor=-1.0),
            Injection(bus=potline.bus, columns=down, factor=1.0),
        ]
        load += [(up, hours.step_h), (down, -hours.step_h)]
        constant += float(np.sum(runs) * line.p_nom_mw * hours.step_h)
    total = Quantity(terms=tuple(load), constant=constant)
    return Block(injections=tuple(injections), quantities={"load_mwh": total, "aluminium_load_mwh": total})


def _add_potline(
    builder: ProblemBuilder, hours: Hours, potline: Potline, line: PotlineLine, runs: Floats
) -> tuple[Columns, Columns]:
    shape, window = (hours.count,), potline.heat_window_h * line.p_nom_mw
    up = builder.add_variables(f"up.{potline.id}", shape, upper=(line.p_max_mw - line.p_nom_mw) * runs)
    down = builder.add_variables(f"down.{potline.id}", shape, upper=(line.p_nom_mw - line.p_min_mw) * runs)
    deviation = builder.add_variables(f"deviation.{potline.id}", shape, lower=-window, upper=window)
    kept = (1.0 - potline.heat_leak_per_h) ** hours.step_h
    terms = [(deviation, 1.0), (previous(deviation), -kept), (up, -hours.step_h), (down, hours.step_h)]
    builder.add_rows(f"deviation.{potline.id}", terms, lower=0.0, upper=0.0)
    ramp_mw = potline.ramp_ka_per_min * 60 * hours.step_h * (line.p_max_mw - line.p_min_mw)
    ramp_mw /= max(potline.amperage_max_ka - potline.amperage_min_ka, 1e-9)
    if ramp_mw < line.p_max_mw - line.p_min_mw:
        change = [(up, 1.0), (down, -1.0), (previous(up), -1.0), (previous(down), 1.0)]
        builder.add_rows(f"ramp.{potline.id}", change, lower=-ramp_mw, upper=ramp_mw)
    return up, down


def _add_duty(
    builder: ProblemBuilder,
    hours: Hours,
    potline: Potline,
    line: PotlineLine,
    runs: Floats,
    columns: tuple[Columns, Columns],
    shortfall_per_t: float | None,
) -> None:
    """Owe the duty over the horizon; metal lost in planned outages is not owed."""
    up, down = columns
    owed_t = (potline.production_duty - 1.0) * line.metal_nom_t_per_h * float(runs.sum()) * hours.step_h
    terms: list[Term] = [
        (up, line.metal_up_t_per_mwh * hours.step_h),
        (down, -line.metal_down_t_per_mwh * hours.step_h),
    ]
    if shortfall_per_t is not None:
        terms.append((builder.add_variables(f"metal_short.{potline.id}", (1,), cost=shortfall_per_t), 1.0))
    builder.add_sum(f"duty.{potline.id}", terms, lower=owed_t)
