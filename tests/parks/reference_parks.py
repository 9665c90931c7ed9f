"""The two reference parks, read once, and each at each of its stages."""

import functools
from pathlib import Path

from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park

FOLDER = Path(__file__).parent.parent.parent / "parks"
PAGE = FOLDER.parent / "docs" / "reference" / "parks.md"

PARKS = ("huolinguole", "huolinhe")
STAGES = [(name, stage) for name, years in (("huolinguole", (2024, 2025, 2030)), ("huolinhe", (2014, 2023, 2026)))
          for stage in map(str, years)]  # fmt: skip


@functools.cache
def park(name: str) -> Park:
    return read_park(FOLDER / name)


@functools.cache
def at(name: str, stage: str) -> Park:
    return at_stage(park(name), stage_of(park(name), stage))
