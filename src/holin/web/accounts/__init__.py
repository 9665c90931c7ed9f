"""Accounts over HTTP: the gate before all routes, logging in and out, and what administrators and auditors do."""

from holin.web.accounts import administration, session
from holin.web.accounts.entrance import Entrance, gated_visitor
from holin.web.accounts.gate import Gate, accesses_of, public_of

ROUTERS = (session.router, administration.router)

__all__ = ["ROUTERS", "Entrance", "Gate", "accesses_of", "gated_visitor", "public_of"]
