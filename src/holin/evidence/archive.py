"""A signed archive: a ZIP file whose manifest names every file with its hash, and is signed; the same every time."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.signing import SCHEMES, Scheme

MANIFEST = "manifest.json"
FORMAT = "holin-evidence-1"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive: when it was packed is not part of it."""

MOST_BYTES = 4_000_000_000


@dataclass(frozen=True, kw_only=True)
class Archive:
    """An archive as read: `about` says what it is evidence of, `files` name -> content, the manifest not among them."""

    about: Mapping[str, Any]
    files: Mapping[str, bytes]
    scheme: str
    public_key: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check of an archive found; `faults` is empty where all is well. `public_key` is who signed it.

    A signature only proves that whoever has the key packed it: whose key it is must be known from elsewhere.
    """

    about: Mapping[str, Any]
    public_key: str
    scheme: str
    files: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.faults


def write_archive(
    path: str | Path, files: Mapping[str, bytes], *, about: Mapping[str, Any], scheme: Scheme, key: bytes
) -> Path:
    """Pack files into a signed archive and return its path; the same files, facts and key give the same bytes.

    Raises BadInput where something stands at the path.
    """
    target = Path(path)
    if target.exists():
        right = "name another file, or remove this one"
        raise BadInput([Fault(file=str(target), problem="stands already", right=right)])
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "about": dict(about),
        "files": {n: {"sha256": _sha256(c), "bytes": len(c)} for n, c in sorted(files.items())},
        "scheme": scheme.name,
        "public_key": scheme.public_key(key),
    }
    manifest["signature"] = scheme.sign(key, _canonical(manifest))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
            for name, content in ((MANIFEST, text), *sorted(files.items())):
                pack.writestr(_entry(name), content)
        os.chmod(draft, 0o644)
        os.link(draft, target)
    except FileExistsError as error:
        raise BadInput([Fault(file=str(target), problem="stands already", right="name another file")]) from error
    finally:
        os.unlink(draft)
    return target


def read_archive(path: str | Path) -> Archive:
    """Return an archive after checking all of it; raises BadInput with everything that is wrong."""
    found, files = _checked(Path(path))
    if found.faults:
        right = "ask for the archive again; nothing in it is evidence as it is"
        raise BadInput([Fault(file=str(path), problem=fault, right=right) for fault in found.faults])
    return Archive(about=found.about, files=files, scheme=found.scheme, public_key=found.public_key)


def check_archive(path: str | Path, *, public_key: str | None = None) -> Checked:
    """Check an archive: every file's hash, no file more or less, the signature; and the key where one is given (PEM).

    Raises BadInput where there is no file.
    """
    found, _ = _checked(Path(path))
    if public_key is None or found.public_key.strip() == public_key.strip():
        return found
    strange = "it is signed by another key than the one given"
    return Checked(
        about=found.about, public_key=found.public_key, scheme=found.scheme, files=found.files,
        faults=(*found.faults, strange),
    )  # fmt: skip


def _checked(path: Path) -> tuple[Checked, dict[str, bytes]]:
    if not path.is_file():
        raise BadInput([Fault(file=str(path), problem="no such file", right="give an archive of `holin evidence`")])
    nothing = Checked(about={}, public_key="", scheme="", files=0, faults=("it is no archive of evidence",))
    try:
        with zipfile.ZipFile(path) as pack:
            names = pack.namelist()
            if sum(info.file_size for info in pack.infolist()) > MOST_BYTES:
                return nothing, {}
            files = {name: pack.read(name) for name in names}
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError, EOFError) as error:
        return Checked(about={}, public_key="", scheme="", files=0, faults=(f"it cannot be read: {error}",)), {}
    if MANIFEST not in files:
        return nothing, {}
    try:
        manifest = json.loads(files.pop(MANIFEST))
        listed = {str(n): str(row["sha256"]) for n, row in manifest["files"].items()}
        signature, key = str(manifest.pop("signature")), str(manifest["public_key"])
        scheme, about = str(manifest["scheme"]), dict(manifest["about"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return nothing, {}
    faults = [f"{name} is twice in it" for name in sorted({n for n in names if names.count(n) > 1})]
    faults += [
        f"{name} was changed" for name in sorted(listed.keys() & files.keys()) if _sha256(files[name]) != listed[name]
    ]
    faults += [f"{name} is missing" for name in sorted(listed.keys() - files.keys())]
    faults += [f"{name} is not of it" for name in sorted(files.keys() - listed.keys())]
    if scheme not in SCHEMES:
        faults.append(f"it is signed by a scheme that is not known: {scheme}")
    elif not SCHEMES[scheme].is_signed(key, _canonical(manifest), signature):
        faults.append("its manifest does not have the signature of its key")
    told = Checked(about=about, public_key=key, scheme=scheme, files=len(files), faults=tuple(faults))
    return told, files


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0
    return entry


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
