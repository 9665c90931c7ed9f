"""Files damaged at random, from a seed: cut, flipped, shuffled, with numbers and signs where none belong."""

import random
import re

WEIRD = (
    "NaN", "Inf", "-Inf", "1e308", "-1e308", "1e-320", "0", "-0", "-1", "1", "3", "99999999999999999999", "1e400",
    "0x10", "1_000", "1,5", "", "abc", "null", "true", "[]", "{}", "'", '"', "%", "1:5", "é", "霍林", "\u202e", "\0",
    "1e", "..", "--1", "@x", "\\u0000", "1" * 400,
)  # fmt: skip
SIGNS = "[](){};,:.'\"%+-*/^=~!@#$&|<>?\\ \t\n\r\0"
NUMBER = re.compile(rb"-?\d+\.?\d*(?:[eE][+-]?\d+)?")
WORD = re.compile(rb"[A-Za-z_]{3,}")


def mutated(data: bytes, seed: int) -> bytes:
    """Return the file with one to four damages."""
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(DAMAGES)(data, dice)
    return data


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _behead(data: bytes, dice: random.Random) -> bytes:
    return data[dice.randrange(len(data) + 1) :]


def _flip(data: bytes, dice: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(dice.choice((1, 3, 30))):
        if made:
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def _number(data: bytes, dice: random.Random) -> bytes:
    return _replaced(data, dice, NUMBER, dice.choice(WEIRD).encode())


def _word(data: bytes, dice: random.Random) -> bytes:
    found = [m[0] for m in WORD.finditer(data)]
    word = dice.choice(found) if found and dice.random() < 0.7 else dice.choice(WEIRD).encode()
    return _replaced(data, dice, WORD, word)


def _exchange(data: bytes, dice: random.Random) -> bytes:
    """Two numbers change places."""
    found = list(NUMBER.finditer(data))
    if len(found) < 2:
        return data
    a, b = sorted(dice.sample(found, 2), key=lambda m: m.start())
    return data[: a.start()] + b[0] + data[a.end() : b.start()] + a[0] + data[b.end() :]


def _replaced(data: bytes, dice: random.Random, what: re.Pattern[bytes], by: bytes) -> bytes:
    found = list(what.finditer(data))
    if not found:
        return data + by
    one = dice.choice(found)
    return data[: one.start()] + by + data[one.end() :]


def _sign(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + (dice.choice(SIGNS) * dice.choice((1, 1, 2, 500))).encode() + data[at:]


def _lost(data: bytes, dice: random.Random) -> bytes:
    a, b = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:a] + data[min(b, a + dice.choice((1, 5, 50, 500))) :]


def _lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, dice.choice(lines))
        case 2:
            lines[at] = lines[at] * dice.choice((2, 50))
        case _:
            dice.shuffle(lines)
    return b"\n".join(lines)


def _column(data: bytes, dice: random.Random) -> bytes:
    """Every line loses, or doubles, its n-th cell."""
    mark = dice.choice((b"\t", b",", b";", b" "))
    n, double = dice.randrange(12), dice.random() < 0.5
    lines = []
    for line in data.split(b"\n"):
        cells = line.split(mark)
        if len(cells) > n:
            cells[n : n + 1] = [cells[n], cells[n]] if double else []
        lines.append(mark.join(cells))
    return b"\n".join(lines)


DAMAGES = (_cut, _behead, _flip, _number, _number, _number, _word, _word, _exchange, _sign, _lost, _lines, _column)
