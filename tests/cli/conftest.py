"""A command line without a terminal, and one run of the two-bus case that the tests read."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_answers import CASE, THREE_HOURS, Answer, holin


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """English, an empty folder to stand in, lines wide enough not to break."""
    for name in ("LC_ALL", "LANG", "HOLIN_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOLIN_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """A run folder and what `holin run --json` printed of it."""
    folder = tmp_path_factory.mktemp("runs") / "two-bus"
    return folder, holin("run", CASE, *THREE_HOURS, "--out", folder, "--json")


@pytest.fixture
def run_folder(first_run: tuple[Path, Answer], tmp_path: Path) -> Path:
    """A copy of that run folder, to write into or to damage."""
    return Path(shutil.copytree(first_run[0], tmp_path / "a-run"))


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`python -m holin` as a process of its own."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "holin", *map(str, arguments)],
            cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

    return call
