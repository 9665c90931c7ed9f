"""The picture of growing horizons: points, growth, both languages; what was not solved has no point."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import plan_picture
import pytest
from report_plan import plan_line, plan_table

import plan


def measured(hours: int, ours: float, theirs: float | None, buses: int = 20) -> dict[str, Any]:
    holin = {"objective": 1e6, "gap": 1e-9, "cpu_seconds": ours, "peak_memory_mb": 300.0, "build_cpu_seconds": 0.1,
             "version": "0.1.0"}  # fmt: skip
    case = plan.case_of(hours, buses=buses)
    if theirs is None:
        return {"case": case, "holin": holin, "pypsa": {"status": "failed: time limit"}}
    peer = {"objective": 1e6, "total_cpu": theirs, "peak_rss_mb": 1000.0,
            "versions": {"pypsa": "1", "linopy": "2", "highs": "3"}}  # fmt: skip
    return {"case": case, "holin": holin, "pypsa": peer, "relative_difference": 1e-9, "ratio_cpu": theirs / ours}


CASES = [measured(100, 0.5, 5.0), measured(1000, 5.0, 80.0), measured(10_000, 60.0, None), measured(100, 9.0, 9.0, 50)]


def test_points_are_of_one_network_and_of_what_was_solved() -> None:
    found = plan_picture.points_of(CASES)
    assert found == {"holin": [(100, 0.5), (1000, 5.0), (10_000, 60.0)], "pypsa": [(100, 5.0), (1000, 80.0)]}
    assert plan_picture.growth(found["holin"][:2]) == pytest.approx(1.0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_is_well_formed_and_rises(language: str, tmp_path: Path) -> None:
    root = ET.fromstring(plan_picture.scaling_svg(CASES, language))
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2
    places = [tuple(map(float, p.split(","))) for p in lines[0].attrib["points"].split()]
    assert [p[0] for p in places] == sorted(p[0] for p in places)
    assert [p[1] for p in places] == sorted((p[1] for p in places), reverse=True)
    plan_picture.draw(CASES, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ValueError, match="two horizons"):
        plan_picture.scaling_svg(CASES[:1], language)


def test_the_table_says_what_the_peer_did_not_solve() -> None:
    text = plan_table(CASES)
    assert "| 20, 1,000 h | 1,000,000.00 | 1e-09 | 1,000,000.00 | 1e-09 | 5.00 | 80.0 | 16.0 |" in text
    assert "failed: time limit" in text.splitlines()[4]
    line = plan_line({"machine": {"cores": 2, "system": "Linux", "python": "3.11"}, "cases": CASES})
    assert "PyPSA 1, linopy 2, HiGHS 3" in line
