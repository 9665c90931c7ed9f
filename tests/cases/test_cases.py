"""Every case folder: its park is run, and what `why.md` works out by hand must come out.

`expect.json`: `run` are the arguments, `summary` dotted keys of the summary, `tables` columns by element and hour
(null: not worked out). `tolerance.json`: relative and absolute. A case without `run` is read by the tests of its room.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from holin.twin import Result, run

FOLDERS = sorted(p.parent for p in Path(__file__).parent.glob("*/expect.json"))
CASES = [folder for folder in FOLDERS if "run" in json.loads((folder / "expect.json").read_text())]


@cache
def expected(case: Path) -> dict[str, Any]:
    return json.loads((case / "expect.json").read_text())


@cache
def result(case: Path) -> Result:
    times = {name: datetime.fromisoformat(text) for name, text in expected(case)["run"].items()}
    return run(case / "park", **times)


def close(case: Path, value: float) -> Any:
    tolerance = json.loads((case / "tolerance.json").read_text())
    return pytest.approx(value, rel=tolerance["relative"], abs=tolerance["absolute"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_summary_is_what_was_worked_out(case: Path) -> None:
    for key, value in expected(case)["summary"].items():
        found: Any = result(case).summary
        for part in key.split("."):
            found = found[part]
        assert found == close(case, value), key


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_tables_are_what_was_worked_out(case: Path) -> None:
    for column, elements in expected(case)["tables"].items():
        table, name = column.split(".")
        values = result(case).tables[table][name]
        (dim,) = [d for d in values.dims if d != "time"]
        for element, hours in elements.items():
            found = values.sel({dim: element}).values
            for hour, value in enumerate(hours):
                assert value is None or found[hour] == close(case, value), (column, element, hour)


def test_there_are_cases() -> None:
    assert CASES
