"""Small staged problems: a store, a ramped unit, a capacity, a monthly peak, a budget and a ring, all at random."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import LinearProblem, ProblemBuilder


def staged_problem(
    seed: int, steps: int, *, ring: bool = True, budget: bool = True, free: bool = False
) -> LinearProblem:
    """Return a park of one bus over so many hours; its prices come in few levels, so that optima lie side by side."""
    rng = np.random.default_rng(seed)
    t = np.arange(steps)
    builder = ProblemBuilder()
    load = 60.0 + 30.0 * rng.random(steps)
    wind_share = np.where(rng.random(steps) < 0.2, 0.0, rng.random(steps))
    price = rng.choice([200.0, 400.0, 700.0], steps)
    capacity = builder.add_variables("capacity", (2,), upper=[150.0, 80.0], cost=np.array([90.0, 40.0]) * steps / 24)
    peak = builder.add_variables("peak", (3,), cost=2_000.0)
    wind = builder.add_variables("wind", (steps,), cost=1.0)
    bought = builder.add_variables("import", (steps,), upper=200.0, cost=price)
    unit = builder.add_variables("unit", (steps, 2), upper=[40.0, 25.0], cost=[260.0, 260.0])
    into = builder.add_variables("charge", (steps,), upper=20.0)
    out = builder.add_variables("discharge", (steps,), upper=20.0, cost=0.5)
    held = builder.add_variables("held", (steps,))
    spill = builder.add_variables("spill", (steps,), lower=-np.inf if free else 0.0, upper=0.0 if free else np.inf)
    sign = -1.0 if free else 1.0
    builder.add_rows(
        "balance",
        [(wind, 1.0), (bought, 1.0), (unit[:, 0], 1.0), (unit[:, 1], 1.0), (out, 1.0), (into, -1.0), (spill, -sign)],
        lower=load, upper=load,
    )  # fmt: skip
    builder.add_rows("wind", [(wind, 1.0), (np.full(steps, capacity[0]), -wind_share)], upper=0.0)
    builder.add_rows("room", [(held, 1.0), (np.full(steps, capacity[1]), -1.0)], upper=0.0)
    before = np.roll(held, 1)
    builder.add_rows(
        "held", [(held[1:], 1.0), (before[1:], -0.999), (into[1:], -0.95), (out[1:], 1 / 0.95)], lower=0.0, upper=0.0
    )
    if ring:
        builder.add_rows(
            "held.first",
            [(held[:1], 1.0), (before[:1], -0.999), (into[:1], -0.95), (out[:1], 1 / 0.95)],
            lower=0.0,
            upper=0.0,
        )
    builder.add_rows("ramp", [(unit[1:], 1.0), (unit[:-1], -1.0)], lower=-6.0, upper=6.0)
    builder.add_rows("peak", [(bought, 1.0), (peak[np.minimum(t * 3 // steps, 2)], -1.0)], upper=0.0)
    if budget:
        builder.add_sum("green", [(wind, 1.0), (spill, -sign)], lower=0.3 * float(load.sum()))
    return builder.built()
