"""`holin alternatives`: what may be built otherwise at little more cost, and what must be built in any case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.frontier import print_notices
from holin.cli.grid_state import wrong
from holin.cli.options import JsonOption, LanguageOption, ParkArgument
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.plan_cramped import print_cramped
from holin.cli.plan_options import SolveOptions, WishOptions, at_once, planning
from holin.cli.plan_unserved import print_unserved_alternatives
from holin.cli.texts import text

OutOption = Annotated[
    Path | None, typer.Option("-o", "--out", help="Folder for alternatives.json and the chart in both languages.")
]


@planning
def alternatives(
    *,
    park: ParkArgument,
    within: Annotated[
        str, typer.Option(help="How much more than the least cost is little: shares such as 0.01,0.03,0.05.")
    ] = "0.01,0.03,0.05",
    technology: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this: wind, solar, storage, storage_mwh, coal, network, tie, potline_refit, import_energy, "
            "coal_energy; may be repeated."
        ),
    ] = None,
    wish: WishOptions,
    how: SolveOptions,
    out_folder: OutOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show what plans may have that cost little more than the best one: the least and the most of each technology.

    What every such plan has is a must; what some have and others do not is a real choice, for reasons that are not in
    the costs. `holin alternatives huolinguole --years 2030 --share 0.5 --no-export --within 0.01,0.05`. All rules hold
    throughout.
    """
    wishes, settings, levels = at_once(wish.wishes, how.settings, lambda: _levels(within))
    from holin.twin.frontier import alternatives_of_park, saved_pages
    from holin.twin.plan import planning_of
    from holin.twin.plan_folder import free_folder

    speech = language or default_language()
    if out_folder is not None:
        free_folder(out_folder)
    with progress(not as_json, speech) as advance:
        planning = planning_of(how.park(park), wishes, on_progress=advance, **settings)
        figures = alternatives_of_park(planning, within=levels, technologies=technology, on_progress=advance)
        figures["asked"] |= how.told()
        if out_folder is not None:
            from holin.picture import alternatives_svg

            pages = {f"alternatives-{lang}.svg": alternatives_svg(figures, language=lang) for lang in ("en", "zh")}
            saved_pages(pages, figures, out_folder, "alternatives")
    if as_json:
        print_json(figures)
        return
    print_alternatives(figures, speech)
    if out_folder is not None:
        out.print(text("more.written", speech, path=out_folder), soft_wrap=True)


def _levels(asked: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in asked.split(","))
    except ValueError:
        raise wrong("--within", asked, "is no list of shares", "write 0.01,0.03,0.05") from None


def print_alternatives(figures: dict[str, Any], language: str) -> None:
    """Print the range of each technology at each cost, what it says, and what is proven."""
    names = {"park": figures["names"]["zh" if language == "zh" else "en"], "years": ", ".join(figures["years"])}
    out.print(text("alternatives.title", language, **names), style="bold", soft_wrap=True)
    print_notices(figures, language)
    print_cramped(figures, language)
    ranges = figures["ranges"]
    levels = sorted({r["within"] for r in ranges})
    header = [
        text("alternatives.technology", language, stage=figures["stage"]),
        text("alternatives.optimum", language),
        *(text("alternatives.within", language, within=percent(level)) for level in levels),
        text("alternatives.could", language),
        text("alternatives.need", language, within=percent(levels[-1])),
    ]
    rows = []
    for name in dict.fromkeys(r["technology"] for r in ranges):
        mine = [r for r in ranges if r["technology"] == name]
        unit = 1e3 if name.endswith("_energy") else 1.0
        digits = 1 if mine[0]["could"] / unit < 100.0 else 0
        spans = [" – ".join(figure(r[end]["total"] / unit, digits) for end in ("least", "most")) for r in mine]
        rows.append(
            [
                text(f"technology.{name}", language),
                figure(mine[0]["optimum"] / unit, digits),
                *spans,
                figure(mine[0]["could"] / unit, digits),
                text(f"alternatives.need.{mine[-1]['need']}", language),
            ]
        )
    print_table("", header, rows)
    print_unserved_alternatives(figures, language)
    margin = max(abs(r[end]["bound"] - r[end]["total"]) / r["could"] for r in ranges for end in ("least", "most"))
    said = {"solves": figures["solves"], "seconds": figure(figures["seconds"]), "margin": f"{margin:.1e}"}
    out.print(text("alternatives.proof", language, **said), soft_wrap=True)
    out.print(text("frontier.note", language), soft_wrap=True)
