"""What each unit gives, from the power of its node and from what its own meter, its bus's or the schedule says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.layout import Layout
from holin.flow.estimate.rows import Source, Statements
from holin.park import Quantity

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]

TAKES_THE_REST = 1e12
"""Variance of a balancing unit, or of a shunt that keeps a voltage, that no meter watches."""


def of_units(
    layout: Layout,
    said: Statements,
    value: Real,
    s_node: Complex,
    active: tuple[Real, Real],
    reactive: tuple[Real, Real],
) -> Complex:
    """Return the power of every injector (state, injector) in MVA, 0 where it is dead or out of service.

    The buses of a node add up to its power, the units of a bus to its. What they would give by themselves (their
    meters, else the pseudo-powers `active` and `reactive`: values and sigmas) is corrected in proportion to its
    variance.
    """
    s = np.zeros((len(s_node), len(layout.injectors)), dtype=np.complex128)
    for node, injectors in layout.at_node().items():
        for quantity, (guess, sigma), part in (
            (Quantity.P_MW, active, s_node.real),
            (Quantity.Q_MVAR, reactive, s_node.imag),
        ):
            at = [k for k in injectors if quantity is Quantity.Q_MVAR or not layout.injectors[k].p_is_zero]
            alone = {k: _alone(layout, said, value, k, quantity, guess, sigma) for k in at}
            buses = list(dict.fromkeys(layout.injectors[k].bus for k in at))
            inside = {b: [k for k in at if layout.injectors[k].bus == b] for b in buses}
            of_bus = [_of_bus(said, b, quantity, value, {k: alone[k] for k in inside[b]}) for b in buses]
            for bus, power in zip(buses, _shared(part[:, node], of_bus), strict=True):
                for k, own in zip(inside[bus], _shared(power, [alone[k] for k in inside[bus]]), strict=True):
                    s[:, k] += own if quantity is Quantity.P_MW else 1j * own
    return s


Guess = tuple[Real, float]
"""A power (state,) by itself and its variance."""


def _alone(
    layout: Layout, said: Statements, value: Real, k: int, quantity: Quantity, guess: Real, sigma: Real
) -> Guess:
    own = said.known.get((k, quantity))
    if own is not None:
        return _shown(own, value), own.variance
    if layout.injectors[k].balances or layout.injectors[k].p_is_zero:
        return np.zeros(len(value)), TAKES_THE_REST
    return guess[:, k], float(sigma[k]) ** 2


def _of_bus(said: Statements, bus: str, quantity: Quantity, value: Real, units: dict[int, Guess]) -> Guess:
    """The bus's own meter and the sum of its units, by their weights; without the sum where a unit is only guessed."""
    total, variance = sum((x for x, _ in units.values()), np.zeros(len(value))), sum(v for _, v in units.values())
    meter = said.of_bus.get((bus, quantity))
    if meter is None:
        return total, variance
    if any((k, quantity) not in said.known for k in units):
        return _shown(meter, value), meter.variance
    weight = variance / (variance + meter.variance)
    return weight * _shown(meter, value) + (1 - weight) * total, weight * meter.variance


def _shown(source: Source, value: Real) -> Real:
    return np.asarray(sum(factor * value[:, m] for m, factor in source.meters.items()), dtype=np.float64)


def _shared(power: Real, parts: list[Guess]) -> list[Real]:
    rest = power - sum((x for x, _ in parts), np.zeros(len(power)))
    whole = sum(v for _, v in parts)
    return [x + rest * (v / whole) for x, v in parts]
