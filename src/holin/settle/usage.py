"""What a customer used, interval by interval, in whole Wh: what a bill reads beside tariff and contract."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.errors import Mismatch

Whole = NDArray[np.int64]
COUNTS = ("taken_wh", "fed_wh", "reactive_varh", "green_wh", "own_wh", "own_green_wh", "loss_wh")
"""The counts of a usage, each (time,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Usage:
    """A customer's energy in intervals of `step_s` that start at `time` (UTC), each array of shape (time,).

    `taken_wh` came from the network, `fed_wh` went into it. Of what was taken `green_wh` was traced to wind and sun,
    `own_wh` to the customer's own units, `own_green_wh` to its own wind and sun: it stands in both (physical count).
    `loss_wh` are the network losses that tracing assigns, beside what was taken. `reactive_varh` is taken reactive
    energy, inductive positive.
    `doubtful` marks intervals whose readings were estimated or are doubted.
    """

    customer: str
    time: Times
    step_s: int
    taken_wh: Whole
    fed_wh: Whole
    reactive_varh: Whole
    green_wh: Whole
    own_wh: Whole
    own_green_wh: Whole
    loss_wh: Whole
    doubtful: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in COUNTS:
            values = getattr(self, name)
            if values.shape != self.time.shape or values.dtype != np.int64:
                raise Mismatch(
                    f"{name} of {self.customer} is {values.dtype} {values.shape}, not int64 {self.time.shape}"
                )
        for name in ("taken_wh", "fed_wh", "green_wh", "own_wh", "own_green_wh", "loss_wh"):
            if (getattr(self, name) < 0).any():
                raise Mismatch(f"{name} of {self.customer} is negative somewhere")
        for name in ("green_wh", "own_wh"):
            if (getattr(self, name) > self.taken_wh).any():
                raise Mismatch(f"{name} of {self.customer} is more than was taken somewhere")
        both, union = self.own_green_wh, self.green_wh + self.own_wh - self.own_green_wh
        if (both > self.green_wh).any() or (both > self.own_wh).any() or (union > self.taken_wh).any():
            raise Mismatch(f"green and own energy of {self.customer} do not fit what was taken somewhere")

    def within(self, chosen: NDArray[np.bool_]) -> Usage:
        """Return the intervals that are chosen."""
        arrays = {name: getattr(self, name)[chosen] for name in ("time", *COUNTS, "doubtful")}
        return dataclasses.replace(self, **arrays)


def months_of(usage: Usage, time_zone: str) -> tuple[str, ...]:
    """Return the local months that a usage has intervals in, such as 2025-03, in order."""
    return tuple(dict.fromkeys(local(usage.time, time_zone).strftime("%Y-%m")))


def of_month(usage: Usage, month: str, time_zone: str) -> Usage:
    """Return the intervals of a local month."""
    clock = local(usage.time, time_zone).tz_localize(None).to_numpy()
    return usage.within(clock.astype("datetime64[M]") == np.datetime64(month, "M"))
