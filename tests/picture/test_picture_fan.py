"""The fan chart: bands that mirror each other, what came, both languages, and what cannot be drawn."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import xarray as xr

from holin.errors import HolinError, Mismatch
from holin.picture import fan_svg

TIME = np.datetime64("2025-03-02T16:00", "ns") + np.arange(24) * np.timedelta64(1, "h")
CHANCES = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
SVG = "{http://www.w3.org/2000/svg}"


def values(chances: np.ndarray = CHANCES) -> xr.DataArray:
    made = 50 + 40 * (chances - 0.5) * np.linspace(0.2, 1.0, 24)[:, None]
    return xr.DataArray(made, dims=("time", "quantile"), coords={"time": TIME, "quantile": chances})


def drawn(**more: object) -> ElementTree.Element:
    options: dict[str, object] = {
        "what": "wind-1", "issued": TIME[0], "method": "blend", "time_zone": "Asia/Shanghai", "nominal_mw": 100.0,
    }  # fmt: skip
    return ElementTree.fromstring(fan_svg(values(), **(options | more)))  # type: ignore[arg-type]


def of_class(svg: ElementTree.Element, tag: str, name: str) -> list[ElementTree.Element]:
    return [e for e in svg.iter(f"{SVG}{tag}") if e.get("class") == name]


def points(element: ElementTree.Element) -> np.ndarray:
    return np.array([[float(v) for v in pair.split(",")] for pair in str(element.get("points")).split()])


def words(svg: ElementTree.Element) -> list[str]:
    return [str(e.text) for e in svg.iter(f"{SVG}text")]


def test_bands_lie_about_the_median_and_widen() -> None:
    svg = drawn()
    bands = of_class(svg, "polygon", "band")
    assert len(bands) == 3
    median = points(of_class(svg, "polyline", "median")[0])
    assert len(median) == 24 and np.ptp(median[:, 1]) < 0.2  # 50 MW all day
    for band in bands:
        lower, upper = points(band)[:24, 1], points(band)[:23:-1, 1]
        assert (lower > median[:, 1]).all() and (upper < median[:, 1]).all()
        np.testing.assert_allclose(lower - median[:, 1], median[:, 1] - upper, atol=0.2)
    widths = [np.ptp(points(b)[:, 1]) for b in bands]
    assert widths == sorted(widths, reverse=True)


def test_the_scale_is_that_of_the_labels() -> None:
    """50 MW halfway between the axis labels 0 and 100."""
    svg = drawn()
    at = {
        float(e.text or 0): float(e.get("y") or 0) - 4
        for e in svg.iter(f"{SVG}text")
        if re.fullmatch(r"\d+", e.text or "")
    }
    median = points(of_class(svg, "polyline", "median")[0])[0, 1]
    assert median == pytest.approx((at[0.0] + at[100.0]) / 2, abs=0.2)
    nominal = float(of_class(svg, "line", "nominal")[-1].get("y1") or 0)
    assert nominal == pytest.approx(at[100.0], abs=0.2)


def test_hours_are_local() -> None:
    said = words(drawn())
    assert "00:00" in said and "03-03" in said and "Forecast of wind-1, issued 2025-03-03 00:00" in said


def test_what_came_is_drawn_with_its_gaps() -> None:
    came = np.full(24, 40.0)
    came[10] = np.nan
    lines = of_class(drawn(came_mw=came), "polyline", "came")
    assert [len(points(line)) for line in lines] == [10, 13]
    assert of_class(drawn(), "polyline", "came") == []
    assert of_class(drawn(came_mw=np.full(24, np.nan)), "polyline", "came") == []


def test_both_languages_and_what_is_synthetic_or_a_sum() -> None:
    assert "全部风电预测，发布于 2025-03-03 00:00" in words(drawn(what="wind", language="zh"))
    said = " ".join(words(drawn(what="wind", synthetic=True)))
    assert "all wind farms" in said and "synthetic data" in said and "added up" in said
    assert "synthetic" not in " ".join(words(drawn()))
    with pytest.raises(HolinError):
        drawn(language="fr")


def test_names_are_escaped() -> None:
    assert any("<b>&" in w for w in words(drawn(what="<b>&")))


def test_nothing_is_no_picture() -> None:
    with pytest.raises(Mismatch, match="at least two hours"):
        fan_svg(values().isel(time=[0]), what="w", issued=TIME[0], method="m", time_zone="UTC")
    with pytest.raises(Mismatch, match="finite"):
        fan_svg(values() * np.nan, what="w", issued=TIME[0], method="m", time_zone="UTC")


def test_a_point_forecast_has_no_bands() -> None:
    svg = ElementTree.fromstring(
        fan_svg(values(np.array([0.5])), what="w", issued=TIME[0], method="m", time_zone="Asia/Shanghai")
    )
    assert of_class(svg, "polygon", "band") == [] and len(of_class(svg, "polyline", "median")) == 1
