"""`holin carbon` on the hand-worked case with coal of its own."""

from pathlib import Path

import pytest
from cli_answers import CASE, Answer, holin

from holin.twin.certificates import issued_run, retired_run

OWN_COAL = CASE.parent.parent / "own_coal"
TWO_HOURS = ("--start", "2025-01-01", "--end", "2025-01-01 02:00")


@pytest.fixture(scope="module")
def coal_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "own-coal"
    assert holin("run", OWN_COAL / "park", *TWO_HOURS, "--out", folder, "--json").code == 0
    return folder


def row(answer: Answer, first: str) -> list[str]:
    """Return the cells of the line that begins so."""
    (line,) = [line for line in answer.out.splitlines() if line.startswith(first + " ")]
    return line.split()


def test_what_it_prints(coal_run: Path) -> None:
    answer = holin("carbon", coal_run, "--claims", OWN_COAL / "claims.csv")
    assert (answer.code, answer.err) == (0, "")
    # energy, scope 1, location, market, traced, covered
    assert row(answer, "works") == ["works", "158", "137", "25", "2", "8", "44"]
    assert row(answer, "mill") == ["mill", "42", "0", "22", "26", "27", "0"]
    assert row(answer, "sum") == ["sum", "200", "137", "48", "28", "35", "44"]
    assert row(answer, "P") == ["P", "13", "12.52", "12.89", "11.06", "9.58", "3.5"]
    said = (
        "kind demo", "11.0 MWh of certificates are beyond", "location of CN for 2025: 0.5306 t/MWh", "2 years older",
        "hour by hour", "do not add them", "2025 · 2 h",
    )  # fmt: skip
    assert [s for s in said if s not in answer.out] == []
    assert "No certificate" not in answer.out


def test_without_claims_it_says_so_in_both_languages(coal_run: Path) -> None:
    assert "No certificate retired: the market-based count has the residual mix" in holin("carbon", coal_run).out
    chinese = holin("carbon", coal_run, "--language", "zh").out
    assert "无核销绿证" in chinese and "位置法" in chinese and "物理溯源" in chinese


def test_json_of_one_enterprise_and_month_with_the_marginal(coal_run: Path) -> None:
    found = holin("carbon", coal_run, "--enterprise", "mill", "--month", "2025-01", "--marginal", "--json").json
    assert [(r["enterprise"], r["period"]) for r in found["enterprises"]] == [("mill", "2025-01")]
    assert found["potlines"] == []
    assert found["marginal"]["least_t_per_mwh"] == pytest.approx(0.5306)
    assert found["marginal"]["highest_t_per_mwh"] == pytest.approx(1 / 0.9375)
    assert "One MWh more emits 0.799 t on average" in holin("carbon", coal_run, "--marginal").out


def test_a_folder_is_written_and_not_written_over(coal_run: Path, tmp_path: Path) -> None:
    answer = holin("carbon", coal_run, "-o", tmp_path / "out", "--enterprise", "works")
    assert answer.code == 0 and "written to" in answer.out
    assert {p.name for p in (tmp_path / "out" / "pages").iterdir()} == {"works-zh.html", "works-en.html"}
    again = holin("carbon", coal_run, "-o", tmp_path / "out")
    assert again.code == 1 and "holds files already" in again.err and "--out" in again.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--enterprise", "nobody"), ("--enterprise", "one of works, mill")),
        (("--month", "2025-07"), ("--month", "one of 2025-01, 2025")),
        (("--month", "2025-01", "-o", "x"), ("--month", "leave out --month or --out")),
        (("--export-credit", "0.5"), ("--export-credit", "add --marginal")),
        (("--claims", "gone.csv"), ("gone.csv", "no such file")),
        (("--region", "DE"), ("emission_factor.csv", "region DE")),
    ],
)
def test_what_is_wrong_is_a_sentence(coal_run: Path, options: tuple[str, ...], said: tuple[str, ...]) -> None:
    answer = holin("carbon", coal_run, *options)
    assert answer.code in (1, 2) and "Traceback" not in answer.err
    assert [s for s in said if s not in answer.err] == []


def test_faults_of_claims_name_file_and_rows(coal_run: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    head = "enterprise,time,device,source_kind,retired_mwh\n"
    file.write_text(head + "me,2024-12-31T16:30Z,W,coal,-1\n", encoding="utf-8")
    answer = holin("carbon", coal_run, "--claims", file, "--json")
    assert answer.code == 1
    faults = answer.json["faults"]
    assert {f["field"] for f in faults} == {"enterprise", "source_kind", "retired_mwh", "time"}
    assert {(f["file"], f["row"]) for f in faults} == {(str(file), 2)}


def test_meters_and_a_ledger(coal_run: Path, tmp_path: Path) -> None:
    readings, book = tmp_path / "readings.csv", tmp_path / "certificates.db"
    assert holin("meters", "--from-run", coal_run, "--out", readings).code == 0
    found = holin("carbon", readings, "--park", OWN_COAL / "park", "--json").json
    by_run = holin("carbon", coal_run, "--json").json
    for one, other in zip(found["enterprises"], by_run["enterprises"], strict=True):
        assert one["enterprise"] == other["enterprise"]
        assert one["scope_2_traced_t"] == pytest.approx(other["scope_2_traced_t"], rel=1e-4)
    issued_run(coal_run, book)
    answer = holin("carbon", coal_run, "--ledger", book, "--json")
    assert (answer.code, answer.json["claims_in_ledger"], answer.json["certificates_retired_mwh"]) == (0, True, 0)
    retired_run(coal_run, book)
    assert holin("carbon", coal_run, "--ledger", book, "--json").json["certificates_retired_mwh"] == pytest.approx(70)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--claims", "c.csv", "--ledger", "l.db"), ("--claims", "one of both")),
        (("--stage", "2025"), ("--stage", "is for readings of meters")),
        (("another",), ("readings of meters need --park",)),
        (("--ledger", "gone.db"), ("gone.db",)),
    ],
)
def test_options_that_do_not_go_together(coal_run: Path, options: tuple[str, ...], said: tuple[str, ...]) -> None:
    answer = holin("carbon", coal_run, *options)
    assert answer.code == 1 and "Traceback" not in answer.err and "did not foresee" not in answer.err
    assert [s for s in said if s not in answer.err] == []


def test_readings_without_their_park_are_told(tmp_path: Path) -> None:
    (tmp_path / "readings.csv").write_text("meter,time,value\n", encoding="utf-8")
    answer = holin("carbon", tmp_path / "readings.csv")
    assert answer.code == 1 and "write --park my-park" in answer.err
