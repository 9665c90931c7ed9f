"""The envelope is conservative: whatever it allows, the full model keeps in its window, and makes the metal promised.

Schedules at the envelope's edge (`heat_trajectories`), their mixtures, and slow rides to each corner. The quick part
runs a thousand; `make soak` ten thousand, in hours and quarter-hours, on pots of several currents. Windows that begin
where the full model left the one before (`heat_chains`) stay in the window too, and never say that they leave it.
"""

import numpy as np
import pytest
from heat_chains import chains
from heat_lines import CONVENTIONAL, SHELL, WIDE, with_classical_pots
from heat_trajectories import Trajectories, edge_trajectories, mixed_trajectories

from holin.operation import potline_line

LINES = {
    "conventional": CONVENTIONAL,
    "conventional, wide range": WIDE,
    "shell heat exchanger": SHELL,
    "conventional, 300 kA": with_classical_pots(CONVENTIONAL),
    "conventional, wide range, 300 kA": with_classical_pots(WIDE),
    "shell heat exchanger, 300 kA": with_classical_pots(SHELL),
}
MAIN = ("conventional", "shell heat exchanger")


def check_safe(found: Trajectories) -> None:
    """None leaves the window or freezes, and each makes the metal that its schedule promised."""
    assert found.left.sum() == 0
    assert np.all(found.steps.metal_t.sum("time").values >= found.promised_t * (1 - 1e-6))


@pytest.mark.parametrize("name", MAIN)
def test_hours_at_the_edge_stay_in_the_window(name: str):
    edge = edge_trajectories(LINES[name], 1.0, 48, 200, seed=1)
    check_safe(edge)
    check_safe(mixed_trajectories(LINES[name], edge, 250, seed=2))
    # They are at the edge: the power moves by most of its range, and the superheat through most of its window.
    line = potline_line(LINES[name])
    moved = np.abs(edge.power_mw - line.p_nom_mw).mean() / (line.p_max_mw - line.p_nom_mw)
    assert moved > 0.6
    assert float(edge.steps.superheat_max_c.max()) > 13.5
    assert float(edge.steps.superheat_min_c.min()) < 7.0


@pytest.mark.parametrize("name", MAIN)
def test_quarter_hours_at_the_edge_stay_in_the_window(name: str):
    check_safe(edge_trajectories(LINES[name], 0.25, 24, 50, seed=3))


ROLLED = ((1.0, 48.0, 24.0), (1.0, 24.0, 3.0), (0.25, 24.0, 1.0))
"""Step, window and decided hours: the day before, and within the day."""


@pytest.mark.parametrize("rolled", ROLLED)
@pytest.mark.parametrize("name", MAIN)
def test_windows_from_the_state_of_the_full_model_stay_in_the_window(name: str, rolled: tuple[float, float, float]):
    step_h, window_h, decided_h = rolled
    found = chains(LINES[name], step_h, window_h=window_h, decided_h=decided_h, windows=4, count=6, seed=4)
    assert found.left.sum() == 0
    assert found.gave_way.max() < 1e-3
    # They are at the edge there as well.
    line = potline_line(LINES[name])
    assert np.abs(found.power_mw - line.p_nom_mw).mean() / (line.p_max_mw - line.p_nom_mw) > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("rolled", ROLLED)
@pytest.mark.parametrize("name", LINES)
def test_thousands_of_windows_from_the_state_of_the_full_model_stay_in_the_window(
    name: str, rolled: tuple[float, float, float]
):
    step_h, window_h, decided_h = rolled
    windows, count = (4, 50) if decided_h == 24.0 else (10, 20)
    seed = 500 + 10 * list(LINES).index(name) + round(decided_h)
    found = chains(
        LINES[name], step_h, window_h=window_h, decided_h=decided_h, windows=windows, count=count, seed=seed
    )  # fmt: skip
    assert found.left.sum() == 0
    assert found.gave_way.max() < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("step_h", [1.0, 0.25])
@pytest.mark.parametrize("name", LINES)
def test_ten_thousand_stay_in_the_window(name: str, step_h: float):
    # 2 x (2 x 2,000 + 4 x 250): vertices, and as many mixtures.
    count = 1_000 if name in MAIN else 125
    seed = 100 + 10 * list(LINES).index(name) + round(step_h)
    for block in range(5):
        edge = edge_trajectories(LINES[name], step_h, 96 if step_h == 1.0 else 60, count // 5, seed + 1000 * block)
        check_safe(edge)
        check_safe(mixed_trajectories(LINES[name], edge, count // 5, seed + 1000 * block + 1))
