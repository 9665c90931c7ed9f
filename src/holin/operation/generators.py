"""Generators given by limits and cost alone: always on, between their lowest and highest power."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import Columns, Floats, ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity, in_service
from holin.park import Park, cost_curve


def add_generators(builder: ProblemBuilder, hours: Hours, park: Park, *, exact: bool = False) -> Block:
    """Add every generator: p_min <= p <= p_nom in service, its cost at least every line of its cost curve.

    With `exact` a quadratic cost is one, instead of its chords.
    """
    service = in_service(hours, [g.id for g in park.generators])
    injections: list[Injection] = []
    emitted: list[tuple[Columns, Floats]] = []
    for k, unit in enumerate(park.generators):
        on, curve = service[:, k], cost_curve(unit)
        squared = exact and not unit.cost_points and unit.cost_c2 > 0
        single = len(curve.cost_per_mwh) == 1
        slope = unit.cost_c1 if squared else float(curve.cost_per_mwh[0]) if single else 0.0
        power = builder.add_variables(
            f"generator.{unit.id}",
            (hours.count,),
            lower=unit.p_min_mw * on,
            upper=unit.p_nom_mw * on,
            cost=slope * hours.step_h,
            quadratic=unit.cost_c2 * hours.step_h if squared else 0.0,
        )
        if squared:
            builder.constant += unit.cost_c0 * float(on.sum()) * hours.step_h
        elif single:
            builder.constant += float(curve.cost_per_h[0] * on.sum()) * hours.step_h
        else:
            cost = builder.add_variables(f"cost.{unit.id}", (hours.count,), lower=-np.inf, cost=hours.step_h)
            for line, (start, slope) in enumerate(zip(curve.cost_per_h, curve.cost_per_mwh, strict=True)):
                builder.add_rows(f"cost.{unit.id}.{line}", [(cost, 1.0), (power, -slope)], lower=start * on)
        injections.append(Injection(bus=unit.bus, columns=power, factor=1.0, unit=unit.id))
        if unit.emission_t_per_mwh is not None:
            emitted.append((power, np.asarray(unit.emission_t_per_mwh * hours.step_h)))
    return Block(injections=tuple(injections), quantities={"co2_t": Quantity(terms=tuple(emitted))})
