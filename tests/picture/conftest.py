from __future__ import annotations

import pytest
from picture_sample import Sample, sample_park, sample_run

from holin.picture import report_html


@pytest.fixture(scope="session")
def run() -> Sample:
    """A whole year with everything that a run can have."""
    return sample_run(sample_park())


@pytest.fixture(scope="session")
def html(run: Sample) -> str:
    return report_html(run.park, run.stage, run.tables, run.summary, language="zh")
