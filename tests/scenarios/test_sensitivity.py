"""Sensitivities against the Ishigami function's published indices, and small samples against exact answers."""

from typing import Any

import numpy as np
import pytest

from holin.errors import BadInput, Mismatch
from holin.scenarios import (
    Discrete,
    Factor,
    ScenarioSpec,
    Uniform,
    draw_scenarios,
    factor_values,
    rank_correlation,
    regression,
    sensitivity_scenarios,
    sobol_indices,
)

ISHIGAMI = ScenarioSpec(
    name="ishigami",
    factors=tuple(
        Factor(quantity=name, how="to", distribution=Uniform(low=-np.pi, high=np.pi))
        for name in ("discount_rate", "co2_price", "load")
    ),
)
# Ishigami and Homma (1990) with a = 7, b = 0.1; indices of Saltelli et al., Global Sensitivity Analysis (2008), and by
# hand: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225, V = V1 + V2 + V13 = 13.8446
FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)


def ishigami(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def results(count: int, seed: int) -> np.ndarray[Any, Any]:
    return ishigami(factor_values(sensitivity_scenarios(ISHIGAMI, count, seed)).values)


def test_the_published_indices_of_ishigami_are_met() -> None:
    found = sobol_indices(results(16384, 1), 3, resamples=100)
    np.testing.assert_allclose(found.first, FIRST, atol=0.01)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.01)
    assert found.points == 16384 and found.missing == 0


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 30 small studies' six 95 % intervals most hold the published value; bootstrap of Sobol' points is wide."""
    inside, width = 0, []
    for seed in range(30):
        found = sobol_indices(results(256, seed), 3, resamples=200, seed=seed)
        for low, high, truth in (
            (found.first_low, found.first_high, FIRST),
            (found.total_low, found.total_high, TOTAL),
        ):
            inside += int(np.sum((low <= truth) & (truth <= high)))
            width.append(float(np.mean(high - low)))
    assert inside >= 0.93 * 180
    assert 0.05 < np.mean(width) < 0.5


def test_a_far_away_mean_does_not_spoil_the_indices() -> None:
    values = results(1024, 2)
    near, far = (sobol_indices(values + shift, 3, resamples=10) for shift in (0.0, 1e6))
    np.testing.assert_allclose(far.first, near.first, atol=1e-6)
    np.testing.assert_allclose(far.total, near.total, atol=1e-6)


def test_the_design_has_the_blocks_that_saltelli_gives() -> None:
    scenarios = sensitivity_scenarios(ISHIGAMI, 8, 1)
    x = factor_values(scenarios).values.reshape(5, 8, 3)
    assert [s.id for s in scenarios[::8]] == ["a00001", "b00001", "x001-00001", "x002-00001", "x003-00001"]
    assert len({s.id for s in scenarios}) == 40
    for i in range(3):
        others = [j for j in range(3) if j != i]
        np.testing.assert_array_equal(x[2 + i][:, others], x[0][:, others])
        np.testing.assert_array_equal(x[2 + i][:, i], x[1][:, i])
    assert not np.isclose(x[0], x[1]).any()


def test_runs_without_a_value_are_left_out_and_counted() -> None:
    values = results(1024, 3)
    values[[5, 1024 + 9, 3 * 1024 + 9]] = np.nan
    found = sobol_indices(values, 3, resamples=10)
    assert (found.points, found.missing) == (1022, 2)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.05)


def test_studies_that_cannot_be_are_refused() -> None:
    with pytest.raises(Mismatch, match="not those of 3 factors"):
        sobol_indices(np.zeros(41), 3)
    with pytest.raises(Mismatch, match="the same in every scenario"):
        sobol_indices(np.full(80, 3.3), 3)
    with pytest.raises(Mismatch, match="only 0 base points"):
        sobol_indices(np.full(80, np.nan), 3)
    with pytest.raises(BadInput, match="give 64 or 128"):
        sensitivity_scenarios(ISHIGAMI, 100, 1)


def test_regression_gives_the_exact_coefficients_of_a_straight_line() -> None:
    """A full two-level design: columns have deviation 1 and do not correlate, so 3 x1 - 4 x2 has deviation 5."""
    x = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])
    found = regression(x * (2.0, 10.0) + 7.0, 3.0 * x[:, 0] - 4.0 * x[:, 1] + 100.0)
    np.testing.assert_allclose(found.coefficient, (0.6, -0.8))
    assert found.r_squared == pytest.approx(1.0)
    bent = regression(x, x[:, 0] * x[:, 1])
    np.testing.assert_allclose(bent.coefficient, 0.0, atol=1e-12)
    assert bent.r_squared == pytest.approx(0.0)


def test_rank_correlation_sees_what_rises_however_bent_and_counts_ties() -> None:
    x = np.column_stack([np.arange(6.0), np.arange(6.0)[::-1], [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]])
    # Ties by hand: ranks 1.5 1.5 3.5 3.5 5.5 5.5 against 1..6: covariance 16, deviations sqrt(16 * 17.5)
    np.testing.assert_allclose(rank_correlation(x, np.exp(x[:, 0])), (1.0, -1.0, 16 / np.sqrt(16 * 17.5)))


def test_samples_that_say_nothing_are_refused() -> None:
    x, y = np.random.default_rng(1).random((10, 3)), np.arange(10.0)
    for values, outcome, words in (
        (x[:4], y[:4], "too few"),
        (x, y[:9], "do not fit"),
        (np.where(x == x[3, 0], np.nan, x), y, "missing"),
        (np.column_stack([x, np.ones(10)]), y, "vary"),
        (np.column_stack([x, x[:, 0]]), y, "depend on each other"),
    ):
        with pytest.raises(Mismatch, match=words):
            regression(values, outcome)


def test_a_seed_is_no_measure() -> None:
    spec = ScenarioSpec(
        name="t",
        factors=(
            Factor(quantity="weather_seed", how="to", distribution=Discrete(values=(1, 2))),
            Factor(quantity="load", how="times", distribution=Uniform(low=0.9, high=1.1)),
        ),
    )
    table = factor_values(draw_scenarios(spec, 4, 1))
    assert table.quantity.values.tolist() == ["load"] and table.shape == (4, 1)
