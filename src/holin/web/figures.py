"""A run's summary as a flat list of figures, each with its words, its unit and which count of green energy it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from holin.web.answers import Figure, Label
from holin.web.words import label_of, words

Count = Literal["physical", "certificate", "mass_balance", "annual"]

LEFT_OUT = ("counts", "seconds", "synthetic", "peak_memory_mb")
"""Parts of a summary that say nothing of the park."""


class SummaryFigure(BaseModel):
    """One figure of a run."""

    path: str = Field(description="where it stands in the run's summary.json", examples=["green_share.physical"])
    label: Label
    value: Figure
    unit: str = Field(description='"1" is a ratio', examples=["MWh"])
    count: Count | None = Field(
        description="physical: traced hour by hour, or metered as it flowed; certificate: retired certificates; "
        "mass_balance: tonnes that retired energy covers; annual: balance of the whole period, not by the hour; "
        "null: it counts no green energy"
    )


def figures_of(summary: Mapping[str, Any]) -> list[SummaryFigure]:
    """Return every number of a summary that stands outside of lists, in its order."""
    return [_figure(path, value, str(summary.get("currency", ""))) for path, value in _numbers(summary, "")]


def _numbers(part: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, float | None]]:
    for key, value in part.items():
        path = f"{prefix}{key}"
        if path in LEFT_OUT:
            continue
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{path}.")
        elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            yield path, value


def _figure(path: str, value: float | None, currency: str) -> SummaryFigure:
    group, _, part = path.rpartition(".")
    if group == "price_parts":
        return SummaryFigure(path=path, label=_part(part), value=value, unit=currency, count=None)
    if group == "flow.overloaded_by_reactive":
        over = label_of("summary", "flow.hours_overloaded")
        label = Label(en=f"{over.en}, {part}", zh=f"{over.zh}，{part}")
        return SummaryFigure(path=path, label=label, value=value, unit="h", count=None)
    told = words()["summary"].get(path, {})
    unit = str(told.get("unit", "")).replace("currency", currency)
    return SummaryFigure(
        path=path, label=label_of("summary", path), value=value, unit=unit, count=told.get("count") or None
    )


def known_figure(path: str, currency: str) -> SummaryFigure:
    """Return what is said of a figure by its path, without a value."""
    return _figure(path, None, currency)


def _part(name: str) -> Label:
    """Return what a part of the price is called on the report."""
    from holin.picture.texts import texts

    chinese, english = texts().get(f"part.{name}", (name.replace("_", " "),) * 2)
    return Label(en=english, zh=chinese)
