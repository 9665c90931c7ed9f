"""From a template and its data to a PDF, on any machine alike: no system font, no clock, no network."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst

HERE = Path(str(files("holin.picture.paper")))


def printed(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a template of this room (`NAME.typ`, without the ending), filled with data, as PDF/A-2b; see `typeset`.

    Raises KeyError where there is no such template.
    """
    file = HERE / f"{template}.typ"
    if not file.is_file():
        raise KeyError(f"there is no template {template}")
    return typeset(file.read_text("utf-8"), data)


def typeset(source: str, data: Mapping[str, Any]) -> bytes:
    """Return typst source, filled with data, as PDF/A-2b.

    The source reads `data`, a dictionary of texts, numbers, lists and dictionaries; what is in it is printed and never
    carried out. House style (page, tables, colours) stands in `house.typ`, in front of it; it needs `language`,
    `title`, `issuer`, `issued` (an ISO day) and `footer`. The same data give the same bytes. Raises ValueError where a
    number is NaN.
    """
    made = typst.compile(
        f"{(HERE / 'house.typ').read_text('utf-8')}\n{source}".encode(),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
        pdf_standards="a-2b",
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that are brought along, and the machine's for characters that these have not."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[HERE / "fonts"])


def qr_svg(text: str, *, mask: int | None = None) -> str:
    """Return a QR code (ISO/IEC 18004, error correction M) as SVG, black on white with its quiet zone.

    `mask` (0 to 7) is taken instead of the best of the eight, which takes four times as long to find: any reader reads
    any mask, and what holds a hash looks random under each.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=mask).save(out, kind="svg", border=4, xmldecl=False, light="#fff")
    return out.getvalue().decode()
