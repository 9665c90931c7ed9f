# /// script
# requires-python = ">=3.11"
# dependencies = ["simbench==1.6.3", "pandapower==3.5.6", "pandas<3", "numba", "numpy>=2.1", "setuptools"]
# ///
"""Power flows of SimBench folders in simbench (BSD-3) and pandapower (BSD-3), printed as JSON.

    uv run --script benchmarks/peers/simbench_flow.py folder ...
    uv run --script benchmarks/peers/simbench_flow.py --grids target 1-MV-rural--0-sw ...

For each folder it prints node -> [vm_pu, va_degree], null where a node is dead, and for the node at each end of a
branch behind switches nothing: the converter joins these. Transformers are pi models, voltage angles are reckoned, and
taps count: the converter sets no tap_changer_type, without which pandapower 3 leaves them out.
`--grids` first writes the CSV folders of grids by their SimBench codes, `target/CODE`, with two days of profiles. The
data is SimBench's, under the Open Database License 1.0. It knows nothing of Holin.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import warnings
from pathlib import Path
from typing import Any

import pandapower as pp
import simbench as sb
from simbench.networks.profiles import filter_unapplied_profiles

QUARTER_HOURS = 192


def extracted(code: str, folder: Path) -> Path:
    """Write the CSV tables of one grid; numbers as they stand."""
    _, parameters = sb.get_simbench_code_and_parameters(code)
    path = sb.complete_data_path(parameters[5])
    data = sb.get_extracted_csv_data(sb.get_relevant_subnets(parameters, path), path)
    filter_unapplied_profiles(data)
    folder.mkdir(parents=True)
    for name, table in data.items():
        if len(table):
            rows = table.iloc[:QUARTER_HOURS] if name.endswith("Profile") else table
            rows.to_csv(folder / f"{name}.csv", sep=";", index=False, na_rep="NULL")
    return folder


def solved(folder: Path) -> dict[str, list[float] | None]:
    net: Any = sb.csv2pp(str(folder), fill_bus_geo_by_generic_data=True)  # which leaves it as it is
    net.trafo["tap_changer_type"] = "Ratio"
    if len(net.trafo3w):
        net.trafo3w["tap_changer_type"] = "Ratio"
    pp.runpp(net, trafo_model="pi", calculate_voltage_angles=True, tolerance_mva=1e-9, init="dc", max_iteration=50)
    found = zip(net.bus.name, net.res_bus.vm_pu, net.res_bus.va_degree, strict=True)
    return {str(name): None if math.isnan(vm) else [float(vm), float(va)] for name, vm, va in found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--grids", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    folders = [Path(f) for f in options.folders]
    if options.grids:
        folders = [extracted(code, options.grids / code) for code in options.folders]
    print(json.dumps([solved(folder) for folder in folders]))


if __name__ == "__main__":
    main()
