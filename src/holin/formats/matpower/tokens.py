"""MATLAB text to tokens, as far as case files use the language: comments, continuation, strings, matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault

DEPTH_MAX = 30


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    SIGN = "sign"
    MATRIX = "matrix"
    LINE_END = "line end"
    END = "end of the file"


class Token(NamedTuple):
    """One token: its text (of a string its content), its line, and whether blanks stand before and after it."""

    kind: Kind
    text: str
    line: int
    space_before: bool
    space_after: bool

    @property
    def sign(self) -> str:
        """The sign that it is, "" where it is none."""
        return self.text if self.kind is Kind.SIGN else ""

    @property
    def word(self) -> str:
        """The name that it is, "" where it is none."""
        return self.text if self.kind is Kind.NAME else ""

    @property
    def ends_line(self) -> bool:
        """Whether a statement ends here."""
        return self.kind in (Kind.LINE_END, Kind.END)

    def __str__(self) -> str:
        """What it is, in a sentence."""
        if self.kind is Kind.LINE_END:
            return "the end of the line"
        if self.kind is Kind.END:
            return "the end of the file"
        return "a matrix" if self.kind is Kind.MATRIX else f"{self.text[:30]!r}"


TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?(?![A-Za-z_\d]))"
    r"|(?P<name>[A-Za-z]\w*)"
    r"|(?P<sign>\.\*|\./|\.\^|\.'|==|~=|!=|<=|>=|&&|\|\||[-+*/^=,;:()\[\]{}.<>~!&|@])",
    re.ASCII,
)
KINDS = {"number": Kind.NUMBER, "name": Kind.NAME, "sign": Kind.SIGN}
BLANK = re.compile(r"[ \t\f\v\r]*")
BLOCK_COMMENT = re.compile(r"[ \t]*[%#]\{[ \t\r]*")
BLOCK_COMMENT_END = re.compile(r"[ \t]*[%#]\}[ \t\r]*")
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """A matrix of plain numbers, one row a line: values (row, column), the line of each row, the line that ends it."""

    values: NDArray[np.float64]
    lines: tuple[int, ...]
    last_line: int


BLOCK_BEGIN = re.compile(r"\s*[A-Za-z]\w*(\.\w+)?\s*=\s*\[\s*([%#].*)?", re.ASCII)
BLOCK_END = re.compile(r"\s*\]\s*;?\s*([%#].*)?")
BLOCK_ROW = re.compile(r"[0-9.eE+\-IinfNa \t,]*;?")


def blocks_of(lines: list[str]) -> dict[int, Block]:
    """Return the matrices that can be read line by line, by their first line; all others are read token by token."""
    blocks: dict[int, Block] = {}
    at = 0
    while at < len(lines):
        if "[" in lines[at] and BLOCK_BEGIN.fullmatch(lines[at]):
            block = _block_at(lines, at + 1)
            if block is not None:
                blocks[at + 1] = block
                at = block.last_line
                continue
        at += 1
    return blocks


def _block_at(lines: list[str], at: int) -> Block | None:
    rows: list[list[float]] = []
    numbers: list[int] = []
    for number in range(at, len(lines)):
        line = lines[number]
        if BLOCK_END.fullmatch(line):
            if not rows or any(len(row) != len(rows[0]) for row in rows):
                return None
            return Block(values=np.array(rows), lines=tuple(numbers), last_line=number + 1)
        row = re.split("[%#]", line, maxsplit=1)[0].strip()
        if BLOCK_COMMENT.fullmatch(line) or not BLOCK_ROW.fullmatch(row) or re.search(r",[ \t]*[,;]|^,", row):
            return None
        try:
            cells = [float(cell) for cell in row.removesuffix(";").replace(",", " ").split()]
        except ValueError:  # such as 1-2, which is one cell
            return None
        if cells:
            rows.append(cells)
            numbers.append(number + 1)
    return None


def bad_text(file: str, line: int, problem: str, right: str, value: str | None = None) -> BadInput:
    """Return the error of a text that is not a case file's."""
    text = None if value is None else " ".join(value.split())[:60]
    return BadInput([Fault(file=file, row=line, value=text, problem=problem, right=right)])


def tokens_of(lines: list[str], blocks: Mapping[int, Block], file: str) -> Iterator[Token]:
    """Yield the tokens of lines, a block as one token that names its first line.

    Raises BadInput at what is no token, at open strings and at unmatched brackets.
    """
    open_: list[tuple[str, int]] = []
    before: Token | None = None
    comment_from: int | None = None
    block_to = 0
    for number, line in enumerate(lines, start=1):
        if number <= block_to:
            continue
        if comment_from is not None:
            comment_from = None if BLOCK_COMMENT_END.fullmatch(line) else comment_from
            continue
        if BLOCK_COMMENT.fullmatch(line):
            comment_from = number
            continue
        place, continued = 0, False
        if number in blocks and not open_:
            line = line[: line.index("[")]
        while place < len(line):
            blank = BLANK.match(line, place)
            start = blank.end() if blank else place
            if start >= len(line) or line[start] in "%#":
                break
            if line.startswith("...", start):
                continued = True
                break
            spaced = start > place or place == 0
            token, place = _token_at(line, start, spaced, before, open_, file, number)
            if token.kind is Kind.SIGN:
                _keep_count(token, open_, file)
            before = token
            yield token
        if number in blocks and not open_:
            block_to = blocks[number].last_line
            yield Token(Kind.MATRIX, str(number), number, True, True)
        if not continued:
            before = Token(Kind.LINE_END, "\n", number, True, True)
            yield before
    last = max(len(lines), 1)
    if comment_from is not None:
        raise bad_text(file, comment_from, "the block comment does not end", "end it with %} on a line of its own")
    if open_:
        sign, opened = open_[-1]
        raise bad_text(file, opened, f"the bracket {sign!r} is never closed", "is the file complete?")
    yield Token(Kind.END, "", last, True, True)


def _token_at(
    line: str, start: int, spaced: bool, before: Token | None, open_: list[tuple[str, int]], file: str, number: int
) -> tuple[Token, int]:
    char = line[start]
    if char == '"' or (char == "'" and not _transposes(before, spaced, open_)):
        text, end = _string(line, start, file, number)
        return Token(Kind.TEXT, text, number, spaced, _blank_at(line, end)), end
    if char == "'":
        return Token(Kind.SIGN, "'", number, spaced, _blank_at(line, start + 1)), start + 1
    match = TOKEN.match(line, start)
    if match is None:
        raise bad_text(file, number, "not a number, a name or a sign of MATLAB", "is this a case file?", line[start:])
    kind = KINDS[match.lastgroup or ""]
    text = match[0].lower().replace("d", "e") if kind is Kind.NUMBER else match[0]
    return Token(kind, text, number, spaced, _blank_at(line, match.end())), match.end()


def _blank_at(line: str, place: int) -> bool:
    return place >= len(line) or line[place] in " \t\f\v\r"


def _transposes(before: Token | None, spaced: bool, open_: list[tuple[str, int]]) -> bool:
    """Whether a quote behind `before` transposes it; behind a blank in brackets it begins a string."""
    if before is None or (spaced and open_ and open_[-1][0] in "[{"):
        return False
    ends_value = before.kind in (Kind.NUMBER, Kind.NAME, Kind.TEXT)
    return ends_value or before.sign in (*CLOSE, "'", ".'")


def _string(line: str, start: int, file: str, number: int) -> tuple[str, int]:
    quote, place, parts = line[start], start + 1, []
    while True:
        end = line.find(quote, place)
        if end < 0:
            raise bad_text(file, number, "the text in quotes does not end on its line", "close it", line[start:])
        parts.append(line[place:end])
        if not line.startswith(quote, end + 1):
            return quote.join(parts), end + 1
        place = end + 2


def _keep_count(token: Token, open_: list[tuple[str, int]], file: str) -> None:
    if token.sign in OPEN:
        open_.append((token.text, token.line))
        if len(open_) > DEPTH_MAX:
            raise bad_text(file, token.line, "brackets are nested too deeply", f"at most {DEPTH_MAX} levels")
    elif token.text in CLOSE and (not open_ or OPEN[open_.pop()[0]] != token.text):
        raise bad_text(file, token.line, f"{token.text!r} closes no bracket of its kind", "match the brackets")
