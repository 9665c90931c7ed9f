"""The guide's Python runs, and the messages that it shows are those that a user sees."""

import re
import shutil
from pathlib import Path

import pytest
from parkfile_cases import all_of, cell, data, moments, series_csv

from holin.parkfile import faults_of_park

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
DAY = [(time, 0.5) for time in moments("2025-01-01T00:00", 24)]
SPOIL = all_of(
    cell("load.csv", "load-foil", "bus", "b-parc"),
    cell("transformer.csv", "t-park-1", "v_from_kv", "10.5"),
    cell("transformer.csv", "t-park-1", "v_to_kv", "66"),
    cell("line.csv", "l-smelter-1", "built", "2025-02-01"),
    cell("line.csv", "l-smelter-2", "built", "2025-02-01"),
    cell("wind_farm.csv", "wind-1", "p_nom_mw", "80000"),
    data("series/wind.csv", series_csv(*DAY[:5], *DAY[7:])),
)


def blocks(language: str, page: str) -> list[str]:
    return re.findall(
        rf"^```{page}\n(.*?)^```", (GUIDE / language / "park-folder.md").read_text(encoding="utf-8"), re.M | re.S
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_python_of_the_guide_runs(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = blocks(language, "python")
    exec(compile(code, "park-folder.md", "exec"), {})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_messages_of_the_guide_are_those_of_the_check(language: str, good: Path, tmp_path: Path) -> None:
    park = Path(shutil.copytree(good, tmp_path / "park"))
    SPOIL(park)
    said = {str(f) for f in faults_of_park(park)}
    [shown] = blocks(language, "text")
    assert set(shown.splitlines()) <= said, "\n".join(sorted(said))
