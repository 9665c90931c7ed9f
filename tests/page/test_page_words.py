"""The words of the page: both languages, the same places for values, each word once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent.parent.parent / "page" / "src"
ROW = re.compile(r"^  '?([\w.]+)'?: \[\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)',?\s*\],?$", re.MULTILINE)
SAME = {"bar.language", "bar.language.long"}
"""Said in the letters of the other language on purpose."""


def rows() -> list[tuple[str, str, str]]:
    return [row for file in sorted((SOURCES / "words").glob("*.ts")) for row in ROW.findall(file.read_text("utf-8"))]


def faults_of_words(found: list[tuple[str, str, str]]) -> list[str]:
    faults = [f"{key}: twice" for key in {k for k, _, _ in found} if sum(k == key for k, _, _ in found) > 1]
    for key, chinese, english in found:
        if not chinese.strip() or not english.strip():
            faults.append(f"{key}: empty")
        if sorted(re.findall(r"\{\w+\}", chinese)) != sorted(re.findall(r"\{\w+\}", english)):
            faults.append(f"{key}: other values in the other language")
        if key not in SAME and re.search("[\u4e00-\u9fff]", english):
            faults.append(f"{key}: Chinese in English")
    return faults


def test_every_word_is_said_in_both_languages() -> None:
    found = rows()
    keys = sum(
        len(re.findall(r"^  '?[\w.]+'?: \[", f.read_text("utf-8"), re.MULTILINE))
        for f in (SOURCES / "words").glob("*.ts")
    )
    assert len(found) == keys > 100, "a row that the test cannot read"
    assert faults_of_words(found) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("a", "", "b"), "empty"),
        (("a", "{n} 个", "some"), "other values"),
        (("a", "风", "风"), "Chinese in English"),
    ],
)
def test_a_faulty_word_is_found(row: tuple[str, str, str], fault: str) -> None:
    [found] = faults_of_words([row])
    assert fault in found


TYPED = SOURCES / "shell" / "search.ts"
"""What people type, which is read and never said."""


def test_no_word_stands_outside_the_table() -> None:
    outside = [
        f"{file.relative_to(SOURCES)}: {line.strip()}"
        for file in sorted(SOURCES.rglob("*"))
        if file.suffix in (".ts", ".svelte") and file.parent.name != "words" and file != TYPED
        for line in file.read_text("utf-8").splitlines()
        if re.search("[\u4e00-\u9fff]", line)
    ]
    assert outside == []


def test_the_page_names_no_address() -> None:
    """Nothing that is fetched, linked or said leads to another machine; a namespace is a name, no address."""
    named = [
        f"{file.name}: {address}"
        for file in [*SOURCES.rglob("*"), *SOURCES.parent.glob("*.html")]
        if file.is_file()
        for address in re.findall(r"https?://[^\s'\"`)]+", file.read_text("utf-8"))
        if not address.startswith("http://www.w3.org/")
    ]
    assert named == []
