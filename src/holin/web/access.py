"""Who may read or change what: every route under /api says so once, in its `dependencies`, and one of them enforces it.

| a route says | who is let in |
|---|---|
| `read_by(EVERYONE)` | whoever has an account; of enterprises each sees what `Visitor.sees`, which the route asks |
| `read_by(STAFF)` | engineers, auditors, admins: those who see every enterprise's figures |
| `read_by(OWN_OR_STAFF, own="enterprise")` | staff, and the enterprise that the path's {enterprise} names |
| `read_by(..., log="downloaded")` | as before, and who took it away is written into the log |
| `read_by_anyone()` | also who has no account: what a QR code on a paper leads to, and the door itself |
| `changed_by(PLANNERS)` | engineers and admins, by this server's own page or by a program; written into the log |
| `changed_by(ADMINS)` | admins only |
| `changed_of_oneself()` | everyone who has an account, for nothing but that account |
| `entered_by_anyone()` | who has no account (yet): logging in, taking an invitation |

Auditors, viewers and enterprises change nothing: `changed_by` refuses to be given them. An enterprise belongs to one
park: in runs of another it sees what a viewer sees. Without accounts there is one visitor, who may do all (`LOCAL`).
Before a route is even looked for, `holin.web.accounts.Gate` has turned away who has no account (but where a route is
for anyone), and whatever another site's page would change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request

from holin.accounts import Role
from holin.web.problems import HttpProblem

EVERYONE = frozenset(Role)
STAFF = frozenset({Role.ENGINEER, Role.AUDITOR, Role.ADMIN})
"""Those who see every enterprise's figures."""

PLANNERS = frozenset({Role.ENGINEER, Role.ADMIN})
"""Those who may have things worked out: a run, a study, a plan."""

OWN_OR_STAFF = STAFF | {Role.ENTERPRISE}

OVERSEERS = frozenset({Role.AUDITOR, Role.ADMIN})
"""Those who see who has an account, and what was done."""

ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks; `enterprise` is the id of the one that a visitor of the role `enterprise` belongs to, in `park`.

    `role` is None where nobody has logged in. `park` is "" where the id alone tells.
    """

    role: Role | None
    enterprise: str = ""
    park: str = ""
    name: str = ""

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

NOBODY = Visitor(role=None)
"""Who has not logged in."""


def local_visitor(request: Request) -> Visitor:
    """Return who asks where nobody has an account."""
    return LOCAL


def visitor_of(request: Request) -> Visitor:
    """Return who asks, by the app's own way to tell; an enterprise is nobody's in a park that is not its own."""
    found: Visitor = request.app.state.visitor_of(request)
    if not found.park or _park_asked_for(request) == found.park:
        return found
    return replace(found, enterprise="")


def _park_asked_for(request: Request) -> str | None:
    """Return the park's own id that a path is about, None where it is about none."""
    library, asked = request.app.state.library, request.path_params
    try:
        if "run" in asked:
            park = library.run(asked["run"]).park
        elif "park" in asked:
            park = library.park(asked["park"]).park
        else:
            return None
    except HttpProblem:
        return None  # the route says why
    return str(park.facts.id) if park is not None else None


Asking = Annotated[Visitor, Depends(visitor_of)]
"""The visitor, as an argument of a route."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """The roles that may read a route; `own` names the path parameter that must be the visitor's own enterprise.

    `public`: who has no account is let in too. `log` is the event as which a request stands in the log of accounts.
    """

    roles: frozenset[Role]
    own: str = ""
    public: bool = False
    log: str = ""

    def __call__(self, request: Request, visitor: Asking) -> None:
        """Refuse the visitor with 401 where an account is needed, and with 403 where the route is not for them."""
        request.state.event = self.log
        if self.public:
            return
        if visitor.role is None:
            raise HttpProblem(401, "log-in", "log in first")
        if visitor.role not in self.roles or not visitor.sees(request.path_params.get(self.own, "")):
            raise HttpProblem(403, "forbidden", f"the role {visitor.role} may not {self.verb} this")

    @property
    def verb(self) -> str:
        """What the visitor wants to do."""
        return "read"

    def told(self) -> dict[str, Any]:
        """Return what a route gets as keyword arguments: itself, enforced, and named in the API's description."""
        named = [role.value for role in Role if role in self.roles]
        said = {"roles": named, "own": self.own or None, "public": self.public}
        return {"dependencies": [Depends(self)], "openapi_extra": {"x-access": said}}


class Changing(Access):
    """The roles that may change something by a route. What is sent is JSON, which no form of another site can send."""

    def __call__(self, request: Request, visitor: Asking) -> None:
        """Refuse the visitor with 401 or 403, and what is no JSON with 415."""
        super().__call__(request, visitor)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method in ("POST", "PUT", "PATCH") and kind != "application/json":
            raise HttpProblem(415, "no-json", "send application/json")

    @property
    def verb(self) -> str:
        """What the visitor wants to do."""
        return "change"


def read_by(roles: Iterable[Role], *, own: str = "", log: str = "") -> dict[str, Any]:
    """Return what a route gets as keyword arguments that these roles may read; `log="downloaded"` for files."""
    return Access(roles=frozenset(roles), own=own, log=log).told()


def read_by_anyone() -> dict[str, Any]:
    """Return what a route gets that is read without an account; what it shows must be meant for everybody."""
    return Access(roles=EVERYONE, public=True).told()


def changed_by(roles: Iterable[Role], *, log: str = "changed") -> dict[str, Any]:
    """Return what a route that changes something gets, as `read_by` for one that is read."""
    if not frozenset(roles) <= PLANNERS:
        raise ValueError("viewers, enterprises and auditors change nothing")
    return Changing(roles=frozenset(roles), log=log).told()


def changed_of_oneself() -> dict[str, Any]:
    """Return what a route gets by which everybody changes their own account and nothing else."""
    return Changing(roles=EVERYONE).told()


def entered_by_anyone() -> dict[str, Any]:
    """Return what a route gets by which one comes in."""
    return Changing(roles=EVERYONE, public=True).told()
