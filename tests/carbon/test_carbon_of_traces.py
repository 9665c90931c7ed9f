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


# One tank without losses: 10 MWh of the grid (0.6 t/MWh), then 10 of wind go in; 10 come out, then 10 more.
FOUR = flows_of(
    {
        "grid": ("a", [10, 0, 0, 0]), "wind-1": ("a", [0, 10, 0, 0]), "tank-1": ("a", [-10, -10, 10, 10]),
        "load-1": ("a", [0, 0, -10, -10]),
    },
    {},
)  # fmt: skip
FOUR_SCHEDULE = schedule_of(4, {"tank-1": ([10, 10, 0, 0], [0, 0, 10, 10], [10, 20, 10, 0])})


@pytest.mark.parametrize(("storage", "tonnes"), [("pro_rata", [0, 0, 3, 3]), ("fifo", [0, 0, 6, 0])])
def test_carbon_leaves_a_storage_with_its_energy(storage, tonnes):
    park = park_of(grid(), tank("tank-1"))
    traced = trace(park, FOUR_SCHEDULE, FOUR, storage=storage)
    borne = carbon(park, FOUR_SCHEDULE, FOUR, traced)
    np.testing.assert_allclose(borne["traced_t"].sel(sink="load-1"), tonnes, atol=1e-12)


def test_lots_of_a_circle_and_of_a_chain_keep_their_carbon():
    # The same four hours, begun in the middle: what comes out first was charged at the table's end.
    turned = FOUR.isel(time=[2, 3, 0, 1]).assign_coords(time=FOUR["time"].values)
    schedule = schedule_of(4, {"tank-1": ([0, 0, 10, 10], [10, 10, 0, 0], [10, 0, 10, 20])})
    park = park_of(grid(), tank("tank-1"))
    borne = carbon(park, schedule, turned, trace(park, schedule, turned, storage="fifo"))
    np.testing.assert_allclose(borne["traced_t"].sel(sink="load-1"), [6, 0, 0, 0], atol=1e-12)
    # Tank 1 gives its 6 t, with the lot, to tank 2, and that to the load. Losses of both take no carbon along.
    units = {
        "grid": ("a", [10, 0, 0]), "tank-1": ("a", [-10, 8.1, 0]), "tank-2": ("a", [0, -8.1, 6.561]),
        "load-1": ("a", [0, 0, -6.561]),
    }  # fmt: skip
    schedule = schedule_of(
        3, {"tank-1": ([10, 0, 0], [0, 8.1, 0], [9, 0, 0]), "tank-2": ([0, 8.1, 0], [0, 0, 6.561], [0, 7.29, 0])}
    )
    park = park_of(grid(), tank("tank-1", efficiency=0.9), tank("tank-2", efficiency=0.9))
    flows = flows_of(units, {})
    borne = carbon(park, schedule, flows, trace(park, schedule, flows, storage="fifo"))
    np.testing.assert_allclose(borne["traced_t"].sel(sink="load-1"), [0, 0, 6], atol=1e-12)


def test_an_unknown_first_content_keeps_its_carbon():
    # 20 MWh of no known origin count as the dirtiest source of the table, the grid at 0.6 t/MWh; they leave first.
    flows = flows_of(
        {"grid": ("a", [10, 0]), "wind-1": ("a", [0, 0]), "tank-1": ("a", [-10, 25]), "load-1": ("a", [0, -25])}, {}
    )
    schedule = schedule_of(2, {"tank-1": ([10, 0], [0, 25], [30, 5])})
    park = park_of(grid(), tank("tank-1"))
    borne = carbon(park, schedule, flows, trace(park, schedule, flows, storage="fifo"))
    np.testing.assert_allclose(borne["traced_t"].sel(sink="load-1"), [0, 25 * 0.6], atol=1e-12)
