"""200 seeded cases with up to 40 % of the meters missing or grossly wrong: always an answer, no error unnoticed."""

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from flow_parks import random_park, random_schedule

from holin.flow import estimate, flow, measured_flow
from holin.flow.estimate.fit import seen_by, started, unknowns
from holin.flow.estimate.layout import layouts
from holin.flow.estimate.pseudo import pseudo_powers
from holin.flow.estimate.readings import readings_of
from holin.flow.estimate.rows import statements
from holin.park import Park

CASES = 200
CHUNK = 20
SIGMA_V_PU, SIGMA_MW = 0.003, 0.1

OBSERVABLE = 0.1
"""An error of which at least this share shows against the meters that are right is one on an observable meter."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Meters as they should show, as they do, and which of them are wrong."""

    park: Park
    flows: xr.Dataset
    right: xr.Dataset
    shown: xr.Dataset
    wrong: np.ndarray


def case_of(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=bool(seed % 2), buses=int(rng.integers(8, 16)))
    flows = flow(park, random_schedule(rng, park, 1))
    exact = measured_flow(park, flows)
    sigma = np.where(exact["quantity"].values == "v_pu", SIGMA_V_PU, SIGMA_MW)
    right = exact["value"].values[0] + sigma * rng.standard_normal(len(sigma))
    hit = rng.random(len(sigma)) < rng.uniform(0, 0.4)
    missing = hit & (rng.random(len(sigma)) < 0.5)
    wrong = hit & ~missing
    shown = np.where(wrong, [gross(rng, x, s) for x, s in zip(right, sigma, strict=True)], right)
    tables = [
        exact.assign(
            value=(("time", "measurement"), np.where(missing, np.nan, values)[None, :]),
            sigma=(("time", "measurement"), sigma[None, :]),
        )
        for values in (right, shown)
    ]
    return Case(park=park, flows=flows, right=tables[0], shown=tables[1], wrong=wrong)


def gross(rng: np.random.Generator, value: float, sigma: float) -> float:
    """An error of 20 to 60 sigmas, the wrong sign, a dead meter, or kW for MW, where that is at least 20 sigmas off."""
    off = value + sigma * rng.uniform(20, 60) * rng.choice([-1, 1])
    tried = (off, -value, 0.0, 1000 * value)[int(rng.choice(4, p=[0.7, 0.1, 0.1, 0.1]))]
    return float(tried if abs(tried - value) >= 20 * sigma else off)


def shows(case: Case) -> np.ndarray:
    """Return for each wrong meter (measurement,) which share of its error shows against the right meters, 0 if none.

    With M the spread of the residuals of all meters over sigma, 1 / (M_ww^-1)_ii is what is left of meter i's own
    variance when all other wrong meters are left out.
    """
    readings = readings_of(case.park, case.right)
    powers = pseudo_powers(case.park, readings.time, None)
    ((_, layout),) = layouts(case.park, readings)
    said = statements(
        layout, readings, np.isfinite(readings.value[0]), readings.sigma[0], powers.p_sigma, powers.q_sigma
    )
    v = started(layout, powers.p_mw[0], powers.q_mvar[0])
    gain, _ = seen_by(layout, said.rows, said.constraints, v, unknowns(layout, said.rows.meters))
    share = np.zeros(len(case.wrong))
    row_of = {int(m): int(r) for r, m in zip(*said.rows.of_meters.nonzero(), strict=True)}
    rows = sorted({row_of[m] for m in np.flatnonzero(case.wrong) if m in row_of})
    spread = np.eye(len(rows)) - gain.seen[rows] @ gain.seen[rows].T
    left = 1 / np.diag(np.linalg.pinv(spread, rcond=1e-9, hermitian=True)) if rows else np.zeros(0)
    exact = np.linalg.eigvalsh(spread).min(initial=1.0) > 1e-6
    for m in np.flatnonzero(case.wrong):
        if m in row_of and exact:
            share[m] = left[rows.index(row_of[int(m)])]
    return share


def effect_in_sigmas(case: Case, answer: xr.Dataset, unnoticed: np.ndarray) -> float:
    """Return how far the unnoticed errors move any voltage or angle, in sigmas: the used meters with and without."""
    used = np.where(answer["flag"].values[0] > 0, np.nan, case.shown["value"].values[0])
    healed = np.where(unnoticed, case.right["value"].values[0], used)
    with_errors, without = (
        estimate(case.park, case.shown.assign(value=(("time", "measurement"), values[None, :])))
        for values in (used, healed)
    )
    v = np.abs((with_errors["v_pu"] - without["v_pu"]) / without["v_sigma_pu"]).values[0]
    moves = without["v_angle_sigma_rad"].values[0] > 1e-12
    gap = np.abs(with_errors["v_angle_rad"] - without["v_angle_rad"]).values[0, moves]
    angle = gap / without["v_angle_sigma_rad"].values[0, moves]
    return float(max(v.max(), angle.max()))


@pytest.mark.parametrize("chunk", range(CASES // CHUNK))
def test_no_gross_error_of_an_observable_meter_goes_unnoticed(chunk: int) -> None:
    planted = good = left_out = doubted = 0
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = case_of(seed)
        answer = estimate(case.park, case.shown)
        assert answer["converged"].values[0] == 1 and answer["mismatch_mva"].values[0] < 1e-6, seed
        assert np.isfinite(answer["v_pu"].values).all() and np.isfinite(answer["v_sigma_pu"].values).all(), seed
        flag = answer["flag"].values[0]
        observable = case.wrong & (shows(case) >= OBSERVABLE)
        unnoticed = observable & (flag == 0)
        if unnoticed.any():
            assert effect_in_sigmas(case, answer, unnoticed) < 3.0, (seed, np.flatnonzero(unnoticed))
        planted += int(observable.sum())
        right = ~case.wrong & np.isfinite(flag)
        good += int(right.sum())
        left_out += int((flag[right] == 1).sum())
        doubted += int((flag[right] > 1).sum())
    assert planted > 150
    assert left_out < 0.02 * good and doubted < 0.10 * good


def test_where_no_meter_is_wrong_hardly_one_is_flagged() -> None:
    flagged = meters = 0
    for seed in range(12):
        case = case_of(seed)
        answer = estimate(case.park, case.right)
        flagged += int(answer["flagged"].values[0])
        meters += int(np.isfinite(answer["flag"].values).sum())
    assert flagged < 0.005 * meters
