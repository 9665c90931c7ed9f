"""A catalogue for demonstrations, synthetic through and through, whose footprints follow from a run."""

from __future__ import annotations

import random
from collections.abc import Sequence

from holin.hall.catalogue import Catalogue
from holin.hall.demo.enquiries import demo_enquiries
from holin.hall.demo.exhibitors import demo_exhibitors
from holin.hall.demo.makers import add_makers
from holin.hall.demo.making import Making
from holin.hall.demo.metal import add_castings, add_liquid, add_raw_materials
from holin.hall.demo.semis import add_ends, add_extrusions, add_foil, add_rolled
from holin.hall.demo.sold import Sold, add_sold
from holin.hall.figures import Figures
from holin.hall.footprint import footprints
from holin.hall.words import Count, Form

__all__ = ["SEED", "Sold", "demo_catalogue"]

SEED = 20240813


def demo_catalogue(figures: Figures, *, seed: int = SEED, sold: Sequence[Sold] = ()) -> Catalogue:
    """Return 17 exhibitors, more than 1,000 products with paths to the potlines of a run, and enquiries.

    `sold` are batches that the smelter sells as they were cast; `figures` must have them. The same seed and figures
    give the same catalogue. Every row is synthetic and says so; energies and yields of steps are assumed. Raises
    BadInput where the run has no potline.
    """
    exhibitors = demo_exhibitors(figures)
    making = Making(dice=random.Random(seed))
    add_raw_materials(making)
    cast = add_castings(making, add_liquid(making, sorted(figures.metal)))
    stock = add_rolled(making, cast["slab"])
    add_foil(making, stock)
    add_extrusions(making, cast["billet"])
    add_ends(making, cast)
    add_makers(making)
    add_sold(making, sold)
    made = Catalogue(exhibitors=exhibitors, products=tuple(making.products), steps=tuple(making.steps))
    known = footprints(made, figures)
    strips = [f.total_t_per_t(Count.TRACED) for p in made.products if p.form is Form.STRIP and (f := known[p.id])]
    middle = sorted(strips)[len(strips) // 2]
    return Catalogue(
        exhibitors=exhibitors,
        products=made.products,
        steps=made.steps,
        enquiries=demo_enquiries(round(middle, 2)),
    )
