"""New corridors: lines on offer between buses that no line joins, as ways for power until they stand in the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holin.dispatch import Case
from holin.kernel.linear import ProblemBuilder
from holin.operation import Block
from holin.operation.block import Injection
from holin.plan.offers import BRANCHES, Offer


def corridors_of(offers: Sequence[Offer]) -> Iterator[Offer]:
    """Yield the lines on offer that are described by a template: beside none that stands."""
    yield from (offer for offer in offers if offer.table in BRANCHES and offer.candidate.template)


def add_corridors(builder: ProblemBuilder, case: Case, offers: Sequence[Offer]) -> Block:
    """Add what each new corridor carries, `way.ID` (time,) in MW from its first bus to its second, either way.

    Any power up to its size (`limit_corridors`) may go: what its impedance would make of it is left open until whole
    circuits stand in the network. So the optimum is no dearer than the best network, and its bound holds. Nothing goes
    while either end has no voltage.
    """
    injections = []
    for offer in corridors_of(offers):
        line = offer.thing
        ends = [str(getattr(line, name)) for name in ("bus_from", "bus_to")]
        live = (case.islands.of(ends[0]) >= 0) & (case.islands.of(ends[1]) >= 0)
        most = offer.p_max_mw * live
        way = builder.add_variables(f"way.{offer.id}", (case.hours.count,), lower=-most, upper=most)
        injections += [
            Injection(bus=ends[0], columns=way, factor=-1.0), Injection(bus=ends[1], columns=way, factor=1.0)
        ]  # fmt: skip
    return Block(injections=tuple(injections))


def limit_corridors(builder: ProblemBuilder, offers: Sequence[Offer]) -> None:
    """Hold what each corridor carries to its size, either way: `corridor.ID`, `corridor_back.ID`."""
    for offer in corridors_of(offers):
        way, size = builder.columns(f"way.{offer.id}"), builder.columns(f"size.{offer.id}")
        builder.add_rows(f"corridor.{offer.id}", [(way, 1.0), (size, -1.0)], upper=0.0)
        builder.add_rows(f"corridor_back.{offer.id}", [(way, -1.0), (size, -1.0)], upper=0.0)
