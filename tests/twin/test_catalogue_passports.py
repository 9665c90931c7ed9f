"""Passports as figures of a catalogue: by hand from their fields, and refused where they do not belong."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from holin.columns import Basis
from holin.errors import BadInput
from holin.hall import (
    Catalogue,
    Category,
    Count,
    Exhibitor,
    ExhibitorKind,
    Figures,
    Form,
    Material,
    PowerFigure,
    Product,
    Step,
    footprints,
    path_of,
)
from holin.passport import sealed
from holin.passport.document import FORMAT
from holin.signing import scheme_of
from holin.twin import with_passports

SCHEME = scheme_of("sha256-ed25519")
KEY = SCHEME.new_key()
FIGURES = Figures(
    park="p", park_name="P", park_name_zh="P", stage="s", period="2025", hours=24.0, kind="demo", run="r",
    power={"mill": PowerFigure(name="M", name_zh="M", location_t_per_mwh=0.7, market_t_per_mwh=0.6,
                               traced_t_per_mwh=0.5, green_share=0.0)},
)  # fmt: skip


def said(value: str) -> dict[str, str]:
    return {"value": value}


def passport(**changed: Any) -> dict[str, Any]:
    """Return the fields of a passport of 10 t: 130 MWh in the pots, 0.6 MWh to cast, 0.6 of the pots' energy wind."""

    def counts(location: str, market: str, traced: str) -> dict[str, Any]:
        return {"location": said(location), "market": said(market), "traced": said(traced)}

    def source(name: str, green: bool, mwh: str) -> dict[str, Any]:
        words = {"en": name, "zh": name}
        return {"id": name, "name": words, "kind": "wind_farm", "green": green, "energy": said(mwh)}

    return {
        "format": FORMAT, "kind": "demo",
        "issuer": {"park": "p", "scheme": "sha256-ed25519", "public_key": SCHEME.public_key(KEY)},
        "product": {"batch": "b-1", "name": {"en": "Billet", "zh": "圆铸棒"}},
        "mass": {"product": said("10000.000")},
        "energy": {"pots": said("130.000000"), "casting": said("0.600000"),
                   "sources": [source("w", True, "78.0"), source("c", False, "52.0")]},
        "green": {"physical_share": said("0.6000")},
        "carbon": {
            "parts": {"anodes": said("1.3"), "pfc": said("0.1"), "own_power": counts("0.0", "0.0", "0.0"),
                      "bought_power": counts("9.0", "8.0", "4.0"), "casting": counts("0.04", "0.03", "0.02")},
            "inputs": said("0.05"), "without_figure": said("0.000"),
        },
    } | changed  # fmt: skip


def written(path: Path, content: dict[str, Any]) -> Path:
    path.write_bytes(sealed(content, SCHEME, KEY))
    return path


def test_a_batch_carries_what_its_passport_says(tmp_path: Path) -> None:
    """By hand: foil of 1,100 kg of the batch, 500 kWh/t at the mill.

    direct 1.1 * (1.3 + 0.1) + 0.02 = 1.56; declared 1.1 * 0.05; traced 1.1 * 4.02 + 0.5 * 0.5 = 4.672;
    power 1.1 * 13,060 + 500 = 14,866 kWh/t, of it wind 1.1 * 13,060 * 0.6 = 8,619.6.
    """
    figures = with_passports(FIGURES, [written(tmp_path / "b.json", passport())])
    foil = Product(
        id="foil", exhibitor="mill", name="Foil", category=Category.FOIL, material=Material.ALUMINIUM, form=Form.FOIL,
        made_kg=1000.0, scrap_kg=90.0, loss_kg=10.0, process_kwh_per_t=500.0, process_direct_t_per_t=0.02,
        basis=Basis.ASSUMED,
    )  # fmt: skip
    hall = Catalogue(
        exhibitors=(Exhibitor(id="mill", name="Mill", kind=ExhibitorKind.FIRM, enterprise="mill"),),
        products=(foil,),
        steps=(Step(product="foil", source="batch:b-1", input_kg=1100.0),),
    )
    found = footprints(hall, figures)["foil"]
    assert found is not None and found.missing == ()
    got = (found.direct_t_per_t, found.declared_t_per_t, found.power_traced_t_per_t, found.kwh_per_t)
    assert got == pytest.approx((1.56, 0.055, 4.672, 14_866.0))
    assert found.total_t_per_t(Count.LOCATION) == pytest.approx(1.56 + 0.055 + 1.1 * 9.04 + 0.35)
    way = path_of(hall, figures, foil)
    assert {s.source: s.share for s in way.sources} == pytest.approx(
        {"w": 0.6 * 14_366 / 14_866, "c": 0.4 * 14_366 / 14_866}
    )
    assert way.unknown_share == pytest.approx(500 / 14_866)
    bare = footprints(hall, FIGURES)["foil"]
    assert bare is not None and bare.missing == ("batch:b-1",)


def test_metal_without_a_figure_makes_the_sum_unknown(tmp_path: Path) -> None:
    content = passport()
    content["carbon"]["without_figure"] = said("12.5")
    figures = with_passports(FIGURES, [written(tmp_path / "b.json", content)])
    assert math.isnan(figures.batches["b-1"].declared_t_per_t)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"kind": "metered"}, "is metered, and the run is demo"),
        ({"issuer": {"park": "q", "scheme": "sha256-ed25519", "public_key": SCHEME.public_key(KEY)}}, "of the park q"),
        ({"carbon": {}}, "lacks figures"),
    ],
)
def test_what_does_not_belong_is_refused(tmp_path: Path, changed: dict[str, Any], problem: str) -> None:
    path = written(tmp_path / "b.json", passport(**changed))
    with pytest.raises(BadInput, match=problem):
        with_passports(FIGURES, [path])


def test_a_changed_passport_two_of_a_batch_and_none_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("a", "b"):
        written(tmp_path / "good" / f"{name}.json", passport())
    changed = written(tmp_path / "c.json", passport())
    changed.write_bytes(changed.read_bytes().replace(b"130.000000", b"100.000000"))
    with pytest.raises(BadInput) as caught:
        with_passports(FIGURES, [tmp_path / "good", changed, tmp_path / "empty"])
    said_ = " ".join(f.problem for f in caught.value.faults)
    assert len(caught.value.faults) == 3
    assert "has a passport already" in said_ and "seal does not hold" in said_ and "there is no passport" in said_


def test_who_signed_is_said_and_held_against_the_keys_that_are_known(tmp_path: Path) -> None:
    path, mine = written(tmp_path / "b.json", passport()), tmp_path / "mine.pem"
    mine.write_text(SCHEME.public_key(KEY), encoding="utf-8")
    stranger = SCHEME.public_key(SCHEME.new_key())
    unchecked = with_passports(FIGURES, [path]).batches["b-1"]
    assert not unchecked.signer_known and "nobody checked whose" in unchecked.name and "未核实归属" in unchecked.name_zh
    assert unchecked.signer in unchecked.name
    known = with_passports(FIGURES, [path], keys=[mine], public_keys=[stranger]).batches["b-1"]
    assert known.signer_known and known.name == "Billet b-1"
    with pytest.raises(BadInput, match="none of those that you know"):
        with_passports(FIGURES, [path], public_keys=[stranger])


def impossible(**changed: Any) -> dict[str, Any]:
    """Return a passport with other figures at the paths given with `__` between their parts."""
    content = passport()
    for place, value in changed.items():
        *parents, last = place.split("__")
        at = content
        for parent in parents:
            at = at[parent]
        at[last] = said(value)
    return content


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"carbon__parts__anodes": "-5"}, "direct_t_per_t is -4.9"),
        ({"carbon__inputs": "-0.1"}, "declared_t_per_t is -0.1"),
        ({"green__physical_share": "1.7"}, "green_share is 1.7, not within 0 to 1"),
        ({"green__physical_share": "0.9"}, "its sources say otherwise"),
        ({"energy__pots": "500"}, "not those of its pots"),
        ({"mass__product": "0.001"}, "kwh_per_t is"),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path: Path, changed: dict[str, str], problem: str) -> None:
    """Whoever signed them, and however well."""
    with pytest.raises(BadInput, match=problem):
        with_passports(FIGURES, [written(tmp_path / "b.json", impossible(**changed))])
