"""The paths through the house: short functions that hand tables from room to room."""

from holin.twin.ahead import Horizon, Outlook, Planned, outlook_of, planned, window_of
from holin.twin.exchange import Brought, bring, export
from holin.twin.expectation import Expectation, expectation_of
from holin.twin.history import known_history
from holin.twin.replay import Replay, replay, replay_figures
from holin.twin.run import Result, Settled, run, saved, settled
from holin.twin.schedule import Scheduled, scheduled

__all__ = [
    "Brought",
    "Expectation",
    "Horizon",
    "Outlook",
    "Planned",
    "Replay",
    "Result",
    "Scheduled",
    "Settled",
    "bring",
    "expectation_of",
    "export",
    "known_history",
    "outlook_of",
    "planned",
    "replay",
    "replay_figures",
    "run",
    "saved",
    "scheduled",
    "settled",
    "window_of",
]
