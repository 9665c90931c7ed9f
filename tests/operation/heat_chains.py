"""Windows one after another, each begun in the state in which the full model left the one before.

That is how a park is run: the schedule of a window is at the envelope's edge, some of its steps are decided, and what
comes of them in the full model is where the next window begins.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from heat_trajectories import SOFT, envelope_problem, objective_of
from numpy.typing import NDArray

from holin.kernel.highs import solve_linear
from holin.operation import PotlineHeat, potline_heat
from holin.park import Potline
from holin.potline.heat import HeatState, heat_envelope, pot_of, shell_setpoints, simulate_heat

Floats = NDArray[np.float64]

WINDOW_LEFT = ("cold", "hot", "thin", "thick")
PRICE = 1e3
"""Of a K or cm outside the window, in the largest wish of the objective."""


@dataclass(frozen=True, kw_only=True)
class Chains:
    """Of each window (window, chain): whether its schedule says that the window is left, by how much (K or cm), and
    whether the full model leaves it; the schedules' power in MW (window, chain, time)."""

    gave_way: Floats
    left: NDArray[np.bool_]
    power_mw: Floats


def chains(
    line: Potline, step_h: float, *, window_h: float, decided_h: float, windows: int, count: int, seed: int
) -> Chains:
    """`count` chains of `windows` windows from nominal on, of whose `window_h` hours `decided_h` come true."""
    random = np.random.default_rng(seed)
    steps, decided = round(window_h / step_h), round(decided_h / step_h)
    envelope, pot = heat_envelope(line, step_h), pot_of(line)
    state = _repeated(pot.nominal, count)
    gave_way, left = np.zeros((windows, count)), np.zeros((windows, count), dtype=bool)
    power, cooling = np.zeros((windows, count, steps)), np.zeros((count, steps))
    for w in range(windows):
        for k in range(count):
            begun = potline_heat(_one(state, k))
            power[w, k], cooling[k], gave_way[w, k] = _edge_schedule(random, line, step_h, steps, begun)
        factors = shell_setpoints(line, envelope, power[w], cooling, start=state)
        run = simulate_heat(pot, power[w], step_h=step_h, shell_factor=factors, start=state)
        left[w] = ~run.steps.in_window.values.all(axis=1)
        state = simulate_heat(
            pot, power[w][:, :decided], step_h=step_h, shell_factor=factors[:, :decided], start=state
        ).state
    return Chains(gave_way=gave_way, left=left, power_mw=power)


def _edge_schedule(
    random: np.random.Generator, line: Potline, step_h: float, steps: int, begun: PotlineHeat
) -> tuple[Floats, Floats, float]:
    """Return power and cooling (time,) at the envelope's edge, and by how much the window is left in the worst step."""
    problem, envelope = envelope_problem(line, step_h, steps, begun), heat_envelope(line, step_h)
    cost = objective_of(random, problem, line, envelope, steps)
    upper, price = problem.upper.copy(), PRICE * max(1.0, float(np.abs(cost).max()))
    for name in SOFT:
        columns = problem.variables[f"{name}.{line.id}"]
        upper[columns] = np.inf if name in WINDOW_LEFT else 0.0
        cost[columns] = price
    values = solve_linear(dataclasses.replace(problem, cost=cost, upper=upper)).values

    def of(name: str) -> Floats:
        columns = problem.variables.get(f"{name}.{line.id}")
        return values[columns] if columns is not None else np.zeros(steps)

    worst = max(float(of(name).max()) for name in WINDOW_LEFT)
    return envelope.p_nom_mw + of("up") - of("down"), of("cooling"), worst


def _repeated(state: HeatState, count: int) -> HeatState:
    return HeatState(**{f.name: np.full(count, getattr(state, f.name)) for f in dataclasses.fields(HeatState)})


def _one(state: HeatState, k: int) -> HeatState:
    return HeatState(**{f.name: getattr(state, f.name)[k] for f in dataclasses.fields(HeatState)})
