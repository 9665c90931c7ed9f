"""/api/users and /api/log: who has an account and what was done, for auditors; and what administrators change of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from holin.accounts import EVENTS, Entry, Role, User, add_user, invite, log_of, set_disabled, set_role, users
from holin.accounts.user import NAME
from holin.web.access import ADMINS, OVERSEERS, Asking, changed_by, read_by
from holin.web.accounts.asked import kept_by_nobody, refusals_told
from holin.web.accounts.entrance import Entrance, address_in, entrance_of
from holin.web.problems import HttpProblem, problems

router = APIRouter(tags=["accounts"])

UserName = Annotated[str, Path(pattern=NAME, description="name of a user", examples=["li.na"])]
CHANGES = problems(400, 404, 409, 411, 413, 415, 422)
SAID = Field(max_length=300, description="PARK/ENTERPRISE for the role enterprise", examples=["huolinguole/ent-12"])


class UserShown(BaseModel):
    """A user."""

    name: str
    role: Role
    park: str
    enterprise: str
    disabled: bool
    has_password: bool = Field(description="false: the invitation was not taken yet")
    made: str = Field(description="ISO 8601, UTC")


class UsersShown(BaseModel):
    """All users by name."""

    users: list[UserShown]


class UserAsked(BaseModel):
    """A user that is to be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=NAME, examples=["li.na"])]
    role: Role
    enterprise: Annotated[str, SAID] = ""


class UserChanged(BaseModel):
    """What is to change of a user; what is null stays. A new role is given with its enterprise."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    enterprise: Annotated[str, SAID] = ""
    disabled: bool | None = None


class Invited(BaseModel):
    """A user and the secret of an invitation; the page that takes it stands at `#/invitation/SECRET`."""

    user: UserShown
    invitation: str = Field(description="shown this once")


class Nothing(BaseModel):
    """An empty object."""

    model_config = ConfigDict(extra="forbid")


class EntryShown(BaseModel):
    """One thing that happened."""

    number: int
    time: str = Field(description="ISO 8601, UTC")
    event: str = Field(examples=["login"])
    user: str = Field(description="who did it; empty: nobody is known")
    address: str = Field(description="from where; empty: by a command on the server itself")
    detail: str


class LogShown(BaseModel):
    """What happened, the newest first."""

    entries: list[EntryShown]


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


def user_shown(user: User) -> UserShown:
    """Return a user as the API shows it."""
    names = ("name", "role", "park", "enterprise", "disabled", "has_password")
    return UserShown(made=_time(user.made_s), **{name: getattr(user, name) for name in names})


def entry_shown(entry: Entry) -> EntryShown:
    """Return an entry of the log as the API shows it."""
    names = ("number", "event", "user", "address", "detail")
    return EntryShown(time=_time(entry.time_s), **{name: getattr(entry, name) for name in names})


@router.get("/users", response_model=UsersShown, summary="All users", responses=problems(404), **read_by(OVERSEERS))
def read_users(request: Request, visitor: Asking) -> Response:
    """Return all users; passwords and sessions are nobody's to see."""
    found = users(entrance_of(request).accounts)
    return kept_by_nobody(UsersShown(users=[user_shown(user) for user in found]))


@router.post(
    "/users",
    response_model=Invited,
    status_code=201,
    summary="Add a user",
    responses=CHANGES,
    **changed_by(ADMINS, log=""),
)
def add(request: Request, visitor: Asking, asked: UserAsked) -> Response:
    """Add a user; the answer's invitation, handed on, lets them choose a password."""
    accounts, address = entrance_of(request).accounts, address_in(request.scope)
    with refusals_told():
        user = add_user(accounts, asked.name, asked.role, enterprise=asked.enterprise, by=visitor.name, address=address)
        secret = invite(accounts, asked.name, by=visitor.name, address=address)
    return kept_by_nobody(Invited(user=user_shown(user), invitation=secret), status=201)


@router.patch(
    "/users/{user}", response_model=UserShown, summary="Change a user", responses=CHANGES, **changed_by(ADMINS, log="")
)
def change(request: Request, visitor: Asking, user: UserName, asked: UserChanged) -> Response:
    """Give a user another role, or let them in no more; it holds from their next request on."""
    entrance, address = entrance_of(request), address_in(request.scope)
    found = _known(entrance, user)
    with refusals_told():
        if asked.role is not None:
            found = set_role(
                entrance.accounts, user, asked.role, enterprise=asked.enterprise, by=visitor.name, address=address
            )
        if asked.disabled is not None:
            found = set_disabled(entrance.accounts, user, asked.disabled, by=visitor.name, address=address)
    return kept_by_nobody(user_shown(found))


@router.post(
    "/users/{user}/invitation",
    response_model=Invited,
    status_code=201,
    summary="Invite a user again",
    responses=CHANGES,
    **changed_by(ADMINS, log=""),
)
def invite_again(request: Request, visitor: Asking, user: UserName, nothing: Nothing) -> Response:
    """Return a new invitation for who has lost the password or the first invitation."""
    entrance, address = entrance_of(request), address_in(request.scope)
    found = _known(entrance, user)
    with refusals_told():
        secret = invite(entrance.accounts, user, by=visitor.name, address=address)
    return kept_by_nobody(Invited(user=user_shown(found), invitation=secret), status=201)


def _known(entrance: Entrance, name: str) -> User:
    found = next((user for user in users(entrance.accounts) if user.name == name), None)
    if found is None:
        raise HttpProblem(404, "not-found", f"there is no user {name}")
    return found


@router.get(
    "/log", response_model=LogShown, summary="What happened", responses=problems(404, 422), **read_by(OVERSEERS)
)
def read_log(
    request: Request,
    visitor: Asking,
    last: Annotated[int, Query(ge=1, le=1000, description="so many entries at most")] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="only entries before this number")] = None,
    user: Annotated[str, Query(max_length=64, description="only what this user did")] = "",
    event: Annotated[str, Query(max_length=40, description=f"only this: {', '.join(EVENTS)}")] = "",
) -> Response:
    """Return logins, refused ones too, changes of users, jobs that were started, files that were taken away."""
    found = log_of(entrance_of(request).accounts, last=last, before=before, user=user, event=event)
    return kept_by_nobody(LogShown(entries=[entry_shown(entry) for entry in found]))
