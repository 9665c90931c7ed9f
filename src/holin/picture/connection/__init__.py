"""The page of a connection study: what it says, the grid around the bus, the months; one page in both languages."""

from holin.picture.connection.page import connection_page
from holin.picture.connection.sheet import notes_said, sections_of, verdict_said
from holin.picture.connection.sheet_parts import Section, Speaker, speaker, sub_said, what_said
from holin.picture.connection.words import said

__all__ = [
    "Section",
    "Speaker",
    "connection_page",
    "notes_said",
    "said",
    "sections_of",
    "speaker",
    "sub_said",
    "verdict_said",
    "what_said",
]
