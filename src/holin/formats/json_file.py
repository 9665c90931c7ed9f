"""A JSON file with the lines of its values: read by the standard library, lines looked up only for faults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.formats.imported import Faults
from holin.formats.source_file import text_of_file

BLANK = re.compile(r"[ \t\n\r]*")
JSON_BYTES = 64_000_000
LOOKED_UP_MAX = 20_000_000
PathOf = tuple[str | int, ...]
"""The way to a value: keys and places in lists."""


class JsonFile:
    """A parsed file: `value` and the text that it stands in."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.text = text_of_file(path, JSON_BYTES)
        self.value = parsed_json(self.text, self.file)
        self.faults = Faults(self.file)
        self._lookups = LOOKED_UP_MAX // max(len(self.text), 1)

    def add_fault(self, path: PathOf, problem: str, right: str, value: object = None) -> None:
        """Name a fault of the value at `path`, with its line."""
        self.faults.add(problem, right, row=self.line_of(path), field=field_of(path), value=value)

    def line_of(self, path: PathOf) -> int | None:
        """Return the line at which a value begins, of the last one on the way to it that is there.

        In a large file only the first faults have a line: each costs a way through the text.
        """
        self._lookups -= 1
        return line_of(self.text, path) if self._lookups >= 0 else None


def field_of(path: PathOf) -> str:
    """Return a path in words, such as data.line[3].r1."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")[:120] or "$"


def parsed_json(text: str, file: str) -> Any:
    """Parse JSON; raises BadInput with the line where it is none, repeats a key, or is nested beyond reason."""
    try:
        return json.loads(text, object_pairs_hook=_without_repetition)
    except _RepeatedKey as error:
        row = _line_of_repetition(text, str(error))
        fault = Fault(
            file=file, row=row, field=str(error)[:60], problem="the key stands twice in one object", right="keep one"
        )
        raise BadInput([fault]) from None
    except json.JSONDecodeError as error:
        right = "is the file complete, and JSON?"
        raise BadInput([Fault(file=file, row=error.lineno, problem=f"not JSON: {error.msg}", right=right)]) from None
    except ValueError:
        right = "write numbers that a computer can count"
        raise BadInput([Fault(file=file, problem="a number of thousands of digits", right=right)]) from None
    except RecursionError:
        raise BadInput([Fault(file=file, problem="nested too deeply", right="is it the right file?")]) from None


class _RepeatedKey(Exception):
    pass


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        raise _RepeatedKey(next(k for k, _ in pairs if k in seen or seen.add(k)))  # type: ignore[func-returns-value]
    return made


def _line_of_repetition(text: str, key: str) -> int | None:
    found = [m.start() for m in re.finditer(re.escape(json.dumps(key)), text)]
    return text.count("\n", 0, found[-1]) + 1 if found else None


def line_of(text: str, path: PathOf) -> int | None:
    """Return the line of the value at a path of valid JSON, as far as the path goes."""
    decoder = json.JSONDecoder()
    place = _skip(text, 0)
    for part in path:
        found = _member(text, place, part, decoder)
        if found is None:
            break
        place = found
    return text.count("\n", 0, place) + 1


def _member(text: str, place: int, part: str | int, decoder: json.JSONDecoder) -> int | None:
    """Return where a member of the object or list at `place` begins."""
    closing = {"{": "}", "[": "]"}.get(text[place : place + 1])
    if closing is None or isinstance(part, int) == (closing == "}"):
        return None
    at, count = _skip(text, place + 1), 0
    while text[at] != closing:
        if closing == "}":
            key, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
            if key == part:
                return at
        elif count == part:
            return at
        _, at = decoder.raw_decode(text, at)
        at, count = _skip(text, at), count + 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return None


def _skip(text: str, place: int) -> int:
    match = BLANK.match(text, place)
    return match.end() if match else place
