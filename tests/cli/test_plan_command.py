"""`holin plan`: its texts in both languages, and what it writes."""

import dataclasses
import json
from pathlib import Path

import openpyxl
import pytest
from cli_answers import Answer, holin

from holin.cli.plan_grid import print_budgets
from holin.park import Candidate, Choice, Meter, Park
from holin.parkfile import example_park, read_park, write_park
from holin.plan import built_park

TWO_DAYS = ("--years", "2028", "--start", "2028-03-02", "--end", "2028-03-04")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The folder of a plan of two days of the example park with more wind on offer, and what was printed."""
    folder = tmp_path_factory.mktemp("plan")
    park = dataclasses.replace(example_park("example"), candidates=())
    wind = Candidate(
        id="more-wind", name="More wind", name_zh="新建风电", element="wind-1", choice=Choice.BUILD, p_max_mw=60.0
    )
    write_park(dataclasses.replace(park, candidates=(wind,)), folder / "park")
    return folder / "made", holin(
        "plan", folder / "park", *TWO_DAYS, "-o", folder / "made", "--language", "zh"
    )  # fmt: skip


def test_it_prints_the_money_in_the_language_asked_for(planned: tuple[Path, Answer]) -> None:
    _, answer = planned
    assert answer.code == 0, answer.out
    for said in (
        "经济性（与不新建对比，元）",
        "项目投资内部收益率（税后）",
        "综合电价（每千瓦时，2028）",
        "折算为全年",
        "碳排放（千吨），48 小时内",
        "年减碳（千吨，2028）",
    ):
        assert said in answer.out
    assert "新建风电" in answer.out and "cash-flow.xlsx" in answer.out
    assert "已证明" in answer.out and "取整" not in answer.out  # nothing on offer comes in units


def test_it_writes_park_figures_and_cash_flow(planned: tuple[Path, Answer]) -> None:
    folder, _ = planned
    figures = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    money = figures["money"]
    assert money["figures"]["invested"] == pytest.approx(sum(money["cash_flow"]["capex"]), rel=1e-9)
    assert money["year_shares"] == {"2028": pytest.approx(2 / 366)}
    assert {wind.id for wind in read_park(folder / "park").wind_farms} == {"wind-1", "more-wind-2028"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'data-language="zh"' in page and 'id="plot-plan_cash"' in page and "新建风电" in page
    book = openpyxl.load_workbook(folder / "cash-flow.xlsx")
    assert book.sheetnames == ["汇总", "基础数据", "现金流量", "投资与折旧", "度电成本", "到户电价"]


def test_the_same_in_english_as_json(tmp_path: Path) -> None:
    """Nothing on offer: nothing is built, and there is neither investment nor return."""
    write_park(dataclasses.replace(example_park("example"), candidates=()), tmp_path / "park")
    answer = holin("plan", tmp_path / "park", *TWO_DAYS, "--json")
    money = answer.json["money"]
    assert answer.json["built"] == [] and money["investments"] == []
    assert money["figures"]["invested"] == 0 and money["figures"]["project_irr"] is None
    assert money["figures"]["payback_years"] is None and money["figures"]["payback_years_discounted"] is None
    assert money["prices"]["2028"]["per_kwh"] == pytest.approx(money["reference"]["2028"]["price_per_kwh"], rel=1e-3)


def test_a_park_without_candidates_is_told_what_to_add(tmp_path: Path) -> None:
    write_park(dataclasses.replace(example_park("example"), candidates=()), tmp_path / "park")
    answer = holin("plan", tmp_path / "park", *TWO_DAYS, "--language", "en")
    assert answer.code == 0 and "no candidates" in answer.out and "candidate.csv" in answer.out
    [payback] = [line for line in answer.out.splitlines() if line.startswith("payback, years")]
    assert payback.split()[-1] == "–"


def test_a_plan_is_kept_where_its_park_has_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made faulty on purpose: figures and report stand and name the fault, and the command fails."""
    park = tmp_path / "park"
    write_park(example_park("example"), park)
    nowhere = Meter(id="m-lost", enterprise=example_park("example").enterprises[0].id, element="nowhere")

    def faulty(whole: Park, *rest: object) -> Park:
        return dataclasses.replace(built_park(whole, *rest), meters=(nowhere,))  # type: ignore[arg-type]

    monkeypatch.setattr("holin.twin.plan.built_park", faulty)
    answer = holin("plan", park, *TWO_DAYS, "-o", tmp_path / "made", "--language", "en")
    assert answer.code == 1 and "park-faulty" in answer.out and "nowhere" in answer.out
    assert json.loads((tmp_path / "made" / "plan.json").read_text(encoding="utf-8"))["park_faults"]
    assert "nowhere" in (tmp_path / "made" / "report.html").read_text(encoding="utf-8")
    assert not (tmp_path / "made" / "park").exists()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "EXCEEDED by 15.7 million"), ("zh", "2030年：超出预算15.7百万")]
)  # fmt: skip
def test_a_budget_that_works_exceed_is_said_with_the_amount(
    language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"budget": 225e6, "plan": 225e6, "works": 15.7e6, "over": 15.7e6}
    kept = {"budget": 300e6, "plan": 225e6, "works": 15.7e6, "over": 0.0}
    print_budgets({"currency": "CNY", "budgets": {"2030": row, "2035": kept}}, language)
    told = capsys.readouterr().out
    assert said in told and told.count("15.7") == 3 and "2035" in told


@pytest.mark.parametrize(("language", "said"), [("en", "MWh of load, "), ("zh", "的负荷未供电")], ids=["en", "zh"])
def test_load_that_a_plan_does_not_serve_is_told(tmp_path: Path, language: str, said: str) -> None:
    """So little CO2 is asked for that import falls short: the rule holds because mills stand still."""
    park = dataclasses.replace(example_park("example"), candidates=())
    write_park(park, tmp_path / "park")
    asked = ("--rule", "co2_max_t=212000", "--language", language)
    answer = holin("plan", tmp_path / "park", *TWO_DAYS, *asked, "-o", tmp_path / "made")
    assert answer.code == 0
    assert said in answer.out
    page = (tmp_path / "made" / "report.html").read_text(encoding="utf-8")
    assert "2028: 22.1 MWh" in page
    assert said not in holin("plan", tmp_path / "park", *TWO_DAYS, "--language", language).out


def test_the_first_plan_of_a_new_park_has_something_to_choose_from(tmp_path: Path) -> None:
    assert holin("new", tmp_path / "my-park").code == 0
    two_days = ("--start", "2025-06-01", "--end", "2025-06-03")
    found = holin("plan", tmp_path / "my-park", *two_days, "--any-size", "--no-reinforce", "--json").json
    built = {row["candidate"]: row["mw"] for row in found["built"]}
    assert built["more-wind"] > 10.0 and set(built) <= {"more-wind", "more-pv", "more-battery"}
    for row in found["built"]:
        assert row["mw"] <= {"more-wind": 100.0, "more-pv": 60.0, "more-battery": 40.0}[row["candidate"]] + 1e-6
