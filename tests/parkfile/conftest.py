from pathlib import Path

import pytest
from parkfile_cases import full_park

from holin.parkfile import write_park


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the good park; copy it before spoiling."""
    return write_park(full_park(), tmp_path_factory.mktemp("good") / "park")
