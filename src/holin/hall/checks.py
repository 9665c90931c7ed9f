"""What must hold in a catalogue beyond each cell: ids, references, designations, the mass balance, no circle."""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from holin.errors import Fault
from holin.hall.alloys import ALLOYS, is_alloy, is_temper
from holin.hall.catalogue import Catalogue
from holin.hall.cells import Place
from holin.hall.rows import BATCH, POTLINE, SHEETS, Enquiry, Product, Step
from holin.hall.words import OF_THE_MAKER, Material, Side

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HALF_KG = 0.5
"""A figure in whole kg may be off by so much."""

BALANCE_SHARE = 1e-3
"""And the whole balance by so much of what went in: no small run hides a kilogram."""

Places = Mapping[str, Sequence[Place]]
Say = Callable[[str, int, str | None, object, str, str], None]


def faults_of_catalogue(
    catalogue: Catalogue, places: Places | None = None, *, unread: frozenset[str] = frozenset()
) -> list[Fault]:
    """Return every fault of a catalogue; `[]` is good. `places` says where each row stands.

    `unread` names sheets of which some rows could not be read: what refers to them is not held against them.
    """
    faults: list[Fault] = []

    def say(sheet: str, k: int, column: str | None, value: object, problem: str, right: str) -> None:
        place = Place(file=sheet, row=k + 2, headings={}) if places is None else places[sheet][k]
        faults.append(place.fault(column, value, problem, right))

    _ids(catalogue, say)
    _references(catalogue, unread, say)
    for k, product in enumerate(catalogue.products):
        _designations("products", k, product, say)
        if "steps" not in unread:
            _balance(k, product, catalogue.inputs_of.get(product.id, ()), say)
        _maker(k, product, catalogue, say)
    for k, enquiry in enumerate(catalogue.enquiries):
        _designations("enquiries", k, enquiry, say)
        _enquiry(k, enquiry, say)
    _circles(catalogue, say)
    return faults


def balance_kg(product: Product, inputs: Sequence[Step]) -> tuple[float, float]:
    """Return what goes into a product's reference run less what comes out, and how far rounding lets it be off."""
    into = math.fsum(s.input_kg for s in inputs)
    out = math.fsum((product.made_kg or 0.0, product.scrap_kg or 0.0, product.loss_kg or 0.0))
    return into - out, min(HALF_KG * (len(inputs) + 3), BALANCE_SHARE * into)


def _ids(catalogue: Catalogue, say: Say) -> None:
    for sheet in SHEETS:
        seen: set[str] = set()
        for k, row in enumerate(getattr(catalogue, sheet)):
            name = getattr(row, "id", None)
            if name is None:
                continue
            if not ID.fullmatch(name):
                say(sheet, k, "id", name, "not an id", "letters, digits, '-', '_' and '.', such as foil-battery-12")
            elif name in seen:
                say(sheet, k, "id", name, "the id stands twice", "give each row an id of its own")
            seen.add(name)


def _references(catalogue: Catalogue, unread: frozenset[str], say: Say) -> None:
    for sheet in ("products", "enquiries"):
        for k, row in enumerate(getattr(catalogue, sheet)):
            if row.exhibitor not in catalogue.exhibitor_of and "exhibitors" not in unread:
                right = _near(row.exhibitor, list(catalogue.exhibitor_of), "name an id of the sheet exhibitors")
                say(sheet, k, "exhibitor", row.exhibitor, "no exhibitor has this id", right)
    pairs: set[tuple[str, str]] = set()
    for k, step in enumerate(catalogue.steps):
        if step.product not in catalogue.product_of and "products" not in unread:
            right = _near(step.product, list(catalogue.product_of), "name an id of the sheet products")
            say("steps", k, "product", step.product, "no product has this id", right)
        prefix = next((p for p in (POTLINE, BATCH) if step.source.startswith(p)), "")
        if prefix and not ID.fullmatch(step.source.removeprefix(prefix)):
            say("steps", k, "source", step.source, "names nothing", f"write {prefix}ID, such as {prefix}1a")
        elif not prefix and step.source not in catalogue.product_of and "products" not in unread:
            right = _near(step.source, list(catalogue.product_of), "name a product, potline:ID or batch:ID")
            say("steps", k, "source", step.source, "no product has this id", right)
        if (step.product, step.source) in pairs:
            say("steps", k, "source", step.source, "goes into the product twice", "add the two rows up to one")
        pairs.add((step.product, step.source))


def _designations(sheet: str, k: int, row: Any, say: Say) -> None:
    if row.alloy and not is_alloy(row.alloy) and getattr(row, "material", Material.ALUMINIUM) is Material.ALUMINIUM:
        right = "write it as " + "; or ".join(words for _, words in ALLOYS)
        say(sheet, k, "alloy", row.alloy, "no designation of an aluminium alloy", right)
    temper = getattr(row, "temper", "")
    if temper and not is_temper(temper):
        right = "write it as GB/T 16475 does: F, O, H18, T6, T6511"
        say(sheet, k, "temper", temper, "no temper designation", right)


def _balance(k: int, product: Product, inputs: Sequence[Step], say: Say) -> None:
    step_columns = ("made_kg", "scrap_kg", "loss_kg", "process_kwh_per_t", "process_direct_t_per_t")
    if not inputs:
        for name in step_columns:
            if getattr(product, name) is not None:
                right = "add rows to the sheet steps, or leave the cell empty"
                say("products", k, name, getattr(product, name), "says what a step makes, but nothing goes in", right)
        return
    lacking = [name for name in step_columns if getattr(product, name) is None]
    for name in lacking:
        say("products", k, name, None, "the product has steps, and this is not said", "give it; 0 where it is none")
    if lacking:
        return
    gap, allowed = balance_kg(product, inputs)
    if abs(gap) > allowed:
        into = gap + (product.made_kg or 0) + (product.scrap_kg or 0) + (product.loss_kg or 0)
        problem = f"{into:g} kg go in, and made + scrap + loss are {into - gap:g} kg: {abs(gap):g} kg "
        problem += "are lost from the account" if gap > 0 else "come from nothing"
        right = f"input_kg of its steps = made_kg + scrap_kg + loss_kg, within {allowed:g} kg"
        say("products", k, "made_kg", product.made_kg, problem, right)


def _maker(k: int, product: Product, catalogue: Catalogue, say: Say) -> None:
    has_data = product.declared_t_per_t is not None or product.maker_data or product.maker_data_zh
    if product.id in catalogue.inputs_of:
        if product.category in OF_THE_MAKER:
            right = "remove its rows from the sheet steps, and give maker_data or declared_t_per_t"
            say("products", k, "category", product.category.value, "carries its maker's data, not steps", right)
        if product.declared_t_per_t is not None:
            right = "leave the cell empty, or remove its rows from the sheet steps"
            value = product.declared_t_per_t
            say("products", k, "declared_t_per_t", value, "the product has steps: its footprint follows", right)
    elif product.category in OF_THE_MAKER and not has_data:
        right = "give maker_data, or declared_t_per_t"
        say("products", k, "maker_data", None, "machinery and auxiliaries carry their maker's own data", right)
    if has_data and not product.declared_by:
        say("products", k, "declared_by", None, "who said the maker's data is not said", "name who said it")
    if has_data and product.declared_on is None:
        say("products", k, "declared_on", None, "when the maker's data was said is not said", "give the day")


def _enquiry(k: int, enquiry: Enquiry, say: Say) -> None:
    bound, count = enquiry.footprint_max_t_per_t, enquiry.footprint_count
    if (bound is None) != (count is None):
        column = "footprint_count" if count is None else "footprint_max_t_per_t"
        say("enquiries", k, column, None, "a bound without its count, or a count without a bound", "give both")
    if bound is not None and enquiry.side is Side.OFFERS:
        say("enquiries", k, "footprint_max_t_per_t", bound, "only who seeks has a bound", "leave it empty")


def _circles(catalogue: Catalogue, say: Say) -> None:
    graph: dict[str, set[str]] = {p.id: set() for p in catalogue.products}
    for step in catalogue.steps:
        if step.product in graph and step.source in graph:
            graph[step.product].add(step.source)
    while True:
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            circle: list[str] = error.args[1]
            source, product = circle[0], circle[1]
            k = next(k for k, s in enumerate(catalogue.steps) if (s.product, s.source) == (product, source))
            problem = f"a product is made from itself: {' -> '.join(circle)}"
            say("steps", k, "source", source, problem, "metal comes from a potline or from scrap with a figure")
            graph[product].discard(source)
        else:
            return


def _near(name: str, known: Sequence[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else otherwise
