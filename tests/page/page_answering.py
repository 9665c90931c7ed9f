"""A server of an app on a free port, for a test's browser."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """Give the address at which an app answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        found = f"http://127.0.0.1:{door.getsockname()[1]}/"
        with urllib.request.urlopen(f"{found}api/library", timeout=60) as answer:
            assert answer.status == 200
        yield found
        app.state.desk.closing = True
        server.should_exit = True
        thread.join(timeout=10)
        app.state.desk.close()
