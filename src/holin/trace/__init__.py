"""Energy from source to user: proportional sharing on solved flows, storage followed back to its sources."""

from holin.trace.sharing import Exchange, Groups, Shares, downstream, shared
from holin.trace.tracing import trace
from holin.trace.vintage import vintages

__all__ = ["Exchange", "Groups", "Shares", "downstream", "shared", "trace", "vintages"]
