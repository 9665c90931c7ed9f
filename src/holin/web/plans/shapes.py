"""How plans and frontiers are answered."""

from __future__ import annotations

from pydantic import BaseModel, Field

from holin.web.answers import Figure, Label
from holin.web.problems import FaultSaid


class AskedRule(BaseModel):
    """A rule that was asked for beside the park's own."""

    kind: str = Field(examples=["green_share_physical_min"])
    label: Label
    value: Figure
    since: int | None = Field(description="the first year of it; null: all")


class WrittenListed(BaseModel):
    """A plan or a frontier; where it has `faults` it cannot be read, and the rest is null."""

    id: str
    park: str | None = Field(default=None, description="id of the park by the park itself")
    park_name: Label | None = None
    years: list[str] = []
    base: str | None = Field(default=None, description="the stage that stands; null: the park's default one")
    rules: list[AskedRule] = []
    export: bool | None = None
    changes: list[str] = Field(default=[], description="what of the park was taken otherwise, such as load ×1.1")
    whole_year: bool | None = Field(
        default=None, description="false: a part of the year was planned and scaled up, no basis to decide on money"
    )
    synthetic: Label | None = None
    faults: list[FaultSaid] = []


class PlansListed(BaseModel):
    """All plans and frontiers that are served."""

    plans: list[WrittenListed]
    frontiers: list[WrittenListed]


class BuiltShown(BaseModel):
    """What a plan builds in a year."""

    year: str
    candidate: str
    name: Label
    kind: str = Field(examples=["wind"])
    choice: str = Field(examples=["build"])
    mw: Figure = Field(description="MW built in the year")
    mwh: Figure = Field(description="MWh built in the year, of storage")
    stands_mw: Figure = Field(description="MW of it that stand then in all")
    most_mw: Figure = Field(description="MW on offer")
    investment: Figure = Field(description="currency")
    yearly_cost: Figure = Field(description="currency/a: annuity and fixed cost")
    lifetime_years: Figure = Field(description="a")


class RetiredShown(BaseModel):
    """What goes out of service by the plan."""

    year: str
    element: str
    choice: str
    mw: Figure = Field(description="MW")


class PlannedYear(BaseModel):
    """A planned year as it is operated; energy is of the planned hours."""

    year: str
    hours: int
    price_per_kwh: Figure = Field(description="currency/kWh of load, all in")
    green_share_physical: Figure = Field(description="traced hour by hour, 0..1; count: physical")
    green_share_annual: Figure = Field(description="balance of the period, 0..1; count: annual")
    co2_t: Figure = Field(description="t in the planned hours")
    co2_t_per_t_al: Figure = Field(description="t CO2e per t of aluminium")
    curtailed_share: Figure = Field(description="of what wind and sun could have given, 0..1")
    capacity: dict[str, Figure] = Field(description="MW that stand by kind; storage_mwh in MWh")
    energy_mwh: dict[str, Figure] = Field(description="MWh by kind, each positive")
    loading_max: Figure = Field(description="largest loading of a branch (1)")
    v_min_pu: Figure = Field(description="p.u.")
    v_max_pu: Figure = Field(description="p.u.")
    secure: bool | None = Field(description="no outage violates anything that it did not before; null: not looked at")
    settled: bool | None = Field(description="dispatch and AC flow came to rest")
    investment: Figure = Field(description="currency spent in the year")


class RuleOfYear(BaseModel):
    """How a rule stands in a planned year."""

    year: str
    reached: Figure
    margin: Figure
    holds: bool | None


class RuleOfPlan(BaseModel):
    """A rule and how it stands in each planned year."""

    rule: str
    kind: str
    name: Label
    value: Figure = Field(description="the limit, in `unit`")
    unit: str = Field(description="of the limit and of what is reached; 1 is a share")
    kept: bool = Field(description="the plan had to keep it; else it is judged only")
    by_year: list[RuleOfYear]


class RuleCostShown(BaseModel):
    """What a rule costs in all: the plan made again without it."""

    rule: str
    name: Label
    per_year: Figure = Field(description="currency/a")
    per_kwh: Figure = Field(description="currency per kWh of load")
    per_tonne: Figure = Field(description="currency per t of aluminium")


class ShadowPriceShown(BaseModel):
    """What one unit more of a limit would save."""

    year: str
    kind: str = Field(description="rule, branch, offer, budget …", examples=["rule"])
    element: str
    name: Label
    unit: str = Field(description="of the limit, such as MWh or MW")
    price: Figure = Field(description="currency per unit")
    per_kwh: Figure = Field(description="currency per kWh of load that the limit costs at its price")
    margin: Figure = Field(description="how far from the limit, in its unit")
    hours: int | None = Field(description="in how many hours it binds; null: it is no limit of hours")


class SizingShown(BaseModel):
    """Why an offer is built to the size that it has, or not at all."""

    year: str
    offer: str
    text: Label


class MoneyShown(BaseModel):
    """What the plan costs and brings against nothing built."""

    invested: Figure = Field(description="currency")
    project_irr: Figure = Field(description="after tax, 0..1")
    equity_irr: Figure = Field(description="after tax, 0..1")
    project_npv: Figure = Field(description="currency")
    payback_years: Figure = Field(description="a")


class ProofShown(BaseModel):
    """How well the optimum is proven."""

    solver: str
    gap: Figure = Field(description="(cost - bound) / cost")
    seconds: Figure = Field(description="s")


class PlanShown(BaseModel):
    """A plan: what it builds, its years as operated, what its rules cost."""

    listed: WrittenListed
    currency: str
    built: list[BuiltShown]
    retired: list[RetiredShown]
    years: list[PlannedYear]
    rules: list[RuleOfPlan]
    rule_costs: list[RuleCostShown] | None = Field(description="null: not worked out (holin plan --rule-costs)")
    shadow_prices: list[ShadowPriceShown]
    sizing: list[SizingShown]
    money: MoneyShown | None
    why_no_money: str | None
    proof: ProofShown


class PointOfYear(BaseModel):
    """A point of a frontier in a planned year."""

    year: str
    price_per_kwh: Figure = Field(description="currency/kWh of load, all in, without losses")
    green_share_physical: Figure = Field(description="0..1; count: physical")
    green_share_annual: Figure = Field(description="0..1; count: annual")
    co2_t: Figure = Field(description="t in the planned hours")
    curtailed_share: Figure = Field(description="0..1")
    shadow_price: Figure = Field(description="currency per unit of the rule's sum")
    unserved_mwh: Figure = Field(description="MWh")
    capacity: dict[str, Figure] = Field(description="MW that stand by kind; storage_mwh in MWh")


class PointShown(BaseModel):
    """The least-cost plan at a value of the rule."""

    value: Figure
    solved: bool = Field(description="false: it lies on the line between two that are, within the tolerance")
    cost: Figure = Field(description="currency, all planned years discounted")
    by_year: list[PointOfYear]


class FrontierShown(BaseModel):
    """What each step of a rule costs."""

    listed: WrittenListed
    currency: str
    by: str
    label: Label
    unit: str = Field(description="of what the shadow price is per")
    reach: Figure = Field(description="the farthest value that any plan reaches; null: not asked")
    gap: Figure
    points: list[PointShown]
