"""pandapower's JSON: nets as `to_json` writes them."""

from holin.formats.pandapower.reading import read_pandapower
from holin.formats.pandapower.writing import write_pandapower

__all__ = ["read_pandapower", "write_pandapower"]
