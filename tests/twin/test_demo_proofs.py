"""What stands beside a demo's run: made once, whole, and fitting each other."""

import itertools
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from holin.errors import BadInput
from holin.hall import read_hall
from holin.ledger import Step
from holin.parkfile import example_park
from holin.store import Span
from holin.twin import demo_proofs, hours_of_run, reconciled, run, saved, verify_passport
from holin.twin.run_certificates import way_to


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = run(example_park(), start=datetime(2025, 1, 1), end=datetime(2025, 1, 2, 6))
    return saved(result, tmp_path_factory.mktemp("demo") / "a-run")


def test_all_of_it_is_made_once_and_fits_together(folder: Path) -> None:
    told = demo_proofs(folder)
    beside = sorted(p.name for p in folder.parent.iterdir())
    assert {"a-run", "a-run.hall", "a-run.ledger", "a-run.ledger.head", "a-run.passports"} <= set(beside)
    states = {p: p.stat().st_mtime_ns for p in folder.parent.rglob("*") if p.is_file()}
    assert demo_proofs(folder) == told
    assert {p: p.stat().st_mtime_ns for p in folder.parent.rglob("*") if p.is_file()} == states
    files = sorted(Path(told["passports"]).glob("*.json"))
    assert len(files) == told["passports_count"] > 0
    for file in files:
        verified = verify_passport(file, address=told["ledger"], evidence=folder)
        assert verified["valid"] and verified["key_known"]
    assert reconciled(folder, address=told["ledger"]).closes
    sold = [p for p in read_hall(told["hall"]).catalogue.products if p.batch]
    assert {p.batch for p in sold} <= {json.loads(f.read_bytes())["passport"]["product"]["batch"] for f in files}
    assert sold


def test_nothing_is_made_up_beside_meters(tmp_path: Path) -> None:
    result = run(example_park(), start=datetime(2025, 1, 1), end=datetime(2025, 1, 1, 6))
    metered = saved(replace(result, summary={**result.summary, "kind": "metered"}), tmp_path / "metered")
    with pytest.raises(BadInput, match="metered run"):
        demo_proofs(metered)
    assert [p.name for p in tmp_path.iterdir()] == ["metered"]


def test_months_are_local_and_cover_the_run() -> None:
    """31 January 16:00 UTC is midnight of 1 February in China; the run ends within March."""
    span = Span(first=np.datetime64("2025-01-31T10:00"), intervals=24 * 30, step_s=3600)
    hours = hours_of_run(span, "Asia/Shanghai")
    months = list(hours.months())
    assert [name for name, _, _ in months] == ["2025-01", "2025-02", "2025-03"]
    assert months[0][2] - months[0][1] == 6 * 3600 and months[1][2] - months[1][1] == 28 * 86_400
    assert months[0][1] == hours.start and months[-1][2] == hours.end
    assert all(a[2] == b[1] for a, b in itertools.pairwise(months))


def test_the_way_to_a_certificate_follows_who_spent_whom() -> None:
    """1 was issued, cut by entry 3 into 2 (sold) and 3 (the rest); 3 was retired by entry 5 as 4, its rest is 5."""

    def step(certificate: int, entry: int, spent_by: int | None) -> Step:
        return Step(certificate, entry, 0, "", "a", "active", 1, None, None, spent_by)

    steps = [step(1, 1, 3), step(2, 3, None), step(3, 3, 5), step(4, 5, None), step(5, 5, None)]
    assert way_to(steps, 4) == (1, 3, 4) and way_to(steps, 2) == (1, 2) and way_to(steps, 1) == (1,)
