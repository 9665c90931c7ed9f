"""Tracing's benchmark: the textbook engines agree with a hand-worked network, the table says what was measured."""

import numpy as np
import pytest
from report_tracing import tracing_table
from textbook import Flows, dense_batched, dense_inverse, sparse_lu

# Bialek's 4-bus example (1996): gross demand 309.76 and 204.24, of which G1 has 89.21 % and 60.55 %.
BIALEK = Flows(
    node_from=np.array([0, 0, 0, 1, 3]),
    node_to=np.array([1, 2, 3, 3, 2]),
    p_from=np.array([[60.0, 225, 115, 173, 83]] * 2),
    p_to=-np.array([[59.0, 218, 112, 171, 82]] * 2),
    made=np.array([[[400.0, 0], [0, 114], [0, 0], [0, 0]]] * 2),
    sink=np.array([[0.0, 0, 300, 200]] * 2),
)


@pytest.mark.parametrize("engine", [dense_inverse, dense_batched, sparse_lu])
def test_textbook_engines_trace_bialek(engine) -> None:
    for gross in engine(BIALEK):
        np.testing.assert_allclose(gross.sum(axis=1), [0, 0, 309.76, 204.24], atol=5e-3)
        np.testing.assert_allclose(gross[2:, 0] / gross[2:].sum(axis=1), [0.8921, 0.6055], atol=5e-5)


def test_a_dead_end_is_a_loss_of_the_bus_before() -> None:
    # 2 MW go into a cable that nobody draws from: the load of 49 bears all 3 MW that are lost.
    flows = Flows(
        node_from=np.array([0, 0]), node_to=np.array([1, 2]), p_from=np.array([[50.0, 2]]),
        p_to=np.array([[-49.0, -1]]), made=np.array([[[52.0], [0], [0]]]), sink=np.array([[0.0, 49, 0]]),
    )  # fmt: skip
    for engine in (dense_inverse, dense_batched, sparse_lu):
        np.testing.assert_allclose(engine(flows)[0, :, 0], [0, 52, 0])


def test_the_table_names_what_was_not_run() -> None:
    peer = {"hours_per_cpu_second": 4000.0, "holin_times_faster": 61.4, "holin_by_enterprise_times_faster": 110.2}
    engines = dict.fromkeys(("dense inverse", "batched dense", "sparse LU"), peer) | {
        "holin": {
            "hours_per_cpu_second": 250_000.4, "hours_per_cpu_second_by_enterprise": 450_000.0,
            "distance_to_dense_inverse_mw": 3e-14, "closure_mw": 2e-13,
        },
        "netallocation": {"failed": "no network"},
    }  # fmt: skip
    found = {"grid": "g", "buses": 95, "hours": 8760, "hours_with_circulation": 12, "engines": engines}
    row = tracing_table([found]).splitlines()[-1]
    assert row == (
        "| g | 95 | 12 of 8,760 | 250,000 | 450,000 | 61 (110) | 61 (110) | 61 (110) | not run | 3e-14 |  | 2e-13 |"
    )
