"""Tables are what they are declared to be: columns, dimensions, labels, hours."""

import numpy as np
import pytest
import xarray as xr

from holin.errors import Mismatch
from holin.tables import AVAILABLE, DEMAND, SCHEMAS, checked, same_hours

HOURS = np.datetime64("2025-01-01T00:00", "ns") + np.arange(3).astype("timedelta64[h]")


def table(time: object = HOURS, units: tuple[str, ...] = ("W1", "W2")) -> xr.Dataset:
    values = np.ones((len(np.asarray(time)), len(units)))
    return xr.Dataset({"available_mw": (("time", "unit"), values)}, coords={"time": time, "unit": list(units)})


def wrong(given: xr.Dataset) -> str:
    with pytest.raises(Mismatch) as found:
        checked(AVAILABLE, given)
    return str(found.value)


def test_a_good_table_gets_units_and_meanings() -> None:
    given = table()
    good = checked(AVAILABLE, given)
    assert good.available_mw.attrs == {"units": "MW", "long_name": AVAILABLE.columns[0].meaning}
    assert given.available_mw.attrs == {}
    xr.testing.assert_equal(good, given)


def test_all_that_is_wrong_with_columns_is_said_at_once() -> None:
    given = xr.Dataset({"load_mw": (("load", "time"), np.ones((1, 3))), "loss_mw": ("time", np.ones(3))})
    with pytest.raises(Mismatch) as found:
        checked(DEMAND, given.assign_coords(time=HOURS, load=["L"]))
    assert str(found.value) == (
        "not a table `demand`: column heat_mw is missing; "
        "column load_mw has dimensions ('load', 'time'), not ('time', 'load'); column loss_mw is not declared"
    )


@pytest.mark.parametrize(
    "time",
    [HOURS[::-1], HOURS[[0, 1, 1]], HOURS[[0, 2, 1]]],
    ids=["falling", "twice the same", "not in order"],
)
def test_time_rises_strictly(time: np.ndarray) -> None:
    assert "time does not rise strictly" in wrong(table(time))


@pytest.mark.parametrize(
    "time",
    [[0, 1, 2], ["a", "b", "c"], np.array([HOURS[0], np.datetime64("NaT"), HOURS[2]])],
    ids=["int", "text", "NaT"],
)
def test_time_is_a_time(time: object) -> None:
    assert "time is not a time in UTC" in wrong(table(time))


def test_one_hour_and_no_hour_are_tables_too() -> None:
    for count in (0, 1):
        assert checked(AVAILABLE, table(HOURS[:count])).sizes["time"] == count


def test_a_dimension_without_labels_is_refused() -> None:
    assert "dimension unit has no labels" in wrong(table().drop_vars("unit"))
    assert "dimension time has no labels" in wrong(table().drop_vars("time"))


def test_a_label_that_comes_twice_is_refused() -> None:
    assert "dimension unit repeats the label 'W1'" in wrong(table(units=("W1", "W2", "W1")))


def test_other_coordinates_may_stand_beside() -> None:
    beside = table().assign_coords(kind=("unit", ["wind_farm", "wind_farm"]))
    assert list(checked(AVAILABLE, beside).kind.values) == ["wind_farm", "wind_farm"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_declarations_are_complete(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema.name == name and schema.meaning and set(schema.dims) == {c.name for c in schema.columns}
    for column in schema.columns:
        first = "issued" if name == "forecast" else "time"
        assert schema.dims[column.name][0] == first and column.unit and column.meaning
        ending = {"_mw": "MW", "_mvar": "Mvar", "_mwh": "MWh", "_pu": "p.u.", "_rad": "rad", "_t": "t"}
        for suffix, unit in ending.items():
            if column.name.endswith(suffix) and "_per_" not in column.name:
                assert column.unit == unit, column.name


def test_the_same_hours() -> None:
    same_hours(table(), table(units=("a",)), table())


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (HOURS[:2], r"2025-01-01T00:00 .. 2025-01-01T02:00 \(3\) against 2025-01-01T00:00 .. 2025-01-01T01:00 \(2\)"),
        (HOURS + np.timedelta64(1, "h"), r"against 2025-01-01T01:00 .. 2025-01-01T03:00 \(3\); make both"),
        (HOURS[:0], "against none"),
    ],
    ids=["shorter", "an hour later", "empty"],
)
def test_other_hours_are_named(other: np.ndarray, said: str) -> None:
    with pytest.raises(Mismatch, match=said):
        same_hours(table(), table(), table(other))
    with pytest.raises(Mismatch, match="the hours differ"):
        same_hours(table(other), table())
