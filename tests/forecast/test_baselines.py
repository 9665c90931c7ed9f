"""Persistence, climatology and blend: by hand, strictly causal, in their range, calibrated over a synthetic year."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from forecast_parks import HOUR, START, WITH_GRID, YEAR, hand_history, small_year, wandering
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from holin.errors import Mismatch
from holin.forecast import QUANTILES, Method, fitted, forecast_of, known_until
from holin.forecast.climatology import classes_of, climatology_of, scores_of, values_at

W1, P, L = 0, 2, 3
MEDIAN = QUANTILES.index(0.5)


@cache
def forecasts(method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Issues of 2025 every 53 h, 36 h ahead: quantiles (issue, lead, signal, quantile), what came, and the scale."""
    history, fit = small_year()
    issues = YEAR[24 : len(YEAR) - 36 : 53]
    places = np.searchsorted(history.time, issues)[:, None] + np.arange(36)
    made = []
    for issued in issues:
        window = forecast_of(method, history, issued, issued + np.arange(36) * HOUR, fit=fit)
        made.append(np.concatenate([window.available_mw.values, window.load_mw.values], axis=1))
    return np.array(made), history.value[places], history.scale[places]


def pinball(quantiles: np.ndarray, came: np.ndarray) -> np.ndarray:
    off = came[..., None] - quantiles
    chances = np.array(QUANTILES)
    return np.maximum(chances * off, (chances - 1) * off).mean(axis=-1)


# ---- by hand ----------------------------------------------------------------------------------------------------


def test_wind_holds_its_last_value() -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR
    window = forecast_of("persistence", history, now, now + np.arange(24) * HOUR)
    last = history.value[39 * 24 - 1, W1]
    np.testing.assert_allclose(window.available_mw.sel(unit="W1", quantile=0.5), last)
    assert window.available_mw.unit_by.values[0, 0] == "persistence"


def test_an_interval_counts_when_it_has_ended() -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR + np.timedelta64(59, "m")
    ahead = START + (39 * 24 + 1 + np.arange(3)) * HOUR
    first, second = (
        forecast_of("persistence", history, moment, ahead).available_mw.values[0, 0, MEDIAN]
        for moment in (now, now + np.timedelta64(1, "m"))
    )
    assert first == pytest.approx(history.value[39 * 24 - 1, W1])
    assert second == pytest.approx(history.value[39 * 24, W1])


def test_pv_keeps_its_clear_sky_index_over_night() -> None:
    """The day before gave 0.6 of the clear sky in its last three hours; so tomorrow's hours give 0.6 of theirs."""
    history = wandering(40)
    value = history.value.copy()
    lit = np.flatnonzero(history.scale[: 39 * 24, P] > 0)[-3:]
    value[lit, P] = 0.6 * history.scale[lit, P]
    changed = replace(history, value=value)
    now = START + 39 * 24 * HOUR
    window = forecast_of("persistence", changed, now, now + np.arange(24) * HOUR)
    expected = 0.6 * history.scale[39 * 24 : 40 * 24, P]
    np.testing.assert_allclose(window.available_mw.sel(unit="P", quantile=0.5), expected, atol=1e-9)


def test_a_load_repeats_the_hour_of_the_week_before() -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR
    window = forecast_of("persistence", history, now, now + np.arange(24) * HOUR)
    np.testing.assert_allclose(window.load_mw.sel(load="L", quantile=0.5), history.value[32 * 24 : 33 * 24, L])
    gap = history.value.copy()
    gap[32 * 24 + 5, L] = np.nan
    filled = forecast_of("persistence", replace(history, value=gap), now, now + np.arange(24) * HOUR)
    assert float(filled.load_mw.sel(load="L", quantile=0.5)[5]) == pytest.approx(history.value[25 * 24 + 5, L])


def test_climatology_is_the_quantile_of_month_and_hour() -> None:
    """20 April, 14:00 to 15:00 local: the quantiles (Hazen) of that hour on the 19 days of April before."""
    history = hand_history(np.random.default_rng(3).uniform(0, 40, size=(24 * 61, 4)))
    now = np.datetime64("2025-04-20T06:00", "ns")
    row = int((now - START) / HOUR)
    before = history.value[[row - 24 * day for day in range(1, 20)], W1]
    window = forecast_of("climatology", history, now, np.array([now]))
    expected = np.quantile(before, QUANTILES, method="hazen")
    np.testing.assert_allclose(window.available_mw.sel(unit="W1")[0], expected)


def test_a_month_never_seen_takes_the_hour_of_all_months() -> None:
    history = hand_history(np.random.default_rng(3).uniform(0, 40, size=(24 * 62, 4)))
    now = np.datetime64("2025-05-01T06:00", "ns")
    row = int((now - START) / HOUR)
    before = history.value[[row - 24 * day for day in range(1, 62)], W1]
    window = forecast_of("climatology", history, now, np.array([now]))
    expected = np.quantile(before, QUANTILES, method="hazen")
    np.testing.assert_allclose(window.available_mw.sel(unit="W1")[0], expected, atol=1.5)


def test_scores_are_ranks_and_give_their_values_back() -> None:
    history = hand_history(np.random.default_rng(3).integers(0, 20, size=(24 * 61, 4)).astype(float))
    climatology = climatology_of(history)
    classes = classes_of(history, history.time)
    relative = history.relative
    scores = scores_of(climatology, classes, relative)
    assert abs(scores.mean()) < 0.02 and abs(scores.std() - 1) < 0.1
    back = values_at(climatology, classes, ndtr(scores)[..., None])[..., 0]
    steps = np.array([1, 1, 1 / 80, 1])
    assert (np.abs(back - relative) <= steps + 1e-12).all()  # equal values share a rank: at most the next value


def test_prices_repeat_the_day_before_and_may_be_negative() -> None:
    rng = np.random.default_rng(4)
    value = np.column_stack([wandering(60).value, rng.normal(100, 200, 24 * 60)])
    history = hand_history(value, park=WITH_GRID)
    now = START + 59 * 24 * HOUR
    for method in Method:
        window = forecast_of(method, history, now, now + np.arange(24) * HOUR)
        assert float(window.price_per_mwh.min()) < 0
        if method is Method.PERSISTENCE:
            np.testing.assert_allclose(window.price_per_mwh.sel(quantile=0.5, grid="G"), value[58 * 24 : 59 * 24, 4])


@pytest.mark.parametrize("method", Method)
def test_finer_steps_hold_the_hour(method: Method) -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR
    quarter = forecast_of(method, history, now, now + np.arange(96) * np.timedelta64(15, "m"))
    hourly = forecast_of(method, history, now, now + np.arange(24) * HOUR)
    np.testing.assert_array_equal(quarter.available_mw.values, np.repeat(hourly.available_mw.values, 4, axis=0))


@pytest.mark.parametrize("method", Method)
def test_a_history_in_quarter_hours(method: Method) -> None:
    history = wandering(40, step_h=0.25)
    now = START + 39 * 24 * HOUR
    window = forecast_of(method, history, now, now + np.arange(96) * np.timedelta64(15, "m"))
    assert window.sizes["time"] == 96 and np.isfinite(window.available_mw.values).all()
    with pytest.raises(Mismatch, match=r"steps of 1 h, the history of 0.25 h; average"):
        forecast_of(method, history, now, now + np.arange(24) * HOUR)


# ---- what is refused --------------------------------------------------------------------------------------------


def test_what_cannot_be_forecast_is_refused() -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR
    hours = now + np.arange(3) * HOUR
    with pytest.raises(Mismatch, match="cannot be issued"):
        forecast_of("blend", history, now + HOUR, hours)
    with pytest.raises(Mismatch, match="the fit looks at data until 2025-04-09T01:00Z, later than"):
        forecast_of("blend", history, now, hours, fit=fitted(history, now + HOUR))
    with pytest.raises(Mismatch, match="learns from at least 28"):
        forecast_of("blend", history, START + 20 * 24 * HOUR, START + 20 * 24 * HOUR + np.arange(3) * HOUR)
    with pytest.raises(Mismatch, match="make it longer"):
        forecast_of("blend", history, now, now + np.arange(48) * HOUR)
    with pytest.raises(Mismatch, match="has no time zone"):
        forecast_of("blend", history, datetime(2025, 4, 9), hours)
    with pytest.raises(ValueError, match="oracle"):
        forecast_of("oracle", history, now, hours)
    aware = forecast_of("blend", history, datetime(2025, 4, 9, tzinfo=UTC), hours)
    np.testing.assert_array_equal(aware.available_mw, forecast_of("blend", history, now, hours).available_mw)
    never = history.value.copy()
    never[:, L] = np.nan
    with pytest.raises(Mismatch, match="nothing was measured yet of L"):
        fitted(replace(history, value=never), now)
    lost = history.value.copy()
    lost[10 * 24 : 39 * 24, L] = np.nan
    gone = replace(history, value=lost)
    with pytest.raises(Mismatch, match="nothing was measured of L in the weeks before"):
        forecast_of("persistence", gone, now, hours, fit=fitted(history, now))
    assert np.isfinite(forecast_of("blend", gone, now, hours, fit=fitted(history, now)).load_mw.values).all()


# ---- causality --------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    method=st.sampled_from(list(Method)),
    issue=st.integers(30 * 24 * 60, 37 * 24 * 60),
    seed=st.integers(0, 2**32 - 1),
    hide=st.booleans(),
)
def test_no_future_value_changes_a_forecast(method: Method, issue: int, seed: int, hide: bool) -> None:
    """Whatever has not ended at the issue may be anything, or unknown: fit and forecast stay the same to the bit."""
    history = wandering(40)
    now = START + np.timedelta64(issue, "m")
    hours = START + (issue // 60 + 1 + np.arange(30)) * HOUR
    ended = history.time + HOUR <= now
    rng = np.random.default_rng(seed)
    other = history.value.copy()
    other[~ended] = np.nan if hide else rng.uniform(0, 100, other[~ended].shape)
    changed = replace(history, value=other)
    one, two = (forecast_of(method, h, now, hours) for h in (history, changed))
    for column in ("available_mw", "load_mw"):
        np.testing.assert_array_equal(one[column].values, two[column].values)
    # and the test can fail: the last value that has ended does count
    assert known_until(changed, now).time[-1] == history.time[ended][-1]


def test_the_last_known_value_does_change_a_forecast() -> None:
    history = wandering(40)
    now = START + 39 * 24 * HOUR
    other = history.value.copy()
    other[39 * 24 - 1, W1] = (other[39 * 24 - 1, W1] + 50) % 100
    one, two = (
        forecast_of("blend", h, now, now + np.arange(3) * HOUR) for h in (history, replace(history, value=other))
    )
    assert np.abs(one.available_mw.values[0, W1] - two.available_mw.values[0, W1]).max() > 1


# ---- over a synthetic year --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", Method)
def test_quantiles_rise_within_their_range_and_pv_sleeps(method: Method) -> None:
    made, _, scale = forecasts(method)
    assert (np.diff(made, axis=-1) >= 0).all()
    assert made.min() >= 0
    nominal = np.array([100.0, 50.0, 80.0])
    assert (made[:, :, :3].max(axis=(0, 1, 3)) <= nominal).all()
    night = scale[:, :, P] == 0
    assert 0.3 < night.mean() < 0.7 and made[:, :, P][night].max() == 0.0
    assert made[:, :, P][~night].max() > 40


def test_the_blend_beats_both_where_it_should() -> None:
    """Better than climatology at every lead, by far at first; never worse than persistence but by what chance gives."""
    losses = {m: pinball(forecasts(m)[0], forecasts(m)[1]).mean(axis=0) for m in Method}
    buckets = [slice(0, 1), slice(1, 4), slice(4, 12), slice(12, 24), slice(24, 36)]
    for k in range(4):
        blend, climate, persist = (
            [losses[m][b, k].mean() for b in buckets] for m in (Method.BLEND, Method.CLIMATOLOGY, Method.PERSISTENCE)
        )
        assert all(x <= 1.02 * y for x, y in zip(blend, climate, strict=True)), (k, blend, climate)
        assert all(x <= 1.02 * y for x, y in zip(blend, persist, strict=True)), (k, blend, persist)
    wind = [losses[Method.BLEND][b, W1].mean() / losses[Method.CLIMATOLOGY][b, W1].mean() for b in buckets]
    assert wind[0] < 0.35 and wind[1] < 0.6 and wind[-1] > 0.9


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("lead", [slice(0, 3), slice(3, 12), slice(12, 36)], ids=["to 3 h", "to 12 h", "to 36 h"])
def test_coverage_is_what_the_quantiles_say(method: Method, lead: slice) -> None:
    """10 and 90 % within 5 points over the year. Calm and full wind are atoms: of values at a quantile itself any part
    may count as below it."""
    made, came, scale = forecasts(method)
    for k in range(4):
        lit = scale[:, lead, k] > 0.1 * scale[..., k].max()
        for chance in (0.1, 0.9):
            quantile, value = made[:, lead, k, QUANTILES.index(chance)][lit], came[:, lead, k][lit]
            below, not_above = (value < quantile - 1e-9).mean(), (value <= quantile + 1e-9).mean()
            assert below - 0.05 <= chance <= not_above + 0.05, (method, k, chance, below, not_above)


def test_the_weights_fall_from_persistence_to_climatology() -> None:
    _, fit = small_year()
    wind = fit.weight[:, W1]
    assert wind[0] > 0.9 and wind[-1] < 0.15 and (np.diff(wind) <= 0.02).all()
    assert 0.6 < fit.correlation[W1, 1] < 1 and abs(fit.correlation[W1, P]) < 0.2
    np.testing.assert_allclose(np.diag(fit.correlation), 1.0)


def test_past_years_are_other_draws() -> None:
    """The weather of the year itself stands nowhere in its past."""
    history, _ = small_year()
    own = history.value[np.searchsorted(history.time, YEAR[0]) :, W1]
    for year in range(3):
        past = history.value[year * 8760 : year * 8760 + 8760, W1]
        assert abs(np.corrcoef(past, own)[0, 1]) < 0.35
