"""Random fields over place and time: what two places share falls with their distance, what two hours share with time.

The field is a sum of waves in the plane whose amplitudes are independent autoregressive processes,

    z(x, t) = K^-1/2 * sum_k [a_k(t) cos(w_k x) + b_k(t) sin(w_k x)],

so its value at a place depends on the place and the seed alone: a farm that is added to the park leaves the weather
of all others as it was. Wave numbers follow the spectrum of the exponential correlation exp(-d / length) in the plane,
p(w) ~ w / (1 + (w length)^2)^(3/2) (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.16,
Matern with nu = 1/2), sampled at equal steps of its distribution 1 - (1 + (w length)^2)^-1/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]

WAVES = 64
HOURS_MAX = 8784
WARM_UP_H = 480
GOLDEN_ANGLE_RAD = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True, kw_only=True)
class Memory:
    """How long a process remembers: an autoregression with one or two real poles, unit variance.

    `poles` are per hour, 0 <= pole < 1; two poles give a smooth start of the autocorrelation.
    """

    poles: tuple[float, ...]

    @property
    def lag1(self) -> float:
        """Autocorrelation at one hour: (p + q) / (1 + p q)."""
        p, q = (*self.poles, 0.0)[:2]
        return (p + q) / (1 + p * q)

    @property
    def gain(self) -> float:
        """Factor on white noise that makes the filtered noise's variance one."""
        p, q = (*self.poles, 0.0)[:2]
        return float(np.sqrt((1 - p * q) * (1 - p**2) * (1 - q**2) / (1 + p * q)))


def memory_of_hours(*time_constants_h: float) -> Memory:
    """Return the memory whose poles decay with the given time constants in hours."""
    return Memory(poles=tuple(float(np.exp(-1 / t)) for t in time_constants_h))


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random numbers that belong to a seed and a name, the same on every machine."""
    return np.random.default_rng([seed, *(crc32(n.encode()) for n in names)])


def remembered(white: Floats, memory: Memory) -> Floats:
    """Return white noise of shape (hours, n) filtered to the memory, unit variance, as a year that closes on itself.

    The filter runs in over the year's last hours, so that the last hour leads into the first.
    """
    denominator = np.poly(memory.poles)
    around = np.concatenate([white[-WARM_UP_H:], white])
    filtered: Floats = lfilter([memory.gain], denominator, around, axis=0)
    return filtered[-len(white) :]


def noise(hours: int, memory: Memory, *, seed: int, name: str, count: int = 1) -> Floats:
    """Return shape (hours, count): independent processes of one name.

    A year of 8,760 h takes the first hours of the random numbers of 8,784 h, so that both years have one weather.
    """
    white = stream(seed, name).standard_normal((HOURS_MAX, count))[:hours]
    return remembered(white, memory)


def wave_numbers(length_km: float) -> Floats:
    """Return shape (WAVES, 2) in rad/km: directions by the golden angle, magnitudes by the spectrum."""
    share = (np.arange(WAVES) + 0.5) / WAVES
    magnitude = np.sqrt(1 / (1 - share) ** 2 - 1) / length_km
    angle = GOLDEN_ANGLE_RAD * np.arange(WAVES)
    return np.asarray(magnitude[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), dtype=float)


def field(places_km: Floats, hours: int, memory: Memory, *, length_km: float, seed: int, name: str) -> Floats:
    """Return shape (hours, place): standard normal at each place, correlated over place and time.

    `places_km` has shape (place, 2).
    """
    phase = places_km @ wave_numbers(length_km).T
    waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) / np.sqrt(WAVES)
    amplitudes = noise(hours, memory, seed=seed, name=name, count=2 * WAVES)
    return np.asarray(amplitudes @ waves.T, dtype=float)
