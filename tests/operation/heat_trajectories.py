"""Schedules at the edge of the heat envelope, by the thousand: vertices of the block's own linear problem.

A random objective has its optimum at a vertex: bang-bang where it can be, along the window's bounds elsewhere. The
objectives are white noise, blocks of on and off, waves of any period (resonance), slow drifts, one event, random walks,
and beside the power they steer the cooling, or push superheat or ledge at one moment as far as they go.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import SolverFailed
from holin.kernel.highs import solve_linear
from holin.kernel.linear import LinearProblem, ProblemBuilder
from holin.operation import PotlineHeat, add_heated_potlines, first_potline_state, hours_of, potline_line
from holin.park import Park, ParkFacts, Potline
from holin.potline.heat import HeatEnvelope, heat_envelope, pot_of, shell_setpoints, simulate_heat

Floats = NDArray[np.float64]

SOFT = ("cold", "hot", "thin", "thick", "deep_cut", "full_stop")


@dataclass(frozen=True, kw_only=True)
class Trajectories:
    """Powers and coolings in MW (trajectory, time), what the full model makes of them, and the metal promised in t."""

    step_h: float
    power_mw: Floats
    cooling_mw: Floats
    steps: xr.Dataset
    promised_t: Floats

    @property
    def left(self) -> NDArray[np.bool_]:
        """Which trajectories leave the window, or freeze."""
        return np.asarray(~self.steps.in_window.all("time") | self.steps.frozen.any("time"))


def envelope_problem(line: Potline, step_h: float, count: int, heat: PotlineHeat | None = None) -> LinearProblem:
    """The block of one line alone, its window hard, its duty free."""
    park = Park(facts=ParkFacts(id="heat"), potlines=(line,))
    time = np.datetime64("2025-03-03T00") + np.arange(count) * np.timedelta64(round(step_h * 60), "m")
    state = first_potline_state(line)
    state = dataclasses.replace(state, heat=heat) if heat else state
    builder = ProblemBuilder()
    hours = hours_of(time.astype("datetime64[ns]"), "Asia/Shanghai", step_h=step_h)
    add_heated_potlines(builder, hours, park, {line.id: state})
    problem = builder.built()
    upper = problem.upper.copy()
    for name in SOFT:
        upper[problem.variables[f"{name}.{line.id}"]] = 0.0
    return dataclasses.replace(problem, upper=upper, cost=np.zeros_like(problem.cost))


def edge_trajectories(line: Potline, step_h: float, hours: float, count: int, seed: int) -> Trajectories:
    """`count` schedules at the envelope's edge from nominal, simulated in the full model."""
    steps = round(hours / step_h)
    problem, envelope = envelope_problem(line, step_h, steps), heat_envelope(line, step_h)
    random, basis = np.random.default_rng(seed), None
    values = np.empty((count, len(problem.cost)))
    for k in range(count):
        cost = objective_of(random, problem, line, envelope, steps)
        posed = dataclasses.replace(problem, cost=cost)
        try:
            solution = solve_linear(posed, start=basis)
        except SolverFailed:
            solution = solve_linear(posed)
        values[k], basis = solution.values, solution.basis
    return _simulated(line, envelope, problem, values, step_h)


def mixed_trajectories(line: Potline, edge: Trajectories, count: int, seed: int) -> Trajectories:
    """Mixtures of two or three schedules at the edge each: the envelope is convex, so they are inside it."""
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.ones(3), count)
    picked = random.integers(0, len(edge.power_mw), (count, 3))
    power, cooling = (np.einsum("ks,kst->kt", shares, series[picked]) for series in (edge.power_mw, edge.cooling_mw))
    promised = np.einsum("ks,ks->k", shares, edge.promised_t[picked])
    return _run(line, power, cooling, promised, edge.step_h)


def _run(line: Potline, power_mw: Floats, cooling_mw: Floats, promised_t: Floats, step_h: float) -> Trajectories:
    factors = shell_setpoints(line, heat_envelope(line, step_h), power_mw, cooling_mw)
    run = simulate_heat(pot_of(line), power_mw, step_h=step_h, shell_factor=factors)
    return Trajectories(step_h=step_h, power_mw=power_mw, cooling_mw=cooling_mw, steps=run.steps, promised_t=promised_t)


def _simulated(
    line: Potline, envelope: HeatEnvelope, problem: LinearProblem, values: Floats, step_h: float
) -> Trajectories:
    def of(name: str) -> Floats:
        columns = problem.variables.get(f"{name}.{line.id}")
        return (
            values[:, columns] if columns is not None else np.zeros_like(values[:, problem.variables[f"up.{line.id}"]])
        )

    power = envelope.p_nom_mw + of("up") - of("down")
    duty = problem.rows[f"duty.{line.id}"]
    short = problem.variables[f"metal_short.{line.id}"]
    plain = values.copy()
    plain[:, short] = 0.0
    nominal_t = potline_line(line).metal_nom_t_per_h * step_h * power.shape[1]
    promised_t = nominal_t + np.asarray(plain @ problem.matrix[duty].T.toarray()).ravel()
    return _run(line, power, of("cooling"), promised_t, step_h)


def objective_of(
    random: np.random.Generator, problem: LinearProblem, line: Potline, envelope: HeatEnvelope, steps: int
) -> Floats:
    """A random wish for power and, in half of the cases, for superheat or ledge at one moment."""
    cost = np.zeros_like(problem.cost)
    shape = _shape(random, envelope.step_h, steps)
    cost[problem.variables[f"up.{line.id}"]] = shape
    cost[problem.variables[f"down.{line.id}"]] = -shape
    heat = problem.variables[f"heat.{line.id}"]
    cooling = problem.variables.get(f"cooling.{line.id}")
    kind = random.integers(0, 4)
    if cooling is not None:
        cost[cooling] = (0.3 if kind == 0 else 1e-3) * random.standard_normal(steps)
    if kind in (1, 2):
        pushed = heat[random.integers(0, steps)]
        cost[pushed] += random.choice([-1.0, 1.0]) * steps * (1.0 if kind == 1 else envelope.ledge_cm[: len(pushed)])
    cost[problem.variables[f"efficiency_loss.{line.id}"]] = 1e-3  # else it is free to promise too little
    return cost


def _shape(random: np.random.Generator, step_h: float, steps: int) -> Floats:
    """One of six kinds of wish over time."""
    time_h = np.arange(steps) * step_h
    sign = random.choice([-1.0, 1.0])
    match random.integers(0, 6):
        case 0:
            return random.standard_normal(steps)
        case 1:
            lengths = np.maximum(1, random.integers(1, max(2, round(24 / step_h)), steps))
            return np.repeat(random.choice([-1.0, 1.0], steps), lengths)[:steps] * random.uniform(0.2, 1, steps)
        case 2:
            period_h = np.exp(random.uniform(np.log(2 * step_h), np.log(96)))
            return np.sin(2 * np.pi * time_h / period_h + random.uniform(0, 2 * np.pi))
        case 3:
            return sign * np.exp(-random.uniform(-0.1, 0.1) * time_h)
        case 4:
            event = np.full(steps, -1e-3 * sign)
            start = random.integers(0, steps)
            event[start : start + random.integers(1, max(2, steps // 3))] = sign * random.choice([-1.0, 1.0])
            return event
        case _:
            return np.cumsum(random.standard_normal(steps))
