"""What running a plan costs and brings, by year."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holin.errors import Mismatch
from holin.finance.discounting import Floats


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a plan earns and spends in its years of operation (currency, each of shape (year,), >= 0).

    With VAT where the terms say so; CO2 and demand charges alike. `income` is what users pay, exports included;
    `wind_income` is the part of it that is wind power sold (for its VAT refund). `purchase_cost` is power bought.
    """

    years: tuple[int, ...]
    income: Floats
    wind_income: Floats
    fixed_cost: Floats
    variable_cost: Floats
    fuel_cost: Floats
    purchase_cost: Floats
    co2_cost: Floats


COSTS = ("fixed_cost", "variable_cost", "fuel_cost", "purchase_cost", "co2_cost")


def running_of(years: Sequence[int], **amounts: Sequence[float] | Floats) -> Running:
    """Return what a plan earns and spends by year; what is not given is 0 in every year.

    Raises Mismatch with all that is wrong: years that do not follow each other, amounts that are not by year, missing
    or negative.
    """
    names = [f.name for f in dataclasses.fields(Running) if f.name != "years"]
    given = {n: np.asarray(amounts.get(n, np.zeros(len(years))), dtype=float) for n in names}
    wrong = [f"{n} is not an amount of a plan: give {', '.join(names)}" for n in amounts if n not in names]
    if not len(years) or any(b != a + 1 for a, b in itertools.pairwise(years)):
        wrong.append(f"the years {list(years)} do not follow each other")
    for name, values in given.items():
        if values.shape != (len(years),):
            wrong.append(f"{name} has the shape {values.shape}, not one amount for each of {len(years)} years")
        elif not (np.isfinite(values).all() and (values >= 0.0).all()):
            wrong.append(f"{name} is missing or negative in some year; a cost and an income are positive")
    if not wrong and (given["wind_income"] > given["income"] * (1.0 + 1e-9)).any():
        wrong.append("wind_income is more than the income that it is part of")
    if wrong:
        raise Mismatch("not the years of a plan: " + "; ".join(wrong))
    return Running(years=tuple(years), **given)


def from_stages(years: Sequence[int], stages: Mapping[int, float]) -> Floats:
    """Return a figure by year from the years of stages: a stage's figure holds until the next stage's year.

    Years before the first stage have that of the first.
    """
    if not stages:
        raise Mismatch("no stage gives a figure; give one at least")
    at = sorted(stages)
    return np.array([stages[max((s for s in at if s <= year), default=at[0])] for year in years])
