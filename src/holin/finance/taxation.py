"""Taxes of a cash flow: VAT with its offset and refund, surcharges, income tax with losses carried forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.finance.discounting import Floats
from holin.finance.investments import PUBLIC_INFRASTRUCTURE, Purchase
from holin.finance.taxes import holiday_relief
from holin.park import FinanceTerms


@dataclass(frozen=True, kw_only=True)
class VatCourse:
    """VAT by year: what is paid after the offset, and the input VAT that is left for later years."""

    paid: Floats
    credit: Floats


def vat_course(output: Floats, input_: Floats) -> VatCourse:
    """Return the VAT paid: output less input VAT, never negative; what is left over is offset in later years.

    No refund of what is left over (留抵退税) is counted on.
    """
    paid, credit = np.zeros_like(output), np.zeros_like(output)
    left = 0.0
    for k, (out, taken) in enumerate(zip(output, input_, strict=True)):
        due = out - taken - left
        paid[k], left = max(due, 0.0), max(-due, 0.0)
        credit[k] = left
    return VatCourse(paid=paid, credit=credit)


def losses_used(profits: Floats, loss_years: int) -> Floats:
    """Return by how much earlier losses lower each year's profit: the oldest first, for `loss_years` years.

    Source: 企业所得税法, article 18: carried forward for at most five years.
    """
    open_losses: list[tuple[int, float]] = []
    used = np.zeros_like(profits)
    for year, profit in enumerate(profits):
        open_losses = [(then, loss) for then, loss in open_losses if year - then <= loss_years]
        if profit < 0.0:
            open_losses.append((year, -profit))
        rest, left = max(profit, 0.0), []
        for then, loss in open_losses:
            taken = min(loss, rest)
            used[year] += taken
            rest -= taken
            left.append((then, loss - taken))
        open_losses = [(then, loss) for then, loss in left if loss > 0.0]
    return used


def relief_of_year(purchases: Sequence[Purchase], terms: FinanceTerms, year: int) -> float:
    """Return the part of the income tax that the holiday of public infrastructure takes away in a year.

    The law counts each project's own profit, which a park's cash flow does not know: it is shared out by what the
    things that run have cost. Replacements are no new projects.
    """
    if not terms.tax_holiday:
        return 0.0
    standing = [p for p in purchases if p.first_year <= year < p.end_year]
    total = sum(p.cost_without_vat for p in standing)
    free = sum(
        p.cost_without_vat * holiday_relief(year - p.first_year + 1)
        for p in standing
        if p.number == 0 and p.investment.kind in PUBLIC_INFRASTRUCTURE
    )
    return free / total if total > 0.0 else 0.0
