# /// script
# requires-python = ">=3.11"
# dependencies = ["pypsa==1.4.0", "linopy==0.10.1", "highspy[extras]==1.15.1", "numpy>=2.1"]
# ///
"""Solve small unit commitment problems with PyPSA and HiGHS to no gap; print their objectives as JSON.

    uv run --script benchmarks/peers/pypsa_commitment.py cases.json

A case is one bus: `load` by hour and `units`, each with PyPSA's attributes of a committable generator. Load is shed at
`shed_per_mwh`, and what is left over or missing is let off at `mismatch_per_mwh`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import warnings
from typing import Any

import numpy as np
import pypsa


def network_of(case: dict[str, Any]) -> pypsa.Network:
    load = np.array(case["load"], dtype=float)
    highest = max(float(load.max()), 1.0)
    n = pypsa.Network(snapshots=range(len(load)))
    n.add("Bus", "bus")
    n.add("Load", "load", bus="bus", p_set=load)
    for unit in case["units"]:
        n.add("Generator", bus="bus", committable=True, **unit)
    n.add("Generator", "shed", bus="bus", p_nom=highest, p_max_pu=load / highest, marginal_cost=case["shed_per_mwh"])
    for name, sign in (("missing", 1.0), ("surplus", -1.0)):
        n.add("Generator", name, bus="bus", p_nom=1e4, sign=sign, marginal_cost=case["mismatch_per_mwh"])
    return n


def solved(case: dict[str, Any]) -> float:
    n = network_of(case)
    options = {"threads": 1, "log_to_console": False, "output_flag": False, "mip_rel_gap": 0.0, "mip_abs_gap": 1e-9}
    status, condition = n.optimize(solver_name="highs", include_objective_constant=False, solver_options=options)
    if status != "ok":
        raise SystemExit(f"PyPSA ended with {status}, {condition}")
    return float(n.objective)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the cases")
    file = parser.parse_args().file
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    kept = os.dup(1)
    os.dup2(2, 1)  # HiGHS prints its banner before it has read that it should not
    with open(file, encoding="utf-8") as opened:
        answers = [solved(case) for case in json.load(opened)]
    os.dup2(kept, 1)
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
