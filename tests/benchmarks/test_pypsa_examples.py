"""Two examples of PyPSA by hand in the small; the examples themselves, fetched from the package index, are slow."""

from pathlib import Path

import pypsa_examples
import pytest
from processes import Failed

ENERGY = {
    "snapshots": ",snapshot,objective\n0,2019-01-01 00:00:00,3.0\n1,2019-01-01 03:00:00,3.0\n",
    "generators": "name,carrier,p_nom,marginal_cost,capital_cost\nload shedding,load shedding,50,2000,0\n"
    "wind,wind,0,0,100\nsolar,solar,0,0,1000000\n",
    "generators-p_max_pu": ",solar,wind\n0,0.0,1.0\n1,0.0,0.0\n",
    "loads-p_set": ",demand\n0,10\n1,10\n",
    "links": "name,efficiency,capital_cost\nelectrolysis,0.6217,5\nturbine,0.41,3\n",
    "stores": "name,capital_cost\nhydrogen storage,0.01\n",
}

MESHED = {
    "buses": "name,v_nom\nA,380\nB,200\nC,380\n",
    "carriers": "name,co2_emissions\ngas,0.2\n",
    "generators": "name,bus,carrier,marginal_cost,capital_cost,efficiency\nG,A,gas,5,1,0.5\n",
    "generators-p_max_pu": ",none\n0,1\n",
    "loads": "name\nB\nC\n",
    "loads-p_set": ",B,C\n0,9,3\n",
    "lines": "name,bus0,bus1,x,r,capital_cost\nAC,A,C,1,0,0.1\n",
    "links": "name,bus0,bus1,p_max_pu,capital_cost\nAB,A,B,0.9,0.2\n",
    "global_constraints": "name,constant\nco2,100\n",
}


def written(folder: Path, tables: dict[str, str]) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("battery_price", "cost"),
    [
        # 10 MW at night take 31.25 MWh from the battery and 32.552 MWh by day: 10.851 MW of it, 20.851 MW of wind.
        (10.0, 100 * (10 + 10 / 0.96**2) + 10 * 10 / 0.96**2),
        # Too dear: a turbine of 24.39 MW, 73.17 MWh of hydrogen, an electrolyser of 39.23 MW.
        (1e6, 100 * (10 + 10 / 0.41 / 0.6217) + 5 * 10 / 0.41 / 0.6217 + 3 * 10 / 0.41 + 0.01 * 30 / 0.41),
    ],
)
def test_a_night_without_wind_by_hand(tmp_path: Path, battery_price: float, cost: float) -> None:
    battery = f"name,max_hours,efficiency_store,efficiency_dispatch,capital_cost\nb,3,0.96,0.96,{battery_price}\n"
    folder = written(tmp_path, ENERGY | {"storage_units": battery})
    found = pypsa_examples.solve_staged(*pypsa_examples.model_energy(folder))
    assert found.linear.objective == pytest.approx(cost, rel=1e-7)


def test_a_plant_a_line_and_a_converter_by_hand(tmp_path: Path) -> None:
    """12 MW of gas at 5 + 1, a line of 3 MW at 0.1, a converter of 9 / 0.9 MW at 0.2; 4.8 t of CO2."""
    problem, hours = pypsa_examples.ac_dc_meshed(written(tmp_path, MESHED))
    found = pypsa_examples.solve_staged(problem, hours)
    assert found.linear.objective == pytest.approx(12 * 6 + 0.3 + 2.0, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", pypsa_examples.PROBLEMS)
def test_an_example_has_pypsas_optimum(name: str) -> None:
    try:
        found = pypsa_examples.optimum(name)
    except Failed as error:
        pytest.skip(str(error))
    assert pypsa_examples.apart(name, found) < 1e-8
    assert found.gap < 1e-7
