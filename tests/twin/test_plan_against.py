"""A plan beside an earlier one: what was asked otherwise, and the years of both."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from holin.cli import output
from holin.cli.plan_against import print_against
from holin.errors import BadInput
from holin.twin.plan_against import ASKED, against, asked_otherwise, plan_figures_of
from holin.twin.plan_rules import asked_figures


def year(wind: float, price: float) -> dict[str, Any]:
    return {
        "capacity_mw": {"wind": wind, "solar": 20.0, "coal": 0.0, "storage": 5.0, "storage_mwh": 10.0},
        "green_share": {"physical": 0.7}, "all_in_price_per_kwh": price, "curtailed_share": 0.1,
        "carbon": {"total_t": 9_000.0}, "energy_mwh": {"import": 2_500.0},
    }  # fmt: skip


def plan_of(price: float, **asked: Any) -> dict[str, Any]:
    return {
        "park": "p", "currency": "CNY", "asked": {"years": [2028, 2030], "export": False, "rules": []} | asked,
        "by_year": {"2028": year(100.0, price), "2030": year(1_200.0, price)}, "proof": {},
        "investment": {"2028": 1e8, "2030": 2e9}, "money": {"figures": {"project_npv": 3e8, "project_irr": 0.1}},
    }  # fmt: skip


def test_years_of_both_stand_beside_each_other() -> None:
    then, now = plan_of(0.3), plan_of(0.4)
    then["by_year"].pop("2028")
    found = against(now, then, "plan-70")
    assert list(found["by_year"]) == ["2030"]
    both = found["by_year"]["2030"]
    assert [both[k]["all_in_price_per_kwh"] for k in ("then", "now")] == [0.3, 0.4]
    assert found["all_years"]["now"] == {"investment": 2.1e9, "npv": 3e8, "irr": 0.1}
    then["money"] = {"why_not": "no money"}
    assert against(now, then, "plan-70")["all_years"]["then"]["npv"] is None


def test_what_was_asked_otherwise_is_told_in_plain_words() -> None:
    rule = {"kind": "green_share_physical_min", "value": 0.7, "since": 2030}
    change = {"quantity": "fuel_price.lignite", "how": "times", "value": 2.0}
    then = plan_of(0.3, rules=[rule], export=True)["asked"]
    now = plan_of(0.3, rules=[rule], changes=[change])["asked"]
    rows = {row["what"]: (row["then"], row["now"]) for row in asked_otherwise(then, now)}
    assert rows == {"export": ("✓", ""), "changes": ("", "fuel_price.lignite ×2")}
    more = asked_otherwise(now, now | {"rules": [rule | {"value": 0.8}], "investment_max": {"2030": 5e9}})
    assert [(row["then"], row["now"]) for row in more] == [
        ("green_share_physical_min@2030=0.7", "green_share_physical_min@2030=0.8"), ("", "2030=5e+09"),
    ]  # fmt: skip
    assert {row["zh"] for row in more} == {"规则", "投资上限"}


def test_all_that_may_be_asked_has_a_name() -> None:
    from holin.plan import PlanWishes

    assert set(asked_figures(PlanWishes())) <= set(ASKED)


def test_it_is_printed_in_both_languages(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.out, "_width", 140)
    now = plan_of(0.4, export=True)
    figures = now | {"against": against(now, plan_of(0.3), "plan-70")}
    print_against(figures, "en")
    english = capsys.readouterr().out
    assert "This plan beside plan-70" in english and "export allowed: not asked → ✓" in english
    assert (
        "0.3000 → 0.4000" in english
        and "1\u2009200 → 1\u2009200" in english
        and "2\u2009100.0 → 2\u2009100.0" in english
    )
    print_against(figures, "zh")
    assert "本规划与 plan-70 对比" in capsys.readouterr().out
    print_against(now, "en")
    assert capsys.readouterr().out == ""


def test_what_is_no_plan_of_the_park_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"holds no plan\.json"):
        plan_figures_of(tmp_path)
    (tmp_path / "plan.json").write_text('{"park": "p"}')
    with pytest.raises(BadInput, match="is no plan"):
        plan_figures_of(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(plan_of(0.3)))
    assert plan_figures_of(tmp_path) == json.loads(json.dumps(plan_of(0.3)))
    other = copy.deepcopy(plan_of(0.3)) | {"park": "q"}
    with pytest.raises(BadInput, match="is a plan of q"):
        against(plan_of(0.3), other, "plan-q")
