"""The clear sky's power: zero at night, above what clouds leave, the same whatever the step."""

import numpy as np
from resource_parks import YEAR, park, plant

from holin.resource import available, clear_sky_mw, weather_year

PARK = park(pv_plants=(plant(), plant("tracker", tracking="single_axis", p_nom_mw=90.0)))


def test_clouds_leave_less_than_the_clear_sky() -> None:
    """Over the year the synthetic clearness has the mean of the climate's months, about 0.8."""
    clear = clear_sky_mw(PARK, YEAR)
    assert clear.dims == ("time", "unit") and list(clear.unit.values) == ["pv", "tracker"]
    came = available(PARK, weather_year(PARK, YEAR)).available_mw
    share = came.values.sum(axis=0) / clear.values.sum(axis=0)
    assert ((share > 0.7) & (share < 0.9)).all()
    lit = clear.values > 0.3 * clear.values.max(axis=0)
    assert (came.values / np.maximum(clear.values, 1e-9))[lit].max() < 1.35  # cold modules, and Perez' bright skies


def test_night_is_night_and_noon_is_near_the_rating() -> None:
    clear = clear_sky_mw(PARK, YEAR).sel(unit="pv").values
    # 119.6 E: the sun culminates near 4 UTC; at 45.5 N it is down from 12 to 20 UTC on every day of the year
    hour = np.arange(len(clear)) + 16  # 1 January 00:00 in Shanghai is 16 UTC
    assert clear[np.isin(hour % 24, [13, 14, 15, 16, 17, 18])].max() == 0.0
    noon = clear[hour % 24 == 3]
    assert noon.min() > 40 and noon.max() <= 100


def test_quarters_of_an_hour_have_their_own_sun() -> None:
    day = YEAR[24 * 170 : 24 * 171]
    quarters = (day[:, None] + np.arange(4) * np.timedelta64(15, "m")).ravel()
    fine = clear_sky_mw(PARK, quarters, step_h=0.25).sel(unit="pv").values.reshape(24, 4)
    whole = clear_sky_mw(PARK, day).sel(unit="pv").values
    lit = whole > 10
    np.testing.assert_allclose(fine.mean(axis=1)[lit], whole[lit], rtol=0.05)
    morning = int(np.flatnonzero(lit)[0])
    assert (np.diff(fine[morning]) > 0).all()
