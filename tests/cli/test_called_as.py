"""What a person is told to type next is what works where they stand."""

import os
import sys
from pathlib import Path

import pytest

from holin.cli.output import called_as


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a virtual environment that is not on PATH; one stands in it."""
    program = tmp_path / ".venv" / "bin" / "holin"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.setattr(sys, "argv", [str(program), "demo"])
    return program


def test_a_program_that_is_not_on_path_is_named_by_its_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert called_as() == str(Path(".venv/bin/holin"))
    monkeypatch.chdir(installed.parent)
    assert called_as() == os.path.join(".", "holin")
    monkeypatch.chdir("/")
    assert called_as() == str(installed).removeprefix("/")


def test_a_program_that_is_found_by_its_name_is_named_by_it(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed.parent))
    assert called_as() == "holin"


def test_a_module_is_called_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/holin/__main__.py", "demo"])
    assert called_as() == "python -m holin"
