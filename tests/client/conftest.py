"""A server as users start it: a process of its own on a free port, over one run and a reference park."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from holin.client import Client
from holin.parkfile import example_park
from holin.twin import run, saved


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = run(example_park(), start=datetime(2025, 1, 1), end=datetime(2025, 1, 2, 6))
    return saved(result, tmp_path_factory.mktemp("runs") / "two-days")


@pytest.fixture(scope="session")
def url(run_folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "holin", "serve", str(run_folder), "huolinhe", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.send_signal(signal.SIGTERM)
            said = process.stderr.read()
            assert (process.wait(timeout=120), said) == (0, b"")


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url, timeout_s=120) as found:
        yield found
