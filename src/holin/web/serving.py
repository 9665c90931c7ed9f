"""Serving an app on a port until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from holin.accounts import open_accounts
from holin.errors import ARGUMENT, BadInput, Fault
from holin.jobs import Desk
from holin.web.accounts import Entrance
from holin.web.app import JOBS, create_app
from holin.web.guard import faults_of_host, faults_of_proxies, faults_of_url, name_of, names_for
from holin.web.kept import ANSWERS, Kept, users_folder
from holin.web.library import Library
from holin.web.loading import load
from holin.web.named import HALL, LEDGER, PASSPORTS, named_beside
from holin.web.places import RUNS, kind_of, named_places

PORT = 8765
PORTS_TRIED = 20
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
GRACE_S = 2
"""So long answers that are on their way may take when the server stops."""


def serve(
    paths: Sequence[Path | str] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    results: Path | str | None = None,
    accounts: Path | str | None = None,
    url: str | None = None,
    proxies: Sequence[str] = LOOPBACK_ADDRESSES,
    ledgers: Sequence[Path | str] = (),
    passports: Sequence[Path | str] = (),
    halls: Sequence[Path | str] = (),
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve parks and runs over HTTP until SIGINT or SIGTERM; `on_ready` is told the address once it answers.

    `paths` are parks, runs or folders that hold some; without any it is the reference parks and the folder `runs`, also
    if that comes later. Without a `port` the first free one from PORT on is taken. On a loopback host only requests for
    that host are answered. Jobs write what they make to `results`: without it to the first of `paths` that is a folder
    of several, else to `runs`; they end when the server does. Costly answers are kept on disk: among `results`,
    without it in the user's cache.

    Ledgers, passports and catalogues are found beside a run by its name; where they are called otherwise or stand
    elsewhere, `ledgers`, `passports` and `halls` say so, each as RUN=PATH, or the path alone where one run is served.

    With a file of `accounts` people log in; only then another host than a loopback one may be given. `url` is the
    address under which people reach it where a reverse proxy stands before it: behind https cookies are sent by no
    other way, and who asks is taken from what the `proxies` (their addresses) say. Raises BadInput for a path at which
    nothing stands, for a host, a port or a place that cannot be had, and for a host that everybody could read.
    """
    where = named_places(paths) if paths else None
    faults = [*faults_of_host(host, with_accounts=accounts is not None), *faults_of_url(url)]
    if faults := [*faults, *faults_of_proxies(proxies)]:
        raise BadInput(faults)
    said = {LEDGER: ledgers, PASSPORTS: passports, HALL: halls}
    named = named_beside(where if where is not None else (RUNS,), said) if any(said.values()) else None
    with contextlib.ExitStack() as open_now:
        entrance = None
        if accounts is not None:
            entrance = open_now.enter_context(contextlib.closing(Entrance(open_accounts(accounts), url=url or "")))
        door = open_now.enter_context(contextlib.closing(listening(host, port)))
        names = names_for(host, url, with_accounts=entrance is not None)
        place = results_of(where, results)
        load()
        desk = Desk(place / JOBS)
        kept = Kept(users_folder() if results is None else place / ANSWERS)
        library = open_now.enter_context(contextlib.closing(Library(where, results=place, kept=kept, named=named)))
        app = create_app(library, names=names, desk=desk, entrance=entrance)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=30, lifespan="off", proxy_headers=bool(url), forwarded_allow_ips=list(proxies),
        )  # fmt: skip

        def ready() -> None:
            if on_ready is not None:
                on_ready(f"{url.rstrip('/')}/" if url else url_of(door))

        def stopping() -> None:
            desk.closing = True  # then events end, and with them the last answers
            threading.Thread(target=library.close).start()  # who waits for a costly answer is told so

        with contextlib.closing(desk):
            asyncio.run(Server(config, ready, stopping).serve(sockets=[door]))


def results_of(paths: Sequence[Path] | None, results: Path | str | None) -> Path:
    """Return the folder in which jobs write what they make. Raises BadInput where a file stands there."""
    place = Path(results) if results is not None else next((p for p in paths or () if kind_of(p) is None), RUNS)
    if place.exists() and not place.is_dir():
        fault = Fault(file=ARGUMENT, field="out", value=str(place), problem="is a file", right="name a folder")
        raise BadInput([fault])
    return place


class Server(uvicorn.Server):
    """A server that says when it answers, and ends with its last answer instead of with the signal that stopped it."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready, self.on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self.on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM; both are the way in which a server is meant to end, so none is raised again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.on_stop()
        self.handle_exit(number, frame)


def listening(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens: on the port, or without one on the first free one from PORT on.

    Raises BadInput where the port is taken or may not be had, or the host is none of this machine's.
    """
    tries = range(PORT, PORT + PORTS_TRIED) if port is None else (port,)
    for number in tries:
        try:
            return _bound(host, number)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and number != tries[-1]:
                continue
            raise BadInput([_fault(host, number, error, given=port is not None)]) from error
    raise AssertionError("a port is tried at least")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    door = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_REUSEADDR"):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(128)
    except BaseException:
        door.close()
        raise
    return door


def _fault(host: str, port: int, error: OSError, *, given: bool) -> Fault:
    if error.errno == errno.EADDRINUSE:
        problem = "another program listens there" if given else f"all ports from {PORT} on are taken"
        right = "give another port, or 0 for any that is free"
        return Fault(file=ARGUMENT, field="port", value=str(port), problem=problem, right=right)
    if error.errno == errno.EACCES:
        right = f"give one from 1024 on, such as {PORT}"
        return Fault(file=ARGUMENT, field="port", value=str(port), problem="only the administrator may", right=right)
    problem, right = f"is no address of this machine ({error.strerror})", "give 127.0.0.1, or 0.0.0.0 for all networks"
    return Fault(file=ARGUMENT, field="host", value=host, problem=problem, right=right)


def url_of(door: socket.socket) -> str:
    """Return the address under which a listening socket is reached from this machine."""
    host, port = door.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name_of(host) if ":" not in host else host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
