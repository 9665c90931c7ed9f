"""What is made of a PyPSA network on the way to a park."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holin.formats.building import Building
from holin.formats.ids import clean_name
from holin.formats.pypsa.network import Network
from holin.formats.records import Record
from holin.park import Bus, Series

HOUR = np.timedelta64(1, "h")


@dataclass(kw_only=True)
class Making(Building):
    """The buses of AC by their names, the names of others, and the network itself."""

    network: Network
    buses: dict[str, Bus] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    carbon: dict[str, float] = field(default_factory=dict)
    has_hours: bool = False

    def id_of(self, record: Record, kind: str) -> str:
        """Return the id of a component: its name, as far as an id may be it."""
        return self.ids.new(record.text("name"), kind)

    def name_of(self, record: Record, id_: str) -> str:
        """Return the name of a component where its id does not say it."""
        name = clean_name(record.text("name"))
        return "" if name == id_ else name

    def known_bus(self, record: Record, column: str) -> bool:
        """Name a bus that does not exist."""
        name = record.text(column)
        if record.has(column) and name not in self.buses and name not in self.others:
            record.fault(column, "there is no such bus", "name a bus of buses")
            return False
        return record.has(column)

    def bus_of(self, record: Record, id_: str, kind: str) -> Bus | None:
        """Return a component's bus; None, and named, where it is out of service or at a bus that is not of AC."""
        if not self.known_bus(record, "bus"):
            return None
        bus = self.buses.get(record.text("bus"))
        if bus is None:
            self.left_out.name(f"components at buses that are not of AC are left out: {kind}", id_)
        elif not record.flag("active", True):
            self.left_out.name(f"components that are not active are left out: {kind}", id_)
            return None
        return bus

    def ends(self, record: Record, id_: str, kind: str) -> tuple[Bus, Bus] | None:
        """Return both buses of a branch; one that is not active is open at both ends."""
        if not (self.known_bus(record, "bus0") & self.known_bus(record, "bus1")):
            return None
        first, second = self.buses.get(record.text("bus0")), self.buses.get(record.text("bus1"))
        if first is None or second is None:
            self.left_out.name(f"components at buses that are not of AC are left out: {kind}", id_)
            return None
        if not record.flag("active", True):
            for bus in {first.id: None, second.id: None}:
                self.open_end(id_, bus)
        return first, second

    def values(self, table: str, attribute: str, record: Record) -> NDArray[np.float64] | None:
        """Return a component's series of an attribute, None where it has none."""
        return self.network.series.get((table, attribute), {}).get(record.text("name"))

    def first(self, table: str, attribute: str, record: Record, default: float) -> float:
        """Return the value in the first snapshot: of the series, else the static one."""
        series = self.values(table, attribute, record)
        if series is None or not len(series):
            return float(record.number(attribute, default))
        if len(set(series.tolist())) > 1:
            self.left_out.name(f"of series only the first snapshot stands: {table}.{attribute}", record.text("name"))
        value = float(series[0])
        if math.isinf(value):
            record.fault(attribute, "its series has a value without end", "write finite numbers")
        return default if not math.isfinite(value) else value

    def series(self, id_: str, values: NDArray[np.float64]) -> str:
        """Add a series in p.u. and return its id; only where `has_hours`."""
        assert self.network.snapshots is not None
        own = self.ids.new(f"{id_}-series", "series")
        time = self.network.snapshots.to_numpy().astype("datetime64[ns]")
        self.add("series", Series(id=own, file="series/snapshots.csv", header=own, time=time, values=values))
        return own

    def takes(self, values: NDArray[np.float64], highest: float) -> bool:
        """Whether a park can hold a series: hourly, finite, between 0 and `highest`."""
        fine = bool(np.isfinite(values).all()) and values.min() >= 0 and values.max() <= highest
        return self.has_hours and fine


def has_hours(network: Network) -> bool:
    """Whether the snapshots are more than one, an hour apart each, at whole hours."""
    times = network.snapshots
    if times is None or len(times) < 2:
        return False
    steps = np.diff(times.to_numpy())
    return bool((steps == HOUR).all()) and times[0] == times[0].floor("h")
