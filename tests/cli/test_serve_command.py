"""`holin serve`: what it says, on which port, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cli_answers import CASE, holin

from holin.accounts import add_user, open_accounts
from holin.client import Client, Refusal
from holin.errors import BadInput
from holin.web.serving import PORT, PORTS_TRIED, listening, url_of

PATIENCE_S = 120.0
"""The first answer waits for imports, and a machine under load takes its time."""


@contextmanager
def served(*arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`holin serve` as a process of its own; ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "holin", "serve", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    process.send_signal(number)
    said, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said, errors


@contextmanager
def taken(port: int = 0) -> Iterator[int]:
    """A port at which another program listens."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen()
        yield door.getsockname()[1]


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
def test_it_says_its_address_answers_and_stops_cleanly() -> None:
    with served(CASE, "--port", 0, "--json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["api"] == f"{said['url']}api/openapi.json"
        assert [p["faults"] for p in httpx.get(f"{said['url']}api/library", timeout=PATIENCE_S).json()["parks"]] == [[]]
        assert ended(process, signal.SIGTERM) == (0, "", "")
    with pytest.raises(httpx.ConnectError):
        httpx.get(said["url"], timeout=PATIENCE_S)


@pytest.mark.parametrize(("role", "warned"), [("viewer", True), ("admin", False)])
def test_a_server_that_nobody_can_administer_says_so(tmp_path: Path, role: str, warned: bool) -> None:
    accounts = tmp_path / "accounts.db"
    with open_accounts(accounts, create=True) as book:
        add_user(book, "li.na", role)
    with served(CASE, "--port", 0, "--auth", "--accounts", accounts) as process:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            pass
        assert ("has no admin" in ended(process, signal.SIGINT)[2]) is warned


def test_people_are_told_in_their_language() -> None:
    with served(CASE, "--port", 0, HOLIN_LANGUAGE="zh") as process:
        assert process.stdout is not None
        assert "Holin 已在 http://127.0.0.1:" in process.stdout.readline()
        while "Ctrl-C" not in process.stdout.readline():  # before it, that the page is not built, where it is not
            pass
        assert ended(process, signal.SIGINT) == (0, "服务已停止。\n", "")


def test_what_the_network_reaches_needs_accounts() -> None:
    answer = holin("serve", CASE, "--host", "0.0.0.0", "--port", 0, "--json")
    [fault] = answer.json["faults"]
    assert (answer.code, fault["field"], fault["value"]) == (1, "--host", "0.0.0.0")
    assert "everybody on the network" in fault["problem"] and "holin users add" in fault["right"]
    missing = holin("serve", CASE, "--auth", "--host", "0.0.0.0", "--port", 0, "--json")
    assert (
        missing.json["faults"][0]["field"] == "--accounts" and "does not exist" in missing.json["faults"][0]["problem"]
    )


@pytest.mark.parametrize(
    ("option", "value"), [("--url", "park.example"), ("--url", "https://park.example/x"), ("--proxy", "proxy.lan")]
)
def test_a_url_and_a_proxy_are_said_exactly(option: str, value: str) -> None:
    answer = holin("serve", CASE, option, value, "--port", 0, "--json")
    assert [(f["field"], f["value"]) for f in answer.json["faults"]] == [(option, value)] and answer.code == 1


def test_a_server_with_accounts_lets_in_who_has_one_warns_and_finishes_what_it_answers(tmp_path: Path) -> None:
    file = tmp_path / "accounts.db"
    holin("users", "add", "li.na", "--role", "admin", "--invite", "--accounts", file)
    token = holin("users", "token", "li.na", "--accounts", file, "--json").json["token"]
    options = ("--auth", "--accounts", file, "--host", "0.0.0.0")
    with served(CASE, "--port", 0, *options, "--json") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}api/library", timeout=PATIENCE_S).status_code == 401
        assert httpx.get(f"{url}api/session", headers={"Host": "evil.example"}, timeout=PATIENCE_S).status_code == 421
        with Client(url, token=token) as client:
            assert [p.faults for p in client.library().parks] == [()]
        with Client(url) as client, pytest.raises(Refusal, match="log in first"):
            client.library()
        how = {"headers": {"Authorization": f"Bearer {token}"}, "timeout": PATIENCE_S}
        with httpx.stream("GET", f"{url}api/openapi.json", **how) as answer:
            process.send_signal(signal.SIGTERM)
            assert json.loads(answer.read())["paths"]
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0 and "without encryption" in errors


def test_runs_that_are_made_while_it_serves_are_seen(tmp_path: Path) -> None:
    with served("--port", 0, "--json") as process:  # stands in tmp_path, which has no runs/ yet
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        first = httpx.get(f"{url}api/library", timeout=PATIENCE_S).json()
        assert [p["id"] for p in first["parks"]] == ["huolinguole", "huolinhe"] and first["runs"] == []
        (tmp_path / "runs" / "x").mkdir(parents=True)
        for name in ("manifest.json", "summary.json"):
            (tmp_path / "runs" / "x" / name).write_text("{}")
        [run] = httpx.get(f"{url}api/library", timeout=PATIENCE_S).json()["runs"]
        assert run["id"] == "x" and run["faults"]


# ---- ports and hosts -------------------------------------------------------------------------------------------------


def test_a_taken_port_that_was_asked_for_is_a_fault() -> None:
    with taken() as port:
        answer = holin("serve", CASE, "--port", port, "--json")
    [fault] = answer.json["faults"]
    assert answer.code == 1
    assert (fault["file"], fault["field"], fault["value"]) == ("command line", "--port", str(port))
    assert "another program listens there" in fault["problem"]


def test_without_a_port_the_next_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr("holin.web.serving.PORT", port)
        with listening("127.0.0.1", None) as door:
            assert port < door.getsockname()[1] < port + PORTS_TRIED


def test_when_all_ports_are_taken_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken() as port:
        monkeypatch.setattr("holin.web.serving.PORT", port)
        monkeypatch.setattr("holin.web.serving.PORTS_TRIED", 1)
        with pytest.raises(BadInput, match="all ports from"):
            listening("127.0.0.1", None)
    assert PORT == 8765


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_a_host_that_is_not_this_machines_is_a_fault(host: str) -> None:
    answer = holin("serve", CASE, "--host", host, "--port", 0, "--json")
    assert answer.code == 1 and answer.json["faults"][0]["field"] == "--host"


def test_paths_at_which_nothing_stands_are_named() -> None:
    answer = holin("serve", "gone", "--json")
    assert answer.code == 1 and [f["value"] for f in answer.json["faults"]] == ["gone"]
    assert answer.json["faults"][0]["field"] == "PATHS"


def test_what_stands_elsewhere_belongs_to_a_run_that_is_served() -> None:
    answer = holin("serve", CASE, "--ledger", "gone.db", "--hall", "2025=gone", "--port", 0, "--json")
    assert answer.code == 1
    assert [(f["field"], f["value"]) for f in answer.json["faults"]] == [
        ("--ledger", "gone.db"),
        ("--hall", "2025=gone"),
    ]
    assert {f["problem"] for f in answer.json["faults"]} == {"no run is served that it could belong to"}


def test_an_address_can_be_opened() -> None:
    with listening("::1" if socket.has_ipv6 else "127.0.0.1", 0) as door:
        url = url_of(door)
        assert httpx.URL(url).host in ("::1", "127.0.0.1") and url.endswith("/")


def test_help_is_quick_and_needs_no_server() -> None:
    code = "import sys, holin.cli; assert not {'fastapi', 'uvicorn', 'httpx', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
