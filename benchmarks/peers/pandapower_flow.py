# /// script
# requires-python = ">=3.11"
# dependencies = ["pandapower==3.5.6", "pandas<3", "numba", "numpy>=2.1", "setuptools"]
# ///
"""Power flows of nets in pandapower (BSD-3): reads JSON nets, prints the voltages of their buses as JSON.

    uv run --script benchmarks/peers/pandapower_flow.py net.json ...
    uv run --script benchmarks/peers/pandapower_flow.py --examples folder

For each net it prints bus -> [vm_pu, va_degree], null where a bus is dead; a bus is named by its `holin_id`, else by
its index. `--examples` writes a few of pandapower's own example networks with their solution, empty tables left out.
Transformers are pi models and voltage angles are reckoned. It knows nothing of Holin but the column.
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
import pandapower.networks as nw

EXAMPLES = {
    "simple": nw.example_simple,
    "multivoltage": nw.example_multivoltage,
    "cigre_mv": lambda: nw.create_cigre_network_mv(with_der="all"),
}


def solved(net: Any) -> Any:
    pp.runpp(net, trafo_model="pi", calculate_voltage_angles=True, tolerance_mva=1e-9, init="dc", max_iteration=50)
    return net


def voltages(net: Any) -> dict[str, list[float] | None]:
    names = net.bus.get("holin_id", net.bus.index)
    found = zip(names, net.res_bus.vm_pu, net.res_bus.va_degree, strict=True)
    return {str(name): None if math.isnan(vm) else [float(vm), float(va)] for name, vm, va in found}


def stripped(text: str) -> str:
    """The same net without empty tables, standard types, and results but those of buses."""
    net = json.loads(text)
    kept = {}
    for name, value in net["_object"].items():
        if isinstance(value, dict) and value.get("_class") == "DataFrame":
            if json.loads(value["_object"])["data"] and (name == "res_bus" or not name.startswith("res_")):
                kept[name] = value
        elif name not in ("std_types",):
            kept[name] = value
    return json.dumps(net | {"_object": kept}, indent=1) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", nargs="*", type=Path)
    parser.add_argument("--examples", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    if options.examples:
        for name, make in EXAMPLES.items():
            file = options.examples / f"{name}.json"
            pp.to_json(solved(make()), str(file))
            file.write_text(stripped(file.read_text()))
    print(json.dumps([voltages(solved(pp.from_json(str(file)))) for file in options.nets]))


if __name__ == "__main__":
    main()
