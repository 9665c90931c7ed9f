"""The choices of a planner: templates stand nowhere, what is on offer has its dates."""

from datetime import date

from holin.park import Candidate, Choice, Cost, Park, ParkFacts, Stage, Storage, at_stage, templates_of

STAGE = Stage(name="2030", as_of=date(2030, 12, 31))
NEW = Candidate(id="more-bess", element="bess-like", choice=Choice.BUILD, template=True, p_max_mw=200.0)
LATER = Candidate(id="later", element="bess-1", choice=Choice.BUILD, p_max_mw=50.0, built=date(2035, 1, 1))
PARK = Park(
    facts=ParkFacts(id="p"),
    stages=(STAGE,),
    storages=(
        Storage(id="bess-1", bus="b", p_nom_mw=10, e_nom_mwh=40),
        Storage(id="bess-like", bus="b", p_nom_mw=1, e_nom_mwh=4),
    ),
    candidates=(NEW, LATER),
    costs=(Cost(id="c", capital_cost_per_mw=1.0, price_year=2025, change_per_year=-0.03),),
)


def test_a_template_stands_nowhere_and_an_offer_has_its_dates() -> None:
    standing = at_stage(PARK, STAGE)
    assert [s.id for s in standing.storages] == ["bess-1"]
    assert [c.id for c in standing.candidates] == ["more-bess"]
    assert templates_of(PARK.candidates) == {"bess-like"}
