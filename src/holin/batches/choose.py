"""Which batches can be sold as green metal: their own hours' certificates first, then those of their month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from holin.batches.book import HOURLY, MONTHLY, Allotted
from holin.batches.mass import part_of

HOUR_S = 3600


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a batch can have covered: Wh by hour (s, UTC); `metal` is the hash of its metal.

    `grams` of product are green where all of `of_wh`, its whole energy, is covered: what own fuel made is in that and
    can be covered by nothing. `had_wh` stands behind it already, `had_by_hour` that part that is of its own hours.
    """

    batch: str
    metal: str
    by_hour: Mapping[int, int]
    of_wh: int
    grams: int
    had_wh: int = 0
    had_by_hour: Mapping[int, int] = field(default_factory=dict)

    @property
    def wh(self) -> int:
        """Return all that it needs."""
        return sum(self.by_hour.values())

    @property
    def missing_wh(self) -> int:
        """Return what nothing covers yet."""
        return max(0, self.wh - self.had_wh)

    def green_grams(self, covered_wh: int) -> int:
        """Return the green product by mass balance: covered energy / energy per tonne, rounded down."""
        return part_of(self.grams, 0, min(covered_wh, self.wh), self.of_wh) if self.of_wh else 0

    def open_in(self, hour: int) -> int:
        """Return what of an hour nothing of that hour covers yet."""
        return max(0, self.by_hour.get(hour, 0) - self.had_by_hour.get(hour, 0))


@dataclass(frozen=True, kw_only=True)
class Free:
    """What is left of a retired certificate: of which hour, and whether it may count for that hour or the month."""

    certificate: int
    start_s: int
    wh: int
    of_wh: int
    device: str
    detail: str
    for_hour: bool
    for_month: bool


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is chosen for a batch: `hourly_wh` of its hours, `monthly_wh` of its month; `missing_wh` is left open."""

    need: Need
    hourly_wh: int
    monthly_wh: int

    @property
    def covered_wh(self) -> int:
        """Return all that would stand behind it."""
        return self.need.had_wh + self.hourly_wh + self.monthly_wh

    @property
    def missing_wh(self) -> int:
        """Return what stays open."""
        return max(0, self.need.wh - self.covered_wh)

    @property
    def green_grams(self) -> int:
        """Return the green product by mass balance."""
        return self.need.green_grams(self.covered_wh)


def in_reach(needs: Sequence[Need], free: Iterable[Free]) -> dict[str, int]:
    """Return the Wh of its own hours that each batch could have if it were alone."""
    by_hour: dict[int, int] = defaultdict(int)
    for one in free:
        if one.for_hour:
            by_hour[_hour(one.start_s)] += one.wh
    return {n.batch: min(n.missing_wh, sum(min(n.open_in(hour), by_hour[hour]) for hour in n.by_hour)) for n in needs}


def choose(
    needs: Sequence[Need], free: Sequence[Free], grams: int | None, *, monthly: bool
) -> tuple[list[Chosen], list[Allotted]]:
    """Choose batches up to `grams` of green metal (None: all), and what is to be allotted to each.

    Batches with most energy of their own hours come first. With `monthly` only those are chosen that can be covered
    whole, with what is left of the month; without it each gets what its own hours have. First all chosen ones get their
    own hours, then the month's, so that none loses its hours to another one's month.
    """
    reach = in_reach(needs, free)
    pool = sum(f.wh for f in free if f.for_month) if monthly else 0
    order = sorted(needs, key=lambda n: (-reach[n.batch] * 1_000_000 // max(n.missing_wh, 1), n.batch))
    chosen: list[Need] = []
    total = 0
    for need in order:
        if grams is not None and total >= grams:
            break
        missing = need.missing_wh
        if not missing or not need.wh or (monthly and missing > pool) or (not monthly and not reach[need.batch]):
            continue
        chosen.append(need)
        pool -= missing
        covered = need.wh if monthly else need.had_wh + reach[need.batch]
        total += need.green_grams(covered)
    return _taken(chosen, free, monthly)


def _taken(chosen: Sequence[Need], free: Sequence[Free], monthly: bool) -> tuple[list[Chosen], list[Allotted]]:
    left = {f.certificate: f.wh for f in free}
    by_hour: dict[int, list[Free]] = defaultdict(list)
    for one in free:
        if one.for_hour:
            by_hour[_hour(one.start_s)].append(one)
    rows: list[Allotted] = []
    hourly: dict[str, int] = {}
    for need in chosen:
        budget = need.missing_wh
        for hour in sorted(need.by_hour):
            budget -= _take(rows, left, need, by_hour[hour], min(need.open_in(hour), budget), HOURLY)
        hourly[need.batch] = need.missing_wh - budget
    month = [f for f in free if f.for_month] if monthly else []
    made = []
    place = 0
    for need in chosen:
        open_wh, got = need.missing_wh - hourly[need.batch], 0
        while got < open_wh and place < len(month):
            got += _take(rows, left, need, month[place : place + 1], open_wh - got, MONTHLY)
            if left[month[place].certificate] == 0:
                place += 1
        made.append(Chosen(need=need, hourly_wh=hourly[need.batch], monthly_wh=got))
    return made, rows


def _take(rows: list[Allotted], left: dict[int, int], need: Need, among: Iterable[Free], wh: int, method: str) -> int:
    """Take up to so many Wh of certificates, and return how many were taken."""
    got = 0
    for one in among:
        part = min(wh - got, left[one.certificate])
        if part > 0:
            left[one.certificate] -= part
            got += part
            rows.append(
                Allotted(
                    need.batch, need.metal, one.certificate, one.start_s, part, one.of_wh, method, one.device,
                    one.detail,
                )
            )  # fmt: skip
    return got


def _hour(second: int) -> int:
    return second - second % HOUR_S
