"""Every drawing that report, page and notebook share: charts as data, the map, the report of a run."""

from holin.picture.map import map_svg
from holin.picture.report import report_html

__all__ = ["map_svg", "report_html"]
