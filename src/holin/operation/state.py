"""The state in which a window finds the park: what one window hands to the next, and what meters can say as well."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from holin.operation.potline_state import PotlineState


@dataclass(frozen=True, kw_only=True)
class ThermalState:
    """A thermal unit before the first step: on or off for `in_state_h` hours, its gross power, its heat store.

    Where it is on and its power is not known (None), no ramp binds its first step. A unit that is being started is off
    and has `synchronised_in_h`, the time until it reaches its lowest load.
    """

    on: bool
    in_state_h: float = 1000.0
    gross_mw: float | None = None
    synchronised_in_h: float | None = None
    heat_stored_mwh: float = 0.0

    @property
    def was_mw(self) -> float:
        """The gross power before the first step: 0 where the unit is off, not a number where it is not known."""
        if self.gross_mw is None:
            return math.nan if self.on else 0.0
        return self.gross_mw


@dataclass(frozen=True, kw_only=True)
class State:
    """The park at `time` (UTC), before the first step of a window; keys are ids of the park's things.

    `soc_mwh` by storage, `peak_mw` by grid connection and demand band (`tariff.DemandBand.id`) is the highest draw so
    far of the local month that `time` lies in, `stock_gj` by fuel, `year_mwh` the year's quantities so far
    (`rules.QUANTITIES`, in local years). What is not named begins as `first_state` has it.
    """

    time: np.datetime64
    thermal: Mapping[str, ThermalState] = field(default_factory=dict)
    soc_mwh: Mapping[str, float] = field(default_factory=dict)
    peak_mw: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    stock_gj: Mapping[str, float] = field(default_factory=dict)
    potline: Mapping[str, PotlineState] = field(default_factory=dict)
    year_mwh: Mapping[str, float] = field(default_factory=dict)
