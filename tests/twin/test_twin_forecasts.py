"""The past of a park as a forecast may know it, and the paths from a park to forecasts and their skill."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
import xarray as xr

from holin.calendar import hours_between, hours_of_year
from holin.errors import BadInput
from holin.park import Park, Series, at_stage, stage_of
from holin.parkfile import example_park
from holin.resource import available, demand, weather_year
from holin.twin import Horizon, Outlook, came_of, foreseen, foretold, known_history, scored

ZONE = "Asia/Shanghai"
DAYS = hours_between(datetime(2025, 5, 1), datetime(2025, 5, 5), ZONE)


def frozen() -> Park:
    whole = example_park("history")
    return at_stage(whole, stage_of(whole))


def test_the_own_hours_are_the_tables_and_the_past_are_other_years() -> None:
    park = frozen()
    sky = weather_year(park, DAYS)
    may, must = available(park, sky), demand(park, DAYS, sky)
    history = known_history(park, may, must, past_years=2)
    assert history.time[0] == hours_of_year(2023, ZONE)[0] and history.time[-1] == DAYS[-1]
    assert [s.id for s in history.signals][: may.sizes["unit"]] == list(may.unit.values)
    own = np.isin(history.time, DAYS)
    np.testing.assert_array_equal(history.value[own][:, : may.sizes["unit"]], may.available_mw.values)
    assert np.isfinite(history.value).all() and history.modelled == ()
    spring = weather_year(park, hours_between(datetime(2025, 3, 1), datetime(2025, 5, 1), ZONE))
    really = available(park, spring).available_mw.values[:, 0]
    before = history.value[np.isin(history.time, spring.time.values), 0]
    assert abs(np.corrcoef(before, really)[0, 1]) < 0.4


def measured(park: Park, first: datetime, last: datetime) -> Park:
    """The park with its first load and first PV plant measured over some days."""
    time = hours_between(first, last, ZONE)
    rng = np.random.default_rng(1)
    load = Series(id="m-load", file="m.csv", header="load", time=time, values=rng.uniform(0.4, 0.6, len(time)))
    sun = Series(id="m-pv", file="m.csv", header="pv", time=time, values=rng.uniform(0.0, 0.1, len(time)))
    return replace(
        park,
        series=(*park.series, load, sun),
        loads=(replace(park.loads[0], series="m-load"), *park.loads[1:]),
        pv_plants=(replace(park.pv_plants[0], series="m-pv"), *park.pv_plants[1:]),
    )


def test_a_series_without_past_years_is_modelled_there_and_named() -> None:
    park = measured(frozen(), datetime(2025, 1, 1), datetime(2025, 6, 1))
    sky = weather_year(park, DAYS)
    history = known_history(park, available(park, sky), demand(park, DAYS, sky), past_years=1)
    assert history.modelled == tuple(sorted((park.pv_plants[0].id, park.loads[0].id)))
    load = [s.id for s in history.signals].index(park.loads[0].id)
    assert history.value[-1, load] <= 0.6 * park.loads[0].load_mw
    assert history.value[:8760, load].max() > 0.9 * park.loads[0].load_mw


def test_a_series_that_reaches_back_is_its_own_past() -> None:
    park = measured(frozen(), datetime(2024, 1, 1), datetime(2025, 6, 1))
    sky = weather_year(park, DAYS)
    history = known_history(park, available(park, sky), demand(park, DAYS, sky), past_years=1)
    assert history.modelled == ()
    load = [s.id for s in history.signals].index(park.loads[0].id)
    assert history.value[:8784, load].max() <= 0.6 * park.loads[0].load_mw


def test_tomorrow_is_forecast_from_what_was_measured_until_now() -> None:
    """The series end with the issue; a load that was twice as high in the last hour is so in the next."""
    park = example_park("history")
    now = datetime(2025, 5, 1)
    ends = measured(park, datetime(2025, 3, 1), now)
    made = foretold(ends, first=now, horizon_h=24, method="blend", past_years=1)
    load, sun = ends.loads[0].id, ends.pv_plants[0].id
    assert set(made.history.modelled) == {load, sun}
    kept = [s.id for s in made.history.signals].index(load)
    last = int(np.searchsorted(made.history.time, hours_between(now, datetime(2025, 5, 2), ZONE)[0]))
    assert np.isnan(made.history.value[last:, kept]).all() and np.isfinite(made.history.value[last - 1, kept])
    shown = replace(
        ends.series[-2],
        values=ends.series[-2].values
        * np.where(np.arange(len(ends.series[-2].time)) < len(ends.series[-2].time) - 1, 1.0, 1.5),
    )
    higher = foretold(
        replace(ends, series=(shown, ends.series[-1])), first=now, horizon_h=24, method="blend", past_years=1
    )
    first, raised = (f.forecast.load_mw.sel(load=load, quantile=0.5).values[0, 0] for f in (made, higher))
    assert raised > first
    assert np.isfinite(made.forecast.available_mw.sel(unit=sun).values).all()


def test_a_wind_farm_with_neither_turbine_nor_past_is_refused() -> None:
    park = frozen()
    time = hours_between(datetime(2025, 4, 1), datetime(2025, 6, 1), ZONE)
    wind = Series(id="m", file="m.csv", header="w", time=time, values=np.full(len(time), 0.3))
    farms = (replace(park.wind_farms[0], series="m", turbine=None, full_load_hours=None), *park.wind_farms[1:])
    bare = replace(park, series=(*park.series, wind), wind_farms=farms)
    sky = weather_year(bare, DAYS)
    with pytest.raises(BadInput, match="does not reach over the past years"):
        known_history(bare, available(bare, sky), demand(bare, DAYS, sky), past_years=1)


def test_forecasts_of_a_park_and_their_skill() -> None:
    """Persistence, climatology and blend of the same issues: blend is not the worst of them at any lead of the wind."""
    park = example_park("history")
    made = {
        method: foretold(
            park, first=datetime(2025, 5, 1), issues=12, every_h=30, horizon_h=24, method=method, past_years=2
        )
        for method in ("persistence", "climatology", "blend")
    }
    frozen_park = frozen()
    losses = {}
    for method, one in made.items():
        by_history = scored(one.forecast, frozen_park, came_of(one.history))
        by_weather = scored(one.forecast, frozen_park)
        np.testing.assert_allclose(by_history.rmse, by_weather.rmse, rtol=1e-9)
        losses[method] = by_history.pinball.isel(element=0).values
    assert (losses["blend"] <= np.maximum(losses["persistence"], losses["climatology"]) + 1e-9).all()
    assert losses["blend"][0] < 0.5 * losses["climatology"][0]


def test_a_park_without_a_climate_has_no_past() -> None:
    with pytest.raises(BadInput, match="it has no past"):
        foretold(replace(example_park("history"), climates=()), first=datetime(2025, 5, 1))


def test_what_a_file_leaves_open_stands_in_at_the_files_own_quantiles() -> None:
    """A forecast of one wind farm with far quantiles: climatology for the rest, never below zero or above nominal."""
    park = frozen()
    sky = weather_year(park, DAYS)
    seen = Outlook(available=available(park, sky), demand=demand(park, DAYS, sky))
    horizon = Horizon(start=DAYS[0], horizon_h=24.0, lookahead_h=12.0, step_h=1.0)
    farm = park.wind_farms[0]
    leads = (np.arange(12) * np.timedelta64(1, "h")).astype("timedelta64[ns]")
    values = np.broadcast_to(np.array([0.1, 0.5, 0.9]) * farm.p_nom_mw, (1, 12, 1, 3))
    nothing = np.zeros((1, 12, 0, 3))
    table = xr.Dataset(
        {
            "available_mw": (("issued", "lead", "unit", "quantile"), values),
            "load_mw": (("issued", "lead", "load", "quantile"), nothing),
            "price_per_mwh": (("issued", "lead", "grid", "quantile"), nothing),
        },
        coords={
            "issued": DAYS[:1], "lead": leads, "unit": np.array([farm.id], dtype=object),
            "load": np.array([], dtype=object), "grid": np.array([], dtype=object), "quantile": [0.001, 0.5, 0.999],
        },
    )  # fmt: skip
    known, said = foreseen(park, horizon, seen, table)
    assert {s["by"] for s in said} == {"climatology"}
    assert {s["hours"] for s in said if s["element"] == farm.id} == {24}
    assert (known.available.available_mw.sel(unit=farm.id).values[:12] == 0.5 * farm.p_nom_mw).all()
    nominal = sum(u.p_nom_mw for u in (*park.wind_farms, *park.pv_plants))
    for spread in (known.spread_up_mw, known.spread_down_mw):
        assert (
            spread is not None
            and (spread >= 0).all()
            and (spread <= nominal + 2 * sum(x.load_mw for x in park.loads)).all()
        )
