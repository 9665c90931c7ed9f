"""Passports over HTTP: the file as it was signed, the words of its paper, and the result of the check."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from web_asked import Asked

from holin.passport import qr_text, seal_of
from holin.picture.paper import qr_svg
from holin.picture.passport import passport_page
from holin.twin import verify_passport
from holin.web import Library, create_app

RUN = "/api/runs/two-days"


@pytest.fixture(scope="module")
def files(first_run: Path) -> list[Path]:
    return sorted(first_run.with_name("two-days.passports").glob("*.json"))


@pytest.fixture
def copied(first_run: Path, tmp_path: Path) -> Path:
    """The run with all that stands beside it, to damage."""
    shutil.copytree(first_run, tmp_path / "two-days")
    for file in first_run.parent.glob("two-days.*"):
        (shutil.copytree if file.is_dir() else shutil.copy)(file, tmp_path / file.name)
    return tmp_path / "two-days"


def test_the_list_says_what_the_signed_files_say(asked: Asked, files: list[Path]) -> None:
    said = {f.stem: json.loads(f.read_bytes())["passport"] for f in files}
    found = asked.json(f"{RUN}/passports")
    assert (
        {p["id"] for p in found["passports"]} == set(said) and found["total"] == len(said) and not found["unreadable"]
    )
    for row in found["passports"]:
        passport = said[row["id"]]
        assert row["mass_kg"] == float(passport["mass"]["product"]["value"])
        assert row["physical_share"] == float(passport["green"]["physical_share"]["value"])
        assert row["green_kg"] == float(passport["green"]["metal"]["value"])
    grams = sum(round(float(p["green"]["metal"]["value"]) * 1000) for p in said.values() if not p["product"]["path"])
    assert found["sums"]["green_kg"] == pytest.approx(grams / 1000, abs=1e-6) and grams > 0
    assert asked.json(f"{RUN}/passports?text={files[0].stem}")["total"] == 1
    assert asked.json(f"{RUN}/passports?text=nothing")["total"] == 0
    green = asked.json(f"{RUN}/passports?green=true")
    assert green["total"] > 0 and all(p["green_kg"] > 0 for p in green["passports"])
    assert len(asked.json(f"{RUN}/passports?page_size=1&page=2")["passports"]) == 1


def test_a_passport_is_shown_with_the_words_and_figures_of_its_page(asked: Asked, files: list[Path]) -> None:
    for file in files:
        shown = asked.json(f"{RUN}/passports/{file.stem}")
        content = json.loads(file.read_bytes())
        code = qr_text(content["passport"]["id"], content["hash"])
        assert (shown["code"], shown["hash"], shown["signature"]) == (code, content["hash"], content["signature"])
        for language in ("zh", "en"):
            texts = shown[language]
            page = passport_page(
                content["passport"], digest=content["hash"], signature=content["signature"],
                fingerprint=shown["fingerprint"], code=code, qr="", language=language,
            )  # fmt: skip
            figures = [cell for _, values, _ in texts["carbon"] for cell in values]
            figures += [value for value, _, _ in texts["big"]] + [c for row in texts["certificates"] for c in row[:4]]
            heads = [texts["words"][w] for w in ("energy", "certificates", "carbon", "methods", "signature")]
            for text in (*figures, *heads, texts["name"], texts["company"]):
                assert text in page, (file.stem, language, text)
        for bin in shown["bins"]:
            assert sum(bin["parts"]) == pytest.approx(1.0) and len(bin["parts"]) == len(shown["sources"])


def test_the_file_is_handed_out_byte_by_byte_and_its_code_is_that_of_the_paper(asked: Asked, files: list[Path]) -> None:
    answer = asked.get(f"{RUN}/passports/{files[0].stem}/file")
    assert answer.content == files[0].read_bytes() and seal_of(answer.content).passport is not None
    assert answer.headers["content-type"] == "application/json"
    drawn = asked.get(f"{RUN}/passports/{files[0].stem}/code")
    content = json.loads(files[0].read_bytes())
    assert drawn.text == qr_svg(qr_text(content["passport"]["id"], content["hash"]), mask=3)
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert asked.get(f"{RUN}/passports/nobody").status_code == 404
    assert asked.get(f"{RUN}/passports/..%2Ftwo-days").status_code in (404, 422)


def test_the_check_is_that_of_the_command(asked: Asked, files: list[Path], first_run: Path) -> None:
    for file in files:
        told = verify_passport(file, address=first_run.with_name("two-days.ledger"), evidence=first_run)
        verified = asked.json(f"{RUN}/passports/{file.stem}")["verified"]
        assert verified["valid"] is told["valid"] is True and verified["key_known"] is True
        assert verified["certificates"] == told["ledger"]["certificates"]
        evidence = asked.json(f"{RUN}/passports/{file.stem}")["evidence"]
        assert [e["same"] for e in evidence if e["what"] != "ledger head"] == [True] * len(told["evidence"])


def one_figure(file: Path) -> None:
    content = file.read_bytes()
    at = content.index(b'"value":"') + 9
    file.write_bytes(content[:at] + (b"1" if content[at : at + 1] != b"1" else b"2") + content[at + 1 :])


def a_blank(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'":"', b'": "', 1))


@pytest.mark.parametrize(("damage", "problem"), [(one_figure, "hash"), (a_blank, "not_canonical")])
def test_a_changed_character_is_seen(copied: Path, damage: Callable[[Path], None], problem: str) -> None:
    file = min(copied.with_name("two-days.passports").glob("*.json"))
    asked = Asked(create_app(Library([copied])))
    assert asked.json(f"{RUN}/passports/{file.stem}")["verified"]["valid"] is True
    damage(file)
    verified = asked.json(f"{RUN}/passports/{file.stem}")["verified"]
    assert verified["valid"] is False and verified["problem"] == problem


def test_evidence_that_was_changed_since_is_named(copied: Path) -> None:
    file = min(copied.with_name("two-days.passports").glob("*.json"))
    tap = copied / "production" / "tap.csv"
    tap.write_text(tap.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    shown = Asked(create_app(Library([copied]))).json(f"{RUN}/passports/{file.stem}")
    assert shown["verified"]["valid"] is False and "tap.csv" in shown["verified"]["faults"]
    assert {e["name"]: e["same"] for e in shown["evidence"]}["tap.csv"] is False


def test_a_file_that_is_no_passport_is_named_and_not_shown(copied: Path) -> None:
    (copied.with_name("two-days.passports") / "stray.json").write_text('{"passport": []}', encoding="utf-8")
    asked = Asked(create_app(Library([copied])))
    assert asked.json(f"{RUN}/passports")["unreadable"] == ["stray.json"]
    answer = asked.get(f"{RUN}/passports/stray")
    assert answer.status_code == 409 and str(copied.parent) not in answer.text
