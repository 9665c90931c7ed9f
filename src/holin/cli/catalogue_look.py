"""`holin catalogue search | show | path | enquiries | page`: what a visitor of the hall asks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.catalogue import CountOption, HallOption, called, say_synthetic, synthetic
from holin.cli.catalogue_figures import (
    answer_row,
    figures_head,
    path_rows,
    print_path,
    product_row,
    say_boundary,
    source_row,
)
from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.hall import Hall

FACETS_SHOWN = 6
"""So many values of a facet are shown; all stand in the JSON."""


class OrderOption(StrEnum):
    """What stands first."""

    RELEVANCE = "relevance"
    FOOTPRINT = "footprint"
    GREEN = "green"


Several = list[str] | None
CategoryOption = Annotated[Several, typer.Option("--category", help="Such as foil or 铝箔; may repeat.")]
MaterialOption = Annotated[Several, typer.Option("--material", help="Such as aluminium or 铝; may repeat.")]
FormOption = Annotated[Several, typer.Option("--form", help="Such as billet or 圆铸棒; may repeat.")]
UseOption = Annotated[Several, typer.Option("--use", help="Such as battery or 电池; may repeat.")]


def search(
    hall_folder: HallOption,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words in either language.")] = None,
    category: CategoryOption = None,
    material: MaterialOption = None,
    form: FormOption = None,
    alloy: Annotated[Several, typer.Option("--alloy", help="Such as 6063; may repeat.")] = None,
    use: UseOption = None,
    exhibitor: Annotated[Several, typer.Option("--exhibitor", help="By id or name; may repeat.")] = None,
    count: Annotated[CountOption, typer.Option("--count", help="Of footprints: which count.")] = CountOption.TRACED,
    footprint_min: Annotated[float | None, typer.Option(min=0.0, help="Footprint at least, t CO2e/t.")] = None,
    footprint_max: Annotated[float | None, typer.Option(min=0.0, help="Footprint at most, t CO2e/t.")] = None,
    green_min: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Physical green share of the power at least, 0 to 1.")
    ] = None,
    order: Annotated[OrderOption, typer.Option(help="What stands first.")] = OrderOption.RELEVANCE,
    page: Annotated[int, typer.Option(min=1, help="Page, from 1.")] = 1,
    page_size: Annotated[int, typer.Option(min=1, max=1000, help="Products on a page.")] = 20,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Find products by words in either language, by choices, and by footprint.

    `holin catalogue search battery foil --alloy 1235 --footprint-max 10 --hall hall`; Chinese needs no blanks:
    `holin catalogue search 汽车轮毂`. Every word must fit; several values of one option are alternatives.
    """
    from holin import hall

    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    known = hall.footprints(found.catalogue, found.figures)
    query = hall.Query(
        text=" ".join(words or ()),
        category=_choices(hall.Category, category, "--category"),
        material=_choices(hall.Material, material, "--material"),
        form=_choices(hall.Form, form, "--form"),
        use=_choices(hall.Use, use, "--use"),
        alloy=tuple(alloy or ()),
        exhibitor=tuple(_exhibitor(found, e) for e in exhibitor or ()),
        count=hall.Count(count.value),
        footprint_min=footprint_min,
        footprint_max=footprint_max,
        green_min=green_min,
        order=hall.Order(order.value),
        page=page,
        page_size=page_size,
    )
    with asked_by(footprint_min="--footprint-min", page="--page", page_size="--page-size"):
        answer = hall.search(hall.index_of(found.catalogue, known), query)
    products = [found.catalogue.products[k] for k in answer.products]
    if as_json:
        rows = [product_row(p, found, known[p.id]) | {"score": s} for p, s in zip(products, answer.scores, strict=True)]
        print_json({**figures_head(found), "count": count.value, "total": answer.total, "page": page,
                    "terms": list(answer.terms), "products": rows, "facets": answer.facets})  # fmt: skip
        return
    say_synthetic(synthetic(products), speech)
    heads = [text(f"catalogue.column.{c}", speech) for c in ("id", "product", "exhibitor", "footprint", "green")]
    cells = []
    for p in products:
        print_of = known[p.id]
        cells.append([p.id, called(p, speech), called(found.catalogue.exhibitor_of[p.exhibitor], speech),
                     _footprint(print_of, hall.Count(count.value), speech),
                     percent(None if print_of is None or print_of.from_maker else print_of.green_share)])  # fmt: skip
    print_table(text("catalogue.found", speech, total=answer.total, page=page), heads, cells)
    _print_facets(found, answer.facets, speech)
    out.print(text(f"catalogue.count.{count.value}", speech), soft_wrap=True)
    say_boundary(found, speech)


def show(
    hall_folder: HallOption,
    product: Annotated[str, typer.Argument(help="A product, by its id or name.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show a product: what it is, who makes it, its footprint by the three counts, or its maker's own data.

    `holin catalogue show foil-1235-12-620 --hall hall`
    """
    from holin import hall

    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    with asked_by(product="PRODUCT"):
        one = found.catalogue.product(product)
    print_of = hall.footprints(found.catalogue, found.figures)[one.id]
    row = product_row(one, found, print_of)
    if as_json:
        print_json({**figures_head(found), "product": row})
        return
    out.print(f"{called(one, speech)} ({one.id})", style="bold", soft_wrap=True, markup=False)
    say_synthetic(synthetic([one]), speech)
    print_table("", ["", ""], _facts(one, found, speech))
    if print_of is None:
        out.print(text("catalogue.no_footprint", speech), soft_wrap=True)
    elif print_of.from_maker:
        said = {"value": figure(print_of.declared_t_per_t, 2), "by": one.declared_by, "on": one.declared_on}
        out.print(text("catalogue.maker", speech, **said), soft_wrap=True, markup=False)
    else:
        heads = [text(f"catalogue.column.{c}", speech) for c in ("count", "total", "direct", "power", "declared")]
        rows = [
            [hall.word(c, speech), figure(print_of.total_t_per_t(c), 2), figure(print_of.direct_t_per_t, 2),
             figure(getattr(print_of, f"power_{c}_t_per_t"), 2), figure(print_of.declared_t_per_t, 2)]
            for c in hall.Count
        ]  # fmt: skip
        print_table(text("catalogue.footprint", speech), heads, rows)
        shares = {"green": percent(print_of.green_share), "recycled": percent(print_of.recycled_share)}
        out.print(text("catalogue.shares", speech, kwh=figure(print_of.kwh_per_t, 0), **shares), soft_wrap=True)
        if print_of.missing:
            missing = ", ".join(print_of.missing)
            out.print(text("catalogue.missing", speech, missing=missing), style="yellow", soft_wrap=True, markup=False)
    say_boundary(found, speech)


def path(
    hall_folder: HallOption,
    product: Annotated[str, typer.Argument(help="A product, by its id or name.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Follow a product back through firms to potline and turbine, with kilograms, yields and kWh.

    `holin catalogue path foil-1235-12-620 --hall hall`. The sources of its power are physical, by the run's trace;
    month by month in the JSON. Machinery and auxiliaries carry their maker's own data, and the path says so.
    """
    from holin import hall

    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    with asked_by(product="PRODUCT"):
        one = found.catalogue.product(product)
    way = hall.path_of(found.catalogue, found.figures, one)
    if as_json:
        print_json({**figures_head(found), "product": one.id, "path": path_rows(way, found),
                    "power_by_source": [source_row(s) for s in way.sources], "power_unknown_share": way.unknown_share,
                    "smelter_power_by_month": [source_row(s) for s in way.by_month]})  # fmt: skip
        return
    out.print(f"{called(one, speech)} ({one.id})", style="bold", soft_wrap=True, markup=False)
    say_synthetic(synthetic([one]), speech)
    print_path(way, found, speech)
    say_boundary(found, speech)


def enquiries(
    hall_folder: HallOption,
    on: Annotated[str | None, typer.Option("--on", help="The day on which enquiries stand; without it today.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Tell who seeks what, who offers it, and which products of the catalogue fit.

    `holin catalogue enquiries --hall hall --on 2025-06-01`. What an enquiry leaves open fits everything; a bound of
    the footprint is held against the product's own figure by the count that the enquiry names.
    """
    from holin import hall

    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    day = _day(on)
    answers = hall.answers(found.catalogue, hall.footprints(found.catalogue, found.figures), on=day)
    rows = [answer_row(a) for a in answers]
    if as_json:
        print_json({**figures_head(found), "on": day.isoformat(), "enquiries": rows})
        return
    say_synthetic(any(e.basis == "synthetic" for e in found.catalogue.enquiries), speech)
    who = found.catalogue.exhibitor_of
    heads = [text(f"catalogue.column.{c}", speech) for c in ("seeks", "what", "tonnes", "offers", "both", "fitting")]
    cells = []
    for a in answers:
        wanted = (a.enquiry.words_zh or a.enquiry.words) if speech == "zh" else (a.enquiry.words or a.enquiry.words_zh)
        best = a.matches[0] if a.matches else None
        cells.append([called(who[a.enquiry.exhibitor], speech), wanted, _tonnes(a.enquiry.quantity_kg),
                      "–" if best is None else called(who[best.offers.exhibitor], speech),
                      _tonnes(None if best is None else best.quantity_kg), str(len(a.products))])  # fmt: skip
    print_table(text("catalogue.enquiries", speech, day=day), heads, cells)


def page(
    hall_folder: HallOption,
    out_file: Annotated[Path, typer.Option("-o", "--out", help="New HTML file.")],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the catalogue as one HTML page that works without a network: search, filters, footprints, paths.

    `holin catalogue page --hall hall --out hall.html`
    """
    from holin import hall
    from holin.picture import hall_page

    if out_file.exists():
        raise wrong("--out", str(out_file), "is there already", "name another file, or remove this one")
    speech = language or default_language()
    found = hall.read_hall(hall_folder)
    html = hall_page(hall.page_data(found), language=speech)
    part = out_file.with_name(f".{out_file.name}.partial")
    out_file.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(html, encoding="utf-8", newline="\n")
    part.rename(out_file)
    if as_json:
        print_json({"written": str(out_file), "products": len(found.catalogue.products)})
        return
    out.print(text("catalogue.written", speech, path=out_file), soft_wrap=True, markup=False)


def _choices(kind: type[StrEnum], given: Several, option: str) -> tuple[str, ...]:
    from holin.hall import chosen

    found = []
    for value in given or ():
        one = chosen(kind, value)
        if one is None:
            raise wrong(option, value, "no such choice", f"one of {', '.join(kind)}")
        found.append(one.value)
    return tuple(found)


def _exhibitor(found: Hall, name: str) -> str:
    for e in found.catalogue.exhibitors:
        if name in (e.id, e.name, e.name_zh):
            return e.id
    right = f"one of {', '.join(found.catalogue.exhibitor_of)}"
    raise wrong("--exhibitor", name, "the catalogue has no such exhibitor", right)


def _day(on: str | None) -> date:
    if on is None:
        return datetime.now().date()
    try:
        return date.fromisoformat(on)
    except ValueError as error:
        raise wrong("--on", on, "not a day", "write it as 2025-06-01") from error


def _footprint(print_of: Any, count: Any, language: str) -> str:
    if print_of is None:
        return "–"
    if print_of.from_maker:
        return f"{figure(print_of.declared_t_per_t, 2)} {text('catalogue.makers', language)}"
    return figure(print_of.total_t_per_t(count), 2)


def _tonnes(kg: float | None) -> str:
    return "–" if kg is None else figure(kg / 1000, 1)


def _print_facets(found: Hall, facets: Any, language: str) -> None:
    from holin.hall import Category, Form, Material, Use, chosen, word

    kinds: dict[str, type[StrEnum]] = {"category": Category, "material": Material, "form": Form, "use": Use}
    for facet, counts in facets.items():
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FACETS_SHOWN]
        names = []
        for value, n in most:
            choice = chosen(kinds[facet], value) if facet in kinds else None
            name = word(choice, language) if choice is not None else value
            if facet == "exhibitor":
                name = called(found.catalogue.exhibitor_of[value], language)
            names.append(f"{name} {n}")
        more = " …" if len(counts) > FACETS_SHOWN else ""
        if names:
            line = f"{text(f'catalogue.facet.{facet}', language)}: {', '.join(names)}{more}"
            out.print(line, style="dim", soft_wrap=True, markup=False)


def _facts(one: Any, found: Hall, language: str) -> list[list[str]]:
    from holin.hall import word

    maker = found.catalogue.exhibitor_of[one.exhibitor]
    sizes = [f"{text(f'catalogue.size.{n}', language)} {getattr(one, n):g} {n.rpartition('_')[2]}"
             for n in ("thickness_mm", "width_mm", "diameter_mm", "length_mm", "piece_kg")
             if getattr(one, n) is not None]  # fmt: skip
    data = (one.maker_data_zh or one.maker_data) if language == "zh" else (one.maker_data or one.maker_data_zh)
    said = f"{data} ({one.declared_by}, {one.declared_on})" if data else ""
    known = one.reference.startswith(one.basis.value)
    basis = one.reference if known else f"{one.basis.value} {one.reference}"
    rows = [
        ("exhibitor", f"{called(maker, language)}, {maker.stand}".rstrip(", ")),
        ("category", word(one.category, language)), ("material", word(one.material, language)),
        ("form", word(one.form, language)), ("alloy", f"{one.alloy} {one.temper}".strip()),
        ("size", ", ".join(sizes)), ("use", ", ".join(word(u, language) for u in one.uses)), ("batch", one.batch),
        ("maker_data", said), ("basis", basis),
    ]  # fmt: skip
    return [[text(f"catalogue.fact.{name}", language), value] for name, value in rows if value]
