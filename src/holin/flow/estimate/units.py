"""What each unit gives, from the power of its node and from what its own meter or the schedule says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.layout import Layout
from holin.flow.estimate.rows import Statements
from holin.park import Quantity

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]

TAKES_THE_REST = 1e12
"""Variance of a balancing unit that no meter watches."""


def of_units(
    layout: Layout,
    said: Statements,
    value: Real,
    s_node: Complex,
    active: tuple[Real, Real],
    reactive: tuple[Real, Real],
) -> Complex:
    """Return the power of every injector (state, injector) in MVA, 0 where it is dead or out of service.

    The units of a node add up to its power: what they would give by themselves (their meters, else the pseudo-powers
    `active` and `reactive`: values and sigmas) is corrected in proportion to its variance.
    """
    s = np.zeros((len(s_node), len(layout.injectors)), dtype=np.complex128)
    for node, injectors in layout.at_node().items():
        for quantity, (guess, sigma), part in (
            (Quantity.P_MW, active, s_node.real), (Quantity.Q_MVAR, reactive, s_node.imag),
        ):  # fmt: skip
            at = [k for k in injectors if quantity is Quantity.Q_MVAR or not layout.injectors[k].p_is_zero]
            if not at:
                continue
            alone, variance = np.empty((len(s_node), len(at))), np.empty(len(at))
            for n, k in enumerate(at):
                own = said.known.get((k, quantity))
                if own is not None:
                    alone[:, n] = sum(factor * value[:, m] for m, factor in own.meters.items())
                    variance[n] = own.variance
                else:
                    balances = layout.injectors[k].balances
                    alone[:, n] = 0.0 if balances else guess[:, k]
                    variance[n] = TAKES_THE_REST if balances else sigma[k] ** 2
            rest = part[:, node] - alone.sum(axis=1)
            whole = alone + rest[:, None] * (variance / variance.sum())
            s[:, at] += whole if quantity is Quantity.P_MW else 1j * whole
    return s
