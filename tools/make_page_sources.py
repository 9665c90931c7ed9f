"""Write what the page takes from the house itself, so that it cannot be wrong: `make page` calls it.

page/src/looks/palette.css: the colours of voltage levels, loadings, voltages and green shares, as in the report;
page/src/api/schema.ts: the types of the server's answers, from page/openapi.json;
page/src/park/scales.ts: the steps of these scales;
page/src/park/diagram/shapes.ts: the symbols of single-line diagrams.
"""

from __future__ import annotations

import json
from pathlib import Path

import page_types
from holin.picture.diagram.colours import (
    LEVELS,
    LOADING_MAX,
    LOADING_STEPS,
    VOLTAGE_HIGH,
    VOLTAGE_LOW,
    VOLTAGE_STEPS,
    levels,
    mixed,
    scales,
)
from holin.picture.diagram.symbols import FEEDER, READABLE, SYMBOLS

PAGE = Path(__file__).resolve().parent.parent / "page" / "src"
SCHEMA = PAGE / "api" / "schema.ts"
PALETTE = PAGE / "looks" / "palette.css"
SCALES = PAGE / "park" / "scales.ts"
SHAPES = PAGE / "park" / "diagram" / "shapes.ts"
MADE = "Made by tools/make_page_sources.py; a change here is lost."

GREEN_STEPS = 20
GREEN_LIGHT = ("#8c510a", "#d9c27a", "#00735c")
GREEN_DARK = ("#b06a24", "#f2e8c6", "#1aa384")
"""Earth, straw, steppe. From brown over pale to blue-green, so that who cannot tell red from green still reads it."""


def palette() -> str:
    """Return the stylesheet of all scales, light and dark."""
    rules = [(":root", False), (":root[data-theme='dark']", True)]
    body = "".join(f"{where} {{\n{_declared(dark=dark)}}}\n" for where, dark in rules)
    return f"/* {MADE} */\n{body}"


def _declared(*, dark: bool) -> str:
    told = ";".join([levels(dark=dark), scales(dark=dark), _greens(GREEN_DARK if dark else GREEN_LIGHT)])
    return "".join(f"  {name}: {value};\n" for name, value in (part.split(":") for part in told.split(";")))


def _greens(tones: tuple[str, str, str]) -> str:
    def tone(share: float) -> str:
        low, middle, high = tones
        return mixed(low, middle, 2 * share) if share < 0.5 else mixed(middle, high, 2 * share - 1)

    return ";".join(f"--g{k}:{tone(k / GREEN_STEPS)}" for k in range(GREEN_STEPS + 1))


def steps() -> str:
    """Return the module of the scales' steps."""
    bounds = "".join(f"  [{lowest:g}, '{token}'],\n" for lowest, token, _, _ in LEVELS)
    numbers = {
        "LOADING_MAX": LOADING_MAX, "LOADING_STEPS": LOADING_STEPS, "VOLTAGE_LOW": VOLTAGE_LOW,
        "VOLTAGE_HIGH": VOLTAGE_HIGH, "VOLTAGE_STEPS": VOLTAGE_STEPS, "GREEN_STEPS": GREEN_STEPS,
    }  # fmt: skip
    named = "".join(f"export const {name} = {value:g};\n" for name, value in numbers.items())
    kinds = "readonly (readonly [lowest: number, token: string])[]"
    head = f"/** Steps of the colour scales. {MADE} */"
    return f"{head}\n\n/** kV, above which a level begins. */\nexport const LEVELS: {kinds} = [\n{bounds}];\n\n{named}"


def shapes() -> str:
    """Return the module of the diagram's symbols, as SVG in the colour of their group."""
    drawn = {kind: shape.replace("{f}", FEEDER).replace("@", "currentColor") for kind, shape in SYMBOLS.items()}
    rows = "".join(f"  {kind}:\n    '{shape}',\n" for kind, shape in drawn.items())
    readable = ", ".join(f"'{kind}'" for kind in READABLE)
    return (
        f"/** Symbols of single-line diagrams, after IEC 60617. {MADE} */\n\n"
        f"export const SHAPES: Readonly<Record<string, string>> = {{\n{rows}}};\n\n"
        f"/** Those that are read like a letter: never turned over. */\n"
        f"export const READABLE: readonly string[] = [{readable}];\n"
    )


def sources() -> dict[Path, str]:
    """Return what each made file must say."""
    described = json.loads((PAGE.parent / "openapi.json").read_text(encoding="utf-8"))
    return {SCHEMA: page_types.module_of(described, made=MADE), PALETTE: palette(), SCALES: steps(), SHAPES: shapes()}


def main() -> None:
    """Write the files."""
    for file, text in sources().items():
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
