"""How wide a text is, by the letters of DejaVu Sans, the widest of the usual screen fonts; a CJK letter is one em."""

from __future__ import annotations

import unicodedata

SMALL_PX = 10.5
"""Font size of everything but titles."""

WIDTHS: dict[str, float] = {
    letter: width
    for width, letters in (
        (0.28, "ijl'I"), (0.32, " .,:;|·"), (0.37, "fJ-/\\!"), (0.42, "rt()[]"), (0.53, "sz_\""), (0.56, "cLF?*"),
        (0.60, "kvxyTYP"), (0.64, "abdeghnopqu0123456789ESBu"), (0.70, "AKRVXZC"), (0.76, "HNUDG&"), (0.80, "OQw$"),
        (0.84, "+×=<>≤≥~#→"), (0.87, "M"), (0.98, "mW%…—@"),
    )
    for letter in letters
}  # fmt: skip
"""In em."""

OTHER = 0.7
BOLD = 1.12


def text_px(words: str, size: float = SMALL_PX, *, bold: bool = False) -> float:
    """Return the width of a text in px, on the safe side."""
    em = sum(1.0 if wide(c) else WIDTHS.get(c, OTHER) for c in words)
    return em * size * (BOLD if bold else 1.0)


def wide(character: str) -> bool:
    """Return whether a character is as wide as it is high."""
    return unicodedata.east_asian_width(character) in "WF"


def shortened(words: str, most_px: float, size: float = SMALL_PX) -> str:
    """Return a text cut to a width, with an ellipsis where it was cut."""
    if text_px(words, size) <= most_px:
        return words
    kept = words
    while kept and text_px(kept + "…", size) > most_px:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(words: str, most_px: float, most_lines: int, size: float = SMALL_PX) -> tuple[str, ...]:
    """Return a text in the fewest lines that are no wider than `most_px`, as even as can be.

    It breaks at blanks and beside CJK characters. Where `most_lines` are not enough the lines come out wider.
    """
    tokens = _tokens(words)
    for count in range(1, most_lines + 1):
        lines = _even(tokens, count, size)
        if max(text_px(line, size) for line in lines) <= most_px or count == most_lines:
            return lines
    return (words,)


def _tokens(words: str) -> list[str]:
    tokens: list[str] = []
    for character in words:
        last = tokens[-1][-1] if tokens else ""
        together = last and (
            character in " ）)，。、号" or last in "（(" or not (last == " " or wide(character) or wide(last))
        )
        if together:
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens


def _even(tokens: list[str], count: int, size: float) -> tuple[str, ...]:
    """Return the tokens in at most `count` lines of which the widest is as narrow as can be."""
    widths = sorted(
        {text_px("".join(tokens[i:j]).strip(), size) for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1)}
    )
    low, high = 0, len(widths) - 1
    while low < high:
        middle = (low + high) // 2
        if len(_greedy(tokens, widths[middle], size)) <= count:
            high = middle
        else:
            low = middle + 1
    return tuple(_greedy(tokens, widths[low], size)) if widths else ("",)


def _greedy(tokens: list[str], most_px: float, size: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for token in tokens:
        if line and text_px((line + token).strip(), size) > most_px + 1e-9:
            lines.append(line.strip())
            line = ""
        line += token
    return [*lines, line.strip()]
