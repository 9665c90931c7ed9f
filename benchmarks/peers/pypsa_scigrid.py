# /// script
# requires-python = ">=3.11"
# dependencies = ["pypsa==1.4.0", "linopy==0.10.1", "highspy[extras]==1.15.1", "numpy>=2.1"]
# ///
"""Solve a PyPSA network (a folder of CSV tables) over all its snapshots with PyPSA and HiGHS; print what it took.

uv run --script benchmarks/peers/pypsa_scigrid.py folder
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import time
import warnings

import pypsa


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the network")
    folder = parser.parse_args().folder
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    kept = os.dup(1)
    os.dup2(2, 1)  # HiGHS prints its banner before it has read that it should not
    marks = [time.process_time()]
    n = pypsa.Network(folder)
    marks.append(time.process_time())
    status, condition = n.optimize(
        solver_name="highs", include_objective_constant=False, io_api="direct",
        solver_options={"threads": 1, "log_to_console": False, "output_flag": False},
    )  # fmt: skip
    marks.append(time.process_time())
    os.dup2(kept, 1)
    if status != "ok":
        raise SystemExit(f"PyPSA ended with {status}, {condition}")
    seconds = {"import": marks[1] - marks[0], "optimize": marks[2] - marks[1]}
    print(json.dumps({"objective": float(n.objective), "cpu_s": seconds, "pypsa": pypsa.__version__}))


if __name__ == "__main__":
    main()
