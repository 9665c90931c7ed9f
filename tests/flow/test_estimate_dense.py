"""The same least squares written anew: dense matrices, derivatives by differences, no word of the estimator's kernel.

Voltages are rectangular here (real and imaginary parts), powers come from the bus admittance matrix, buses without
units are Lagrange conditions, the covariance is the inverse of the whole bordered matrix.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from flow_parks import random_park, random_schedule

from holin.flow import estimate, flow, measured_flow, network_of
from holin.park import Park, units_of


@dataclasses.dataclass
class Dense:
    """What a table of meters shows of rectangular voltages `x` (2 bus,), and what must be 0."""

    park: Park
    table: xr.Dataset

    def __post_init__(self) -> None:
        network = network_of(self.park)
        t, n = network.topology, network.topology.nodes
        self.network, self.t, self.n = network, t, n
        self.y = np.diag(t.y_shunt).astype(complex)
        for f, o, ff, ft, tf, tt in zip(t.node_from, t.node_to, t.y_ff, t.y_ft, t.y_tf, t.y_tt, strict=True):
            self.y[f, f] += ff
            self.y[f, o] += ft
            self.y[o, f] += tf
            self.y[o, o] += tt
        self.place = dict(zip(network.buses, network.node.tolist(), strict=True))
        self.branch = {b: k for k, b in enumerate(network.branches.label)}
        self.unit = {u.id: self.place[u.bus] for u in units_of(self.park)}
        self.zero = sorted(set(range(n)) - set(self.unit.values()))
        self.rows = list(zip(*(map(str, self.table[c].values) for c in ("element", "end", "quantity")), strict=True))
        self.value, self.sigma = self.table["value"].values[0], self.table["sigma"].values[0]

    def shows(self, x: np.ndarray) -> np.ndarray:
        v = x[: self.n] + 1j * x[self.n :]
        into_network = v * (self.y @ v).conj()
        found = []
        for element, end, quantity in self.rows:
            if quantity == "v_pu":
                found.append(abs(v[self.place[element]]))
                continue
            if element in self.unit:
                s = into_network[self.unit[element]]
            else:
                k = self.branch[element]
                f, o = self.t.node_from[k], self.t.node_to[k]
                own, mutual = (self.t.y_ff[k], self.t.y_ft[k]) if end == "from" else (self.t.y_tt[k], self.t.y_tf[k])
                here, there = (f, o) if end == "from" else (o, f)
                i = own * v[here] + mutual * v[there]
                if quantity == "i_ka":
                    found.append(abs(i) / (3**0.5 * self.kv(element, end)))
                    continue
                s = v[here] * i.conj()
            found.append(s.real if quantity == "p_mw" else s.imag)
        return np.array(found)

    def kv(self, branch: str, end: str) -> float:
        b = self.network.branches
        bus = (b.bus_from if end == "from" else b.bus_to)[self.branch[branch]]
        return float(dict(zip(self.network.buses, self.network.v_nom_kv, strict=True))[bus])

    def zeros(self, x: np.ndarray) -> np.ndarray:
        """Powers at empty buses, and the imaginary part of the reference's voltage."""
        v = x[: self.n] + 1j * x[self.n :]
        s = (v * (self.y @ v).conj())[self.zero]
        return np.concatenate([s.real, s.imag, v[self.t.slack].imag])

    def fit(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return voltages, their covariance (2 bus, 2 bus), and the slopes of what is shown (row, 2 bus)."""
        x = np.concatenate([v.real, v.imag])
        for _ in range(60):
            h, c = slopes(self.shows, x) / self.sigma[:, None], slopes(self.zeros, x)
            gap = (self.value - self.shows(x)) / self.sigma
            whole = np.block([[h.T @ h, c.T], [c, np.zeros((len(c), len(c)))]])
            size = np.sqrt(np.abs(np.diag(whole)).max())
            scale = np.concatenate([np.full(2 * self.n, 1 / size), np.full(len(c), size)])  # both blocks alike
            step = scale * np.linalg.solve(
                scale[:, None] * whole * scale, scale * np.concatenate([h.T @ gap, -self.zeros(x)])
            )
            x = x + step[: 2 * self.n]
            if np.abs(step[: 2 * self.n]).max() < 1e-10:
                break
        p = (scale[:, None] * np.linalg.inv(scale[:, None] * whole * scale) * scale)[: 2 * self.n, : 2 * self.n]
        return x[: self.n] + 1j * x[self.n :], p, h


def slopes(of: Callable[[np.ndarray], np.ndarray], x: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Central differences."""
    return np.column_stack([(of(x + step * e) - of(x - step * e)) / (2 * step) for e in np.eye(len(x))])


@pytest.mark.parametrize("seed", range(6))
def test_state_sigmas_and_normalised_residuals_are_those_of_dense_least_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=bool(seed % 2), buses=int(rng.integers(6, 10)))
    flows = flow(park, random_schedule(rng, park, 1))
    quantities = ("v_pu", "p_mw", "q_mvar", "i_ka") if seed > 2 else ("v_pu", "p_mw", "q_mvar")
    table = measured_flow(park, flows, seed=seed, quantities=quantities, sigma_v_pu=0.004)
    bus = table["element"].values
    buses = [u.bus for u in units_of(park)]
    sharing = [u.id for u in units_of(park) if buses.count(u.bus) > 1 or u.bus in ("H0", "H0b")]
    keep = ~np.isin(bus, ["stub", *sharing])  # units that share a bus, and the open line, have tests of their own
    keep &= rng.random(len(bus)) < 0.8
    table = table.isel(measurement=np.flatnonzero(keep | (table["quantity"].values == "v_pu")))
    answer = estimate(park, table)
    assert not answer["flagged"].values.any() and answer["quality"].values[0] == 2
    dense = Dense(park, table)
    start = np.zeros(dense.n, dtype=complex)
    first = (answer["v_pu"] * np.exp(1j * answer["v_angle_rad"])).values[0]
    start[dense.network.node] = first + 1e-3 * rng.standard_normal(len(first))
    v, p, h = dense.fit(start)
    assert first == pytest.approx(v[dense.network.node], abs=1e-7)
    size = np.hstack([np.diag(v.real / np.abs(v)), np.diag(v.imag / np.abs(v))])
    turn = np.hstack([np.diag(-v.imag / np.abs(v) ** 2), np.diag(v.real / np.abs(v) ** 2)])
    for name, part in (("v_sigma_pu", size), ("v_angle_sigma_rad", turn)):
        sigma = np.sqrt(np.maximum(np.diag(part @ p @ part.T), 0.0))[dense.network.node]
        assert answer[name].values[0] == pytest.approx(sigma, rel=1e-4, abs=1e-7), name
    gap = (dense.value - dense.shows(np.concatenate([v.real, v.imag]))) / dense.sigma
    share = 1 - np.einsum("rk,kl,rl->r", h, p, h)
    checked = share > 1e-3
    ours = answer["normalised_residual"].values[0]
    assert checked.sum() > 20
    assert ours[checked] == pytest.approx((gap / np.sqrt(np.maximum(share, 1e-12)))[checked], rel=1e-3, abs=1e-3)
    assert answer["redundancy"].values[0] == pytest.approx(share, abs=1e-4)
    assert answer["objective"].values[0] == pytest.approx(gap @ gap, rel=1e-6)
