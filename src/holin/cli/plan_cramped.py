"""What the commands that plan print of rules that have no room for losses."""

from __future__ import annotations

from typing import Any

from holin.cli.output import out, percent
from holin.cli.texts import text


def print_cramped(figures: dict[str, Any], language: str, *, operated: bool = False) -> None:
    """Print which rules are kept just as asked because no plan keeps them any better, and whether AC flows leave none;
    nothing where all have room.

    A plan that was `operated` has been judged.
    """
    if why := figures.get("flows_leave_no_plan"):
        said = text("plan.flows_leave_no_plan", language, why=why[language])
        out.print(said, style="yellow", soft_wrap=True, markup=False)
    found = figures["rules_without_room"]
    if not found:
        return
    from holin.plan import ROOM

    name, between = ("name_zh", "；") if language == "zh" else ("name", "; ")
    named = between.join(f"{row[name]} ({row['stage']})" for row in found)
    said = text("plan.without_room", language, rules=named, room=percent(ROOM, 1))
    more = f" {text('plan.may_break', language)}" if operated else ""
    out.print(said + more, style="yellow", soft_wrap=True, markup=False)
