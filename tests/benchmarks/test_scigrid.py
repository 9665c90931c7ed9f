"""The window that the benchmark of the transmission grid solves, on two buses by hand; the grid itself is slow."""

from pathlib import Path

import pytest
import scigrid
from processes import Failed

NETWORK = {
    "buses": "name,v_nom\nA,380\nB,380\n",
    "lines": "name,bus0,bus1,x,r,s_nom\nAB,A,B,10,1,50\n",
    "generators": "name,bus,carrier,p_nom,marginal_cost,control\nwind,A,wind,100,2,PQ\ngas,B,gas,200,60,Slack\n",
    "generators-p_max_pu": "snapshot,wind\n2025-01-01 00:00,0.9\n2025-01-01 01:00,0.2\n2025-01-01 02:00,0.9\n",
    "loads": "name,bus\ntown,B\n",
    "loads-p_set": "snapshot,town\n2025-01-01 00:00,40\n2025-01-01 01:00,80\n2025-01-01 02:00,60\n",
    "snapshots": "snapshot\n2025-01-01 00:00\n2025-01-01 01:00\n2025-01-01 02:00\n",
    "storage_units": "name,bus,p_nom,max_hours,efficiency_store,efficiency_dispatch,marginal_cost\n"
    "S,B,10,2,0.9,0.9,1\n",
}


def test_an_imported_network_is_dispatched_over_its_hours(tmp_path: Path) -> None:
    """The line carries 50 MW of wind: 40 serve the load, 10 are stored and give 8.1 later; gas makes 51.9 and 10 MWh.

    (50 + 20 + 50) x 2 + 61.9 x 60 + 8.1 x 1 = 3,962.1
    """
    for name, text in NETWORK.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    made, cpu_s = scigrid.dispatched(tmp_path)
    assert made.objective == pytest.approx(3962.1, rel=1e-9)
    assert made.schedule.p_mw.sel(unit="wind").values == pytest.approx([50.0, 20.0, 50.0])
    assert made.schedule.discharge_mw.values.sum() == pytest.approx(8.1)
    assert cpu_s.keys() == {"import", "dispatch"}


def test_it_counts_as_wrong_what_differs_from_pypsa_or_from_what_is_known() -> None:
    exact = {"holin": {"objective": scigrid.OBJECTIVE}, "relative_difference": 0.0}
    assert scigrid.apart(exact) == 0.0
    assert scigrid.apart(exact | {"relative_difference": 1e-6}) == 1e-6
    assert scigrid.apart({"holin": {"objective": scigrid.OBJECTIVE * 1.1}, "relative_difference": 0.0}) > 0.09


@pytest.mark.slow
def test_the_transmission_grid_has_pypsas_optimum() -> None:
    try:
        folder = scigrid.fetched()
    except Failed as error:
        pytest.skip(str(error))
    made, _ = scigrid.dispatched(folder)
    assert made.objective == pytest.approx(scigrid.OBJECTIVE, rel=scigrid.TOLERANCE)
    assert made.objective_recomputed == pytest.approx(scigrid.OBJECTIVE, rel=scigrid.TOLERANCE)
