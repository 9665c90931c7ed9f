"""The figures of a run: money, energy, months, claims."""

import math

import pytest

from holin.park import Claim, ClaimedFigure
from holin.summary.claims import claims_held
from holin.summary.energy import closing_error
from holin.summary.money import price_per_kwh


def test_price_is_the_sum_of_its_parts_over_the_energy() -> None:
    assert price_per_kwh({"a": 300.0, "b": -100.0}, 2.0) == pytest.approx(0.1)
    assert math.isnan(price_per_kwh({"a": 1.0}, 0.0))


def test_closing_error_is_relative_to_the_load() -> None:
    made = dict(wind=50.0, solar=10.0, coal=15.0, other=5.0)
    energy = made | dict(load=90.0, export=2.0, storage_loss=3.0, network_loss=4.0)
    assert closing_error(energy | {"import": 19.0}) == 0.0
    assert closing_error(energy | {"import": 10.0}) == pytest.approx(0.1)
    assert closing_error(dict.fromkeys(energy, 0.0) | {"import": 0.0, "wind": 10.0, "export": 10.0}) == 0.0


def months(count: int) -> list[dict[str, object]]:
    energy = dict(wind=30.0, solar=10.0, export=4.0, load=90.0, curtailed=10.0)
    return [{"month": f"2025-{m:02d}", "whole": True, "energy_mwh": energy} for m in range(1, count + 1)]


def figures(count: int = 12) -> dict[str, object]:
    return {
        "stage": "2025",
        "monthly": months(count),
        "metal_t": 100.0,
        "green_metal_t": 40.0,
        "carbon": {"t_per_t_al": None},
        "green_share": {"physical": 0.38, "annual": 0.4},
        "all_in_price_per_kwh": 0.3,
    }


def claim(figure: ClaimedFigure, **more: object) -> Claim:
    return Claim(id="c", stage="2025", figure=figure, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "reached", "agrees"),
    [
        (claim(ClaimedFigure.GREEN_MWH, low=470.0, high=490.0), 480.0, True),
        (claim(ClaimedFigure.GREEN_SHARE, low=0.5), 0.4, False),
        (claim(ClaimedFigure.CURTAILED_SHARE, high=0.2), 0.2, True),
        (claim(ClaimedFigure.LOAD_MWH, low=180.0, high=180.0, months=(1, 2)), 180.0, True),
        (claim(ClaimedFigure.METAL_T, low=99.0), 100.0, True),
        (claim(ClaimedFigure.GREEN_SHARE_PHYSICAL, low=0.39), 0.38, False),
        (claim(ClaimedFigure.ALL_IN_PRICE_PER_KWH, low=0.33, high=0.37), 0.3, False),
    ],
)
def test_claims_are_held_against_the_run(about: Claim, reached: float, agrees: bool) -> None:
    (row,) = claims_held([about], figures())
    assert row["reached"] == pytest.approx(reached)
    assert row["agrees"] is agrees


def test_part_of_a_year_says_nothing_of_a_yearly_claim() -> None:
    (row,) = claims_held([claim(ClaimedFigure.GREEN_MWH, low=1.0)], figures(11))
    assert math.isnan(row["reached"]) and row["agrees"] is None
    (row,) = claims_held([claim(ClaimedFigure.GREEN_MWH, low=1.0, months=(1, 2))], figures(11))
    assert row["agrees"] is True


def test_a_figure_that_the_run_lacks_is_not_judged() -> None:
    (row,) = claims_held([claim(ClaimedFigure.CARBON_T_PER_T, low=1.0)], figures())
    assert row["agrees"] is None


def test_claims_of_other_stages_are_left_out() -> None:
    assert claims_held([Claim(id="c", stage="2024", figure=ClaimedFigure.METAL_T)], figures()) == []


def test_a_claim_carries_its_source_in_both_languages() -> None:
    (row,) = claims_held([claim(ClaimedFigure.GREEN_MWH, reference="Gazette", reference_zh="日报")], figures())
    assert (row["reference"], row["reference_zh"]) == ("Gazette", "日报")
