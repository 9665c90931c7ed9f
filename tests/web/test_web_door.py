"""Coming in and going out: cookies, forgery, fixation, replay, slowing, names, and what stands in the log."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from web_asked import PARKS
from web_visits import PASSWORD, URL, Visit, cheap_hashes, entered

from holin.accounts import Role, invite, log_of, login, new_token, set_disabled, set_role
from holin.accounts import passwords as hashing
from holin.web import Library
from holin.web.accounts.gate import BODY_MAX
from holin.web.guard import ADDRESSES, HEADERS, names_for

LIBRARY = Library([PARKS])


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_hashes(monkeypatch)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with entered(LIBRARY, tmp_path / "accounts.db") as found:
        yield found


def kind(answer: object) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]  # type: ignore[attr-defined]


# ---- in and out ------------------------------------------------------------------------------------------------------


def test_one_comes_in_is_known_and_goes(app: FastAPI) -> None:
    visit = Visit(app)
    assert visit.arrive()["user"] is None and visit.ask("/api/library").status_code == 401
    answer = visit.login("engineer")
    assert answer.json()["user"] == {"name": "engineer", "role": "engineer", "park": "", "enterprise": ""}
    assert visit.ask("/api/library").status_code == 200 and visit.arrive()["user"]["name"] == "engineer"
    gone = visit.ask("/api/session", "DELETE")
    assert gone.status_code == 200 and gone.json()["user"] is None
    assert visit.ask("/api/library").status_code == 401


def test_names_are_taken_as_people_type_them(app: FastAPI) -> None:
    assert Visit(app).login(" Engineer ").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("engineer", "wrong"), ("nobody", PASSWORD), ("engineer", PASSWORD + " ")]
)
def test_a_wrong_login_says_not_what_was_wrong(app: FastAPI, name: str, password: str) -> None:
    visit = Visit(app)
    answer = visit.login(name, password)
    assert (answer.status_code, kind(answer)) == (401, "wrong")
    assert answer.json()["detail"] == "the name or the password is wrong"
    assert visit.ask("/api/library").status_code == 401


def test_a_session_is_a_new_secret_whatever_the_browser_held_before(app: FastAPI) -> None:
    """Session fixation: a secret that somebody else has put into the browser never becomes a session."""
    visit = Visit(app)
    visit.arrive()
    planted = visit.cookies["holin"]
    visit.login("admin")
    assert visit.cookies["holin"] != planted
    thief = Visit(app)
    assert thief.ask("/api/library", headers={"Cookie": f"holin={planted}"}).status_code == 401
    second = Visit(app)
    second.login("admin")
    first = second.cookies["holin"]
    second.login("admin")
    assert second.cookies["holin"] != first


def test_what_was_a_session_is_none_after_logout(app: FastAPI) -> None:
    visit = Visit(app)
    visit.login("engineer")
    kept, token = visit.cookies["holin"], visit.token
    replay = {"Cookie": f"holin={kept}", "X-CSRF-Token": token}
    again = Visit(app)
    assert again.ask("/api/library", headers=replay).status_code == 200
    visit.ask("/api/session", "DELETE")
    assert again.ask("/api/library", headers=replay).status_code == 401
    assert again.ask("/api/session", "DELETE", headers=replay).status_code == 401


def test_logging_out_everywhere_ends_the_sessions_on_other_machines_too(app: FastAPI) -> None:
    here, there, other = Visit(app), Visit(app, address="10.0.0.9"), Visit(app)
    here.login("engineer")
    there.login("engineer")
    other.login("viewer")
    assert here.ask("/api/session?everywhere=true", "DELETE").status_code == 200
    assert [v.ask("/api/library").status_code for v in (here, there, other)] == [401, 401, 200]


def test_roles_hold_from_the_next_request_on(app: FastAPI) -> None:
    accounts = app.state.entrance.accounts
    visit = Visit(app)
    visit.login("viewer")
    assert visit.ask("/api/users").status_code == 403
    set_role(accounts, "viewer", "auditor")
    assert visit.ask("/api/users").status_code == 200
    set_disabled(accounts, "viewer", True)
    assert visit.ask("/api/users").status_code == 401


# ---- cookies and headers ---------------------------------------------------------------------------------------------


def flags(answer: object) -> dict[str, str]:
    parts = answer.headers["set-cookie"].split("; ")  # type: ignore[attr-defined]
    return dict(part.partition("=")[::2] for part in parts)


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(app: FastAPI) -> None:
    said = flags(Visit(app).login("admin"))
    assert list(said) == ["holin", "Path", "Max-Age", "HttpOnly", "SameSite"]
    assert (said["Path"], said["SameSite"]) == ("/", "Lax") and len(said["holin"]) == 43


def test_behind_tls_the_cookie_is_sent_by_no_other_way(tmp_path: Path) -> None:
    url = "https://park.example"
    with entered(LIBRARY, tmp_path / "a.db", url=url, names=names_for("127.0.0.1", url, with_accounts=True)) as app:
        visit = Visit(app, url=url)
        said = flags(visit.login("admin"))
        assert (
            set(said) == {"__Host-holin", "Path", "Max-Age", "HttpOnly", "SameSite", "Secure"} and said["Path"] == "/"
        )
        answer = visit.ask("/api/library")
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        for origin in ("http://park.example", "https://park.example:444", "https://evil.example", "null"):
            assert visit.ask("/api/session", "DELETE", headers={"Origin": origin}).status_code == 403
        assert visit.ask("/api/session", "DELETE").status_code == 200
        assert visit.ask("/api/session", headers={"Host": "evil.example"}).status_code == 421


def test_answers_carry_all_headers_and_those_on_accounts_are_kept_by_nobody(app: FastAPI) -> None:
    visit = Visit(app)
    for answer in (visit.ask("/api/library"), visit.ask("/api/x"), visit.login("admin"), visit.ask("/api/users")):
        assert {k: answer.headers[k] for k in HEADERS} == HEADERS
        assert "strict-transport-security" not in answer.headers
    assert [visit.ask(p).headers["cache-control"] for p in ("/api/users", "/api/log", "/api/session")] == [
        "no-store"
    ] * 3
    assert visit.ask("/api/library").headers["cache-control"].startswith("private")


def test_who_has_no_account_is_told_how_to_get_in(app: FastAPI) -> None:
    answer = Visit(app).ask("/api/library")
    assert answer.headers["www-authenticate"].startswith("Bearer") and kind(answer) == "log-in"


# ---- forgery ---------------------------------------------------------------------------------------------------------

CHANGE = ("/api/session", "DELETE")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Origin": "http://evil.example"}, {"Origin": "null"},
        {"Origin": "http://localhost:99"}, {"Origin": "", "Sec-Fetch-Site": ""}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)  # fmt: skip
def test_another_sites_page_changes_nothing(app: FastAPI, headers: dict[str, str]) -> None:
    visit = Visit(app)
    visit.login("engineer")
    answer = visit.ask(*CHANGE, headers=headers)
    assert (answer.status_code, kind(answer)) == (403, "forgery")
    assert visit.ask("/api/library").status_code == 200
    assert visit.ask(*CHANGE).status_code == 200


def test_the_token_of_one_session_is_none_for_another(app: FastAPI) -> None:
    one, two = Visit(app), Visit(app)
    one.login("engineer")
    two.login("engineer")
    assert one.ask(*CHANGE, headers={"X-CSRF-Token": two.token}).status_code == 403


def test_nobody_is_logged_in_by_another_sites_page(app: FastAPI) -> None:
    """Login forgery: a page elsewhere cannot make a browser somebody else's."""
    visit = Visit(app)
    body = {"name": "admin", "password": PASSWORD}
    assert visit.ask("/api/session", "POST", body).status_code == 403
    visit.arrive()
    assert visit.ask("/api/session", "POST", body, {"Origin": "http://evil.example"}).status_code == 403
    assert visit.ask("/api/session", "POST", body).status_code == 200


def test_without_accounts_another_sites_page_changes_nothing_either() -> None:
    from holin.web import create_app

    app = create_app(LIBRARY)
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert Visit(app).ask(*CHANGE, headers=headers).status_code == 403
    answer = Visit(app).ask(*CHANGE)
    assert (answer.status_code, kind(answer)) == (404, "no-accounts")
    assert Visit(app).ask("/api/session").json() == {"accounts": False, "user": None, "token": ""}


def test_bodies_are_small_and_say_how_long_they_are(app: FastAPI) -> None:
    visit = Visit(app)
    visit.arrive()
    assert visit.ask("/api/session", "POST", {"name": "x" * BODY_MAX}).status_code == 413
    assert visit.ask("/api/session", "POST", {}, {"Transfer-Encoding": "chunked"}).status_code == 411


# ---- programs --------------------------------------------------------------------------------------------------------


def test_a_program_has_a_token_and_no_cookie(app: FastAPI) -> None:
    token = new_token(app.state.entrance.accounts, "engineer")
    program = Visit(app)
    asked = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "", "Origin": ""}
    assert program.ask("/api/library", headers=asked).status_code == 200
    assert program.ask("/api/users", headers=asked).status_code == 403
    assert "holin" not in program.cookies
    for wrong in (token + "x", "", "holin_00000000_x"):
        answer = program.ask("/api/library", headers=asked | {"Authorization": f"Bearer {wrong}"})
        assert (answer.status_code, kind(answer)) == (401, "log-in")
    assert program.ask("/api/library", headers={"Authorization": f"Basic {token}"}).status_code == 401


def test_a_page_elsewhere_gains_nothing_from_a_token_header_it_makes_up(app: FastAPI) -> None:
    visit = Visit(app)
    visit.login("admin")
    made_up = {"Authorization": "Bearer x", "Origin": "http://evil.example"}
    assert visit.ask(*CHANGE, headers=made_up).status_code == 403
    assert visit.ask(*CHANGE, headers={"Authorization": "Bearer x"}).status_code == 401
    assert visit.ask("/api/library").status_code == 200


# ---- slowed ----------------------------------------------------------------------------------------------------------


def test_who_tries_too_often_waits_and_no_hash_is_computed(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    real = hashing.fits
    monkeypatch.setattr(login, "fits", lambda p, h: tried.append(p) or real(p, h))
    visit = Visit(app)
    visit.arrive()
    codes = [visit.login("engineer", "wrong").status_code for _ in range(10)]
    assert codes == [401] * 6 + [429] * 4 and len(tried) == 6
    answer = visit.login("engineer")
    assert answer.status_code == 429 and 0 < int(answer.headers["retry-after"]) <= 300 and len(tried) == 6
    assert Visit(app, address="10.0.0.2").login("engineer").status_code == 200
    assert visit.ask("/api/session").status_code == 200, "only logging in is slowed"


def test_invitations_cannot_be_guessed_quickly(app: FastAPI) -> None:
    visit = Visit(app)
    visit.arrive()
    codes = [visit.ask("/api/invitation", "POST", {"invitation": f"x{k}"}).status_code for k in range(62)]
    assert codes == [404] * 60 + [429] * 2


# ---- passwords -------------------------------------------------------------------------------------------------------

NEW = "granite saddle orbit 77"


def test_one_changes_ones_password_and_stays_here_only(app: FastAPI) -> None:
    here, there = Visit(app), Visit(app)
    here.login("viewer")
    there.login("viewer")
    wrong = here.ask("/api/password", "POST", {"password": "x", "new_password": NEW})
    assert (wrong.status_code, kind(wrong)) == (403, "wrong")
    weak = here.ask("/api/password", "POST", {"password": PASSWORD, "new_password": "short"})
    assert weak.status_code == 409 and "too short" in weak.json()["faults"][0]["problem"]
    assert here.ask("/api/password", "POST", {"password": PASSWORD, "new_password": NEW}).status_code == 200
    assert (here.ask("/api/library").status_code, there.ask("/api/library").status_code) == (200, 401)
    assert [Visit(app).login("viewer", p).status_code for p in (PASSWORD, NEW)] == [401, 200]


def test_an_invitation_is_taken_once(app: FastAPI) -> None:
    secret = invite(app.state.entrance.accounts, "viewer")
    visit = Visit(app)
    visit.arrive()
    asked = {"invitation": secret}
    assert visit.ask("/api/invitation", "POST", asked).json() == {"name": "viewer", "taken": False}
    assert visit.ask("/api/invitation", "POST", asked | {"new_password": NEW}).json() == {
        "name": "viewer",
        "taken": True,
    }
    again = visit.ask("/api/invitation", "POST", asked | {"new_password": PASSWORD})
    assert (again.status_code, kind(again)) == (404, "no-invitation")
    assert Visit(app).login("viewer", NEW).status_code == 200


def test_no_secret_is_said_back(app: FastAPI) -> None:
    visit = Visit(app)
    visit.arrive()
    for body in (
        {"name": "a", "password": NEW, "other": 1}, {"password": NEW}, {"name": ["a"], "password": [NEW]},
        {"name": "a", "password": NEW * 20},
    ):  # fmt: skip
        answer = visit.ask("/api/session", "POST", body)
        assert answer.status_code == 422 and NEW not in answer.text


# ---- administration and log ------------------------------------------------------------------------------------------


def test_an_admin_adds_changes_and_invites(app: FastAPI) -> None:
    admin = Visit(app)
    admin.login("admin")
    made = admin.ask("/api/users", "POST", {"name": "wang", "role": "enterprise", "enterprise": "huolinguole/ent-1"})
    assert made.status_code == 201 and made.json()["user"]["park"] == "huolinguole"
    visit = Visit(app, address="10.0.0.5")
    visit.arrive()
    taken = visit.ask("/api/invitation", "POST", {"invitation": made.json()["invitation"], "new_password": NEW})
    assert taken.status_code == 200 and visit.login("wang", NEW).json()["user"]["enterprise"] == "ent-1"
    changed = admin.ask("/api/users/wang", "PATCH", {"role": "viewer"})
    assert changed.json()["role"] == "viewer" and visit.arrive()["user"]["role"] == "viewer"
    assert admin.ask("/api/users/wang", "PATCH", {"disabled": True}).json()["disabled"] is True
    assert visit.arrive()["user"] is None
    assert admin.ask("/api/users/wang/invitation", "POST", {}).status_code == 409
    assert admin.ask("/api/users/nobody", "PATCH", {"disabled": True}).status_code == 404
    last = admin.ask("/api/users/admin", "PATCH", {"disabled": True})
    assert last.status_code == 409 and "last administrator" in last.json()["faults"][0]["problem"]
    twice = admin.ask("/api/users", "POST", {"name": "wang", "role": "viewer"})
    assert twice.status_code == 409 and "is a user already" in twice.json()["faults"][0]["problem"]


def test_the_log_says_who_came_and_what_they_changed(app: FastAPI) -> None:
    admin, auditor = Visit(app), Visit(app, address="10.0.0.7")
    admin.login("admin", "wrong")
    admin.login("admin")
    admin.ask("/api/users", "POST", {"name": "wang", "role": "viewer"})
    auditor.login("auditor")
    entries = auditor.ask("/api/log").json()["entries"]
    assert [(e["event"], e["user"], e["address"]) for e in entries[:5]] == [
        ("login", "auditor", "10.0.0.7"), ("invited", "admin", "10.0.0.1"), ("user", "admin", "10.0.0.1"),
        ("login", "admin", "10.0.0.1"), ("login-refused", "admin", "10.0.0.1"),
    ]  # fmt: skip
    assert "hash" not in entries[0] and entries[0]["time"].endswith("Z")
    page = auditor.ask(f"/api/log?before={entries[1]['number']}&last=1").json()["entries"]
    assert page == [entries[2]]
    assert auditor.ask("/api/log?event=login-refused").json()["entries"][0]["user"] == "admin"


def test_nothing_secret_comes_out_of_users_or_log(app: FastAPI) -> None:
    admin = Visit(app)
    admin.login("admin")
    secrets = {r["password"] for r in app.state.entrance.accounts.rows("SELECT password FROM users")}
    for path in ("/api/users", "/api/log"):
        text = admin.ask(path).text
        assert not any(json.dumps(s)[1:-1] in text for s in [*secrets, PASSWORD, admin.cookies["holin"]])


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "a" * 5000, "' OR 1=1 --", "<script>", "\u202ex"])
def test_what_is_typed_as_a_name_does_no_harm(app: FastAPI, name: str) -> None:
    assert Visit(app).login(name).status_code in (401, 422)
    assert all(e.user in ("", *Role) for e in log_of(app.state.entrance.accounts))


# ---- names -----------------------------------------------------------------------------------------------------------


def test_which_names_a_server_answers_to() -> None:
    assert names_for("127.0.0.1", None, with_accounts=False) == ["127.0.0.1", "::1", "localhost"]
    assert "park.example" in names_for("127.0.0.1", "https://Park.example:8443/", with_accounts=True)
    open_to_all = names_for("0.0.0.0", None, with_accounts=True)
    assert ADDRESSES in open_to_all and "0.0.0.0" not in open_to_all
    assert ADDRESSES not in names_for("0.0.0.0", "http://park.lan", with_accounts=True)


@pytest.mark.parametrize(
    ("host", "let_in"), [("192.168.1.7:8765", True), ("[fd00::1]:80", True), ("evil.example", False)]
)
def test_a_bare_address_is_no_name_that_could_lead_elsewhere(tmp_path: Path, host: str, let_in: bool) -> None:
    names = names_for("0.0.0.0", None, with_accounts=True)
    with entered(LIBRARY, tmp_path / "a.db", names=names) as app:
        assert Visit(app).ask("/api/session", headers={"Host": host}).status_code == (200 if let_in else 421)
    assert URL == "http://localhost"
