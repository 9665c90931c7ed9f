"""The paths through the house: short functions that hand tables from room to room."""

from holin.twin.run import Result, Settled, run, saved, settled

__all__ = ["Result", "Settled", "run", "saved", "settled"]
