"""Loans: what is owed, interest and repayment by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.finance.discounting import Floats, annuity
from holin.park import Repayment


@dataclass(frozen=True, kw_only=True)
class LoanCourse:
    """A loan's years after it was drawn, each array of shape (year,): the first entry is the year after it was drawn.

    `balance` is what is owed at the end of the year.
    """

    interest: Floats
    principal: Floats
    balance: Floats


def loan_course(amount: float, loan_rate: float, loan_years: int, repayment: Repayment) -> LoanCourse:
    """Return interest and repayment of a loan drawn at the end of a year, by the years that follow.

    `equal_principal` (等额本金) repays the same amount each year, `annuity` (等额本息) pays the same sum of interest
    and repayment, amount x r / (1 - (1 + r)^-n).
    """
    if repayment is Repayment.EQUAL_PRINCIPAL:
        principal = np.full(loan_years, amount / loan_years)
    else:
        first = amount * (annuity(loan_rate, loan_years) - loan_rate)
        principal = first * (1.0 + loan_rate) ** np.arange(loan_years, dtype=float)
    balance = amount - np.cumsum(principal)
    balance[-1] = 0.0
    owed_before = np.concatenate([[amount], balance[:-1]])
    return LoanCourse(interest=owed_before * loan_rate, principal=principal, balance=balance)
