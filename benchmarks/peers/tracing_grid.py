# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["numpy>=2", "scipy>=1.14", "pandas<3", "pandapower==3.5.6", "simbench==1.6.3"]
# ///
"""A SimBench grid's year for tracing: the network, and each hour's loads and generation by bus and kind.

    uv run --script benchmarks/peers/tracing_grid.py mv_rural_loop --arrays case.npz

A unit that draws (negative generation at night) is a load. Kind 0 is kept for the import.
"""

from __future__ import annotations

import argparse
import logging
import warnings
from pathlib import Path

import numpy as np
from grids import GRIDS, Case, case_of

KINDS = ("WP", "PV", "BM", "Hydro")
BRANCHES = ("slack", "v_slack", "f", "t", "r", "x", "b", "g", "tap", "shift")


def arrays_of(case: Case) -> dict[str, np.ndarray]:
    """Return what the tracing needs, hourly: `s` (hour, bus) in MVA, `load` (hour, bus), `made` (hour, bus, kind)."""
    net, hours, buses = case["net"], slice(None, None, 4), len(case["net"].bus)
    label = net.sgen.profile.fillna("").astype(str) if "profile" in net.sgen else net.sgen.type.astype(str)
    kind = np.array([next((k + 1 for k, name in enumerate(KINDS) if p.startswith(name)), 5) for p in label])
    units = case["G"][hours]
    made = np.zeros((len(units), buses, 6))
    for k in range(len(net.sgen)):
        made[:, net.sgen.bus.iat[k], kind[k]] += units[:, k]
    load = np.zeros((len(units), buses))
    np.add.at(load.T, net.load.bus.to_numpy(), case["P"][hours].T)
    load -= np.minimum(made, 0).sum(axis=2)
    arrays = {name: case[name] for name in BRANCHES}
    return arrays | {
        "n": np.array(buses), "Y": case["Y"].toarray(), "S": case["S"][hours], "load": load,
        "made": np.maximum(made, 0),
    }  # fmt: skip


def main() -> None:
    """Write one grid's arrays."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grid", choices=GRIDS)
    parser.add_argument("--arrays", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".cache/benchmarks"))
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    np.savez(arguments.arrays, **arrays_of(case_of(arguments.grid, arguments.cache)))


if __name__ == "__main__":
    main()
