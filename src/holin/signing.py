"""How entries are hashed and signed: SHA-256 with Ed25519, or the Chinese SM3 with SM2. Others can be entered."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holin.errors import BadInput, Fault


def canonical(value: Any) -> bytes:
    """Return the one way to write a document of texts, whole numbers, booleans, null, lists and objects as JSON.

    RFC 8785 (JCS) without its numbers: keys sorted by their UTF-16 code units, no blanks, UTF-8, what JSON need not
    escape not escaped. Fractions are decimal texts, so that no two programs print them differently. Raises TypeError
    for a fraction or another kind of value.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_ordered(v) for v in value]
    if isinstance(value, dict):
        if wrong := [k for k in value if not isinstance(k, str)]:
            raise TypeError(f"{wrong[0]!r} is no text, and keys of a signed document are texts")
        plain = all(map(str.isascii, value))  # then code points, which Python sorts by, are in the same order
        return {k: _ordered(value[k]) for k in (sorted(value) if plain else sorted(value, key=_utf_16))}
    raise TypeError(f"{value!r} ({type(value).__name__}) is no text and no whole number: write it as decimal text")


def _utf_16(key: str) -> bytes:
    return key.encode("utf-16-be")


class Scheme(Protocol):
    """A hash and a signature. Private keys are PEM, public ones PEM text; hashes and signatures lower-case hex."""

    name: str

    def digest(self, content: bytes) -> str:
        """Return the hash of a content."""

    def new_key(self) -> bytes:
        """Return a new private key."""

    def public_key(self, private: bytes) -> str:
        """Return the public key of a private one."""

    def sign(self, private: bytes, content: bytes) -> str:
        """Return the signature of a content."""

    def is_signed(self, public: str, content: bytes, signature: str) -> bool:
        """Return whether a signature is that of the content."""


class Ed25519:
    """SHA-256 (FIPS 180-4) and Ed25519 (RFC 8032)."""

    name = "sha256-ed25519"

    def __init__(self) -> None:
        self._private: dict[bytes, Ed25519PrivateKey] = {}
        self._public: dict[str, Ed25519PublicKey] = {}

    def digest(self, content: bytes) -> str:
        """Return the hash of a content."""
        return hashlib.sha256(content).hexdigest()

    def new_key(self) -> bytes:
        """Return a new private key."""
        return Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def public_key(self, private: bytes) -> str:
        """Return the public key of a private one."""
        pem = self._opened(private).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )  # fmt: skip
        return pem.decode()

    def sign(self, private: bytes, content: bytes) -> str:
        """Return the signature of a content."""
        return self._opened(private).sign(content).hex()

    def is_signed(self, public: str, content: bytes, signature: str) -> bool:
        """Return whether a signature is that of the content."""
        try:
            if public not in self._public:
                loaded = serialization.load_pem_public_key(public.encode())
                assert isinstance(loaded, Ed25519PublicKey)
                self._public[public] = loaded
            self._public[public].verify(bytes.fromhex(signature), content)
        except (InvalidSignature, ValueError, AssertionError):
            return False
        return True

    def _opened(self, private: bytes) -> Ed25519PrivateKey:
        if private not in self._private:
            try:
                loaded = serialization.load_pem_private_key(private, password=None)
            except UnsupportedAlgorithm as error:  # such as a key of SM2
                raise ValueError("not an Ed25519 key") from error
            if not isinstance(loaded, Ed25519PrivateKey):
                raise ValueError("not an Ed25519 key")
            self._private[private] = loaded
        return self._private[private]


class SM2:
    """SM3 (GB/T 32905-2016) and SM2 (GB/T 32918-2016) with the default distinguishing id, by the program `openssl`.

    Every signature and check starts a process (some 10 ms): fit for hundreds of entries, not for hundreds of
    thousands.
    """

    name = "sm3-sm2"
    _OPTIONS = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")

    def digest(self, content: bytes) -> str:
        """Return the hash of a content."""
        try:
            return hashlib.new("sm3", content).hexdigest()
        except ValueError as error:
            raise _no_sm("this Python's OpenSSL has no SM3") from error

    def new_key(self) -> bytes:
        """Return a new private key."""
        return self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2")

    def public_key(self, private: bytes) -> str:
        """Return the public key of a private one."""
        return self._openssl("pkey", "-pubout", given=private).decode()

    def sign(self, private: bytes, content: bytes) -> str:
        """Return the signature of a content."""
        with _files(key=private, content=content) as folder:
            return self._openssl(
                "pkeyutl", "-sign", "-inkey", f"{folder}/key", "-in", f"{folder}/content", *self._OPTIONS
            ).hex()

    def is_signed(self, public: str, content: bytes, signature: str) -> bool:
        """Return whether a signature is that of the content."""
        try:
            raw = bytes.fromhex(signature)
        except ValueError:
            return False
        with _files(key=public.encode(), content=content, signature=raw) as folder:
            asked = ["pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key", "-in", f"{folder}/content"]
            done = subprocess.run(
                [_program(), *asked, "-sigfile", f"{folder}/signature", *self._OPTIONS],
                capture_output=True,
                check=False,
            )
        return done.returncode == 0

    def _openssl(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run([_program(), *arguments], input=given, capture_output=True, check=False)
        if done.returncode:
            raise _no_sm(done.stderr.decode(errors="replace").strip())
        return done.stdout


def _files(**contents: bytes) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="holin-sm2-")
    for name, content in contents.items():
        (Path(folder.name) / name).write_bytes(content)
    return folder


def _program() -> str:
    program = shutil.which("openssl")
    if program is None:
        raise _no_sm("the program `openssl` is missing")
    return program


def _no_sm(why: str) -> BadInput:
    right = "install OpenSSL 3 with SM2 and SM3 (Debian: apt-get install openssl), or use sha256-ed25519"
    return BadInput([Fault(file="openssl", value="sm3-sm2", problem=f"cannot sign: {why}", right=right)])


SCHEMES: dict[str, Scheme] = {scheme.name: scheme for scheme in (Ed25519(), SM2())}
"""Name -> scheme; a scheme of one's own (a signing device, another curve) is entered here before a ledger is opened."""


def scheme_of(name: str) -> Scheme:
    """Return a scheme by its name; raises BadInput that lists the known ones."""
    if name not in SCHEMES:
        fault = Fault(
            file="ledger", field="scheme", value=name, problem="is not known", right=f"one of {', '.join(SCHEMES)}"
        )
        raise BadInput([fault])
    return SCHEMES[name]
