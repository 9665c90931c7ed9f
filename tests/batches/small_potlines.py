"""Potlines of a few hours, and production records made of lists."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from holin.batches import Batch, Facts, Form, Input, Made, Material, Production, Tap
from holin.batches.row import Boundary

START_S = 1_748_736_000  # 2025-06-01 00:00 UTC


def line(name: str, grams: Sequence[int], *columns: Sequence[int]) -> Made:
    """A potline that made so many grams in each hour, with Wh of wind and coal."""
    hours = len(grams)
    return Made(
        potline=name, start_s=START_S + 3600 * np.arange(hours), step_s=3600,
        grams=np.array(grams, dtype=np.int64), columns=("wind", "coal"),
        values=np.array(columns, dtype=np.int64).T.reshape(hours, 2),
    )  # fmt: skip


def records(taps: Sequence[Tap], batches: Sequence[Batch], **others: object) -> Production:
    """Production records of kind demo."""
    facts = Facts(
        kind="demo", company="", company_zh="", boundary=Boundary.LIQUID, cast_kwh_per_t=Fraction(0),
        cast_basis="assumed", cast_reference="", upstream_t_per_t=None, upstream_basis="assumed", upstream_reference="",
    )  # fmt: skip
    whole = {"lots": (), "stocks": (), "sources": (), **others}
    return Production(facts=facts, taps=tuple(taps), batches=tuple(batches), **whole)  # type: ignore[arg-type]


def heat(name: str, hour: float, loss: int, *inputs: tuple[str, int], furnace: str = "F") -> Batch:
    """A batch of tapped metal: what went in less the loss came out."""
    given = tuple(Input(material=Material.TAPPED, source=tap, grams=grams) for tap, grams in inputs)
    return Batch(
        id=name, furnace=furnace, time_s=START_S + round(3600 * hour), form=Form.INGOT, alloy="Al99.70",
        grams=sum(g for _, g in inputs) - loss, loss_grams=loss, inputs=given,
    )  # fmt: skip


def hand_worked() -> dict[str, Made]:
    """The potlines of the hand-worked case."""
    mwh = 1_000_000
    return {
        "line-a": line("line-a", [10_000_000] * 2, [100 * mwh, 50 * mwh], [33 * mwh, 83 * mwh]),
        "line-b": line("line-b", [5_000_000] * 2, [0, 0], [66_500_000] * 2),
    }
