"""What somebody wants to connect, where and when, and everything that is wrong with it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite

from holin.errors import ARGUMENT, Fault
from holin.park import LoadShape, Park

YEARS_BEYOND = 10
"""So many years after its last stage a park is still taken to say something of the future."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Powers (MW) of a load, a wind farm, a PV plant (AC) and a storage to be connected at `place` on `day`; 0: none.

    `place` is the id or name of a bus or substation. `storage_h` is the energy of the storage over its power.
    """

    place: str
    day: date
    load_mw: float = 0.0
    wind_mw: float = 0.0
    solar_mw: float = 0.0
    storage_mw: float = 0.0
    storage_h: float = 4.0
    shape: LoadShape = LoadShape.THREE_SHIFT
    power_factor: float = 0.95

    @property
    def power_mw(self) -> float:
        """The largest power that can flow either way: what the point of connection is sized for."""
        return max(self.load_mw + self.storage_mw, self.wind_mw + self.solar_mw + self.storage_mw)

    @property
    def converter_mw(self) -> float:
        """What is connected through converters."""
        return self.wind_mw + self.solar_mw + self.storage_mw


POWERS = ("load_mw", "wind_mw", "solar_mw", "storage_mw")


def faults_of_request(park: Park, request: Request) -> list[Fault]:
    """Return every fault of the arguments of a request, the place apart; `[]` is good."""
    powers = {name: float(getattr(request, name)) for name in POWERS}
    faults = [
        _fault(name, f"{mw:g}", "is not a power", "give MW, 0 or more")
        for name, mw in powers.items()
        if not (isfinite(mw) and mw >= 0)
    ]
    if not faults and not any(powers.values()):
        faults.append(
            _fault("load_mw", "0", "nothing is to be connected", "give the MW of a load, wind, PV or storage")
        )
    if not (isfinite(request.storage_h) and request.storage_h > 0):
        faults.append(_fault("storage_h", f"{request.storage_h:g}", "is not a duration", "give hours above 0"))
    if not 0.5 <= request.power_factor <= 1:
        right = "give cos phi from 0.5 to 1"
        faults.append(_fault("power_factor", f"{request.power_factor:g}", "is not that of a load", right))
    first, last = reach_of(park)
    if not first <= request.day <= last:
        right = f"give a day from {first} to {last}"
        faults.append(_fault("day", f"{request.day}", "is out of the reach of the park's stages", right))
    return faults


def reach_of(park: Park) -> tuple[date, date]:
    """Return the first and the last day for which the park can be asked."""
    days = sorted(stage.as_of for stage in park.stages)
    return date(days[0].year, 1, 1), date(days[-1].year + YEARS_BEYOND, 12, 31)


def _fault(field: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file=ARGUMENT, field=field, value=value, problem=problem, right=right)
