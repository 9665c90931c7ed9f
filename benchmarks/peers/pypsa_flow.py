# /// script
# requires-python = ">=3.11"
# dependencies = ["pypsa==1.4.0", "numpy>=2.1", "netcdf4>=1.7.2"]
# ///
"""Power flows of networks in PyPSA (MIT): reads CSV folders or netCDF files, prints the voltages as JSON.

    uv run --script benchmarks/peers/pypsa_flow.py network ...
    uv run --script benchmarks/peers/pypsa_flow.py --examples folder

For each network it prints bus -> [v_mag_pu, v_ang in degrees] in the first snapshot. `--examples` writes small
networks as CSV folders, one as netCDF file too, and `solutions.json` with what they are solved to. It knows nothing of
Holin.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypsa


def solved(network: pypsa.Network) -> dict[str, list[float]]:
    network.lpf()
    info = network.pf(x_tol=1e-10, use_seed=True)  # from the angles of the vector groups
    converged = np.asarray(info["converged"])
    if not converged.all():
        raise SystemExit(f"{network.name}: PyPSA did not converge")
    v, angle = network.buses_t.v_mag_pu.iloc[0], network.buses_t.v_ang.iloc[0]
    return {str(bus): [float(v[bus]), math.degrees(float(angle[bus]))] for bus in network.buses.index}


def meshed() -> pypsa.Network:
    """Lines with types and without, transformers of both models and with taps, PV control, shunt, an inactive line."""
    n = pypsa.Network(name="meshed")
    n.set_snapshots(pd.date_range("2025-03-01", periods=4, freq="h"))
    for bus, v in (("North", 380.0), ("South", 380.0), ("West 110", 110.0), ("East 110", 110.0), ("Town", 20.0)):
        n.add("Bus", bus, v_nom=v, v_mag_pu_set=1.01, x=11.0, y=51.0)
    n.add("Line", "NS", bus0="North", bus1="South", x=12.0, r=1.2, b=2e-4, g=1e-6, s_nom=1500, length=40)
    n.add("Line", "NS 2", bus0="North", bus1="South", type="Al/St 240/40 4-bundle 380.0", length=45, num_parallel=2)
    n.add("Line", "WE", bus0="West 110", bus1="East 110", x=4.0, r=1.0, s_nom=100, length=10)
    n.add("Line", "off", bus0="West 110", bus1="East 110", x=4.0, r=1.0, s_nom=100, length=10, active=False)
    n.add(
        "Transformer",
        "NW",
        bus0="North",
        bus1="West 110",
        x=0.12,
        r=0.004,
        g=0.002,
        b=-0.01,
        s_nom=300,
        model="t",
        tap_ratio=1.02,
    )
    n.add(
        "Transformer",
        "SE",
        bus0="South",
        bus1="East 110",
        x=0.12,
        r=0.004,
        g=0.002,
        b=-0.01,
        s_nom=300,
        model="pi",
        tap_ratio=0.99,
        tap_side=1,
    )
    n.add("Transformer", "ET", bus0="East 110", bus1="Town", type="40 MVA 110/20 kV", tap_position=-2)
    n.add(
        "Generator",
        "plant",
        bus="South",
        control="PV",
        p_nom=400,
        p_set=210,
        marginal_cost=40,
        carrier="gas",
        efficiency=0.5,
        p_min_pu=0.3,
    )
    n.add("Generator", "rest", bus="North", control="Slack", p_nom=1000)
    n.add("Generator", "sun", bus="Town", p_nom=12, p_set=5, q_set=-1)
    n.add("Carrier", "gas", co2_emissions=0.2)
    n.add("Load", "town", bus="Town", p_set=22.0, q_set=6.0)
    n.add("Load", "works", bus="West 110", p_set=[61.0, 50.0, 40.0, 61.0], q_set=14.0)
    n.add("ShuntImpedance", "capacitor", bus="East 110", b=2e-3, g=1e-5)
    return n  # fmt: skip


def planned() -> pypsa.Network:
    """Wind and sun by their hours, a storage unit, a link to a bus of heat, a store, costs: what is not a flow."""
    n = pypsa.Network(name="planned")
    n.set_snapshots(pd.date_range("2025-06-01", periods=24, freq="h"))
    hour = np.arange(24)
    n.add("Bus", "A", v_nom=110.0)
    n.add("Bus", "B", v_nom=110.0)
    n.add("Bus", "heat", carrier="heat")
    n.add("Line", "AB", bus0="A", bus1="B", x=5.0, r=1.0, s_nom=80)
    n.add("Generator", "wind", bus="A", carrier="onwind", p_nom=50, p_max_pu=0.3 + 0.2 * np.cos(hour))
    n.add(
        "Generator",
        "solar",
        bus="B",
        carrier="solar",
        p_nom=30,
        p_max_pu=np.clip(np.sin((hour - 6) / 12 * np.pi), 0, 1),
    )
    n.add("Generator", "gas", bus="A", carrier="gas", p_nom=100, marginal_cost=60, marginal_cost_quadratic=0.01)
    n.add("Load", "city", bus="B", p_set=30 + 10 * np.sin(hour / 4))
    n.add("StorageUnit", "battery", bus="B", p_nom=10, max_hours=4, efficiency_store=0.95, efficiency_dispatch=0.95)
    n.add("Store", "tank", bus="heat", e_nom=20)
    n.add("Link", "pump", bus0="A", bus1="heat", p_nom=5, efficiency=3)
    return n


EXAMPLES = {"meshed": meshed, "planned": planned}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", type=Path)
    parser.add_argument("--examples", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    if options.examples:
        solutions: dict[str, Any] = {}
        for name, make in EXAMPLES.items():
            network = make()
            network.export_to_csv_folder(str(options.examples / name))
            if name == "meshed":
                network.export_to_netcdf(str(options.examples / f"{name}.nc"))
                solutions[name] = solved(network)
        (options.examples / "solutions.json").write_text(json.dumps(solutions, indent=1) + "\n")
    print(json.dumps([solved(pypsa.Network(str(path))) for path in options.networks]))


if __name__ == "__main__":
    main()
