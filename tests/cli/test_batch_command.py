"""`holin batch`, `holin passport`, `holin verify`: from a run to green tonnes and their proof, in both languages."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from cli_answers import holin

from holin import ledger
from holin.passport import qr_text, sealed
from holin.signing import SCHEMES
from holin.twin import passports
from holin.twin.batches import batches_of_run, demo_batches, summary_of
from holin.twin.certificates import issued_run, retired_run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a day of the park with a smelter, its production records, and a ledger with all that was used retired."""
    folder = tmp_path_factory.mktemp("batches")
    answer = holin(
        "run", "huolinguole", "--stage", "2025", "--start", "2025-06-02", "--end", "2025-06-02 12:00",
        "--out", folder / "run", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    demo_batches(folder / "run")
    issued_run(folder / "run", folder / "park.ledger")
    retired_run(folder / "run", folder / "park.ledger", enterprises=("ent-40",))
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy to write into: the ledger and its book."""
    for file in made.glob("park.ledger*"):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path


def green(made: Path, place: Path, *more: object) -> object:
    if {"--allot", "--print"} & {*map(str, more)} and not (place / "park.ledger.allotments").exists():
        more = (*more, "--first")
    return holin("batch", "green", made / "run", "--ledger", place / "park.ledger", "--month", "2025-06", *more)


def test_records_are_made_checked_listed_and_traced(made: Path, tmp_path: Path) -> None:
    again = holin("batch", "demo", made / "run", "-o", tmp_path / "records", "--json")
    assert again.code == 0 and again.json["synthetic"] is True
    for file in sorted((made / "run" / "production").iterdir()):
        assert (tmp_path / "records" / file.name).read_bytes() == file.read_bytes(), "always the same"
    assert "holds files already" in holin("batch", "demo", made / "run").err
    checked = holin("batch", "check", made / "run", "--json").json
    assert checked["faults"] == []
    energy = checked["energy"]
    assert energy["potlines_wh"] == energy["batches_wh"] + energy["waiting_wh"] + energy["without_metal_wh"]
    for row in checked["balances"]:
        assert row["opening_g"] + row["into_g"] - row["out_g"] - row["loss_g"] == row["closing_g"] >= 0
    rows = holin("batch", "list", made / "run", "--json").json["batches"]
    assert sum(r["energy_wh"] for r in rows) == energy["batches_wh"]
    for row in rows:
        assert 12.5 < row["ac_mwh_per_t"] < 14.5 and 1.2 < row["gate_traced_t_per_t"] < 15, row
    name = rows[0]["batch"]
    traced = holin("batch", "trace", made / "run", name, "--json").json
    assert sum(sum(h["wh"]) for h in traced["hours"]) == rows[0]["energy_wh"]
    assert "Energy by hour and source" in holin("batch", "trace", made / "run", name).out
    assert "逐小时分电源用电" in holin("batch", "trace", made / "run", name, "--language", "zh").out
    assert "演示" in holin("batch", "check", made / "run", "--language", "zh").out
    assert "no such batch" in holin("batch", "trace", made / "run", "B-0").err


def test_the_energy_of_a_potline_is_that_of_the_run(made: Path) -> None:
    found = batches_of_run(made / "run")
    flows = found.run.tables["flows"]
    drawn = float(-flows["p_mw"].sel(unit="potline-1a").sum()) * 1e6
    assert summary_of(found)["potlines_wh"] == pytest.approx(drawn, abs=24)


def signed_anew(file: Path, other: Path) -> Path:
    """Write the passport of a file again, whole and well sealed, but with a key of the forger's own."""
    passport = json.loads(file.read_bytes())["passport"]
    scheme = SCHEMES[passport["issuer"]["scheme"]]
    private = scheme.new_key()
    passport["issuer"]["public_key"] = scheme.public_key(private)
    other.write_bytes(sealed(passport, scheme, private))
    return other


def test_which_tonnes_may_be_sold_and_the_proof(made: Path, place: Path) -> None:
    looked = green(made, place, "--tonnes", "60", "--json").json
    assert looked["entry"] is None and not (place / "park.ledger.allotments").exists(), "looking writes nothing"
    done = green(made, place, "--tonnes", "60", "--print", place / "proof", "--json").json
    assert done["chosen_t"] == looked["chosen_t"] >= 60 and done["entry"] == 1
    chosen = [b for b in done["batches"] if b["chosen"]]
    assert len(list((place / "proof").glob("*.json"))) == len(chosen) == len(list((place / "proof").glob("*.zh.pdf")))
    again = green(made, place, "--tonnes", "60", "--allot", "--json").json
    assert not {b["batch"] for b in again["batches"] if b["chosen"]} & {b["batch"] for b in chosen}, "never twice"
    for file in (place / "proof").glob("*.json"):
        told = holin("verify", file, "--ledger", place / "park.ledger", "--evidence", made / "run", "--json")
        assert told.code == 0 and told.json["valid"] and told.json["key_known"], told.out
        passport = json.loads(file.read_bytes())["passport"]
        behind = sum(r["wh"] for r in passport["certificates"]["rows"])
        assert f"{behind / 1e6:.6f}" == passport["green"]["need"]["value"], "covered whole"
        page = file.with_suffix(".en.html").read_text(encoding="utf-8")
        assert told.json["fingerprint"] in page and told.json["hash"] in page
        assert "DEMO, SYNTHETIC" in page and "//" not in page.replace("http://www.w3.org/2000/svg", "")
    forged = signed_anew(next((place / "proof").glob("*.json")), place / "forged.json")
    assert holin("verify", forged).code == 0, "alone it cannot be told whose it is"
    with_ledger = holin("verify", forged, "--ledger", place / "park.ledger")
    assert with_ledger.code == 1 and "NOT VALID" in with_ledger.out.upper(), with_ledger.out
    printed = green(made, place).out
    assert "may be sold as green metal" in printed and "Cures:" in printed
    assert "可按绿电铝出售" in green(made, place, "--language", "zh", "--method", "hourly").out
    assert "No batch was cast in 2025-07" in holin(
        "batch", "green", made / "run", "--ledger", place / "park.ledger", "--month", "2025-07"
    ).out  # fmt: skip
    assert "is no month" in holin("batch", "green", made / "run", "--ledger", place / "park.ledger", "--month", "6").err


def test_a_ledger_without_its_book_is_not_taken_for_a_new_one(made: Path, place: Path) -> None:
    """A copy of a ledger from before its first allotment would allot the same Wh again: no book is made unasked."""
    asked = ("batch", "green", made / "run", "--ledger", place / "park.ledger", "--month", "2025-06", "--tonnes", "20")
    for words in (("--allot",), ("--print", place / "proof")):
        told = holin(*asked, *words)
        assert told.code == 1 and "there is no book of allotments" in told.err and "--first" in told.err
    assert not (place / "park.ledger.allotments").exists() and not (place / "proof").exists()
    assert holin(*asked, "--allot", "--first").code == 0 and holin(*asked, "--allot").code == 0


def renamed(folder: Path, ids: dict[str, str]) -> None:
    """Give batches of production records other ids, everywhere."""
    for name in ("batch.csv", "input.csv", "lot.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        rows = [[ids.get(cell, cell) for cell in line.split(",")] for line in lines]
        (folder / name).write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")


def test_certificates_stand_behind_a_metal_not_behind_a_name(made: Path, place: Path) -> None:
    """Two batches whose ids are swapped, or one under a new id, have not each other's certificates."""
    chosen = [
        b["batch"] for b in green(made, place, "--tonnes", "40", "--allot", "--json").json["batches"] if b["chosen"]
    ]
    first, second = chosen[:2]
    swapped = Path(shutil.copytree(made / "run" / "production", place / "swapped"))
    renamed(swapped, {first: second, second: first})
    new = Path(shutil.copytree(made / "run" / "production", place / "new"))
    renamed(new, {first: "other"})
    for records, name, known in ((swapped, first, f"it is {second} there"), (new, "other", f"it is {first} there")):
        asked = ("--ledger", place / "park.ledger", "--records", records)
        told = holin("passport", made / "run", name, *asked, "-o", place / "none", "--no-pdf")
        assert told.code == 1 and known in told.err and "does not know this metal" in told.err, told.err
        assert "does not know this metal" in green(made, place, "--records", records).err
    assert not (place / "none").exists()
    content = json.loads(next(iter(passports(batches_of_run(made / "run"), [first], address=place / "park.ledger")))[1])
    for part, value in (("metal", {"kg": "1"}), ("product", {"value": "1.000"})):
        passport = json.loads(json.dumps(content["passport"]))
        passport["mass"][part] |= value
        (place / "changed.json").write_bytes(with_the_ledgers_key(place, passport))
        told = holin("verify", place / "changed.json", "--ledger", place / "park.ledger", "--json").json
        assert told["key_known"] and not told["valid"] and "other_metal" in told["ledger"]["faults"]


def with_the_ledgers_key(place: Path, passport: object) -> bytes:
    """Seal a document as somebody with the ledger's own key could."""
    with ledger.opened(place / "park.ledger") as book:
        return sealed(passport, SCHEMES[book.facts.scheme], ledger.private_key(book))


def test_lots_have_no_more_certificates_than_they_need_and_their_masses_close(made: Path, place: Path) -> None:
    assert green(made, place, "--method", "hourly", "--allot", "--json").json["entry"] == 1
    found = batches_of_run(made / "run")
    [lot] = found.account.lots.values()
    (_, content), (_, of_batch) = passports(found, [lot.lot.id, lot.batch], address=place / "park.ledger")
    told, batch = json.loads(content)["passport"], json.loads(of_batch)["passport"]
    mass = {k: Decimal(told["mass"][k]["value"]) for k in ("product", "scrap", "loss", "primary")}
    into = sum(Decimal(i["kg"]) for i in told["mass"]["inputs"])
    assert into == mass["product"] + mass["scrap"] + mass["loss"] and mass["scrap"] > 0 <= mass["loss"]
    covered = {r["certificate"]: r["wh"] for r in batch["certificates"]["rows"]}
    assert all(r["wh"] <= covered[r["certificate"]] for r in told["certificates"]["rows"])
    need = {k: Decimal(p["green"]["need"]["value"]) * 1_000_000 for k, p in (("lot", told), ("batch", batch))}
    behind = sum(r["wh"] for r in told["certificates"]["rows"])
    assert 0 < behind <= need["lot"] and 0 < sum(covered.values()) <= need["batch"]
    part = sum(covered.values()) / need["batch"]
    assert abs(behind / need["lot"] - part) < Decimal("1e-5")
    assert mass["primary"] * part - Decimal(told["green"]["metal"]["value"]) < Decimal("0.001")
    (place / "lot.json").write_bytes(content)
    said = holin("verify", place / "lot.json", "--ledger", place / "park.ledger")
    assert said.code == 0 and f"to the batch {lot.batch} and to no other" in said.out
    assert "It is a lot of that batch" in said.out


@pytest.mark.parametrize(
    "content",
    [{}, {"id": 1}, {"product": []}, {"kind": "demo", "id": "x", "issued": "", "product": {"path": [], "batch": "b"}}],
)
@pytest.mark.parametrize("asked", [(), ("--ledger",), ("--evidence",), ("--code",)])
def test_a_foreign_document_that_is_well_signed_is_no_passport(
    made: Path, place: Path, content: dict[str, object], asked: tuple[str, ...]
) -> None:
    scheme = SCHEMES["sha256-ed25519"]
    key = scheme.new_key()
    issuer = {"scheme": scheme.name, "public_key": scheme.public_key(key)}
    (place / "foreign.json").write_bytes(
        sealed({"format": "holin-passport-1", "issuer": issuer, **content}, scheme, key)
    )
    more = {(): (), ("--ledger",): (place / "park.ledger",), ("--evidence",): (place,), ("--code",): ("x",)}[asked]
    told = holin("verify", place / "foreign.json", *asked, *more)
    assert told.code == 1 and "no passport as Holin writes it" in told.out, told.err
    for wrong in ([], {}, ["sha256-ed25519"], None, 1):
        (place / "foreign.json").write_bytes(
            sealed({"format": "holin-passport-1", "issuer": {**issuer, "scheme": wrong}}, scheme, key)
        )
        assert holin("verify", place / "foreign.json", "--json").json["problem"] == "not_passport"


def test_what_is_retired_for_others_stands_behind_no_batch(made: Path, place: Path) -> None:
    """Certificates that are active, or retired for another enterprise, are nobody's proof for this metal."""
    other = place / "other.ledger"
    issued_run(made / "run", other)
    retired_run(made / "run", other, enterprises=("ent-13",))
    told = holin("batch", "green", made / "run", "--ledger", other, "--month", "2025-06", "--json").json
    assert told["chosen_t"] == 0 and told["retired_free_mwh"] == 0 and told["active_mwh"] > 0


def test_a_passport_without_certificates_and_of_a_lot(made: Path, place: Path) -> None:
    lot = next(iter(batches_of_run(made / "run").account.lots))
    answer = holin(
        "passport", made / "run", lot, "--ledger", place / "park.ledger", "-o", place / "papers", "--no-pdf", "--json"
    )
    assert answer.code == 0, answer.err
    file = place / "papers" / answer.json["passports"][0]["file"]
    said = json.loads(file.read_bytes())
    assert said["passport"]["product"]["path"][-1] == lot and said["passport"]["green"]["metal"]["value"] == "0.000"
    alone = holin("verify", file)
    assert alone.code == 0 and "Whose it is the file cannot prove" in alone.out
    code = qr_text(said["passport"]["id"], said["hash"])
    assert "The printed code is that" in holin("verify", file, "--code", code).out
    assert holin("verify", file, "--code", code[:-1]).code == 1
    key = place / "public.pem"
    key.write_text(said["passport"]["issuer"]["public_key"])
    assert "that you know" in holin("verify", file, "--key", key).out
    (place / "bad.json").write_bytes(file.read_bytes().replace(b'"demo"', b'"real"', 1))
    wrong = holin("verify", place / "bad.json", "--language", "zh")
    assert wrong.code == 1 and "内容被改动" in wrong.out
    assert "nothing signs the passport" in holin("passport", made / "run", lot, "-o", place / "none").err
    assert not (place / "none").exists()


def test_evidence_that_is_another_file_is_named(made: Path, place: Path) -> None:
    found = batches_of_run(made / "run")
    name = next(iter(found.account.batches))
    assert holin(
        "passport", made / "run", name, "--ledger", place / "park.ledger", "-o", place / "p", "--no-pdf", "--no-html"
    ).code == 0  # fmt: skip
    records = Path(shutil.copytree(made / "run" / "production", place / "evidence"))
    (records / "tap.csv").write_text("id,potline,time,mass_kg\n")
    file = next((place / "p").glob("*.json"))
    told = holin("verify", file, "--evidence", records)
    assert told.code == 1 and "tap.csv: NOT the file" in told.out and "manifest.json: missing" in told.out


def test_a_book_set_back_or_changed_no_longer_fits(made: Path, place: Path) -> None:
    """A copy of the book from before, or none, does not vouch for a passport made since."""
    assert green(made, place, "--tonnes", "20", "--allot", "--json").code == 0
    before = (place / "park.ledger.allotments").read_bytes()
    assert green(made, place, "--tonnes", "20", "--print", place / "proof", "--json").code == 0
    file = next((place / "proof").glob("*.json"))
    assert holin("verify", file, "--ledger", place / "park.ledger").code == 0
    (place / "park.ledger.allotments").write_bytes(before)
    told = holin("verify", file, "--ledger", place / "park.ledger", "--json").json
    assert not told["valid"] and told["ledger"]["faults"] == ["book_missing"]
    again = green(made, place, "--tonnes", "20", "--allot")
    assert again.code != 0 and "the ledger names its entry 2" in again.err and "set back" in again.err
    (place / "park.ledger.allotments").unlink()
    for words in (("--allot", "--first"), ()):
        lost = green(made, place, "--tonnes", "20", *words)
        assert lost.code != 0 and "is missing; the ledger names its entry 2" in lost.err
    assert not (place / "park.ledger.allotments").exists()
    assert holin("verify", file, "--ledger", place / "park.ledger", "--json").json["ledger"]["faults"] == [
        "book_missing"
    ]
    other = place / "other.ledger"
    issued_run(made / "run", other)
    assert "other_ledger" in holin("verify", file, "--ledger", other, "--json").json["ledger"]["faults"]


def test_certificates_lower_the_market_count_only(made: Path, place: Path) -> None:
    name = next(b["batch"] for b in green(made, place, "--tonnes", "20", "--json").json["batches"] if b["chosen"])
    ledger = place / "park.ledger"
    found = batches_of_run(made / "run")
    without = json.loads(next(iter(passports(found, [name], address=ledger)))[1])["passport"]["carbon"]
    chosen = [
        b["batch"] for b in green(made, place, "--tonnes", "20", "--allot", "--json").json["batches"] if b["chosen"]
    ]
    assert name in chosen
    with_them = json.loads(next(iter(passports(found, [name], address=ledger)))[1])["passport"]["carbon"]
    assert with_them["scope_2"]["market"]["value"] == "0.000" and float(without["scope_2"]["market"]["value"]) > 5
    for count in ("location", "traced"):
        assert with_them["gate"][count] == without["gate"][count]


def test_records_changed_after_the_allotment_make_no_passport(made: Path, place: Path) -> None:
    """A batch that has certificates for more metal than its records now have is refused by name."""
    chosen = [
        b["batch"] for b in green(made, place, "--tonnes", "20", "--allot", "--json").json["batches"] if b["chosen"]
    ]
    records = Path(shutil.copytree(made / "run" / "production", place / "records"))
    lines = (records / "input.csv").read_text(encoding="utf-8").splitlines()
    kept = [x for x in lines if not x.startswith(f"{chosen[0]},")] + [
        x for x in lines if x.startswith(f"{chosen[0]},")
    ][:1]
    (records / "input.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    tapped = kept[-1].split(",")[3]
    rows = (records / "batch.csv").read_text(encoding="utf-8").splitlines()
    cells = next(x for x in rows if x.startswith(f"{chosen[0]},")).split(",")
    smaller = ",".join([*cells[:5], tapped, "0", ""])
    changed = [smaller if x.startswith(f"{chosen[0]},") else x for x in rows]
    (records / "batch.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
    lots = (records / "lot.csv").read_text(encoding="utf-8").splitlines()
    (records / "lot.csv").write_text(lots[0] + "\n", encoding="utf-8")
    asked = ("--ledger", place / "park.ledger", "--records", records, "-o", place / "none", "--no-pdf")
    answer = holin("passport", made / "run", chosen[0], *asked)
    assert answer.code == 1 and "the records were changed since" in answer.err and not (place / "none").exists()


OF_KEYS = {
    "sha256-ed25519": ("genpkey", "-algorithm", "ed25519"),
    "sm3-sm2": ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2"),
    "none": ("genpkey", "-algorithm", "RSA"),
}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
@pytest.mark.parametrize("scheme", OF_KEYS)
def test_a_key_of_ones_own_signs_where_it_can(made: Path, tmp_path: Path, scheme: str) -> None:
    """Ed25519 and SM2 by the same option; a key of another kind is refused before anything is written."""
    key, public = tmp_path / "key.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", *OF_KEYS[scheme], "-out", key], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
    name = next(iter(batches_of_run(made / "run").account.batches))
    answer = holin(
        "passport", made / "run", name, "--key", key, "-o", tmp_path / "p", "--no-pdf", "--no-html", "--json"
    )
    if scheme == "none":
        assert answer.code == 1 and "is no private key that Holin can sign with" in answer.out
        assert not (tmp_path / "p").exists()
        return
    assert answer.code == 0, answer.out
    told = holin("verify", tmp_path / "p" / answer.json["passports"][0]["file"], "--key", public, "--json").json
    assert (told["valid"], told["key_known"], told["scheme"]) == (True, True, scheme)
