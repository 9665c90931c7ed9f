"""Errors planted at random into a right table: the identities must name every one."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from hand_tables import grid, park_of, tank
from hypothesis import given, settings
from hypothesis import strategies as st
from test_trace import year_like

from holin.errors import CheckFailed
from holin.trace import trace
from holin.trace import tracing as tracing_file
from holin.trace.identities import check_identities

PARK = park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001))


@functools.cache
def right(storage):
    """A right table and what `check_identities` was given beside it."""
    given_to = []

    def kept(table, *rest):
        given_to.append(rest)
        return check_identities(table, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracing_file, "check_identities", kept)
        table = trace(PARK, *year_like(np.random.default_rng(5), days=2), storage=storage)
    return table, given_to[0]


COLUMNS = (
    "energy_mwh", "loss_mwh", "content_mwh", "discharge_mwh", "storage_loss_mwh", "from_storage_mwh",
)  # fmt: skip


@given(
    column=st.sampled_from(COLUMNS),
    storage=st.sampled_from(("pro_rata", "fifo")),
    factor=st.sampled_from((0.0, 0.5, 1 - 1e-5, 1 + 1e-5, 2.0, -1.0, np.nan)),
    pick=st.floats(0, 1, exclude_max=True),
)
@settings(max_examples=200, deadline=None)
def test_one_wrong_number_is_found(column, storage, factor, pick):
    table, beside = right(storage)
    assert check_identities(table, *beside) < 1e-9
    wrong = table.copy(deep=True)
    values = wrong[column].values
    # Large enough that a hundred-thousandth of it is above a thousand-millionth of the sums it stands in.
    places = np.argwhere(np.abs(values) > 0.5 * np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True))
    places = [tuple(p) for p in places if values[tuple(p)] > 0.1]
    at = places[int(pick * len(places))]
    values[at] *= factor
    with pytest.raises(CheckFailed, match="do not use this result"):
        check_identities(wrong, *beside)


@pytest.mark.parametrize("storage", ["pro_rata", "fifo"])
def test_hours_sources_and_losses_that_change_places_are_found(storage):
    table, beside = right(storage)
    late = table.copy(deep=True)
    late["energy_mwh"].values[...] = np.roll(table["energy_mwh"].values, 1, axis=0)
    swapped = table.copy(deep=True)
    swapped["energy_mwh"].values[...] = table["energy_mwh"].values[:, ::-1]
    forgotten = table.copy(deep=True)
    forgotten["loss_mwh"].values[...] = 0.0
    for wrong in (late, swapped, forgotten):
        with pytest.raises(CheckFailed):
            check_identities(wrong, *beside)


def test_more_out_than_the_efficiency_allows_is_found():
    # The tank is said to lose nothing when it charges: the content then grows by what should have been lost.
    table, (ends, balance, losses_mw, storages) = right("pro_rata")
    better = tuple(s.__class__(**{**vars(s), "efficiency_charge": 0.8}) for s in storages)
    with pytest.raises(CheckFailed, match="times the efficiencies, of storage tank-1"):
        check_identities(table, ends, balance, losses_mw, better)


def test_network_losses_of_another_flow_are_found():
    table, (ends, balance, losses_mw, storages) = right("pro_rata")
    with pytest.raises(CheckFailed, match="assigned losses against those of the network"):
        check_identities(table, ends, balance, losses_mw + 0.1, storages)
    silent = replace(ends, exchange=replace(ends.exchange, source_mw=ends.exchange.source_mw * 1.001))
    with pytest.raises(CheckFailed, match="the production of source"):
        check_identities(table, silent, balance, losses_mw, storages)
