"""A park in the making: what every reader collects on its way through a file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from holin.formats.admittances import of_loop, of_open_branch
from holin.formats.assumed import Assumed
from holin.formats.ids import Ids
from holin.formats.imported import Imported, LeftOut
from holin.formats.surroundings import park_around, users, without_unfed
from holin.park import (
    Bus,
    Enterprise,
    EquivalentBranch,
    Generator,
    Load,
    LoadShape,
    Shunt,
    Switch,
    Transformer,
    Transformer3,
)
from holin.park.equivalents import line_pi, transformer_pi


@dataclass(kw_only=True)
class Building:
    """Tables of a park by its attributes, the ids given, and what is left out or assumed."""

    ids: Ids
    left_out: LeftOut
    assumed: Assumed
    enterprise: Enterprise
    tables: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, table: str, thing: Any) -> None:
        """Add a thing to an attribute of the park."""
        self.tables.setdefault(table, []).append(thing)

    def open_end(self, branch: str, bus: str) -> None:
        """Open one end of a branch."""
        id_ = self.ids.new(f"{branch}-at-{bus}", "switch")
        self.add("switches", Switch(id=id_, bus=bus, element=branch, closed=False))

    def add_transformer3(self, made: Transformer3 | tuple[Bus, tuple[EquivalentBranch, ...]]) -> None:
        """Add a three-winding transformer, or its inner bus and branches; open ends of it become those of these."""
        if isinstance(made, Transformer3):
            return self.add("transformers3", made)
        self.add("buses", made[0])
        at = {branch.bus_from: branch.id for branch in made[1]}
        whole = made[0].id.removesuffix(".star")
        switches = self.tables.get("switches", [])
        switches[:] = [dataclasses.replace(s, element=at[s.bus]) if s.element == whole else s for s in switches]
        for branch in made[1]:
            self.add("equivalent_branches", branch)
        return None

    def add_power(
        self, id_: str, bus: str, p_mw: float, q_mvar: float, *, name: str = "", z: float = 0.0, i: float = 0.0
    ) -> None:
        """Add a load of the power taken, or where it is below 0 a generator of that fixed power."""
        if p_mw < 0:
            if z or i:
                self.left_out.name("what gives power by its voltage became generators of constant power", id_)
            fixed = Generator(id=id_, name=name, bus=bus, p_nom_mw=-p_mw, p_min_mw=-p_mw, p_mw=-p_mw, q_mvar=-q_mvar)
            return self.add("generators", fixed)
        return self.add(
            "loads",
            Load(
                id=id_, name=name, bus=bus, enterprise=self.enterprise.id, load_mw=p_mw + 0.0, q_mvar=q_mvar + 0.0,
                load_factor=1.0, shape=LoadShape.FLAT, z_share=z, i_share=i,
            ),
        )  # fmt: skip

    def without_loops(self) -> None:
        """A branch from a bus to itself is none of a park: what it leads to earth is a shunt."""
        v_nom = {b.id: b.v_nom_kv for b in self.tables.get("buses", [])}
        for table in ("lines", "transformers", "equivalent_branches"):
            things = self.tables.get(table, [])
            for thing in [t for t in things if t.bus_from == t.bus_to]:
                things.remove(thing)
                pi = _pi(thing, table, v_nom[thing.bus_from])
                switches = self.tables.get("switches", [])
                opened = sum(s.element == thing.id for s in switches)
                switches[:] = [s for s in switches if s.element != thing.id]
                y = 0j if opened > 1 else of_open_branch(pi, at_from=True) if opened else of_loop(pi)
                self.left_out.name("branches from a bus to itself became shunts", thing.id)
                if y:
                    self.add("shunts", Shunt(id=thing.id, bus=thing.bus_from, q_nom_mvar=y.imag, p_nom_mw=y.real))

    def imported(self, *, name: str, origin: str, **facts: Any) -> Imported:
        """Return the park with all that was collected."""
        tables: dict[str, Any] = {attribute: tuple(things) for attribute, things in self.tables.items()}
        if any(x.enterprise == self.enterprise.id for x in tables.get("loads", ())):
            tables["enterprises"] = (*tables.get("enterprises", ()), self.enterprise)
        park = park_around(
            name=name, origin=origin, ids=self.ids, emission_factors=self.assumed.emission_factors,
            provenance=self.assumed.provenance, **facts, **tables,
        )  # fmt: skip
        return Imported(park=without_unfed(park, self.left_out), left_out=self.left_out.sentences())


def building() -> dict[str, Any]:
    """Return what every building begins with."""
    ids, left_out = Ids(), LeftOut()
    return {"ids": ids, "left_out": left_out, "assumed": Assumed(ids, left_out), "enterprise": users(ids)}


def _pi(thing: Any, table: str, v_nom_kv: float) -> EquivalentBranch:
    if table == "lines":
        return line_pi(thing, v_nom_kv)
    pi: EquivalentBranch = transformer_pi(thing, v_nom_kv, v_nom_kv) if isinstance(thing, Transformer) else thing
    return pi
