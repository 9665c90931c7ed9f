"""The connection study: can it connect, what must be built, at what price, how green, who else is affected."""

from holin.connection.added import Added, with_new
from holin.connection.assumed import Assumed, bay_cost
from holin.connection.changes import Change, Grown, changes, supply_lost
from holin.connection.circuits import (
    BusCurrent,
    Strength,
    beyond_breakers,
    bus_currents,
    largest,
    strength,
    stronger_breakers,
)
from holin.connection.figures import figures_of
from holin.connection.grid import Checked, all_of, checked, cure, harmful, tripped, worst_of
from holin.connection.headroom import Headroom, headroom
from holin.connection.hours import hours_of_changes, worst_hours
from holin.connection.measures import Measure, MeasureKind, reinforced
from holin.connection.place import Place, place_asked, place_of
from holin.connection.pushed import pushed, silent
from holin.connection.request import Request, faults_of_request
from holin.connection.sites import moved, other_sites
from holin.connection.study import Answer, Choice, Flexible, Operated, Study, Works, held_back, shed_mwh, wish_mwh
from holin.connection.weeks import typical_weeks

__all__ = [
    "Added",
    "Answer",
    "Assumed",
    "BusCurrent",
    "Change",
    "Checked",
    "Choice",
    "Flexible",
    "Grown",
    "Headroom",
    "Measure",
    "MeasureKind",
    "Operated",
    "Place",
    "Request",
    "Strength",
    "Study",
    "Works",
    "all_of",
    "bay_cost",
    "beyond_breakers",
    "bus_currents",
    "changes",
    "checked",
    "cure",
    "faults_of_request",
    "figures_of",
    "harmful",
    "headroom",
    "held_back",
    "hours_of_changes",
    "largest",
    "moved",
    "other_sites",
    "place_asked",
    "place_of",
    "pushed",
    "reinforced",
    "shed_mwh",
    "silent",
    "strength",
    "stronger_breakers",
    "supply_lost",
    "tripped",
    "typical_weeks",
    "wish_mwh",
    "with_new",
    "worst_hours",
    "worst_of",
]
