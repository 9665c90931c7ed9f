"""Hashes and signatures: published answers, a whole ledger by SM3 and SM2, and a scheme of one's own."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest
from attack import carried_out, unguarded
from hand import JANUARY, WIND, hours, peopled

from holin.errors import BadInput
from holin.ledger import SCHEMES, backup, create, history, issue, opened, restore, retire, verify

LATER = JANUARY + 30 * 86_400
SM = SCHEMES["sm3-sm2"]


def has_sm() -> bool:
    try:
        SM.digest(b"")
        SM.public_key(SM.new_key())
    except BadInput:
        return False
    return True


needs_sm = pytest.mark.skipif(not has_sm(), reason="needs OpenSSL 3 with SM2 and SM3: `apt-get install openssl`")


@needs_sm
def test_sm3_gives_the_published_answers() -> None:
    """GB/T 32905-2016, appendix A: examples 1 and 2."""
    first, second = b"abc", b"abcd" * 16
    assert SM.digest(first) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert SM.digest(second) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sha256_and_ed25519_give_the_published_answers() -> None:
    """FIPS 180-4's example of `abc`, and test 2 of RFC 8032, section 7.1."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    one = SCHEMES["sha256-ed25519"]
    assert one.digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    private = Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert one.sign(private, b"\x72") == signature
    assert one.is_signed(one.public_key(private), b"\x72", signature)
    assert not one.is_signed(one.public_key(private), b"\x73", signature)


@needs_sm
def test_sm2_signs_and_refuses() -> None:
    private, other = SM.new_key(), SM.new_key()
    public, signature = SM.public_key(private), SM.sign(private, b"content")
    assert SM.is_signed(public, b"content", signature)
    assert not SM.is_signed(public, b"contents", signature)
    assert not SM.is_signed(SM.public_key(other), b"content", signature)
    assert not SM.is_signed(public, b"content", "not hex")
    with pytest.raises(BadInput, match="cannot sign"):
        SM.sign(b"no key at all", b"content")


@needs_sm
def test_a_ledger_by_sm3_and_sm2_works_from_end_to_end(address: str, tmp_path: Path) -> None:
    create(address, kind="metered", operator="test.example", time_zone="Asia/Shanghai", scheme="sm3-sm2")
    with opened(address) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        retire(ledger, "maker", "works", 600, now=LATER)
        found = verify(ledger)
        assert found.whole and history(ledger, certificate=1).lots
        saved = backup(ledger, tmp_path / "saved")
        key = ledger.key_file
    assert restore(tmp_path / "saved", tmp_path / "again.ledger", key=key).hash == saved.hash == found.hash
    unguarded(tmp_path / "again.ledger")
    carried_out(str(tmp_path / "again.ledger"), [("UPDATE entry SET signature = '00' WHERE number = 2", ())])
    with opened(tmp_path / "again.ledger", key=key) as ledger:
        assert [b.entry for b in verify(ledger).broken] == [2]


class Mac:
    """A scheme of one's own: a shared secret (an example; whoever can check it can sign)."""

    name = "blake2-hmac"

    def digest(self, content: bytes) -> str:
        return hashlib.blake2b(content).hexdigest()

    def new_key(self) -> bytes:
        return b"secret"

    def public_key(self, private: bytes) -> str:
        if private != b"secret":
            raise ValueError("another key")
        return private.decode()

    def sign(self, private: bytes, content: bytes) -> str:
        return hmac.new(private, content, "sha256").hexdigest()

    def is_signed(self, public: str, content: bytes, signature: str) -> bool:
        return hmac.compare_digest(self.sign(public.encode(), content), signature)


def test_a_scheme_of_ones_own_can_be_entered(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCHEMES, "blake2-hmac", Mac())
    create(address, kind="demo", operator="test.example", time_zone="UTC", scheme="blake2-hmac")
    with opened(address) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        assert verify(ledger).whole and len(verify(ledger).hash) == 128
        ledger.key_file.write_bytes(b"guess")
        with pytest.raises(BadInput, match="is not the key of this ledger"):
            retire(ledger, "maker", "works", 1, now=LATER)
    monkeypatch.delitem(SCHEMES, "blake2-hmac")
    with pytest.raises(BadInput, match="is not known; one of sha256-ed25519, sm3-sm2"), opened(address):
        pass
