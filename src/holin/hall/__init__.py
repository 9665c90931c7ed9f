"""The exhibition hall: who shows what, how green it is and where it came from, who offers and who seeks."""

from holin.hall.alloys import is_alloy, is_temper
from holin.hall.catalogue import Catalogue
from holin.hall.checks import balance_kg, faults_of_catalogue
from holin.hall.demo import Sold, demo_catalogue
from holin.hall.figures import Figures, MetalFigure, PowerFigure, SourceShare
from holin.hall.files import Hall, read_catalogue, read_hall, template, write_catalogue, write_hall
from holin.hall.footprint import BOUNDARY, Footprint, footprints
from holin.hall.index import HallIndex, index_of
from holin.hall.matching import Answer, Match, answers
from holin.hall.page_data import page_data
from holin.hall.path import Node, Path, footprint_figures, path_of
from holin.hall.rows import Enquiry, Exhibitor, Product, Step
from holin.hall.search import Found, Order, Query, search
from holin.hall.words import Category, Count, ExhibitorKind, Form, Material, Side, Use, chosen, word

__all__ = [
    "BOUNDARY",
    "Answer",
    "Catalogue",
    "Category",
    "Count",
    "Enquiry",
    "Exhibitor",
    "ExhibitorKind",
    "Figures",
    "Footprint",
    "Form",
    "Found",
    "Hall",
    "HallIndex",
    "Match",
    "Material",
    "MetalFigure",
    "Node",
    "Order",
    "Path",
    "PowerFigure",
    "Product",
    "Query",
    "Side",
    "Sold",
    "SourceShare",
    "Step",
    "Use",
    "answers",
    "balance_kg",
    "chosen",
    "demo_catalogue",
    "faults_of_catalogue",
    "footprint_figures",
    "footprints",
    "index_of",
    "is_alloy",
    "is_temper",
    "page_data",
    "path_of",
    "read_catalogue",
    "read_hall",
    "search",
    "template",
    "word",
    "write_catalogue",
    "write_hall",
]
