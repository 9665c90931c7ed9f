"""What `holin plan` prints of the grid: is each stage secure, what is worst, what is built against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holin.cli.output import currency_in, figure, out, print_table
from holin.cli.texts import text

SHOWN = 4
PLACES_SHOWN = 5


def print_grid_checks(figures: Mapping[str, Any], language: str) -> None:
    """Print the check of each planned year, its reinforcements, and what they do not cure."""
    checks = {year: y["grid_check"] for year, y in figures["by_year"].items() if y["grid_check"]}
    if not checks:
        return
    alone = [c["secure_without_reinforcement"] for c in checks.values()]
    rows = [
        [text("plan.grid.secure", language), *(_secure(c, language) for c in checks.values())],
        [text("plan.grid.alone", language), *(_yes(found, language) for found in alone)],
        [text("plan.grid.cases", language), *(figure(c["cases"], 0) for c in checks.values())],
        [text("plan.grid.caused", language), *(str(len(c["caused"]) + len(c["breakers"])) for c in checks.values())],
        [text("plan.grid.left", language), *(str(len(c["left"]) + len(c["breakers_left"])) for c in checks.values())],
        [
            text("plan.grid.before", language),
            *(str(_before(c)) for c in checks.values()),
        ],
        [text("plan.grid.cost", language), *(figure(c["reinforcement_cost"] / 1e6) for c in checks.values())],
    ]  # fmt: skip
    print_table(text("plan.grid", language), ["", *checks], rows)
    for year, check in checks.items():
        _print_year(year, check, figures["currency"], language)
    loop = figures["grid_loop"]
    if not loop["settled"]:
        out.print(text("plan.grid.unsettled", language, count=loop["passes"]), style="yellow", soft_wrap=True)
    elif loop["passes"]:
        out.print(text("plan.grid.again", language, count=loop["passes"]), soft_wrap=True)


def print_budgets(figures: Mapping[str, Any], language: str) -> None:
    """Print each year's budget beside what plan and works cost, and by how much they exceed it."""
    for year, row in figures["budgets"].items():
        shown = {name: figure(row[name] / 1e6) for name in ("budget", "plan", "works", "over")}
        currency = currency_in(figures["currency"], language)
        out.print(text("plan.budget", language, year=year, currency=currency, **shown), soft_wrap=True)
        if row["over"]:
            out.print(text("plan.budget.over", language, year=year, **shown), style="red", soft_wrap=True)


def _print_year(year: str, check: Mapping[str, Any], currency: str, language: str) -> None:
    for row, places in _ordered(check["reinforcements"]):
        out.print(
            text(
                f"plan.grid.{row['kind']}", language, year=year, of=_places([p["of"] for p in places], language),
                size=figure(row["size"], 0 if row["size"] == round(row["size"]) else 1), unit=row["unit"],
                cost=figure(sum(p["cost"] for p in places) / 1e6), currency=currency_in(currency, language),
                day=row["begin_by"],
            ),
            soft_wrap=True,
        )  # fmt: skip
    found = [row[language] for row in check["left"]]
    found += [_breaker(row, language) for row in check["breakers_left"]]
    for words in found[:SHOWN]:
        out.print(text("plan.grid.stays", language, year=year, words=words), style="yellow", soft_wrap=True)
    if len(found) > SHOWN:
        out.print(text("plan.grid.more", language, count=len(found) - SHOWN), style="yellow", soft_wrap=True)
    if count := _before(check):
        stood = [row[language] for row in check["before"]] + [_breaker(r, language) for r in check["breakers_before"]]
        said = text("plan.grid.stood", language, year=year, count=count, words=stood[0])
        out.print(said, style="yellow", soft_wrap=True)


def _before(check: Mapping[str, Any]) -> int:
    return len(check["before"]) + len(check["breakers_before"])


def _secure(check: Mapping[str, Any], language: str) -> str:
    """Return whether the grid carries the plan, and what it did not carry before either."""
    count = _before(check)
    key = "plan.grid.yes_but" if check["secure"] and count else "plan.yes" if check["secure"] else "plan.no"
    return text(key, language, count=count)


def _ordered(measures: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield measures, breakers of one rating and day as one."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in measures:
        alone = "" if row["kind"] == "breakers" else row["of"]
        groups.setdefault((row["kind"], row["size"], row["begin_by"], alone), []).append(row)
    yield from ((group[0], group) for group in groups.values())


def _places(ids: Sequence[str], language: str) -> str:
    """Return where it is: one place (perhaps of several alike), or how many and the first of them."""
    if len(set(ids)) == 1:
        return ids[0] if len(ids) == 1 else text("plan.grid.several", language, of=ids[0], count=len(ids))
    named = ", ".join(ids[:PLACES_SHOWN])
    if len(ids) > PLACES_SHOWN:
        named = text("plan.grid.and_more", language, named=named, count=len(ids) - PLACES_SHOWN)
    return text("plan.grid.buses", language, count=len(ids), named=named)


def _breaker(row: Mapping[str, Any], language: str) -> str:
    return text(
        "plan.grid.breaker", language, bus=row["bus"], ka=figure(row["ib_ka"]), rated=figure(row["ik_max_ka"])
    )  # fmt: skip


def _yes(value: bool, language: str) -> str:
    return text("plan.yes" if value else "plan.no", language)
