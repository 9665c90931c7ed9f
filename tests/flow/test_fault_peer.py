"""The same short circuits in pandapower (BSD-3, an environment of its own): Ik'' and ip agree to 1e-9.

`fault_pandapower.json` is what `benchmarks/peers/pandapower_fault.py` printed for `peer_parks()` with pandapower 3.5.6;
the slow test asks it again, and needs a package index the first time.
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fault_parks import SEEDS, asked_of, peer_parks, tables_of

from holin.flow.fault import fault
from holin.park import Park

ROOT = Path(__file__).parent.parent.parent
PRINTED = Path(__file__).parent / "fault_pandapower.json"


@cache
def printed() -> list[dict[str, dict[str, dict[str, float]]]]:
    return json.loads(PRINTED.read_text())


def compare(park: Park, theirs: dict[str, dict[str, dict[str, float]]]) -> None:
    """Every bus of every kind; pandapower has no peak current in faults to earth."""
    assert set(theirs) == {f"{kind} {case}" for kind, case in asked_of(park)}
    for name, columns in theirs.items():
        kind, case = name.split()
        found = {c.bus: c for c in fault(park, faults=(kind,), cases=(case,), with_contributions=False)}
        assert {b: c.ikss_ka for b, c in found.items()} == pytest.approx(columns["ikss_ka"], rel=1e-9, abs=1e-9), name
        if kind != "1ph":
            assert {b: c.ip_ka for b, c in found.items()} == pytest.approx(columns["ip_ka"], rel=1e-9), name


@pytest.mark.parametrize("seed", SEEDS)
def test_random_parks_agree_with_pandapower(seed: int) -> None:
    compare(peer_parks()[seed], printed()[seed])


@pytest.mark.slow
def test_pandapower_still_says_so(tmp_path: Path) -> None:
    parks = peer_parks()
    answers = asked(tmp_path / "parks.json", [tables_of(p, asked_of(p)) for p in parks])
    for park, answer in zip(parks, answers, strict=True):
        compare(park, answer)


def asked(file: Path, parks: list[dict[str, Any]]) -> list[Any]:
    file.write_text(json.dumps(parks, default=str))
    command = [sys.executable, "tools/bootstrap_uv.py", "run", "--quiet", "--no-project", "--script"]
    script = "benchmarks/peers/pandapower_fault.py"
    tried = subprocess.run([*command, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"pandapower's environment could not be made: {tried.stderr[-300:]}")
    done = subprocess.run(
        [*command, script, str(file)], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    return [answer["results"] for answer in json.loads(done.stdout)["answers"]]
