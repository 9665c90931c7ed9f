"""The chart of a year of a potline's heat: each day stands where its values are, and one that leaves is red."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import xarray as xr

from holin.errors import BadInput, Mismatch
from holin.picture import heat_year_svg

SVG = "{http://www.w3.org/2000/svg}"
WINDOW = {"superheat_min_c": 5.0, "superheat_max_c": 15.0, "ledge_min_m": 0.02, "ledge_max_m": 0.12}


def year(count: int = 365, **changed: tuple[int, float]) -> xr.Dataset:
    """Days whose range wanders inside the window; `changed` (column -> day, value) puts one outside."""
    wave = np.sin(np.arange(count) / 20)
    columns = {
        "superheat_min_c": 8.0 + wave, "superheat_max_c": 11.0 + wave, "ledge_min_m": 0.05 - 0.01 * wave,
        "ledge_max_m": 0.07 - 0.01 * wave,
    }  # fmt: skip
    for name, (day, value) in changed.items():
        columns[name][day] = value
    dates = np.datetime64("2025-01-01", "ns") + np.arange(count) * np.timedelta64(1, "D")
    return xr.Dataset({n: ("day", v) for n, v in columns.items()}, coords={"day": dates}, attrs=WINDOW)


def drawn(days: xr.Dataset, **more: str) -> ET.Element:
    return ET.fromstring(heat_year_svg(days, title="Heat < & >", **more))


def bars(svg: ET.Element) -> list[dict[str, str]]:
    return [r.attrib for r in svg.iter(f"{SVG}rect") if r.get("class") == "day"]


def test_each_day_stands_between_its_extremes():
    days = year()
    found = bars(drawn(days))
    assert len(found) == 2 * 365
    for part, name, unit, scale in ((found[:365], "superheat", "c", 1), (found[365:], "ledge", "m", 100)):
        top = np.array([float(b["y"]) for b in part])
        bottom = top + np.array([float(b["height"]) for b in part])
        values = np.concatenate([days[f"{name}_{end}_{unit}"].values for end in ("max", "min")]) * scale
        line = np.polyfit(values, np.r_[top, bottom], 1)
        assert line[0] < 0
        assert np.abs(np.polyval(line, values) - np.r_[top, bottom]).max() < 0.15
        x = np.array([float(b["x"]) for b in part])
        assert (np.diff(x) > 0).all()


@pytest.mark.parametrize(
    ("column", "value"),
    [("superheat_min_c", 4.9), ("superheat_max_c", 15.1), ("ledge_min_m", 0.019), ("ledge_max_m", 0.121)],
)
def test_a_day_outside_the_window_is_red(column: str, value: float):
    colours = [b["fill"] for b in bars(drawn(year(**{column: (100, value)})))]
    red = [k for k, colour in enumerate(colours) if colour == "#d6453d"]
    assert red == [100 if column.startswith("superheat") else 465]
    assert "#d6453d" not in {b["fill"] for b in bars(drawn(year()))}


def test_it_speaks_both_languages_and_marks_the_months():
    english, chinese = drawn(year(), note="n < 1"), drawn(year(), language="zh")
    said = [[t.text or "" for t in svg.iter(f"{SVG}text")] for svg in (english, chinese)]
    assert "Heat < & >" in said[0] and "n < 1" in said[0]
    assert any("superheat, K" in t for t in said[0]) and any("过热度" in t for t in said[1])
    assert [t for t in said[0] if re.fullmatch(r"2025-\d\d", t)] == [f"2025-{m:02d}" for m in range(1, 13)]


def test_it_refuses_no_days_and_an_unknown_language():
    with pytest.raises(Mismatch):
        heat_year_svg(year(0), title="t")
    with pytest.raises(BadInput):
        heat_year_svg(year(3), title="t", language="fr")
