"""`holin sweep` on one day of a small park: its tables in both languages, JSON, and what is told before it begins."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_answers import Answer, holin

from holin.cli.sweep import print_sweep
from holin.jobs import Outcome
from holin.jobs.answer import Status, Work
from holin.jobs.result_files import JobResult, write_result
from holin.park import Candidate, Choice
from holin.parkfile import example_park, write_park

DAY = ("--years", "2028", "--start", "2028-03-02", "--end", "2028-03-03", "--workers", "1", "--draws", "8")
LOADS = """name = "loads"
[[factor]]
quantity = "load"
distribution = "uniform"
low = 0.5
high = 2.0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example park, more wind on offer, and a scenario file."""
    where = tmp_path_factory.mktemp("sweep")
    wind = Candidate(id="more-wind", element="wind-1", choice=Choice.BUILD, p_max_mw=60.0)
    write_park(dataclasses.replace(example_park("example"), candidates=(wind,)), where / "park")
    (where / "loads.toml").write_text(LOADS, encoding="utf-8")
    return where


def sweep(folder: Path, *more: str) -> Answer:
    return holin("sweep", folder / "park", "--scenarios", folder / "loads.toml", *DAY, *more)


@pytest.fixture(scope="module")
def swept(folder: Path) -> Answer:
    """The sweep of a share that the larger loads put out of reach."""
    return sweep(folder, "--share", "0.5", "-o", str(folder / "made"), "--json")


def test_scenarios_without_a_plan_are_counted_with_their_reason(folder: Path, swept: Answer) -> None:
    found = swept.json
    failed = set(found["failed"])
    assert found["done"] + len(failed) == 8 and found["done"] >= 4 and failed
    assert found["scenarios"] == found["done"] and found["lost"] == [] and found["kept"] == 0
    loads = {}
    for file in (folder / "made").glob("s*.json"):
        [change] = json.loads(file.read_text(encoding="utf-8"))["arguments"]["scenario"]["changes"]
        loads[file.stem] = change["value"]
    assert min(loads[id_] for id_ in failed) > max(v for id_, v in loads.items() if id_ not in failed)
    assert sum(found["why"].values()) == len(failed)
    assert all("traced hour by hour, at least 50 %” (2028) cannot hold" in reason for reason in found["why"])
    assert found["mattered"]["co2_t"]["rank"]["load"] > 0.9
    assert found["hours"] == [24] and found["asked"]["rules"][0]["value"] == 0.5
    assert (found["asked"]["draws"], found["asked"]["method"], found["asked"]["scenarios"]) == (
        8,
        "sobol",
        "loads.toml",
    )


def test_the_same_line_takes_it_up_again(folder: Path, swept: Answer) -> None:
    again = sweep(folder, "--share", "0.5", "-o", str(folder / "made"), "--language", "zh")
    assert again.code == 0
    assert "其中 8 个已有结果" in again.out and "仅运行全年中的 24 小时" in again.out
    assert again.out.count("个情景无结果：") == min(len(swept.json["why"]), 2)
    assert "以上数据均不计网损" in again.out and "各指标的分布（不计网损）" in again.out
    english = sweep(folder, "--share", "0.5", "-o", str(folder / "made"), "--language", "en").out
    assert "All figures without losses" in english and "How far the figures go, without losses" in english
    assert "各指标的分布" in again.out and "碳排放（吨） 与各因素的关系" in again.out


def test_the_only_factor_makes_all_of_the_variance(folder: Path) -> None:
    line = ("--sensitivity", "-o", str(folder / "shares"))
    found = sweep(folder, *line, "--change", "tariff.energy=1.1", "--json").json
    assert found["asked"]["changes"] == [{"quantity": "tariff.energy", "how": "times", "value": 1.1}]
    assert found["done"] == 8 * 3 and found["scenarios"] == 8 * 2
    co2 = found["sensitivity"]["co2_t"]
    assert (co2["points"], co2["missing"]) == (8, 0)
    assert co2["factors"]["load"]["total"] == pytest.approx(1.0, abs=0.35)  # of eight points
    again = sweep(folder, *line, "--change", "tariff.energy=1.1", "--language", "zh")
    assert "其中 24 个已有结果" in again.out
    assert "碳排放（吨） 的方差中各因素所占比例" in again.out and "与各因素的关系" not in again.out


def test_what_hangs_on_the_weather_is_not_told_as_hanging_on_the_loads(folder: Path) -> None:
    """A seed has no order, so no rank: that it may matter most is said beside what is ranked."""
    seeds = '[[factor]]\nquantity = "weather_seed"\ndistribution = "discrete"\nvalues = [1, 2, 3, 4, 5, 6]\n'
    (folder / "seeds.toml").write_text(LOADS.replace("0.5", "1.0").replace("2.0", "1.001") + seeds, encoding="utf-8")
    line = ("sweep", folder / "park", "--scenarios", folder / "seeds.toml", *DAY, "-o", str(folder / "seeds"))
    english = holin(*line, "--language", "en").out
    assert "weather_seed has no order and is ranked nowhere" in english
    assert "of it in a straight line" in english
    assert "weather_seed 没有大小顺序" in holin(*line, "--language", "zh").out


def test_what_is_lost_is_told_and_no_success(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(tasks: Mapping[str, Any], work: Work, where: Path, **more: Any) -> Outcome:
        where.mkdir()
        for id_ in tasks:
            error = {"kind": "WorkerDied", "text": "its worker died 3 times"}
            told = {"hash": "", "arguments": {}, "result": None, "work": "", "holin": "", "wall_s": 0.0, "tries": 3}
            write_result(where, JobResult(id=id_, status=Status.LOST, error=error, **told))
        return Outcome(folder=where, done=(), failed=(), lost=tuple(tasks), kept=(), damaged=())

    monkeypatch.setattr("holin.jobs.run_jobs", lose)
    answer = sweep(folder, "-o", str(folder / "lost"))
    assert answer.code == 1
    assert "8 were lost" in answer.out and "8 without an answer: its worker died 3 times" in answer.out


def test_what_would_be_wrong_in_every_scenario_is_told_before_the_first(folder: Path) -> None:
    for more, said in (
        (("--invest-max", "2030=1e9"), "command line --invest-max = '2030': a budget of a year that is not planned"),
        (("--base", "2099"), "no such stage"),
        (("--draws", "6"), "command line --draws = '6': Sobol' points come in powers of two"),
        (("--sensitivity", "--method", "latin"), "--sensitivity has a draw of its own"),
        (("--sensitivity", "--draws", "6"), "command line --draws = '6': Sobol' points come in powers of two"),
        (("--scheduler", "tcp://nowhere:1"), "the workers of a Dask scheduler are its own"),
        (("--start", "2028-03-04"), "the end later than the start"),
    ):
        answer = sweep(folder, *more, "-o", str(folder / "refused"))
        assert answer.code == 1
        assert said in answer.err
    assert not (folder / "refused").exists()


@pytest.mark.parametrize(
    ("r_squared", "unranked", "asked"), [(0.3, [], True), (0.95, [], False), (0.3, ["seed"], False)]
)
@pytest.mark.parametrize(("language", "word"), [("en", "--sensitivity tells what moves"), ("zh", "可用 --sensitivity")])
def test_a_sweep_whose_ranks_tell_little_names_the_option_that_does(
    capsys: pytest.CaptureFixture[str], r_squared: float, unranked: list[str], asked: bool, language: str, word: str
) -> None:
    """Where a factor has no order the sentence on it names the option; a study of shares needs none."""
    spread = dict.fromkeys(("p05", "p50", "p95"), 1.0)
    figures = {
        "names": {"en": "Park", "zh": "园区"}, "done": 8, "kept": 0, "failed": [], "lost": [], "why": {}, "cramped": [],
        "synthetic": {"en": "", "zh": ""}, "hours": [8760], "step_h": 1.0, "scenarios": 8, "unserved_mwh": {},
        "folder": "out", "spread": {"co2_t": spread},
        "mattered": {"co2_t": {"rank": {"load": 0.2}, "r_squared": r_squared}},
        "unranked": unranked, "sensitivity": None,
    }  # fmt: skip
    print_sweep(figures, language)
    told = capsys.readouterr().out
    assert (word in told) is asked and ("--sensitivity" in told) is (asked or bool(unranked))
    print_sweep(figures | {"sensitivity": {}}, language)
    assert "--sensitivity" not in capsys.readouterr().out
