"""Flipped bits, cut and blanked files: an answer is the same as before, or an error that names the file.

Every file of a ledger is damaged: its database, its log, its head, its key, a backup. Zero wrong answers in n damages
bound their rate to 3/n (95 %): `make soak` does 1,250.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest
from hand import HOUR, JANUARY, SUN, TANK, WIND, hours, peopled

from holin.errors import BadInput, HolinError
from holin.ledger import (
    Handed,
    Ledger,
    Measured,
    Selection,
    Used,
    backup,
    balances,
    bundle,
    charge,
    claims,
    correct,
    create,
    discharge,
    held,
    history,
    issue,
    opened,
    release,
    reserve,
    restore,
    retire_matched,
    transfer,
    verify,
)

LATER = JANUARY + 31 * 86_400
FILES = ("park.ledger", "park.ledger-wal", "park.ledger.head", "park.ledger.key", "park.backup")


@dataclass(frozen=True, kw_only=True)
class Original:
    """A whole ledger: its folder, and what it answers."""

    folder: Path
    answers: dict[str, Any]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """Make a ledger with some of everything, half of it in the write-ahead log still, and its backup."""
    made, folder = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("original")
    create(made / "park.ledger", kind="demo", operator="test.example", time_zone="Asia/Shanghai")
    with opened(made / "park.ledger") as ledger:
        peopled(ledger)
        for day in range(6):
            first = 24 * day
            tank = [Measured(TANK, JANUARY + HOUR * (first + k), 0, 40_000) for k in range(8)]
            issue(
                ledger, [*hours(WIND, [900_000 + day] * 24, first), *hours(SUN, [70_000] * 12, first), *tank], now=LATER
            )
            charge(ledger, [Handed(TANK, JANUARY + HOUR * (first + k), WIND, 30_000) for k in range(8)], now=LATER)
            issue(ledger, [Measured(TANK, JANUARY + HOUR * (first + k), 20_000, 0) for k in range(10, 16)], now=LATER)
            used = [Used(w, WIND, JANUARY + HOUR * (first + k), HOUR, 200_000) for k in range(12) for w in ("a", "b")]
            retire_matched(ledger, used, now=LATER)
            if day == 2:
                ledger.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        discharge(ledger, TANK, now=LATER)
        correct(ledger, [(WIND, JANUARY, 950_000, 0)], reason="late", now=LATER)
        transfer(ledger, "maker", "trader", 5_000_000, now=LATER)
        bundle(ledger, "maker", WIND, 2025, 1, now=LATER)
        reserve(ledger, "trader", "a", 1_000, now=LATER)
        backup(ledger, made / "park.backup")
        for name in FILES:
            shutil.copy(made / name, folder / name)
    assert all((folder / name).stat().st_size for name in FILES)
    place = folder / "asked"
    return Original(folder=folder, answers=asked(_copy(folder, place)))


def _copy(folder: Path, to: Path) -> Path:
    to.mkdir()
    for name in FILES:
        shutil.copy(folder / name, to / name)
    return to


def asked(folder: Path, damaged_file: str = "") -> dict[str, Any]:
    """Return what a ledger and its backup answer to each question that a file bears on: data, or an error."""
    questions: dict[str, Callable[[Ledger], Any]] = {
        "balances": lambda ledger: balances(ledger.database),
        "held": lambda ledger: held(ledger.database, Selection(states=())),
        "history": lambda ledger: [history(ledger, certificate=n) for n in (1, 40, 200)],
        "claims": lambda ledger: claims(ledger).to_dict("list"),
        "verify": _verified,
        "write": lambda ledger: release(ledger, "maker", "nobody", now=LATER),
    }
    found: dict[str, Any] = {}
    if damaged_file != "park.backup":
        for name, question in questions.items():
            found[name] = _told(lambda question=question: _one(folder / "park.ledger", question))  # type: ignore[misc]
    if damaged_file in ("", "park.backup"):
        back = folder / "restored.ledger"
        found["restore"] = _told(lambda: restore(folder / "park.backup", back, key=folder / "other.key").hash)
    return found


def _one(address: Path, question: Callable[[Ledger], Any]) -> Any:
    with opened(address) as ledger:
        return question(ledger)


def _verified(ledger: Ledger) -> tuple[str, int, dict[str, int]]:
    found = verify(ledger)
    if not found.whole:
        raise BadInput([])  # it says what is wrong; which words, other tests look at
    return found.hash, found.entries, found.by_state_wh


def _told(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except HolinError as error:
        return error


def damaged(folder: Path, name: str, how: str, draw: random.Random) -> str:
    """Damage a file, and say how."""
    content = bytearray((folder / name).read_bytes())
    at = draw.randrange(len(content))
    if how == "bit":
        content[at] ^= 1 << (bit := draw.randrange(8))
        told = f"bit {bit} of byte {at}"
    elif how == "header":
        at %= 100
        content[at] = draw.randrange(256)
        told = f"byte {at} made {content[at]}"
    elif how == "cut":
        del content[at:]
        told = f"cut at {at}"
    else:
        content[at : at + 512] = bytes(len(content[at : at + 512]))
        told = f"512 bytes blanked at {at}"
    (folder / name).write_bytes(bytes(content))
    return f"{name}: {told}"


def wrong_answers(original: Original, folder: Path, what: str, answers: dict[str, Any]) -> list[str]:
    """Return the answers that are neither those of the whole ledger nor an error that names a file."""
    faults = []
    for name, answer in answers.items():
        if isinstance(answer, HolinError):
            if name != "verify" and str(folder) not in str(answer):
                faults.append(f"{what}: {name} says {answer}, and names no file")
        elif answer != original.answers[name]:
            faults.append(f"{what}: {name} answers otherwise")
    return faults


def cases(n: int) -> Iterator[tuple[str, str]]:
    """Yield the files and damages in turn, the database itself half of the time."""
    names = ("park.ledger", FILES[1], "park.ledger", FILES[2], "park.ledger", FILES[3], "park.ledger", FILES[4])
    hows = ("bit", "bit", "header", "bit", "cut", "bit", "blank")
    for k in range(n):
        yield names[k % len(names)], hows[k % len(hows)]


def check_damage(original: Original, tmp_path: Path, n: int, seed: int) -> None:
    draw, faults, noticed = random.Random(seed), [], 0
    for k, (name, how) in enumerate(cases(n)):
        folder = _copy(original.folder, tmp_path / str(k))
        what = damaged(folder, name, how, draw)
        answers = asked(folder, name)
        faults += wrong_answers(original, folder, what, answers)
        noticed += any(isinstance(answer, HolinError) for answer in answers.values())
        shutil.rmtree(folder)
    assert faults == []
    assert noticed > n / 2  # the damage was real


def test_a_whole_ledger_answers_all(original: Original) -> None:
    assert [name for name, a in original.answers.items() if isinstance(a, HolinError)] == []


def test_a_damaged_file_is_named_or_answers_as_before(original: Original, tmp_path: Path) -> None:
    check_damage(original, tmp_path, 120, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 105))
def test_many_damaged_files(original: Original, tmp_path: Path, seed: int) -> None:
    check_damage(original, tmp_path, 250, seed=seed)


def test_a_lost_log_is_named(original: Original, tmp_path: Path) -> None:
    folder = _copy(original.folder, tmp_path / "tail")
    (folder / "park.ledger-wal").unlink()
    with pytest.raises(BadInput, match=r"park\.ledger: has \d+ entries, and its head .* its end is lost"):
        _one(folder / "park.ledger", _verified)


def test_an_older_copy_of_the_ledger_is_named(tmp_path: Path) -> None:
    place = tmp_path / "park.ledger"
    create(place, kind="demo", operator="test.example", time_zone="UTC")
    with opened(place) as ledger:
        peopled(ledger)
    older = place.read_bytes()
    with opened(place) as ledger:
        issue(ledger, hours(WIND, [1_000]), now=LATER)
    place.write_bytes(older)
    with pytest.raises(BadInput, match=r"park\.ledger: has 1 entries, and its head .* knows 2: its end is lost"):
        _one(place, _verified)
    with opened(place, check_head=False) as ledger:
        assert any("its end is lost" in text for text in verify(ledger).damage)
    (tmp_path / "park.ledger.head").unlink()
    with opened(place) as ledger:
        assert any("head file" in text and "missing" in text for text in verify(ledger).damage)


def test_what_is_good_still_opens(original: Original, tmp_path: Path) -> None:
    """One page of certificates is blanked: the entries on it are named, and a lot elsewhere has its history."""
    folder = tmp_path / "page"
    folder.mkdir()
    restore(original.folder / "park.backup", folder / "park.ledger", key=original.folder / "park.ledger.key")
    plain = apsw.Connection(str(folder / "park.ledger"), flags=apsw.SQLITE_OPEN_READONLY)
    root = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'certificate'").get
    plain.close()
    content = bytearray((folder / "park.ledger").read_bytes())
    page = content[(root - 1) * 4096 : root * 4096]
    assert page[0] == 5  # an inner page of the table: its first cell points to the page of the first certificates
    cell = int.from_bytes(page[12:14], "big")
    first = int.from_bytes(page[cell : cell + 4], "big")
    content[(first - 1) * 4096 + 2000] ^= 1
    (folder / "park.ledger").write_bytes(bytes(content))
    with opened(folder / "park.ledger", key=original.folder / "park.ledger.key") as ledger:
        found = verify(ledger)
        named = [text for text in found.damage if "cannot be read" in text]
        assert 0 < len(named) < 12 and not found.whole
        assert "entry 2 cannot be read" in named
        assert history(ledger, device=SUN, start=JANUARY + HOUR * 24 * 5).lots[0].wh == 70_000
        with pytest.raises(BadInput, match=r"park\.ledger.*damaged"):
            history(ledger, certificate=1)
