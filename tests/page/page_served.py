"""A server in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from holin.web import Entrance, Library, create_app


@contextmanager
def served(paths: Sequence[Path], entrance: Entrance | None = None) -> Iterator[str]:
    """Serve parks and runs on a free port, with accounts where there is an `entrance`; gives the address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        server = uvicorn.Server(
            uvicorn.Config(create_app(Library(paths), entrance=entrance), log_level="warning", lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        found = f"http://127.0.0.1:{door.getsockname()[1]}/"
        with urllib.request.urlopen(f"{found}api/session", timeout=60) as answer:
            assert answer.status == 200
        yield found
        server.should_exit = True
        thread.join(timeout=10)
