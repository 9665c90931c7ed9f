"""Logging in, sessions that end, tokens; slowed before a hash is computed."""

import threading
import time

import pytest
from accounts_clock import GOOD, OTHER, Clock

from holin.accounts import (
    Accounts,
    Door,
    Slowed,
    add_user,
    answer_to,
    begin_session,
    end_session,
    log_of,
    new_token,
    passwords,
    revoke_token,
    set_disabled,
    tokens_of,
    user_of_session,
    user_of_token,
)
from holin.accounts import login as logging_in
from holin.accounts.login import place_of
from holin.accounts.sessions import IDLE_S, LONGEST_S, NOTICED_S
from holin.errors import BadInput

HERE, THERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def door(accounts: Accounts) -> Door:
    add_user(accounts, "li.na", "admin", password=GOOD)
    add_user(accounts, "wang", "viewer")
    return Door(accounts)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hashes against which passwords were tried, None where there was none to try against."""
    tried: list[str | None] = []
    real = passwords.fits

    def counted(password: str, hashed: str | None) -> bool:
        tried.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(logging_in, "fits", counted)
    return tried


def test_the_right_password_begins_a_session_of_its_own_each_time(door: Door, accounts: Accounts) -> None:
    one, two = (door.login("li.na", GOOD, address=HERE) for _ in range(2))
    assert one is not None and two is not None and one.secret != two.secret and len(one.secret) >= 43
    user = user_of_session(accounts, one.secret)
    assert user is not None and user.name == "li.na"
    assert one.secret.encode() not in accounts.path.read_bytes()


@pytest.mark.parametrize("name", ["li.na", "wang", "nobody", "disabled"])
def test_a_wrong_login_is_refused_the_same_way_whoever_it_is(
    door: Door, accounts: Accounts, hashes: list[str | None], name: str
) -> None:
    """One hash is computed for every name: against the user's own, else against one that nobody has."""
    add_user(accounts, "disabled", "viewer", password=GOOD)
    set_disabled(accounts, "disabled", True)
    assert door.login(name, OTHER, address=HERE) is None
    assert len(hashes) == 1 and (hashes[0] is not None) is (name == "li.na")
    assert name == "li.na" or door.login(name, GOOD, address=HERE) is None


def test_a_name_that_nobody_has_is_not_written_down(door: Door, accounts: Accounts) -> None:
    door.login(OTHER, "x", address=HERE)
    door.login("li.na", "x", address=HERE)
    assert [(e.event, e.user, e.address) for e in log_of(accounts, last=2)] == [
        ("login-refused", "li.na", HERE), ("login-refused", "", HERE),
    ]  # fmt: skip


# ---- slowed ----------------------------------------------------------------------------------------------------------


def many(limit: str) -> int:
    return int(limit.partition("/")[0])


def test_after_the_limit_no_hash_is_computed(door: Door, hashes: list[str | None], accounts: Accounts) -> None:
    count = many(logging_in.FROM_ADDRESS_AS_NAME)
    for _ in range(count):
        door.login("li.na", OTHER, address=HERE)
    assert len(hashes) == count
    for password in (OTHER, GOOD) * 5:
        with pytest.raises(Slowed) as slowed:
            door.login("li.na", password, address=HERE)
        assert 0 < slowed.value.wait_s <= 300
    assert len(hashes) == count
    assert [e.event for e in log_of(accounts, event="slowed")] == ["slowed"], "a flood does not fill the log"
    assert door.login("li.na", GOOD, address=THERE) is not None


def test_one_address_is_slowed_whoever_it_tries_to_be(door: Door, hashes: list[str | None]) -> None:
    count = many(logging_in.FROM_ADDRESS)
    for k in range(count):
        door.login(f"u{k}", OTHER, address=HERE)
    with pytest.raises(Slowed):
        door.login("li.na", GOOD, address=HERE)
    assert len(hashes) == count


def test_a_name_is_slowed_from_everywhere_but_where_its_user_has_come_from(door: Door) -> None:
    assert door.login("li.na", GOOD, address=HERE) is not None
    for k in range(many(logging_in.AS_NAME) - 1):
        door.login("li.na", OTHER, address=f"10.1.0.{k}")
    with pytest.raises(Slowed):
        door.login("li.na", GOOD, address="10.2.0.2")
    assert door.login("li.na", GOOD, address=HERE) is not None, "a stranger who guesses shuts nobody out"


def test_who_gets_in_begins_to_count_anew(door: Door) -> None:
    for _ in range(4):
        for _ in range(many(logging_in.FROM_ADDRESS_AS_NAME) - 1):
            assert door.login("li.na", OTHER, address=HERE) is None
        assert door.login("li.na", GOOD, address=HERE) is not None


def test_an_ipv6_household_is_one_place() -> None:
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2:ffff::1") != place_of("2001:db8:1:3::1")
    assert place_of("10.0.0.1") != place_of("10.0.0.2") and place_of("testclient") == "testclient"


def test_two_hashes_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, password: str, hashed: str) -> bool:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.01)
            with lock:
                now -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow)
    threads = [threading.Thread(target=passwords.fits, args=("x", "y")) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


# ---- sessions --------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_uses_it(accounts: Accounts, door: Door, clock: Clock) -> None:
    secret = begin_session(accounts, "li.na")
    for _ in range(3):
        clock.turn(IDLE_S - 1)
        assert user_of_session(accounts, secret) is not None
    clock.turn(IDLE_S)
    assert user_of_session(accounts, secret) is None


def test_a_session_ends_for_good_after_a_week(accounts: Accounts, door: Door, clock: Clock) -> None:
    secret = begin_session(accounts, "li.na")
    for _ in range(LONGEST_S // 3600 - 1):
        clock.turn(3600)
        assert user_of_session(accounts, secret) is not None
    clock.turn(3600)
    assert user_of_session(accounts, secret) is None
    begin_session(accounts, "li.na")
    assert len(accounts.rows("SELECT 1 FROM sessions")) == 1, "sessions that have ended are removed"


def test_a_use_is_written_once_a_minute_at_most(accounts: Accounts, door: Door, clock: Clock) -> None:
    secret = begin_session(accounts, "li.na")
    changes = accounts.rows("SELECT total_changes() AS n")[0]["n"]
    for _ in range(50):
        user_of_session(accounts, secret)
    clock.turn(NOTICED_S)
    user_of_session(accounts, secret)
    assert accounts.rows("SELECT total_changes() AS n")[0]["n"] == changes + 1


def test_a_session_that_was_ended_does_not_hold_again(accounts: Accounts, door: Door) -> None:
    here, there = begin_session(accounts, "li.na"), begin_session(accounts, "li.na")
    end_session(accounts, here, "li.na")
    assert user_of_session(accounts, here) is None and user_of_session(accounts, there) is not None
    end_session(accounts, there, "li.na", everywhere=True)
    assert user_of_session(accounts, there) is None
    assert [e.event for e in log_of(accounts, last=2)] == ["logout-everywhere", "logout"]


def test_secrets_of_one_purpose_do_not_tell_those_of_another() -> None:
    assert answer_to("a", "forgery") != answer_to("a", "other") != answer_to("b", "other")


# ---- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_holds_until_it_ends_or_is_revoked(accounts: Accounts, door: Door, clock: Clock) -> None:
    token, second = new_token(accounts, "li.na", label="report", days=10), new_token(accounts, "li.na", days=20)
    found = user_of_token(accounts, token)
    assert found is not None and found.name == "li.na"
    for wrong in (token[:-1], token + "x", token.replace("holin_", "holin-"), "", "holin", "holin__", token.upper()):
        assert user_of_token(accounts, wrong) is None
    assert token.split("_", 2)[2].encode() not in accounts.path.read_bytes()
    assert sorted(t.label for t in tokens_of(accounts, "li.na")) == ["", "report"]
    clock.turn(10 * 86_400)
    assert user_of_token(accounts, token) is None and user_of_token(accounts, second) is not None
    public = second.split("_")[1]
    with pytest.raises(BadInput, match="no token of the user"):
        revoke_token(accounts, "wang", public)
    revoke_token(accounts, "li.na", public)
    assert user_of_token(accounts, second) is None and tokens_of(accounts, "li.na") == []
