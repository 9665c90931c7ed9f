"""The chart of a potline's heat: what stands on it is what the model gave, in both languages."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime

import numpy as np
import pytest

from holin.calendar import hours_between
from holin.errors import BadInput, Mismatch
from holin.park import Potline
from holin.picture import heat_chart_svg
from holin.potline import ac_power_mw
from holin.potline.heat import HeatRun, pot_of, simulate_heat

SVG = "{http://www.w3.org/2000/svg}"
ZONE = "Asia/Shanghai"
TIME = hours_between(datetime(2025, 3, 3), datetime(2025, 3, 4), ZONE)
LINE = Potline(
    id="line", bus="b", enterprise="e", pots=280, amperage_ka=500.0, back_emf_v=2.16, pot_resistance_uohm=3.58,
    current_efficiency=0.94, amperage_min_ka=475.0, amperage_max_ka=525.0, heat_window_h=0.15,
)  # fmt: skip


def run(*shares: float) -> HeatRun:
    power = float(ac_power_mw(LINE, 500.0)) * np.repeat(shares, 24 // len(shares))
    return simulate_heat(pot_of(LINE), power, step_h=1.0)


def drawn(heat: HeatRun, **more: str) -> ET.Element:
    return ET.fromstring(heat_chart_svg(heat.steps, TIME, time_zone=ZONE, title="Heat < & >", **more))


def words(svg: ET.Element) -> list[str]:
    return [t.text or "" for t in svg.iter(f"{SVG}text")]


def curve(svg: ET.Element, colour: str) -> np.ndarray:
    lines = [p for p in svg.iter(f"{SVG}polyline") if p.get("stroke") == colour]
    assert len(lines) == 1
    return np.array([[float(v) for v in point.split(",")] for point in lines[0].get("points", "").split()])


def test_curves_stand_where_their_values_are():
    heat = run(1.0, 0.96, 1.04, 1.0)
    svg = drawn(heat)
    for colour, values in (
        ("#c4722a", heat.steps.superheat_c.values),
        ("#b3372f", heat.steps.bath_temp_c.values),
        ("#3f7d63", heat.steps.ledge_m.values),
    ):
        y = curve(svg, colour)[:, 1]
        assert len(y) == 24
        # One scale for all points: y falls in proportion as the value rises.
        scale = np.polyfit(values, y, 1)
        assert scale[0] < 0
        assert np.abs(np.polyval(scale, values) - y).max() < 0.1
    assert len(curve(svg, "#14191d")) == 48  # the power, as steps


def test_the_window_is_drawn_to_the_scale_of_its_curve():
    heat = run(1.0, 0.96, 1.04, 1.0)
    svg = drawn(heat)
    superheat, ledge = [r for r in svg.iter(f"{SVG}rect") if r.get("class") == "window"]
    for band, colour, values, low, high in (
        (superheat, "#c4722a", heat.steps.superheat_c.values, 5.0, 15.0),
        (ledge, "#3f7d63", heat.steps.ledge_m.values, 0.02, 0.12),
    ):
        scale = np.polyfit(values, curve(svg, colour)[:, 1], 1)
        top, bottom = float(band.get("y", "")), float(band.get("y", "")) + float(band.get("height", ""))
        assert np.polyval(scale, high) == pytest.approx(top, abs=0.5)
        assert np.polyval(scale, low) == pytest.approx(bottom, abs=0.5)


def test_steps_outside_the_window_are_red():
    calm, stopped = drawn(run(1.0)), drawn(run(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0))
    assert not [r for r in calm.iter(f"{SVG}rect") if r.get("class") == "outside"]
    assert "outside the window" not in words(calm)
    (strip,) = [r for r in stopped.iter(f"{SVG}rect") if r.get("class") == "outside"]
    left, width = float(strip.get("x", "")), float(strip.get("width", ""))
    assert left == pytest.approx(72 + 1056 * 18 / 24, abs=0.1)
    assert width >= 1056 * 3 / 24 - 0.1  # the stop's three hours at least
    assert "outside the window" in words(stopped)


def test_both_languages_and_the_title():
    english, chinese = drawn(run(1.0), note="a < b"), drawn(run(1.0), language="zh")
    assert "Heat < & >" in words(english) and "a < b" in words(english)
    assert "local time" in words(english) and "本地时间" in words(chinese)
    assert not re.search("[\u4e00-\u9fff]", "".join(words(english)))
    assert any("炉帮" in w for w in words(chinese))
    assert "03-03" in words(english) and "12:00" in words(english)


def test_what_it_cannot_draw_is_refused():
    heat = run(1.0).steps
    with pytest.raises(Mismatch, match="one trajectory of 23 steps"):
        heat_chart_svg(heat, TIME[:23], time_zone=ZONE, title="t")
    with pytest.raises(Mismatch):
        heat_chart_svg(heat.expand_dims("trajectory"), TIME, time_zone=ZONE, title="t")
    with pytest.raises(BadInput):
        heat_chart_svg(heat, TIME, time_zone=ZONE, title="t", language="fr")
