"""The grid room: AC power flow of schedules, losses, linear sensitivities, overloads and N-1."""

from holin.flow.after import flow_after, voltage_sensitivity
from holin.flow.branches import Branches, branches_of
from holin.flow.converged import must_converge
from holin.flow.dc_branches import DcBranches, dc_branches
from holin.flow.estimate import (
    Contradictions,
    Cure,
    Observability,
    contradictions,
    estimate,
    estimate_summary,
    measured_flow,
    observability,
)
from holin.flow.fault import Contribution, FaultCase, FaultKind, ShortCircuit, WorstShortCircuit, fault, fault_over
from holin.flow.headroom import headroom_mw, overloaded_by_reactive
from holin.flow.hosting import Hosting, hosting
from holin.flow.hours import flow, outage_hours
from holin.flow.islands import Island, balancing_mva, islands, lost_load_mw
from holin.flow.linear import DcModel, DcNetwork, dc_network
from holin.flow.losses import branch_loss_mw, losses_by_bus, network_loss_mw, shunt_mw
from holin.flow.n1 import N1, OutageKind, n1
from holin.flow.network import Network, network_of
from holin.flow.security import Overload, StaticCheck, overloads, static_check
from holin.flow.setpoints import setpoints
from holin.flow.snapshot import snapshot
from holin.flow.spread import FlowSpread, flow_spread
from holin.flow.violations import Violation, ViolationKind
from holin.flow.why import Reason, ReasonKind, why_not

__all__ = [
    "N1",
    "Branches",
    "Contradictions",
    "Contribution",
    "Cure",
    "DcBranches",
    "DcModel",
    "DcNetwork",
    "FaultCase",
    "FaultKind",
    "FlowSpread",
    "Hosting",
    "Island",
    "Network",
    "Observability",
    "OutageKind",
    "Overload",
    "Reason",
    "ReasonKind",
    "ShortCircuit",
    "StaticCheck",
    "Violation",
    "ViolationKind",
    "WorstShortCircuit",
    "balancing_mva",
    "branch_loss_mw",
    "branches_of",
    "contradictions",
    "dc_branches",
    "dc_network",
    "estimate",
    "estimate_summary",
    "fault",
    "fault_over",
    "flow",
    "flow_after",
    "flow_spread",
    "headroom_mw",
    "hosting",
    "islands",
    "losses_by_bus",
    "lost_load_mw",
    "measured_flow",
    "must_converge",
    "n1",
    "network_loss_mw",
    "network_of",
    "observability",
    "outage_hours",
    "overloaded_by_reactive",
    "overloads",
    "setpoints",
    "shunt_mw",
    "snapshot",
    "static_check",
    "voltage_sensitivity",
    "why_not",
]
