"""The scenario file: what it says, and all that is wrong with it at once, with its lines."""

from pathlib import Path

import pytest

from holin.errors import BadInput
from holin.scenarios import Discrete, Factor, LogNormal, Normal, Triangular, Uniform, read_scenarios

GOOD = """
name = "prices-and-weather"
name_zh = "价格与气象"

[[factor]]
quantity = "weather_seed"
distribution = "discrete"
values = [1, 2, 3]

[[factor]]
quantity = "fuel_price.lignite"
distribution = "triangular"
low = 0.8
mode = 1
high = 1.5
basis = "assumed"
reference = "150 to 300 CNY/t at the mine mouth"

[[factor]]
quantity = "discount_rate"
how = "to"
distribution = "uniform"
low = 0.05
high = 0.08

[[factor]]
quantity = "load"
distribution = "normal"
mean = 1.0
sd = 0.1
low = 0.7

[[factor]]
quantity = "tariff.energy"
distribution = "lognormal"
median = 1.0
sigma = 0.2
"""

BAD = """
title = "no name"

[[factor]]
quantity = "weather_sed"
distribution = "discrete"
values = [1, 2]

[[factor]]
quantity = "weather_seed"
distribution = "uniform"
low = 1
high = 9

[[factor]]
quantity = "load"
how = "plus"
distribution = "triangle"

[[factor]]
quantity = "fuel_price"
distribution = "triangular"
low = "cheap"
mode = inf
hihg = 2

[[factor]]
quantity = "co2_price"
distribution = "uniform"
low = 100
high = 50
basis = "guess"

[[factor]]
quantity = "co2_price"
distribution = "discrete"
values = [1, "2"]
"""


def written(folder: Path, text: str) -> Path:
    (path := folder / "scenarios.toml").write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    spec = read_scenarios(written(tmp_path, GOOD))
    assert (spec.name, spec.name_zh, spec.file) == ("prices-and-weather", "价格与气象", "scenarios.toml")
    lignite = "150 to 300 CNY/t at the mine mouth"
    assert spec.factors == (
        Factor(quantity="weather_seed", how="to", distribution=Discrete(values=(1, 2, 3)), row=5),
        Factor(
            quantity="fuel_price.lignite",
            how="times",
            distribution=Triangular(low=0.8, mode=1.0, high=1.5),
            basis="assumed",
            reference=lignite,
            row=10,
        ),
        Factor(quantity="discount_rate", how="to", distribution=Uniform(low=0.05, high=0.08), row=19),
        Factor(quantity="load", how="times", distribution=Normal(mean=1.0, sd=0.1, low=0.7), row=26),
        Factor(quantity="tariff.energy", how="times", distribution=LogNormal(median=1.0, sigma=0.2), row=33),
    )


def test_all_faults_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        read_scenarios(written(tmp_path, BAD))
    found = [(f.row, f.field, f.problem) for f in told.value.faults]
    assert found == [
        (2, "title", "unknown key"),
        (None, "name", "no name"),
        (5, "quantity", "no such quantity"),
        (11, "distribution", "a seed is a label, not a measure"),
        (17, "how", "not a way to change it"),
        (18, "distribution", "no such distribution"),
        (25, "hihg", "unknown key"),
        (23, "low", "not a finite number"),
        (24, "mode", "not a finite number"),
        (20, "high", "is missing"),
        (32, "basis", "no such basis"),
        (31, "high", "not above low (100)"),
        (37, "values", "not a list of numbers"),
        (35, "quantity", "stands here a second time"),
    ]
    assert "did you mean high?" in str(told.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "not valid TOML: invalid value; write key = value"),
        ("name = 'x'", "no factors; write [[factor]]"),
        ("name = 'x'\nfactor = 3", "no factors"),
        ("name = 'x'\n[factor]\nquantity = 'load'", "no factors"),
        ("name = 3\n[[factor]]\nquantity = []\ndistribution = {}", "no such distribution"),
        ("a = " + "[" * 3000, "TOML"),
        (
            "name = 'x'\n[[factor]]\nquantity = 'load'\ndistribution = 'uniform'\nlow = 1\nhigh = 1" + "0" * 400,
            "not a fini",
        ),
        (
            "name = 'x'\n[[factor]]\nquantity = 'weather_seed'\ndistribution = 'discrete'\nvalues = [1.5]",
            "seeds are whole numbers",
        ),
    ],
)
def test_files_that_are_none_are_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput) as told:
        read_scenarios(written(tmp_path, text))
    assert words in str(told.value) or "nested too deeply" in str(told.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_scenarios(tmp_path / "gone.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "x.toml", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read_scenarios(path)
