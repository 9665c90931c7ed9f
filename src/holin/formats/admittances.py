"""What a branch leads to earth at a node where it carries nothing onward: open at its other end, or back to itself."""

from __future__ import annotations

import cmath
import math

from holin.park import EquivalentBranch


def of_open_branch(b: EquivalentBranch, *, at_from: bool) -> complex:
    """Return the admittance in p.u. on 1 MVA of a branch whose other end is open: y - y_s^2 / y, y = y_s + y_m / 2."""
    y_series = 1 / complex(b.r_pu, b.x_pu)
    own = y_series + complex(b.g_pu, b.b_pu) / 2
    y = own - y_series**2 / own if own else 0j
    return y / b.ratio**2 if at_from else y


def of_loop(b: EquivalentBranch) -> complex:
    """Return the admittance in p.u. on 1 MVA of a branch whose ends are one node: the sum of its four admittances."""
    y_series = 1 / complex(b.r_pu, b.x_pu)
    own, ratio = y_series + complex(b.g_pu, b.b_pu) / 2, cmath.rect(b.ratio, math.radians(b.shift_deg))
    return own / b.ratio**2 + own - y_series / ratio.conjugate() - y_series / ratio
