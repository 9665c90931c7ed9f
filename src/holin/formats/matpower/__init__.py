"""MATPOWER cases: `.m` files of case format version 2."""

from holin.formats.matpower.reading import read_matpower
from holin.formats.matpower.writing import write_matpower

__all__ = ["read_matpower", "write_matpower"]
