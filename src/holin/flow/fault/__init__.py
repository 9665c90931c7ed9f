"""Short circuit after IEC 60909-0:2016: 3-phase, 2-phase and 1-phase currents, their sources, breaker ratings."""

from holin.flow.fault.contributions import Contribution, Ohm
from holin.flow.fault.currents import FaultKind
from holin.flow.fault.schedule import WorstShortCircuit, fault_over
from holin.flow.fault.study import FaultCase, ShortCircuit, fault, known, out_at, worst

__all__ = [
    "Contribution",
    "FaultCase",
    "FaultKind",
    "Ohm",
    "ShortCircuit",
    "WorstShortCircuit",
    "fault",
    "fault_over",
    "known",
    "out_at",
    "worst",
]
