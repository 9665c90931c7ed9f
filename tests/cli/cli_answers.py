"""Calling `holin` inside the test's own process: what it printed, where, and its exit code."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from holin.cli import main
from holin.cli.output import err, out

CASE = Path(__file__).parent.parent / "cases" / "two_bus" / "park"
THREE_HOURS = ("--start", "2025-01-01", "--end", "2025-01-01 03:00")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=_refused)


def _refused(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def holin(*arguments: object, width: int = 200) -> Answer:
    """Run one command as the console script does, in a window of so many columns."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        mock.patch("sys.argv", ["holin", *map(str, arguments)]),
        mock.patch.object(out, "_width", width),
        mock.patch.object(err, "_width", width),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Answer(code=code, out=output.getvalue(), err=errors.getvalue())
