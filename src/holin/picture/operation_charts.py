"""Charts of how the park ran: dispatch over the year and in one week, duration curves, storage, potlines, heat maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from holin.picture.figure import Figure, Json, area, axis, line, packed, packed_16
from holin.picture.scene import Scene
from holin.picture.series import SUPPLY, Floats, averaged, day_hour_grid, days_of, density, duration, extremes

DAY_MS = 86_400_000
HEAT_CHOICES = 24
"""So many branches and buses can be picked in the heat maps: those that come nearest to their limits."""

TAKEN = ("charge", "export")


def year_stack(scene: Scene) -> Figure | None:
    """Return the dispatch over the period as daily means, or None for less than 15 days."""
    if scene.days < 15:
        return None
    days, day = days_of(scene.local)
    time = {"x0": days[0], "dx": DAY_MS}

    def mean(name: str, sign: float = 1.0) -> Floats:
        return sign * averaged(scene.hourly[name], day, len(days))

    shown = [n for n in SUPPLY if _matters(scene, n)]
    data = [area(f"energy.{n}", n, mean(n), "supply", **time) for n in shown]
    if _matters(scene, "curtailed"):
        data.append(curtailed_band(mean("curtailed"), **time))
    data += [area(f"energy.{n}", n, mean(n, -1), "taken", **time) for n in TAKEN if _matters(scene, n)]
    data.append(line("energy.demand", "ink", mean("demand"), line={"width": 1.5}, **time))
    layout = {"xaxis": _dates(scene), "yaxis": axis("axis.power_day_mw"), "hovermode": "x unified"}
    return Figure(id="year", data=data, layout=layout, height=420)


def _matters(scene: Scene, name: str) -> bool:
    """Whether a series would be seen: more than 1e-4 of the demand."""
    return name in scene.hourly and bool(np.nansum(scene.hourly[name]) > 1e-4 * np.nansum(scene.hourly["demand"]))


def _dates(scene: Scene) -> Json:
    return axis(
        "axis.local_time", type="date", tickformat="%b" if scene.days > 120 else "%d %b", hoverformat="%Y-%m-%d"
    )


def curtailed_band(values: Any, **more: Any) -> Json:
    """Return what was curtailed as a hatched band on top of the supply."""
    pattern = {"shape": "/", "size": 5, "solidity": 0.25, "fgcolor": "@curtailed", "bgcolor": "@none"}
    band = area("energy.curtailed", "curtailed", [], "supply", fillpattern=pattern, **more)
    return band | {"y": values if isinstance(values, dict) else packed(values)}


def week(scene: Scene) -> Figure:
    """Return the dispatch hour by hour of a week that the reader picks; with the storage's content below, if any."""
    data: list[Json] = []
    for name in (*SUPPLY, *TAKEN):
        if _matters(scene, name):
            band = area(f"energy.{name}", name, [], "taken" if name in TAKEN else "supply")
            data.append(band | {"y": {"hourly": name, "sign": -1 if name in TAKEN else 1}})
    if _matters(scene, "curtailed"):
        data.append(curtailed_band({"hourly": "curtailed", "sign": 1}))
    demand = line("energy.demand", "ink", [], line={"width": 1.5, "shape": "hv"})
    data.append(demand | {"y": {"hourly": "demand", "sign": 1}})
    layout: Json = {
        "xaxis": axis("axis.local_time", type="date", hoverformat="%Y-%m-%d %H:%M"),
        "yaxis": axis("axis.power_mw"),
        "hovermode": "x unified",
    }
    if "content" in hourly_shown(scene):
        content = line(
            "energy.content", "discharge", [], yaxis="y2", fill="tozeroy", fillcolor="@discharge/30", meta={"end": True}
        )
        data.append(content | {"y": {"hourly": "content", "sign": 1}})
        layout["yaxis"]["domain"] = [0.34, 1]
        layout["yaxis2"] = axis("axis.content_mwh", domain=[0, 0.24], rangemode="tozero")
        layout["xaxis"]["anchor"] = "y2"
    words = "" if len(scene.weeks) > 1 else "hours"
    return Figure(id="week", data=data, layout=layout, height=480, pick="weeks", words=words)


def hourly_shown(scene: Scene) -> dict[str, Floats]:
    """Return the hourly series that the week's chart draws, in MW and (`content`) MWh."""
    names = (*SUPPLY, *TAKEN, "curtailed", "demand")
    shown = {n: scene.hourly[n] for n in names if n == "demand" or _matters(scene, n)}
    content = stored_mwh(scene)
    return shown | ({} if content is None else {"content": content})


def stored_mwh(scene: Scene) -> Floats | None:
    """Return the content of all storages at the end of each step (MWh), or None without any."""
    schedule = scene.tables["schedule"]
    if "soc_mwh" not in schedule or schedule.sizes.get("storage", 0) == 0:
        return None
    return np.asarray(schedule["soc_mwh"].sum("storage", skipna=False).values, dtype=float)


def durations(scene: Scene) -> Figure | None:
    """Return the duration curves of demand, residual demand, wind, PV, import and, below, the marginal price."""
    if len(scene.local) < 24:
        return None
    curves = (("demand", "ink"), ("residual", "potline"), ("wind", "wind"), ("solar", "solar"), ("import", "import"))
    data: list[Json] = []
    for name, colour in curves:
        if name == "residual" or _matters(scene, name):
            share, value = duration(scene.hourly[name])
            dash = {"dash": "dash"} if name == "residual" else {}
            data.append(line(f"energy.{name}", colour, value, x=packed(share * 100), line=dash))
    layout: Json = {
        "xaxis": axis("axis.hours_percent", ticksuffix=" %", range=[0, 100]),
        "yaxis": axis("axis.power_mw", rangemode="tozero"),
    }
    if scene.price is not None:
        share, value = duration(scene.price)
        data.append(line("energy.price", "price", value, x=packed(share * 100), yaxis="y2"))
        layout["yaxis"]["domain"] = [0.38, 1]
        layout["yaxis2"] = axis("axis.price_per_mwh", domain=[0, 0.26])
        layout["xaxis"]["anchor"] = "y2"
    return Figure(id="durations", data=data, layout=layout, height=480)


def storage(scene: Scene) -> Figure | None:
    """Return the storages' content by day: mean, and the band from its lowest to its highest hour."""
    content = stored_mwh(scene)
    if content is None or scene.days < 15:
        return None
    days, day = days_of(scene.local)
    time = {"x0": days[0], "dx": DAY_MS}
    low, high = extremes(content, day, len(days))
    edge = {"width": 0, "color": "@discharge"}
    data = [
        line("storage.low", "discharge", low, line=edge, showlegend=False, **time),
        line("storage.band", "discharge", high, line=edge, fill="tonexty", fillcolor="@discharge/30", **time),
        line("storage.mean", "discharge", averaged(content, day, len(days)), line={"width": 1.25}, **time),
    ]
    layout = {
        "xaxis": _dates(scene),
        "yaxis": axis("axis.content_mwh", rangemode="tozero"),
        "hovermode": "x unified",
    }
    return Figure(id="storage", data=data, layout=layout, height=320, wide=False)


def potline_against_wind(scene: Scene) -> Figure | None:
    """Return in how many hours the potlines drew how much at which wind power, and their mean."""
    if not (_matters(scene, "potline") and _matters(scene, "wind")) or len(scene.local) < 168:
        return None
    x, y, hours, mean = density(scene.hourly["wind"], scene.hourly["potline"], bins=36)
    cells: Json = {
        "type": "heatmap",
        "x": packed(x),
        "y": packed(y),
        "z": packed(hours),
        "colorscale": [[0, "@heat_low"], [1, "@potline"]],
        "colorbar": _scale("axis.hours"),
        "hoverongaps": False,
        "hovertemplate": "{{axis.wind_mw}}: %{x:,.0f}<br>{{axis.potline_mw}}: %{y:,.0f}"
        "<br>{{axis.hours}}: %{z:,.0f}<extra></extra>",
    }
    data = [cells, line("potline.mean", "ink", mean, x=packed(x))]
    layout = {"xaxis": axis("axis.wind_mw"), "yaxis": axis("axis.potline_mw")}
    return Figure(id="potline", data=data, layout=layout, height=320, wide=False)


def _scale(title: str, **more: Any) -> Json:
    return {"title": {"text": "{{" + title + "}}", "side": "right"}, "thickness": 10, "outlinewidth": 0, **more}


def _heat(identity: str, days: list[str], z: Any, scale: Json, pick: str = "", count: str = "") -> Figure:
    data: Json = {
        "type": "heatmap",
        "x0": days[0],
        "dx": DAY_MS,
        "y0": 0,
        "dy": 1,
        "z": z,
        "hoverongaps": False,
        "hovertemplate": "%{x|%Y-%m-%d} %{y}:00<br>%{z:" + scale.pop("format") + "}<extra></extra>",
        **scale,
    }
    layout = {
        "xaxis": axis("axis.local_day", type="date", tickformat="%b" if len(days) > 120 else "%d %b"),
        "yaxis": axis("axis.hour_of_day", tickvals=[0, 6, 12, 18, 23]),
    }
    return Figure(id=identity, data=[data], layout=layout, height=280, pick=pick, count=count)


def green_heat(scene: Scene) -> Figure | None:
    """Return the physical green share by day and hour, or None for less than a week or an untraced run."""
    if scene.green is None or scene.days < 7:
        return None
    days, grid = day_hour_grid(scene.green.share, scene.local)
    scale = {
        "zmin": 0,
        "zmax": 1,
        "format": ".0%",
        "colorscale": [[0, "@green_0"], [0.5, "@green_1"], [1, "@green_2"]],
        "colorbar": _scale("axis.green_share", tickformat=".0%"),
    }
    return _heat("green", days, packed(grid), scale, count="physical")


def loading_heat(scene: Scene) -> Figure | None:
    """Return the loading of a branch that the reader picks, by day and hour."""
    if not _has_flow(scene, "loading"):
        return None
    scale = {
        "zmin": 0,
        "zmax": 1.2,
        "format": ".1%",
        "colorscale": [[0, "@heat_low"], [0.5, "@heat_mid"], [0.833, "@heat_high"], [0.8334, "@bad"], [1, "@bad"]],
        "colorbar": _scale("axis.loading", tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]),
    }
    return _heat("loading", days_of(scene.local)[0], {"grid": True}, scale, pick="loading")


def voltage_heat(scene: Scene) -> Figure | None:
    """Return the voltage of a bus that the reader picks, by day and hour."""
    if not _has_flow(scene, "v_pu"):
        return None
    scale = {
        "zmin": 0.94,
        "zmax": 1.06,
        "format": ".4f",
        "colorscale": [[0, "@cold"], [0.5, "@heat_low"], [1, "@heat_high"]],
        "colorbar": _scale("axis.voltage", tickformat=".2f"),
    }
    return _heat("voltage", days_of(scene.local)[0], {"grid": True}, scale, pick="voltage")


def _has_flow(scene: Scene, column: str) -> bool:
    flows = scene.tables.get("flows")
    return scene.days >= 7 and flows is not None and column in flows and bool(np.isfinite(flows[column].values).any())


def heat_grids(scene: Scene) -> dict[str, list[Json]]:
    """Return the grids that can be picked: the branches that were loaded most, the buses that strayed furthest.

    Each is a dictionary of `id`, `worst` and `grid` (24 hours of the day by days, 16-bit steps).
    """
    found: dict[str, list[Json]] = {}
    for pick, column, dimension in (("loading", "loading", "branch"), ("voltage", "v_pu", "bus")):
        if _has_flow(scene, column):
            found[pick] = list(_worst(scene, column, dimension))
    return found


def _worst(scene: Scene, column: str, dimension: str) -> Iterator[Json]:
    table = scene.tables["flows"][column].transpose("time", dimension)
    values = np.asarray(table.values, dtype=float)
    stray = values if column == "loading" else np.abs(values - 1.0)
    alive = np.flatnonzero(np.isfinite(stray).any(axis=0))
    reached = np.nanmax(stray[:, alive], axis=0)
    for place in alive[np.argsort(-reached, kind="stable")][:HEAT_CHOICES]:
        series = values[:, place]
        worst = float(np.nanmax(series)) if column == "loading" else float(series[np.nanargmax(stray[:, place])])
        grid = day_hour_grid(series, scene.local)[1]
        yield {"id": str(table[dimension].values[place]), "worst": worst, "grid": packed_16(grid)}
