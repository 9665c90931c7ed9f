"""The page of a connection study: what it says, the grid around the bus, the months; one page in both languages."""

from holin.picture.connection.sheet import at_once_said, sections_of, verdict_said
from holin.picture.connection.sheet_parts import Section, Speaker, speaker, what_said
from holin.picture.connection.words import said

__all__ = ["Section", "Speaker", "at_once_said", "said", "sections_of", "speaker", "verdict_said", "what_said"]
