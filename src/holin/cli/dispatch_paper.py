"""What `holin dispatch --day` writes and prints for people beside its table: workbook, charts, pots, where it began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from holin.cli.output import figure, out, print_table
from holin.cli.texts import text


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The files that were asked for."""

    excel: Path | None = None
    chart: Path | None = None
    heat_chart: Path | None = None
    setpoints: Path | None = None


def state_figures(plan: Any, given: Any) -> dict[str, Any]:
    """Return the state that a plan begins in as plain values, and what of it was assumed for want of a `given` one."""
    from holin.dispatch import assumed_parts, state_as_plain

    assumed = assumed_parts(plan.frozen, given)
    origin = "assumed" if given is None else "partly given" if assumed else "given"
    return {
        "state_from": origin,
        "state_assumed": {part: list(ids) for part, ids in assumed.items()},
        "state_in": state_as_plain(plan.made.window.state),
    }


def origin_in_words(
    figures: Mapping[str, Any], language: str, file: Path | None, names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return where the state and what comes are from, each in a sentence; `names` say what the ids are called."""
    state, assumed = figures["state_from"], figures["state_assumed"].items()
    key = "ahead.state." + state.replace(" ", "_")
    parts = "; ".join(_assumed(part, ids, figures["state_in"], language, names or {}) for part, ids in assumed)
    known = figures["known_by"]
    way = known if known in ("weather", "forecast") else "baseline"
    outlook = [
        text(f"ahead.known.{way}", language, method=_method(known, language)),
        *stood_in_words(figures["stood_in"], language),
    ]
    return {
        text("ahead.origin.state", language): text(key, language, file=file or "", parts=parts),
        text("ahead.origin.outlook", language): "; ".join(outlook),
    }


METHODS = ("blend", "persistence", "climatology")


def _method(known: str, language: str) -> str:
    """Return what a baseline is called."""
    return text(f"ahead.method.{known}", language) if known in METHODS else known


def stood_in_words(stood_in: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """Return where something stood in for a forecast that does not reach so far, like ones in one sentence."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for told in stood_in:
        alike.setdefault((told["hours"], told["first"], told["by"]), []).append(told["element"])
    return [
        text("ahead.stood_in", language, element=some_of(elements), hours=hours, first=first, by=by)
        for (hours, first, by), elements in alike.items()
    ]


def _assumed(part: str, ids: Sequence[str], state: Mapping[str, Any], language: str, names: Mapping[str, str]) -> str:
    """Return what is assumed of a part of the state: of units which are on and which are off."""
    if part != "thermal":
        return f"{text(f'ahead.part.{part}', language)} {some_of([names.get(i, i) for i in ids])}"
    turned = {key: [i for i in ids if state["thermal"][i]["on"] is on] for key, on in (("on", True), ("off", False))}
    return "; ".join(
        f"{text(f'ahead.part.{key}', language)} {some_of([names.get(i, i) for i in some])}"
        for key, some in turned.items()
        if some
    )


NAMED = 4
"""So many ids are named where there are many."""


def some_of(ids: Sequence[str]) -> str:
    """Return ids in a row, the first few where there are many."""
    return ", ".join(ids[:NAMED]) + (f" … ({len(ids)})" if len(ids) > NAMED else "")


def write_papers(
    papers: Papers, plan: Any, figures: Mapping[str, Any], language: str, *, state_file: Path | None
) -> list[str]:
    """Write the workbook, the charts and the set points that were asked for; return their paths."""
    written = []
    steps = plan.horizon.decided
    schedule, ahead = (t.isel(time=slice(0, steps)) for t in (plan.made.schedule, plan.made.ahead))
    facts = plan.frozen.facts
    name = (facts.name_zh if language == "zh" else facts.name) or facts.id
    note = facts.synthetic_zh if language == "zh" else facts.synthetic
    if papers.excel is not None:
        _write_workbook(papers.excel, plan, figures, language, name=name, note=note, state_file=state_file)
        written.append(str(papers.excel))
    if papers.chart is not None:
        from holin.picture import day_chart_svg

        title = f"{name} {text('ahead.chart', language, stage=figures['stage'], day=plan.day)}"
        drawn = day_chart_svg(
            plan.frozen, schedule, ahead, title=title, language=language, note=note, beside=_beside(plan)
        )
        papers.chart.write_text(drawn, encoding="utf-8")
        written.append(str(papers.chart))
    if papers.heat_chart is not None:
        from holin.dispatch import pot_courses
        from holin.picture import heat_charts_svg, names_of

        title = f"{name} {text('ahead.heat_chart', language, stage=figures['stage'], day=plan.day)}"
        names = names_of(plan.frozen, language)
        lines = {names.get(line, line): heat for line, heat in pot_courses(plan.made, steps).items()}
        drawn = heat_charts_svg(
            lines, schedule.time.values, time_zone=facts.time_zone, title=title, language=language, note=note
        )
        papers.heat_chart.write_text(drawn, encoding="utf-8")
        written.append(str(papers.heat_chart))
    if papers.setpoints is not None:
        from holin.store import write_setpoints

        held = None if plan.secured is None else plan.secured.setpoints.isel(time=slice(0, steps))
        write_setpoints(papers.setpoints, schedule, held)
        written.append(str(papers.setpoints))
    return written


def _beside(plan: Any) -> Any:
    """Return what the day's chart draws beside its tables: content at first, limits of potlines and their heat."""
    from holin.operation import potline_line
    from holin.picture import Beside
    from holin.potline.heat import pot_of

    lines = [potline_line(p) for p in plan.frozen.potlines]
    windows = [pot_of(p).figures for p in plan.frozen.potlines]
    stored = plan.made.window.state.soc_mwh.values()
    return Beside(
        held_mwh=sum(stored) if stored else None,
        potline_mw=(
            (sum(x.p_min_mw for x in lines), sum(x.p_nom_mw for x in lines), sum(x.p_max_mw for x in lines))
            if lines
            else None
        ),
        superheat_c=(
            (max(w.superheat_min_c for w in windows), min(w.superheat_max_c for w in windows)) if windows else None
        ),
    )


def _write_workbook(
    path: Path, plan: Any, figures: Mapping[str, Any], language: str, *, name: str, note: str, state_file: Path | None
) -> None:
    from holin.dispatch import pot_courses
    from holin.picture import PlanFacts, PlanTables, names_of, write_day_plan

    steps, held = plan.horizon.decided, plan.secured
    park = plan.made.window.case.park  # with the reserve for forecasts, where it was added
    told = PlanFacts(
        park_name=name, stage=figures["stage"], currency=figures["currency"],
        status=text(f"ahead.status.{figures['status'].split(':')[0]}", language),
        cost={text(f"dispatch.{part}", language): value for part, value in figures["cost"].items() if value},
        breaches=_breach_rows(plan, language),
        beside={
            text("ahead.cost_beyond", language): sum(figures["cost_beyond"].values()),
            text("dispatch.wishes", language): figures["wishes"],
        },
        notes=_notes(plan, figures, language, note),
        on_at_first={u: state.on for u, state in plan.made.window.state.thermal.items()},
        origin=origin_in_words(figures, language, state_file, names_of(park, language)),
        unmet=None if held is None else _unmet_rows(plan, language),
        unchecked=plan.unheld or text("ahead.not_asked", language),
        binding=_binding_rows(plan, language),
    )  # fmt: skip
    part = slice(0, steps)
    tables = PlanTables(
        schedule=plan.made.schedule.isel(time=part), ahead=plan.made.ahead.isel(time=part),
        pots=pot_courses(plan.made, steps), flows=None if held is None else held.flows.isel(time=part),
        setpoints=None if held is None else held.setpoints.isel(time=part),
    )  # fmt: skip
    write_day_plan(path, park, tables, told, language=language)


def _notes(plan: Any, figures: Mapping[str, Any], language: str, note: str) -> list[str]:
    """Return what is synthetic, how the plan was made, why by the fallback, and that something gives way after it."""
    told = [note, text("ahead.note", language, window=plan.horizon.horizon_h)]
    fell_back = figures["status"].partition(": ")[2]
    if fell_back:
        told.append(text(f"ahead.fell_back.{fell_back}", language, reason=figures["reason"]))
    if figures["breaches_beyond"]:
        told.append(text("ahead.beyond", language, count=len(figures["breaches_beyond"])))
    return [sentence for sentence in told if sentence]


def _breach_rows(plan: Any, language: str) -> list[tuple[bool, str, str]]:
    """Return what gives way in the decided steps, its elements in words by what they are called."""
    from holin.dispatch import in_words, within
    from holin.picture import called, names_of

    names, made = names_of(plan.made.window.case.park, language), plan.made
    return [
        (b.duty, b.element, in_words(made.window, replace(b, element=called(b.element, names, short=True)), language))
        for b in within(made.breaches, plan.horizon.decided)
    ]


def _unmet_rows(plan: Any, language: str) -> list[Any]:
    from holin.dispatch import unmet_words
    from holin.picture import UnmetRow, called, names_of

    rows, names = [], names_of(plan.frozen, language)
    for unmet in plan.secured.unmet:
        named = replace(unmet.violation, element=called(unmet.violation.element, names, short=True))
        said = unmet_words(plan.frozen, replace(unmet, violation=named), language)
        rows.append(
            UnmetRow(
                outage=unmet.violation.outage, what=said.what, steps=unmet.violation.hours, worst=said.worst,
                why=said.why, permanent=unmet.permanent,
            )
        )  # fmt: skip
    return rows


def _binding_rows(plan: Any, language: str) -> list[Any]:
    from holin.calendar import local
    from holin.dispatch import binding_spans, binding_words, reasons_of
    from holin.picture import BindingRow, called, from_words, names_of

    steps, names = plan.horizon.decided, names_of(plan.frozen, language)
    clock = local(plan.made.schedule.time.values[:steps], plan.frozen.facts.time_zone)
    begins, ends = from_words(clock, plan.horizon.step_h)
    return [
        BindingRow(
            start=begins[span.first], end=ends[span.last], element=called(span.element, names),
            what=binding_words(span.kind, names.get(span.element, span.element), language),
            saves=span.saves, unit=span.unit,
        )
        for span in binding_spans(reasons_of(plan.made), steps)
    ]  # fmt: skip


def print_pots(pots: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print a line for each potline: power, heat of its pots with the windows, metal."""
    if not pots:
        return

    def reach(values: Sequence[float | None], digits: int) -> str:
        low, high = figure(values[0], digits), figure(values[1], digits)
        return low if low == high else f"{low}–{high}"

    def window(values: Sequence[float]) -> str:
        return f"({values[0]:g}–{values[1]:g})"

    def metal(pot: Mapping[str, Any]) -> str:
        digits = 0 if pot["metal_nominal_t"] >= 100 else 1
        return f"{figure(pot['metal_t'], digits)} / {figure(pot['metal_nominal_t'], digits)}"

    rows = [
        [
            pot["potline"], reach(pot["power_mw"], 0), reach(pot["bath_temp_c"], 1),
            f"{reach(pot['superheat_c'], 1)} {window(pot['superheat_window_c'])}",
            f"{reach(pot['ledge_cm'], 1)} {window(pot['ledge_window_cm'])}",
            metal(pot),
        ]
        for pot in pots
    ]  # fmt: skip
    columns = ("potline", "mw", "bath", "superheat", "ledge", "metal")
    print_table(text("ahead.pots", language), [text(f"ahead.pots.{c}", language) for c in columns], rows)


def print_origin(figures: Mapping[str, Any], language: str, file: Path | None) -> None:
    """Print where the state and what comes are from."""
    for what, whence in origin_in_words(figures, language, file).items():
        out.print(f"{what}: {whence}", markup=False, soft_wrap=True)
