"""The grid room: AC power flow of schedules, losses, linear sensitivities, overloads and N-1."""

from holin.flow.branches import Branches, branches_of
from holin.flow.hours import flow, outage_hours
from holin.flow.network import Network, network_of

__all__ = ["Branches", "Network", "branches_of", "flow", "network_of", "outage_hours"]
