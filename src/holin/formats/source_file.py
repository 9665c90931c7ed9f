"""The bytes of a foreign file: there, a file, not too large, text."""

from __future__ import annotations

from pathlib import Path

from holin.errors import BadInput, Fault

FILE_BYTES = 256_000_000


def bytes_of_file(path: Path, limit: int = FILE_BYTES) -> bytes:
    """Read a file; raises BadInput where it is not there, is no file, is empty or larger than `limit` bytes."""
    name = path.name or str(path)
    if not path.exists():
        raise BadInput([Fault(file=name, problem="there is no such file", right="check the path")])
    if not path.is_file():
        raise BadInput([Fault(file=name, problem="is not a file", right="name a file of this format")])
    size = path.stat().st_size
    if size > limit:
        problem = f"too large: {size / 1e6:.1f} MB"
        raise BadInput([Fault(file=name, problem=problem, right=f"the limit is {limit / 1e6:.0f} MB")])
    data = path.read_bytes()
    if not data.strip():
        raise BadInput([Fault(file=name, problem="the file is empty", right="name a file of this format")])
    return data


def text_of_file(path: Path, limit: int = FILE_BYTES, *, strict: bool = True) -> str:
    """Read a text file as UTF-8, its byte-order mark dropped.

    Not `strict`, other 8-bit text is read as Latin-1, where only comments may hold such letters. Raises BadInput where
    the file is binary, or strictly not UTF-8, with the line.
    """
    data = bytes_of_file(path, limit).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        fault = Fault(file=path.name, row=row, problem="the file is binary, not text", right="save it as UTF-8 text")
        raise BadInput([fault])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not strict:
            return data.decode("latin-1")
        row = data[: error.start].count(b"\n") + 1
        fault = Fault(file=path.name, row=row, problem="the line is not UTF-8", right="save the file as UTF-8 text")
        raise BadInput([fault]) from None
