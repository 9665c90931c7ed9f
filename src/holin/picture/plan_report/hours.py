"""Charts of the hours of the last planned year: residual load before and after, a typical and the hardest week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from holin.picture.figure import Figure, Json, area, axis, line, packed
from holin.picture.operation_charts import TAKEN, curtailed_band, stored_mwh
from holin.picture.plan_report.seen import PlanYear
from holin.picture.scene import Scene
from holin.picture.series import SUPPLY, Floats, Week, duration


def hours_of_plan(year: PlanYear) -> Iterator[Figure]:
    """Yield the duration curves of what wind and PV leave to be supplied, then the weeks."""
    if len(year.scene.local) >= 24:
        yield residual_durations(year)
    yield from weeks(year.scene)


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
    return Figure(id="plan_residual", data=data, layout=layout, height=400)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A week and the key of its title."""

    words: str
    week: Week


def weeks(scene: Scene) -> Iterator[Figure]:
    """Yield the week of middling green share, and the one in which wind and PV leave most to be supplied."""
    whole = [w for w in scene.weeks if w.whole] or list(scene.weeks)
    residual = [float(np.nanmean(scene.hourly["residual"][w.start : w.stop])) for w in whole]
    hardest = whole[int(np.argmax(residual))]
    typical = scene.weeks[scene.marks["median"]] if "median" in scene.marks else hardest
    if typical.start != hardest.start:
        yield week_figure(scene, Chosen(words="plan_typical", week=typical))
    yield week_figure(scene, Chosen(words="plan_hardest" if len(whole) > 1 else "plan_only", week=hardest))


def week_figure(scene: Scene, chosen: Chosen) -> Figure:
    """Return a week hour by hour: supply above zero, what is stored or exported below, stored energy beneath."""
    window = slice(chosen.week.start, chosen.week.stop)
    first = scene.local[chosen.week.start].strftime("%Y-%m-%d %H:%M")
    time: Json = {"x0": first, "dx": round(scene.step_h * 3_600_000)}
    hourly = {name: values[window] for name, values in scene.hourly.items()}
    least = 1e-4 * float(np.nansum(hourly["demand"]))
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
        "xaxis": axis("axis.local_time", type="date", hoverformat="%Y-%m-%d %H:%M"),
        "yaxis": axis("axis.power_mw"),
        "hovermode": "x unified",
    }
    content = stored_mwh(scene)
    if content is not None:
        stored = line("energy.content", "discharge", content[window], yaxis="y2", fill="tozeroy", **time)
        data.append(stored | {"fillcolor": "@discharge/30"})
        layout["yaxis"]["domain"] = [0.34, 1]
        layout["yaxis2"] = axis("axis.content_mwh", domain=[0, 0.24], rangemode="tozero")
        layout["xaxis"]["anchor"] = "y2"
    return Figure(id=chosen.words, data=data, layout=layout, height=480)
