"""`holin evidence`: a month packed and signed, and tried again from nothing but the archive."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_answers import holin

from holin.evidence import read_archive, write_archive
from holin.signing import SCHEMES
from holin.twin.certificates import issued_run, retired_run

ED = SCHEMES["sha256-ed25519"]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the turn of a month, its ledger, a key, and the evidence of the second month."""
    folder = tmp_path_factory.mktemp("evidence")
    assert holin("new", folder / "park").code == 0
    days = ("--start", "2025-02-28", "--end", "2025-03-03")
    assert holin("run", folder / "park", *days, "--out", folder / "run", "--json").code == 0
    issued_run(folder / "run", folder / "park.ledger")
    retired_run(folder / "run", folder / "park.ledger")
    made = holin("evidence", folder / "run", "2025-03", "--ledger", folder / "park.ledger", "-o", folder / "march.zip")
    assert (made.code, made.err) == (0, "") and "Evidence written" in made.out
    return folder


def test_it_is_whole_and_says_whose_key_signed(closed: Path, tmp_path: Path) -> None:
    answer = holin("evidence", "--check", closed / "march.zip")
    assert (answer.code, answer.err) == (0, "")
    assert (
        "Whole: signature, every hash" in answer.out and "BEGIN PUBLIC KEY" in answer.out and "kind demo" in answer.out
    )
    own = tmp_path / "own.pem"
    own.write_text(ED.public_key((closed / "park.ledger.key").read_bytes()))
    found = holin("evidence", "--check", closed / "march.zip", "--public-key", own, "--json").json
    assert found["whole"] and found["about"]["month"] == "2025-03" and found["bills"] > 0
    other = tmp_path / "other.pem"
    other.write_text(ED.public_key(ED.new_key()))
    strange = holin("evidence", "--check", closed / "march.zip", "--public-key", other)
    assert strange.code == 1 and "another key" in strange.out
    assert "完好" in holin("evidence", "--check", closed / "march.zip", "--language", "zh").out


def test_what_it_holds(closed: Path) -> None:
    files = read_archive(closed / "march.zip").files
    assert {"bills.json", "usage.csv", "contracts.json", "reconcile.json", "claims.csv", "ledger.json", "README.txt",
            "run/manifest.json", "park/tariff.csv", "park/park.toml"} <= files.keys()  # fmt: skip
    assert json.loads(files["ledger.json"])["whole"] is True
    assert files["claims.csv"].count(b"\n") > 10
    assert json.loads(files["bills.json"])["month"] == "2025-03"


def test_it_is_the_same_every_time(closed: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    assert holin("evidence", closed / "run", "2025-03", "--ledger", closed / "park.ledger", "-o", again).code == 0
    assert again.read_bytes() == (closed / "march.zip").read_bytes()


def with_a_second_bill(content: bytes) -> bytes:
    told = json.loads(content)
    told["bills"].insert(0, {**told["bills"][0], "total_fen": 1})
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "bills.json",
            lambda b: b.replace(b'"amount_fen": ', b'"amount_fen": 1', 1),
            "is not what its usage and tariff",
        ),
        ("usage.csv", lambda b: b.replace(b"-01T05:00:00,", b"-01T05:00:00,1", 1), "is not what its usage and tariff"),
        ("bills.json", lambda b: b.replace(b'"billed_fen": ', b'"billed_fen": 9', 1), "billed_fen is not what"),
        ("bills.json", with_a_second_bill, "has two bills"),
        ("contracts.json", lambda b: b.replace(b'"customer": "', b'"customer": "x', 1), "the park's tables say"),
        ("ledger.json", lambda b: b.replace(b'"whole": true', b'"whole": false', 1), "the ledger was not whole"),
        ("reconcile.json", lambda b: b.replace(b'"closes": true', b'"closes": false', 1), "does not close"),
    ],
)
def test_who_has_the_key_cannot_pack_what_does_not_follow(
    closed: Path, tmp_path: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    """An operator who signs changed bills anew is found out by the bills themselves."""
    archive = read_archive(closed / "march.zip")
    changed = change(archive.files[name])
    assert changed != archive.files[name]
    key = (closed / "park.ledger.key").read_bytes()
    forged = tmp_path / "forged.zip"
    write_archive(forged, {**archive.files, name: changed}, about=archive.about, scheme=ED, key=key)
    answer = holin("evidence", "--check", forged)
    assert answer.code == 1 and says in answer.out


def test_what_was_changed_without_the_key_is_named(closed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(closed / "march.zip") as old, zipfile.ZipFile(tmp_path / "changed.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == "usage.csv" else b""))
    answer = holin("evidence", "--check", tmp_path / "changed.zip")
    assert answer.code == 1 and "usage.csv was changed" in answer.out


def test_wrong_words_are_told(closed: Path) -> None:
    assert "nobody signs" in holin("evidence", closed / "run", "2025-03", "-o", closed / "no.zip").err
    assert (
        "one of 2025-02, 2025-03"
        in holin("evidence", closed / "run", "2025-07", "--ledger", closed / "park.ledger", "-o", closed / "no.zip").err
    )
    assert "write holin evidence RUN" in holin("evidence").err
    assert "name the archive only" in holin("evidence", closed / "run", "--check", closed / "march.zip").err
    assert not (closed / "no.zip").exists()


def test_a_batch_comes_with_its_passport_and_records(closed: Path, tmp_path: Path) -> None:
    assert holin("batch", "demo", closed / "run").code == 0
    batches = holin("batch", "list", closed / "run", "--json").json["batches"]
    name = [b["batch"] for b in batches][-1]
    packed = tmp_path / "batch.zip"
    made = holin("evidence", closed / "run", name, "--ledger", closed / "park.ledger", "-o", packed)
    assert (made.code, made.err) == (0, "")
    files = read_archive(packed).files
    assert {"passport.json", "records/tap.csv", "records/batch.csv", "bills.json"} <= files.keys()
    assert holin("evidence", "--check", packed).code == 0
    with zipfile.ZipFile(packed) as pack:
        pack.extractall(tmp_path / "out")
    told = holin("verify", tmp_path / "out" / "passport.json", "--evidence", tmp_path / "out", "--json")
    assert told.code == 0 and told.json["valid"] and all(e["same"] for e in told.json["evidence"])
    key = (closed / "park.ledger.key").read_bytes()
    about = read_archive(packed).about
    for change, says in (
        ({"records/tap.csv": files["records/tap.csv"] + b"\n"}, "names another tap.csv"),
        ({"passport.json": files["passport.json"].replace(b"2025", b"2026", 1)}, "the passport:"),
    ):
        forged = tmp_path / f"{len(says)}.zip"
        write_archive(forged, {**files, **change}, about=about, scheme=ED, key=key)
        answer = holin("evidence", "--check", forged)
        assert answer.code == 1 and says in answer.out
    assert (
        "no such batch"
        in holin(
            "evidence", closed / "run", "nothing", "--ledger", closed / "park.ledger", "-o", tmp_path / "no.zip"
        ).err
    )
