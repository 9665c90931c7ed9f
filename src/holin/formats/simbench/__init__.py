"""SimBench's CSV folders."""

from holin.formats.simbench.reading import read_simbench
from holin.formats.simbench.writing import write_simbench

__all__ = ["read_simbench", "write_simbench"]
