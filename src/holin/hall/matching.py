"""Who offers what another seeks: enquiries held against each other and against the products of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from holin.hall.alloys import plain_alloy
from holin.hall.catalogue import Catalogue
from holin.hall.footprint import Footprint
from holin.hall.rows import Enquiry, Product
from holin.hall.words import Side


@dataclass(frozen=True, kw_only=True)
class Match:
    """An offer that answers what is sought. `fit` counts what both say alike beyond the category: form, alloy, use.

    `quantity_kg` is what both can trade: the smaller; None where one says no quantity.
    """

    seeks: Enquiry
    offers: Enquiry
    fit: int
    quantity_kg: float | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What answers an enquiry of who seeks: offers, best first, and products of others that fit."""

    enquiry: Enquiry
    matches: tuple[Match, ...]
    products: tuple[Product, ...]


def answers(catalogue: Catalogue, known: Mapping[str, Footprint | None], *, on: date) -> tuple[Answer, ...]:
    """Return what answers each enquiry of who seeks that stands on a day.

    An offer answers where both stand on the day, are of different exhibitors and one category, and do not contradict
    each other in form, alloy and use; what is left open fits everything. A product answers likewise; where a bound of
    the footprint is sought, its own figure by that very count must keep it, and one that is not known does not. An
    offer is of no product, so that a bound is not held against it.
    """
    standing = [e for e in catalogue.enquiries if e.until is None or e.until >= on]
    offers = [e for e in standing if e.side is Side.OFFERS]
    return tuple(
        Answer(
            enquiry=one,
            matches=_best(one, offers),
            products=tuple(p for p in catalogue.products if fits(one, p, known.get(p.id))),
        )
        for one in standing
        if one.side is Side.SEEKS
    )


def fits(enquiry: Enquiry, product: Product, footprint: Footprint | None) -> bool:
    """Whether a product is what an enquiry seeks."""
    if product.exhibitor == enquiry.exhibitor or product.category is not enquiry.category:
        return False
    if enquiry.form is not None and product.form is not enquiry.form:
        return False
    if enquiry.alloy and plain_alloy(product.alloy) != plain_alloy(enquiry.alloy):
        return False
    if enquiry.use is not None and enquiry.use not in product.uses:
        return False
    if enquiry.footprint_max_t_per_t is None or enquiry.footprint_count is None:
        return True
    if footprint is None or footprint.from_maker:
        return False
    return footprint.total_t_per_t(enquiry.footprint_count) <= enquiry.footprint_max_t_per_t


def _best(seeks: Enquiry, offers: list[Enquiry]) -> tuple[Match, ...]:
    found = [m for o in offers if (m := matched(seeks, o)) is not None]
    return tuple(sorted(found, key=lambda m: (-m.fit, -(m.quantity_kg or 0.0), m.offers.id)))


def matched(seeks: Enquiry, offers: Enquiry) -> Match | None:
    """Return the match of two enquiries, None where they do not go together."""
    if seeks.exhibitor == offers.exhibitor or seeks.category is not offers.category:
        return None
    pairs = (
        (seeks.form, offers.form),
        (plain_alloy(seeks.alloy), plain_alloy(offers.alloy)),
        (seeks.use, offers.use),
    )
    if any(a and b and a != b for a, b in pairs):
        return None
    quantity = min(q if q is not None else math.nan for q in (seeks.quantity_kg, offers.quantity_kg))
    both = seeks.quantity_kg is not None and offers.quantity_kg is not None
    fit = sum(bool(a and b) for a, b in pairs)
    return Match(seeks=seeks, offers=offers, fit=fit, quantity_kg=quantity if both else None)
