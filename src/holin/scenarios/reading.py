"""The scenario file: a name and uncertain factors in TOML, read with all its faults at once."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from holin.columns import Basis
from holin.errors import BadInput, Fault
from holin.scenarios.distributions import DISTRIBUTIONS, Distribution
from holin.scenarios.drawing import Factor, ScenarioSpec
from holin.scenarios.quantities import ANY, QUANTITIES, kind_of

BYTES_MAX = 1_000_000
SPEC_KEYS = ("name", "name_zh", "factor")
FACTOR_KEYS = ("quantity", "how", "distribution", "basis", "reference")


def read_scenarios(path: Path | str) -> ScenarioSpec:
    """Return what a scenario file says; docs/guide/en/sweeps.md describes it.

    Raises BadInput with all faults at once, each with its line. Whether the names exist in a park is another question:
    `faults_of_quantities`.
    """
    file = Path(path)
    content, text = _content(file)
    lines = _lines_of(text)
    faults = _faults_of_keys(file.name, content, SPEC_KEYS, lines.get(-1, {}), None)
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        faults.append(
            _fault(file.name, lines.get(-1, {}).get("name"), "name", name, "no name", 'write name = "prices"')
        )
    records = content.get("factor", [])
    if not isinstance(records, list) or not records or not all(isinstance(r, dict) for r in records):
        right = "write [[factor]] with quantity, distribution and its figures, once for each"
        faults.append(_fault(file.name, None, "factor", None, "no factors", right))
        records = []
    factors = []
    for number, record in enumerate(records):
        places = lines.get(number, {})
        factor, found = _factor(file.name, record, places)
        faults += found
        if factor is not None:
            factors.append(factor)
    for again in _twice([r.get("quantity") for r in records]):
        row = lines.get(again, {}).get("quantity")
        right = "one factor for each quantity"
        faults.append(
            _fault(file.name, row, "quantity", records[again]["quantity"], "stands here a second time", right)
        )
    if faults:
        raise BadInput(faults)
    return ScenarioSpec(name=str(name), name_zh=str(content.get("name_zh", "")), factors=tuple(factors), file=file.name)


def _content(file: Path) -> tuple[dict[str, Any], str]:
    def refuse(problem: str, right: str, row: int | None = None) -> BadInput:
        return BadInput([Fault(file=str(file), row=row, problem=problem, right=right)])

    try:
        if file.stat().st_size > BYTES_MAX:
            raise refuse("too large for a scenario file", "is it the right file?")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse("no such file", "give a scenario file in TOML") from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"cannot be read ({error})", "give a scenario file in TOML, in UTF-8") from error
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        problem = "not valid TOML: " + str(error).partition(" (at ")[0].lower()
        row = int(place[1]) if place else None
        raise refuse(problem, "write key = value; text in quotes, numbers without", row) from error
    except RecursionError as error:
        raise refuse("nested too deeply", "a scenario file needs only a name and [[factor]] tables") from error


def _factor(file: str, record: dict[str, Any], lines: dict[str, int]) -> tuple[Factor | None, list[Fault]]:
    """Return one factor, or None and its faults."""
    row = lines.get("")

    def fault(field: str, problem: str, right: str) -> Fault:
        return _fault(file, lines.get(field, row), field, record.get(field), problem, right)

    faults = []
    quantity, word = record.get("quantity"), record.get("distribution")
    known = kind_of(quantity) if isinstance(quantity, str) else None
    if known is None:
        faults.append(fault("quantity", "no such quantity", f"one of {', '.join(QUANTITIES)}, or one with .ID"))
    hows = known[0].hows if known else ANY
    how = record.get("how", hows[0])
    if how not in hows:
        faults.append(fault("how", "not a way to change it", f"give {' or '.join(hows)}"))
    kind = DISTRIBUTIONS.get(word) if isinstance(word, str) else None
    if kind is None:
        faults.append(fault("distribution", "no such distribution", f"one of {', '.join(DISTRIBUTIONS)}"))
        return None, faults
    if (basis := record.get("basis", "")) not in ("", *(b.value for b in Basis)):
        faults.append(fault("basis", "no such basis", f"one of {', '.join(Basis)}"))
    if not isinstance(record.get("reference", ""), str):
        faults.append(fault("reference", "not a text", "say in quotes where it comes from"))
    names = [f.name for f in dataclasses.fields(kind)]
    faults += _faults_of_keys(file, record, (*FACTOR_KEYS, *names), lines, row)
    distribution, wrong = _distribution(kind, record)
    faults += [fault(*w) for w in wrong]
    if distribution is not None and known is not None and known[0].label:
        faults += [fault(*w) for w in _faults_of_labels(distribution)]
    if faults or distribution is None:
        return None, faults
    reference = record.get("reference", "")
    return (
        Factor(quantity=str(quantity), how=how, distribution=distribution, basis=basis, reference=reference, row=row),
        [],
    )


def _distribution(
    kind: type[Distribution], record: dict[str, Any]
) -> tuple[Distribution | None, list[tuple[str, str, str]]]:
    """Return the distribution of a record, or None and (field, problem, right) of its faults."""
    figures: dict[str, Any] = {}
    faults = []
    for field in dataclasses.fields(kind):
        value = record.get(field.name)
        many = field.name in ("values", "weights")
        if value is None:
            if field.default is dataclasses.MISSING:
                faults.append((field.name, "is missing", "give a list of numbers" if many else "give a number"))
        elif many and not (isinstance(value, list) and all(map(_is_number, value))):
            faults.append((field.name, "not a list of numbers", "write such as [1, 2, 3]"))
        elif not many and not _is_number(value):
            faults.append((field.name, "not a finite number", "write a number without quotes"))
        else:
            figures[field.name] = tuple(map(float, value)) if many else float(value)
    if faults:
        return None, faults
    distribution = kind(**figures)
    return distribution, distribution.faults()


def _faults_of_labels(distribution: Distribution) -> list[tuple[str, str, str]]:
    """A seed is one of some whole numbers, never something between them."""
    values = getattr(distribution, "values", None)
    if values is None:
        return [
            ("distribution", "a seed is a label, not a measure", 'write distribution = "discrete", values = [1, 2, 3]')
        ]
    if any(v != int(v) or v < 0 for v in values):
        return [("values", "seeds are whole numbers from 0 on", "write such as [1, 2, 3]")]
    return []


def _is_number(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 2**53  # above it a whole number is no float of its own
    return isinstance(value, float) and math.isfinite(value)


def _faults_of_keys(
    file: str, record: dict[str, Any], known: Collection[str], lines: dict[str, int], row: int | None
) -> list[Fault]:
    faults = []
    for key, value in record.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            right = f"did you mean {near[0]}?" if near else f"known here are {', '.join(known)}"
            faults.append(_fault(file, lines.get(key, row), key, value, "unknown key", right))
    return faults


def _fault(file: str, row: int | None, field: str, value: Any, problem: str, right: str) -> Fault:
    shown = None if value is None else str(value)[:60]
    return Fault(file=file, row=row, field=field, value=shown, problem=problem, right=right)


def _twice(names: list[Any]) -> list[int]:
    return [i for i, name in enumerate(names) if isinstance(name, str) and name in names[:i]]


def _lines_of(text: str) -> dict[int, dict[str, int]]:
    """Return the line of each key by the number of its [[factor]] (-1: above them); "" is the header's."""
    lines: dict[int, dict[str, int]] = {-1: {}}
    number = -1
    for row, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*factor\s*\]\]", line):
            number += 1
            lines[number] = {"": row}
        elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
            lines[number].setdefault(key[1], row)
    return lines
