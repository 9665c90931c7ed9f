"""Options that the commands of a plan share: each stands once, and its faults are told before anything is solved."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main
from cli_answers import holin

from holin.cli import app
from holin.cli.plan_asked import changes_of, wishes_of
from holin.errors import BadInput

COMMANDS = ("plan", "frontier", "alternatives", "sweep")
WISHED = (
    "years", "base", "share", "rule", "no_export", "invest_max", "anew", "secure", "load_growth"
)  # fmt: skip
SOLVED = ("change", "start", "end", "step", "weather", "seed", "solver")
NOTHING: dict[str, Any] = {
    "years": None, "base": None, "share": None, "rules": None, "no_export": False, "invest_max": None, "anew": False,
    "secure": False, "load_growth": 0.0, "whole": True,
}  # fmt: skip


def options_of(command: str) -> dict[str, tuple[object, ...]]:
    """Return the options of a command: how each is written, its default, its help."""
    group: Any = typer.main.get_command(app)
    return {p.name: (p.opts, p.default, p.help) for p in group.commands[command].params if hasattr(p, "help")}


def test_the_commands_share_their_options() -> None:
    known = {name: options_of(name) for name in COMMANDS}
    for option in WISHED:
        assert len({str(known[command][option]) for command in COMMANDS}) == 1, option
    for option in SOLVED:
        assert len({str(known[c][option]) for c in COMMANDS if c != "sweep" or option in known[c]}) == 1, option
    assert not {"wish", "how"} & set().union(*known.values())


def test_a_group_becomes_its_options_in_their_order() -> None:
    names = [n for n in options_of("frontier") if n in (*WISHED, *SOLVED)]
    assert names == [*WISHED, *SOLVED]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--years", "20x0"), "command line --years = '20x0': is no year"),
        (("--years=-2030",), "command line --years = '-2030': is no year"),
        (("--years", "2026-9999999"), "is no year"),
        (("--years", "2030,2200"), "command line --years = '2200': lies beyond what costs can be told of"),
        (("--years", "2030-2060"), "more than 12 years"),
        (("--years", "2019"), "command line --years = '2019': lies before the stage that stands"),
        (("--invest-max", "2050=1e9"), "command line --invest-max = '2050': a budget of a year that is not planned"),
        (("--invest-max", "2030=nan"), "has no number after ="),
        (("--invest-max", "2030=-1"), "is no budget"),
        (("--invest-max", "2030=1", "--invest-max", "2030=2"), "is the year's second budget"),
        (("--rule", "green_share_min=35"), "command line --rule = 'green_share_min=35': no value of this rule"),
        (("--rule", "greenness=0.3"), "command line --rule = 'greenness': no such kind of rule"),
        (("--rule", "aluminium_certificate_min=0.3"), "no optimum knows aluminium_certificate_mwh"),
        (("--share", "0.5", "--rule", "green_share_physical_min=0.6"), "is asked for twice"),
        (("--share", "2030=0.5,2030=0.6"), "is asked for twice"),
        (("--share", "70"), "command line --share = '70': is no share"),
        (("--share", "soon=0.7"), "command line --share = 'soon=0.7': is no share"),
        (("--rule", "co2_max_t@soon=5e5"), "names no year after @"),
        (("--years", "2026", "--share", "2030=0.7"), "holds in no planned year"),
        (("--change", "load=many"), "command line --change = 'load=many': has no number after ="),
        (("--change", "lod=2"), "command line --change = 'lod': no such quantity"),
        (("--solver", "abacus"), "command line --solver = 'abacus': no such solver; one of staged"),
        (("--start", "someday"), "command line --start = 'someday'"),
        (("--step", "20min"), "command line --step = '20min': no such step; give 1h, 30min, 15min"),
    ],
)
def test_what_is_wrong_is_told_as_the_option_that_it_is(arguments: tuple[str, ...], said: str) -> None:
    answer = holin("plan", "huolinguole", *arguments)
    assert answer.code == 1
    assert said in answer.err


@pytest.mark.parametrize("command", ["frontier", "alternatives"])
def test_a_full_folder_is_refused_before_anything_is_solved(command: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    answer = holin(command, "no-such-park", "-o", tmp_path)
    assert answer.code == 1
    assert f"command line --out = '{tmp_path}': holds files already" in answer.err


def test_the_rule_of_a_frontier_is_told_as_its_option() -> None:
    assert (
        "command line --by = 'greenness': no such kind of rule"
        in holin("frontier", "huolinguole", "--by", "greenness").err
    )


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadInput) as told:
        wishes_of(**NOTHING | {"years": "x", "rules": ["a", "b=1"], "invest_max": ["2030"], "share": "0.5"})
    assert [f.field for f in told.value.faults] == ["--rule", "rule", "--invest-max", "--years"]
    with pytest.raises(BadInput) as told:
        changes_of(["load", "load=1", "seed==inf"])
    assert [f.value for f in told.value.faults] == ["load", "seed==inf"]


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("plan", ("--solver", "abacus")),
        ("frontier", ("--solver", "abacus", "--by", "greenness")),
        ("alternatives", ("--solver", "abacus", "--within", "one")),
        ("sweep", ("--scenarios", "none.toml", "-o", "none")),
    ],
)
def test_faults_of_all_options_are_told_at_once(command: str, more: tuple[str, ...]) -> None:
    answer = holin(command, "huolinguole", "--years", "x", "--change", "load", "--start", "soon", "--step", "0", *more)
    assert answer.code == 1
    wrong = {"--years", "--change", "--start", "--step", *(o for o in more if o in ("--solver", "--by", "--within"))}
    assert {option for option in wrong if f"command line {option} = " in answer.err} == wrong


@pytest.mark.parametrize(
    ("growth", "said"), [(math.nan, "is no number"), (0.6, "is no growth of load"), (-0.3, "is no growth of load")]
)
def test_a_growth_of_load_that_is_none_is_told_with_all_else(growth: float, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        wishes_of(**NOTHING | {"load_growth": growth, "years": "x"})
    assert {fault.field for fault in refused.value.faults} == {"--load-growth", "--years"}
    assert wishes_of(**NOTHING | {"load_growth": 0.5}).load_growth == 0.5


def test_words_become_wishes_and_changes() -> None:
    asked = NOTHING | {"years": "2030, 2026-2028", "rules": ["storage_hours_min=4"], "invest_max": ["2030=5e9"]}
    wishes = wishes_of(**asked)
    assert wishes.years == (2030, 2026, 2027, 2028)
    assert wishes.investment_max == {2030: 5e9}
    assert [(rule.kind.value, rule.value) for rule in wishes.rules] == [("storage_hours_min", 4.0)]
    assert [(c.how, c.value) for c in changes_of(["a=2", "a=+50", "a=-1", "a==0.08"])] == [
        ("times", 2.0), ("plus", 50.0), ("plus", -1.0), ("to", 0.08)
    ]  # fmt: skip


def test_rules_hold_from_their_year_on_until_the_next() -> None:
    asked = wishes_of(**NOTHING | {
        "years": "2026,2028,2030", "share": "2028=0.5,2030=0.7", "rules": ["co2_max_t@2028=5e5", "self_use_min=0.6"],
    }).rules  # fmt: skip
    found = {rule.id: (rule.value, rule.built, rule.retired) for rule in asked}
    assert found == {
        "asked-green-share-physical-min-2028": (0.5, date(2028, 1, 1), date(2030, 1, 1)),
        "asked-green-share-physical-min-2030": (0.7, date(2030, 1, 1), None),
        "asked-co2-max-t-2028": (5e5, date(2028, 1, 1), None),
        "asked-self-use-min": (0.6, None, None),
    }
