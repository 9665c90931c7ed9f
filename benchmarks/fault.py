"""Short circuits at all buses beside pandapower: the same grids, Ik'' and ip of method C, one core, in one run.

    python benchmarks/fault.py [--buses 95 --buses 195 ...] [--json]

Three-phase, largest currents. Both have the network built already; Holin's time holds impedances, factorisation, both
frequencies, Ik'', ip and Ib, pandapower's a call of calc_sc. `whole` is Holin's `fault` from a park's tables to rows.
Seconds are the best of several; the largest relative difference of Ik'' and ip is printed with them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from processes import ONE_THREAD, machine, peer_script, printed_json

from holin.flow import fault
from holin.flow.fault.currents import FaultKind, currents, faulted
from holin.flow.fault.positive import positive, rated_network
from holin.flow.fault.sources import converters_of
from holin.park import ATTRIBUTES, Bus, Grid, Line, Park, ParkFacts, Transformer

BUSES = (95, 195, 995)
REPEATS = 7


def grid_park(buses: int, seed: int = 0) -> Park:
    """A 110 kV feeder, two 40 MVA transformers, and 20 kV lines: a random tree with one loop per ten buses."""
    rng = np.random.default_rng(seed)
    names = [f"M{k}" for k in range(buses)]
    loops = [tuple(rng.choice(buses, 2, replace=False)) for _ in range(buses // 10)]
    pairs = [*((int(rng.integers(max(0, k - 12), k)), k) for k in range(1, buses)), *loops]
    return Park(
        facts=ParkFacts(id="benchmark"),
        buses=(Bus(id="H", v_nom_kv=110.0), *(Bus(id=n, v_nom_kv=20.0) for n in names)),
        grids=(Grid(id="grid", bus="H", sk_max_mva=5000.0, import_max_mw=100.0),),
        transformers=tuple(
            Transformer(id=f"T{k}", bus_from="H", bus_to="M0", s_nom_mva=40.0, v_from_kv=110.0, v_to_kv=21.0, uk=0.12,
                        pk_kw=150.0, vector_group="YNd11")
            for k in range(2)
        ),
        lines=tuple(
            Line(id=f"L{k}", bus_from=names[a], bus_to=names[b], length_km=float(rng.uniform(0.2, 3.0)),
                 r_ohm_per_km=float(rng.uniform(0.1, 0.5)), x_ohm_per_km=float(rng.uniform(0.1, 0.4)), i_nom_ka=0.3)
            for k, (a, b) in enumerate(pairs)
        ),
    )  # fmt: skip


def measured(buses: int) -> dict[str, Any]:
    """Return seconds, their ratio, and the largest relative difference on one grid."""
    park = grid_park(buses)
    tables = {name: [dataclasses.asdict(row) for row in getattr(park, at)] for name, at in ATTRIBUTES.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parks.json"
        file.write_text(json.dumps([tables | {"wanted": [["3ph", "max"]]}], default=str))
        [peer] = printed_json(peer_script("pandapower_fault.py", str(file), "--repeat", str(REPEATS)))["answers"]
    network = rated_network(park)
    node = np.unique(network.node)

    def solve() -> None:
        f = faulted(positive(park, network, largest=True), converters_of(park, network), node)
        currents(f, FaultKind.THREE_PHASE, None)

    theirs, ours = peer["seconds"]["3ph max"], best(solve)
    found = fault(park, faults=("3ph",), cases=("max",), with_contributions=False)
    apart = max(
        abs(getattr(row, name) / peer["results"]["3ph max"][name][row.bus] - 1)
        for row in found
        for name in ("ikss_ka", "ip_ka")
    )
    return {
        "buses": len(park.buses),
        "holin_s": ours,
        "pandapower_s": theirs,
        "holin_times_faster": theirs / ours,
        "whole_s": best(lambda: fault(park, faults=("3ph",), cases=("max",), with_contributions=False)),
        "relative_difference": apart,
    }


def best(what: Callable[[], Any]) -> float:
    seconds = []
    for _ in range(REPEATS + 1):  # the first may compile
        before = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - before)
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--buses", type=int, action="append", help="of the 20 kV network; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    os.environ.update(ONE_THREAD)
    results = [measured(n) for n in asked.buses or BUSES]
    if asked.json:
        print(json.dumps({"machine": machine(), "results": results}, indent=2))
        return
    for row in results:
        times = f"Holin {1e3 * row['holin_s']:.2f} ms, pandapower {1e3 * row['pandapower_s']:.1f} ms"
        ratio = f"{row['holin_times_faster']:.0f} times; apart by {row['relative_difference']:.0e}"
        print(f"{row['buses']} buses: {times}, {ratio}")


if __name__ == "__main__":
    main()
