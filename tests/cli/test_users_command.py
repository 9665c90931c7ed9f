"""`holin users`: accounts made, changed and looked at from the command line; no password in an argument."""

import io
import json
from pathlib import Path

import pytest
from cli_answers import holin

from holin.accounts import Accounts, fits, invited, open_accounts, user_of, users

PASSWORD = "steppe kettle vowel 31"


def book() -> Accounts:
    return open_accounts("holin-accounts.db")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person types at the next prompts."""
    lines: list[str] = []

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: lines.pop(0))
    monkeypatch.setattr("typer.prompt", lambda *a, confirmation_prompt, **k: _asked(lines))
    return lines


def _asked(lines: list[str]) -> str:
    first, second = lines.pop(0), lines.pop(0)
    while first != second:
        first, second = lines.pop(0), lines.pop(0)
    return first


def test_the_first_user_makes_the_file_and_chooses_a_password(typed: list[str]) -> None:
    typed += [PASSWORD, "mistyped", PASSWORD, PASSWORD]
    answer = holin("users", "add", "li.na", "--role", "admin")
    assert (answer.code, answer.out) == (0, "li.na is a user now: admin.\n") and typed == []
    [row] = book().rows("SELECT password FROM users")
    assert fits(PASSWORD, row["password"])


def test_a_weak_password_makes_no_user(typed: list[str]) -> None:
    typed += ["short", "short"]
    answer = holin("users", "add", "li.na", "--role", "admin")
    assert answer.code == 1 and "too short" in answer.err and not Path("holin-accounts.db").exists()


def test_an_invitation_is_a_link_that_no_server_logs() -> None:
    answer = holin("users", "add", "wang", "--role", "viewer", "--invite", "--url", "https://park.example/", "--json")
    link = answer.json["link"]
    assert link.startswith("https://park.example/#/invitation/")
    assert invited(book(), link.rpartition("/")[2]) == "wang"
    again = holin("users", "password", "wang", "--invite")
    assert "http://127.0.0.1:8765/#/invitation/" in again.out and "within 7 days" in again.out
    assert invited(book(), link.rpartition("/")[2]) is None


def test_without_a_terminal_no_password_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 2))
    answer = holin("users", "add", "li.na", "--role", "admin")
    assert answer.code == 1 and "use --invite" in answer.err and not Path("holin-accounts.db").exists()


def test_no_option_takes_a_password() -> None:
    for command in ("add", "password"):
        shown = holin("users", command, "--help").out
        assert "--password" not in shown and "--json" in shown


def test_faults_name_the_options(tmp_path: Path) -> None:
    answer = holin("users", "add", "Li Na", "--role", "king", "--enterprise", "x", "--json")
    assert [f["field"] for f in answer.json["faults"]] == ["NAME", "--role", "--enterprise"] and answer.code == 1
    gone = holin("users", "list", "--accounts", tmp_path / "gone.db", "--json")
    assert gone.json["faults"][0]["field"] == "--accounts" and "holin users add" in gone.json["faults"][0]["right"]


@pytest.fixture
def two() -> None:
    """An admin and an enterprise."""
    holin("users", "add", "li.na", "--role", "admin", "--invite")
    holin("users", "add", "ent", "--role", "enterprise", "--enterprise", "huolinguole/ent-12", "--invite")


@pytest.mark.usefixtures("two")
def test_users_are_listed_and_changed(typed: list[str]) -> None:
    assert [(u["name"], u["role"], u["enterprise"]) for u in holin("users", "list", "--json").json] == [
        ("ent", "enterprise", "huolinguole/ent-12"), ("li.na", "admin", ""),
    ]  # fmt: skip
    assert "ent is auditor" in holin("users", "role", "ent", "auditor").out
    assert "let in no more" in holin("users", "disable", "ent").out and user_of(book(), "ent").disabled
    assert "let in again" in holin("users", "disable", "ent", "--undo").out
    assert "last administrator" in holin("users", "disable", "li.na").err
    typed += [PASSWORD, PASSWORD]
    assert "new password" in holin("users", "password", "ent").out and user_of(book(), "ent").has_password
    listed = holin("users", "list", "--language", "zh").out
    assert "审计员" in listed and "管理员" in listed


@pytest.mark.usefixtures("two")
def test_a_token_is_shown_once_listed_and_revoked() -> None:
    token = holin("users", "token", "li.na", "--label", "report", "--json").json["token"]
    [listed] = holin("users", "token", "li.na", "--list", "--json").json
    assert listed["label"] == "report" and token.startswith(f"holin_{listed['id']}_")
    assert token.split("_", 2)[2] not in json.dumps(listed)
    assert "report" in holin("users", "token", "li.na", "--list").out
    assert holin("users", "token", "li.na", "--revoke", "nope").code == 1
    assert "no more" in holin("users", "token", "li.na", "--revoke", listed["id"]).out
    assert holin("users", "token", "li.na", "--list", "--json").json == []


@pytest.mark.usefixtures("two")
def test_the_log_is_shown_and_held_against_its_chain() -> None:
    entries = holin("users", "log", "--json").json
    assert [e["event"] for e in entries] == ["invited", "user", "invited", "user"]
    assert all(e["user"].startswith("command") for e in entries)
    shown = holin("users", "log", "--check", "--language", "zh")
    assert "链条完整" in shown.out and "发出邀请" in shown.out
    with book() as found, found.writing() as connection:
        connection.execute("DROP TRIGGER log_keeps")
        connection.execute("UPDATE log SET user = 'nobody' WHERE number = 2")
    assert "entry 2 is not what was written" in holin("users", "log", "--check").err


@pytest.mark.usefixtures("two")
def test_a_copy_is_whole(tmp_path: Path) -> None:
    assert "Saved to" in holin("users", "backup", tmp_path / "copy.db").out
    with open_accounts(tmp_path / "copy.db") as copy:
        assert len(users(copy)) == 2
    assert holin("users", "backup", tmp_path / "copy.db", "--json").json["faults"][0]["field"] == "FILE"
