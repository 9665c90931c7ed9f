"""What AC flow and N-1 say of a day's schedule: as plain values, and for people what it leaves, what no schedule cures
put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holin.cli.output import figure, out, percent
from holin.cli.texts import text

UNMET_SHOWN = 8
NAMED = 6
"""So many limits are told in full, so many outages of a permanent kind by name."""


def grid_figures(plan: Any) -> dict[str, Any] | None:
    """Return what AC flow and N-1 said of the schedule as plain values; None where they were not asked.

    `secure` is that every limit is kept, `carried` that every limit is kept that some schedule could keep. `unmet` are
    sentences of the others, `permanent` of what no schedule changes: load that one branch alone feeds.
    """
    if plan.secured is None:
        return None
    from holin.dispatch import unmet_in_words

    held, steps = plan.secured, plan.horizon.decided
    flows = held.flows.isel(time=slice(0, steps))
    own, permanent = [u for u in held.unmet if not u.permanent], [u for u in held.unmet if u.permanent]
    return {
        "secure": held.secure,
        "carried": held.settled and not own,
        "settled": held.settled,
        "rounds": held.rounds,
        "cases": held.n1.cases,
        "loss_mwh": float(plan.made.schedule.loss_mw.values[:steps].sum()) * plan.horizon.step_h,
        "v_min_pu": float(flows.v_pu.min()),
        "v_max_pu": float(flows.v_pu.max()),
        "loading_max": float(flows.loading.max()),
        "unmet": [unmet_in_words(plan.frozen, u) for u in own],
        "unmet_zh": [unmet_in_words(plan.frozen, u, "zh") for u in own],
        "permanent": [
            {"outage": u.violation.outage, "unfed_mw_max": u.violation.value, "en": unmet_in_words(plan.frozen, u),
             "zh": unmet_in_words(plan.frozen, u, "zh")}
            for u in permanent
        ],
    }  # fmt: skip


def print_grid(grid: Mapping[str, Any] | None, language: str) -> None:
    """Print whether the grid carries the schedule, what it leaves, and in one line what no schedule could keep."""
    if grid is None:
        return
    out.print()
    span = f"{grid['v_min_pu']:.3f} .. {grid['v_max_pu']:.3f}"
    said = text(
        _heading(grid), language, rounds=grid["rounds"], cases=grid["cases"], voltage=span,
        loading=percent(grid["loading_max"]), count=len(grid["unmet"]),
    )  # fmt: skip
    out.print(said, style="" if grid["carried"] else "yellow", markup=False, soft_wrap=True)
    unmet = grid["unmet_zh" if language == "zh" else "unmet"]
    for sentence in unmet[:UNMET_SHOWN]:
        out.print(f"  {sentence}", style="yellow", markup=False, soft_wrap=True)
    if len(unmet) > UNMET_SHOWN:
        out.print(text("dispatch.more", language, count=len(unmet) - UNMET_SHOWN))
    if grid["permanent"]:
        out.print(_permanent(grid["permanent"], language), style="dim", markup=False, soft_wrap=True)


def _heading(grid: Mapping[str, Any]) -> str:
    if not grid["rounds"]:
        return "ahead.held_only"
    return "ahead.secure" if grid["secure"] else "ahead.carried" if grid["carried"] else "ahead.not_secure"


def _permanent(some: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return in one sentence which outages leave load without voltage whatever the schedule, the largest first."""
    ranked = sorted(some, key=lambda p: -p["unfed_mw_max"])
    named = ", ".join(f"{p['outage']} {figure(p['unfed_mw_max'], 0)} MW" for p in ranked[:NAMED])
    more = " …" if len(some) > NAMED else ""
    return text("ahead.permanent", language, count=len(some), named=f"{named}{more}")
