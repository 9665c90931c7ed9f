"""What is made of a SimBench folder on the way to a park."""

from __future__ import annotations

from dataclasses import dataclass, field

from holin.formats.building import Building
from holin.formats.ids import clean_name
from holin.formats.nodes import grouped
from holin.formats.records import Record
from holin.formats.simbench.profiles import Profiles, share
from holin.formats.simbench.tables import PROFILES, Tables, behind_switches, rows
from holin.park import Bus, Series


@dataclass(kw_only=True)
class Making(Building):
    """The nodes of a folder by their ids, the voltages that are set there, its profiles, what stands behind switches.

    `inner` are auxiliary nodes that are no buses, with the node behind their switch; `at_end` are those, with the
    branch that ends there.
    """

    tables_read: Tables
    profiles: dict[str, Profiles] = field(default_factory=dict)
    zone: str = "UTC"
    buses: dict[str, Bus] = field(default_factory=dict)
    v_set: dict[str, float] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    substations: dict[str, str] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    at_end: dict[str, str] = field(default_factory=dict)
    _joined: dict[str, str] = field(default_factory=dict)
    _series: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inner = behind_switches(self.tables_read)

    def id_of(self, record: Record, kind: str) -> str:
        """Return the id of an element: its own, as far as a park may hold it."""
        return self.ids.new(record.text("id"), kind)

    def name_of(self, record: Record, id_: str) -> str:
        """Return the name of an element where its id does not say it."""
        name = clean_name(record.text("id"))
        return "" if name == id_ else name

    def bus(self, record: Record, column: str) -> Bus:
        """Return the bus of the node that a column names."""
        bus = record.one_of(column, self.buses, "node")
        return bus if bus is not None else Bus(id="?", v_nom_kv=1.0)

    def end(self, record: Record, column: str, branch: str) -> Bus:
        """Return the bus at which a branch ends: that of its node, or the one behind the switch there."""
        name = record.text(column, "")
        if name not in self.inner:
            return self.bus(record, column)
        self.at_end[name] = branch
        return self.buses[self.inner[name]]

    def set_point(self, record: Record, column: str = "node") -> float | None:
        """Return the voltage that is set at a node, a fault where it is no voltage to hold."""
        return self._set_at(record, column, record.text(column, ""))

    def set_point_behind(self, record: Record, column: str) -> float | None:
        """Return the voltage that is set at a node, or at the nodes that closed switches join to it, if it is one."""
        name = record.text(column, "")
        if name in self.v_set:
            return self._set_at(record, column, name)
        if not self._joined:
            names = [r.text("id") for r in rows(self.tables_read, "Node")]
            closed = [r for r in rows(self.tables_read, "Switch") if r.flag("cond", False)]
            pairs = ((r.text("nodeA", ""), r.text("nodeB", "")) for r in closed)
            known = set(names)
            self._joined = grouped(names, [p for p in pairs if known.issuperset(p)])
        near = [n for n in self.v_set if self._joined.get(n) == self._joined.get(name)]
        self.held.update(near if len({self.v_set[n] for n in near}) == 1 else ())
        return self._set_at(record, column, near[0]) if len({self.v_set[n] for n in near}) == 1 else None

    def _set_at(self, record: Record, column: str, name: str) -> float | None:
        self.held.add(name)
        v = self.v_set.get(name)
        if v is not None and not 0.8 < v < 1.2:
            record.fault(column, f"its node has vmSetp = {v:g}", "a voltage between 0.8 and 1.2 p.u.")
            return 1.0
        return v

    def series_of(self, table: str, profile: str, column: str) -> str | None:
        """Return the id of the series of a profile; None where the folder has it not, or no park holds it."""
        key = (PROFILES[table], column)
        if key not in self._series:
            self._series[key] = self._new_series(PROFILES[table], profile, column)
        return self._series[key]

    def _new_series(self, table: str, profile: str, column: str) -> str | None:
        profiles = self.profiles.get(table)
        if profiles is None or column not in profiles.values:
            return None
        values = share(profiles.values[column])
        if values is None:
            sentence = "profiles that no park holds (gaps, values below 0 or above 1.2) are left out"
            self.left_out.name(sentence, f"{table}.{column}")
            return None
        if profiles.values[column].min() < 0:
            self.left_out.name("values just below 0 are 0 in profiles", f"{table}.{column}")
        id_ = self.ids.new(profile, "profile")
        file = f"series/{table}.parquet"
        self.add("series", Series(id=id_, file=file, header=id_, time=profiles.time, values=values))
        return id_
