"""The exhibition hall as one page that works offline: search, filters, footprints by three counts, paths back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from holin.picture.texts import spoken, text, texts

GROUP = "hall."


def hall_page(data: Mapping[str, Any], *, language: str = "zh") -> str:
    """Return the catalogue as one HTML text that loads nothing from anywhere.

    `data` is what `holin.hall.page_data` gives; the page opens in a language and switches to the other. Raises
    BadInput for another language than zh or en.
    """
    speech = spoken(language)
    words = {key.removeprefix(GROUP): list(both) for key, both in texts().items() if key.startswith(GROUP)}
    embedded = json.dumps({**data, "say": words}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    embedded = embedded.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    title = escape(text("hall.title", speech))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if speech == "zh" else "en"}" data-language="{speech}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
        "style-src 'unsafe-inline'\">\n"
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{_asset('hall_page.css')}</style>\n</head>\n<body>\n"
        f"<noscript>{escape(text('hall.no_script', speech))}</noscript>\n"
        f'<script type="application/json" id="data">{embedded}</script>\n'
        f"<script>{_asset('hall_page.js')}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files("holin.picture").joinpath(name).read_text(encoding="utf-8")
