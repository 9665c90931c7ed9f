"""A product passport to look at: a page and a paper of the signed document, in both languages."""

from holin.picture.passport.page import passport_page
from holin.picture.passport.paper import passport_paper

__all__ = ["passport_page", "passport_paper"]
