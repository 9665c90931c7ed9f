"""Up to the nose: every state that a dense Newton solves is solved, however heavy; and fall-backs are counted.

The Newton here works in rectangular coordinates (i V* = S*, by the real and imaginary parts of V), on the admittances
of the network alone; each level starts from the one below, and from no load. It shares nothing else with the kernel.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flow_parks import random_park, random_schedule, schedule

from holin.flow import flow, network_of, snapshot
from holin.flow.units import behaviour_of
from holin.kernel.topology import Topology, admittance
from holin.park import Park
from holin.parkfile import read_park

CASES = Path(__file__).parent.parent / "cases"


def dense_newton(y: np.ndarray, s: np.ndarray, slack: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """Return V with V conj(Y V) = S to 1e-10 beside the slack, None where 50 damped steps find none."""
    rest = np.setdiff1d(np.arange(len(y)), slack)
    v = start.copy()

    def gap(at: np.ndarray) -> np.ndarray:
        d = (at * (y @ at).conj() - s)[rest]
        return np.concatenate([d.real, d.imag])

    f = gap(v)
    for _ in range(50):
        if np.abs(f).max() < 1e-10:
            return v
        i, own = (y @ v).conj(), v[:, None] * y.conj()
        by_real, by_imag = np.diag(i) + own, 1j * (np.diag(i) - own)
        a, b = by_real[np.ix_(rest, rest)], by_imag[np.ix_(rest, rest)]
        jacobian = np.block([[a.real, b.real], [a.imag, b.imag]])
        step = np.linalg.solve(jacobian, -f)
        for share in 0.5 ** np.arange(12):
            trial = v.copy()
            trial[rest] += share * (step[: len(rest)] + 1j * step[len(rest) :])
            if np.abs(gap(trial)).max() < np.abs(f).max():
                break
        else:
            return None
        v, f = trial, gap(trial)
    return None


def no_load(t: Topology) -> np.ndarray:
    y, v = admittance(t), np.zeros(t.nodes, dtype=complex)
    rest = np.setdiff1d(np.arange(t.nodes), t.slack)
    v[t.slack] = t.v_slack
    v[rest] = np.linalg.solve(y[np.ix_(rest, rest)], -y[np.ix_(rest, t.slack)] @ t.v_slack)
    return v


def park_and_powers(name: str) -> tuple[Park, dict[str, float]]:
    if name.startswith("random"):
        rng = np.random.default_rng(int(name[-1]))
        park = random_park(rng, meshed=name.startswith("random meshed"))
        state = random_schedule(rng, park, 1)
    else:
        park = read_park(CASES / name / "park")
        state = snapshot(park)
    return park, dict(zip(map(str, state.unit.values), state.p_mw.values[0].tolist(), strict=True))


def climbed(t: Topology, s: Callable[[float], np.ndarray]) -> dict[float, np.ndarray]:
    """Solutions by level: in quarters up to 12, then in tenths of it, each from the one below; half a step where there
    is none."""
    y, flat = admittance(t), no_load(t)
    below, level, step = flat, 0.0, 0.25
    found: dict[float, np.ndarray] = {}
    while step > 1e-5 * max(level, 1.0):
        tried = (dense_newton(y, s(level + step), t.slack, start) for start in (below, flat))
        v = next((x for x in tried if x is not None), None)
        if v is None:
            step /= 2
            continue
        level, below = level + step, v
        found[level] = v
        if level >= 12 and step >= 0.25:
            step = level / 10
    return found


@pytest.mark.parametrize("name", ["cigre_mv", "circulating_current", "random radial 1", "random meshed 2"])
def test_what_a_dense_newton_solves_is_solved_and_alike(name: str) -> None:
    """From a quarter of the load past twelve times it, or up to the nose, where the steps end at 1e-5 of it."""
    park, powers = park_and_powers(name)
    network, behaviour = network_of(park, finite=True), behaviour_of(park)
    bus = network.bus_index()
    at = [network.node[bus[u.bus]] for u in behaviour.units]
    base = np.array([0.0 if u.kind == "grid" else powers[u.id] for u in behaviour.units])

    def asked(level: float) -> np.ndarray:
        s, p = np.zeros(network.topology.nodes, dtype=complex), level * base
        np.add.at(s, at, p + 1j * behaviour.q_mvar(p[None])[0])
        return s

    known = climbed(network.topology, asked)
    levels = np.array(list(known))
    found = flow(park, schedule(park, {k: p * levels for k, p in powers.items()}, len(levels)))
    assert levels[found.converged.values == 0].tolist() == []
    ours = found.v_pu.values * np.exp(1j * found.v_angle_rad.values)
    assert ours == pytest.approx(np.array(list(known.values()))[:, network.node], abs=2e-4)
    clear = levels < 0.9 * levels[-1]
    assert ours[clear] == pytest.approx(np.array(list(known.values()))[clear][:, network.node], abs=1e-7)
    beyond = flow(park, schedule(park, {k: 1.001 * p * levels[-1] for k, p in powers.items()}))
    assert not bool(beyond.converged.any())
    assert 0 < int(found.attrs["by_newton"]) < len(levels)
