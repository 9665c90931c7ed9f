"""Random small parks with tariffs of every kind: the example park with other sizes, prices and contracts."""

from __future__ import annotations

import dataclasses
import random
from datetime import date, datetime, timedelta

from holin.park import Contract, Park
from holin.parkfile.example import example_park
from holin.tariff import Period, Tariff, TariffDemand, TariffPeriod, TariffTier, TierOf
from holin.twin import Result, run

SPANS = ((Period.PEAK, 17, 22, 1.68), (Period.VALLEY, 0, 5, 0.48), (Period.DEEP_VALLEY, 12, 14, 0.384))


def priced_park(seed: int) -> Park:
    """Return the example park with loads, plants, storage, tariffs and contracts drawn from a seed."""
    draw = random.Random(seed)
    park = example_park(f"random-{seed}")

    def scaled(value: float, low: float = 0.5, high: float = 1.1) -> float:
        return round(value * draw.uniform(low, high), 3)

    tariffs = [
        Tariff(
            id=f"t-{name}", energy_price_per_mwh=round(draw.uniform(150, 400), 2),
            transmission_per_mwh=round(draw.uniform(0, 100), 2), system_fee_per_mwh=round(draw.uniform(0, 30), 2),
            levies_per_mwh=round(draw.uniform(0, 30), 2), line_loss_per_mwh=draw.choice([0.0, 9.37]),
            demand_charge_per_mw_month=draw.choice([0.0, round(draw.uniform(10_000, 40_000), 2)]),
            capacity_charge_per_mva_month=draw.choice([0.0, 20_000.5]),
            power_factor_standard=draw.choice([None, 0.8, 0.85, 0.9]),
            green_price_per_mwh=draw.choice([None, 211.11]), green_premium_per_mwh=draw.choice([0.0, 3.33]),
            wheeling_per_mwh=draw.choice([None, 35.7]), network_loss_per_mwh=draw.choice([0.0, 299.99]),
            vat_rate=draw.choice([0.0, 0.13]), export_price_per_mwh=draw.choice([0.0, 199.97]),
            demand_ratchet_share=draw.choice([0.0, 0.4]),
        )
        for name in ("a", "b", "c")
    ]  # fmt: skip
    late = dataclasses.replace(
        tariffs[0], id="t-a-2", version_of="t-a", built=date(2025, draw.randrange(1, 13), draw.randrange(1, 28)),
        energy_price_per_mwh=333.33,
    )  # fmt: skip
    periods = [
        TariffPeriod(id=f"{t.id}-{p}", tariff=t.id, period=p, hour_from=a, hour_to=b, factor=f)
        for t in (*tariffs, late)
        for p, a, b, f in (
            (Period.PEAK, 17, 22, 1.68),
            (Period.VALLEY, 0, 5, 0.48),
            (Period.DEEP_VALLEY, 12, 14, 0.384),
        )
    ]
    owners = [e.id for e in park.enterprises]
    firms = [o for o in owners if any(o in (x.enterprise,) for x in (*park.loads, *park.potlines))]
    contracts = [
        Contract(id=f"k-{o}", enterprise=o, tariff=draw.choice(tariffs).id, capacity_mva=draw.choice([None, 12.5]))
        for o in (owners if draw.random() < 0.5 else firms)
    ]
    return dataclasses.replace(
        park,
        loads=tuple(dataclasses.replace(x, load_mw=scaled(x.load_mw)) for x in park.loads),
        wind_farms=tuple(dataclasses.replace(x, p_nom_mw=scaled(x.p_nom_mw)) for x in park.wind_farms),
        pv_plants=tuple(dataclasses.replace(x, p_nom_mw=scaled(x.p_nom_mw)) for x in park.pv_plants),
        storages=tuple(dataclasses.replace(x, p_nom_mw=scaled(x.p_nom_mw)) for x in park.storages),
        tariffs=(*park.tariffs, *tariffs, late),
        tariff_periods=(*park.tariff_periods, *periods),
        tariff_demands=(
            TariffDemand(id="td-1", tariff="t-b", hour_from=8, hour_to=20, charge_per_mw_month=1_111.1),
            TariffDemand(id="td-2", tariff="t-c", hour_from=0, hour_to=24, charge_per_mw_month=999.9, coincident=True),
        ),
        tariff_tiers=(
            TariffTier(id="tt-1", tariff="t-b", tier_of=TierOf.DEMAND, above=0.0, price=20_000.0),
            TariffTier(id="tt-2", tariff="t-b", tier_of=TierOf.DEMAND, above=5.0, price=15_000.0),
            TariffTier(id="tt-3", tariff="t-c", tier_of=TierOf.ENERGY, above=30.0, price=7.77),
        ),
        contracts=tuple(contracts),
    )


def hours_of(seed: int, hours: int = 6) -> Result:
    """Run such a park for some hours, at times over the turn of a month or of the clocks' midnight."""
    draw = random.Random(-seed)
    start = datetime(2025, draw.randrange(1, 13), 1) + timedelta(hours=draw.choice([-3, 0, 8, 17]) if seed % 3 else -3)
    start = max(start, datetime(2025, 1, 1))
    return run(priced_park(seed), start=start, end=start + timedelta(hours=hours))
