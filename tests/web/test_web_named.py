"""What stands beside a run under another name, or elsewhere: said for one run, and nothing is guessed."""

import shutil
from pathlib import Path

import pytest
from web_asked import Asked

from holin.errors import ARGUMENT, BadInput
from holin.web import Library, create_app
from holin.web.named import HALL, LEDGER, PASSPORTS, named_beside


@pytest.fixture
def elsewhere(first_run: Path, tmp_path: Path) -> Path:
    """The run alone in a folder `runs`, and in `books` what stands beside it, under other names."""
    shutil.copytree(first_run, tmp_path / "runs" / "2025")
    (tmp_path / "books").mkdir()
    for file in first_run.parent.glob("two-days.ledger*"):
        shutil.copy2(file, tmp_path / "books" / f"park.db{file.name.removeprefix('two-days.ledger')}")
    shutil.copytree(first_run.with_name("two-days.passports"), tmp_path / "books" / "signed")
    shutil.copytree(first_run.with_name("two-days.hall"), tmp_path / "books" / "fair=2025")
    return tmp_path


def test_what_was_said_is_served_and_what_was_not_is_missing(elsewhere: Path, asked: Asked) -> None:
    runs, books = elsewhere / "runs", elsewhere / "books"
    bare = Asked(create_app(Library([runs])))
    assert bare.get("/api/runs/2025/certificates/sums").status_code == 404
    said = {
        LEDGER: [f"2025={books / 'park.db'}"], PASSPORTS: [books / "signed"], HALL: [books / "fair=2025"],
    }  # fmt: skip
    whole = Asked(create_app(Library([runs], named=named_beside([runs], said))))
    assert all(found["there"] for found in whole.json("/api/runs/2025/proofs").values())
    for way in ("certificates/sums", "green/certified", "passports", "catalogue"):
        there = asked.json(f"/api/runs/two-days/{way}")
        assert whole.json(f"/api/runs/2025/{way}") == there, way


def test_where_it_stands_is_not_said_to_who_asks(elsewhere: Path) -> None:
    runs, ledger = elsewhere / "runs", elsewhere / "books" / "park.db"
    ledger.write_bytes(b"no ledger any more")
    asked = Asked(create_app(Library([runs], named=named_beside([runs], {LEDGER: [ledger]}))))
    answer = asked.get("/api/runs/2025/certificates/sums")
    assert answer.status_code == 409 and "park.db" in answer.text and str(elsewhere) not in answer.text


@pytest.mark.parametrize(
    ("kind", "text", "problem", "right"),
    [
        (LEDGER, "2024={books}/park.db", "no run 2024 is served", "one of 2025"),
        (LEDGER, "2025={books}/gone.db", "is no file", "holin certificates issue"),
        (LEDGER, "2025={books}", "is no file", "holin certificates issue"),
        (PASSPORTS, "{books}/park.db", "is no folder", "holin passport --out"),
        (HALL, "{books}/gone", "is no folder", "holin catalogue demo --out"),
    ],
)
def test_what_cannot_be_is_said(elsewhere: Path, kind: str, text: str, problem: str, right: str) -> None:
    value = text.format(books=elsewhere / "books")
    with pytest.raises(BadInput) as caught:
        named_beside([elsewhere / "runs"], {kind: [value]})
    [fault] = caught.value.faults
    assert (fault.value, fault.file) == (value, ARGUMENT) and problem in fault.problem and right in fault.right


def test_nothing_is_guessed_among_several_runs_and_nothing_is_said_twice(elsewhere: Path) -> None:
    runs, ledger = elsewhere / "runs", elsewhere / "books" / "park.db"
    with pytest.raises(BadInput, match="has another already"):
        named_beside([runs], {LEDGER: [ledger, f"2025={ledger}"]})
    with pytest.raises(BadInput, match="no run is served"):
        named_beside([elsewhere / "books"], {LEDGER: [ledger]})
    shutil.copytree(runs / "2025", runs / "2030")
    with pytest.raises(BadInput, match="2 runs are served") as caught:
        named_beside([runs], {LEDGER: [ledger], HALL: ["2026=nowhere"]})
    assert [f.field for f in caught.value.faults] == ["ledgers", "halls"], "all faults at once"
    named = named_beside([runs], {LEDGER: [f"2030={ledger}"]})
    assert [folder.name for folder in named] == ["2030"]
