"""Charts of the accounts: monthly energy, source to metal, enterprises, price, carbon and losses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from holin.park import Load, Potline, direct_t_per_t
from holin.picture.figure import Figure, Json, axis, bar, line, packed
from holin.picture.scene import Scene, figure_of
from holin.picture.series import SUPPLY, branch_losses_mwh, months_of, network_loss_mw, summed

SOURCE_COLOURS = {
    "wind_farm": "wind",
    "pv_plant": "solar",
    "thermal_unit": "coal",
    "generator": "other",
    "grid": "import",
}
SANKEY_ENTERPRISES = 8
BAR_ENTERPRISES = 24
BRANCHES = 10


def monthly(scene: Scene) -> Figure | None:
    """Return the energy of each local month by source, with two green shares: physical, and plain by the month."""
    months, index = months_of(scene.local)
    if len(months) < 2:
        return None
    count = len(months)
    energy = {n: summed(scene.hourly[n], index, count) * scene.step_h / 1000 for n in scene.hourly}
    shown = [n for n in SUPPLY if n in energy and np.nansum(energy[n]) > 0]
    data = [bar(f"energy.{n}", n, x=months, y=packed(energy[n])) for n in shown]
    share: Json = {"mode": "lines+markers", "yaxis": "y2", "hovertemplate": "%{y:.1%}"}
    if scene.green is not None:
        used = summed(scene.green.used_mwh, index, count)
        physical = summed(scene.green.green_mwh, index, count) / np.where(used > 0, used, np.nan)
        data.append(line("share.physical", "green", physical, x=months, **share))
    demand = np.where(energy["demand"] > 0, energy["demand"], np.nan)
    plain = (energy["demand"] - energy["residual"] - energy.get("export", np.zeros(count))) / demand
    data.append(line("share.plain", "green_soft", plain, x=months, **share, line={"dash": "dot"}))
    layout = {
        "barmode": "stack",
        "xaxis": axis("axis.local_month", type="date", dtick="M1", tickformat="%b"),
        "yaxis": axis("axis.energy_gwh"),
        "yaxis2": axis("axis.green_share", overlaying="y", side="right", tickformat=".0%", range=[0, 1], dtick=0.2),
        "hovermode": "x unified",
    }
    return Figure(id="monthly", data=data, layout=layout, height=420, count="physical_plain")


def sankey(scene: Scene) -> Figure | None:
    """Return where the energy went: sources -> enterprises -> metal, with export and losses; by tracing."""
    trace = scene.tables.get("trace")
    if trace is None or "energy_mwh" not in trace:
        return None
    links = _links(scene, trace)
    nodes = list(dict.fromkeys(end for a, b, _, _ in links for end in (a, b)))
    place = {node: i for i, node in enumerate(nodes)}
    data: Json = {
        "type": "sankey",
        "arrangement": "snap",
        "valueformat": ",.1f",
        "valuesuffix": " GWh",
        "node": {
            "align": "left",
            "label": ["{{" + node + "}}" for node in nodes],
            "color": [_node_colour(node) for node in nodes],
            "pad": 14,
            "thickness": 14,
            "line": {"width": 0},
        },
        "link": {
            "source": [place[a] for a, _, _, _ in links],
            "target": [place[b] for _, b, _, _ in links],
            "value": [round(value / 1000, 4) for _, _, value, _ in links],
            "color": [f"@{colour}/45" for _, _, _, colour in links],
        },
    }
    words = "" if any(node.startswith("sankey.metal") for node in nodes) else "sankey_users"
    height = 620 if len(nodes) > 10 else 380
    return Figure(id="sankey", data=[data], layout={}, height=height, count="physical", words=words)


Link = tuple[str, str, float, str]


def _links(scene: Scene, trace: xr.Dataset) -> list[Link]:
    energy = trace["energy_mwh"].sum("time", skipna=True).transpose("source", "sink").values
    sources = [scene.kinds.get(str(s), "unknown") for s in trace["source"].values]
    ends, metal = _ends(scene, trace)
    links: dict[tuple[str, str], float] = {}
    colours: dict[tuple[str, str], str] = {}

    def add(start: str, end: str, value: float, colour: str) -> None:
        if value > 0:
            links[start, end] = links.get((start, end), 0.0) + value
            colours[start, end] = colour

    losses = _losses_by_source(trace)
    for row, kind in enumerate(sources):
        colour = SOURCE_COLOURS.get(kind, "muted")
        for column, end in enumerate(ends):
            value = float(energy[row, column])
            if end:
                add(f"kind.{kind}", end, value, colour)
            if metal[column]:
                green = kind in ("wind_farm", "pv_plant")
                add(end, "sankey.metal_green" if green else "sankey.metal_other", value, "green" if green else "metal")
        for end, by_source in losses.items():
            add(f"kind.{kind}", end, float(by_source[row]), colour)
    return [(a, b, value, colours[a, b]) for (a, b), value in links.items()]


def _losses_by_source(trace: xr.Dataset) -> dict[str, np.ndarray]:
    found = {}
    for end, column in (("sankey.network_loss", "loss_mwh"), ("sankey.storage_loss", "storage_loss_mwh")):
        if column in trace:
            others = [d for d in trace[column].dims if d != "source"]
            found[end] = np.asarray(trace[column].sum(others, skipna=True).values, dtype=float)
    return found


def _ends(scene: Scene, trace: xr.Dataset) -> tuple[list[str], list[bool]]:
    """Return the node in which each sink's energy ends ("" for storage, whose energy goes on), and whether in metal."""
    users: tuple[Load | Potline, ...] = (*scene.park.loads, *scene.park.potlines)
    owners = {user.id: user.enterprise for user in users}
    total = trace["energy_mwh"].sum(("time", "source"), skipna=True)
    sums: dict[str, float] = {}
    for sink, value in zip(map(str, trace["sink"].values), total.values, strict=True):
        if sink in owners:
            sums[owners[sink]] = sums.get(owners[sink], 0.0) + float(value)
    ordered = sorted(sums, key=lambda e: -sums[e])
    single = set(ordered if len(ordered) <= SANKEY_ENTERPRISES + 1 else ordered[:SANKEY_ENTERPRISES])
    potlines = {p.id for p in scene.park.potlines}
    ends = []
    for sink in map(str, trace["sink"].values):
        if sink in owners:
            ends.append(f"name.{owners[sink]}" if owners[sink] in single else "sankey.others")
        elif scene.kinds.get(sink) == "storage":
            ends.append("")
        else:
            ends.append("energy.export" if sink.startswith("export:") else "sankey.own_use")
    return ends, [str(s) in potlines for s in trace["sink"].values]


def _node_colour(node: str) -> str:
    fixed = {"sankey.metal_green": "@green", "sankey.metal_other": "@metal", "energy.export": "@export"}
    if node in fixed:
        return fixed[node]
    if node.startswith("kind."):
        return f"@{SOURCE_COLOURS.get(node.removeprefix('kind.'), 'muted')}"
    return "@muted"


def enterprise_bars(scene: Scene) -> Figure | None:
    """Return the green share of the largest enterprises, hour by hour (physical), beside the park's plain one."""
    rows = [e for e in scene.summary.get("enterprises") or [] if figure_of(e, "green_share_physical") is not None]
    if not rows:
        return None
    rows = sorted(rows, key=lambda e: -float(e.get("load_mwh") or 0))[:BAR_ENTERPRISES][::-1]
    names = ["{{name." + str(e["id"]) + "}}" for e in rows]
    shares = [float(e["green_share_physical"]) for e in rows]
    bars = bar("share.physical", "green", x=packed(shares), y=names, orientation="h", hovertemplate="%{y}: %{x:.1%}")
    data = [bars]
    annual = figure_of(scene.summary, "green_share.annual")
    if annual is not None:
        plain = line("share.plain", "ink", [], mode="lines", line={"dash": "dot", "width": 1.5})
        data.append(plain | {"x": [annual, annual], "y": [names[0], names[-1]], "hovertemplate": "%{x:.1%}"})
    layout = {
        "xaxis": axis("axis.green_share", tickformat=".0%", rangemode="tozero"),
        "yaxis": {"automargin": True, "type": "category"},
    }
    return Figure(
        id="enterprises", data=data, layout=layout, height=140 + 22 * len(rows), count="physical_plain", wide=False
    )


def price(scene: Scene) -> Figure | None:
    """Return the parts of the all-in price per kWh delivered, as a waterfall to their sum.

    A part's price is its share of the money times the all-in price, which is money / energy delivered.
    """
    parts = {str(k): float(v) for k, v in (scene.summary.get("price_parts") or {}).items()}
    total = figure_of(scene.summary, "all_in_price_per_kwh")
    money = sum(parts.values())
    if not parts or total is None or not total or not money:
        return None
    per_kwh = {name: value * total / money for name, value in parts.items() if abs(value) > 1e-6 * abs(money)}
    names = ["{{part." + name + "}}" for name in per_kwh]
    data: Json = {
        "type": "waterfall",
        "orientation": "h",
        "measure": ["relative"] * len(names) + ["total"],
        "y": [*names, "{{part.total}}"],
        "x": [*per_kwh.values(), 0],
        "text": [f"{v:.4f}".replace("-", "−") for v in (*per_kwh.values(), total)],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "increasing": {"marker": {"color": "@metal"}},
        "decreasing": {"marker": {"color": "@green"}},
        "totals": {"marker": {"color": "@ink"}},
        "connector": {"line": {"color": "@rule", "width": 1}},
    }
    steps = np.cumsum([0.0, *per_kwh.values()])
    room = 0.16 * (steps.max() - steps.min())
    layout = {
        "xaxis": axis("axis.price_per_kwh", range=[steps.min() - room * (steps.min() < 0), steps.max() + room]),
        "yaxis": {"autorange": "reversed", "automargin": True, "type": "category"},
        "showlegend": False,
    }
    return Figure(id="price", data=[data], layout=layout, height=100 + 36 * (len(names) + 1), wide=False)


def carbon(scene: Scene) -> Figure | None:
    """Return t CO2 per t of metal by both counts of the power, traced and location-based, over the direct emissions.

    Direct emissions (anodes, PFC) are those of the summary, else the potlines' mean by nominal metal.
    """
    table, metal_t = scene.tables.get("carbon"), figure_of(scene.summary, "metal_t")
    if table is None or not metal_t or not scene.park.potlines:
        return None
    ids = [p.id for p in scene.park.potlines if p.id in table["sink"].values]
    if not ids:
        return None
    direct = figure_of(scene.summary, "carbon.direct_t_per_t_al")
    if direct is None:
        weights = [p.pots * p.amperage_ka * p.current_efficiency for p in scene.park.potlines]
        direct = float(np.average([direct_t_per_t(p) for p in scene.park.potlines], weights=weights))
    power = [float(table[c].sel(sink=ids).sum(skipna=True)) / metal_t for c in ("traced_t", "location_t")]
    names = ["{{carbon.traced}}", "{{carbon.location}}"]
    hover = "%{y}: %{x:.2f} t/t"
    shape = {"orientation": "h", "hovertemplate": hover, "texttemplate": "%{x:.2f}", "textposition": "inside"}
    data = [
        bar("carbon.power", "coal", x=power, y=names, textfont={"color": "@on_coal"}, **shape),
        bar("carbon.direct", "metal", x=[direct, direct], y=names, textfont={"color": "@on_metal"}, **shape),
        {
            "type": "scatter",
            "mode": "text",
            "x": [value + direct for value in power],
            "y": names,
            "text": [f" <b>{value + direct:.2f}</b>" for value in power],
            "textposition": "middle right",
            "textfont": {"color": "@ink"},
            "cliponaxis": False,
            "showlegend": False,
            "hoverinfo": "skip",
        },
    ]
    layout = {
        "barmode": "stack",
        "xaxis": axis("axis.t_per_t", range=[0, 1.08 * (max(power) + direct)]),
        "yaxis": {"autorange": "reversed", "automargin": True, "type": "category"},
    }
    return Figure(id="carbon", data=data, layout=layout, height=260)


def losses(scene: Scene) -> Figure | None:
    """Return the network losses of each month, as energy and as a share of the demand."""
    flows = scene.tables.get("flows")
    months, index = months_of(scene.local)
    if flows is None or "p_mw" not in flows or len(months) < 2:
        return None
    energy = summed(network_loss_mw(flows), index, len(months)) * scene.step_h
    demand = summed(scene.hourly["demand"], index, len(months)) * scene.step_h
    share = energy / np.where(demand > 0, demand, np.nan)
    data = [
        bar("energy.network_loss", "loss", x=months, y=packed(energy / 1000)),
        line("losses.share", "ink", share, x=months, yaxis="y2", mode="lines+markers", hovertemplate="%{y:.2%}"),
    ]
    layout = {
        "xaxis": axis("axis.local_month", type="date", dtick="M1", tickformat="%b"),
        "yaxis": axis("axis.energy_gwh"),
        "yaxis2": axis(
            "axis.of_demand",
            overlaying="y",
            side="right",
            tickformat=".1%",
            rangemode="tozero",
            tickmode="auto",
            nticks=5,
        ),
        "hovermode": "x unified",
    }
    return Figure(id="losses", data=data, layout=layout, height=320, wide=False)


def branch_losses(scene: Scene) -> Figure | None:
    """Return the branches that lost most."""
    flows = scene.tables.get("flows")
    if flows is None or not {"p_from_mw", "p_to_mw"} <= set(map(str, flows.data_vars)):
        return None
    largest = list(_largest(branch_losses_mwh(flows)))[::-1]
    if not largest:
        return None
    names = ["{{name." + branch + "}}" for branch, _ in largest]
    values = packed([mwh for _, mwh in largest])
    data = [bar("energy.network_loss", "loss", x=values, y=names, orientation="h", hovertemplate="%{y}: %{x:,.0f} MWh")]
    layout = {
        "xaxis": axis("axis.energy_mwh"),
        "yaxis": {"automargin": True, "type": "category"},
        "showlegend": False,
    }
    return Figure(id="branch_losses", data=data, layout=layout, height=120 + 22 * len(largest), wide=False)


def _largest(losses_mwh: dict[str, float]) -> Iterator[tuple[str, float]]:
    for branch, mwh in list(losses_mwh.items())[:BRANCHES]:
        if mwh > 0:
            yield branch, mwh
