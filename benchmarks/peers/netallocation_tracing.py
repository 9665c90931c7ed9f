# /// script
# requires-python = ">=3.9,<3.12"
# dependencies = [
#   "netallocation==0.0.8", "pypsa==0.19.3", "pandas==1.5.3", "numpy==1.23.5", "xarray==2022.12.0", "scipy==1.10.1",
#   "dask==2023.3.0", "six", "setuptools<70",
# ]
# ///
"""netallocation's average participation on given flows: CPU seconds an hour, and what it allocates bus to bus.

    uv run --script benchmarks/peers/netallocation_tracing.py flows.npz --hours 40 --out allocation.npy

The release is of 2021 and imports with old packages alone. `flows.npz` holds `f`, `t` (branch,), `flow` (hour, branch),
`source` and `sink` (hour, bus) of a network without losses. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pypsa  # noqa: E402
from netallocation.flow import average_participation  # noqa: E402


def network_of(case, hours):
    """Return a PyPSA network whose flows are given."""
    net = pypsa.Network()
    net.set_snapshots(pd.date_range("2025-01-01", periods=hours, freq="h"))
    buses = [f"b{i}" for i in range(case["source"].shape[1])]
    net.madd("Bus", buses)
    lines = [f"l{i}" for i in range(len(case["f"]))]
    ends = {"bus0": [buses[i] for i in case["f"]], "bus1": [buses[i] for i in case["t"]]}
    net.madd("Line", lines, x=0.1, r=0.01, s_nom=1e3, **ends)
    net.madd("Load", [f"d{i}" for i in range(len(buses))], bus=buses, carrier="load")
    net.madd("Generator", [f"g{i}" for i in range(len(buses))], bus=buses, p_nom=1e3, carrier="gen")
    source, sink, flow = (case[k][:hours] for k in ("source", "sink", "flow"))
    net.loads_t.p = pd.DataFrame(sink, net.snapshots, net.loads.index)
    net.generators_t.p = pd.DataFrame(source, net.snapshots, net.generators.index)
    net.lines_t.p0 = pd.DataFrame(flow, net.snapshots, net.lines.index)
    net.lines_t.p1 = -net.lines_t.p0
    net.buses_t.p = pd.DataFrame(source - sink, net.snapshots, net.buses.index)
    return net, buses


def main():
    """Allocate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", type=Path)
    parser.add_argument("--hours", type=int, default=40)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):  # old packages talk
        took, found = allocated(np.load(arguments.flows), arguments.hours)
    if arguments.out:
        np.save(arguments.out, found)
    print(json.dumps({"hours": len(took), "cpu_seconds_per_hour": float(np.median(took))}))


def allocated(case, hours):
    """Return the CPU seconds of each hour, and what it allocates (hour, source bus, sink bus)."""
    net, buses = network_of(case, hours)
    how = {"dims": ["source", "sink"], "branch_components": ["Line"], "aggregated": False, "sparse": False}
    average_participation(net, net.snapshots[0], **how)
    took, found = [], []
    for moment in net.snapshots:
        before = time.process_time()
        answer = average_participation(net, moment, **how)
        took.append(time.process_time() - before)
        table = answer.peer_to_peer.transpose("source", "sink").reindex(source=buses, sink=buses).values
        found.append(np.nan_to_num(table))
    return took, np.array(found)


if __name__ == "__main__":
    main()
