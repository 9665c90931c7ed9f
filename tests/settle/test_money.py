"""Money in whole fen: exact decimals, one rounding, capital figures, shares that add up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.settle.money import exact, in_capitals, in_fen, shared_out, written


def test_prices_are_what_is_written() -> None:
    assert exact(0.48) == Fraction(48, 100) and exact(321.04) == Fraction(32104, 100)
    assert exact(1e-5) == Fraction(1, 100_000)


def test_half_a_fen_goes_away_from_nothing() -> None:
    assert [in_fen(Fraction(k, 1000)) for k in (4, 5, 14, 15, -4, -5, -15)] == [0, 1, 1, 2, 0, -1, -2]


@given(st.fractions(max_denominator=10**9))
def test_rounding_is_nearest_and_odd(amount: Fraction) -> None:
    assert abs(in_fen(amount) - 100 * amount) <= Fraction(1, 2)
    assert in_fen(-amount) == -in_fen(amount)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (105, "壹元零伍分"), (150, "壹元伍角整"), (10_000, "壹佰元整"),
        (1_070_000_53, "壹佰零柒万元伍角叁分"), (1_680_32, "壹仟陆佰捌拾元叁角贰分"),
        (107_000_53, "壹拾万柒仟元伍角叁分"), (6_007_14, "陆仟零柒元壹角肆分"), (325_04, "叁佰贰拾伍元零肆分"),
        (100_000_001_00, "壹亿零壹元整"), (100_500_000_00, "壹亿零伍拾万元整"), (-12_34, "负壹拾贰元叁角肆分"),
    ],
)  # fmt: skip
def test_capital_figures(fen: int, words: str) -> None:
    """The examples of the People's Bank's rules for filling in cheques (1997), with 元 for 人民币…元, and edges."""
    assert in_capitals(fen) == words


def test_amounts_are_written_with_thin_spaces() -> None:
    assert written(123456789) == "1\u2009234\u2009567.89" and written(-5) == "-0.05"


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_add_up_and_none_is_off_by_one(total: int, weights: list[int]) -> None:
    if not sum(weights):
        if total:
            with pytest.raises(ValueError, match="cannot be shared"):
                shared_out(total, weights)
        return
    parts = shared_out(total, weights)
    assert sum(parts) == total
    assert all(abs(p - Fraction(total * w, sum(weights))) < 1 for p, w in zip(parts, weights, strict=True))
