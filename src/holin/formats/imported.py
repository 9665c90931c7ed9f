"""What comes of reading another tool's file: a park, and in words all that the file has and the park cannot carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holin.errors import BadInput, Fault
from holin.park import Park

NAMES_MAX = 12
FAULTS_MAX = 100


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A park made from another tool's file; `left_out` are sentences, one for each kind of thing that it lost."""

    park: Park
    left_out: tuple[str, ...]


class LeftOut:
    """Collects what is left out or changed: whole sentences, and names that share one sentence."""

    def __init__(self) -> None:
        self._sentences: dict[str, list[str]] = {}

    def say(self, sentence: str) -> None:
        """Add a sentence, once."""
        self._sentences.setdefault(sentence, [])

    def name(self, sentence: str, name: object) -> None:
        """Add one of the things that a sentence holds for."""
        self._sentences.setdefault(sentence, []).append(str(name))

    def names(self, sentence: str, names: Iterable[object]) -> None:
        """Add all things that a sentence holds for; none where there is none."""
        for name in names:
            self.name(sentence, name)

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each kind, with how many there are and the first names."""
        return tuple(s if not names else f"{s} ({len(names)}): {listed(names)}" for s, names in self._sentences.items())


class Faults:
    """Collects what is wrong with a file; the import ends with all of it, or goes on with none."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: list[Fault] = []

    def of(self, file: str) -> Faults:
        """Return a collector of another file that adds to the same faults."""
        other = Faults(file)
        other._faults = self._faults
        return other

    def add(
        self, problem: str, right: str, *, row: int | None = None, field: str | None = None, value: object = None
    ) -> None:
        """Add a fault; after FAULTS_MAX they are no longer collected but raised."""
        text = None if value is None else shown(value)
        self._faults.append(Fault(file=self.file, row=row, field=field, value=text, problem=problem, right=right))
        if len(self._faults) >= FAULTS_MAX:
            self.stop()

    def stop(self) -> None:
        """Raise BadInput with all faults so far, if there is any."""
        if self._faults:
            raise BadInput(self._faults)


def listed(names: list[str]) -> str:
    """Return names for a sentence, cut after NAMES_MAX."""
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    return ", ".join(names[:NAMES_MAX]) + more


def shown(value: object) -> str:
    """Return a value as a fault shows it: short, on one line, a whole number without its point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
