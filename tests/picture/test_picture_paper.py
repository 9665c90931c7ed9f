"""Printed papers: the same bytes from the same data, Chinese with the fonts brought along, and nothing carried out."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from holin.picture.paper import printed, qr_svg, typeset
from holin.picture.paper.printing import HERE, _fonts

DATA = {
    "language": "zh", "title": "样张", "issuer": "园区 #link(\"x\") $a$ ] }", "footer": "样张", "issued": "2025-07-03",
    "rows": [["电度电费", "1 234.50"], ["合计", "1 234.50"]], "qr": qr_svg("https://example.com/v"),
}  # fmt: skip

SAMPLE = """
= #data.title
#grid(columns: (1fr, auto), facts((("签发", data.issuer),)), image(bytes(data.qr), format: "svg", width: 26mm))
== #data.title
#ruled((1fr, auto), ("项目", "元"), data.rows, numbers: (1,), sum: true)
#band(data.issuer)
"""


def test_a_paper_is_the_same_every_time() -> None:
    first = typeset(SAMPLE, DATA)
    assert first.startswith(b"%PDF-1.7") and first == typeset(SAMPLE, DATA)
    assert typeset(SAMPLE, {**DATA, "title": "另一"}) != first


def test_the_fonts_brought_along_are_used() -> None:
    assert b"HolinSansSC" in typeset(SAMPLE, DATA)
    assert {f.weight for f in _fonts().fonts() if f.family == "Holin Sans SC"} == {400, 700}
    assert "SIL OPEN FONT LICENSE" in (HERE / "fonts" / "OFL.txt").read_text()


def test_nan_and_unknown_templates_are_refused() -> None:
    with pytest.raises(ValueError):
        typeset(SAMPLE, {**DATA, "title": float("nan")})
    with pytest.raises(KeyError):
        printed("nothing", DATA)


def test_a_qr_code_is_a_picture() -> None:
    assert ET.fromstring(qr_svg("绿电铝")).tag.endswith("svg")
