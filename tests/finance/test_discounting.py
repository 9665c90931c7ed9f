"""Present values, internal rates, payback: by hand and as numpy-financial documents them."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.finance import annuity, internal_rates, npv, payback_years


def test_annuity_of_six_percent_over_twenty_years() -> None:
    """Textbook capital recovery factor: 0.08718."""
    assert annuity(0.06, 20) == pytest.approx(0.0871846, abs=1e-7)


@settings(deadline=None)
@given(rate=st.floats(0.001, 0.3), years=st.integers(1, 60))
def test_annuities_pay_back_the_investment(rate: float, years: int) -> None:
    assert npv(rate, [0.0, *[annuity(rate, years)] * years]) == pytest.approx(1.0, rel=1e-9)


def test_annuity_without_interest_is_the_straight_line() -> None:
    assert annuity(0.0, 25) == pytest.approx(1 / 25)
    assert annuity(1e-12, 25) == pytest.approx(1 / 25, rel=1e-9)


def test_npv_as_numpy_financial_documents_it() -> None:
    """Its documentation of `npv`; -0.0066 is what NumPy before 1.5 and spreadsheets say, a year later by all flows."""
    assert npv(0.281, [-100, 39, 59, 55, 20]) == pytest.approx(-0.0084785916384548798, abs=1e-12)
    assert npv(0.281, [0, -100, 39, 59, 55, 20]) == pytest.approx(-0.00661872883563408, abs=1e-12)
    assert npv(0.08, [-40_000, 5_000, 8_000, 12_000, 30_000]) == pytest.approx(3_065.22, abs=0.01)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-100, 39, 59, 55, 20], 0.28095),
        ([-100, 0, 0, 74], -0.0955),
        ([-100, 100, 0, -7], -0.0833),
        ([-100, 100, 0, 7], 0.06206),
        ([-5, 10.5, 1, -8, 1], 0.0886),
    ],
)
def test_irr_as_numpy_financial_documents_it(flows: list[float], rate: float) -> None:
    """All five examples of its documentation. Two of them have more than one rate: it tells one, we tell all."""
    found = internal_rates(flows)
    assert min(abs(r - rate) for r in found.rates) < 5e-5
    assert found.only == (found.rates[0] if len(found.rates) == 1 else None)


def test_irr_of_numpy_financials_front_page() -> None:
    assert internal_rates([-250_000, 100_000, 150_000, 200_000, 250_000, 300_000]).only == pytest.approx(
        0.5672303344358536, abs=1e-12
    )


def test_several_internal_rates_are_told_and_none_is_chosen() -> None:
    """-1,000, 3,600, -4,310, 1,716 has the roots 1.1, 1.2, 1.3 of 1 + r: their product with -1,000 multiplied out."""
    found = internal_rates([-1000, 3600, -4310, 1716])
    assert found.rates == pytest.approx((0.1, 0.2, 0.3), abs=1e-9)
    assert found.sign_changes == 3 and found.only is None


def test_a_rate_at_which_the_value_only_touches_zero_is_found() -> None:
    """-(1 - 1.1 x)^2 = -1 + 2.2 x - 1.21 x^2 touches 0 at x = 1 / 1.1."""
    assert internal_rates([-1.0, 2.2, -1.21]).rates == pytest.approx((0.1,), abs=1e-6)


def test_flows_without_a_rate() -> None:
    assert (
        internal_rates([100, 20, 30]).only is None
        and internal_rates([-1, -2]).only is None
        and internal_rates([0, 0]).only is None
    )
    assert internal_rates([-1, 2, -1.5]).rates == () and internal_rates([-1, 2, -1.5]).sign_changes == 2
    with pytest.raises(Mismatch, match="missing or infinite"):
        internal_rates([-1.0, float("nan")])


amounts = st.floats(1e3, 1e9)


@settings(deadline=None)
@given(first=amounts, later=st.lists(st.floats(0, 1e9), min_size=1, max_size=60), end=amounts)
def test_npv_at_the_irr_is_nothing_and_scale_does_not_matter(first: float, later: list[float], end: float) -> None:
    flows = np.array([-first, *later, end])
    rate = internal_rates(flows).only
    assert rate is not None
    size = npv(rate, np.abs(flows))
    assert abs(npv(rate, flows)) <= 1e-9 * size
    scaled = internal_rates(1e-4 * flows).only
    assert scaled == pytest.approx(rate, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0.75, 3.0), min_size=1, max_size=4, unique=True), st.integers(1, 3))
def test_every_rate_that_was_put_in_is_found(growths: list[float], shift: int) -> None:
    """The polynomial with given roots 1 + r, apart by 2 % at least, and flows that begin a few years late."""
    apart = sorted(growths)
    assume(all(b / a >= 1.02 for a, b in itertools.pairwise(apart)))
    flows = np.concatenate([np.zeros(shift), np.poly(apart)])
    assert internal_rates(flows).rates == pytest.approx([g - 1.0 for g in apart], abs=1e-4)


def test_payback_by_hand() -> None:
    """-100 + 40 + 40 = -20, then 20 of the third year's 40: 2.5 years. At 10 %: 36.36, 33.06, 30.05, 27.32; after two
    years -30.58, after three -0.53, then 0.53 / 27.32 of the fourth."""
    flows = [-100.0, 40, 40, 40, 40]
    assert payback_years(flows) == pytest.approx(2.5)
    assert payback_years(flows, 0.1) == pytest.approx(3 + 0.52592 / 27.32054, abs=1e-5)


def test_payback_is_for_good_or_not_at_all() -> None:
    """After one year the sum is +20, a replacement takes it to -60; it is back at 0 halfway through the third."""
    assert payback_years([-100.0, 120, -80, 120, 10]) == pytest.approx(2.5)
    assert payback_years([-100.0, 30, 30]) is None and payback_years([0.0, 5.0]) == 0.0
