"""Scenarios drawn from uncertain factors: by plain Monte Carlo, Latin hypercube or Sobol' points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from holin.errors import ARGUMENT, BadInput, Fault
from holin.scenarios.distributions import Distribution, Floats

How = Literal["times", "to", "plus"]
Method = Literal["plain", "latin", "sobol"]
METHODS: tuple[Method, ...] = ("plain", "latin", "sobol")
DIMENSIONS_MAX = 1000


@dataclass(frozen=True, kw_only=True)
class Change:
    """One quantity of the park `times` a value, set `to` it, or `plus` it."""

    quantity: str
    how: How
    value: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One way that things may turn out: changes that are made one after the other."""

    id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Factor:
    """An uncertain quantity: how a drawn value changes it, and how the value may fall."""

    quantity: str
    how: How
    distribution: Distribution
    basis: str = ""
    reference: str = ""
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class ScenarioSpec:
    """A named set of factors, each independent of the others; `file` is where it was read from."""

    name: str
    factors: tuple[Factor, ...]
    name_zh: str = ""
    file: str = ARGUMENT


def draw_scenarios(spec: ScenarioSpec, count: int, seed: int, method: Method = "latin") -> tuple[Scenario, ...]:
    """Return `count` scenarios with ids s00001, s00002, ...; the same arguments give the same scenarios.

    `plain` draws independently; `latin` (McKay, Beckman and Conover, 1979) puts one draw into each of `count` equal
    slices of every factor; `sobol` takes scrambled Sobol' points (Owen, 1998), their count a power of two.
    A larger `count` of `plain` or `sobol` begins with the same scenarios, so that what was worked out is kept.

    Raises BadInput for a method or count that cannot be.
    """
    faults = faults_of_draw(len(spec.factors), count, seed, method)
    if faults:
        raise BadInput(faults)
    points = unit_points(count, len(spec.factors), seed, method)
    return scenarios_at(spec, points, [f"s{n:05d}" for n in range(1, count + 1)])


def scenarios_at(spec: ScenarioSpec, points: Floats, ids: Sequence[str]) -> tuple[Scenario, ...]:
    """Return the scenarios at points of the unit cube (scenario, factor), each factor by its own quantiles."""
    values = [f.distribution.quantile(points[:, i]) for i, f in enumerate(spec.factors)]
    return tuple(
        Scenario(
            id=id,
            changes=tuple(
                Change(quantity=f.quantity, how=f.how, value=float(v[n]))
                for f, v in zip(spec.factors, values, strict=True)
            ),
        )
        for n, id in enumerate(ids)
    )


def unit_points(count: int, dimensions: int, seed: int, method: Method) -> Floats:
    """Return points of the unit cube, shape (count, dimensions)."""
    random = np.random.default_rng(seed)
    if method == "plain":
        return random.random((count, dimensions))
    if method == "latin":
        slices = random.permuted(np.tile(np.arange(count), (dimensions, 1)), axis=1).T
        return np.asarray((slices + random.random((count, dimensions))) / count)
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(dimensions, seed=random).random(count))


def faults_of_draw(dimensions: int, count: int, seed: int, method: str) -> list[Fault]:
    """Return what is wrong with a draw, `[]` if nothing."""
    faults = []
    if method not in METHODS:
        faults.append(_fault("method", method, "no such way to draw", f"one of {', '.join(METHODS)}"))
    if not 1 <= count <= 99_999:
        faults.append(_fault("count", str(count), "not a number of scenarios", "give 1 to 99999"))
    elif method == "sobol" and count & (count - 1):
        near = 1 << (count.bit_length() - 1)
        faults.append(_fault("count", str(count), "Sobol' points come in powers of two", f"give {near} or {2 * near}"))
    if seed < 0:
        faults.append(_fault("seed", str(seed), "below 0", "give a whole number from 0 on"))
    if not 1 <= dimensions <= DIMENSIONS_MAX:
        faults.append(_fault("factors", str(dimensions), "not a number of factors", f"give 1 to {DIMENSIONS_MAX}"))
    return faults


def _fault(field: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file=ARGUMENT, field=field, value=value, problem=problem, right=right)
