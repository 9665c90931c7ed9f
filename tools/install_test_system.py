"""Install what tests need beside Python packages: Chromium and a Chinese font, PostgreSQL, and OpenSSL with SM2.

On Debian and Ubuntu as root (or on a build server, with sudo) it installs them. Elsewhere it changes nothing and says
what is missing: the tests of it are then skipped. On a build server (CI=true) nothing may be skipped, so it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT_DOWNLOADS = (
    ".cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
ADVICE = (
    "Tests of it will be skipped: missing {missing}.\n"
    "  Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk postgresql openssl\n"
    "  macOS:          brew install --cask chromium; brew install postgresql@17 openssl\n"
    "  Chromium also:  .venv/bin/playwright install chromium"
)


def chromium() -> Path | None:
    """Return a Chromium that runs: the system's, or one that Playwright has downloaded."""
    candidates = [path for name in NAMES if (path := shutil.which(name))] + list(APPLICATIONS)
    for downloads in PLAYWRIGHT_DOWNLOADS:
        candidates += map(str, sorted(Path.home().glob(downloads), reverse=True))
    return next((Path(c) for c in candidates if os.access(c, os.X_OK) and _runs(c)), None)


def has_chinese_font() -> bool:
    """Return whether text in Chinese has a font; macOS always has one."""
    if sys.platform == "darwin":
        return True
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def has_postgresql() -> bool:
    """Return whether the ledger's tests can run a PostgreSQL server of their own, version 15 or newer."""
    try:
        from postgres_server import programs
    except ImportError:  # Windows
        return False
    return programs() is not None


def has_sm2() -> bool:
    """Return whether the program `openssl` makes keys of SM2."""
    asked = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2"]
    try:
        return subprocess.run(asked, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def missing() -> list[str]:
    """Return what is missing, in words."""
    return (
        ["Chromium"] * (chromium() is None)
        + ["a Chinese font"] * (not has_chinese_font())
        + ["PostgreSQL"] * (not has_postgresql())
        + ["OpenSSL with SM2"] * (not has_sm2())
    )


def _runs(candidate: str) -> bool:
    # Ubuntu has a `chromium-browser` that only says that one should install a snap.
    try:
        return subprocess.run([candidate, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    packages = ["chromium", "fonts-noto-cjk", "fontconfig", "postgresql", "openssl"]
    subprocess.run([*apt, "update"], check=False)
    # One by one: Ubuntu has no package `chromium`, but it has the font.
    for package in packages:
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", package], check=False, stdout=sys.stderr)
    if chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)


def main() -> None:
    """Install what is missing where that is allowed, then say what is missing still."""
    on_server = os.environ.get("CI", "").lower() == "true"
    may_install = os.geteuid() == 0 or (on_server and shutil.which("sudo"))
    if missing() and shutil.which("apt-get") and may_install:
        print(f"Installing {' and '.join(missing())} for the tests ...", file=sys.stderr)
        _install()
    if still := missing():
        print(ADVICE.format(missing=" and ".join(still)), file=sys.stderr)
        sys.exit(1 if on_server else 0)


if __name__ == "__main__":
    main()
