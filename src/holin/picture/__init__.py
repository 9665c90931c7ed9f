"""Every drawing that report, page and notebook share: charts as data, map, single-line diagram, report of a run."""

from holin.picture.abatement_chart import abatement_svg
from holin.picture.alternatives_chart import alternatives_svg
from holin.picture.carbon_page import carbon_page
from holin.picture.day_chart import day_chart_svg
from holin.picture.day_panels import Beside
from holin.picture.day_plan import (
    BindingRow,
    PlanFacts,
    PlanTables,
    UnmetRow,
    called,
    from_words,
    names_of,
    write_day_plan,
)
from holin.picture.diagram import Diagram, diagram_of, drawn, single_line_svg
from holin.picture.fan import fan_svg
from holin.picture.frontier_chart import frontier_svg
from holin.picture.hall_page import hall_page
from holin.picture.heat_chart import heat_chart_svg, heat_charts_svg
from holin.picture.heat_year import heat_year_svg
from holin.picture.map import map_svg
from holin.picture.moment import Moment, moment_of
from holin.picture.places import middle_of, place_of_bus
from holin.picture.report import report_html

__all__ = [
    "Beside",
    "BindingRow",
    "Diagram",
    "Moment",
    "PlanFacts",
    "PlanTables",
    "UnmetRow",
    "abatement_svg",
    "alternatives_svg",
    "called",
    "carbon_page",
    "day_chart_svg",
    "diagram_of",
    "drawn",
    "fan_svg",
    "from_words",
    "frontier_svg",
    "hall_page",
    "heat_chart_svg",
    "heat_charts_svg",
    "heat_year_svg",
    "map_svg",
    "middle_of",
    "moment_of",
    "names_of",
    "place_of_bus",
    "report_html",
    "single_line_svg",
    "write_day_plan",
]
