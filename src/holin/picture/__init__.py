"""Every drawing that report, page and notebook share: charts as data, map, single-line diagram, report of a run."""

from holin.picture.diagram import Diagram, diagram_of, drawn, single_line_svg
from holin.picture.map import map_svg
from holin.picture.moment import Moment, moment_of
from holin.picture.report import report_html

__all__ = ["Diagram", "Moment", "diagram_of", "drawn", "map_svg", "moment_of", "report_html", "single_line_svg"]
