"""Signed archives: the same every time, and every change in them told."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from holin.errors import BadInput
from holin.evidence import check_archive, read_archive, write_archive
from holin.signing import SCHEMES

ED = SCHEMES["sha256-ed25519"]
KEY = ED.new_key()
FILES = {"bills.json": b'{"total_fen": 1}\n' * 40, "park/tariff.csv": "id,价\nT,1\n".encode(), "empty.txt": b""}
ABOUT = {"what": "bills", "month": "2025-06", "park": "园区"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "evidence.zip", FILES, about=ABOUT, scheme=ED, key=KEY)


def test_it_comes_back_whole_and_is_the_same_every_time(archive: Path, tmp_path: Path) -> None:
    found = read_archive(archive)
    assert (dict(found.files), dict(found.about)) == (FILES, ABOUT)
    assert check_archive(archive, public_key=ED.public_key(KEY)).whole
    again = write_archive(tmp_path / "again.zip", FILES, about=ABOUT, scheme=ED, key=KEY)
    assert again.read_bytes() == archive.read_bytes()
    with pytest.raises(BadInput, match="stands already"):
        write_archive(archive, FILES, about=ABOUT, scheme=ED, key=KEY)
    assert not list(tmp_path.glob(".*"))


def test_every_flipped_bit_is_told_or_changes_nothing(archive: Path, tmp_path: Path) -> None:
    whole, draw = archive.read_bytes(), random.Random(1)
    told = 0
    for bit in draw.sample(range(8 * len(whole)), 4_000):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        file = tmp_path / "changed.zip"
        file.write_bytes(bytes(changed))
        found = check_archive(file)
        told += not found.whole
        if found.whole:
            assert dict(read_archive(file).files) == FILES and found.public_key == ED.public_key(KEY)
    assert told > 3_000


def repacked(archive: Path, to: Path, change: dict[str, bytes | None]) -> Path:
    """Pack an archive again as somebody would who has no key."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(to, "w") as new:
        files = {name: old.read(name) for name in old.namelist()} | change
        for name, content in files.items():
            if content is not None:
                new.writestr(zipfile.ZipInfo(name), content)
    return to


def test_what_was_changed_added_or_taken_away_is_named(archive: Path, tmp_path: Path) -> None:
    assert repacked(archive, tmp_path / "0.zip", {}) and check_archive(tmp_path / "0.zip").whole
    for k, (change, says) in enumerate(
        [
            ({"bills.json": b"{}"}, "bills.json was changed"), ({"bills.json": None}, "bills.json is missing"),
            ({"more.txt": b"x"}, "more.txt is not of it"),
        ],
        start=1,
    ):  # fmt: skip
        found = check_archive(repacked(archive, tmp_path / f"{k}.zip", change))  # type: ignore[arg-type]
        assert says in found.faults
        with pytest.raises(BadInput, match=says.split()[0]):
            read_archive(tmp_path / f"{k}.zip")


def test_another_key_is_told_and_no_archive_too(archive: Path, tmp_path: Path) -> None:
    other = ED.public_key(ED.new_key())
    assert check_archive(archive, public_key=other).faults == ("it is signed by another key than the one given",)
    (tmp_path / "text.zip").write_text("no archive")
    assert "cannot be read" in check_archive(tmp_path / "text.zip").faults[0]
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as pack:
        pack.writestr("a.txt", "x")
    assert check_archive(tmp_path / "other.zip").faults == ("it is no archive of evidence",)
    with pytest.raises(BadInput, match="no such file"):
        check_archive(tmp_path / "none.zip")
