"""What a single-line diagram is made of: busbars, what joins them and what feeds or loads them, bundled where many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holin.errors import BadInput, Fault
from holin.park import ATTRIBUTES, UNIT_KINDS, EquivalentBranch, Line, Park, Switch, Transformer, Transformer3, by_id
from holin.picture.diagram.words import Speech, names_in, size_of, title_of
from holin.thing import Thing

SIDE_BY_SIDE = 3
"""Parallel circuits up to this number are drawn one by one; more are one with a count."""

FEEDERS_MAX = 12
"""Feeders of one kind at one bus up to this number are drawn one by one; more are one with a count."""

FEEDER_KINDS = (
    "grid", "thermal_unit", "generator", "wind_farm", "pv_plant", "storage", "shunt", "motor", "potline", "load"
)  # fmt: skip
"""What hangs on a busbar, in the order of drawing."""

SOURCES = ("grid", "thermal_unit", "generator", "wind_farm", "pv_plant")


Branch = Line | Transformer | EquivalentBranch


@dataclass(frozen=True, kw_only=True)
class Node:
    """A busbar, or the star point of a three-winding transformer (`star`); `x`, `y` where it was placed by hand."""

    id: str
    star: bool
    group: str
    v_nom_kv: float
    label: tuple[str, ...]
    title: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Feeder:
    """What hangs on one busbar: one thing, or many of one kind. `balances` marks where a drawing may begin.

    `label` is its name in each language, `size` its power.
    """

    ids: tuple[str, ...]
    kind: str
    node: str
    label: tuple[str, ...]
    size: str
    title: str
    source: bool
    balances: bool
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """What joins two nodes: `circuits` elements side by side, or one that stands for all `ids` (a bundle).

    `kind` is line, cable, transformer, equivalent, winding (a star's arm) or switch (a coupler). `flows` are the
    elements' branches in a flow table with +1 where their first end is `a`, else -1. `switches_a`, `switches_b` stand
    at its ends, `closed` says of a coupler whether it is.
    """

    ids: tuple[str, ...]
    kind: str
    a: str
    b: str
    flows: tuple[tuple[str, int], ...]
    label: tuple[str, ...]
    title: str
    bundled: bool = False
    closed: bool = True
    switches_a: tuple[Switch, ...] = ()
    switches_b: tuple[Switch, ...] = ()

    @property
    def circuits(self) -> int:
        """How many wires are drawn."""
        return 1 if self.bundled else max(len(self.ids), 1)

    @property
    def transforms(self) -> bool:
        """Whether it is drawn as a two-winding transformer."""
        return self.kind == "transformer"

    @property
    def open_end(self) -> bool:
        """Whether an open switch stands at one of its ends."""
        return not self.closed or any(not s.closed for s in (*self.switches_a, *self.switches_b))


@dataclass(frozen=True, kw_only=True)
class Group:
    """A substation: the frame around its busbars."""

    id: str
    label: tuple[str, ...]
    title: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All parts of a park, in the order of its tables."""

    nodes: dict[str, Node]
    groups: dict[str, Group]
    feeders: tuple[Feeder, ...]
    links: tuple[Link, ...]


def parts_of(park: Park, speech: Speech, *, figures: bool = False) -> Parts:
    """Return the parts of a park (already frozen at a stage), named in the language or in both.

    With `figures` a unit's power is left out of its label, for that of a run will stand there. Raises BadInput for a
    park without buses, and where something stands at a bus or a branch that does not.
    """
    _check(park)
    standing = {b.substation for b in park.buses}
    groups = {
        s.id: Group(id=s.id, label=names_in(s, speech) or (s.id,), title=title_of((s,), speech), x=s.diagram_x,
                    y=s.diagram_y)
        for s in park.substations if s.id in standing
    }  # fmt: skip
    nodes = {
        b.id: Node(
            id=b.id, star=False, group=b.substation if b.substation in groups else "", v_nom_kv=b.v_nom_kv,
            label=names_in(b, speech) or (b.id,), title=title_of((b,), speech), x=b.diagram_x, y=b.diagram_y,
        )
        for b in park.buses
    }  # fmt: skip
    for t in park.transformers3:
        nodes[t.id] = _star(t, nodes, speech)
    return Parts(
        nodes=nodes,
        groups=groups,
        feeders=tuple(_feeders(park, speech, figures)),
        links=tuple(_links(park, nodes, speech)),
    )


ENDS = {
    "line": ("bus_from", "bus_to"), "transformer": ("bus_from", "bus_to"), "equivalent_branch": ("bus_from", "bus_to"),
    "transformer3": ("bus_1", "bus_2", "bus_3"), "switch": ("bus",), **dict.fromkeys(FEEDER_KINDS, ("bus",)),
}  # fmt: skip
"""The columns that name the buses at which a thing stands."""


BUSES_MAX = 600
"""A page with more busbars cannot be read, and takes minutes to lay out."""


def _check(park: Park) -> None:
    buses = {b.id for b in park.buses}
    if len(buses) > BUSES_MAX:
        problem = f"the park has {len(buses)} buses, more than a single-line diagram can show ({BUSES_MAX})"
        raise BadInput(
            [Fault(file="bus.csv", problem=problem, right="draw a part of it as a park of its own, or a map")]
        )
    if not buses:
        right = "give it a bus, or draw a stage at which one stands"
        raise BadInput([Fault(file="bus.csv", problem="the park has no bus, so there is nothing to draw", right=right)])
    right = "draw a stage at which its bus stands, or mend its dates; `holin check` lists all such faults"
    faults = [
        Fault(file=f"{table}.csv", field=end, value=bus, problem=f"{thing.id} stands where no bus does", right=right)
        for table, ends in ENDS.items()
        for thing in getattr(park, ATTRIBUTES[table])
        for end in ends
        if (bus := getattr(thing, end)) not in buses
    ]
    elements = buses | {t.id for table in BRANCHES for t in getattr(park, ATTRIBUTES[table])}
    faults += [
        Fault(file="switch.csv", field="element", value=s.element, problem=f"{s.id} stands at nothing", right=right)
        for s in park.switches
        if s.element not in elements
    ]
    if faults:
        raise BadInput(faults)


BRANCHES = ("line", "transformer", "transformer3", "equivalent_branch")


def _star(t: Transformer3, nodes: dict[str, Node], speech: Speech) -> Node:
    first = nodes[t.bus_1]
    return Node(
        id=t.id, star=True, group=first.group, v_nom_kv=first.v_nom_kv, label=tuple(size_of(t, speech).split(" ")),
        title=title_of((t,), speech), x=t.diagram_x, y=t.diagram_y,
    )  # fmt: skip


def _feeders(park: Park, speech: Speech, figures: bool) -> Iterator[Feeder]:
    for kind in FEEDER_KINDS:
        at_bus: defaultdict[str, list[Thing]] = defaultdict(list)
        for thing in getattr(park, ATTRIBUTES[kind]):
            at_bus[thing.bus].append(thing)
        for bus, things in at_bus.items():
            many = len(things) > FEEDERS_MAX
            for together in [things] if many else [[t] for t in things]:
                yield _feeder(kind, bus, together, speech, sized=not figures or kind not in UNIT_KINDS)


def _feeder(kind: str, bus: str, things: Sequence[Thing], speech: Speech, *, sized: bool) -> Feeder:
    one, many = things[0], len(things) > 1
    label = () if kind == "shunt" else names_in(one, speech)
    return Feeder(
        ids=tuple(t.id for t in things),
        kind=_shunt_kind(one) if kind == "shunt" else kind,
        node=bus,
        label=speech.count(kind, len(things)) if many else label,
        size=size_of(things, speech) if sized else "",
        title=title_of(things, speech),
        source=kind in SOURCES,
        balances=kind == "grid" or bool(getattr(one, "balances", False)),
        x=None if many else one.diagram_x,
        y=None if many else one.diagram_y,
    )


def _shunt_kind(shunt: Thing) -> str:
    kind = str(getattr(shunt, "kind", "capacitor"))
    return "reactor" if kind == "capacitor" and getattr(shunt, "q_nom_mvar", 0.0) < 0 else kind


def _links(park: Park, nodes: dict[str, Node], speech: Speech) -> Iterator[Link]:
    buses = by_id(park.buses)
    at_branch: defaultdict[str, list[Switch]] = defaultdict(list)
    for switch in park.switches:
        if switch.element not in buses:
            at_branch[switch.element].append(switch)
    branches: list[Branch] = [*park.transformers, *park.equivalent_branches, *park.lines]
    for t3 in park.transformers3:
        yield from _windings(t3, at_branch[t3.id])
    for together in _parallel(branches, nodes, at_branch):
        yield _link(together, nodes, at_branch, speech)
    for switch in park.switches:
        if switch.element in buses:
            yield Link(
                ids=(switch.id,), kind="switch", a=switch.bus, b=switch.element, flows=(), label=(),
                title=title_of((switch,), speech), closed=switch.closed,
            )  # fmt: skip


def _windings(t: Transformer3, switches: list[Switch]) -> Iterator[Link]:
    placed: set[str] = set()
    for k, bus in enumerate((t.bus_1, t.bus_2, t.bus_3), start=1):
        here = tuple(s for s in switches if s.id not in placed and (s.bus == bus or k == 3))
        placed |= {s.id for s in here}
        yield Link(
            ids=(), kind="winding", a=bus, b=t.id, flows=((f"{t.id}.{k}", 1),), label=(), title="", switches_a=here
        )


def _parallel(
    branches: Iterable[Branch], nodes: dict[str, Node], at_branch: dict[str, list[Switch]]
) -> list[list[Branch]]:
    """Return the branches with their equals: of one kind between the same buses, and without a switch of their own."""
    found: dict[tuple[object, ...], list[Branch]] = {}
    for branch in branches:
        ends = (branch.bus_from, branch.bus_to)
        own = branch.id if at_branch.get(branch.id) else ""
        key = (drawn_kind(branch, nodes), *(ends if isinstance(branch, Transformer) else sorted(ends)), own)
        found.setdefault(key, []).append(branch)
    return list(found.values())


def drawn_kind(branch: Branch, nodes: dict[str, Node]) -> str:
    """Return as what a branch is drawn; an equivalent branch with a ratio or between two voltages transforms."""
    if isinstance(branch, Line):
        return "cable" if branch.cable else "line"
    if isinstance(branch, EquivalentBranch):
        volts = {nodes[branch.bus_from].v_nom_kv, nodes[branch.bus_to].v_nom_kv}
        plain = branch.ratio == 1.0 and branch.shift_deg == 0.0 and len(volts) == 1
        return "equivalent" if plain else "transformer"
    return "transformer"


def _link(
    branches: Sequence[Branch], nodes: dict[str, Node], at_branch: dict[str, list[Switch]], speech: Speech
) -> Link:
    one = branches[0]
    switches = [s for b in branches for s in at_branch.get(b.id, ())]
    at_a = tuple(s for s in switches if s.bus != one.bus_to or one.bus_from == one.bus_to)
    return Link(
        ids=tuple(b.id for b in branches),
        kind=drawn_kind(one, nodes),
        a=one.bus_from,
        b=one.bus_to,
        flows=tuple((b.id, 1 if b.bus_from == one.bus_from else -1) for b in branches),
        label=_link_label(branches, speech),
        title=title_of(branches, speech),
        bundled=len(branches) > SIDE_BY_SIDE,
        switches_a=at_a,
        switches_b=tuple(s for s in switches if s not in at_a),
    )


def _link_label(branches: Sequence[Branch], speech: Speech) -> tuple[str, ...]:
    """Return what is written beside a link: rating and number of transformers, number and length of circuits."""
    sizes = Counter(size_of(b, speech) for b in branches)
    if set(sizes) == {""}:
        return (f"{len(branches)}×",) if len(branches) > SIDE_BY_SIDE else ()
    written = "+".join(f"{n}×{s.split(' ')[0]}" if n > 1 else s.split(" ")[0] for s, n in sizes.items())
    unit = next((s.partition(" ")[2] for s in sizes if " " in s), "")
    return (written, unit) if isinstance(branches[0], Transformer | EquivalentBranch) else (f"{written} {unit}",)
