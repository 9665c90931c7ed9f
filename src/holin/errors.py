"""Everything that can go wrong, in few classes, each with a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ARGUMENT = "argument"
"""Stands for the file of a fault that is in an argument, which `field` names: a command says it as its option."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with an input: where it stands, what stands there, what would be right."""

    file: str
    problem: str
    right: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = self.file + (f":{self.row}" if self.row is not None else "")
        field = f" {self.field}" if self.field else ""
        value = f" = {self.value!r}" if self.value is not None else ""
        return f"{place}{field}{value}: {self.problem}; {self.right}"


class HolinError(Exception):
    """The parent of every error that Holin raises on purpose. Its text is meant for the user."""

    def in_language(self, language: str) -> str:
        """Return the text in a language, in English where it has no other."""
        return str(self)


class BadInput(HolinError):
    """The input has faults; all of them are listed at once in `faults`."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = sum(f.severity == "error" for f in self.faults)
        lines = (f"  {f}" if f.severity == "error" else f"  {f.severity}: {f}" for f in self.faults)
        super().__init__("\n".join((f"{count} fault(s) in the input:", *lines)))


class Mismatch(HolinError):
    """Two tables that should fit (hours, elements, units) do not."""


class Infeasible(HolinError):
    """No operation satisfies all limits; the text names the asset, the hours, the limit and the gap."""


class SolverFailed(HolinError):
    """The solver stopped without a proven answer; its own words stand in `__cause__` or in the text."""


class NotConverged(HolinError):
    """The power flow found no solution for the hours that the text names."""


class Refused(HolinError):
    """A rule that the ledger's database keeps forbids what was asked; nothing was written."""


class CheckFailed(HolinError):
    """A result was recomputed independently and did not agree; it must not be used."""
