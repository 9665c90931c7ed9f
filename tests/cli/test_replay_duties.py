"""A replay names the day and the duty of every window in which one gave way."""

import pytest

from holin.cli.replay import SHOWN, print_duties
from holin.cli.texts import text
from holin.dispatch import Breach
from holin.dispatch.breaches import KINDS
from holin.twin.replay import _duties


def breach(
    kind: str, element: str, unit: str, amount: float, total: float, cost: float, *, duty: bool = True
) -> Breach:
    return Breach(
        kind=kind, element=element, unit=unit, duty=duty, amount=amount, total=total, first=0, worst=0, steps=1,
        cost=cost,
    )  # fmt: skip


def test_duties_are_joined_over_the_hours_the_dearest_first() -> None:
    """Two hours of shed load at A, one of cold pots; a wish is no duty."""
    found = _duties(
        [
            breach("cold", "P", "K", 1.5, 1.5, 10.0),
            breach("load", "A", "MW", 4.0, 4.0, 200.0),
            breach("load", "A", "MW", 7.0, 7.0, 350.0),
            breach("reserve", "spinning", "MW", 9.0, 9.0, 900.0, duty=False),
        ]
    )
    assert found == [
        {"kind": "load", "element": "A", "unit": "MW", "most": 7.0, "energy_mwh": 11.0},
        {"kind": "cold", "element": "P", "unit": "K", "most": 1.5, "energy_mwh": None},
    ]


def test_the_screen_names_day_and_duty(capsys: pytest.CaptureFixture[str]) -> None:
    duties = _duties([breach("load", "A", "MW", 7.0, 11.0, 1.0), breach("cold", "P", "K", 1.5, 1.5, 0.5)])
    row = {"day": "2025-03-05", "duties": duties}
    print_duties([row], "en")
    said = capsys.readouterr().out
    assert (
        "2025-03-05: load shed at A: up to 7 MW (11 MWh); below its window of superheat: potline P: up to 1.5 K" in said
    )
    print_duties([row] * (SHOWN + 3), "zh")
    said = capsys.readouterr().out
    assert said.count("切负荷 A：最多 7 MW") == SHOWN and "3" in said.splitlines()[-1]
    print_duties([], "en")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("kind", sorted({kind for kind, _, duty in KINDS.values() if duty}))
def test_every_duty_has_words_in_both_languages(kind: str) -> None:
    assert text(f"breach.{kind}", "en") != text(f"breach.{kind}", "zh")
