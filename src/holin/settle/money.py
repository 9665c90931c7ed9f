"""Money in whole fen: exact products of whole quantities and decimal prices, rounded once, half away from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

FEN = 100


def exact(price: float) -> Fraction:
    """Return a price as it is written in a table: 0.48 is 48/100, not the nearest binary number."""
    return Fraction(Decimal(repr(float(price))))


def in_fen(amount: Fraction) -> int:
    """Return an amount of currency in whole fen, half a fen away from nothing."""
    twice = abs(amount) * FEN * 2 + 1
    whole = twice.numerator // (2 * twice.denominator)
    return whole if amount >= 0 else -whole


def written(fen: int) -> str:
    """Return an amount with two decimals and thin spaces between thousands."""
    sign, yuan, rest = "-" if fen < 0 else "", *divmod(abs(fen), FEN)
    return f"{sign}{yuan:,}.{rest:02d}".replace(",", "\u2009")


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def in_capitals(fen: int) -> str:
    """Return an amount in the capital figures (大写) of Chinese cheques and invoices (People's Bank of China, 1997)."""
    sign, yuan, rest = "负" if fen < 0 else "", *divmod(abs(fen), FEN)
    jiao, last = divmod(rest, 10)
    words = f"{_whole_in_capitals(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{sign}{words}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"{sign}{words}" + (f"{_DIGITS[last]}分" if last else "整")


def _whole_in_capitals(yuan: int) -> str:
    if not yuan:
        return "零"
    words, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = yuan // 10_000**group % 10_000
        if not part:
            gap = gap or bool(words)
            continue
        if words and (gap or part < 1000):
            words += "零"
        words += _group_in_capitals(part) + _GROUPS[group]
        gap = False
    return words


def _group_in_capitals(part: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole total by whole weights, the parts whole too and their sum exact: by the largest remainders.

    Ties go to the earlier. Raises ValueError where there is something to share and no weight.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"{total} cannot be shared: all weights are 0")
        return [0] * len(weights)
    parts = [total * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda k: (-(total * weights[k] % whole), k))
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts
