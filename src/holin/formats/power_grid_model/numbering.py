"""Numbers of a park's things in power-grid-model's documents: input, update and output agree on them."""

from __future__ import annotations

import json
import re
from typing import Any

from holin.park import Park, units_of


class Numbers:
    """Thing -> number; `further` gives numbers to what has no id in the park."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        self._next = max(numbers.values(), default=-1) + 1

    def __getitem__(self, id_: str) -> int:
        return self._numbers[id_]

    def items(self) -> list[tuple[str, int]]:
        """Return all ids of the park with their numbers."""
        return list(self._numbers.items())

    def further(self) -> int:
        """Return a number that nothing has."""
        self._next += 1
        return self._next - 1


def numbers_of(park: Park) -> Numbers:
    """Return the number of every thing of the network: 0, 1, ... in the order of the park's tables.

    Where all ids end in numbers of their own, as those of an imported document do, they keep them.
    """
    network: tuple[Any, ...] = (
        *park.buses, *park.lines, *park.transformers, *park.transformers3, *park.equivalent_branches, *park.switches,
        *park.shunts, *units_of(park),
    )  # fmt: skip
    ids = [thing.id for thing in network]
    said = {i: m[1] for i in ids if (m := re.fullmatch(r"(?:node|line|link|generic_branch|transformer"
            r"|three_winding_transformer|source|shunt|(?:a?sym)_(?:load|gen))-(0|[1-9]\d{0,8})", i))}  # fmt: skip
    kept = {i: int(number) for i, number in said.items()}
    if len(set(kept.values())) < len(kept):
        kept = {}
    start = max(kept.values(), default=-1) + 1
    free = iter(range(start, start + len(ids)))
    return Numbers({i: kept[i] if i in kept else next(free) for i in ids})


def json_text(document: dict[str, Any]) -> str:
    """Return a document as JSON with one object a line, as power-grid-model writes it; empty components left out."""
    data = document["data"]
    head = {key: value for key, value in document.items() if key != "data"}
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items())
    body = _scenario(data, "  ") if isinstance(data, dict) else _batch(data)
    return "{\n" + lines + ',\n  "data": ' + body + "\n}\n"


def _batch(scenarios: list[dict[str, Any]]) -> str:
    return "[\n    " + ",\n    ".join(_scenario(s, "    ") for s in scenarios) + "\n  ]" if scenarios else "[]"


def _scenario(components: dict[str, list[dict[str, Any]]], indent: str) -> str:
    parts = []
    for component, objects in components.items():
        if objects:
            rows = ",\n".join(f"{indent}    {json.dumps(one, ensure_ascii=False, allow_nan=False)}" for one in objects)
            parts.append(f"{indent}  {json.dumps(component)}: [\n{rows}\n{indent}  ]")
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}" if parts else "{}"
