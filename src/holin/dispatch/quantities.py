"""Quantities that some rules ask for: green energy delivered, and energy matched hour by hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holin.dispatch.case import Case, fixed_mw
from holin.kernel.linear import ProblemBuilder, Term
from holin.operation import Block, Quantity, load_buses
from holin.operation.block import quantities_of
from holin.rules import Rule, terms_of


def add_asked_quantities(
    builder: ProblemBuilder, case: Case, blocks: Sequence[Block], rules: Sequence[Rule]
) -> list[Block]:
    """Add what enforced rules read and no unit knows by itself."""
    enforced = [rule for rule in rules if rule.enforced]
    asked = {name for rule in enforced for name in terms_of(rule)}
    more = []
    if "green_traced_mwh" in asked:
        shares = [rule.value for rule in enforced if "green_traced_mwh" in terms_of(rule)]
        more.append(green_delivered(builder, case, blocks, of_losses=max(shares)))
    if "matched_mwh" in asked:
        more.append(add_matched(builder, case, blocks))
    return more


def green_delivered(builder: ProblemBuilder, case: Case, blocks: Sequence[Block], *, of_losses: float) -> Block:
    """Return what tracing will find delivered to loads of wind and PV (`green_traced_mwh`), rather too little.

    What wind and PV give goes to loads, is exported, or is lost. All export and all that storage loses count against
    it, though part of them is not green; of the network's losses the share `of_losses`, that which a rule asks for:
    losses are as green as what is delivered. Tracing judges in the end.
    """
    used, given = quantities_of(blocks, "renewable_used_mwh"), quantities_of(blocks, "export_mwh")
    terms = [*used.terms, *_negative(given.terms)]
    for unit in case.park.storages:
        terms.append((builder.columns(f"charge.{unit.id}"), -case.hours.step_h))
        terms.append((builder.columns(f"discharge.{unit.id}"), case.hours.step_h))
    lost = of_losses * float(case.loss_mw.sum()) * case.hours.step_h
    return Block(quantities={"green_traced_mwh": Quantity(terms=tuple(terms), constant=-lost)})


def add_matched(builder: ProblemBuilder, case: Case, blocks: Sequence[Block]) -> Block:
    """Add the load that clean power covers in each step: matched <= load, matched <= clean.

    Clean is wind and PV less export, with what storage gives less what it takes.
    """
    hours, park = case.hours, case.park
    matched = builder.add_variables("matched", (hours.count,))
    load_mw = fixed_mw(case).sum(axis=1) - case.loss_mw.sum(axis=1)
    change: list[Term] = [(matched, 1.0)]
    change += [(builder.columns("shed")[:, k], 1.0) for k in range(len(load_buses(park)))]
    for potline in park.potlines:
        change += [(builder.columns(f"up.{potline.id}"), -1.0), (builder.columns(f"down.{potline.id}"), 1.0)]
    builder.add_rows("matched_load", change, upper=load_mw)
    power = builder.columns("renewable")
    clean: list[Term] = [(matched, 1.0), *((power[:, k], -1.0) for k in range(power.shape[1]))]
    clean += [(builder.columns(f"export.{g.id}"), 1.0) for g in park.grids if f"export.{g.id}" in builder]
    for unit in park.storages:
        clean += [(builder.columns(f"charge.{unit.id}"), 1.0), (builder.columns(f"discharge.{unit.id}"), -1.0)]
    builder.add_rows("matched_clean", clean, upper=0.0)
    return Block(quantities={"matched_mwh": Quantity(terms=((matched, hours.step_h),))})


def _negative(terms: Sequence[Term]) -> list[Term]:
    return [(columns, -np.asarray(values)) for columns, values in terms]
