"""Who may read and change what: every route under /api says so in its `dependencies`, once, and one enforces it.

Without accounts there is one visitor, who may read all (`LOCAL`). An app that knows its users gives another
`visitor_of`; the routes stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request

from holin.web.problems import HttpProblem


class Role(StrEnum):
    """What a person is here for."""

    VIEWER = "viewer"
    ENTERPRISE = "enterprise"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    ADMIN = "admin"


EVERYONE = frozenset(Role)
STAFF = frozenset({Role.ENGINEER, Role.AUDITOR, Role.ADMIN})
"""Those who see every enterprise's figures."""

PLANNERS = frozenset({Role.ENGINEER, Role.ADMIN})
"""Those who may have things worked out: a run, a study, a plan."""

OWN_OR_STAFF = STAFF | {Role.ENTERPRISE}


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks; `enterprise` is the id of the one that a visitor of the role `enterprise` belongs to."""

    role: Role
    enterprise: str = ""

    @property
    def sees_all(self) -> bool:
        """Whether the figures of every enterprise may be shown."""
        return self.role in STAFF

    def sees(self, enterprise: str) -> bool:
        """Whether figures of an enterprise ("" for those that belong to none) may be shown."""
        return self.sees_all or not enterprise or (self.role is Role.ENTERPRISE and enterprise == self.enterprise)

    @property
    def scope(self) -> str:
        """What is seen, as a word: two visitors with the same may be given the same answer."""
        if self.sees_all:
            return "all"
        return f"own {self.enterprise}" if self.role is Role.ENTERPRISE else "park"


LOCAL = Visitor(role=Role.ADMIN)
"""The one visitor of a server without accounts, which listens on the machine itself."""


def local_visitor(request: Request) -> Visitor:
    """Return who asks where nobody has an account."""
    return LOCAL


def visitor_of(request: Request) -> Visitor:
    """Return who asks, by the app's own way to tell."""
    found: Visitor = request.app.state.visitor_of(request)
    return found


Asking = Annotated[Visitor, Depends(visitor_of)]
"""The visitor, as an argument of a route."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """The roles that may read a route; `own` names the path parameter that must be the visitor's own enterprise."""

    roles: frozenset[Role]
    own: str = ""

    def __call__(self, request: Request, visitor: Asking) -> None:
        """Refuse the visitor with 403 where the route is not for them."""
        if visitor.role not in self.roles or not visitor.sees(request.path_params.get(self.own, "")):
            raise HttpProblem(403, "forbidden", f"the role {visitor.role} may not read this")


def read_by(roles: Iterable[Role], *, own: str = "") -> dict[str, Any]:
    """Return what a route gets as keyword arguments: who may read it, enforced, and named in the API's description."""
    access = Access(roles=frozenset(roles), own=own)
    named = [role.value for role in Role if role in access.roles]
    return {"dependencies": [Depends(access)], "openapi_extra": {"x-access": {"roles": named, "own": own or None}}}


@dataclass(frozen=True, kw_only=True)
class Changing(Access):
    """The roles that may change something by a route, asked for by this server's own page or by a program.

    A page of another site cannot send JSON here without asking first, which nothing answers; and what a browser says of
    the page that asks is held against the name that it asks for.
    """

    def __call__(self, request: Request, visitor: Asking) -> None:
        """Refuse the visitor with 403, and what is no JSON with 415."""
        super().__call__(request, visitor)
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
        own = origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()
        if not own or site not in ("same-origin", "none"):
            raise HttpProblem(403, "forbidden", "only the page of this server may change something here")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and kind != "application/json":
            raise HttpProblem(415, "no-json", "send application/json")


def changed_by(roles: Iterable[Role]) -> dict[str, Any]:
    """Return what a route that changes something gets as keyword arguments, as `read_by` for one that is read."""
    access = Changing(roles=frozenset(roles))
    named = [role.value for role in Role if role in access.roles]
    return {"dependencies": [Depends(access)], "openapi_extra": {"x-access": {"roles": named, "own": None}}}
