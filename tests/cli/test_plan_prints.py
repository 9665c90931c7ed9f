"""What `holin plan` prints of its grid check and of the prices of rules, from figures alone."""

from typing import Any

import pytest

from holin.cli import output
from holin.cli.output import figure, print_table
from holin.cli.plan_grid import print_grid_checks
from holin.cli.plan_unserved import (
    print_unserved,
    print_unserved_alternatives,
    print_unserved_points,
    print_unserved_scenarios,
)
from holin.cli.plan_why import print_prices


def measure(kind: str, of: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "of": of, "size": 40.0, "unit": "kA", "cost": 2e6, "begin_by": "2029-05-01"} | more


def checked(measures: list[dict[str, Any]]) -> dict[str, Any]:
    check = {
        "secure": True, "secure_without_reinforcement": False, "cases": 24, "caused": [], "left": [], "before": [],
        "breakers": [], "breakers_left": [], "breakers_before": [], "reinforcements": measures,
        "reinforcement_cost": sum(m["cost"] for m in measures),
    }  # fmt: skip
    loop = {"settled": True, "passes": 0}
    return {"currency": "CNY", "by_year": {"2030": {"grid_check": check}}, "grid_loop": loop}


def test_breakers_of_one_rating_are_one_line_and_works_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    buses = [measure("breakers", f"bus-{k}") for k in range(7)]
    works = [measure("line", f"line-{k}", size=12.5, unit="km", cost=3e7) for k in range(2)]
    print_grid_checks(checked([*buses, measure("breakers", "strong", size=50.0), *works]), "en")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("2030: ")]
    assert lines == [
        "2030: breakers of 40 kA at 7 buses (bus-0, bus-1, bus-2, bus-3, bus-4 and 2 more), 14.0 million CNY; order by "
        "2029-05-01",
        "2030: breakers of 50 kA at strong, 2.0 million CNY; order by 2029-05-01",
        "2030: a parallel circuit beside line-0, 12.5 km, 30.0 million CNY; order by 2029-05-01",
        "2030: a parallel circuit beside line-1, 12.5 km, 30.0 million CNY; order by 2029-05-01",
    ]


def test_works_beside_one_element_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    both = [measure("line", "line-1", size=8.0, unit="km", cost=2e7) for _ in range(2)]
    for language, said in (
        ("en", "2030: a parallel circuit beside line-1 (2 of them), 8 km, 40.0 million CNY; order by 2029-05-01"),
        ("zh", "2030年：line-1（共 2 项）增建并列线路8 km，40.0百万元，须于2029-05-01前启动"),
    ):
        print_grid_checks(checked(both), language)
        assert said in capsys.readouterr().out.splitlines()


def test_chinese_names_the_currency_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    print_grid_checks(checked([measure("breakers", "a"), measure("breakers", "b")]), "zh")
    assert "2030年：2 段母线（a, b）更换40 kA断路器，4.0百万元，须于2029-05-01前启动" in capsys.readouterr().out


def test_numbers_stay_whole_where_a_table_is_narrower_than_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.out, "_width", 34)  # COLUMNS is read once, by whichever test comes first
    spans = [f"{figure(12_345, 0)} – {figure(67_890, 0)}" for _ in range(3)]
    print_table("", ["of 2030", "+1 %", "+3 %", "+5 %"], [["wind, MW", *spans]])
    printed = capsys.readouterr().out
    assert printed.count(figure(12_345, 0)) == 3 and printed.count(figure(67_890, 0)) == 3
    assert "\ue000" not in printed


def limit(stage: str, price: float, **more: Any) -> dict[str, Any]:
    found = {
        "kind": "rule", "element": "asked-share", "stage": stage, "unit": "MWh", "price": price,
        "per_point": 1e5 * price, "per_tonne": 0.2 * price, "per_kwh": 1e-5 * price, "name": "Green share 70 %",
        "name_zh": "绿电占比 70 %",
    }  # fmt: skip
    return found | more


def printed(limits: list[dict[str, Any]], language: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_prices({"currency": "CNY", "why": {"limits": limits}}, language)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_rules_are_told_by_name_and_those_with_room_cost_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.out, "_width", 160)  # COLUMNS is read once, by whichever test comes first
    other = limit("2028", 5.0, element="co2", name="Cap", name_zh="上限", unit="MW year", per_point=None)
    limits = [limit("2028", 50.0), other, limit("2030", 2e-9)]
    assert printed(limits, "en", capsys)[-4:-1] == [
        "Green share 70 % 2028 50.00 / MWh 5.000 10.00 0.500",
        "Green share 70 % 2030 nothing: it has room – – –",
        "Cap 2028 5.00 / MW a year – 1.00 0.050",
    ]
    assert "上限 2028 5.00 /（MW·年） – 1.00 0.050" in printed(limits, "zh", capsys)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "2028: 30.0 MWh of load, 3.0 % of it"), ("zh", "2028：有 30.0 MWh（3.0 %）")]
)
def test_load_not_served_is_told_by_year(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    shed = {"2026": 0.4, "2028": 30.0}
    print_unserved({"by_year": {y: {"energy_mwh": {"load": 970.0, "shed": v}} for y, v in shed.items()}}, language)
    told = capsys.readouterr().out.replace("\u2009", " ").replace("\u00a0", " ")
    assert said in told
    assert "2026" not in told


@pytest.mark.parametrize(
    ("language", "said"), [("en", "served at 20 t* (70.0 MWh);"), ("zh", "未供电：20 t* (70.0 MWh)；")]
)
def test_points_that_serve_less_are_named(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    points = [{"by_year": {"2030": {"unserved_mwh": v}}} for v in (70.0, 5.0, 0.1)]
    print_unserved_points(points, "2030", ["20 t*", "30 t", "40 t*"], language)
    told = capsys.readouterr().out
    assert said in told
    assert "30 t (5.0 MWh)" in told
    assert "40 t" not in told
    print_unserved_points(points[2:], "2030", ["40 t*"], language)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "served by 2 of 3 plans, best plan (2.0 MWh); most wind, MW, +5.0 % (30.0 MWh):"),
        ("zh", "3 个方案中有 2 个未供全部负荷：最优方案 (2.0 MWh)；风电（MW）最多，成本 +5.0 % (30.0 MWh)；"),
    ],
)
def test_alternatives_that_serve_less_are_named(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    """The worst of a plan's years counts; a leftover of the solver does not."""
    best, least, most = ({y: {"unserved_mwh": v} for y, v in zip(("2026", "2030"), two, strict=True)}
                         for two in ((0.0, 2.0), (0.1, 0.1), (30.0, 7.0)))  # fmt: skip
    ranges = [{"technology": "wind", "within": 0.05, "least": {"by_year": least}, "most": {"by_year": most}}]
    print_unserved_alternatives({"optimum": best, "ranges": ranges}, language)
    assert said in capsys.readouterr().out
    print_unserved_alternatives({"optimum": least, "ranges": []}, language)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "in 2 of 8 scenarios, most in s2 (9.0 MWh"),
        ("zh", "8 个情景中有 2 个未供全部负荷，最多为 s2（一年 9.0 MWh"),
    ],
)
def test_scenarios_that_serve_less_are_counted(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    print_unserved_scenarios({"s1": 3.0, "s2": 9.0, "s3": 0.1}, 8, language)
    assert said in capsys.readouterr().out
    print_unserved_scenarios({"s3": 0.1}, 8, language)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("language", "cell", "line"),
    [
        ("en", "yes, but 2 there before remain", "does not cure: 2, the first line-1 loaded 160 %"),
        ("zh", "是，但原有 2 处仍在", "2 处，第一处为line-1负载率160%"),
    ],
)
def test_a_plan_that_is_carried_says_what_was_violated_before(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, cell: str, line: str
) -> None:
    monkeypatch.setattr(output.out, "_width", 160)
    figures = checked([])
    check = figures["by_year"]["2030"]["grid_check"]
    check["before"] = [{"en": "line-1 loaded 160 %", "zh": "line-1负载率160%"}]
    check["breakers_before"] = [{"bus": "bus-1", "ib_ka": 45.0, "ik_max_ka": 40.0}]
    print_grid_checks(figures, language)
    told = capsys.readouterr().out
    assert cell in told and line in told
    check["secure"] = False
    print_grid_checks(figures, language)
    assert cell not in capsys.readouterr().out
