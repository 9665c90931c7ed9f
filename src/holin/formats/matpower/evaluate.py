"""Runs a case file: the part of MATLAB that case files are written in, read and evaluated statement by statement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.formats.matpower.constants import ALL, OUTPUTS
from holin.formats.matpower.expressions import WHAT_IS_READ, Expressions
from holin.formats.matpower.tokens import DEPTH_MAX, Kind, bad_text, blocks_of, tokens_of
from holin.formats.matpower.values import NotDefined, Value, is_true, kind_of, numeric, places, scalar, size_of

REFUSED = ("for", "while", "switch", "try", "global", "persistent", "parfor", "do", "until")
BLOCK_ENDS = ("end", "endif", "endfor", "endwhile", "endswitch")


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """The struct that a case file returns, and the line of each row of its matrices, by the path of their names."""

    fields: dict[str, Value]
    lines: dict[tuple[str, ...], tuple[int, ...]]


def evaluated(text: str, file: str) -> Evaluated:
    """Evaluate the text of a case file; raises BadInput with the line of what is no case file."""
    lines = text.split("\n")
    blocks = blocks_of(lines)
    with np.errstate(all="ignore"):
        return _CaseFile(list(tokens_of(lines, blocks, file)), blocks, file).run()


class _CaseFile(Expressions):
    def run(self) -> Evaluated:
        self.lines: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._skip_ends()
        result = self._header() if self.token.word == "function" else "mpc"
        self._skip_ends()
        while self.token.kind is not Kind.END and self.token.word != "return":
            self._statement()
        fields = self.variables.get(result)
        if not isinstance(fields, dict):
            raise bad_text(self.file, self.token.line, f"the file sets no {result}", "is this a case file?")
        return Evaluated(fields=fields, lines={path[1:]: n for path, n in self.lines.items() if path[0] == result})

    def _header(self) -> str:
        line = self.next().line
        if self.token.sign == "[":
            problem = "a case of format version 1, which returns its matrices one by one"
            raise bad_text(self.file, line, problem, "load it in MATPOWER and save it by savecase, as version 2")
        result = self.take(Kind.NAME, "the name of the case's struct").text
        self.expect("=")
        self.take(Kind.NAME, "the name of the case")
        if self.token.sign == "(":
            while self.next().sign != ")":
                pass
        return result

    def _statement(self) -> None:
        start = self.at
        try:
            self._run_statement()
            if not self.token.ends_line and self.token.sign not in (";", ","):
                raise NotDefined(f"{self.token} was not expected here")
        except NotDefined as error:
            line = self.tokens[start].line
            raise bad_text(self.file, line, str(error), WHAT_IS_READ, self._source(start)) from None
        self._skip_ends()

    def _run_statement(self) -> None:
        first = self.token
        if first.word in (*REFUSED, "function"):
            raise NotDefined(f"the statement {first.word!r} is not read")
        if first.word == "if":
            self._if()
        elif first.word in ("end", "endfunction"):
            self.at += 1
        elif first.word == "define_constants":
            self.at += 1
            self.variables |= {name: scalar(number) for name, number in ALL.items()}
        elif first.sign == "[":
            self._several()
        elif first.word:
            self._assignment()
        else:
            raise NotDefined(f"no statement begins with {first}")

    def _skip_ends(self) -> None:
        while self.token.kind is Kind.LINE_END or self.token.sign in (";", ","):
            self.at += 1

    def _source(self, start: int) -> str:
        texts = []
        for token in self.tokens[start : start + 24]:
            if token.ends_line:
                break
            texts.append(f"'{token.text}'" if token.kind is Kind.TEXT else token.text)
        return " ".join(texts)

    # ---- conditions ---------------------------------------------------------------------------------------------

    def _if(self) -> None:
        """Read `if CONDITION ... [elseif ...] [else ...] end`; what does not hold is skipped unread."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise NotDefined("nested too deeply")
        self.at += 1
        done = False
        while True:
            holds = not done and is_true(self.expression())
            self._block() if holds else self._skip_block()
            done = done or holds
            word = self.next().word
            if word == "else":
                self._skip_block() if done else self._block()
                self.at += 1
            if word != "elseif":
                break
        self.depth -= 1

    def _block(self) -> None:
        self._skip_ends()
        while self.token.word not in ("end", "endif", "else", "elseif"):
            if self.token.kind is Kind.END:
                raise NotDefined("'if' without 'end'")
            self._statement()

    def _skip_block(self) -> None:
        open_, brackets = 0, 0
        while True:
            token = self.token
            if token.kind is Kind.END:
                raise NotDefined("'if' without 'end'")
            brackets += (token.sign in ("(", "[", "{")) - (token.sign in (")", "]", "}"))
            if token.word and not brackets:
                if token.word in BLOCK_ENDS and not open_:
                    return
                if token.word in ("else", "elseif") and not open_:
                    return
                open_ += (token.word in ("if", "for", "while", "switch", "try")) - (token.word in BLOCK_ENDS)
            self.at += 1

    # ---- assignments --------------------------------------------------------------------------------------------

    def _several(self) -> None:
        """Read `[A, B, ...] = idx_bus` and its like."""
        self.at += 1
        names: list[str] = []
        while self.token.sign != "]":
            token = self.next()
            if token.word or token.sign == "~":
                names.append(token.word)
            elif token.sign != "," and token.kind is not Kind.LINE_END:
                raise NotDefined(f"{token} is no name to assign to")
        self.at += 1
        self.expect("=")
        function = self.take(Kind.NAME, "a function of several outputs").text
        if function not in OUTPUTS:
            raise NotDefined(f"the function {function!r} of several outputs is not read")
        if len(names) > len(OUTPUTS[function]):
            raise NotDefined(f"{function} has {len(OUTPUTS[function])} outputs, not {len(names)}")
        self.variables |= {n: scalar(k) for n, k in zip(names, OUTPUTS[function], strict=False) if n}

    def _assignment(self) -> None:
        path = [self.take(Kind.NAME, "a name").text]
        while self.token.sign == ".":
            self.at += 1
            path.append(self.take(Kind.NAME, "the name of a field").text)
        if len(path) > DEPTH_MAX:
            raise NotDefined("nested too deeply")
        name = tuple(path)
        index = self.arguments(self.look_up(name)) if self.token.sign == "(" else None
        self.expect("=")
        starts_literal = self.token.sign == "[" or self.token.kind is Kind.MATRIX
        self.literal = None
        value = self.expression()
        if index is None:
            self._put(name, value, self.literal if starts_literal else None)
        else:
            self._put(name, self._with_part(numeric(self.look_up(name)), index, numeric(value)), None)

    def _put(self, path: tuple[str, ...], value: Value, rows: tuple[int, ...] | None) -> None:
        inner = self.variables
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                raise NotDefined(f"{name} is {kind_of(inner)} and has no fields")
        inner[path[-1]] = value
        if rows is not None:
            self.lines[path] = rows
        height = len(value) if isinstance(value, np.ndarray) else -1
        if len(self.lines.get(path, ())) != height:
            self.lines.pop(path, None)

    def _with_part(self, whole: np.ndarray, index: list[Value], part: np.ndarray) -> np.ndarray:
        self.budget.spend(whole.size)
        made = whole.copy()
        if len(index) == 1:
            place = places(index[0], whole.size, "element")
            if part.size not in (1, len(place)):
                raise NotDefined(f"{len(place)} elements cannot take {size_of(part)}")
            flat = made.ravel(order="F")
            flat[place] = part.ravel(order="F")
            return flat.reshape(whole.shape, order="F")
        if len(index) != 2:
            raise NotDefined(f"{len(index)} indices of a matrix")
        rows, columns = places(index[0], whole.shape[0], "row"), places(index[1], whole.shape[1], "column")
        if part.size != 1 and part.shape != (len(rows), len(columns)):
            raise NotDefined(f"{len(rows)} by {len(columns)} elements cannot take {size_of(part)}")
        made[np.ix_(rows, columns)] = part
        return made
