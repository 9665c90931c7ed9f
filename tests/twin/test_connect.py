"""The path of a connection study on the small park: what fits, what needs works, what cannot be."""

import dataclasses
import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "connection"))
from connection_parks import DAY, request, small_park

from holin.connection import Answer, MeasureKind, Study, all_of, changes, figures_of, harmful
from holin.flow import n1
from holin.flow.hosting import Added
from holin.park import LoadShape, by_id
from holin.picture.connection import sections_of, speaker
from holin.twin import connect

DECIDED = date(2025, 1, 1)


def studied(**asked: object) -> Study:
    """Two summer days of the park with what is asked."""
    return connect(small_park(), request(**asked), decided=DECIDED, start=DAY, end=date(2025, 7, 3))


@pytest.fixture(scope="module")
def fits() -> Study:
    return studied()


@pytest.fixture(scope="module")
def tight() -> Study:
    return studied(place="b-park", load_mw=25.0)


def test_what_fits_is_a_yes_from_the_day(fits: Study) -> None:
    assert fits.answer is Answer.YES and fits.possible_from == DAY
    assert fits.bus.id == "b-park" and fits.site == "b-park"
    assert fits.works is not None and fits.works.measures == () and fits.flexible is None
    assert fits.unaided.n1.states == 48, "every hour was looked at with every branch out"
    figures = figures_of(fits)
    served, asked = figures["price"]["served_mwh"], float(fits.after.demand.load_mw.sel(load="new-load").sum())
    assert served == pytest.approx(asked, rel=1e-6)
    verdict = figures["verdict"]
    assert (verdict["answer"], verdict["possible_from"], verdict["later_than_asked"]) == ("yes", "2025-07-01", False)
    assert verdict["unserved_mwh"] == 0.0 and verdict["settled"] is True


def test_weather_and_demand_of_the_others_are_the_same_before_and_after(fits: Study) -> None:
    before, after = fits.before, fits.after
    units = list(before.available.unit.values)
    assert (after.available.available_mw.sel(unit=units).values == before.available.available_mw.values).all()
    loads = list(before.demand["load"].values)
    assert (after.demand.load_mw.sel(load=loads).values == before.demand.load_mw.values).all()


def test_the_price_is_the_sum_of_its_parts(fits: Study) -> None:
    price = figures_of(fits)["price"]
    total = sum(price["bill"].values()) + price["contribution"]
    assert price["all_in_per_kwh"] == pytest.approx(total / price["served_mwh"] / 1000)
    energy = sum(p["energy_charge"] for p in price["periods"].values())
    assert energy == pytest.approx(price["bill"]["energy"])


def test_hosting_is_where_the_next_megawatt_breaks_something(fits: Study) -> None:
    """Two transformers of 31.5 MVA: with one out the other is full at the headroom, and over it a MW further."""
    [load] = [h for h in fits.hosting if h.added is Added.LOAD]
    assert load.binding is not None and load.binding.element in ("t-park-1", "t-park-2")
    assert 5.0 < load.mw < load.base.mw
    for mw, carried in ((load.mw - 0.2, True), (load.mw + 0.5, False)):
        found = studied(place="b-park", load_mw=mw, shape=LoadShape.FLAT)
        assert found.unaided.fits is carried, mw


def test_a_full_substation_gets_a_third_transformer(tight: Study) -> None:
    assert tight.answer is Answer.AFTER and not tight.unaided.fits and tight.final.fits
    assert {(c.outage, c.element) for c in harmful(tight.unaided.caused)} == {
        ("t-park-1", "t-park-2"), ("t-park-2", "t-park-1"),
    }  # fmt: skip
    assert tight.works is not None
    [measure] = tight.works.measures
    assert measure.kind is MeasureKind.TRANSFORMER and measure.size == 31.5
    assert len(tight.after.park.transformers) == len(tight.before.park.transformers) + 1
    assert tight.possible_from == date(2026, 3, 3), "14 months of 30.44 days from the decision"


def test_the_works_do_and_the_schedule_with_them_is_secure(tight: Study) -> None:
    """Apart from the study: N-1 of the park with the works has nothing that N-1 before had not."""
    found = n1(tight.after.park, tight.after.schedule)
    assert harmful(changes(all_of(tight.n1_before), all_of(found), ("new-load",))) == ()


def test_other_ways_cost_more_than_the_one_taken(tight: Study) -> None:
    assert tight.works is not None and tight.alternatives
    costs = [tight.works.cost, *(w.cost for w in tight.alternatives)]
    assert costs == sorted(costs)


def test_at_once_it_is_a_flexible_connection(tight: Study) -> None:
    assert tight.flexible is not None and tight.flexible.cures
    assert set(tight.flexible.trips) == {"t-park-1", "t-park-2"}
    assert tight.flexible.curtailed_mwh == pytest.approx(0.0, abs=1e-6)


def test_more_than_the_park_has_cannot_be(tmp_path: Path) -> None:
    found = studied(place="b-park", load_mw=400.0)
    assert found.answer is Answer.NO and found.possible_from is None and found.works is None
    assert figures_of(found)["verdict"]["possible_from"] is None
    assert found.flexible is not None
    assert found.flexible.curtailed_mwh > 0.5 * found.flexible.wished_mwh


@pytest.fixture(scope="module")
def unsolved() -> Study:
    """So much load that no AC power flow has a solution with everything in service."""
    return studied(place="b-park", load_mw=400.0)


def test_what_trips_is_looked_at_in_what_can_flow_where_the_wish_has_no_solution(unsolved: Study) -> None:
    """The wish itself says nothing of outages: N-1 of what the optimum lets the load have does, here by itself."""
    assert unsolved.unaided.n1.outages == 0 and unsolved.flexible is not None
    alone = n1(unsolved.after.park, unsolved.after.schedule)
    found = harmful(changes(all_of(unsolved.n1_before), all_of(alone), ("new-load",)))
    assert {"t-park-1", "t-park-2"} <= set(unsolved.flexible.trips) <= {c.outage for c in found if c.outage}
    assert unsolved.flexible.hours_at_risk > 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("whole grid", "tripped when one of", "so outages were not looked at")),
        ("zh", ("全网", "任一停运时切除", "未对全量接入校核支路停运")),
    ],
)
def test_nothing_stands_for_an_element(unsolved: Study, language: str, words: tuple[str, ...]) -> None:
    say = speaker(unsolved.after.park, language)
    sections = {s.key: s for s in sections_of(figures_of(unsolved), say)}
    told = [*sections["works"].after, *sections["grid"].after]
    [(_, rows)] = sections["grid"].tables
    told += [cell for row in rows for cell in row]
    assert all(any(word in said for said in told) for word in words)
    assert "–" not in told and not any("– " in said for said in sections["works"].after)


def test_no_trip_is_said_to_be_none(unsolved: Study) -> None:
    figures = figures_of(unsolved)
    figures["flexible"] |= {"trips": [], "cures": True}
    for language, word in (("en", "no outage need trip it"), ("zh", "均无需切除")):
        say = speaker(unsolved.after.park, language)
        [works] = [s for s in sections_of(figures, say) if s.key == "works"]
        assert word in works.after[0] and "–" not in works.after[0]


def test_sources_bring_short_circuit_current_and_a_ratio() -> None:
    found = studied(place="b-wind", load_mw=0.0, wind_mw=20.0)
    here = next(c for c in found.currents if c.bus == "b-wind")
    assert here.after_ka > here.before_ka
    there = by_id(found.before.park.wind_farms)
    others = sum(w.p_nom_mw for w in there.values() if w.bus == "b-wind")
    assert found.strength.scr == pytest.approx(found.strength.sk_min_mva / 20.0)
    assert found.strength.composite_scr == pytest.approx(found.strength.sk_min_mva / (20.0 + others))
    figures = figures_of(found)
    assert figures["green"]["new_load"] is None and figures["price"]["all_in_per_kwh"] is None
    assert figures["price"]["generation_cost_per_kwh"] > 0


def test_breakers_that_are_at_their_limit_are_changed() -> None:
    """The bus's rating is set just above its current: 20 MW of PV more go over it."""
    plain = studied(place="b-smelter", load_mw=0.0, solar_mw=20.0)
    before = next(c for c in plain.currents if c.bus == "b-smelter").before_ka
    buses = tuple(
        dataclasses.replace(b, ik_max_ka=before * 1.01) if b.id == "b-smelter" else b for b in small_park().buses
    )
    found = connect(
        small_park(buses=buses), request(place="b-smelter", load_mw=0.0, solar_mw=20.0), decided=DECIDED, start=DAY,
        end=date(2025, 7, 2),
    )  # fmt: skip
    assert found.answer is Answer.AFTER and found.works is not None
    [measure] = found.works.measures
    assert measure.kind is MeasureKind.BREAKERS and measure.of == "b-smelter"
    assert not any(c.beyond for c in found.currents)
    assert found.flexible is not None and not found.flexible.cures and found.flexible.breakers == ("b-smelter",)
