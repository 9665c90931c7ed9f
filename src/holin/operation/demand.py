"""Firm loads: served, or shed at the value of lost load."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import Floats, ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity
from holin.park import Park


def load_buses(park: Park) -> tuple[str, ...]:
    """Return the buses that have firm loads, in the order of their first load."""
    return tuple(dict.fromkeys(load.bus for load in park.loads))


def load_at_buses(park: Park, load_mw: Floats) -> Floats:
    """Sum loads (time, load) to the buses of `load_buses`, of shape (time, bus)."""
    buses = load_buses(park)
    where = np.array([buses.index(load.bus) for load in park.loads], dtype=int)
    total = np.zeros((load_mw.shape[0], len(buses)))
    np.add.at(total.T, where, load_mw.T)
    return total


def add_shedding(
    builder: ProblemBuilder, hours: Hours, park: Park, load_mw: Floats, unfed_mw: Floats | None = None
) -> Block:
    """Add load not served at each bus with firm load: 0 <= shed <= load, at `voll_per_mwh`.

    `unfed_mw` (time, load) is asked for where the network has no voltage: not served whatever is decided, at the same
    price. Rules read the load that was asked for: no share is met by leaving load unserved.
    """
    at_bus = load_at_buses(park, load_mw)
    unfed_mwh = 0.0 if unfed_mw is None else float(unfed_mw.sum()) * hours.step_h
    builder.constant += park.facts.voll_per_mwh * unfed_mwh
    shed = builder.add_variables("shed", at_bus.shape, upper=at_bus, cost=park.facts.voll_per_mwh * hours.step_h)
    return Block(
        injections=tuple(
            Injection(bus=b, columns=shed[:, k], factor=1.0, emergency=True) for k, b in enumerate(load_buses(park))
        ),
        quantities={"load_mwh": Quantity(constant=float(load_mw.sum() * hours.step_h) + unfed_mwh)},
    )
