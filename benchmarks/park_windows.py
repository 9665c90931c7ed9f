"""Windows of rolling unit commitment of a park that `peers/pypsa_park.py --export-data` wrote, as problems for Holin.

The model is the peer's (head of peers/park_data.py), written as Holin writes its own: one balance per step, curtailment
in the bounds, branch limits by PTDF and only where the bounds of all powers do not keep them anyway, and every on/off
column with its starts and stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holin.kernel.linear import Columns, Floats, LinearProblem, ProblemBuilder, Term
from holin.kernel.on_off import Switch

Park = Mapping[str, Any]
Injection = tuple[Columns, int, float]
"""Columns by step, the bus they feed and MW per unit of them, + into the network."""


@dataclass(frozen=True, kw_only=True)
class State:
    """The park before a window: MWh in the battery and of heat in the potlines; each coal unit on or off, for how many
    steps, and at which power (None: not known, it may ramp from anywhere); peak of import so far by month."""

    soc_mwh: float
    heat_mwh: tuple[float, ...]
    on: tuple[bool, ...]
    steps: tuple[int, ...]
    p_mw: tuple[float | None, ...]
    peak_mw: Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A problem, its on/off columns, and the rows that few solutions break."""

    problem: LinearProblem
    switches: tuple[Switch, ...]
    branch_rows: Columns


def read_park(path: Path) -> Park:
    """Read an exported park and add the flows (step, branch) that its loads alone cause.

    Raises ValueError for a file that is no such park or was made for a plan.
    """
    with np.load(path, allow_pickle=False) as file:
        park = {name: file[name] for name in file.files}
    missing = [n for n in ("ptdf", "coal_pnom", "ren_fix", "bat_fix", "tou", "load") if n not in park]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}; write it with pypsa_park.py --dispatch --export-data")
    at_bus = np.zeros((len(park["tou"]), int(park["n_buses"])))
    for j, bus in enumerate(park["load_bus"]):
        at_bus[:, bus] += park["load"][:, j]
    return park | {"load_flow": -at_bus @ park["ptdf"].T}


def first_state(park: Park) -> State:
    """Return how the peer begins: battery half full, all units on since one step, at any power."""
    units = len(park["coal_pnom"])
    return State(
        soc_mwh=0.5 * float(park["bat_fix"][1]),
        heat_mwh=(0.0,) * len(park["pot_nom"]),
        on=(True,) * units,
        steps=(1,) * units,
        p_mw=(None,) * units,
        peak_mw={},
    )


def state_from(data: Mapping[str, Any]) -> State:
    """Return a state that the peer printed."""
    return State(
        soc_mwh=data["soc"],
        heat_mwh=tuple(data["heat"]),
        on=tuple(data["on"]),
        steps=tuple(data["run"]),
        p_mw=tuple(data["p"]),
        peak_mw={int(k): v for k, v in data["peak"].items()},
    )


def window_of(park: Park, state: State, first: int, count: int) -> Window:
    """Return the problem of `count` steps from step `first` on."""
    steps = slice(first, first + count)
    builder = ProblemBuilder()
    injections = [
        *_add_renewables(builder, park, steps),
        *_add_grid(builder, park, steps, state),
        *_add_battery(builder, park, count, state),
        *_add_potlines(builder, park, count, state),
    ]
    switches = []
    for unit in range(len(park["coal_pnom"])):
        switch, powers = _add_coal(builder, park, count, state, unit)
        switches.append(switch)
        injections += powers
    load = park["load"][steps].sum(axis=1)
    builder.add_rows("balance", [(c, factor) for c, _, factor in injections], lower=load, upper=load)
    rows = _add_branches(builder, park, steps, injections)
    return Window(problem=builder.built(), switches=tuple(switches), branch_rows=rows)


def state_after(park: Park, window: Window, values: Floats, state: State, first: int, count: int) -> State:
    """Return the state `count` steps after the start of a window that began at step `first`."""
    at = {name: values[columns][:count] for name, columns in window.problem.variables.items()}
    on, steps, power = [], [], []
    for unit, p_min in enumerate(park["coal_pnom"] * park["coal_pmin"]):
        runs = np.round(at[f"on.{unit}"]).astype(bool)
        turned = np.flatnonzero(runs != runs[-1])
        kept = count - 1 - turned[-1] if len(turned) else count
        steps.append(int(kept + (state.steps[unit] if not len(turned) and state.on[unit] == runs[-1] else 0)))
        on.append(bool(runs[-1]))
        power.append(float(p_min * runs[-1] + at[f"above.{unit}"][-1]))
    peak, months = dict(state.peak_mw), park["month"][first : first + count]
    for month in np.unique(months):
        peak[int(month)] = max(peak.get(int(month), 0.0), float(at["import"][months == month].max()))
    return State(
        soc_mwh=float(at["soc"][-1]),
        heat_mwh=tuple(map(float, at["heat"][-1])),
        on=tuple(on),
        steps=tuple(steps),
        p_mw=tuple(power),
        peak_mw=peak,
    )


def _before(columns: Columns) -> Term:
    """The columns of the step before, nothing in the first step."""
    return np.roll(columns, 1, axis=0), np.concatenate([[0.0], np.ones(len(columns) - 1)])


def _in_first_step(count: int, value: float) -> Floats:
    return np.concatenate([[value], np.zeros(count - 1)])


def _add_renewables(builder: ProblemBuilder, park: Park, steps: slice) -> list[Injection]:
    available = np.hstack([park["wind"], park["pv"]])[steps] * park["ren_fix"]
    used = builder.add_variables("used", available.shape, upper=available, cost=park["ren_mc"] * park["dt"])
    return [(used[:, k], int(bus), 1.0) for k, bus in enumerate(park["ren_bus"])]


def _add_grid(builder: ProblemBuilder, park: Park, steps: slice, state: State) -> list[Injection]:
    dt, month, bus = float(park["dt"]), park["month"][steps], int(park["imp_bus"])
    months = np.unique(month)
    drawn = builder.add_variables("import", month.shape, upper=park["imp_max"], cost=park["imp_mc"][steps] * dt)
    price = -park["export_price"][steps] * dt
    given = builder.add_variables("export", month.shape, upper=park["exp_max"], cost=price)
    peak = builder.add_variables(
        "peak",
        months.shape,
        lower=[state.peak_mw.get(int(m), 0.0) for m in months],
        cost=park["demand_price"][np.searchsorted(park["months"], months)],
    )
    builder.add_rows("peak", [(drawn, 1.0), (peak[np.searchsorted(months, month)], -1.0)], upper=0.0)
    return [(drawn, bus, 1.0), (given, bus, -1.0)]


def _add_battery(builder: ProblemBuilder, park: Park, count: int, state: State) -> list[Injection]:
    dt, bus = float(park["dt"]), int(park["bat_bus"])
    power, energy = map(float, park["bat_fix"])
    into, out_of = map(float, park["bat_eta"])
    lower = np.zeros(count)
    lower[-1] = 0.5 * energy
    charge = builder.add_variables("charge", (count,), upper=power, cost=float(park["bat_mc"]) * dt)
    drawn = builder.add_variables("drawn", (count,), upper=power / out_of)  # from the content, before losses
    soc = builder.add_variables("soc", (count,), lower=lower, upper=energy)
    began = _in_first_step(count, -state.soc_mwh)
    builder.add_rows("soc", [(soc, -1.0), _before(soc), (charge, into * dt), (drawn, -dt)], lower=began, upper=began)
    return [(charge, bus, -1.0), (drawn, bus, out_of)]


def _add_potlines(builder: ProblemBuilder, park: Park, count: int, state: State) -> list[Injection]:
    dt, nominal, swing = float(park["dt"]), park["pot_nom"], park["pot_e"]
    kept = (1.0 - float(park["pot_leak"])) ** dt
    lower = np.tile(-swing, (count, 1))
    lower[-1] = 0.0
    shape = (count, len(nominal))
    power = builder.add_variables("pot", shape, lower=park["pot_lo"] * nominal, upper=park["pot_hi"] * nominal)
    heat = builder.add_variables("heat", shape, lower=lower, upper=swing)
    for k, mw in enumerate(nominal):
        due = dt * mw + _in_first_step(count, -state.heat_mwh[k])  # PyPSA takes no loss of what a window begins with
        columns, weight = _before(heat[:, k])
        terms = [(heat[:, k], -1.0), (columns, kept * np.asarray(weight)), (power[:, k], dt)]
        builder.add_rows(f"heat.{k}", terms, lower=due, upper=due)
    return [(power[:, k], int(bus), -1.0) for k, bus in enumerate(park["pot_bus"])]


def _add_coal(
    builder: ProblemBuilder, park: Park, count: int, state: State, unit: int
) -> tuple[Switch, list[Injection]]:
    """On, start, stop with least times as facets; power above lowest load with ramps, first and last load.

    For whole numbers this is the peer's p[t] - p[t-1] <= ru P on[t-1] + rs P (on[t] - on[t-1]) and its mirror image;
    between them it allows less.
    """
    dt, p_nom = float(park["dt"]), float(park["coal_pnom"][unit])
    p_min, was_on = float(park["coal_pmin"][unit]) * p_nom, state.on[unit]
    ramp, edge = float(park["coal_ramp"][unit]) * p_nom, float(park["coal_ramp_su"][unit]) * p_nom - p_min
    up, down, span = int(park["coal_minup"]), int(park["coal_mindown"]), p_nom - p_min
    lower, upper = np.zeros(count), np.ones(count)
    stays = max(0, (up if was_on else down) - state.steps[unit])
    (lower if was_on else upper)[:stays] = float(was_on)
    cost = float(park["coal_mc"][unit]) * dt
    on = builder.add_variables(f"on.{unit}", (count,), lower=lower, upper=upper, cost=cost * p_min, integer=True)
    start = builder.add_variables(f"start.{unit}", (count,), upper=1.0, cost=float(park["coal_startup"][unit]))
    stop = builder.add_variables(f"stop.{unit}", (count,), upper=1.0)
    above = builder.add_variables(f"above.{unit}", (count,), upper=span, cost=cost)
    began = _in_first_step(count, float(was_on))
    builder.add_rows(
        f"turn.{unit}", [(on, 1.0), _weighed(_before(on), -1.0), (start, -1.0), (stop, 1.0)], lower=began, upper=began
    )
    builder.add_rows(f"up.{unit}", [*_recent(start, up), (on, -1.0)], upper=0.0)
    builder.add_rows(f"down.{unit}", [*_recent(stop, down), (on, 1.0)], upper=1.0)
    last = np.concatenate([np.full(count - 1, span - edge), [0.0]])
    builder.add_rows(
        f"load.{unit}", [(above, 1.0), (on, -span), (start, span - edge), (np.roll(stop, -1), last)], upper=0.0
    )
    rise = [(above[1:], 1.0), (above[:-1], -1.0), (on[1:], -ramp), (start[1:], ramp - edge)]
    fall = [(above[1:], -1.0), (above[:-1], 1.0), (on[:-1], -ramp), (stop[1:], ramp - edge)]
    builder.add_rows(f"rise.{unit}", rise, upper=0.0)
    builder.add_rows(f"fall.{unit}", fall, upper=0.0)
    p_mw = state.p_mw[unit]
    if p_mw is not None:
        step = [(above[:1], 1.0), (on[:1], -edge)]
        builder.add_rows(f"first_rise.{unit}", step, upper=p_mw + (ramp - edge - p_min) * was_on)
        step = [(above[:1], 1.0), (on[:1], ramp - edge)]
        builder.add_rows(f"first_fall.{unit}", step, lower=p_mw - (edge + p_min) * was_on)
    bus = int(park["coal_bus"][unit])
    switch = Switch(on=on, up_steps=up, down_steps=down, on_before=was_on, steps_before=state.steps[unit])
    return switch, [(on, bus, p_min), (above, bus, 1.0)]


def _weighed(term: Term, factor: float) -> Term:
    return term[0], factor * np.asarray(term[1])


def _recent(turned: Columns, count: int) -> list[Term]:
    """The turns of the last `count` steps."""
    step = np.arange(len(turned))
    return [(np.roll(turned, lag), (step >= lag).astype(float)) for lag in range(min(count, len(turned)))]


def _add_branches(builder: ProblemBuilder, park: Park, steps: slice, injections: list[Injection]) -> Columns:
    """Limit the flow of each branch in each step in which powers within their bounds could break its rating."""
    box = builder.built()
    highest, lowest = park["load_flow"][steps].copy(), park["load_flow"][steps].copy()
    for columns, bus, factor in injections:
        share = factor * park["ptdf"][:, bus]
        ends = np.outer(box.lower[columns], share), np.outer(box.upper[columns], share)
        highest += np.maximum(*ends)
        lowest += np.minimum(*ends)
    rows = []
    for branch, rating in enumerate(park["br_rate"]):
        at = np.flatnonzero((highest[:, branch] > rating) | (lowest[:, branch] < -rating))
        if not len(at):
            continue
        shares = [(columns[at], factor * park["ptdf"][branch, bus]) for columns, bus, factor in injections]
        terms = [(columns, share) for columns, share in shares if abs(share) > 1e-9]
        flow = park["load_flow"][steps][at, branch]
        rows.append(builder.add_rows(f"branch.{branch}", terms, lower=-rating - flow, upper=rating - flow))
    return np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
