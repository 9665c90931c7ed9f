"""The power-factor table row by row (水电财字〔1983〕215号), and the factor itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from holin.settle import adjustment, power_factor

# Standard 0.90: + 0.5 % for each 0.01 below down to 0.70, + 1 % down to 0.65, + 2 % below; - 0.15 % for each 0.01
# above, at most - 0.75 % from 0.95 on.
BELOW = {89: 0.5, 88: 1, 85: 2.5, 80: 5, 75: 7.5, 71: 9.5, 70: 10, 69: 11, 68: 12, 66: 14, 65: 15, 64: 17, 60: 25}
ABOVE = {90: 0, 91: -0.15, 92: -0.30, 93: -0.45, 94: -0.60, 95: -0.75, 98: -0.75, 100: -0.75}


@pytest.mark.parametrize(("hundredths", "percent"), [*BELOW.items(), *ABOVE.items()])
def test_the_table_of_the_standard_0_90(hundredths: int, percent: float) -> None:
    assert adjustment(Decimal(hundredths) / 100, 0.9) == Fraction(round(percent * 100), 10_000)


@pytest.mark.parametrize(
    ("standard", "hundredths", "percent"),
    [
        (0.85, 85, 0), (0.85, 86, -0.1), (0.85, 90, -0.5), (0.85, 91, -0.65), (0.85, 94, -1.1), (0.85, 100, -1.1),
        (0.85, 84, 0.5), (0.85, 65, 10), (0.85, 60, 15), (0.85, 59, 17),
        (0.80, 80, 0), (0.80, 90, -1.0), (0.80, 92, -1.3), (0.80, 100, -1.3), (0.80, 79, 0.5), (0.80, 60, 10),
        (0.80, 55, 15), (0.80, 54, 17),
    ],
)  # fmt: skip
def test_the_other_standards(standard: float, hundredths: int, percent: float) -> None:
    assert adjustment(Decimal(hundredths) / 100, standard) == Fraction(round(percent * 100), 10_000)


def test_the_factor_is_rounded_to_hundredths() -> None:
    assert power_factor(4_000, 3_000) == Decimal("0.80")
    assert power_factor(1_000, 0) == Decimal("1.00")
    assert power_factor(8_949, 4_464) == Decimal("0.89")  # 0.894847
    assert power_factor(8_951, 4_459) == Decimal("0.90")  # 0.895076
    assert power_factor(0, 10) is None


def test_every_hundredth_has_its_step() -> None:
    for standard in (0.8, 0.85, 0.9):
        steps = [adjustment(Decimal(k) / 100, standard) for k in range(30, 101)]
        assert steps == sorted(steps, reverse=True)
