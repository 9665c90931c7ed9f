"""What a drawing is before the browser draws it: a plain dictionary in plotly's form, with words and colours as keys.

A string `{{key}}` is a text of `texts.toml` (or a name of the park, `{{name.ID}}`), `@token` a colour of `page.css`
(`@token/40` with 40 % opacity). The browser puts in the language and the light or dark palette, so data travels once.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One chart: plotly `data` and `layout`, the green count it shows and its height in px.

    Its words are `chart.ID`, or `chart.WORDS` where it has others (a week that is only some hours); `of` is whose it is
    (a stage), said before them in every language. `pick` names the list in the page's data from which the reader
    chooses what is drawn (weeks, branches, buses).
    """

    id: str
    data: list[Json]
    layout: Json
    count: str = ""
    height: int = 360
    wide: bool = True
    pick: str = ""
    words: str = ""
    of: str = ""

    @property
    def title(self) -> str:
        """The key of its title; that of the note below it ends in `_note`."""
        return self.words or self.id


def packed(values: ArrayLike) -> Json:
    """Return numbers as plotly's typed array: base64 of little-endian float32, with its shape when it has two axes."""
    array = np.ascontiguousarray(np.asarray(values, dtype="<f4"))
    spec: Json = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode("ascii")}
    if array.ndim == 2:
        spec["shape"] = f"{array.shape[0]}, {array.shape[1]}"
    return spec


def packed_16(values: ArrayLike) -> Json:
    """Return numbers as 16-bit steps between their extremes (`value = offset + scale * step`; 65535 means unknown).

    Half the size of float32 and exact to 1/131,000 of the range: for the many heat maps of which one is seen at a time.
    """
    array = np.asarray(values, dtype=float)
    known = np.isfinite(array)
    low = float(array[known].min()) if known.any() else 0.0
    high = float(array[known].max()) if known.any() else 0.0
    scale = (high - low) / 65534.0 or 1.0
    steps = np.full(array.shape, 65535, dtype="<u2")
    steps[known] = np.round((array[known] - low) / scale)
    return {
        "dtype": "u2",
        "bdata": base64.b64encode(steps.tobytes()).decode("ascii"),
        "offset": low,
        "scale": scale,
        "shape": list(array.shape),
    }


def axis(title: str, **more: Any) -> Json:
    """Return an axis with its title (a text key, with the unit)."""
    return {"title": {"text": "{{" + title + "}}"}, **more}


def area(key: str, colour: str, y: ArrayLike, group: str, **more: Any) -> Json:
    """Return one band of a stacked area; `key` names the text of its legend."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "{{" + key + "}}",
        "y": packed(y),
        "stackgroup": group,
        "line": {"width": 0, "color": f"@{colour}"},
        "fillcolor": f"@{colour}",
        **more,
    }


def line(key: str, colour: str, y: ArrayLike, **more: Any) -> Json:
    """Return a line; `key` names the text of its legend."""
    style = {"width": 2, "color": f"@{colour}"} | more.pop("line", {})
    return {"type": "scatter", "mode": "lines", "name": "{{" + key + "}}", "y": packed(y), "line": style, **more}


def bar(key: str, colour: str, **more: Any) -> Json:
    """Return bars (`x`, `y` among `more`); `key` names the text of their legend."""
    return {"type": "bar", "name": "{{" + key + "}}", "marker": {"color": f"@{colour}"}, **more}
