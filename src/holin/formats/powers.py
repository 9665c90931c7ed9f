"""The state that an exported file holds: the power of every unit, and the reactive power that goes with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from holin.errors import Mismatch
from holin.formats.imported import LeftOut
from holin.park import ATTRIBUTES, UNIT_KINDS, Generator, Grid, Load, Park, Potline

Powers = Mapping[str, float]
"""Unit -> MW into the network."""


def powers_of(park: Park, p_mw: Powers | None, left_out: LeftOut) -> dict[str, float]:
    """Return the power of every unit but the grid connections that are not given, in MW into the network.

    Without `p_mw` loads take their `load_mw` and generators give their `p_mw`; what has no power of its own stands at
    0 and is named. Raises Mismatch when a power is missing or unknown.
    """
    units = {t.id: kind for kind in UNIT_KINDS for t in getattr(park, ATTRIBUTES[kind])}
    if p_mw is not None:
        wrong = sorted({u for u, kind in units.items() if kind != "grid"} - set(p_mw)) + sorted(set(p_mw) - set(units))
        if wrong:
            raise Mismatch(f"units missing or unknown in p_mw: {wrong[:5]}; give each unit of the park one power in MW")
        return {u: float(p) for u, p in p_mw.items() if math.isfinite(p)}
    known = {x.id: x.p_mw for x in park.generators} | {x.id: -x.load_mw for x in park.loads}
    still = [u for u, kind in units.items() if u not in known and kind != "grid"]
    left_out.names("units stand at 0 MW, for no state was given and a park holds none of them", still)
    return known | dict.fromkeys(still, 0.0)


def reactive_mvar(thing: Any, p_mw: float, q_mvar: Powers | None = None) -> float:
    """Return the reactive power into the network of a unit that holds no voltage: as given, else as the flow takes it.

    Loads and potlines take q = |p| tan(acos(power_factor)), or `q_mvar` in proportion; a generator gives its `q_mvar`,
    other sources |p| tan(acos(power_factor)), absorbing where that is negative.
    """
    given = (q_mvar or {}).get(thing.id)
    if given is not None and math.isfinite(given):
        return given
    if isinstance(thing, Generator):
        return thing.q_mvar
    if isinstance(thing, Load) and thing.q_mvar is not None:
        return thing.q_mvar / thing.load_mw * p_mw if thing.load_mw else -thing.q_mvar
    factor = getattr(thing, "power_factor", 1.0)
    if isinstance(thing, Grid) or factor == 0:
        return 0.0
    tan = math.tan(math.acos(abs(factor)))
    return tan * p_mw if isinstance(thing, Load | Potline) else math.copysign(tan, factor) * abs(p_mw)


def reactive_powers(park: Park, power: Powers, q_mvar: Powers | None, left_out: LeftOut) -> dict[str, float]:
    """Return the reactive power of every unit but the grid connections, in Mvar into the network.

    Without `q_mvar` (or a value in it) a unit gives what goes with its power; one that holds a voltage would give what
    that needs, which only a solved flow knows: it then gives its `q_mvar` of the snapshot, or nothing, and is named.
    """
    found = {}
    for kind in UNIT_KINDS:
        for thing in getattr(park, ATTRIBUTES[kind]):
            given = (q_mvar or {}).get(thing.id)
            known = given is not None and math.isfinite(given)
            if not known and getattr(thing, "v_set_pu", None) is not None and kind != "grid" and not _balances(thing):
                sentence = "no flow was given: the reactive power of what holds a voltage is that of the snapshot"
                left_out.name(sentence, thing.id)
            if known or kind != "grid":
                found[thing.id] = reactive_mvar(thing, power.get(thing.id, 0.0), q_mvar)
    return found


def _balances(thing: Any) -> bool:
    return isinstance(thing, Generator) and thing.balances
