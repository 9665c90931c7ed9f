"""What became of all that devices made in a span: issued, set off, withdrawn, and where every Wh of it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from holin.ledger.holdings import devices
from holin.ledger.opening import Ledger


@dataclass(frozen=True, kw_only=True)
class Accounted:
    """A device's span in Wh: `metered` net generation as known now, `issued` in certificates, `set_off` against debts.

    `by_state` is where what was issued is now (withdrawn included): its sum is `issued`. `owed` is what was issued
    beyond the meter as known now and could not be withdrawn.
    """

    device: str
    metered_wh: int
    issued_wh: int
    set_off_wh: int
    by_state_wh: Mapping[str, int]
    owed_wh: int


def accounted(ledger: Ledger, *, start: int, end: int) -> dict[str, Accounted]:
    """Return for each generating device what became of its intervals from `start` to `end` (s, UTC, excluded)."""
    database = ledger.database
    known = {d.number: d for d in devices(database).values() if d.role == "generation"}
    net: dict[tuple[int, int], int] = {}
    standing: dict[tuple[int, int], int] = defaultdict(int)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    span = (start, end)
    with database.reading():
        for device, begin, out_wh, in_wh in database.rows(
            "SELECT device, start, out_wh, in_wh FROM measurement WHERE start >= ? AND start < ? "
            "ORDER BY start, device, version",
            span,
        ):
            net[device, begin] = max(0, out_wh - in_wh)
        for device, begin, wh, set_off_wh in database.rows(
            "SELECT m.device, m.start, l.wh, l.set_off_wh FROM measurement m JOIN lot l ON l.measurement = m.id "
            "WHERE m.start >= ? AND m.start < ? AND l.kind = 'generation'",
            span,
        ):
            standing[device, begin] += wh + set_off_wh
            sums[device]["issued"] += wh
            sums[device]["set_off"] += set_off_wh
        for device, begin, state, wh in database.rows(
            "SELECT m.device, m.start, c.state, SUM(c.wh) FROM measurement m JOIN lot l ON l.measurement = m.id "
            "JOIN certificate c ON c.lot = l.id LEFT JOIN debit d ON d.certificate = c.id "
            "WHERE m.start >= ? AND m.start < ? AND l.kind = 'generation' AND d.id IS NULL "
            "GROUP BY m.device, m.start, c.state",
            span,
        ):
            sums[device][f"state.{state}"] += int(wh)
            if state == "withdrawn":
                standing[device, begin] -= int(wh)
    found = {}
    for number, device in known.items():
        mine = sums[number]
        found[device.id] = Accounted(
            device=device.id,
            metered_wh=sum(wh for (d, _), wh in net.items() if d == number),
            issued_wh=mine["issued"],
            set_off_wh=mine["set_off"],
            by_state_wh={k.removeprefix("state."): wh for k, wh in mine.items() if k.startswith("state.")},
            owed_wh=sum(max(0, wh - net.get(place, 0)) for place, wh in standing.items() if place[0] == number),
        )
    return found
