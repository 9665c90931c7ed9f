"""The German transmission grid SciGRID-DE of PyPSA's source package, imported and dispatched over its 24 hours.

    python benchmarks/scigrid.py [--json]

585 buses, 948 branches with ratings, pumped-storage units that begin empty, one window of 24 hours. PyPSA solves the
same folder in an environment of its own (`n.optimize()`), in the same run. Without a package index there is nothing to
measure, and it says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from processes import HERE, UV, Failed, machine, peer_script, printed_json

from holin.dispatch import Ahead, Window, case_of, dispatch_ahead, islands_of, topologies_of
from holin.formats.pypsa import read_pypsa
from holin.operation import State
from holin.park import Park, by_id
from holin.resource import available, demand
from holin.tables import WEATHER

OBJECTIVE = 6_684_817.3236
"""Of `n.optimize()` over the 24 hours in one problem, PyPSA 1.4.0 with HiGHS."""

TOLERANCE = 1e-8
VERSION = "1.4.0"
MEMBER = f"pypsa-{VERSION}/examples/networks/scigrid-de/scigrid-de"
CACHE = HERE.parent / ".cache" / "pypsa"


def fetched(cache: Path = CACHE, member: str = MEMBER) -> Path:
    """Return the folder of a network, fetched with pip from the package index at the first time. Raises Failed."""
    folder = cache / member
    if not folder.is_dir():
        command = [
            sys.executable, str(UV), "run", "--quiet", "--no-project", "--with", "pip", "python", "-m", "pip",
            "download", "--quiet", "--no-deps", "--no-binary", "pypsa", "--dest", str(cache), f"pypsa=={VERSION}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        archive = cache / f"pypsa-{VERSION}.tar.gz"
        if done.returncode != 0 or not archive.exists():
            raise Failed(f"PyPSA's source package could not be fetched:\n{done.stderr[-1000:]}")
        with tarfile.open(archive) as files:
            files.extractall(cache, [m for m in files if m.name.startswith(f"{member}/")], filter="data")
    return folder


def window_of(park: Park) -> Window:
    """Return all hours of an imported network as one window: storage begins empty and may end so, as in PyPSA."""
    series = by_id(park.series)[next(x.series for x in park.loads if x.series)]
    time_, none = series.time, np.zeros((len(series.time), 0))
    sky = xr.Dataset(
        {name: (("time", "site"), none) for name in WEATHER.dims},
        coords={"time": time_, "site": np.zeros(0, dtype=object)},
    )
    islands = islands_of(topologies_of(park, time_), len(time_))
    case = case_of(park, available(park, sky), demand(park, time_, sky), islands=islands)
    empty = {s.id: 0.0 for s in park.storages}
    return Window(case=case, state=State(time=time_[0], soc_mwh=empty), counted={}, end_per_mwh=empty)


def dispatched(folder: Path) -> tuple[Ahead, dict[str, float]]:
    """Return the optimum of a folder of PyPSA, and the CPU seconds of importing and of solving."""
    marks = [time.process_time()]
    park = read_pypsa(folder).park
    marks.append(time.process_time())
    made = dispatch_ahead(window_of(park), mip_gap=0.0)
    marks.append(time.process_time())
    return made, {"import": marks[1] - marks[0], "dispatch": marks[2] - marks[1]}


def measured() -> dict[str, Any]:
    """Return both objectives and CPU seconds. Raises Failed where PyPSA's package cannot be fetched."""
    folder = fetched()
    peer = printed_json(peer_script("pypsa_scigrid.py", str(folder)))
    made, cpu_s = dispatched(folder)
    return {
        "known": OBJECTIVE,
        "holin": {"objective": made.objective, "recomputed": made.objective_recomputed, "cpu_s": cpu_s,
                  "rounds": made.solves, "branch_rows": sum(len(hours) for hours in made.watched.values())},
        "pypsa": peer,
        "relative_difference": abs(made.objective / peer["objective"] - 1.0),
        "machine": machine(),
    }  # fmt: skip


def apart(found: dict[str, Any]) -> float:
    """Return how far the objective is from PyPSA's of this run, and from the figure kept here, relative."""
    return max(float(found["relative_difference"]), abs(found["holin"]["objective"] / OBJECTIVE - 1.0))


def sentence(found: dict[str, Any]) -> str:
    """Say what was found in one line."""
    ours, theirs = found["holin"], found["pypsa"]
    return (
        f"scigrid-de: Holin {ours['objective']:,.4f}, PyPSA {theirs['objective']:,.4f}, known "
        f"{found['known']:,.4f}; {sum(ours['cpu_s'].values()):.1f} and {sum(theirs['cpu_s'].values()):.1f} CPU s"
    )


def main() -> None:
    """Measure, print, and end with an error where the objectives differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    try:
        found = measured()
    except Failed as error:
        sys.exit(f"SKIPPED, NOT MEASURED: scigrid-de. {error}")
    print(json.dumps(found, indent=2) if arguments.json else sentence(found))
    if (off := apart(found)) > TOLERANCE:
        sys.exit(f"the objectives are {off:.1e} apart")


if __name__ == "__main__":
    main()
