"""The pots of a potline through the days of a replayed year, in one run of the full model of their heat.

    python benchmarks/potline_year.py [--park huolinguole] [--stage 2025] [--method blend] [--redispatch 24]
                                      [--start 2025-01-01 --end 2025-02-01] [--pictures]

The year is replayed with what was known then (`holin.twin.replay`), and the power that each potline drew goes through
the full model hour by hour from the year's start to its end: not through the windows' own states, so it is a check of
them. Writes a row a day to `results/potline_year.csv`, and with `--pictures` the charts of the guide. Lines with shell
heat exchangers are left out: their shells are steered by the windows' plans. The weather is synthetic.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import pandas as pd
import xarray as xr

from holin.calendar import local
from holin.park import HeatControl, Potline, at_stage
from holin.parkfile import read_park, reference_park
from holin.picture import heat_year_svg
from holin.potline.heat import pot_of, simulate_heat
from holin.twin import Replay, replay

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "potline_year.csv"
PICTURES = HERE.parent / "docs" / "pictures"
WORDS = {
    "en": (
        "{park} {stage}: pots of {line} through {days} days",
        "One run of the full model over the year that was replayed with what was known then; synthetic weather. "
        "Superheat {c_min:.1f} to {c_max:.1f} K, ledge {cm_min:.1f} to {cm_max:.1f} cm.",
    ),
    "zh": (
        "{park} {stage}：{line} 的电解槽，{days} 天",
        "全年按当时所知滚动重演，功率经完整模型一次仿真；气象为合成数据。"
        "过热度 {c_min:.1f} 至 {c_max:.1f} ℃，炉帮 {cm_min:.1f} 至 {cm_max:.1f} cm。",
    ),
}


def days_of(made: Replay, potline: Potline) -> xr.Dataset:
    """Return between what superheat and ledge stay on each local day (day,), as `heat_year_svg` takes it."""
    pot = pot_of(potline)
    power = -made.schedule.p_mw.sel(unit=potline.id)
    steps = simulate_heat(pot, power.values, step_h=1.0).steps
    clock = local(made.schedule.time.values, made.park.facts.time_zone)
    hours = pd.DataFrame(
        {
            "superheat_min_c": steps.superheat_min_c.values,
            "superheat_max_c": steps.superheat_max_c.values,
            "ledge_min_m": steps.ledge_m.values,
            "ledge_max_m": steps.ledge_m.values,
            "power_min_mw": power.values,
            "power_max_mw": power.values,
        }
    )
    per_day = hours.groupby(pd.DatetimeIndex(clock.tz_localize(None)).normalize())
    days = per_day.agg({name: "min" if "_min_" in name else "max" for name in hours})
    days.index.name = "day"
    table = days.to_xarray()
    f = pot.figures
    return table.assign_attrs(
        superheat_min_c=f.superheat_min_c, superheat_max_c=f.superheat_max_c, ledge_min_m=f.ledge_min_m,
        ledge_max_m=f.ledge_max_m,
    )  # fmt: skip


def rows(made: Replay, potline: Potline, days: xr.Dataset) -> pd.DataFrame:
    """Return the rows of the result: the day's extremes, how far inside the window they stay, duties that gave way."""
    table = days.to_dataframe().round(5)
    a = days.attrs
    table["to_cold_c"] = (table.superheat_min_c - a["superheat_min_c"]).round(5)
    table["to_hot_c"] = (a["superheat_max_c"] - table.superheat_max_c).round(5)
    table["to_thin_m"] = (table.ledge_min_m - a["ledge_min_m"]).round(5)
    table["to_thick_m"] = (a["ledge_max_m"] - table.ledge_max_m).round(5)
    starts = local(pd.DatetimeIndex([w["start"].rstrip("Z") for w in made.windows]).values, made.park.facts.time_zone)
    broken = pd.Series([w["duties_broken"] for w in made.windows], index=starts.tz_localize(None).normalize())
    table["duties_broken"] = broken.reindex(table.index).fillna(0).astype(int)
    table.insert(0, "potline", potline.id)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--park", default="huolinguole")
    parser.add_argument("--stage")
    parser.add_argument("--method", default="blend")
    parser.add_argument("--redispatch", type=int, default=24, help="hours after which power is steered anew")
    parser.add_argument("--start", type=date.fromisoformat)
    parser.add_argument("--end", type=date.fromisoformat)
    parser.add_argument("--pictures", action="store_true")
    asked = parser.parse_args()
    made = replay(
        read_park(reference_park(asked.park)), stage=asked.stage, start=asked.start, end=asked.end,
        method=asked.method, redispatch_h=asked.redispatch,
    )  # fmt: skip
    tables = []
    for potline in at_stage(made.park, made.stage).potlines:
        if potline.heat_control is not HeatControl.CONVENTIONAL:
            continue
        days = days_of(made, potline)
        tables.append(rows(made, potline, days))
        print(f"{potline.id}: {tables[-1].min(numeric_only=True).to_dict()}")
        if asked.pictures:
            _draw(asked.park, made, potline, days)
    pd.concat(tables).to_csv(RESULTS, lineterminator="\n")
    print(f"{RESULTS}: {sum(len(t) for t in tables)} days, {sum(w['duties_broken'] > 0 for w in made.windows)} broken")


def _draw(park: str, made: Replay, potline: Potline, days: xr.Dataset) -> None:
    for language, (title, note) in WORDS.items():
        figures = {
            "park": park, "stage": made.stage.name, "line": potline.id, "days": days.sizes["day"],
            "c_min": float(days.superheat_min_c.min()), "c_max": float(days.superheat_max_c.max()),
            "cm_min": 100 * float(days.ledge_min_m.min()), "cm_max": 100 * float(days.ledge_max_m.max()),
        }  # fmt: skip
        svg = heat_year_svg(days, title=title.format(**figures), language=language, note=note.format(**figures))
        (PICTURES / f"heat-year-{language}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
