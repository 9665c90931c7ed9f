"""Run uv, fetching it first when the machine has none: `python3 tools/bootstrap_uv.py ARGUMENTS...`.

A fresh machine has Python and make, but perhaps neither uv nor pip, ensurepip and venv (Debian packs them apart). So
this file uses the standard library only, and finds uv in three steps: on PATH; through pip; as a wheel straight from
the package index. What is fetched goes into `.uv/` of the checkout and nowhere else.

People behind a mirror, a proxy or their own certificates have told pip so. uv does not read pip's configuration, so
it is handed over here, wherever the person has not told uv something else.
"""

from __future__ import annotations

import configparser
import hashlib
import html.parser
import http.client
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL_UV = ROOT / ".uv" / "bin" / "uv"
OLDEST_UV = (0, 8, 0)  # reads hashes from constraints and installs dependency groups
PUBLIC_INDEX = "https://pypi.org/simple"
FAILURES = (OSError, ValueError, LookupError, configparser.Error, http.client.HTTPException, zipfile.BadZipFile)


# ---- what the person has told pip, said to uv -------------------------------------------------------------------


def pip_files(environ: Mapping[str, str]) -> list[Path]:
    """Return the files that pip would read, the weightier ones later."""
    own_file = environ.get("PIP_CONFIG_FILE", "")
    if own_file == os.devnull:
        return []
    home = Path(environ.get("HOME", "/"))
    folders = [Path(d) / "pip" for d in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")[::-1] if d]
    folders += [Path("/Library/Application Support/pip"), Path("/etc")]
    folders += [home / ".pip", home / "Library/Application Support/pip"]
    folders += [Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip"]
    return [folder / "pip.conf" for folder in folders] + ([Path(own_file)] if own_file else [])


def pip_settings(environ: Mapping[str, str], files: Iterable[Path]) -> dict[str, str]:
    """Read pip's configuration as pip does: the environment outweighs the files, `[install]` outweighs `[global]`."""
    settings: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        parser.read(file, encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                settings |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    for name, value in environ.items():
        if name.startswith("PIP_") and value:
            settings[name[4:].lower().replace("_", "-")] = value
    return settings


def uv_environment(environ: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that give uv pip's settings, leaving out what the person has told uv already.

    pip's `extra-index-url` is left out on purpose. pip looks into all indexes alike; uv asks extra ones first and by
    default stops at the first that knows the name, so a partial extra index (a folder of own builds, piwheels) would
    hide the very files whose hashes the lock demands. Nothing Holin needs lies on an extra index alone; who keeps it
    all on one sets UV_INDEX or UV_DEFAULT_INDEX.
    """
    links = [link for link in pip.get("find-links", "").split() if "://" in link or Path(link).is_dir()]
    certificates = [pip.get("cert"), environ.get("REQUESTS_CA_BUNDLE"), environ.get("CURL_CA_BUNDLE")]
    wanted = {
        "UV_DEFAULT_INDEX": pip.get("index-url") if "UV_INDEX_URL" not in environ else None,
        "UV_FIND_LINKS": ",".join(links),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in ("1", "true", "yes", "on") else None,
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "SSL_CERT_FILE": next((c for c in certificates if c and Path(c).is_file()), None),
        "HTTPS_PROXY": pip.get("proxy") if "https_proxy" not in environ else None,
        "HTTP_PROXY": pip.get("proxy") if "http_proxy" not in environ else None,
    }
    return {name: value for name, value in wanted.items() if value and not environ.get(name)}


# ---- which wheel ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class File:
    """One file that an index offers."""

    name: str
    url: str
    sha256: str | None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What decides whether a binary runs here; `glibc` is None on musl, `macos` is None on Linux."""

    arch: str
    glibc: tuple[int, ...] | None
    macos: tuple[int, ...] | None

    @classmethod
    def here(cls) -> Machine:
        """Return the machine this runs on."""
        try:
            libc = os.confstr("CS_GNU_LIBC_VERSION") or ""  # None or ValueError: not glibc
        except ValueError:
            libc = ""
        return cls(
            arch=platform.machine().lower(),
            glibc=numbers(libc) if "glibc" in libc else None,
            macos=numbers(platform.mac_ver()[0]) if sys.platform == "darwin" else None,
        )

    def runs(self, tag: str) -> bool:
        """Return whether a wheel with this platform tag (PEP 600, PEP 656) runs here."""
        match = re.fullmatch(r"(manylinux|musllinux|macosx)_(\d+)_(\d+)_(\w+)", tag)
        if not match:
            return False
        family, major, minor, arch = match.groups()
        needed = (int(major), int(minor))
        if family == "macosx":
            return self.macos is not None and self.macos >= needed and arch in (self.arch, "universal2")
        if self.macos is not None or arch != self.arch:
            return False
        if family == "musllinux":
            return self.glibc is None
        return self.glibc is not None and self.glibc >= needed


def numbers(text: str) -> tuple[int, ...]:
    """Return the first dotted number in a text, `()` if there is none: "glibc 2.36" -> (2, 36)."""
    match = re.search(r"\d+(\.\d+)*", text)
    return tuple(int(n) for n in match[0].split(".")) if match else ()


def newest_wheel(files: Iterable[File], machine: Machine) -> File:
    """Return the newest released wheel of uv that runs on the machine.

    Raises LookupError where there is none.
    """
    fitting = []
    for file in files:
        match = re.fullmatch(r"uv-([\d.]+)-py3-none-([\w.]+)\.whl", file.name)
        if match and any(machine.runs(tag) for tag in match[2].split(".")):
            fitting.append((numbers(match[1]), file))
    if not fitting:
        raise LookupError(f"the index has no uv wheel for {machine}")
    return max(fitting, key=lambda pair: pair[0])[1]


# ---- the index --------------------------------------------------------------------------------------------------


class _Links(html.parser.HTMLParser):
    """Collects the links of a simple index page in HTML (PEP 503), without the yanked ones (PEP 592)."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        href = attributes.get("href")
        if tag == "a" and href and "data-yanked" not in attributes:
            self.hrefs.append(href)


def files_of_page(page: str, content_type: str, page_url: str) -> list[File]:
    """Read an index page, JSON (PEP 691) or HTML (PEP 503); yanked files are left out."""
    if "json" in content_type:
        return [
            File(name=f["filename"], url=urllib.parse.urljoin(page_url, f["url"]), sha256=f["hashes"].get("sha256"))
            for f in json.loads(page)["files"]
            if not f.get("yanked")
        ]
    links = _Links()
    links.feed(page)
    files = []
    for href in links.hrefs:
        url, fragment = urllib.parse.urldefrag(urllib.parse.urljoin(page_url, href))
        name = urllib.parse.unquote(url.rpartition("/")[2])
        files.append(File(name=name, url=url, sha256=dict([fragment.partition("=")[::2]]).get("sha256")))
    return files


def opener_for(index: str) -> tuple[urllib.request.OpenerDirector, str]:
    """Return an opener and the index address without its `user:password@`, which the opener sends along instead."""
    parts = urllib.parse.urlsplit(index)
    host = parts.netloc.rpartition("@")[2]
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    if parts.username:
        user, password = (urllib.parse.unquote(p or "") for p in (parts.username, parts.password))
        passwords.add_password(None, f"{parts.scheme}://{host}/", user, password, is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    return opener, urllib.parse.urlunsplit(parts._replace(netloc=host))


def uv_from_index(index: str, machine: Machine) -> bytes:
    """Download the newest fitting uv from a package index and return the binary, its wheel's sha256 checked."""
    opener, index = opener_for(index)
    page_url = index.rstrip("/") + "/uv/" + ("index.html" if index.startswith("file:") else "")
    accept = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.1"}
    with opener.open(urllib.request.Request(page_url, headers=accept), timeout=60) as answer:
        page, content_type = answer.read().decode(), answer.headers.get("Content-Type", "")
        files = files_of_page(page, content_type, answer.url)
    file = newest_wheel(files, machine)
    with opener.open(file.url, timeout=300) as answer:
        wheel = answer.read()
    found = hashlib.sha256(wheel).hexdigest()
    if found != file.sha256:
        raise ValueError(f"{file.name} has sha256 {found}, but the index says {file.sha256}")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        [binary] = [name for name in archive.namelist() if name.endswith(".data/scripts/uv")]
        return archive.read(binary)


# ---- uv itself --------------------------------------------------------------------------------------------------


def is_new_enough(uv: str | Path) -> bool:
    """Return whether this is a uv that runs and is not too old."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and numbers(answer.stdout) >= OLDEST_UV


def fetch_through_pip(folder: Path) -> Path | None:
    """Let pip fetch uv, as it knows the machine's indexes and passwords; None where pip is missing or fails."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--no-deps"]
    answer = subprocess.run([*command, f"--target={folder}", "uv"], capture_output=True, check=False)
    uv = folder / "bin" / "uv"
    return uv if answer.returncode == 0 and uv.is_file() else None


def fetch() -> Path:
    """Put a uv into `.uv/` and return it."""
    LOCAL_UV.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LOCAL_UV.parent) as folder:
        uv = fetch_through_pip(Path(folder))
        if uv is None:
            index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL") or PUBLIC_INDEX
            uv = Path(folder) / "uv"
            uv.write_bytes(uv_from_index(index, Machine.here()))
        uv.chmod(0o755)
        if not is_new_enough(uv):
            raise ValueError(f"the uv that was fetched does not run here or is older than {OLDEST_UV}")
        os.replace(uv, LOCAL_UV)  # in one step: another make may be doing the same
    return LOCAL_UV


def main() -> None:
    """Run uv with the arguments given, in this process."""
    try:
        os.environ.update(uv_environment(os.environ, pip_settings(os.environ, pip_files(os.environ))))
        uv = next((u for u in (shutil.which("uv"), LOCAL_UV) if u and is_new_enough(u)), None)
        if uv is None:
            print("Fetching uv into .uv/ ...", file=sys.stderr)
            uv = fetch()
    except FAILURES as problem:
        sys.exit(
            f"uv is missing and could not be fetched: {problem}\n"
            "Install uv yourself (https://docs.astral.sh/uv), or name a reachable package index in UV_DEFAULT_INDEX."
        )
    os.execv(uv, [str(uv), *sys.argv[1:]])


if __name__ == "__main__":
    main()
