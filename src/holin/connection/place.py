"""Which bus is meant: a bus by id or name, or those of a substation that suit the size."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from holin.connection.assumed import largest_mw
from holin.connection.request import Request, faults_of_request
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Bus, Park


@dataclass(frozen=True, kw_only=True)
class Place:
    """The buses that a word means; `fitting` are those at the lowest voltage that suits the size."""

    asked: str
    substation: str
    buses: tuple[Bus, ...]
    fitting: tuple[Bus, ...]


def place_asked(whole: Park, park: Park, request: Request) -> Place:
    """Return the place of a request in the park as it stands on its day.

    Raises BadInput with every fault of the request and of the place at once.
    """
    faults = faults_of_request(whole, request)
    try:
        place = place_of(park, request.place, request.power_mw)
    except BadInput as error:
        raise BadInput([*faults, *error.faults]) from error
    if faults:
        raise BadInput(faults)
    return place


def place_of(park: Park, word: str, size_mw: float) -> Place:
    """Return the buses that `word` means: the bus of this id or name, else those of the substation of it.

    Of a substation the buses at the lowest voltage whose usual size is not below `size_mw` are `fitting`; at the
    highest where none is. A generator's own bus and a rectifier's are not offered beside others. Raises BadInput with
    near matches for a word that means nothing in the park at this date.
    """
    for bus in park.buses:
        if word in _names(bus):
            return Place(asked=word, substation=bus.substation or "", buses=(bus,), fitting=(bus,))
    stations = [s.id for s in park.substations if word in _names(s)]
    buses = tuple(b for b in park.buses if b.substation in stations)
    if not buses:
        raise BadInput([_unknown(park, word)])
    own = own_buses(park)
    open_ = tuple(b for b in buses if b.id not in own) or buses
    fits = [b.v_nom_kv for b in open_ if largest_mw(b.v_nom_kv) >= size_mw]
    kv = min(fits, default=max(b.v_nom_kv for b in open_))
    return Place(
        asked=word, substation=stations[0], buses=open_, fitting=tuple(b for b in open_ if b.v_nom_kv == kv)
    )  # fmt: skip


def own_buses(park: Park) -> set[str]:
    """Return the buses of generators and rectifiers, at which nobody else is connected."""
    machines = {u.bus for u in park.thermal_units} | {u.bus for u in park.generators}
    return machines | {u.bus for u in park.potlines}


def _names(thing: object) -> set[str]:
    return {getattr(thing, field) for field in ("id", "name", "name_zh")} - {""}


def _unknown(park: Park, word: str) -> Fault:
    known = [t.id for t in (*park.substations, *park.buses)]
    folded = {k.casefold(): k for k in known}
    near = [folded[k] for k in get_close_matches(word.casefold(), folded, n=4, cutoff=0.5)]
    near += [k for k in known if word.casefold() in k.casefold() and k not in near]
    some = ", ".join(near[:4] or known[:4])
    problem = "no bus or substation of this id or name stands at that date"
    return Fault(file=ARGUMENT, field="place", value=word, problem=problem, right=f"such as {some}")
