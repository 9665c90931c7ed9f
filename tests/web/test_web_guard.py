"""What stands before every answer: the name asked for, the headers, and the page's own files."""

import gzip
from pathlib import Path

import pytest
from web_asked import Asked

from holin.web import Library, create_app
from holin.web.guard import HEADERS, is_loopback, name_of


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8765", "localhost"), ("LOCALHOST", "localhost"), ("127.0.0.1:1", "127.0.0.1"), ("[::1]:80", "::1"),
        ("[::1]", "::1"), ("evil.example:8765", "evil.example"), ("", ""), ("::1", "::1"),
    ],
)  # fmt: skip
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert name_of(host) == name


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil", "", "["]
)
def test_another_name_is_refused_so_that_no_site_can_be_led_here(host: str) -> None:
    asked = Asked(create_app(Library([])))
    for path in ("/api/library", "/", "/assets/x.js"):
        answer = asked.get(path, {"Host": host})
        assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")
    assert asked.get("/api/library", {"Host": "127.0.0.1:8765"}).status_code == 200


def test_a_server_for_the_network_answers_to_any_name() -> None:
    asked = Asked(create_app(Library([]), names=None))
    assert asked.get("/api/library", {"Host": "park.example"}).status_code == 200
    for odd in ("[", "[::1", "a b", "x:y:z"):
        assert asked.get("/api/nothing", {"Host": odd}).status_code == 404


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
                       ("::", False), ("192.168.1.2", False), ("park.example", False)],
)  # fmt: skip
def test_which_hosts_only_this_machine_reaches(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(asked: Asked) -> None:
    for path in ("/api/library", "/api/nothing", "/", "/x.js", "/api/runs/%", "/api/runs/two-days/series"):
        answer = asked.get(path)
        assert {k: answer.headers[k] for k in HEADERS} == HEADERS, path
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
    scripts = [part for part in policy.split("; ") if part.startswith(("script-src", "default-src"))]
    assert scripts == ["default-src 'self'"]


def test_a_bug_is_a_problem_without_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Library([]))
    monkeypatch.setattr(Library, "parks", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):  # the server logs it; a browser gets the problem
        Asked(app).get("/api/library")


# ---- the page's files ------------------------------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path) -> Asked:
    """A built page in small."""
    bundle = tmp_path / "bundle"
    (bundle / "assets").mkdir(parents=True)
    (bundle / "index.html").write_text("<!doctype html><title>page</title>")
    (bundle / "assets" / "app-1a2b.js").write_text("console.log(1)" * 99)
    (bundle / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"console.log(1)" * 99))
    (bundle / "assets" / "app-1a2b.js.br").write_bytes(b"smaller still")
    (bundle / "assets" / "style.css").write_text("body{}")
    (tmp_path / "secret.txt").write_text("secret")
    return Asked(create_app(Library([]), bundle=bundle))


def test_the_page_answers_to_all_its_routes(page: Asked) -> None:
    for path in ("/", "/park", "/passport/batch-1", "/index.html"):
        answer = page.get(path)
        assert answer.status_code == 200 and "<title>page</title>" in answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        assert page.get(path, {"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert page.get("/", method="HEAD").status_code == 200


def test_hashed_files_are_kept_for_good_and_sent_as_they_were_packed(page: Asked) -> None:
    for accepted, encoding in (
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
    ):
        answer = page.get("/assets/app-1a2b.js", {"Accept-Encoding": accepted})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers.get("content-encoding") == encoding and answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in page.get("/assets/style.css", {"Accept-Encoding": "br"}).headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/%00.js",
        "/x" * 3000 + ".js",
    ],
)
def test_nothing_outside_of_the_page_is_sent(page: Asked, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404 and "secret" not in answer.text.replace(path, "").replace("secret.txt", "")


def test_without_a_build_a_page_says_so_in_both_languages(tmp_path: Path) -> None:
    answer = Asked(create_app(Library([]), bundle=tmp_path)).get("/")
    assert answer.status_code == 200 and "make page" in answer.text
    assert "front end is not built" in answer.text and "网页前端尚未构建" in answer.text
    assert answer.headers["cache-control"] == "no-store"
