"""Distributions against their textbook quantiles, and draws that cover what they should."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import scipy.stats

from holin.errors import BadInput
from holin.scenarios import (
    METHODS,
    Discrete,
    Factor,
    LogNormal,
    Normal,
    Scenario,
    ScenarioSpec,
    Triangular,
    Uniform,
    draw_scenarios,
)

U = np.linspace(0.0005, 0.9995, 1999)

SPEC = ScenarioSpec(
    name="test",
    factors=(
        Factor(quantity="fuel_price", how="times", distribution=Triangular(low=0.8, mode=1.0, high=1.5)),
        Factor(quantity="load", how="times", distribution=Uniform(low=0.9, high=1.2)),
        Factor(quantity="weather_seed", how="to", distribution=Discrete(values=(1, 2, 3, 4))),
    ),
)


def values(scenarios: tuple[Scenario, ...]) -> np.ndarray[Any, Any]:
    return np.array([[c.value for c in s.changes] for s in scenarios])


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (Uniform(low=-1.0, high=3.0), scipy.stats.uniform(-1.0, 4.0)),
        (Triangular(low=0.8, mode=1.0, high=1.5), scipy.stats.triang(0.2 / 0.7, 0.8, 0.7)),
        (Triangular(low=0.0, mode=0.0, high=2.0), scipy.stats.triang(0.0, 0.0, 2.0)),
        (Normal(mean=2.0, sd=0.5), scipy.stats.norm(2.0, 0.5)),
        (Normal(mean=2.0, sd=0.5, low=1.5, high=2.1), scipy.stats.truncnorm(-1.0, 0.2, 2.0, 0.5)),
        (LogNormal(median=1.5, sigma=0.3), scipy.stats.lognorm(0.3, scale=1.5)),
    ],
)
def test_quantiles_are_those_of_scipy(mine: Any, theirs: Any) -> None:
    assert mine.faults() == []
    np.testing.assert_allclose(mine.quantile(U), theirs.ppf(U), rtol=1e-9, atol=1e-12)


def test_a_cut_lognormal_keeps_its_ends_and_shape() -> None:
    cut = LogNormal(median=1.0, sigma=0.5, low=0.8, high=1.6)
    drawn = cut.quantile(np.array([0.0, 0.5, 1.0]))
    whole = scipy.stats.lognorm(0.5)
    np.testing.assert_allclose(drawn, [0.8, whole.ppf((whole.cdf(0.8) + whole.cdf(1.6)) / 2), 1.6])


def test_unbounded_values_stay_finite_at_the_edge_of_the_unit_interval() -> None:
    assert np.isfinite(Normal(mean=0.0, sd=1.0).quantile(np.array([0.0, 1.0]))).all()


def test_discrete_values_come_by_their_weights() -> None:
    drawn = Discrete(values=(5, 7, 9), weights=(1, 0, 3)).quantile(np.array([0.0, 0.2499, 0.25, 0.9999, 1.0]))
    assert drawn.tolist() == [5, 5, 9, 9, 9]


@pytest.mark.parametrize(
    ("distribution", "fields"),
    [
        (Uniform(low=1, high=1), ["high"]),
        (Triangular(low=0, mode=2, high=1), ["mode"]),
        (Normal(mean=1, sd=0, low=0), ["sd"]),
        (Normal(mean=1, sd=1, low=3, high=2), ["high"]),
        (Normal(mean=1, sd=0.1, low=5), ["low"]),
        (LogNormal(median=-1, sigma=0, low=-1), ["median", "sigma", "low"]),
        (Discrete(values=()), ["values"]),
        (Discrete(values=(1, 2), weights=(1,)), ["weights"]),
        (Discrete(values=(1, 2), weights=(0, 0)), ["weights"]),
    ],
)
def test_distributions_that_cannot_be_are_named(distribution: Any, fields: list[str]) -> None:
    assert [field for field, _, _ in distribution.faults()] == fields


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_draws_the_same_and_means_are_met(method: Any) -> None:
    drawn = draw_scenarios(SPEC, 1024, 7, method)
    assert drawn == draw_scenarios(SPEC, 1024, 7, method) != draw_scenarios(SPEC, 1024, 8, method)
    assert [s.id for s in drawn[:2]] == ["s00001", "s00002"] and drawn[-1].id == "s01024"
    assert [(c.quantity, c.how) for c in drawn[0].changes] == [(f.quantity, f.how) for f in SPEC.factors]
    # Means 3.3 / 3, 1.05 and 2.5; a plain draw's mean errs by sd / sqrt(1024), at most 0.035 for the seeds
    np.testing.assert_allclose(values(drawn).mean(axis=0), [1.1, 1.05, 2.5], atol=0.15 if method == "plain" else 3e-3)


def test_a_latin_draw_has_one_value_in_every_slice() -> None:
    drawn = values(draw_scenarios(SPEC, 40, 3, "latin"))
    slices = np.floor((drawn[:, 1] - 0.9) / 0.3 * 40)
    assert sorted(slices.tolist()) == list(range(40))
    assert np.unique(drawn[:, 2], return_counts=True)[1].tolist() == [10, 10, 10, 10]


@pytest.mark.parametrize("method", ["plain", "sobol"])
def test_more_scenarios_begin_with_the_same(method: Any) -> None:
    assert draw_scenarios(SPEC, 64, 5, method)[:16] == draw_scenarios(SPEC, 16, 5, method)


def test_draws_that_cannot_be_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(BadInput, match="give 64 or 128"):
        draw_scenarios(SPEC, 100, 1, "sobol")
    empty: Any = dataclasses.replace(SPEC, factors=())
    with pytest.raises(BadInput) as told:
        draw_scenarios(empty, 0, -1, "lattice")  # type: ignore[arg-type]
    assert [f.field for f in told.value.faults] == ["method", "count", "seed", "factors"]
