"""A PostgreSQL server of one's own for tests and benchmarks: in a temporary folder, on a free port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

OLDEST = 15
START_S = 120
"""A server that was killed looks at all its files first; with many databases on a busy disk that takes its time."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: its port on this machine, the process that all others are children of, and its folder."""

    port: int
    user: str
    folder: Path
    programs: Path

    def address(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make a database and return its address."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}".encode())
        return self.address(database)

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a failing machine would."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
        for process in (pid, *map(int, children)):
            _kill(process)
        while any(_lives(process) for process in (pid, *map(int, children))):
            time.sleep(0.02)
        # Where nobody reaps orphans the dead server's number lives on, and its file would keep the next from starting.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server on its folder, again after a kill; returns when it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        if sys.platform == "linux":
            options += " -c recovery_init_sync_method=syncfs"  # one call, not one for each file of each database
        log = self.folder / "server.log"
        _run(self.programs / "pg_ctl", "-D", self.folder, "-o", options, "-l", log, "-w", "-t", START_S, "start")

    def stop(self) -> None:
        """Stop the server."""
        _run(self.programs / "pg_ctl", "-D", self.folder, "-m", "immediate", "-w", "stop", check=False)


def programs() -> Path | None:
    """Return the folder of the newest server of version 15 or later on this machine, None where there is none."""
    candidates = [Path(found).parent for name in ("postgres",) if (found := shutil.which(name))]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    for folder in candidates:
        real = folder if (folder / "initdb").exists() else (folder / "postgres").resolve().parent
        if (real / "initdb").exists() and _version(real) >= OLDEST:
            return real
    return None


@contextmanager
def server() -> Iterator[Server]:
    """Run a server while the block lasts. Raises FileNotFoundError where PostgreSQL 15 or newer is not installed."""
    found = programs()
    if found is None:
        raise FileNotFoundError("PostgreSQL 15 or newer is not installed")
    folder = Path(tempfile.mkdtemp(prefix="holin-postgres-"))
    user = _owner()
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    try:
        data = folder / "data"
        _run(found / "initdb", "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums")
        one = Server(port=_free_port(), user=user, folder=data, programs=found)
        one.start()
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str:
    """Return who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise FileNotFoundError("no user `postgres` or `nobody` to run PostgreSQL as")


def _run(program: Path, *arguments: object, check: bool = True) -> None:
    become: dict[str, object] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam(_owner())
        become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(program), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False, cwd="/", env={**os.environ, "LC_ALL": "C"}, **become,  # type: ignore[call-overload]
    )  # fmt: skip
    if check and done.returncode:
        raise RuntimeError(f"{program.name} failed with exit code {done.returncode}")


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    words = [word for word in said.replace("(", " ").split() if word[0].isdigit()]
    return int(words[0].split(".")[0]) if words else 0


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, 9)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, IndexError):
        return False
