"""Potlines in the hours ahead: power that follows the wind inside the pots' heat, from a state on.

The heat is the linear envelope of `holin.potline.heat`: whatever it allows, the full model keeps in its window. Below
the lowest current there is only the emergency ladder: a deep cut, then a full stop, each dear and short.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Block, Hours, Injection, Quantity, in_service
from holin.operation.on_bounds import unbroken
from holin.operation.potline import PotlineLine, potline_line
from holin.operation.potline_changes import add_changes, add_ramp, add_rise_cost
from holin.operation.potline_state import DEEP_CUT_H_MAX, FULL_STOP_H_MAX, PotlineState, deep_cut_mw
from holin.park import Park, Potline
from holin.potline import FARADAY_KG_PER_KAH
from holin.potline.heat import HeatEnvelope, heat_envelope, ledge_bounds_cm, modes_of

STEADY = 1e-3
"""A mode of which so much is left after the horizon is written from step to step."""

UNFELT = 1e-8
"""A push of which no more than this is left is forgotten."""


@dataclass(frozen=True, kw_only=True)
class PotlineWishes:
    """Prices of what no schedule should do (currency per unit): metal not made, emergency cuts, the window left.

    A further tonne takes some 19 MWh, half as much again as the mean, so a shortfall must cost more than 19 MWh do.
    `window_per_pot_c_h` is per pot, K of superheat (or cm of ledge) outside the window, and hour. What is owed at the
    start may be made up over `catch_up_h`.
    """

    shortfall_per_t: float = 12_000.0
    deep_cut_per_mwh: float = 3_000.0
    full_stop_per_mwh: float = 15_000.0
    window_per_pot_c_h: float = 2_000.0
    catch_up_h: float = 168.0


@dataclass(frozen=True, kw_only=True)
class HeatSpare:
    """By how much a schedule keeps further inside the window of its pots than the envelope's margins ask."""

    superheat_c: float = 0.0
    ledge_cm: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One potline while its block is written: its envelope, chords, steps in service, and its columns."""

    potline: Potline
    envelope: HeatEnvelope
    chords: PotlineLine
    service: Floats
    up: Columns
    down: Columns
    deep: Columns
    stop: Columns


def add_heated_potlines(
    builder: ProblemBuilder,
    hours: Hours,
    park: Park,
    states: Mapping[str, PotlineState],
    wishes: PotlineWishes | None = None,
    *,
    spare: Mapping[str, HeatSpare] | None = None,
) -> Block:
    """Add every potline: power = p_nom + up - down - deep_cut - full_stop, p_nom the load of `nominal_potline_mw`.

        heat[t] = kept heat[t-1] + per_mw (up - down) - per_cut_mw (deep_cut + full_stop) + per_cooling_mw cooling
        low - cold <= superheat(heat, power) <= high + hot;  low - thin <= ledge <= high + thick
        metal + metal_short >= duty + owed x part of the catch-up
        abs(change of up - down) <= ramp;  rise >= change of power

    Columns of potline P: `up.P`, `down.P`, `deep_cut.P`, `full_stop.P`, `cooling.P` (exchangers only), `heat.P` (time,
    mode of the envelope; a conventional line has none of the shell), `cold.P`, `hot.P`, `thin.P`, `thick.P` (outside
    the window), `efficiency_loss.P`, `rise.P`, `metal_short.P`; with `changes_max_per_day` also `change.P` (0 or 1). A
    step out of service has no power and counts as nominal heat. `spare` (potline -> HeatSpare) narrows the window
    at both ends beyond the envelope's margins.
    """
    wishes = wishes or PotlineWishes()
    injections: list[Injection] = []
    load: list[Term] = []
    constant = 0.0
    service = in_service(hours, [p.id for p in park.potlines])
    for k, potline in enumerate(park.potlines):
        line = _add_power(builder, hours, potline, service[:, k], wishes)
        state = states[potline.id]
        _add_heat(builder, hours, line, state, wishes, (spare or {}).get(potline.id, HeatSpare()))
        _add_metal(builder, hours, line, state, wishes)
        add_ramp(builder, hours, potline, line.chords, state)
        add_rise_cost(builder, hours, potline, line.chords, state)
        if potline.changes_max_per_day is not None:
            add_changes(builder, hours, potline, line.chords, state, park.facts.time_zone)
        for columns, factor in _power_terms(line):
            cut = columns is line.deep or columns is line.stop
            injections.append(Injection(bus=potline.bus, columns=columns, factor=-factor, emergency=cut))
            load.append((columns, factor * hours.step_h))
        constant += float(np.sum(line.service) * line.chords.p_nom_mw * hours.step_h)
    total = Quantity(terms=tuple(load), constant=constant)
    return Block(injections=tuple(injections), quantities={"load_mwh": total, "aluminium_load_mwh": total})


def _power_terms(line: Line) -> list[tuple[Columns, float]]:
    """Return the columns that make the power's deviation from nominal."""
    return [(line.up, 1.0), (line.down, -1.0), (line.deep, -1.0), (line.stop, -1.0)]


def _add_power(builder: ProblemBuilder, hours: Hours, potline: Potline, runs: Floats, wishes: PotlineWishes) -> Line:
    """Add the power: within the range of current, and the ladder below it, each rung only as far as the one above.

    A rung used for part of a step is a cut of that part of the step.
    """
    chords, shape, step_h = potline_line(potline), (hours.count,), hours.step_h
    reach = chords.p_nom_mw - chords.p_min_mw
    deepest = deep_cut_mw(chords)
    fall = chords.p_min_mw - deepest
    name = potline.id
    up = builder.add_variables(f"up.{name}", shape, upper=(chords.p_max_mw - chords.p_nom_mw) * runs)
    down = builder.add_variables(f"down.{name}", shape, upper=reach * runs)
    deep = builder.add_variables(
        f"deep_cut.{name}", shape, upper=fall * runs, cost=wishes.deep_cut_per_mwh * step_h
    )  # fmt: skip
    stop = builder.add_variables(
        f"full_stop.{name}", shape, upper=deepest * runs, cost=wishes.full_stop_per_mwh * step_h
    )
    if fall > 0:
        highest = chords.p_max_mw - chords.p_nom_mw  # a part of a step that is cut is no part of it that runs high
        builder.add_rows(f"deep_without_up.{name}", [(up, 1.0), (deep, highest / fall)], upper=highest)
        builder.add_rows(f"deep_after_down.{name}", [(down, 1.0), (deep, -reach / fall)], lower=0.0)
        builder.add_rows(f"stop_after_deep.{name}", [(deep, 1.0), (stop, -fall / deepest)], lower=0.0)
    else:
        builder.add_rows(f"stop_after_down.{name}", [(down, 1.0), (stop, -reach / deepest)], lower=0.0)
    envelope = heat_envelope(potline, step_h)
    return Line(
        potline=potline, envelope=envelope, chords=chords, service=runs, up=up, down=down, deep=deep, stop=stop
    )  # fmt: skip


def _add_heat(
    builder: ProblemBuilder, hours: Hours, line: Line, state: PotlineState, wishes: PotlineWishes, spare: HeatSpare
) -> None:
    """Add the envelope of heat from its state on; the window may be left at a price."""
    envelope, runs, name = line.envelope, line.service, line.potline.id
    steered = envelope.cooling_max_mw > envelope.cooling_min_mw
    count, modes = hours.count, len(envelope.kept) if steered else len(envelope.kept) - 1
    heat = builder.add_variables(f"heat.{name}", (count, modes), lower=-np.inf)
    begins = modes_of(envelope, state.heat.model)[:modes]
    first = builder.add_variables(f"heat.{name}.before", (1, modes), lower=begins, upper=begins)
    was = np.concatenate([first, heat[:-1]])
    pushes: list[tuple[Columns, Floats, Floats]] = [
        (line.up, envelope.per_mw, envelope.check_per_mw),
        (line.down, -envelope.per_mw, -envelope.check_per_mw),
        (line.deep, -envelope.per_cut_mw, -envelope.check_per_cut_mw),
        (line.stop, -envelope.per_cut_mw, -envelope.check_per_cut_mw),
    ]
    if steered:
        lower, upper = envelope.cooling_min_mw * runs, envelope.cooling_max_mw * runs
        cooling = builder.add_variables(f"cooling.{name}", (count,), lower=lower, upper=upper)
        pushes.append((cooling, envelope.per_cooling_mw, envelope.check_per_cooling_mw))
    for j in range(modes):
        kept, begun = float(envelope.kept[j]), float(begins[j])
        gains = [(columns, float(gain[j])) for columns, gain, _ in pushes]
        _add_mode(builder, f"heat_{j}.{name}", heat[:, j], was[:, j], kept, begun, gains, runs)
    price = wishes.window_per_pot_c_h * line.potline.pots * hours.step_h
    cold, hot, thin, thick = (
        builder.add_variables(f"{label}.{name}", (count,), cost=price) for label in ("cold", "hot", "thin", "thick")
    )

    def superheat(k: int, weights: Floats) -> list[Term]:
        terms: list[Term] = [(was[:, j], weights[j] * envelope.check_kept[k, j] * runs) for j in range(modes)]
        return terms + [(columns, float(weights @ gain[k]) * runs) for columns, _, gain in pushes]

    for k in range(len(envelope.checks_h)):
        low = [*superheat(k, envelope.low_weights), (cold, 1.0)]
        builder.add_rows(f"superheat_low_{k}.{name}", low, lower=envelope.superheat_low_c + spare.superheat_c)
        for side, weights in zip(("hot", "cold"), envelope.high_weights, strict=True):
            high = [*superheat(k, weights), (hot, -1.0)]
            builder.add_rows(
                f"superheat_high_{side}_{k}.{name}", high, upper=envelope.superheat_high_c - spare.superheat_c
            )
    ledge: list[Term] = [(heat[:, j], envelope.ledge_cm[j]) for j in range(modes)]
    thinnest, thickest = ledge_bounds_cm(envelope, state.heat.model, count)
    builder.add_rows(f"ledge_low.{name}", [*ledge, (thin, 1.0)], lower=thinnest + spare.ledge_cm)
    builder.add_rows(f"ledge_high.{name}", [*ledge, (thick, -1.0)], upper=thickest - spare.ledge_cm)
    for rung, so_far, most in (
        ("deep_cut", state.deep_cut_h, DEEP_CUT_H_MAX),
        ("full_stop", state.full_stop_h, FULL_STOP_H_MAX),
    ):
        _add_longest(builder, hours, line, rung, most, so_far)


def _add_mode(
    builder: ProblemBuilder,
    name: str,
    heat: Columns,
    was: Columns,
    kept: float,
    begins: float,
    gains: Sequence[tuple[Columns, float]],
    runs: Floats,
) -> None:
    """Add heat[t] = kept heat[t-1] + sum of gain x push, 0 out of service.

    A mode that fades within the horizon is written as the sum of its pushes as far back as they are felt. From step to
    step a simplex may go through it backwards, dividing by `kept` each time: it then counts in 1e40 and fails.
    """
    count = len(heat)
    if kept**count > STEADY:
        terms: list[Term] = [(heat, 1.0), (was, -kept * runs)]
        terms += [(columns, -gain * runs) for columns, gain in gains]
        builder.add_rows(name, terms, lower=0.0, upper=0.0)
        return
    reach = min(count, max(1, math.ceil(math.log(UNFELT) / math.log(kept)))) if kept > 0 else 1
    terms = [(heat, 1.0)]
    for lag in range(reach):
        weight = unbroken(runs, lag) * np.roll(runs, lag)
        weight[:lag] = 0.0
        terms += [(np.roll(columns, lag), -gain * kept**lag * weight) for columns, gain in gains]
    left = begins * kept ** np.arange(1, count + 1) * np.cumprod(runs)
    builder.add_rows(name, terms, lower=left, upper=left)


def _add_longest(builder: ProblemBuilder, hours: Hours, line: Line, rung: str, most_h: float, so_far_h: float) -> None:
    """Hold a rung's hours within any day: its share of each step, summed over the last 24 h."""
    columns, name = builder.columns(f"{rung}.{line.potline.id}"), line.potline.id
    deepest = deep_cut_mw(line.chords)
    full = deepest if rung == "full_stop" else line.chords.p_min_mw - deepest
    day = round(24 / hours.step_h)
    if full <= 0:
        return
    for k, start in enumerate(range(0, hours.count, max(day // 4, 1))):
        part = columns[start : start + day]
        left = most_h - (so_far_h if start * hours.step_h < 24 else 0.0)
        terms: list[Term] = [(part, np.full(len(part), hours.step_h / full))]
        builder.add_sum(f"{rung}_longest_{k}.{name}", terms, upper=max(left, 0.0))
        if start + day >= hours.count:
            break


def _add_metal(builder: ProblemBuilder, hours: Hours, line: Line, state: PotlineState, wishes: PotlineWishes) -> None:
    """Owe the duty of the window and part of what is owed; metal lost in planned outages is not owed.

    Metal by the chords of the power, less what a hotter or thinner pot loses in current efficiency, at most the
    current of `p_max`. A cut loses metal in proportion to its power, more than it does in truth.
    """
    potline, chords, step_h, envelope = line.potline, line.chords, hours.step_h, line.envelope
    name, runs = potline.id, line.service
    heat = builder.columns(f"heat.{name}")
    loss = builder.add_variables(f"efficiency_loss.{name}", (hours.count,))
    terms: list[Term] = [(loss, 1.0)]
    for j in range(heat.shape[1]):
        terms.append((heat[:, j], envelope.loss_per_ledge_cm * envelope.ledge_cm[j] - envelope.loss_per_c))
    builder.add_rows(f"efficiency_loss.{name}", terms, lower=0.0)
    lost_t_per_h = FARADAY_KG_PER_KAH * potline.pots * potline.amperage_max_ka / 1000
    least_t_per_h = chords.metal_nom_t_per_h - chords.metal_down_t_per_mwh * (chords.p_nom_mw - chords.p_min_mw)
    per_cut = least_t_per_h / chords.p_min_mw
    metal: list[Term] = [
        (line.up, chords.metal_up_t_per_mwh * step_h),
        (line.down, -chords.metal_down_t_per_mwh * step_h),
        (line.deep, -per_cut * step_h),
        (line.stop, -per_cut * step_h),
        (loss, -lost_t_per_h * step_h),
    ]
    short = builder.add_variables(f"metal_short.{name}", (1,), cost=wishes.shortfall_per_t)
    duty_t = (potline.production_duty - 1.0) * chords.metal_nom_t_per_h * float(runs.sum()) * step_h
    asked_t = state.metal_owed_t * min(1.0, hours.count * step_h / wishes.catch_up_h)
    builder.add_sum(f"duty.{name}", [*metal, (short, 1.0)], lower=duty_t + asked_t)
