"""Metal as a linear function of power, for a linear programme.

Metal is a concave function of power (each further MW drives less current, for the voltage rises with it). A tangent
lies above it and promises metal that is not made; chords lie below it between their ends. A programme that lets the
metal be at most every chord (`metal <= intercept + slope * power` for each) therefore never owes metal, and since
the metal's duty is a lower bound the programme needs no integers. Dispatch and plan should use `metal_chords`; the
tangent `linear_metal` is the marginal metal of a MWh at nominal current, for prices and explanations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.park import Potline
from holin.potline.physics import ac_power_mw, metal_t_per_h, power_slope_mw_per_ka


@dataclass(frozen=True, kw_only=True)
class Chords:
    """Chords of metal over AC power: `metal = min over k of (intercept_t_per_h[k] + slope_t_per_mwh[k] * power)`.

    `power_mw` of shape (chords + 1,) are the ends of the chords, lowest first; `gap_t_per_h` is the most metal that
    the chords leave uncounted between their ends.
    """

    power_mw: NDArray[np.float64]
    intercept_t_per_h: NDArray[np.float64]
    slope_t_per_mwh: NDArray[np.float64]
    gap_t_per_h: float


def linear_metal(potline: Potline) -> tuple[float, float]:
    """Return the metal at nominal current in t/h and its slope there in t per MWh at the AC bus.

    dm/dP = (dm/dI) / (dP/dI). The tangent overestimates the metal on both sides of nominal.
    """
    nominal_t_per_h = metal_t_per_h(potline, potline.amperage_ka)
    return nominal_t_per_h, nominal_t_per_h / potline.amperage_ka / power_slope_mw_per_ka(potline, potline.amperage_ka)


def metal_chords(potline: Potline, *, chords: int = 2) -> Chords:
    """Return chords of the metal over the AC power between the potline's least and largest sustained current.

    Nominal current is an end of a chord when it lies within the range and `chords` is two or more, so that the metal
    at nominal power is exact. A range of one current gives one flat chord. Raises ValueError when `chords` < 1.
    """
    ends_ka = _ends_ka(potline, chords)
    power_mw = ac_power_mw(potline, ends_ka)
    metal = metal_t_per_h(potline, ends_ka)
    if len(ends_ka) == 1:
        return Chords(power_mw=power_mw, intercept_t_per_h=metal, slope_t_per_mwh=np.zeros(1), gap_t_per_h=0.0)
    slope = np.diff(metal) / np.diff(power_mw)
    return Chords(
        power_mw=power_mw,
        intercept_t_per_h=metal[:-1] - slope * power_mw[:-1],
        slope_t_per_mwh=slope,
        gap_t_per_h=_largest_gap(potline, power_mw, metal, slope),
    )


def _ends_ka(potline: Potline, chords: int) -> NDArray[np.float64]:
    """Return the currents at the chords' ends: evenly spaced below and above nominal, the nominal one among them."""
    if chords < 1:
        raise ValueError("metal_chords needs at least one chord")
    low, nominal, high = potline.amperage_min_ka, potline.amperage_ka, potline.amperage_max_ka
    if not low < nominal < high or chords == 1:
        return np.unique(np.linspace(low, high, chords + 1))
    below = min(max(round(chords * (nominal - low) / (high - low)), 1), chords - 1)
    lower, upper = np.linspace(low, nominal, below + 1), np.linspace(nominal, high, chords - below + 1)
    return np.concatenate([lower, upper[1:]])


def _largest_gap(
    potline: Potline, power_mw: NDArray[np.float64], metal: NDArray[np.float64], slope: NDArray[np.float64]
) -> float:
    """Return the largest distance of curve and chord: it lies where the curve is parallel to the chord.

    dm/dP = k n eta / (dP/dI) falls with I linearly in 1/slope, so the current of a given slope is closed-form.
    """
    metal_per_ka = metal_t_per_h(potline, 1.0)
    start, rise = power_slope_mw_per_ka(potline, 0.0), power_slope_mw_per_ka(potline, 1.0)
    parallel_ka = (metal_per_ka / slope - start) / (rise - start)
    on_chord = metal[:-1] + slope * (ac_power_mw(potline, parallel_ka) - power_mw[:-1])
    return float(np.max(metal_t_per_h(potline, parallel_ka) - on_chord))
