"""Energy from source to user: proportional sharing on solved flows, storage followed back to its sources."""

from holin.trace.daily import DailyEnds, ends_by_day
from holin.trace.sharing import Exchange, Groups, Shares, downstream, shared
from holin.trace.through import green_through
from holin.trace.tracing import trace
from holin.trace.views import account, balance, deliveries, followed, months_of
from holin.trace.vintage import vintages

__all__ = [
    "DailyEnds",
    "Exchange",
    "Groups",
    "Shares",
    "account",
    "balance",
    "deliveries",
    "downstream",
    "ends_by_day",
    "followed",
    "green_through",
    "months_of",
    "shared",
    "trace",
    "vintages",
]
