"""Which dated factor counts, and the PFC of anode effects, against published figures."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_carbon import POTLINE

from holin.carbon import direct_t_per_t, factor_of, grid_region, pfc_t_per_t
from holin.errors import BadInput
from holin.park import EmissionFactor, Grid, Park, ParkFacts


def factor(region: str, year: int | None, t_per_mwh: float, method: str = "location") -> EmissionFactor:
    return EmissionFactor(id=f"{region}-{method}-{year}", region=region, year=year, t_per_mwh=t_per_mwh, method=method)


# MEE and NBS notices: China 0.5568 (2021), 0.5366 (2022), 0.5306 (2023); Inner Mongolia 0.6849 (2022); what is left of
# China without market-traded non-fossil power 0.5856 (2022), 0.6096 (2023).
NOTICES = (
    factor("CN", 2022, 0.5366),
    factor("CN", 2021, 0.5568),
    factor("CN", 2023, 0.5306),
    factor("CN-NM", 2022, 0.6849),
    factor("CN", 2022, 0.5856, "residual"),
    factor("CN", 2023, 0.6096, "residual"),
)


@pytest.mark.parametrize(
    ("region", "method", "year", "t_per_mwh", "age", "widened"),
    [
        ("CN", "location", 2022, 0.5366, 0, False),
        ("CN", "location", 2026, 0.5306, 3, False),
        ("CN", "location", 2021, 0.5568, 0, False),
        ("CN-NM", "location", 2025, 0.6849, 3, False),
        ("CN-NM", "location", 2021, 0.5568, 0, True),  # Inner Mongolia's of 2022 was not known then
        ("CN-NM", "residual", 2024, 0.6096, 1, True),
        ("CN-NM-EAST", "residual", 2022, 0.5856, 0, True),
    ],
)
def test_the_newest_factor_that_describes_no_later_year(region, method, year, t_per_mwh, age, widened):
    chosen = factor_of(NOTICES, region=region, method=method, year=year)
    assert (chosen.factor.t_per_mwh, chosen.age_years, chosen.widened) == (t_per_mwh, age, widened)
    assert (chosen.region, chosen.year) == (region, year)


def test_a_factor_without_a_year_stands_behind_all_that_have_one():
    table = (factor("CN", None, 0.6), factor("CN", 2022, 0.5366))
    assert factor_of(table, region="CN", method="location", year=2021).factor.t_per_mwh == 0.6
    assert factor_of(table, region="CN", method="location", year=2021).age_years is None
    assert factor_of(table, region="CN", method="location", year=2022).factor.t_per_mwh == 0.5366


@pytest.mark.parametrize(
    ("region", "method", "year", "widen", "said"),
    [
        ("CN", "residual", 2021, True, "a year up to 2021; there are CN 2022, CN 2023"),
        ("DE", "location", 2024, True, "no factor of this method for region DE"),
        ("CN-NM", "residual", 2024, False, "add a row with method residual, region CN-NM"),
    ],
)
def test_a_missing_factor_is_refused_with_what_there_is(region, method, year, widen, said):
    with pytest.raises(BadInput, match=said):
        factor_of(NOTICES, region=region, method=method, year=year, widen=widen)


@given(st.lists(st.integers(2000, 2030), unique=True), st.integers(2000, 2030))
def test_no_factor_of_a_later_year_is_ever_taken(years, asked):
    table = [factor("CN", year, year / 10_000) for year in years]
    told = [year for year in years if year <= asked]
    if told:
        assert factor_of(table, region="CN", method="location", year=asked).factor.year == max(told)
    else:
        with pytest.raises(BadInput):
            factor_of(table, region="CN", method="location", year=asked)


def test_the_region_is_that_of_the_connections():
    def park(*factors: str | None) -> Park:
        grids = tuple(
            Grid(id=f"g{k}", bus="b", sk_max_mva=1.0, import_max_mw=1.0, emission_factor=f)
            for k, f in enumerate(factors)
        )
        return Park(facts=ParkFacts(id="p"), grids=grids, emission_factors=NOTICES)

    assert grid_region(park("CN-NM-location-2022", "CN-NM-location-2022")) == "CN-NM"
    with pytest.raises(BadInput, match="several regions: g0 in CN-NM, g1 in CN"):
        grid_region(park("CN-NM-location-2022", "CN-location-2022"))
    with pytest.raises(BadInput, match="the region of the public grid is not known"):
        grid_region(park(None))


def test_pfc_by_the_slope_method():
    # 0.1 anode effects per pot and day of 2 min: 0.2 min. CF4 0.143 x 0.2 = 0.0286 kg/t, C2F6 0.121 of it 0.0034606;
    # GWP of IPCC AR4 7,390 and 12,200: 211.354 + 42.21932 = 253.57332 kg CO2e/t.
    line = dataclasses.replace(POTLINE, anode_effects_per_pot_day=0.1, anode_effect_min=2.0)
    assert pfc_t_per_t(line) == pytest.approx(0.25357332, rel=1e-9)
    assert direct_t_per_t(line) == pytest.approx(1.424 + 0.25357332, rel=1e-9)
    # AR5 6,630 and 11,100: 189.618 + 38.41266; AR6 7,380 and 12,400: 211.068 + 42.91144.
    assert pfc_t_per_t(line, "AR5") == pytest.approx(0.22803066, rel=1e-9)
    assert pfc_t_per_t(line, "AR6") == pytest.approx(0.25397944, rel=1e-9)
    # What is given as CO2e is by AR4: 0.1454 (6630 + 0.121 x 11100) / (7390 + 0.121 x 12200).
    assert pfc_t_per_t(POTLINE, "AR5") == pytest.approx(0.1454 * 7973.1 / 8866.2, rel=1e-9)
    assert pfc_t_per_t(dataclasses.replace(line, anode_effects_per_pot_day=0.0)) == 0.0


def test_side_worked_pots_by_their_own_slope():
    # IPCC 2006, side-worked prebaked: 0.272, C2F6/CF4 0.252. One minute: 0.272 (7390 + 0.252 x 12200) = 2846.3 kg.
    line = dataclasses.replace(
        POTLINE,
        anode_effects_per_pot_day=0.5,
        anode_effect_min=2.0,
        pfc_slope_kg_per_t_min=0.272,
        c2f6_per_cf4=0.252,
    )
    assert pfc_t_per_t(line) == pytest.approx(2.8463168, rel=1e-9)


def test_without_anode_effects_the_guideline_counts():
    # 0.1454 t/t (guideline of the Chinese ETS, draft 2024) is what 0.115 min of anode effect per pot and day make.
    assert pfc_t_per_t(POTLINE) == 0.1454
    same = dataclasses.replace(POTLINE, anode_effects_per_pot_day=0.0573, anode_effect_min=2.0)
    assert pfc_t_per_t(same) == pytest.approx(0.1454, rel=2e-3)
