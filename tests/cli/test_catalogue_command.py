"""`holin catalogue`: from a run to a hall, its searches and paths, its workbook, its page; both languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_answers import holin

from holin.hall import read_hall


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hall")
    assert holin("new", folder / "park").code == 0
    days = ("--start", "2025-03-01", "--end", "2025-03-02")
    assert holin("run", folder / "park", *days, "--out", folder / "run", "--json").code == 0
    answer = holin("catalogue", "demo", folder / "run", "--out", folder / "hall", "--json")
    assert answer.code == 0, answer.out
    assert answer.json["exhibitors"] == 17 and answer.json["products"] >= 1000 and answer.json["synthetic"]
    return folder / "hall"


def test_the_demo_follows_from_the_run(hall: Path) -> None:
    """Liquid metal of the demo is what `holin carbon` says of the potline, over the yield of tapping."""
    found = holin("catalogue", "search", "--form", "liquid", "--hall", hall, "--json").json
    [liquid] = found["products"]
    carbon = holin("carbon", hall.parent / "run", "--json").json
    [year] = [r for r in carbon["potlines"] if len(r["period"]) == 4]
    [node] = [n for n in holin("catalogue", "path", liquid["id"], "--hall", hall, "--json").json["path"][1:]]
    for count in ("location", "market", "traced"):
        by_hand = year[f"footprint_{count}_t_per_t"] * node["kg_per_t"] / 1000
        assert liquid["footprint"][f"total_{count}_t_per_t"] == pytest.approx(by_hand, rel=1e-9)
    assert found["figures"]["period"] == "2025" and found["figures"]["hours"] == 24


def test_search_in_both_languages(hall: Path) -> None:
    answer = holin("catalogue", "search", "battery", "foil", "--alloy", "1235", "--hall", hall)
    assert (answer.code, answer.err) == (0, "")
    assert "Battery foil 1235 H18" in answer.out and "Synthetic" in answer.out and "Count: traced" in answer.out
    chinese = holin("catalogue", "search", "汽车轮毂", "--hall", hall, "--language", "zh")
    assert "铸造铝合金轮毂" in chinese.out and "合成数据" in chinese.out and "口径：物理溯源" in chinese.out
    found = holin("catalogue", "search", "--category", "铝箔", "--use", "电池", "--hall", hall, "--json").json
    assert found["total"] > 20 and {p["category"] for p in found["products"]} == {"foil"}
    bound = holin("catalogue", "search", "--footprint-max", "1", "--count", "market", "--hall", hall, "--json").json
    assert bound["total"] == 0


def test_the_hall_may_come_from_the_environment(hall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLIN_HALL", str(hall))
    assert holin("catalogue", "search", "5083", "--json").json["total"] > 0


def test_show_and_path(hall: Path) -> None:
    wheel = holin("catalogue", "search", "--category", "wheel", "--hall", hall, "--json").json["products"][0]["id"]
    shown = holin("catalogue", "show", wheel, "--hall", hall, "--language", "en").out
    assert "location-based" in shown and "market-based" in shown and "traced" in shown
    path = holin("catalogue", "path", wheel, "--hall", hall, "--language", "en").out
    assert "Potline:" in path and "wind" in path and "maker's own data: Demo Second-Melt Recycling" in path
    found = holin("catalogue", "path", wheel, "--hall", hall, "--json").json
    assert sum(s["share"] for s in found["power_by_source"]) + found["power_unknown_share"] == pytest.approx(1)
    assert {s["period"] for s in found["smelter_power_by_month"]} == {"2025-03"}
    machine = holin("catalogue", "path", "machine-1-1", "--hall", hall, "--language", "zh").out
    assert "厂家数据：Demo Ridge Machinery" in machine and "没有通往电解系列的路径" in machine


def test_enquiries_find_offers(hall: Path) -> None:
    rows = holin("catalogue", "enquiries", "--hall", hall, "--on", "2025-06-01", "--json").json["enquiries"]
    assert sum(bool(r["matches"]) for r in rows) >= 4 and any(not r["matches"] for r in rows)
    assert "示例" in holin("catalogue", "enquiries", "--hall", hall, "--language", "zh").out


def test_out_to_excel_and_in_again(hall: Path, tmp_path: Path) -> None:
    assert holin("catalogue", "export", tmp_path / "x.xlsx", "--hall", hall, "--language", "zh").code == 0
    run = hall.parent / "run"
    answer = holin("catalogue", "import", tmp_path / "x.xlsx", "--run", run, "--out", tmp_path / "again")
    assert answer.code == 0, answer.err
    assert read_hall(tmp_path / "again").catalogue == read_hall(hall).catalogue
    for name in ("products.csv", "steps.csv", "figures.json"):
        assert (tmp_path / "again" / name).read_bytes() == (hall / name).read_bytes()


def test_a_template_is_checked_and_faults_are_named(tmp_path: Path, hall: Path) -> None:
    assert holin("catalogue", "template", tmp_path / "t.xlsx").code == 0
    assert holin("catalogue", "import", tmp_path / "t.xlsx", "--json").json["products"] == 0
    assert holin("catalogue", "export", tmp_path / "csv", "--hall", hall).code == 0
    path = tmp_path / "csv" / "products.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    rows[30][rows[0].index("alloy")] = "AA6063"
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    answer = holin("catalogue", "import", tmp_path / "csv", "--out", tmp_path / "bad")
    assert answer.code == 1 and "products.csv:31 alloy = 'AA6063'" in answer.err
    assert not (tmp_path / "bad").exists()


def test_without_a_run_only_makers_figures_are_known(hall: Path, tmp_path: Path) -> None:
    found = holin("catalogue", "import", hall, "--out", tmp_path / "bare", "--json").json
    assert found["footprint_of_path"] == 0 and found["footprint_of_maker"] > 0
    answer = holin("catalogue", "search", "foil", "--hall", tmp_path / "bare")
    assert "no figures of a run" in answer.out


def test_the_page_stands_alone(hall: Path, tmp_path: Path) -> None:
    answer = holin("catalogue", "page", "--hall", hall, "--out", tmp_path / "hall.html")
    assert answer.code == 0
    html = (tmp_path / "hall.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in html and "src=" not in html and "Synthetic" in html
    again = holin("catalogue", "page", "--hall", hall, "--out", tmp_path / "hall.html")
    assert again.code == 1 and "already" in again.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "--category", "planks"), "--category"),
        (("search", "--exhibitor", "nobody"), "--exhibitor"),
        (("search", "--footprint-min", "3", "--footprint-max", "2"), "--footprint-min"),
        (("show", "nothing"), "PRODUCT"),
        (("path", "nothing"), "PRODUCT"),
        (("enquiries", "--on", "tomorrow"), "--on"),
    ],
)
def test_what_makes_no_sense_is_said(hall: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = holin("catalogue", *arguments, "--hall", hall)
    assert answer.code == 1 and said in answer.err


def test_options_of_a_run_need_one(hall: Path) -> None:
    for option in ("--claims", "--ledger", "--period", "--passports"):
        answer = holin("catalogue", "import", hall, option, "x")
        assert answer.code == 1 and option in answer.err and "--run" in answer.err
    answer = holin("catalogue", "import", hall, "--run", hall.parent / "run", "--period", "2031")
    assert answer.code == 1 and "--period" in answer.err and "2025-03" in answer.err


def test_every_command_of_the_hall_teaches_and_has_json() -> None:
    for command in ("template", "import", "export", "demo", "search", "show", "path", "enquiries", "page"):
        shown = holin("catalogue", command, "--help")
        assert shown.code == 0 and "--json" in shown.out
