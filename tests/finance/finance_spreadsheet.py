"""A small evaluator of a workbook's formulas, apart from the code that writes them: the auditor of the tests."""

import re
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, range_boundaries
from scipy.optimize import brentq

CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
REFERENCE = re.compile(rf"(\"[^\"]*\")|(?:'([^']+)'!)?({CELL})(?::({CELL}))?")


def numbers(*items: Any) -> list[float]:
    """Flatten arguments as a spreadsheet does: text and empty cells do not count."""
    flat = [v for item in items for v in (item if isinstance(item, list) else [item])]
    return [float(v) for v in flat if isinstance(v, int | float) and not isinstance(v, bool)]


def irr(values: list[Any], guess: float = 0.1) -> float:
    flows = numbers(values)
    return float(brentq(lambda r: sum(f / (1 + r) ** t for t, f in enumerate(flows)), -0.9999, max(10.0, 2 * guess)))


FUNCTIONS: dict[str, Any] = {
    "SUM": lambda *items: sum(numbers(*items)),
    "MIN": lambda *items: min(numbers(*items), default=0.0),
    "MAX": lambda *items: max(numbers(*items), default=0.0),
    "SUMIF": lambda where, what, values: sum(
        float(v) for w, v in zip(where, values, strict=True) if w == what and isinstance(v, int | float)
    ),
    "NPV": lambda rate, *items: sum(v / (1 + rate) ** t for t, v in enumerate(numbers(*items), start=1)),
    "IRR": irr,
}


class Calculator:
    """Works out any cell of a workbook; formulas are Python once references, powers and IF are rewritten."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        key = (sheet, cell.replace("$", ""))
        if key not in self.known:
            content = self.book[sheet][key[1]]
            found = content.value
            if content.data_type == "f":
                found = self.worked_out(sheet, str(found)[1:])
            self.known[key] = found
        return self.known[key]

    def worked_out(self, sheet: str, formula: str) -> Any:
        def put(match: re.Match[str]) -> str:
            text, other, first, last = match.groups()
            if text is not None:
                return text
            return f"(at({(other or sheet)!r}, {first!r}, {last!r}))"

        code = conditional(REFERENCE.sub(put, formula).replace("^", "**"))
        return eval(code, {"__builtins__": {}, "at": self.at, **FUNCTIONS})

    def at(self, sheet: str, first: str, last: str | None) -> Any:
        if last is None:
            found = self.value(sheet, first)
            return 0.0 if found is None else found
        left, top, right, bottom = range_boundaries(f"{first}:{last}".replace("$", ""))
        return [
            self.value(sheet, f"{get_column_letter(column)}{row}")
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


def conditional(code: str) -> str:
    """Rewrite IF(a,b,c) as Python's b if a else c, so that only the branch that is taken is worked out."""
    while (start := re.search(r"\bIF\(", code)) is not None:
        parts, depth, begin, quoted = [], 0, start.end(), False
        for k in range(start.end(), len(code)):
            sign = code[k]
            quoted = quoted != (sign in "\"'")
            if quoted:
                continue
            if sign == "(":
                depth += 1
            elif sign in ",)" and depth == 0:
                parts.append(code[begin:k])
                begin = k + 1
                if sign == ")":
                    break
            elif sign == ")":
                depth -= 1
        test, yes, no = parts
        code = f"{code[: start.start()]}(({yes}) if ({test}) else ({no})){code[begin:]}"
    return code


def row_of(calculator: Calculator, sheet: str, label: str) -> int:
    """Return the first row whose first cell says the label."""
    return next(c.row for c in calculator.book[sheet]["A"] if c.value == label)


def row_values(calculator: Calculator, sheet: str, label: str, first: str, count: int) -> np.ndarray:
    """Return the values of a row from a column on, text as NaN."""
    row = row_of(calculator, sheet, label)
    start = range_boundaries(f"{first}1")[0]
    found = [calculator.value(sheet, f"{get_column_letter(start + k)}{row}") for k in range(count)]
    return np.array([np.nan if isinstance(v, str) or v is None else float(v) for v in found])
