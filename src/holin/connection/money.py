"""The money of a study: what the newcomer pays for a kWh, what the works add, what changes for everybody else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.connection.assumed import works_per_year
from holin.connection.bill import Bill, Real, bill, net_draw, others_price_per_mwh, value_of
from holin.connection.study import Operated, Study
from holin.finance import standing_cost
from holin.operation import hours_of


@dataclass(frozen=True, kw_only=True)
class Money:
    """Over the horizon, in the park's currency; energies in MWh.

    `bill` is by the tariff for what is drawn from the park; `contribution` the annuity of the works for the horizon's
    part of a year; `own` annuity and fixed costs of own sources and storage; `given_value` what energy given to the
    park is worth at the bus's marginal price, less what is drawn at it where there is no tariff. `served_mwh` is what
    the new load got, `made_mwh` what its sources gave. `others_before` and `others_after` are the all-in prices per
    MWh of everybody else.
    """

    tariff: str
    bill: Bill | None
    contribution: float
    contribution_cost: float
    own: float
    given_mwh: float
    given_value: float
    served_mwh: float
    made_mwh: float
    others_before: float
    others_after: float

    @property
    def all_in_per_mwh(self) -> float | None:
        """All that the newcomer pays over what its load got; None without a load, or a tariff for it."""
        if not self.served_mwh or self.bill is None:
            return None
        paid = self.bill.total + self.contribution + self.own - self.given_value
        return paid / self.served_mwh

    @property
    def generation_cost_per_mwh(self) -> float | None:
        """Own sources with the contribution over what they gave; None with a load or without sources."""
        if self.served_mwh or not self.made_mwh:
            return None
        return (self.own + self.contribution) / self.made_mwh


def money_of(study: Study) -> Money:
    """Return the money of a study."""
    after, added = study.after, study.added
    park, hours = after.park, hours_of(after.flows.time.values, after.park.facts.time_zone)
    load, own = power_of_units(after, (added.load,)), power_of_units(after, (*added.sources, added.storage))
    drawn, given = net_draw(-load, own)
    paper = bill(park, added.tariff, drawn, hours) if added.tariff else None
    cost = study.works.cost if study.works else 0.0
    yearly = works_per_year(cost, park.facts.discount_rate)
    units = [u for u in (*park.wind_farms, *park.pv_plants, *park.storages) if u.id in added.units]
    own_cost = standing_cost(park, units).total * hours.years
    exchanged = given if paper else given - drawn  # without a tariff, what a storage draws is bought as it is sold
    value = value_of(exchanged, after.schedule, study.site, hours.step_h)
    paid = (paper.total if paper else 0.0) + own_cost - value
    served = float(-load.sum()) * hours.step_h
    energy = after.summary["energy_mwh"]["load"]
    was, now = others_price_per_mwh(
        study.before.summary["price_parts"], after.summary["price_parts"], paid, energy - served,
        study.before.summary["energy_mwh"]["load"],
    )  # fmt: skip
    made = float(power_of_units(after, added.sources).sum()) * hours.step_h
    return Money(
        tariff=added.tariff, bill=paper, contribution=yearly * hours.years, contribution_cost=cost, own=own_cost,
        given_mwh=float(given.sum()) * hours.step_h, given_value=value, served_mwh=served, made_mwh=made,
        others_before=was, others_after=now,
    )  # fmt: skip


def power_of_units(operated: Operated, units: tuple[str, ...]) -> Real:
    """Return the power of some units together (time,) in MW, + into the network."""
    chosen = [u for u in units if u]
    if not chosen:
        return np.zeros(operated.flows.sizes["time"])
    power: Real = np.nan_to_num(operated.flows["p_mw"].sel(unit=chosen).sum("unit").values)
    return power
