"""Other tools' files, read and written: what a format cannot carry is named, never dropped silently."""

from holin.formats.imported import Imported
from holin.formats.matpower import read_matpower, write_matpower

__all__ = ["Imported", "read_matpower", "write_matpower"]
