"""Energy from source to user: proportional sharing on solved flows, storage followed back to its sources."""

from holin.trace.sharing import Exchange, Shares, downstream, shared

__all__ = ["Exchange", "Shares", "downstream", "shared"]
