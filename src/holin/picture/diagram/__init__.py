"""Single-line diagrams: a park becomes parts, parts become places, places become an SVG."""

from holin.picture.diagram.compose import diagram_of
from holin.picture.diagram.drawing import drawn, single_line_svg
from holin.picture.diagram.geometry import Diagram

__all__ = ["Diagram", "diagram_of", "drawn", "single_line_svg"]
