"""Expressions of MATLAB, evaluated while they are read: literals, operators, indices, the functions of case files."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from holin.formats.matpower.tokens import DEPTH_MAX, Block, Kind, Token, bad_text
from holin.formats.matpower.values import (
    FUNCTIONS,
    Budget,
    NotDefined,
    Value,
    binary,
    called,
    joined,
    numeric,
    places,
    scalar,
    span,
)

LEVELS = (("||",), ("&&",), ("|",), ("&",), ("==", "~=", "!=", "<", "<=", ">", ">="))
ADDING, TIMES, POWER = ("+", "-"), ("*", "/", ".*", "./"), ("^", ".^")
WHAT_IS_READ = "a case file is read as far as it assigns matrices and reckons with them; run it and save it by savecase"


class Expressions:
    """A reader of tokens with the variables set so far. What MATLAB refuses, or is not read, raises NotDefined.

    `literal` holds the lines of the rows of the matrix literal that was read last.
    """

    def __init__(self, tokens: list[Token], blocks: Mapping[int, Block], file: str) -> None:
        self.tokens, self.blocks, self.file = tokens, blocks, file
        self.at = 0
        self.depth = 0
        self.budget = Budget()
        self.variables: dict[str, Value] = {}
        self.literal: tuple[int, ...] | None = None

    # ---- tokens -------------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def next(self) -> Token:
        """Read one token; the end of the file stays."""
        token = self.tokens[self.at]
        if token.kind is not Kind.END:
            self.at += 1
        return token

    def take(self, kind: Kind, what: str) -> Token:
        """Read a token that must be of a kind."""
        token = self.next()
        if token.kind is not kind:
            raise bad_text(self.file, token.line, f"{token} where {what} is needed", WHAT_IS_READ)
        return token

    def expect(self, sign: str) -> None:
        """Read a sign that must stand here."""
        token = self.next()
        if token.sign != sign:
            raise bad_text(self.file, token.line, f"{token} where {sign!r} is needed", WHAT_IS_READ)

    def _operator(self, signs: tuple[str, ...], inside: bool) -> str | None:
        """Read one of these operators if it stands here; in brackets `1 -2` are two cells, `1 - 2` and `1-2` one."""
        token = self.token
        if token.sign not in signs:
            return None
        if inside and token.sign in ADDING and token.space_before and not token.space_after:
            return None
        self.at += 1
        return token.sign

    # ---- operators, from the loosest to the tightest ------------------------------------------------------------

    def expression(self, inside: bool = False) -> Value:
        """Read and evaluate an expression; `inside` brackets or braces blanks part cells."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise NotDefined("nested too deeply")
        value = self._level(0, inside)
        self.depth -= 1
        return value

    def _level(self, level: int, inside: bool) -> Value:
        if level == len(LEVELS):
            return self._range(inside)
        value = self._level(level + 1, inside)
        while sign := self._operator(LEVELS[level], inside):
            value = binary(sign, value, self._level(level + 1, inside), self.budget)
        return value

    def _range(self, inside: bool) -> Value:
        first = self._sum(inside)
        if self.token.sign != ":" or self.tokens[self.at + 1].sign in (")", ","):
            return first
        self.at += 1
        second = self._sum(inside)
        if self.token.sign != ":":
            return span(first, scalar(1.0), second, self.budget)
        self.at += 1
        return span(first, second, self._sum(inside), self.budget)

    def _sum(self, inside: bool) -> Value:
        value = self._product(inside)
        while sign := self._operator(ADDING, inside):
            value = binary(sign, value, self._product(inside), self.budget)
        return value

    def _product(self, inside: bool) -> Value:
        value = self._signed(inside)
        while sign := self._operator(TIMES, inside):
            value = binary(sign, value, self._signed(inside), self.budget)
        return value

    def _signed(self, inside: bool) -> Value:
        signs = []
        while self.token.sign in ("+", "-", "~", "!"):
            signs.append(self.next().sign)
        if len(signs) > DEPTH_MAX:
            raise NotDefined("nested too deeply")
        value = self._power(inside)
        for sign in reversed(signs):
            matrix = numeric(value)
            self.budget.spend(matrix.size)
            value = matrix if sign == "+" else -matrix if sign == "-" else np.asarray(matrix == 0, dtype=np.float64)
        return value

    def _power(self, inside: bool) -> Value:
        value = self._postfixed(inside)
        while sign := self._operator(POWER, inside):
            minus = 0
            while self.token.sign in ADDING:
                minus += self.next().sign == "-"
            exponent = numeric(self._postfixed(inside))
            value = binary(sign, value, -exponent if minus % 2 else exponent, self.budget)
        return value

    def _postfixed(self, inside: bool) -> Value:
        value = self._primary(inside)
        while self.token.sign in ("'", ".'"):
            self.at += 1
            value = numeric(value).T
            self.budget.spend(value.size)
        return value

    # ---- values -------------------------------------------------------------------------------------------------

    def _primary(self, inside: bool) -> Value:
        token = self.next()
        if token.kind is Kind.NUMBER:
            return scalar(float(token.text))
        if token.kind is Kind.TEXT:
            return token.text
        if token.kind is Kind.MATRIX:
            block = self.blocks[int(token.text)]
            self.literal = block.lines
            return block.values
        if token.kind is Kind.NAME:
            return self._named(token.text, inside)
        if token.sign == "(":
            value = self.expression()
            self.expect(")")
            return value
        if token.sign == "[":
            return self._matrix()
        if token.sign == "{":
            return self._cells("}")[0]
        raise NotDefined(f"{token} where a value is needed")

    def _named(self, name: str, inside: bool) -> Value:
        path = [name]
        while self.token.sign == "." and not (inside and self.token.space_before):
            self.at += 1
            path.append(self.take(Kind.NAME, "the name of a field").text)
        indexed = self.token.sign == "(" and not (inside and self.token.space_before)
        if name not in self.variables:
            if name not in FUNCTIONS or len(path) > 1:
                raise NotDefined(f"{name!r} is neither set before nor a function that is read")
            arguments = self.arguments(None) if indexed else []
            if any(isinstance(a, str) for a in arguments):
                raise NotDefined(f"{name} of a text is not read")
            return called(name, arguments, self.budget)
        value = self.look_up(tuple(path))
        return self._part(value, self.arguments(value)) if indexed else value

    def look_up(self, path: tuple[str, ...]) -> Value:
        """Return the value of a variable, or of a field of a struct."""
        value: Value = self.variables
        for k, name in enumerate(path):
            if not isinstance(value, dict) or name not in value:
                raise NotDefined(f"{'.'.join(path[: k + 1])} was not set before")
            value = value[name]
        return value

    def _part(self, value: Value, index: list[Value]) -> Value:
        whole = numeric(value)
        if len(index) == 1:
            place = places(index[0], whole.size, "element")
            self.budget.spend(len(place))
            shape = (1, -1) if whole.shape[0] == 1 and not isinstance(index[0], str) else (-1, 1)
            return whole.ravel(order="F")[place].reshape(shape)
        if len(index) != 2:
            raise NotDefined(f"{len(index)} indices of a matrix")
        rows, columns = places(index[0], whole.shape[0], "row"), places(index[1], whole.shape[1], "column")
        self.budget.spend(len(rows) * len(columns))
        return whole[np.ix_(rows, columns)]

    def arguments(self, whole: Value) -> list[Value]:
        """Read `(...)`; a lone colon is ":", and `end` the last place of `whole`."""
        self.expect("(")
        found: list[Value] = []
        count = self._count_of_arguments()
        outer = self.variables.pop("end", None)
        while self.token.sign != ")":
            if self.token.sign == ":" and self.tokens[self.at + 1].sign in (",", ")"):
                self.at += 1
                found.append(":")
            else:
                if isinstance(whole, np.ndarray):
                    size = whole.size if count == 1 else whole.shape[min(len(found), 1)]
                    self.variables["end"] = scalar(size)
                found.append(self.expression())
                self.variables.pop("end", None)
            if self.token.sign == ",":
                self.at += 1
            elif self.token.sign != ")":
                raise NotDefined(f"{self.token} between arguments")
        self.at += 1
        if outer is not None:
            self.variables["end"] = outer
        return found

    def _count_of_arguments(self) -> int:
        depth, count, at = 0, 1, self.at
        while depth >= 0 and self.tokens[at].kind is not Kind.END:
            sign = self.tokens[at].sign
            depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}"))
            count += sign == "," and depth == 0
            at += 1
        return count

    def _matrix(self) -> Value:
        rows, lines = self._cells("]")
        try:
            value = joined(rows, self.budget)
        except NotDefined as error:
            odd = next((k for k, row in enumerate(rows) if len(row) != len(rows[0])), len(rows) - 1)
            raise bad_text(self.file, lines[odd], str(error), "give every row as many values") from None
        self.literal = tuple(lines) if isinstance(value, np.ndarray) and len(lines) == len(value) else None
        return value

    def _cells(self, closing: str) -> tuple[list[list[Value]], list[int]]:
        """Read what stands in brackets or braces: blanks part its cells, semicolons and line ends its rows."""
        rows: list[list[Value]] = []
        lines: list[int] = []
        row: list[Value] = []
        while True:
            token = self.token
            if token.sign in (";", closing) or token.kind is Kind.LINE_END:
                if row:
                    rows.append(row)
                    row = []
                self.at += 1
                if token.sign == closing:
                    return rows, lines
            elif token.sign == ",":
                self.at += 1
            else:
                if not row:
                    lines.append(token.line)
                row.append(self.expression(inside=True))
