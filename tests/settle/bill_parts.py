"""Usages and tariffs for the tests of bills: hours or quarter-hours of a customer, in whole Wh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from holin.calendar import hours_between, hours_of_year, steps_of
from holin.settle import Context, Usage
from holin.tariff import Tariff, TariffDemand, TariffPeriod, Tariffs, TariffTier

ZONE = "Asia/Shanghai"
KW = 1000


def usage(taken_wh: Sequence[int] | NDArray[np.int64], time: NDArray[np.datetime64], **other: object) -> Usage:
    """A usage with nothing but what is given."""
    step = int((time[1] - time[0]) / np.timedelta64(1, "s")) if len(time) > 1 else 3600
    zero = np.zeros(len(time), dtype=np.int64)
    given = {
        "fed_wh": zero, "reactive_varh": zero, "green_wh": zero, "own_wh": zero, "own_green_wh": zero, "loss_wh": zero,
        "doubtful": np.zeros(len(time), dtype=bool),
    }  # fmt: skip
    made = {**given, **{k: np.asarray(v) for k, v in other.items() if k != "customer"}}
    return Usage(
        customer=str(other.get("customer", "works")), time=time, step_s=step,
        taken_wh=np.asarray(taken_wh, dtype=np.int64), **made,
    )  # type: ignore[arg-type]  # fmt: skip


def month_hours(year: int, month: int) -> NDArray[np.datetime64]:
    after = date(year + month // 12, month % 12 + 1, 1)
    return hours_between(date(year, month, 1), after, ZONE)


def year_hours(year: int = 2025) -> NDArray[np.datetime64]:
    return hours_of_year(year, ZONE)


def quarters(hours: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return steps_of(hours, 0.25)


def context(
    *tariffs: Tariff, periods: Sequence[TariffPeriod] = (), demands: Sequence[TariffDemand] = (),
    tiers: Sequence[TariffTier] = (), **other: object,
) -> Context:  # fmt: skip
    return Context(
        tariffs=Tariffs(tariffs=tariffs, periods=tuple(periods), demands=tuple(demands), tiers=tuple(tiers)),
        time_zone=ZONE, **other,
    )  # type: ignore[arg-type]  # fmt: skip
