"""Other tools' files, read and written: what a format cannot carry is named, never dropped silently."""

from collections.abc import Callable

from holin.formats.imported import Imported
from holin.formats.matpower import read_matpower, write_matpower

READERS: dict[str, Callable[..., Imported]] = {
    "matpower": read_matpower,
}
"""Format -> its reader: `(path) -> Imported`."""

WRITERS: dict[str, Callable[..., list[str]]] = {
    "matpower": write_matpower,
}
"""Format -> its writer: `(park, path, p_mw=None) -> sentences on what it leaves out`."""

__all__ = ["READERS", "WRITERS", "Imported", "read_matpower", "write_matpower"]
