"""Cut the fonts of the printed pages out of Noto Sans CJK: `python tools/make_fonts.py FOLDER` (needs fonttools).

FOLDER holds NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc (Debian: fonts-noto-cjk, in
/usr/share/fonts/opentype/noto). Kept are the characters of GB 2312 and those that names of people and firms often have
beyond it; a machine's own fonts print what is rarer. As a modified version of a font under the SIL Open Font License
it has a name of its own, Holin Sans SC. The result is committed: src/holin/picture/paper/fonts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

FONTS = Path(__file__).parent.parent / "src" / "holin" / "picture" / "paper" / "fonts"
FAMILY = "Holin Sans SC"
LATIN = (0x20, 0x250)
FIGURES = "‐‑–—‘’“”…‰′″₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹€−≈≤≥≠×÷·•→←↑↓■□▲△▼▽◆◇○●★☆✓✗\u2009\u202f\u00a0"
NAMES = (
    "堃喆镕祎淏赟垚犇骉昇玥瑢珺晞暄韡翀玚旸旻昉甯祐禛珮琇瑀瑄璟堉喆嫚嬿怡忞恺懿昶晔晟暻槿橦淼湉溦滢潞炘烜"
    "煊熠燊琯璐瓅甦皓睿硕祺禔筠翊苡荻菡萱蓥薏蘅邗郗鄢酆铄锜锟镔霈霖韬颉颢驷骅骢鹍麒麟鼐龑燚奭奕婳姮"
)


def characters() -> Iterator[str]:
    """Yield the characters that are kept."""
    yield from map(chr, range(*LATIN))
    yield from FIGURES
    yield from NAMES
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue


def cut(collection: Path, weight: str, to: Path) -> None:
    """Write the simplified Chinese face of a collection with the characters that are kept, under its own name."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]
    from fontTools.ttLib import TTCollection  # type: ignore[import-not-found]

    face = next(f for f in TTCollection(collection).fonts if f["name"].getDebugName(1).startswith("Noto Sans CJK SC"))
    options = Options(
        layout_features=["kern", "palt", "vert", "tnum", "lnum", "locl"], notdef_outline=True, hinting=False
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes={ord(c) for c in characters()})
    subsetter.subset(face)
    full = f"{FAMILY} {weight}"
    for record in face["name"].names:
        own = {1: FAMILY, 2: weight, 3: f"Holin;{full}", 4: full, 6: full.replace(" ", ""), 16: FAMILY, 17: weight}
        if record.nameID in own:
            record.string = own[record.nameID]
    cff = face["CFF "].cff
    cff.fontNames[0] = full.replace(" ", "")
    cff.topDictIndex[0].FullName, cff.topDictIndex[0].FamilyName = full, FAMILY
    face.save(to)


def main() -> None:
    """Cut both weights."""
    folder = Path(sys.argv[1])
    FONTS.mkdir(parents=True, exist_ok=True)
    for weight in ("Regular", "Bold"):
        cut(folder / f"NotoSansCJK-{weight}.ttc", weight, FONTS / f"HolinSansSC-{weight}.otf")


if __name__ == "__main__":
    main()
