"""The guide's sweep, run as it stands: a park in scenarios through the rooms, on a pool, and what it prints."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from holin.parkfile import example_park, write_park
from holin.scenarios import faults_of_quantities, read_scenarios

GUIDE = Path(__file__).parents[2] / "docs" / "guide"

FACTORS = """
name = "guide"

[[factor]]
quantity = "weather_seed"
distribution = "discrete"
values = [11]

[[factor]]
quantity = "tariff.energy"
distribution = "uniform"
low = 0.5
high = 2.0
"""


def blocks(language: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", (GUIDE / language / "sweeps.md").read_text("utf-8"), re.M | re.S)


def test_the_scenario_file_of_the_guide_is_read(tmp_path: Path) -> None:
    for language in ("en", "zh"):
        [text] = blocks(language, "toml")
        (tmp_path / "prices.toml").write_text(text, "utf-8")
        spec = read_scenarios(tmp_path / "prices.toml")
        assert [f.quantity for f in spec.factors] == ["weather_seed", "fuel_price.lignite", "discount_rate"]
        assert [f.field for f in faults_of_quantities(spec, example_park())] == ["quantity"]  # it burns no lignite


def test_the_sweep_of_the_guide_runs(tmp_path: Path) -> None:
    [code], [zh] = blocks("en", "python"), blocks("zh", "python")
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(zh))
    write_park(example_park(), tmp_path / "my-park")
    (tmp_path / "prices.toml").write_text(FACTORS)
    (tmp_path / "my_sweep.py").write_text(code.replace('"prices.toml"), 6', '"prices.toml"), 3'), "utf-8")
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    told = subprocess.run(
        [sys.executable, "my_sweep.py"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    files = [json.loads(p.read_text()) for p in sorted((tmp_path / "results").glob("*.json"))]
    assert [f["status"] for f in files] == ["done"] * 3
    assert files[0]["arguments"]["scenario"]["changes"][1]["quantity"] == "tariff.energy"
    dear = sorted(files, key=lambda f: f["arguments"]["scenario"]["changes"][1]["value"])
    prices = [f["result"]["price"] for f in dear]
    assert prices == sorted(prices) and prices[0] < prices[-1]  # one weather year: dearer power is dearer
    assert told.stdout.split()[0] == str(prices[0]) and "'tariff.energy': 1.0" in told.stdout
