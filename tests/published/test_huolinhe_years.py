"""The published figures of the Huolinhe local grid against whole years: in three-hour steps, hourly in `make soak`."""

import pytest
from published_runs import year_in_steps, year_of

from holin.dispatch import dispatch
from holin.summary import scheduled_share


def share_of(stage: str, must_run_mw: float = 0.0) -> float:
    park, may, must = year_in_steps("huolinhe", stage, 3)
    return scheduled_share(dispatch(park, may, must, step_h=3.0, must_run_mw=must_run_mw).schedule)[
        "green_share_annual"
    ]


# AlCircle 2023: 25 %; 230 of 860 kt = 26.7 %; the capacities give 2.99 of 11.4 TWh = 26 %.
def test_green_share_of_energy_in_2023() -> None:
    assert 0.25 <= share_of("2023") <= 0.27


def test_green_share_of_capacity() -> None:
    """1.05 / (1.05 + 1.80) = 36.8 %; with 650 MW more 48.6 %, printed as 49 % (charlesfam, 2024-03-22)."""
    for stage, share in (("2023", 0.368), ("2026", 0.486)):
        park = year_in_steps("huolinhe", stage, 3)[0]
        green = sum(u.p_nom_mw for u in (*park.wind_farms, *park.pv_plants))
        coal = sum(u.p_nom_mw for u in park.thermal_units)
        assert green / (green + coal) == pytest.approx(share, abs=0.001)


# With yields of 3,000 to 3,300 h: 42 to 46 % with coal free to stop, 40 % at 400 MW, 35 % at 600 MW must-run. The
# published 47 % is a quota: reported, not tested. 600 MW gives 36.8 % here, for the storage and the tie help.
@pytest.mark.parametrize(("must_run_mw", "share"), [(0.0, 0.43), (400.0, 0.40), (600.0, 0.36)])
def test_green_share_of_energy_in_2026(must_run_mw: float, share: float) -> None:
    assert share_of("2026", must_run_mw) == pytest.approx(share, abs=0.015)


# China Daily, 2014-12-22: 13.91 t CO2 per t Al in 2013, smelting and power.
def test_carbon_per_tonne_in_2014() -> None:
    found = year_of("huolinhe", "2014").summary
    assert found["carbon"]["t_per_t_al"] == pytest.approx(13.91, rel=0.02)
    assert found["flow"]["hours_converged"] == 8760


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "low", "high"), [("2023", 0.25, 0.27), ("2026", 0.41, 0.46)])
def test_hourly_years(stage: str, low: float, high: float) -> None:
    found = year_of("huolinhe", stage).summary
    assert low <= found["green_share"]["annual"] <= high
    assert found["flow"]["hours_converged"] == found["hours"]
    assert found["flow"]["hours_overloaded"] == 0
    assert found["objective_recomputed"] == pytest.approx(found["objective"], rel=1e-6)
    assert found["metal_t"] == pytest.approx(860e3, rel=0.01)
