"""What a park has beside its network, and a network file does not: facts, a stage, an enterprise, fed loads."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from datetime import date
from typing import Any

from holin.formats.ids import Ids, clean_name
from holin.formats.imported import LeftOut
from holin.park import Enterprise, EquivalentBranch, Line, Park, ParkFacts, Stage, Transformer, units_of

STAGE_NAME = "imported"
AS_OF = date(2025, 12, 31)
"""The day of the stage of a file that knows no date: a convention of Holin's, so that one file makes one park."""

V_NOM_KV = 100.0
"""The nominal voltage of buses for which a per-unit file gives none: round, so that nobody takes it for a figure."""

P_NOM_MW = 99_999.0
"""The highest power of a source for which a file gives no limit."""


def park_around(
    *,
    name: str,
    origin: str,
    ids: Ids,
    currency: str = "USD",
    time_zone: str = "UTC",
    as_of: date = AS_OF,
    **tables: Any,
) -> Park:
    """Return a park of one stage around the things of a file; `origin` says what the file was."""
    facts = ParkFacts(
        id=ids.new(name, "park"),
        name=clean_name(name),
        currency=currency,
        time_zone=time_zone,
        default_stage=STAGE_NAME,
        reference=clean_name(origin),
    )
    return Park(facts=facts, stages=(Stage(name=STAGE_NAME, as_of=as_of),), **tables)


def users(ids: Ids) -> Enterprise:
    """Return the enterprise whose loads those of a file are, for a network file names none."""
    return Enterprise(id=ids.new("users", "users"), name="Users of the network", name_zh="电网用户")


def without_unfed(park: Park, left_out: LeftOut) -> Park:
    """Return the park without loads that no source can reach, and name them: a park has no load without a supply."""
    feeds = {u.bus for u in units_of(park) if u.kind not in ("load", "potline")}
    joined = defaultdict(set)
    for first, second in joined_buses(park):
        joined[first].add(second)
        joined[second].add(first)
    fed, waiting = set(feeds), list(feeds)
    while waiting:
        for bus in joined[waiting.pop()] - fed:
            fed.add(bus)
            waiting.append(bus)
    unfed = [load for load in park.loads if load.bus not in fed]
    sentence = "loads in parts of the network without a source are left out"
    left_out.names(sentence, (f"{load.id} ({load.load_mw:g} MW at {load.bus})" for load in unfed))
    return dataclasses.replace(park, loads=tuple(load for load in park.loads if load.bus in fed))


def joined_buses(park: Park) -> list[tuple[str, str]]:
    """Return the pairs of buses that closed branches and switches join."""
    opened = {(s.element, s.bus) for s in park.switches if not s.closed}
    buses = {b.id for b in park.buses}
    pairs = [(s.bus, s.element) for s in park.switches if s.closed and s.element in buses]
    branches: tuple[Line | Transformer | EquivalentBranch, ...]
    branches = (*park.lines, *park.transformers, *park.equivalent_branches)
    for branch in branches:
        ends = [e for e in (branch.bus_from, branch.bus_to) if (branch.id, e) not in opened]
        pairs += [(ends[0], ends[1])] if len(ends) == 2 else []
    for t in park.transformers3:
        ends = [e for e in (t.bus_1, t.bus_2, t.bus_3) if (t.id, e) not in opened]
        pairs += [(ends[0], other) for other in ends[1:]]
    return pairs
