"""The paths through the house: short functions that hand tables from room to room."""

from holin.twin.exchange import Brought, bring, export
from holin.twin.history import known_history
from holin.twin.run import Result, Settled, run, saved, settled
from holin.twin.schedule import Scheduled, scheduled

__all__ = [
    "Brought",
    "Result",
    "Scheduled",
    "Settled",
    "bring",
    "export",
    "known_history",
    "run",
    "saved",
    "scheduled",
    "settled",
]
