"""What was known when: the newest issue of each unit and hour, never a later one, and nothing silent."""

import numpy as np
import pytest
import xarray as xr
from forecast_parks import HOUR, SMALL, START, forecast_table, wandering

from holin.errors import Mismatch
from holin.forecast import fitted, forecast_of, issue_of, joined, known_at, quantile_of, stood_in
from holin.park import faults_of_forecast
from holin.tables import FORECAST, checked

ISSUES = ["2025-03-03T00:00", "2025-03-03T06:00"]
T06 = np.datetime64("2025-03-03T06:00", "ns")
HOURS = T06 + np.arange(4) * HOUR
OLD, NEW = 40.0, 60.0


def two_issues() -> xr.Dataset:
    """W1 in both issues over 12 h; W2 in the first alone, P in the second for 2 h alone and in the first."""
    w1 = np.array([[OLD] * 12, [NEW] * 12])
    w2 = np.array([[OLD / 2] * 12, [np.nan] * 12])
    p = np.array([[OLD] * 12, [NEW] * 2 + [np.nan] * 10])
    return forecast_table(ISSUES, list(range(12)), {"W1": w1, "W2": w2, "P": p})


def test_the_newest_issue_of_each_unit_and_hour_counts() -> None:
    window = known_at(two_issues(), T06, HOURS)
    median = window.available_mw.sel(quantile=0.5)
    assert median.dims == ("time", "unit")
    assert median.sel(unit="W1").values.tolist() == [NEW] * 4
    assert median.sel(unit="W2").values.tolist() == [OLD / 2] * 4
    assert median.sel(unit="P").values.tolist() == [NEW, NEW, OLD, OLD]
    assert window.unit_issued.sel(unit="P").values.astype("datetime64[m]").tolist() == [
        np.datetime64(t, "m").item() for t in (ISSUES[1], ISSUES[1], ISSUES[0], ISSUES[0])
    ]
    assert stood_in(window) == []


def test_a_later_issue_is_not_known_yet() -> None:
    window = known_at(two_issues(), T06 - np.timedelta64(1, "m"), HOURS)
    assert (window.available_mw.sel(quantile=0.5, unit="W1") == OLD).all()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Mismatch) as found:
        known_at(two_issues(), T06, T06 + np.arange(8) * HOUR)
    assert "W2 has no value for 2 hour(s), the first 2025-03-03T12:00Z" in str(found.value)
    assert "its newest issue of 2025-03-03T00:00Z ends with 2025-03-03T11:00Z" in str(found.value)
    assert "W1" not in str(found.value)
    with pytest.raises(Mismatch, match=r"W1 has no value .* there is no issue of it so early"):
        known_at(two_issues(), "2025-03-02T00:00", HOURS)


def test_a_fallback_stands_in_and_is_reported() -> None:
    history = wandering(60)
    fit = fitted(history, START + 59 * 24 * HOUR)
    late = START + 59 * 24 * HOUR
    table = two_issues().assign_coords(issued=two_issues().issued.values + (late - T06))
    ahead = late + np.arange(8) * HOUR
    baseline = forecast_of("blend", history, late, ahead, fit=fit, quantiles=(0.1, 0.5, 0.9))
    window = known_at(table, late, ahead, fallback=baseline)
    said = {(s["element"], s["by"], s["hours"]) for s in stood_in(window)}
    assert said == {("W2", "blend", 2), ("P", "blend", 2), ("L", "blend", 8)}
    assert list(window.unit.values) == ["W1", "W2", "P"] and list(window["load"].values) == ["L"]
    filled = window.available_mw.sel(unit="W2").values[-2:]
    np.testing.assert_array_equal(filled, baseline.available_mw.sel(unit="W2").values[-2:])
    assert list(window.unit_by.sel(unit="W2").values) == ["forecast"] * 6 + ["blend"] * 2
    with pytest.raises(Mismatch, match="other hours"):
        known_at(table, late, ahead[:3], fallback=baseline)
    with pytest.raises(Mismatch, match="other quantiles"):
        known_at(table, late, ahead, fallback=forecast_of("blend", history, late, ahead, fit=fit))


def test_issues_are_joined_and_taken_apart() -> None:
    table = two_issues()
    parts = [table.isel(issued=[n]) for n in (1, 0)]
    xr.testing.assert_equal(joined(parts), table)
    with pytest.raises(Mismatch, match="same issue"):
        joined([parts[0], parts[0]])
    window = known_at(table, T06, HOURS)
    again = issue_of(window, T06)
    assert again.lead.values.tolist() == (np.arange(4) * HOUR).astype("timedelta64[ns]").tolist()
    xr.testing.assert_equal(
        known_at(again, T06, HOURS).available_mw.drop_vars("unit_issued"), window.available_mw.drop_vars("unit_issued")
    )
    with pytest.raises(Mismatch, match="lead is negative: a value before its issue"):
        issue_of(window, T06 + HOUR)


def test_quantiles_between_the_given_ones_lie_on_a_line() -> None:
    window = known_at(two_issues(), T06, HOURS)
    assert float(quantile_of(window.available_mw, 0.3).sel(unit="W1")[0]) == pytest.approx((54 + 60) / 2)
    assert float(quantile_of(window.available_mw, 0.9).sel(unit="W1")[0]) == pytest.approx(66)
    with pytest.raises(Mismatch, match=r"quantiles from 0.1 to 0.9, not 0.05"):
        quantile_of(window.available_mw, 0.05)


def test_faults_of_values_are_named_all_at_once() -> None:
    table = two_issues()
    assert faults_of_forecast(SMALL, table) == []
    values = table.available_mw.values.copy()
    values[0, 0, 0] = [50.0, 40.0, 60.0]  # falling
    values[0, 1, 1] = [60_000.0, 60_000.0, 60_000.0]  # kW? too much even so
    values[0, 2, 1] = [40_000.0, 41_000.0, 42_000.0]  # kW
    values[0, 3, 2] = [-1.0, 1.0, 2.0]
    values[0, 4, 2] = [1.0, np.nan, 2.0]
    values[0, 5, 2] = [1.0, 2.0, np.inf]
    wrong = table.assign(available_mw=(table.available_mw.dims, values))
    faults = faults_of_forecast(SMALL, wrong)
    said = [str(f) for f in faults]
    assert any("W1: below the quantile before it, 50, 2025-03-03T00:00Z, quantile 0.5" in s for s in said)
    assert any("W2: more than its nominal power of 50 MW" in s and "between 0 and 50 MW" in s for s in said)
    assert any("kW for MW? Then it is 40 MW" in s for s in said)
    assert any("P: a negative power" in s for s in said)
    assert any("P: the quantile is missing where others" in s for s in said)
    assert any("P: not a finite number" in s for s in said)
    assert len(faults) == 1 + 3 + 3 + 1 + 1 + 1
    foreign = table.assign_coords(unit=np.array(["W1", "W9", "P"], dtype=object))
    [fault] = faults_of_forecast(SMALL, foreign)
    assert fault.value == "W9" and "P, W1, W2" in fault.right


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lead": -np.arange(12)[::-1] * HOUR}, "lead is negative"),
        ({"lead": np.arange(12)[::-1] * HOUR}, "lead does not rise"),
        ({"lead": np.arange(12.0)}, "lead is not a span of time"),
        ({"issued": np.array(ISSUES[::-1], dtype="datetime64[ns]")}, "issued does not rise strictly"),
        ({"issued": [0, 1]}, "issued is not a time in UTC"),
        ({"quantile": [0.1, 0.5, 1.5]}, "not a chance between 0 and 1"),
        ({"quantile": [0.1, 0.5, 0.5]}, "quantile does not rise strictly"),
        ({"unit": np.array(["W1", "W1", "P"], dtype=object)}, "repeats the label 'W1'"),
    ],
)  # fmt: skip
def test_the_table_is_what_it_is_declared_to_be(change: dict[str, object], said: str) -> None:
    with pytest.raises(Mismatch, match=said):
        checked(FORECAST, two_issues().assign_coords(change))
