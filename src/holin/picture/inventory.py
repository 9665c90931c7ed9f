"""What stands in the park at the stage of a run, by kind, beside its map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from holin.picture.printed import Page, cell, number, table
from holin.picture.scene import Scene


def inventory(scene: Scene, page: Page) -> str:
    """Return what stands at the stage by kind: how many, nominal power (MW) and energy (MWh); or nothing.

    Of grids it is the limit of import, of enterprises the highest demand of the run.
    """
    park = scene.park
    stored = f"{_total_mw(s.p_nom_mw for s in park.storages)} / {number(sum(s.e_nom_mwh for s in park.storages))} MWh"
    customers = {load.enterprise for load in park.loads} | {potline.enterprise for potline in park.potlines}
    kinds: dict[str, tuple[int, str]] = {
        "wind_farm": (len(park.wind_farms), _total_mw(f.p_nom_mw for f in park.wind_farms)),
        "pv_plant": (len(park.pv_plants), _total_mw(p.p_nom_mw for p in park.pv_plants)),
        "storage": (len(park.storages), stored),
        "thermal_unit": (len(park.thermal_units), _total_mw(u.p_nom_mw for u in park.thermal_units)),
        "grid": (len(park.grids), _total_mw(g.import_max_mw for g in park.grids)),
        "enterprise": (len(customers), _highest_mw(scene)),
        "potline": (len(park.potlines), f"{number(sum(p.pots for p in park.potlines))} {page.word('unit.pots')}"),
        "substation": (len(park.substations), ""),
    }
    rows = [
        [
            f'<th scope="row">{page.word(f"stands.{kind}")}</th>',
            cell(count, number(count)),
            f'<td class="n">{size}</td>',
        ]
        for kind, (count, size) in kinds.items()
        if count
    ]
    return f"{page.word('table.stands', 'h3')}{table([], rows)}" if rows else ""


def _total_mw(values: Iterable[float]) -> str:
    return f"{number(sum(values))} MW"


def _highest_mw(scene: Scene) -> str:
    demand = scene.hourly["demand"]
    return f"{number(float(np.nanmax(demand)))} MW" if np.isfinite(demand).any() else ""
