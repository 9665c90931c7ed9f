"""/api/session: who one is here, logging in and out; /api/password and /api/invitation: choosing a password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from holin.accounts import (
    Role,
    end_session,
    fits,
    invited,
    kept_of,
    new_secret,
    note,
    set_password,
    take_invitation,
    user_of,
)
from holin.accounts.file import one
from holin.accounts.passwords import LONGEST
from holin.web.access import (
    NOBODY,
    Asking,
    Visitor,
    changed_of_oneself,
    entered_by_anyone,
    read_by_anyone,
)
from holin.web.accounts.asked import kept_by_nobody, refusals_told
from holin.web.accounts.entrance import Entrance, address_in, entrance_of, forgery_token, visitor_from
from holin.web.problems import HttpProblem, problems

router = APIRouter(tags=["accounts"])

Password = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Everywhere = Annotated[bool, Query(description="end all sessions of this user, on whatever machine")]
CHANGES = problems(400, 404, 409, 411, 413, 415, 422, 429)


class Me(BaseModel):
    """Who is logged in."""

    name: str
    role: Role
    park: str = Field(description="id of the park that a user of the role enterprise belongs to")
    enterprise: str


class SessionShown(BaseModel):
    """Who one is to this server."""

    accounts: bool = Field(description="whether one logs in here; false: who reaches the server may do all")
    user: Me | None = Field(description="null: nobody is logged in, or there are no accounts")
    token: str = Field(description="what a browser sends as `X-CSRF-Token` with whatever it changes")


class LoginAsked(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=64, examples=["li.na"])]
    password: Password


class PasswordAsked(BaseModel):
    """A new password, and the one it replaces."""

    model_config = ConfigDict(extra="forbid")

    password: Password
    new_password: Password


class InvitationAsked(BaseModel):
    """An invitation; with `new_password` it is taken, without it is only asked whom it is for."""

    model_config = ConfigDict(extra="forbid")

    invitation: Annotated[str, Field(min_length=1, max_length=100)]
    new_password: Password | None = None


class InvitationShown(BaseModel):
    """Whom an invitation is for, and whether it was taken."""

    name: str
    taken: bool


class Done(BaseModel):
    """What was asked for is done."""

    done: bool = True


@router.get(
    "/session", response_model=SessionShown, summary="Who one is here", responses=problems(), **read_by_anyone()
)
def read_session(request: Request) -> Response:
    """Return who is logged in, and the token with which this page may change something."""
    entrance: Entrance | None = request.app.state.entrance
    if entrance is None:
        return kept_by_nobody(SessionShown(accounts=False, user=None, token=""))
    return _told(entrance, request.state.visitor, entrance.secret_in(request.headers))


def _told(entrance: Entrance, visitor: Visitor, secret: str, *, new: bool = False) -> Response:
    new, secret = new or not secret, secret or new_secret()
    me = visitor.role and Me(name=visitor.name, role=visitor.role, park=visitor.park, enterprise=visitor.enterprise)
    shown = SessionShown(accounts=True, user=me or None, token=forgery_token(secret))
    return kept_by_nobody(shown, entrance.set_cookie(secret) if new else None)


@router.post("/session", response_model=SessionShown, summary="Log in", responses=CHANGES, **entered_by_anyone())
async def log_in(request: Request, asked: LoginAsked) -> Response:
    """Log in: the session is a new one, whatever the browser held before. 401: the name or the password is wrong."""
    entrance = entrance_of(request)
    name, address = asked.name.strip().lower(), address_in(request.scope)
    with refusals_told():
        entered = await entrance.apart(entrance.door.login, name, asked.password, address=address)
    if entered is None:
        raise HttpProblem(401, "wrong", "the name or the password is wrong")
    return _told(entrance, visitor_from(user_of(entrance.accounts, name)), entered.secret, new=True)


@router.delete(
    "/session",
    response_model=SessionShown,
    summary="Log out",
    responses=problems(404, 411, 413, 422),
    **changed_of_oneself(),
)
def log_out(request: Request, visitor: Asking, everywhere: Everywhere = False) -> Response:
    """End this session, or with `everywhere` all of this user, on whatever machine."""
    entrance = entrance_of(request)
    secret = entrance.secret_in(request.headers)
    address = address_in(request.scope)
    end_session(entrance.accounts, secret, visitor.name, address=address, everywhere=everywhere)
    return _told(entrance, NOBODY, "", new=True)


@router.post(
    "/password", response_model=Done, summary="Change one's password", responses=CHANGES, **changed_of_oneself()
)
async def change_password(request: Request, visitor: Asking, asked: PasswordAsked) -> Response:
    """Change one's own password; all other sessions end. 403: the present password is another."""
    entrance, address = entrance_of(request), address_in(request.scope)
    kept = kept_of(entrance.secret_in(request.headers))

    def change() -> bool:
        entrance.door.try_secret(address=address)
        row = one(entrance.accounts.rows("SELECT password FROM users WHERE name = ?", visitor.name))
        if row is None or not fits(asked.password, row["password"]):
            note(
                entrance.accounts, "login-refused", user=visitor.name, address=address, detail="to change the password"
            )
            return False
        set_password(entrance.accounts, visitor.name, asked.new_password, by=visitor.name, address=address, keep=kept)
        return True

    with refusals_told():
        if not await entrance.apart(change):
            raise HttpProblem(403, "wrong", "the present password is another")
    return kept_by_nobody(Done())


@router.post(
    "/invitation",
    response_model=InvitationShown,
    summary="Ask about an invitation, or take it",
    responses=CHANGES,
    **entered_by_anyone(),
)
async def take(request: Request, asked: InvitationAsked) -> Response:
    """Return whom an invitation is for; with a new password it is taken, and holds no more. 404: it holds no more."""
    entrance, address = entrance_of(request), address_in(request.scope)

    def tried() -> str | None:
        entrance.door.try_secret(address=address)
        if asked.new_password is None:
            return invited(entrance.accounts, asked.invitation)
        return take_invitation(entrance.accounts, asked.invitation, asked.new_password, address=address)

    with refusals_told():
        name = await entrance.apart(tried)
    if name is None:
        raise HttpProblem(404, "no-invitation", "the invitation was taken, has ended, or is none; ask for a new one")
    return kept_by_nobody(InvitationShown(name=name, taken=asked.new_password is not None))
