"""No tonne is lost or found, whatever algorithm the energy was traced by."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, park_of, schedule_of, tank

from holin.carbon import carbon, emissions
from holin.trace import trace

PARK = park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001))


def days(count, seed):
    """Nights that charge and evenings that discharge over a line that loses; the content ends as it began."""
    random, hours = np.random.default_rng(seed), 24 * count
    clock = np.arange(hours) % 24
    charge = np.where(clock < 5, random.uniform(5, 30, hours), 0.0)
    soc, out = np.zeros(hours), np.zeros(hours)
    content = start = 12.0
    for h in range(hours):
        content *= 0.999
        if clock[h] > 15:
            out[h] = 0.9 * (content - start) * (1.0 if clock[h] == 23 else 0.3)
        content += 0.9 * charge[h] - out[h] / 0.9
        soc[h] = content
    wind, load = random.uniform(0, 80, hours), random.uniform(20, 60, hours)
    into_a = wind + out - charge
    into_b = -into_a + 1e-3 * into_a**2
    units = {
        "wind-1": ("a", wind), "tank-1": ("a", out - charge), "grid": ("b", load + into_b), "load-1": ("b", -load),
    }  # fmt: skip
    return schedule_of(hours, {"tank-1": (charge, out, soc)}), flows_of(units, {"line": ("a", "b", into_a, into_b)})


@pytest.mark.parametrize("losses", ["gross", "net"])
@pytest.mark.parametrize("storage", ["pro_rata", "fifo"])
def test_users_bear_exactly_what_sources_emitted(losses, storage):
    schedule, flows = days(4, seed=8)
    traced = trace(PARK, schedule, flows, losses=losses, storage=storage)
    borne = carbon(PARK, schedule, flows, traced)
    users = borne["sink_kind"].values != "storage"
    emitted = float(emissions(PARK, schedule, flows).sum())
    assert emitted > 100
    assert float(borne["traced_t"].values[:, users].sum()) == pytest.approx(emitted, rel=1e-9)
    # With enterprises as sinks the tonnes are the same.
    joined = trace(PARK, schedule, flows, losses=losses, storage=storage, sinks="enterprise")
    summed = carbon(PARK, schedule, flows, joined)
    np.testing.assert_allclose(
        summed["traced_t"].sel(sink="works").values, borne["traced_t"].sel(sink="load-1").values, rtol=1e-9, atol=1e-12
    )
