"""One element out in one hour, as the server works it out: held against the run's own flows and by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from web_asked import Asked

from holin.store import read_run

RUN = "/api/runs/two-days"


def asked_out(asked: Asked, element: str, hour: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = asked.json(f"{RUN}/outages/{element}?hour={hour}")
    return found


def test_a_line_that_is_out_carries_nothing_and_the_rest_is_solved_anew(asked: Asked, first_run: Path) -> None:
    flows = read_run(first_run).tables["flows"].isel(time=7)
    busiest = str(flows["branch"].values[int(np.abs(flows["p_from_mw"].values).argmax())])
    found = asked_out(asked, busiest, 7)
    assert (found["outage"], found["hour"], found["solved"]) == (busiest, 7, True)
    assert found["p_from_mw"][busiest] in (0.0, None)
    moved = [
        b
        for b, mw in found["p_from_mw"].items()
        if mw is not None and abs(mw - flows["p_from_mw"].sel(branch=b).item()) > 0.01
    ]
    assert set(moved) - {busiest}


def test_loads_behind_the_only_way_are_lost(asked: Asked, first_run: Path) -> None:
    flows = read_run(first_run).tables["flows"].isel(time=3)
    for bus in flows["bus"].values.tolist():
        found = asked_out(asked, bus, 3)
        dead = {b for b, pu in found["v_pu"].items() if pu is None}
        assert bus in dead
        users = [k for k, kind in enumerate(flows["kind"].values) if kind in ("load", "potline")]
        lost = sum(-flows["p_mw"].values[k] for k in users if flows["unit_bus"].values[k] in dead)
        if found["solved"]:
            assert found["lost_load_mw"] == pytest.approx(float(lost), abs=1e-4)


def test_what_is_not_there_is_not_found(asked: Asked) -> None:
    told = asked.get(f"{RUN}/outages/nothing-of-the-kind")
    assert told.status_code == 404 and "nothing-of-the-kind is neither a branch" in told.json()["detail"]
    beyond = asked.get(f"{RUN}/outages/nothing?hour=30")
    assert beyond.status_code == 404 and "30 intervals" in beyond.json()["detail"]
    assert asked.get(f"{RUN}/outages/nothing?hour=-1").status_code == 422
