"""A product passport to look at: a page and a paper of the signed document, in both languages."""

from holin.picture.passport.page import passport_page
from holin.picture.passport.paper import passport_paper
from holin.picture.passport.shown import Sealed, shown_passport, write_shown
from holin.picture.passport.view import texts_of

__all__ = ["Sealed", "passport_page", "passport_paper", "shown_passport", "texts_of", "write_shown"]
