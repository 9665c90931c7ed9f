"""A park-year of bills: 60 enterprises, 12 months, quarter-hours, with their invoices; beside a textbook's loop.

    python benchmarks/settle.py [--enterprises 60] [--json]

Each enterprise has a two-part tariff with five periods, power factor, green premium and losses. `textbook` prices each
quarter-hour of each enterprise on its own in exact decimals, as a tutorial on time-of-use bills does, for the energy by
period only; it is run on some enterprises and counted per bill. Both must come to the same fen.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from processes import HERE, machine

sys.path.insert(0, str(HERE.parent / "src"))

YEAR, ZONE = 2025, "Asia/Shanghai"
FACTORS = {"peak": "1.68", "flat": "1", "valley": "0.48", "critical_peak": "2.016", "deep_valley": "0.384"}
TEXTBOOK_ENTERPRISES = 3


def timed(do: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what something gives, and its wall and CPU seconds."""
    began, cpu = time.perf_counter(), time.process_time()
    made = do()
    return made, time.perf_counter() - began, time.process_time() - cpu


def tariff_rows() -> tuple[Any, list[Any]]:
    """Return the tariff and its periods (内发改价费字〔2023〕1631号, eastern Inner Mongolia)."""
    from holin.tariff import Period, Tariff, TariffPeriod

    tariff = Tariff(
        id="T", energy_price_per_mwh=245.0, transmission_per_mwh=60.0, system_fee_per_mwh=20.0, levies_per_mwh=25.0,
        demand_charge_per_mw_month=30_000.0, power_factor_standard=0.9, green_premium_per_mwh=3.0,
        network_loss_per_mwh=300.0, vat_rate=0.13, export_price_per_mwh=199.0,
    )  # fmt: skip
    spans = [(Period.PEAK, 1, 12, 6, 9), (Period.PEAK, 1, 12, 17, 22), (Period.VALLEY, 1, 12, 0, 5),
             (Period.VALLEY, 1, 12, 11, 14), (Period.CRITICAL_PEAK, 6, 8, 18, 20),
             (Period.DEEP_VALLEY, 6, 8, 12, 14)]  # fmt: skip
    rows = [
        TariffPeriod(id=f"p{k}", tariff="T", period=p, month_from=a, month_to=b, hour_from=c, hour_to=d,
                     factor=float(FACTORS[p.value]))
        for k, (p, a, b, c, d) in enumerate(spans)
    ]  # fmt: skip
    return tariff, rows


def usages(enterprises: int) -> list[Any]:
    """Return the quarter-hours of a year of each enterprise, drawn from its number."""
    from holin.calendar import hours_of_year, steps_of
    from holin.settle import Usage

    time_ = steps_of(hours_of_year(YEAR, ZONE), 0.25)
    made = []
    for k in range(enterprises):
        draw = np.random.default_rng(k)
        taken = draw.integers(100_000, 2_500_000, len(time_))
        made.append(
            Usage(
                customer=f"ent-{k:02d}", time=time_, step_s=900, taken_wh=taken, fed_wh=draw.integers(0, 9, len(time_)),
                reactive_varh=taken // 3, green_wh=taken // 2, own_wh=np.zeros_like(taken),
                own_green_wh=np.zeros_like(taken), loss_wh=taken // 60,
                doubtful=np.zeros(len(time_), dtype=bool),
            )
        )  # fmt: skip
    return made


def settled(rows: list[Any]) -> Any:
    """Settle all months."""
    from holin.settle import Context, Contracted, settlement
    from holin.tariff import Tariffs

    tariff, periods = tariff_rows()
    contracts = {u.customer: Contracted(customer=u.customer, tariff="T") for u in rows}
    context = Context(tariffs=Tariffs(tariffs=(tariff,), periods=tuple(periods)), time_zone=ZONE)
    return settlement(rows, contracts, [], {}, context)


def pages(months: Any, forms: str) -> int:
    """Make the invoice of every bill in Chinese, as a page or a PDF; return their bytes."""
    from holin.picture.invoice import invoice_of, invoice_page
    from holin.picture.paper import printed
    from holin.settle import bill_figures, cause_figures, causes, in_capitals

    size = 0
    before: dict[str, list[Any]] = {}
    for month in months:
        for bill in month.bills:
            past = before.setdefault(bill.customer, [])
            made = invoice_of(
                bill_figures(bill), names={}, park="园区", issuer="运营单位", currency="CNY", kind="demo", synthetic="",
                language="zh", in_capitals=in_capitals(bill.total_fen), before=[bill_figures(b) for b in past],
                causes=cause_figures(causes(past[-1], bill)) if past else (),
            )  # fmt: skip
            size += len(invoice_page(made).encode() if forms == "html" else printed("invoice", made.data()))
            past.append(bill)
    return size


def textbook(rows: list[Any]) -> dict[tuple[str, str, str], int]:
    """Return the energy lines in fen of each customer, month and period, one quarter-hour after the other."""
    shift = timedelta(hours=8)
    sums: dict[tuple[str, str, str], Decimal] = {}
    for usage in rows:
        for begin, wh in zip(
            usage.time.astype("datetime64[s]").astype(int).tolist(), usage.taken_wh.tolist(), strict=True
        ):
            local = datetime.fromtimestamp(begin, UTC) + shift
            period = period_at(local.month, local.hour)
            place = (usage.customer, f"{local:%Y-%m}", period)
            price = Decimal("245") * Decimal(FACTORS[period])
            sums[place] = sums.get(place, Decimal(0)) + Decimal(wh) * price / Decimal(1_000_000)
    return {k: int((v * 100).quantize(Decimal(1), ROUND_HALF_UP)) for k, v in sums.items()}


def period_at(month: int, hour: int) -> str:
    """Return the period of a local hour."""
    if 6 <= month <= 8 and 18 <= hour < 20:
        return "critical_peak"
    if 6 <= month <= 8 and 12 <= hour < 14:
        return "deep_valley"
    if 6 <= hour < 9 or 17 <= hour < 22:
        return "peak"
    return "valley" if hour < 5 or 11 <= hour < 14 else "flat"


def measured(enterprises: int) -> dict[str, Any]:
    """Run everything and return the figures; raises AssertionError where the textbook comes to another fen."""
    rows = usages(enterprises)
    settled(rows[:1])
    months, wall, cpu = timed(lambda: settled(rows))
    html, html_wall, html_cpu = timed(lambda: pages(months, "html"))
    pdf, pdf_wall, pdf_cpu = timed(lambda: pages(months, "pdf"))
    few = rows[:TEXTBOOK_ENTERPRISES]
    by_hand, _, textbook_cpu = timed(lambda: textbook(few))
    own = {
        (b.customer, b.month, line.of): line.amount_fen
        for m in months
        for b in m.bills
        for line in b.lines
        if line.kind == "energy" and b.customer in {u.customer for u in few}
    }
    assert own == by_hand, "the textbook comes to another fen"
    bills = sum(len(m.bills) for m in months)
    return {
        "machine": machine(), "enterprises": enterprises, "bills": bills, "intervals": int(rows[0].time.size),
        "settle": {"wall_s": wall, "cpu_s": cpu}, "html": {"wall_s": html_wall, "cpu_s": html_cpu, "bytes": html},
        "pdf": {"wall_s": pdf_wall, "cpu_s": pdf_cpu, "bytes": pdf},
        "textbook": {"cpu_s": textbook_cpu, "bills": 12 * len(few)},
        "textbook_over_own": (textbook_cpu / (12 * len(few))) / (cpu / bills),
    }  # fmt: skip


def sentence(found: dict[str, Any]) -> str:
    """Return the figures in a sentence."""
    return (
        f"{found['bills']} bills of {found['enterprises']} enterprises ({found['intervals']:,} quarter-hours each): "
        f"{found['settle']['wall_s']:.1f} s ({found['settle']['cpu_s']:.1f} s CPU); their invoices as HTML "
        f"{found['html']['wall_s']:.1f} s, as PDF {found['pdf']['wall_s']:.1f} s. The textbook's loop takes "
        f"{found['textbook']['cpu_s'] / found['textbook']['bills'] * 1e3:.0f} ms of CPU for a bill's energy lines, "
        f"Holin {found['settle']['cpu_s'] / found['bills'] * 1e3:.1f} ms for the whole bill: "
        f"{found['textbook_over_own']:.0f} times, with equal fen."
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--enterprises", type=int, default=60)
    ask.add_argument("--json", action="store_true")
    given = ask.parse_args()
    found = measured(given.enterprises)
    print(json.dumps(found, indent=1, ensure_ascii=False) if given.json else sentence(found))


if __name__ == "__main__":
    main()
