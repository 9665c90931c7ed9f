"""One run of the example park, and an app over it and the reference parks."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from web_asked import PARKS, Asked

from holin.parkfile import example_park
from holin.twin import demo_proofs, run, saved
from holin.web import Library, create_app


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 30 hours over two local days, on disk, with ledger, passports and catalogue beside it."""
    result = run(example_park(), start=datetime(2025, 1, 1), end=datetime(2025, 1, 2, 6))
    folder = saved(result, tmp_path_factory.mktemp("runs") / "two-days", manifest={"weather": "synthetic"})
    demo_proofs(folder)
    return folder


@pytest.fixture
def run_folder(first_run: Path, tmp_path: Path) -> Path:
    """A copy of that run, to damage."""
    return Path(shutil.copytree(first_run, tmp_path / "a-run"))


@pytest.fixture(scope="session")
def asked(first_run: Path) -> Asked:
    """The run and the reference parks, served."""
    return Asked(create_app(Library([first_run, PARKS])))
