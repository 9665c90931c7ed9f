"""Which metal a batch is: its mass, when and from what it was cast, and the ladles that went into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from holin.batches.casting import Cast
from holin.batches.mass import kg_of
from holin.batches.records import Tap
from holin.signing import canonical


def metal_of(cast: Cast, taps: Mapping[str, Tap]) -> dict[str, Any]:
    """Return what makes the metal of a batch this metal and no other: times in UTC, masses in kg, all exact texts.

    All of it comes from scales and clocks, none from a run or from the batch's id: the same metal is the same in every
    run, and under another name.
    """
    batch = cast.batch
    return {
        "cast": _stamp(batch.time_s), "furnace": batch.furnace, "form": batch.form.value,
        "alloy": batch.alloy, "kg": kg_of(batch.grams), "loss_kg": kg_of(batch.loss_grams),
        "inputs": [[p.material, p.source, kg_of(p.grams)] for p in cast.pieces],
        "taps": [[t.id, t.potline, _stamp(t.time_s), kg_of(t.grams)] for t in taps_of(cast, taps)],
    }  # fmt: skip


def metal_hash(metal: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a metal: what the allotment book names beside the batch's id."""
    return hashlib.sha256(canonical(dict(metal))).hexdigest()


def taps_of(cast: Cast, taps: Mapping[str, Tap]) -> Iterable[Tap]:
    """Return the ladles that went into a batch, in the order in which they left the furnace."""
    return [taps[t] for t in dict.fromkeys(t for p in cast.pieces if p.span for t in p.source.split(" "))]


def _stamp(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
