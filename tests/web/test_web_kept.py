"""Costly answers on disk: known by all they are made from, right or not there, and never more than so many bytes."""

import os
import shutil
from pathlib import Path

import pytest
from web_asked import Asked

from holin.web import Library, create_app
from holin.web import aside as aside_file
from holin.web import kept as kept_file
from holin.web.kept import Kept

KEY = ("rules", "seal", "stamp")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "answers")


def only_file(kept: Kept) -> Path:
    [file] = kept.folder.iterdir()
    return file


def test_what_was_put_is_there_for_the_next_server(kept: Kept) -> None:
    assert kept.get(KEY) is None
    kept.put(KEY, b"an answer")
    assert Kept(kept.folder).get(KEY) == b"an answer"
    assert Kept(kept.folder).get((*KEY, "more")) is None
    if os.name != "nt":
        assert [p.stat().st_mode & 0o077 for p in (kept.folder, only_file(kept))] == [0, 0], "others of this machine"


@pytest.mark.parametrize("how", ["cut", "byte", "empty", "grown", "swapped"])
def test_a_damaged_file_is_no_answer(kept: Kept, how: str) -> None:
    kept.put(KEY, b'{"share": 0.25}')
    file = only_file(kept)
    whole = file.read_bytes()
    if how == "swapped":  # whole, but another question's
        kept.put(("other",), b'{"share": 0.75}')
        whole = next(f for f in kept.folder.iterdir() if f != file).read_bytes()
    damaged = {"cut": whole[:-3], "byte": whole[:-4] + b"9" + whole[-3:], "empty": b"", "grown": whole + b" "}
    file.write_bytes(damaged.get(how, whole))
    assert kept.get(KEY) is None
    kept.put(KEY, b"made anew")
    assert kept.get(KEY) == b"made anew"


def test_another_version_or_another_source_file_finds_nothing(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put(KEY, b"of then")
    with monkeypatch.context() as patch:
        patch.setattr("importlib.metadata.version", lambda _: "99.0")
        assert Kept(kept.folder).get(KEY) is None
    source = tmp_path / "source.py"
    source.write_text("VALUE = 1\n")
    monkeypatch.setattr(kept_file, "SOURCES", tmp_path)
    before = kept_file.sources_state()
    os.utime(source, ns=(1, 1))
    assert kept_file.sources_state() != before
    assert Kept(kept.folder).get(KEY) is None


def test_beyond_its_bytes_what_was_not_asked_for_the_longest_goes(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "answers", bytes_max=3500)
    for k in range(3):
        kept.put(("k", k), bytes(1000))
        os.utime(kept._file(("k", k)), ns=(k, k))
    assert kept.get(("k", 0)) == bytes(1000)  # asked for now: the second is the oldest
    kept.put(("k", 3), bytes(1000))
    assert [kept.get(("k", k)) is not None for k in range(4)] == [True, False, True, True]
    assert sum(f.stat().st_size for f in kept.folder.iterdir()) <= 3500


def test_where_nothing_can_be_written_answers_are_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    library = Library([], kept=Kept(tmp_path / "file"))
    assert library.lasting(KEY, lambda: b"made") == b"made"


# ---- of a run --------------------------------------------------------------------------------------------------------


@pytest.fixture
def run_with_ledger(first_run: Path, tmp_path: Path) -> Path:
    """A copy of the run and its ledger, to write to."""
    for file in first_run.parent.glob("two-days.ledger*"):
        shutil.copy2(file, tmp_path / file.name)
    return Path(shutil.copytree(first_run, tmp_path / "two-days"))


@pytest.fixture
def made_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A run of two days as if it were long, worked out in this process; returned is what is worked out."""
    made: list[str] = []

    def asked(library: Library, key: tuple[object, ...], make: object, arguments: dict[str, object]) -> object:
        made.append(str(key[0]))
        return make(**arguments)  # type: ignore[operator]

    monkeypatch.setattr(aside_file, "SHORT_H", 0)
    monkeypatch.setattr(aside_file, "_asked", asked)
    return made


def answers(folder: Path, answers_at: Path) -> dict[str, object]:
    """What a server that starts now says."""
    asked = Asked(create_app(Library([folder], kept=Kept(answers_at))))
    run = f"/api/runs/{folder.name}"
    ways = ("rules", "reconciliation", "green/certified", "bills")
    return {way: asked.json(f"{run}/{way}") for way in ways}


def test_a_server_that_starts_again_says_the_same_without_working_it_out(
    run_with_ledger: Path, tmp_path: Path, made_here: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plainly = answers(run_with_ledger, tmp_path / "one")
    assert sorted(made_here) == ["certified", "reconciliation", "rules"]
    monkeypatch.setattr("holin.web.bills.all_bills.bills_shown", None)  # nothing is settled
    assert answers(run_with_ledger, tmp_path / "one") == plainly
    assert sorted(made_here) == ["certified", "reconciliation", "rules"]
    assert not (run_with_ledger / ".answers").exists() and len([*(tmp_path / "one").iterdir()]) == 4


def test_what_is_written_into_the_ledger_is_seen_at_once(
    run_with_ledger: Path, tmp_path: Path, made_here: list[str]
) -> None:
    answers(run_with_ledger, tmp_path / "one")
    ledger = run_with_ledger.with_name(f"{run_with_ledger.name}.ledger")
    state = ledger.stat()
    os.utime(ledger, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    answers(run_with_ledger, tmp_path / "one")
    assert sorted(made_here) == 2 * ["certified"] + 2 * ["reconciliation"] + 2 * ["rules"]


def test_damaged_files_change_no_answer(run_with_ledger: Path, tmp_path: Path, made_here: list[str]) -> None:
    plainly = answers(run_with_ledger, tmp_path / "one")
    for file in (tmp_path / "one").iterdir():
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    assert answers(run_with_ledger, tmp_path / "one") == plainly
    assert len(made_here) == 6


def test_a_server_that_is_being_stopped_says_so(
    run_with_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside_file, "SHORT_H", 0)
    library = Library([run_with_ledger], kept=Kept(tmp_path / "one"))
    library.close()
    answer = Asked(create_app(library)).get("/api/runs/two-days/rules")
    assert (answer.status_code, answer.json()["detail"]) == (503, "the server is being stopped; ask again when it runs")
