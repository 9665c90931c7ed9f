"""The bootstrap of uv: how pip's configuration is read, which wheel is taken, and the whole way over a local index."""

import base64
import functools
import hashlib
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

import bootstrap_uv
from bootstrap_uv import File, Machine, files_of_page, newest_wheel, pip_files, pip_settings, uv_environment

DEBIAN = Machine(arch="x86_64", glibc=(2, 36), macos=None)
ALPINE = Machine(arch="x86_64", glibc=None, macos=None)
ARM = Machine(arch="aarch64", glibc=(2, 31), macos=None)
MAC = Machine(arch="arm64", glibc=None, macos=(14, 5))

# The names under which uv 0.13.9 is published (https://pypi.org/simple/uv/), and one each that must not be taken.
PUBLISHED = [
    "uv-0.13.9-py3-none-linux_armv6l.whl",
    "uv-0.13.9-py3-none-macosx_10_12_x86_64.whl",
    "uv-0.13.9-py3-none-macosx_11_0_arm64.whl",
    "uv-0.13.9-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
    "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "uv-0.13.9-py3-none-manylinux_2_28_aarch64.whl",
    "uv-0.13.9-py3-none-musllinux_1_1_x86_64.whl",
    "uv-0.13.9-py3-none-win_amd64.whl",
    "uv-0.13.9.tar.gz",
]
OLDER = "uv-0.9.30-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
TOO_NEW_A_LIBC = "uv-0.14.0-py3-none-manylinux_2_99_x86_64.whl"
PRE_RELEASE = "uv-0.15.0rc1-py3-none-manylinux_2_17_x86_64.whl"


def offered(*names: str) -> list[File]:
    return [File(name=n, url=f"http://index/{n}", sha256="") for n in names]


@pytest.mark.parametrize(
    ("machine", "tag"),
    [
        (DEBIAN, "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        (ALPINE, "musllinux_1_1_x86_64"),
        (MAC, "macosx_11_0_arm64"),
        (Machine(arch="x86_64", glibc=None, macos=(13, 0)), "macosx_10_12_x86_64"),
    ],
)
def test_each_machine_gets_its_wheel(machine: Machine, tag: str) -> None:
    assert newest_wheel(offered(*PUBLISHED), machine).name == f"uv-0.13.9-py3-none-{tag}.whl"


def test_arm_takes_a_wheel_of_its_architecture() -> None:
    assert "aarch64" in newest_wheel(offered(*PUBLISHED), ARM).name


def test_newest_release_that_runs_is_taken_whatever_the_order() -> None:
    names = [OLDER, *PUBLISHED, TOO_NEW_A_LIBC, PRE_RELEASE]
    for order in (names, names[::-1]):
        assert newest_wheel(offered(*order), DEBIAN).name.startswith("uv-0.13.9-py3-none-manylinux_2_17_x86_64")


def test_no_wheel_is_said_so() -> None:
    with pytest.raises(LookupError, match="riscv64"):
        newest_wheel(offered(*PUBLISHED), Machine(arch="riscv64", glibc=(2, 31), macos=None))


def test_this_machine_is_recognised() -> None:
    here = Machine.here()
    assert (here.macos is not None) == (sys.platform == "darwin")
    assert here.arch


def test_json_and_html_pages_say_the_same() -> None:
    name = PUBLISHED[4]
    entry = {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": "ab"}}
    as_json = json.dumps({"files": [{**entry, "yanked": False}, {**entry, "filename": "bad", "yanked": "broken"}]})
    as_html = (
        f'<a href="../../files/{name}#sha256=ab" data-requires-python="&gt;=3.8">{name}</a>'
        '<a href="../../files/bad#sha256=ab" data-yanked="broken">bad</a>'
    )
    url = "http://index/simple/uv/"
    expected = [File(name=name, url=f"http://index/files/{name}", sha256="ab")]
    assert files_of_page(as_json, "application/vnd.pypi.simple.v1+json", url) == expected
    assert files_of_page(as_html, "text/html", url) == expected


def test_environment_outweighs_files_and_later_files_outweigh_earlier(tmp_path: Path) -> None:
    system, own = tmp_path / "system.conf", tmp_path / "own.conf"
    system.write_text("[global]\nindex-url = http://system/%(x)s\ncert = /system.pem\nfind_links = /a\n  /b\n")
    own.write_text("[install]\nindex-url = http://own\n[global]\nindex-url = http://own-global\n")
    assert pip_settings({"PIP_CERT": "/env.pem"}, [system, tmp_path / "absent", own]) == {
        "index-url": "http://own",
        "cert": "/env.pem",
        "find-links": "/a\n/b",
    }


def test_files_are_those_of_pip() -> None:
    files = [str(f) for f in pip_files({"HOME": "/h", "PIP_CONFIG_FILE": "/own.conf"})]
    order = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", "/h/.pip/pip.conf", "/h/.config/pip/pip.conf", "/own.conf"]
    assert [f for f in files if f in order] == order
    assert pip_files({"HOME": "/h", "PIP_CONFIG_FILE": os.devnull}) == []


def test_uv_hears_what_pip_was_told(tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.touch()
    pip = {
        "index-url": "https://mirror/simple",
        "extra-index-url": "file:///partial",
        "find-links": f"{tmp_path} {tmp_path}/absent https://links",
        "cert": str(certificates),
        "trusted-host": "mirror",
        "no-index": "false",
    }
    assert uv_environment({}, pip) == {
        "UV_DEFAULT_INDEX": "https://mirror/simple",
        "UV_FIND_LINKS": f"{tmp_path},https://links",
        "UV_INSECURE_HOST": "mirror",
        "SSL_CERT_FILE": str(certificates),
    }


@pytest.mark.parametrize(
    ("environ", "pip"),
    [
        ({}, {}),
        ({"UV_DEFAULT_INDEX": "https://own"}, {"index-url": "https://mirror"}),
        ({"UV_INDEX_URL": "https://own"}, {"index-url": "https://mirror"}),
        ({"SSL_CERT_FILE": "/own.pem"}, {"cert": __file__}),
        ({"https_proxy": "http://own", "http_proxy": "http://own"}, {"proxy": "http://proxy"}),
    ],
)
def test_what_uv_was_told_stands(environ: dict[str, str], pip: dict[str, str]) -> None:
    assert uv_environment(environ, pip) == {}


# ---- the whole way --------------------------------------------------------------------------------------------

FAKE_UV = '#!/bin/sh\ntest "$1" = --version && echo "uv 99.0.0" || echo "fake uv ran: $*; index $UV_DEFAULT_INDEX"\n'
NO_PIP = "raise SystemExit('No module named pip')\n"
WORKING_PIP = f"""
import pathlib, sys
[target] = [a.partition("=")[2] for a in sys.argv if a.startswith("--target=")]
binary = pathlib.Path(target, "bin", "uv")
binary.parent.mkdir(parents=True)
binary.write_text({FAKE_UV!r})
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing but the bootstrap."""
    tools = tmp_path / "checkout" / "tools"
    tools.mkdir(parents=True)
    shutil.copy(bootstrap_uv.__file__, tools)
    return tools.parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of an index that offers one uv wheel, for every machine that the tests run on."""
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("uv/__init__.py", "")
        archive.writestr("uv-99.0.0.data/scripts/uv", FAKE_UV)
    arch = Machine.here().arch
    name = f"uv-99.0.0-py3-none-manylinux_2_17_{arch}.musllinux_1_1_{arch}.macosx_10_12_{arch}.whl"
    page = tmp_path / "site" / "simple" / "uv"
    page.mkdir(parents=True)
    (tmp_path / "site" / name).write_bytes(wheel.getvalue())
    digest = hashlib.sha256(wheel.getvalue()).hexdigest()
    (page / "index.html").write_text(f'<a href="../../{name}#sha256={digest}">{name}</a>')
    return tmp_path / "site"


@pytest.fixture
def index(site: Path):
    """The address of that index on a local server which demands a password."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"user:p@ss").decode():
                self.send_error(401)
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://user:p%40ss@127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def bootstrap(checkout: Path, pip: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap where no uv is on PATH and `python -m pip` does what `pip` says."""
    fake = checkout.parent / "fake"
    fake.mkdir(exist_ok=True)
    (fake / "pip.py").write_text(pip)
    environment = {"PATH": str(fake), "HOME": str(fake), "PYTHONPATH": str(fake), "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, checkout / "tools" / "bootstrap_uv.py", "venv", ".venv"]
    return subprocess.run(command, env=environment | environ, capture_output=True, text=True, check=False, timeout=60)


def test_without_pip_the_wheel_comes_from_the_configured_index(checkout: Path, index: str) -> None:
    first = bootstrap(checkout, NO_PIP, PIP_INDEX_URL=index)
    assert (first.returncode, first.stdout) == (0, f"fake uv ran: venv .venv; index {index}\n"), first.stderr
    assert "Fetching" in first.stderr
    assert [p.relative_to(checkout / ".uv") for p in (checkout / ".uv").rglob("*")] == [Path("bin"), Path("bin/uv")]

    second = bootstrap(checkout, NO_PIP, PIP_INDEX_URL="http://127.0.0.1:9/gone")
    assert second.returncode == 0 and second.stderr == "", "what was fetched once is used again"


def test_index_in_a_folder(checkout: Path, site: Path) -> None:
    assert bootstrap(checkout, NO_PIP, UV_DEFAULT_INDEX=f"file://{site}/simple").returncode == 0


def test_pip_is_asked_first(checkout: Path) -> None:
    answer = bootstrap(checkout, WORKING_PIP, UV_DEFAULT_INDEX="http://127.0.0.1:9/gone")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("fake uv ran")


def test_a_uv_on_path_is_used_unless_it_is_too_old(checkout: Path, tmp_path: Path) -> None:
    on_path = tmp_path / "bin" / "uv"
    on_path.parent.mkdir()
    on_path.write_text("#!/bin/sh\necho uv 0.8.22\n")
    on_path.chmod(0o755)
    path = str(on_path.parent)
    assert bootstrap(checkout, NO_PIP, PATH=path).stdout == "uv 0.8.22\n"
    on_path.write_text("#!/bin/sh\necho uv 0.4.9\n")
    assert bootstrap(checkout, WORKING_PIP, PATH=path).stdout.startswith("fake uv ran")


def test_a_wheel_with_another_hash_is_refused(checkout: Path, site: Path) -> None:
    [wheel] = site.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"x")
    answer = bootstrap(checkout, NO_PIP, UV_DEFAULT_INDEX=f"file://{site}/simple")
    assert answer.returncode == 1
    assert "sha256" in answer.stderr
    assert not (checkout / ".uv" / "bin" / "uv").exists()


def test_no_index_is_said_in_a_sentence(checkout: Path) -> None:
    answer = bootstrap(checkout, NO_PIP, UV_DEFAULT_INDEX="http://127.0.0.1:9/simple")
    assert answer.returncode == 1
    assert "UV_DEFAULT_INDEX" in answer.stderr and "Traceback" not in answer.stderr
