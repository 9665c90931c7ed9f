"""Logging in on the page, in both languages and by keys; what each role is shown; a passport by its paper."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import PARKS
from page_looked import until
from page_served import served
from playwright.sync_api import Browser, Page, expect
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from test_page_access import violations

from holin.accounts import Accounts, Role, add_user, invite, open_accounts, passwords, set_disabled
from holin.web import Entrance

pytestmark = pytest.mark.browser

PASSWORD, NEW = "steppe kettle vowel 31", "granite saddle orbit 77"
ENTERPRISE = "huolinguole/ent-12"
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 40[139]")
"""What Chromium itself writes for every answer that refuses."""


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        passwords._nobodys.cache_clear()
        patch.setattr(passwords, "_hasher", lambda: cheap)
        patch.setattr("holin.accounts.login.FROM_ADDRESS", "1000/5 minutes")
        book = open_accounts(tmp_path_factory.mktemp("accounts") / "accounts.db", create=True)
        for role in Role:
            own = ENTERPRISE if role is Role.ENTERPRISE else ""
            add_user(book, role.value, role, enterprise=own, password=PASSWORD)
        yield book


@pytest.fixture(scope="module")
def guarded(accounts: Accounts, run_folder: Path) -> Iterator[str]:
    """Where the run is served to who has an account."""
    with contextlib.closing(Entrance(accounts)) as entrance, served([PARKS, run_folder], entrance) as found:
        yield found


@dataclass
class Person:
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, way: str) -> Page:
        self.page.goto(f"{self.address}#{way}")
        return self.page

    def login(self, name: str, password: str = PASSWORD) -> None:
        self.page.locator("input[name=username]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.keyboard.press("Enter")


@pytest.fixture
def person(browser: Browser, guarded: str) -> Iterator[Callable[..., Person]]:
    """A browser of its own for each person; what its page complains of fails the test, refusals left out."""
    people: list[Person] = []

    def come(*, width: int = 1280, height: int = 800, scheme: Any = "light") -> Person:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        found = Person(page, guarded)
        people.append(found)
        page.on("console", lambda m: found.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield come
    for one in people:
        one.page.context.close()
    assert [c for one in people for c in one.complaints if not REFUSED.match(c)] == []


LANGUAGES = {"en": ("Log in", "The name or the password is wrong."), "zh": ("登录", "用户名或密码不正确。")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_logs_in_by_keys_and_is_where_one_wanted_to_be(person: Callable[..., Person], language: str) -> None:
    title, wrong = LANGUAGES[language]
    one = person()
    page = one.go(f"/energy?run=two-days&t=2025-03-03T18&lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("input[name=username]")).to_be_focused()
    for name, kind in (("username", "username"), ("password", "current-password")):
        assert page.locator(f"input[name={name}]").get_attribute("autocomplete") == kind
    page.keyboard.type("engineer")
    page.keyboard.press("Tab")
    page.keyboard.type("not the right one")
    page.keyboard.press("Enter")
    expect(page.locator(".wrong")).to_have_text(wrong)
    assert page.locator("input[name=password]").input_value() == ""
    one.login("engineer")
    expect(page.locator("nav a[aria-current=page]")).to_be_visible()
    until(page, "location.hash.startsWith('#/energy')")
    assert "t=2025-03-03T18" in page.evaluate("location.hash")
    expect(page.get_by_role("button", name=re.compile("engineer"))).to_be_visible()


def test_who_may_see_no_passport_is_told_so_and_not_that_there_are_none(person: Callable[..., Person]) -> None:
    one = person()
    page = one.go("/green?run=two-days&lang=en")
    one.login("enterprise")
    expect(page.locator("[data-count=others]")).to_contain_text(
        "those of other enterprises are not shown", timeout=60_000
    )
    expect(page.locator("[data-count=metal]")).to_have_count(0)
    page = one.go("/passport?run=two-days&lang=zh")
    expect(page.locator(".list .soft").first).to_have_text("没有您可查看的护照；其他企业的护照不予显示。")


def test_one_logs_out_and_nothing_is_left(person: Callable[..., Person]) -> None:
    one = person()
    page = one.go("/park?run=two-days&lang=en")
    one.login("engineer")
    page.get_by_role("button", name="Account: engineer").click()
    expect(page.get_by_text("engineer", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert "holin" in {c["name"] for c in page.context.cookies()}, "a cookie that is nobody's"
    page.reload()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_session_that_ends_meanwhile_asks_to_log_in_again(person: Callable[..., Person], accounts: Accounts) -> None:
    add_user(accounts, "away", "viewer", password=PASSWORD)
    one = person()
    page = one.go("/park?run=two-days&lang=en")
    one.login("away")
    expect(page.locator("nav")).to_be_visible()
    set_disabled(accounts, "away", True)
    page.evaluate("location.hash = '#/green?run=two-days&lang=en'")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


MENUS = {
    Role.VIEWER: {"park", "energy", "green", "passport", "catalogue", "hall"},
    Role.ENTERPRISE: {"park", "energy", "green", "passport", "catalogue", "hall", "money"},
    Role.ENGINEER: {"park", "energy", "green", "passport", "catalogue", "hall", "money", "grid", "plan"},
    Role.AUDITOR: {"park", "energy", "green", "passport", "catalogue", "hall", "money", "grid", "plan", "users"},
    Role.ADMIN: {"park", "energy", "green", "passport", "catalogue", "hall", "money", "grid", "plan", "users"},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_what_it_may_see_and_asks_for_nothing_else(
    person: Callable[..., Person], role: Role
) -> None:
    one = person()
    page = one.go("/park?run=two-days&lang=en")
    one.login(role.value)
    expect(page.locator("nav")).to_be_visible()
    one.complaints.clear()
    links = page.locator("nav a").evaluate_all("all => all.map((a) => a.getAttribute('href').slice(2))")
    assert set(links) == MENUS[role]
    for view in MENUS[role] - {"hall"}:
        page.locator(f"nav a[href='#/{view}']").click()
        until(page, f"location.hash.startsWith('#/{view}')")
        page.wait_for_load_state("networkidle") if view not in ("plan", "grid") else page.wait_for_timeout(400)
        assert page.locator("[data-forbidden]").count() == 0, view
    assert one.complaints == []
    if role is Role.VIEWER:
        one.go("/plan?run=two-days&lang=en")
        expect(page.locator("[data-forbidden]")).to_contain_text("You are here as: viewer")


def test_auditors_are_offered_nothing_that_changes(person: Callable[..., Person]) -> None:
    one = person()
    page = one.go("/users?lang=en")
    one.login("auditor")
    expect(page.locator("tr[data-user=admin]")).to_be_visible()
    assert page.locator("main form, tr select, td button").count() == 0
    expect(page.get_by_role("cell", name="logged in").first).to_be_visible()


def test_an_admin_invites_and_who_is_invited_chooses_a_password(person: Callable[..., Person]) -> None:
    admin, guest = person(), person(width=390, height=844)
    page = admin.go("/users?run=two-days&lang=en")
    admin.login("admin")
    expect(page.locator("tr[data-user=admin]")).to_be_visible()
    page.locator("main form input").fill("wang")
    page.locator("main form select").select_option("enterprise")
    page.get_by_label("Choose the enterprise").select_option(ENTERPRISE)
    page.get_by_role("button", name="Add a user").click()
    link = page.locator("main input[readonly]").input_value()
    expect(page.locator("tr[data-user=wang]")).to_contain_text("has no password yet")
    other = guest.page
    other.goto(f"{link}?lang=en")
    expect(other.get_by_text("wang")).to_be_visible()
    for first, second, said in (("short", "short", "too easy"), (NEW, NEW + "x", "not the same")):
        other.locator("input[name=new]").fill(first)
        other.locator("input[name=again]").fill(second)
        other.locator("button[type=submit]").click()
        expect(other.locator(".wrong")).to_contain_text(said)
    other.locator("input[name=new]").fill(NEW)
    other.locator("input[name=again]").fill(NEW)
    other.locator("button[type=submit]").click()
    other.locator("button[type=submit]").click()
    guest.login("wang", NEW)
    expect(other.locator("nav")).to_be_visible()
    page.get_by_label("Role of wang").select_option("viewer")
    expect(page.locator("tr[data-user=wang] td").nth(1)).to_have_text("–")
    page.locator("tr[data-user=wang]").get_by_role("button", name="Let in no more").click()
    expect(page.locator("tr[data-user=wang]")).to_contain_text("let in no more")
    page.locator("tr[data-user=admin]").get_by_role("button", name="Let in no more").click()
    expect(page.locator(".wrong")).to_contain_text("last administrator")
    other.reload()
    expect(other.locator("input[name=password]")).to_be_visible()
    fresh = person()
    fresh.page.goto(link)
    expect(fresh.page.locator(".wrong")).to_be_visible()
    [asked] = [c for c in fresh.complaints if "404" in c]
    fresh.complaints.remove(asked)


def test_one_changes_ones_own_password(person: Callable[..., Person], accounts: Accounts) -> None:
    add_user(accounts, "zhao", "viewer", password=PASSWORD)
    one = person()
    page = one.go("/park?run=two-days&lang=en")
    one.login("zhao")
    page.get_by_role("button", name="Account: zhao").click()
    page.get_by_role("button", name="Change the password").click()
    for old, said in (("wrong", "The present password is another."), (PASSWORD, "The password is changed")):
        page.locator("dialog input[name=old]").fill(old)
        page.locator("dialog input[name=new]").fill(NEW)
        page.keyboard.press("Enter")
        expect(page.locator("dialog [role=status]").last).to_contain_text(said)
    [row] = accounts.rows("SELECT password FROM users WHERE name = 'zhao'")
    assert passwords.fits(NEW, row["password"])


def test_a_passports_code_opens_it_on_a_phone_without_an_account_and_nothing_else(
    person: Callable[..., Person], run_folder: Path
) -> None:
    file = min(run_folder.with_name("two-days.passports").glob("*.json"))
    said = json.loads(file.read_bytes())
    one = person(width=390, height=844)
    page = one.go(f"/passport/{said['hash']}?lang=en")
    expect(page.locator("article[data-passport]")).to_contain_text(said["passport"]["product"]["batch"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("nav, [data-figure]").count() == 0
    one.go(f"/passport/{file.stem}?lang=en")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    one.go(f"/passport/{'0' * 64}?lang=en")
    expect(page.get_by_role("alert")).to_contain_text("no passport with this hash")
    one.complaints = [c for c in one.complaints if "404" not in c]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    person: Callable[..., Person], axe: str, accounts: Accounts, scheme: str, run_folder: Path
) -> None:
    one = person(scheme=scheme)
    page = one.go("/users?run=two-days&lang=en")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert violations(page, axe) == []
    one.login("admin", "wrong")
    expect(page.locator(".wrong")).to_be_visible()
    assert violations(page, axe) == []
    one.login("admin")
    expect(page.locator("tr[data-user=admin]")).to_be_visible()
    page.get_by_role("button", name="Account: admin").click()
    assert violations(page, axe) == []
    page.get_by_role("button", name="Change the password").click()
    assert violations(page, axe) == []
    two = person(scheme=scheme, width=390, height=844)
    two.go(f"/invitation/{invite(accounts, 'viewer')}")
    expect(two.page.locator("input[name=new]")).to_be_visible()
    assert violations(two.page, axe) == []
    digest = json.loads(min(run_folder.with_name("two-days.passports").glob("*.json")).read_bytes())["hash"]
    two.go(f"/passport/{digest}?lang=en")
    two.page.reload()
    expect(two.page.locator("article[data-passport]")).to_be_visible()
    assert violations(two.page, axe) == []
