"""Other programs in environments of their own: what they say of a file that was written, or a reason to skip."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formats_parks import random_park, solution, voltages

from holin.formats import WRITERS
from holin.park import Park

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"


@cache
def printed(name: str) -> list[dict[str, list[float] | None]]:
    """What a peer printed for parks of the tests, committed."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def asked(script: str, *arguments: object) -> Any:
    """What a peer says now; where its environment cannot be made the test is skipped, and says so; in CI it fails."""
    command = [sys.executable, "tools/bootstrap_uv.py", "run", "--quiet", "--no-project", "--script"]
    file = f"benchmarks/peers/{script}"
    tried = subprocess.run([*command, file, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        reason = f"the environment of {script} could not be made: {tried.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, but CI must ask the peers")
        pytest.skip(reason)
    done = subprocess.run(
        [*command, file, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    return json.loads(done.stdout)


def written(format_: str, park: Park, path: Path) -> list[str]:
    """Write a park with the powers of its solved snapshot."""
    state = solution(park)
    units = list(map(str, state["unit"].values))
    p, q = (dict(zip(units, state[c].values.tolist(), strict=True)) for c in ("p_mw", "q_mvar"))
    return WRITERS[format_](park, path, p_mw=p, q_mvar=q)


def assert_agree(park: Park, theirs: dict[str, list[float] | None], tolerance: float = 1e-6) -> None:
    """Every bus that the peer names: voltage magnitude in p.u. and angle in degrees."""
    ours = voltages(solution(park))
    assert len(theirs.keys() & ours.keys()) >= min(len(theirs), len(park.buses)) - 1
    for bus in theirs.keys() & ours.keys():
        v = theirs[bus]
        there = np.nan if v is None else v[0] * np.exp(1j * np.radians(v[1]))
        assert ours[bus] == pytest.approx(there, abs=tolerance, nan_ok=True), bus


__all__ = ["GOLDEN", "asked", "assert_agree", "printed", "random_park", "written"]
