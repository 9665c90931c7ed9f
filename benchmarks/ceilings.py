"""What one core can do at most: multiply-adds on numbers at hand, and bytes of a sweep over arrays like the lanes'.

python benchmarks/ceilings.py
"""

from __future__ import annotations

import json
import time

import numba
import numpy as np

from holin.kernel.lanes import LANES


@numba.njit(cache=False, fastmath=True, error_model="numpy")
def _sweep(x: np.ndarray, y: np.ndarray, z: np.ndarray, times: int) -> None:
    """z -= a x + b y by rows, as the triangular solves go: three loads and a store for two multiply-adds."""
    for time_ in range(times):
        a, b = 1e-3 + time_ * 1e-9, 1e-3
        for i in range(x.shape[0]):
            for lane in range(x.shape[1]):
                z[i, lane] -= a * x[i, lane] + b * y[i, lane]


@numba.njit(cache=False, fastmath={"contract"}, error_model="numpy")
def _powers(x: np.ndarray, times: int) -> None:
    """x <- ((x a + b) a + b) ..., eight multiply-adds for a load and a store: many independent chains."""
    a, b = 0.999, 1e-3
    for _ in range(times):
        for k in range(len(x)):
            y = x[k]
            y = (((y * a + b) * a + b) * a + b) * a + b
            y = y * y + b
            y = y * a + y
            y = y * y + a
            x[k] = y * b + a


def gflop_per_cpu_second() -> float:
    """Return the rate of multiply-adds on 512 numbers in the L1 cache."""
    x = np.linspace(0, 1, 512)
    _powers(x, 1)
    best = min(_cpu_s(lambda: _powers(x, 40_000)) for _ in range(5))
    return 16 * len(x) * 40_000 / best / 1e9


def gbyte_per_cpu_second(nodes: int) -> float:
    """Return the rate of sweeps over as many bytes as a block of lanes of a network of `nodes` nodes has."""
    rows = max(1, 8 * nodes // 3)  # p, q, both parts of V, J and the J before: eight arrays (node, lane)
    x, y, z = (np.ones((rows, LANES)) for _ in range(3))
    _sweep(x, y, z, 1)
    times = 40_000_000 // x.size + 1
    best = min(_cpu_s(lambda: _sweep(x, y, z, times)) for _ in range(5))
    return 32 * x.size * times / best / 1e9


def _cpu_s(do: object) -> float:
    assert callable(do)
    before = time.process_time()
    do()
    return time.process_time() - before


if __name__ == "__main__":
    rates = {str(n): gbyte_per_cpu_second(n) for n in (15, 95, 200)}
    print(json.dumps({"gflop_per_cpu_second": gflop_per_cpu_second(), "gbyte_per_cpu_second": rates}, indent=2))
