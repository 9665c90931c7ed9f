"""What can be measured in a park, and where."""

from __future__ import annotations

from enum import StrEnum

from holin.park.park import Park, units_of


class Quantity(StrEnum):
    """What a measurement says: a quantity with its unit, or the state of an element."""

    V_PU = "v_pu"
    V_ANGLE_RAD = "v_angle_rad"
    P_MW = "p_mw"
    Q_MVAR = "q_mvar"
    I_KA = "i_ka"
    TAP_POS = "tap_pos"
    CLOSED = "closed"


EXACT = (Quantity.TAP_POS, Quantity.CLOSED)
"""States of elements: they have no sigma and are taken as they are."""

_OF_BUS = (Quantity.V_PU, Quantity.V_ANGLE_RAD, Quantity.P_MW, Quantity.Q_MVAR)
_OF_END = (Quantity.P_MW, Quantity.Q_MVAR, Quantity.I_KA)
_OF_UNIT = (Quantity.P_MW, Quantity.Q_MVAR)


def measurable(park: Park) -> dict[tuple[str, str], tuple[Quantity, ...]]:
    """Return the quantities that can be measured at each (element, end).

    The end is "" for a bus (its units' power into the network), a unit, a shunt that keeps a voltage, a switch and a
    tap changer; `from` or `to` for two-ended branches, `1`, `2` or `3` for a three-winding transformer (power into the
    branch). The tap changer of a transformer has the end "".
    """
    places: dict[tuple[str, str], tuple[Quantity, ...]] = {(b.id, ""): _OF_BUS for b in park.buses}
    for branch in (*park.lines, *park.transformers, *park.equivalent_branches):
        places |= {(branch.id, end): _OF_END for end in ("from", "to")}
    for three in park.transformers3:
        places |= {(three.id, end): _OF_END for end in ("1", "2", "3")}
    for changer in (*park.transformers, *park.transformers3):
        places[changer.id, ""] = (Quantity.TAP_POS,)
    places |= {(u.id, ""): _OF_UNIT for u in units_of(park)}
    places |= {(s.id, ""): (Quantity.Q_MVAR,) for s in park.shunts if s.v_set_pu is not None}
    places |= {(s.id, ""): (Quantity.CLOSED,) for s in park.switches}
    return places
