"""How many discounted years a planned year stands for."""

import pytest

from holin.plan import weights_of


def test_a_year_stands_for_those_until_the_next_one_and_the_last_for_the_rest() -> None:
    """At 6 %: 2026 and 2027 are 1 + 1/1.06; 2028 to 2030 begin two years later; 2031 goes to 2050, 20 years from the
    fifth on: the sum of 1.06^-k from 5 to 24 is (1 - 1.06^-20) / (1 - 1/1.06) x 1.06^-5."""
    found = weights_of([2026, 2028, 2031], 0.06, 25.0)
    assert found[2026] == pytest.approx(1.943396, abs=1e-6)
    assert found[2028] == pytest.approx(1.06**-2 + 1.06**-3 + 1.06**-4)
    assert found[2031] == pytest.approx((1 - 1.06**-20) / (1 - 1 / 1.06) * 1.06**-5)
    assert weights_of([2026, 2031], 0.0, 25.0) == {2026: 5.0, 2031: 20.0}


def test_one_year_counts_once_and_a_last_one_beyond_the_life_once() -> None:
    assert weights_of([2030], 0.06, 25.0) == {2030: 1.0}
    assert weights_of([2026, 2060], 0.0, 25.0) == {2026: 34.0, 2060: 1.0}
