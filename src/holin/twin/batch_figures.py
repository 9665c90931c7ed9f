"""Batches in figures: what `holin batch list` and `holin batch trace` say."""

from __future__ import annotations

from typing import Any

import numpy as np

from holin.batches import part_of_amount
from holin.calendar import local
from holin.twin.batch_green import month_edges
from holin.twin.batches import BatchesOfRun, carbon_of, energy_of

COUNTS = ("location", "market", "traced")


def batch_rows(found: BatchesOfRun, *, month: str | None = None) -> list[dict[str, Any]]:
    """Return every batch (cast in a local month) with mass, energy, physical green share and carbon by count.

    The market-based count is before any certificate. Raises BadInput where the month is none.
    """
    first, last = month_edges(month, found.park.facts.time_zone) if month else (-(2**62), 2**62)
    rows = []
    for share in found.account.batches.values():
        batch = share.cast.batch
        if not first <= batch.time_s < last:
            continue
        energy, carbon = energy_of(found, share), carbon_of(found, share)
        rows.append(
            {
                "batch": batch.id, "cast": clock(found, batch.time_s), "form": batch.form.value, "alloy": batch.alloy,
                "furnace": batch.furnace, "mass_t": batch.grams / 1e6, "loss_t": batch.loss_grams / 1e6,
                "traced_t": share.traced_grams / 1e6, "unknown_t": share.unknown_grams / 1e6,
                "energy_wh": energy.wh, "green_wh": energy.green_wh, "cast_wh": energy.cast_wh,
                "ac_mwh_per_t": energy.wh / share.traced_grams if share.traced_grams else None,
                "physical_green_share": energy.green_wh / energy.wh if energy.wh else None,
                **{f"gate_{c}_t_per_t": carbon.gate[c] / batch.grams for c in COUNTS},
                **{f"cradle_{c}_t_per_t": carbon.cradle[c] / batch.grams if carbon.cradle else None for c in COUNTS},
            }
        )  # fmt: skip
    return rows


def clock(found: BatchesOfRun, second: int) -> str:
    """Return s (UTC) as local time."""
    return f"{local(np.array([second], dtype='datetime64[s]'), found.park.facts.time_zone)[0]:%Y-%m-%d %H:%M}"


def batch_trace(found: BatchesOfRun, name: str) -> dict[str, Any]:
    """Return a batch or lot with its path, what is in it, its taps, and its energy by hour and source."""
    lot = found.account.lots.get(name)
    share = found.batch(lot.batch if lot else name)

    def part(amount: int) -> int:
        return part_of_amount(amount, lot) if lot else amount

    batch = share.cast.batch
    wide = len(found.sources)
    used = [k for k in range(wide) if share.share.values[:, k].any()]
    hours = [
        {
            "hour": clock(found, start), "start_s": start, "potline": line, "metal_t": part(grams) / 1e6,
            "wh": [part(int(values[k])) for k in used], "mwh": [part(int(values[k])) / 1e6 for k in used],
        }
        for start, line, grams, values in zip(
            share.share.start_s.tolist(), share.share.potline, share.share.grams.tolist(), share.share.values,
            strict=True,
        )
    ]  # fmt: skip
    return {
        "batch": name, "path": list(lot.path) if lot else [name], "kind": found.kind, "alloy": batch.alloy,
        "product": lot.lot.product if lot else batch.form.value,
        "mass_t": (lot.lot.grams if lot else batch.grams) / 1e6,
        "inputs": [
            {"material": p.material, "source": p.source, "mass_t": part(p.grams) / 1e6} for p in share.cast.pieces
        ],
        "sources": [found.sources[k] for k in used], "hours": hours, "traced_t": sum(h["metal_t"] for h in hours),
        "mwh": [sum(h["mwh"][n] for h in hours) for n in range(len(used))],
        "spans": [{"potline": s.potline, "first_g": s.first, "last_g": s.last} for s in share.cast.spans],
    }  # fmt: skip
