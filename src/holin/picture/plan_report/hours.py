"""Charts of the hours of each planned year: residual load before and after, a typical and the hardest week."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from holin.picture.figure import Figure, Json, area, axis, line, packed
from holin.picture.operation_charts import TAKEN, curtailed_band, stored_mwh
from holin.picture.plan_report.seen import PlanYear
from holin.picture.series import SUPPLY, Floats, duration


def hours_of_plan(years: Sequence[PlanYear]) -> Iterator[Figure]:
    """Yield the duration curves of what wind and PV leave to be supplied, of each year, then the weeks of each."""
    curves = [residual_durations(year) for year in years if len(year.scene.local) >= 24]
    paired = len(curves) - len(curves) % 2
    yield from (dataclasses.replace(f, wide=k >= paired) for k, f in enumerate(curves))
    for year in years:
        yield from weeks(year)


def residual_durations(year: PlanYear) -> Figure:
    """Return in what share of the hours how much of the demand wind and PV leave over (negative: a surplus)."""
    after = year.scene.hourly
    curves: dict[str, tuple[str, str, Floats]] = {}
    none = np.zeros(len(year.scene.local))
    if year.before is not None:
        before = year.before.hourly
        curves["residual_without"] = ("muted", "dash", before["residual"] - before.get("curtailed", none))
    curves["residual_with"] = ("wind", "solid", after["residual"] - after.get("curtailed", none))
    if after.get("charge", none).any():
        shifted = after["residual"] - after.get("discharge", none) + after["charge"]
        curves["residual_shifted"] = ("discharge", "solid", shifted)
    data = []
    for name, (colour, dash, values) in curves.items():
        share, value = duration(np.asarray(values, dtype=float))
        data.append(line(f"plan.{name}", colour, value, x=packed(share * 100), line={"dash": dash}))
    layout = {
        "xaxis": axis("axis.hours_percent", ticksuffix=" %", range=[0, 100]),
        "yaxis": axis("axis.power_mw"),
    }
    return Figure(id=f"plan_residual_{year.number}", words="plan_residual", of=year.name, data=data, layout=layout)


def weeks(year: PlanYear) -> Iterator[Figure]:
    """Yield the week in which wind and PV leave a middling rest to be supplied, and the one in which they leave most.

    Fewer than two whole weeks are shown as they are, from the first hour to the last.
    """
    scene = year.scene
    whole = [w for w in scene.weeks if w.whole]
    if len(whole) < 2:
        yield hours_figure(year, "plan_only", slice(0, len(scene.local)))
        return
    order = np.argsort([np.nanmean(scene.hourly["residual"][w.start : w.stop]) for w in whole], kind="stable")
    for words, place in (("plan_typical", (len(whole) - 1) // 2), ("plan_hardest", -1)):
        week = whole[int(order[place])]
        yield hours_figure(year, words, slice(week.start, week.stop))


def hours_figure(year: PlanYear, words: str, window: slice) -> Figure:
    """Return some hours one by one: supply above zero, what is stored or exported below, stored energy beneath.

    Power holds for the step that begins at its time, and is drawn again at the end of the last one; the stored energy
    is that at a step's end.
    """
    scene = year.scene
    first = scene.local[window.start]
    shown, step = "%Y-%m-%d %H:%M", pd.Timedelta(hours=scene.step_h)
    time: Json = {"x0": first.strftime(shown), "dx": round(scene.step_h * 3_600_000)}
    least = 1e-4 * float(np.nansum(scene.hourly["demand"][window]))
    hourly = {name: np.append(values[window], values[window][-1:]) for name, values in scene.hourly.items()}
    data: list[Json] = []
    for name in (*SUPPLY, *TAKEN):
        if name in hourly and float(np.nansum(hourly[name])) > least:
            sign = -1.0 if name in TAKEN else 1.0
            group = "taken" if name in TAKEN else "supply"
            data.append(area(f"energy.{name}", name, sign * hourly[name], group, **time))
    if "curtailed" in hourly and float(np.nansum(hourly["curtailed"])) > least:
        data.append(curtailed_band(hourly["curtailed"], **time))
    for band in data:
        band["line"] = band["line"] | {"shape": "hv"}
    data.append(line("energy.demand", "ink", hourly["demand"], line={"width": 1.5, "shape": "hv"}, **time))
    layout: Json = {
        "xaxis": axis("axis.local_time", type="date", tickformat="%m-%d", hoverformat="%m-%d %H:%M"),
        "yaxis": axis("axis.power_mw"),
        "hovermode": "x unified",
    }
    content = stored_mwh(scene)
    if content is not None:
        ends = time | {"x0": (first.tz_localize(None) + step).strftime(shown)}
        stored = line("energy.content", "discharge", content[window], yaxis="y2", fill="tozeroy", **ends)
        data.append(stored | {"fillcolor": "@discharge/30"})
        layout["yaxis"]["domain"] = [0.34, 1]
        layout["yaxis2"] = axis("axis.content_mwh", domain=[0, 0.24], rangemode="tozero")
        layout["xaxis"]["anchor"] = "y2"
    return Figure(id=f"{words}_{year.number}", words=words, of=_of(year, window), data=data, layout=layout, height=480)


def _of(year: PlanYear, window: slice) -> str:
    """Return the stage and its days: a part of a year has the days of one year for all stages, so that goes unsaid."""
    first, last = (year.scene.local[k].strftime("%m-%d") for k in (window.start, window.stop - 1))
    return f"{year.name} · {first} – {last}"
