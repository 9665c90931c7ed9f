"""Holin's estimate beside one written from the textbook alone: the published case, and random networks to 1e-8."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from flow_parks import grid, park_of
from least_squares_oracle import Branch, Fit, Meter, Oracle

from holin.flow import estimate
from holin.park import Bus, EquivalentBranch, Generator, Park, at_stage, stage_of
from holin.parkfile import read_measurements, read_park

CASE = Path(__file__).parent.parent / "cases" / "abur_exposito_3"
KV = 110.0


def agrees(table: xr.Dataset, fit: Fit) -> None:
    """Voltages and angles to 1e-8, sigmas and residuals to 1e-6 of themselves."""
    assert table["converged"].values[0] == 1 and table["quality"].values[0] == 2
    assert table["v_pu"].values[0] == pytest.approx(fit.v, abs=1e-8)
    assert table["v_angle_rad"].values[0] == pytest.approx(fit.angle, abs=1e-8)
    assert table["v_sigma_pu"].values[0] == pytest.approx(fit.v_sigma, rel=1e-5, abs=1e-9)
    assert table["v_angle_sigma_rad"].values[0] == pytest.approx(fit.angle_sigma, rel=1e-5, abs=1e-9)
    assert table["objective"].values[0] == pytest.approx(fit.objective, rel=1e-7, abs=1e-9)
    tested = np.isfinite(fit.normalised)
    assert table["normalised_residual"].values[0, tested] == pytest.approx(fit.normalised[tested], rel=1e-4, abs=1e-5)


def test_the_textbook_case_is_what_its_own_equations_give() -> None:
    """A. Abur, A. Gómez Expósito 2004, example 2.2, with the data of the book, not those of the case folder."""
    branches = [Branch(0, 1, 0.01, 0.03), Branch(0, 2, 0.02, 0.05), Branch(1, 2, 0.03, 0.08)]
    meters = [
        Meter("p_from", 0, 0.888, 0.008), Meter("p_from", 1, 1.173, 0.008), Meter("p_bus", 1, -0.501, 0.010),
        Meter("q_from", 0, 0.568, 0.008), Meter("q_from", 1, 0.663, 0.008), Meter("q_bus", 1, -0.286, 0.010),
        Meter("v", 0, 1.006, 0.004), Meter("v", 1, 0.968, 0.004),
    ]  # fmt: skip
    fit = Oracle(3, branches).fit(meters, np.ones(3), np.zeros(3))
    expected = json.loads((CASE / "expect.json").read_text())["estimate"]
    tolerance = json.loads((CASE / "tolerance.json").read_text())["absolute"]
    assert fit.v == pytest.approx(list(expected["v_pu"].values()), abs=tolerance)
    assert np.degrees(fit.angle) == pytest.approx(list(expected["v_angle_deg"].values()), abs=tolerance)
    whole = read_park(CASE / "park")
    park = at_stage(whole, stage_of(whole))
    agrees(estimate(park, read_measurements(CASE / "measurements.csv", park)), fit)


def random_network(seed: int) -> tuple[Oracle, Park]:
    """A tree with some loops, half of the branches with charging, some with a ratio and a shift; some empty buses."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 12))
    ends = [(int(rng.integers(0, k)), k) for k in range(1, n)]
    ends += [(int(a), int(b)) for a, b in (rng.choice(n, 2, replace=False) for _ in range(int(rng.integers(0, 4))))]
    branches = []
    for a, b in ends:
        x = float(rng.uniform(1e-4, 1e-3))  # p.u. on 1 MVA: 1.2 to 12 ohm at 110 kV
        shifts = bool(rng.random() < 0.25)
        branches.append(
            Branch(
                a, b, x * float(rng.uniform(0.1, 0.8)), x, float(rng.choice([0.0, rng.uniform(0, 5)])),
                float(rng.uniform(0.93, 1.07)) if shifts else 1.0,
                float(np.radians(rng.choice([0.0, 30.0]))) if shifts and len(ends) == n - 1 else 0.0,
            )
        )  # fmt: skip
    empty = sorted(int(k) for k in rng.choice(np.arange(1, n), int(rng.integers(0, n // 3 + 1)), replace=False))
    park = park_of(
        buses=tuple(Bus(id=f"b{k}", v_nom_kv=KV) for k in range(n)),
        grids=(grid("b0", import_max_mw=5000.0),),
        equivalent_branches=tuple(
            EquivalentBranch(
                id=f"k{k}",
                bus_from=f"b{x.a}",
                bus_to=f"b{x.b}",
                r_pu=x.r,
                x_pu=x.x,
                b_pu=x.charging,
                ratio=x.ratio,
                shift_deg=float(np.degrees(x.shift)),
                s_nom_mva=2000.0,
            )
            for k, x in enumerate(branches)
        ),
        generators=tuple(
            Generator(id=f"u{k}", bus=f"b{k}", p_nom_mw=2000.0, p_min_mw=-2000.0) for k in range(1, n) if k not in empty
        ),
    )
    return Oracle(n, branches, empty), park


def random_meters(oracle: Oracle, seed: int, *, currents: bool) -> list[Meter]:
    """Meters with noise of their sigma: voltages and injections of most buses, both ends of most branches."""
    rng = np.random.default_rng(1000 + seed)
    n = oracle.buses
    shift = np.zeros(n)
    for x in oracle.branches[: n - 1]:
        shift[x.b] = shift[x.a] - x.shift
    v, angle = 1 + rng.uniform(-0.04, 0.04, n), shift + np.r_[0, rng.uniform(-0.02, 0.02, n - 1)]
    if oracle.empty:  # a state in which they are: nothing but voltages in between moves
        v, angle = _emptied(oracle, v, angle)
    kinds = [*(("v", k, 0.002) for k in range(n)), *((q, k, 0.5) for k in range(n) for q in ("p_bus", "q_bus"))]
    kinds = [(kind, k, s) for kind, k, s in kinds if not (kind != "v" and k in oracle.empty)]
    for end in ("from", "to"):
        for q, sigma in (("p", 0.8), ("q", 0.8), *((("i", 0.8),) if currents else ())):
            flows = [abs(oracle.at_end(k, v, angle, end == "from")[0]) for k in range(len(oracle.branches))]
            # a current of nothing has no slope, and one of a few sigmas two states
            kinds += [(f"{q}_{end}", k, sigma) for k, s in enumerate(flows) if q != "i" or s > 20 * sigma]
    kept = [x for x in kinds if x[0] == "v" or rng.random() < 0.8]
    exact = oracle.shown([Meter(kind, at, 0.0, s) for kind, at, s in kept], v, angle)[0]
    return [
        Meter(kind, at, float(h + s * rng.standard_normal()), s) for (kind, at, s), h in zip(kept, exact, strict=True)
    ]


def _emptied(oracle: Oracle, v: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Voltages of the empty buses with which they inject nothing: the linear equations of their currents."""
    u = v * np.exp(1j * angle)
    rest = [k for k in range(oracle.buses) if k not in oracle.empty]
    inner = oracle.y[np.ix_(oracle.empty, oracle.empty)]
    u[oracle.empty] = -np.linalg.solve(inner, oracle.y[np.ix_(oracle.empty, rest)] @ u[rest])
    return np.abs(u), np.angle(u)


def table_of(meters: list[Meter]) -> xr.Dataset:
    """The same meters as the table `measurements`; currents in kA."""
    quantity = {"v": "v_pu", "p": "p_mw", "q": "q_mvar", "i": "i_ka"}
    rows = []
    for m in meters:
        what, _, end = m.kind.partition("_")
        scale = 1 / (3**0.5 * KV) if what == "i" else 1.0
        place = (f"k{m.at}", end) if end in ("from", "to") else (f"b{m.at}", "")
        rows.append((*place, quantity[what], m.value * scale, m.sigma * scale))
    element, end, kind, value, sigma = (list(column) for column in zip(*rows, strict=True))
    return xr.Dataset(
        {name: (("time", "measurement"), [column]) for name, column in (("value", value), ("sigma", sigma))},
        coords={
            "time": np.array(["2025-01-01"], dtype="datetime64[ns]"),
            "measurement": [".".join(filter(None, row[:3])) for row in rows],
            "element": ("measurement", element),
            "end": ("measurement", end),
            "quantity": ("measurement", kind),
        },
    )


@pytest.mark.parametrize("currents", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_random_networks_are_estimated_as_the_textbook_does(seed: int, currents: bool) -> None:
    oracle, park = random_network(seed)
    meters = random_meters(oracle, seed, currents=currents)
    answer = estimate(park, table_of(meters))
    used = [m for m, flag in zip(meters, answer["flag"].values[0], strict=True) if flag != 1]
    assert len(used) >= len(meters) - 1  # of some hundred meters with normal noise one may look bad by chance
    first = answer["v_pu"].values[0], answer["v_angle_rad"].values[0]
    rng = np.random.default_rng(seed)
    start = [x + 1e-3 * rng.standard_normal(len(x)) for x in first]
    start[1][0] = 0.0
    fit = oracle.fit(used, *start)
    if len(used) == len(meters):
        agrees(answer, fit)
    else:
        assert first[0] == pytest.approx(fit.v, abs=1e-8) and first[1] == pytest.approx(fit.angle, abs=1e-8)


def test_the_oracles_slopes_are_those_of_its_functions() -> None:
    oracle, _ = random_network(5)
    meters = random_meters(oracle, 5, currents=True)
    rng = np.random.default_rng(0)
    n = oracle.buses
    x = np.concatenate([rng.uniform(-0.05, 0.05, n), rng.uniform(0.95, 1.05, n)])
    _, slopes = oracle.shown(meters, x[n:], x[:n])
    for k in range(2 * n):
        step = np.zeros(2 * n)
        step[k] = 1e-6
        ahead, behind = (oracle.shown(meters, (x + s * step)[n:], (x + s * step)[:n])[0] for s in (1, -1))
        assert slopes[:, k] == pytest.approx((ahead - behind) / 2e-6, rel=1e-5, abs=1e-2)
