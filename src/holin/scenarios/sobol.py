"""Global sensitivity: which factor makes how much of the variance, alone and with all its interactions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Mismatch
from holin.scenarios.distributions import Floats
from holin.scenarios.drawing import Scenario, ScenarioSpec, faults_of_draw, scenarios_at, unit_points

POINTS_MIN = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class SobolIndices:
    """Shares of the variance by factor (1), each with the ends of its bootstrap interval; all of shape (factor,).

    `first` is what a factor makes alone, `total` with all interactions. `points` base points were used, `missing` were
    left out because one of their runs has no value.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    points: int
    missing: int


def sensitivity_points(dimensions: int, count: int, seed: int) -> Floats:
    """Return the points of Saltelli's design in the unit cube, shape (dimensions + 2, count, dimensions).

    The first two blocks are independent (A and B, from one Sobol' sequence of twice the dimensions); block 2 + i is A
    with column i of B. Source: Saltelli et al., Computer Physics Communications 181 (2010) 259-270.
    """
    both = unit_points(count, 2 * dimensions, seed, "sobol")
    a, b = both[:, :dimensions], both[:, dimensions:]
    blocks = np.repeat(a[np.newaxis], dimensions + 2, axis=0)
    blocks[1] = b
    for i in range(dimensions):
        blocks[2 + i, :, i] = b[:, i]
    return blocks


def sensitivity_scenarios(spec: ScenarioSpec, count: int, seed: int) -> tuple[Scenario, ...]:
    """Return the count x (factors + 2) scenarios whose results `sobol_indices` takes, in the order of its blocks.

    Ids are a00001, b00001 and, with factor i's column of B, x001-00001. Raises BadInput where `count` is no power of
    two.
    """
    dimensions = len(spec.factors)
    faults = faults_of_draw(2 * dimensions, count, seed, "sobol")
    if faults:
        raise BadInput(faults)
    blocks = sensitivity_points(dimensions, count, seed)
    heads = ["a", "b", *(f"x{i + 1:03d}-" for i in range(dimensions))]
    ids = [f"{head}{n:05d}" for head in heads for n in range(1, count + 1)]
    return scenarios_at(spec, blocks.reshape(-1, dimensions), ids)


def sobol_indices(
    results: NDArray[np.float64], factors: int, *, level: float = 0.95, resamples: int = 1000, seed: int = 0
) -> SobolIndices:
    """Return the shares of the variance of `results`, (count x (factors + 2),) in the order of `sensitivity_scenarios`.

    First order by Saltelli's estimator, mean(f_B (f_ABi - f_A)) / V, total by Jansen's, mean((f_A - f_ABi)^2) / 2V
    (both of Saltelli et al. 2010, table 2); the mean is taken off before, which the first needs to be precise. The
    interval at `level` is that of `resamples` bootstrap resamples of the base points. A base point with a run that is
    NaN (infeasible, lost) is left out and counted: then the shares hold for what can be run only.

    Raises Mismatch where the number of results does not fit, fewer than 8 base points are left, or nothing varies.
    """
    if factors < 1 or len(results) % (factors + 2):
        raise Mismatch(f"{len(results)} results are not those of {factors} factors: it takes count x (factors + 2)")
    blocks = np.asarray(results, dtype=float).reshape(factors + 2, -1)
    usable = np.isfinite(blocks).all(axis=0)
    used = blocks[:, usable]
    points = used.shape[1]
    if points < POINTS_MIN:
        raise Mismatch(f"only {points} base points have all their results; it takes {POINTS_MIN} or more")
    scale = float(np.abs(used).max())
    if np.ptp(used[:2]) <= 1e-12 * scale:
        raise Mismatch("the result is the same in every scenario: nothing to share out")
    first, total = _shares(used)
    random = np.random.default_rng(seed)
    drawn = [_shares(used[:, random.integers(0, points, points)]) for _ in range(resamples)]
    ends = np.array([(1.0 - level) / 2, (1.0 + level) / 2])
    first_ends, total_ends = (np.nanquantile(np.array([d[n] for d in drawn]), ends, axis=0) for n in (0, 1))
    return SobolIndices(
        first=first,
        first_low=first_ends[0],
        first_high=first_ends[1],
        total=total,
        total_low=total_ends[0],
        total_high=total_ends[1],
        points=points,
        missing=int((~usable).sum()),
    )


def _shares(blocks: Floats) -> tuple[Floats, Floats]:
    """Return first and total shares, NaN where a resample does not vary."""
    centred = blocks - blocks[:2].mean()
    a, b, mixed = centred[0], centred[1], centred[2:]
    variance = np.mean(np.square(centred[:2]))
    if variance == 0.0:
        nothing = np.full(len(mixed), np.nan)
        return nothing, nothing
    return np.mean(b * (mixed - a), axis=1) / variance, np.mean(np.square(a - mixed), axis=1) / (2.0 * variance)
