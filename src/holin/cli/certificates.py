"""`holin certificates`: issue, hand on, retire, follow, verify, save. The group and the options its commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from holin.cli.output import figure, out
from holin.cli.texts import text
from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    from holin.ledger import Facts, Ledger, Which

LedgerOption = Annotated[
    str,
    typer.Option(
        "--ledger", envvar="HOLIN_LEDGER", help="The ledger: a path, or postgresql://USER@HOST:PORT/DATABASE."
    ),
]
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key", envvar="HOLIN_LEDGER_KEY", help="The private key that signs; without it PATH.key beside the ledger."
    ),
]
RequestOption = Annotated[
    str | None,
    typer.Option("--request", help="A name for this request: repeated with the same name it is carried out once."),
]
MwhOption = Annotated[str, typer.Option("--mwh", metavar="MWH", help="How much, in MWh; whole Wh, such as 1.234567.")]
DeviceOption = Annotated[
    list[str] | None, typer.Option("--device", help="Only what this device made (its id, or the unit's); may repeat.")
]
FromOption = Annotated[str | None, typer.Option("--start", help="Produced from this local day or hour on.")]
ToOption = Annotated[str | None, typer.Option("--end", help="Produced before this local day or hour.")]
GecOption = Annotated[bool, typer.Option("--gec", help="Whole GECs of 1,000 kWh instead of granular certificates.")]

WH_PER_MWH = 1_000_000


def wh_of(mwh: str, option: str = "--mwh") -> int:
    """Return whole Wh of a text in MWh, exactly; raises BadInput where it is none."""
    try:
        wh = Decimal(mwh) * WH_PER_MWH
        if wh != wh.to_integral_value() or wh <= 0:
            raise InvalidOperation
    except InvalidOperation as error:
        right = "give MWh above 0 with at most six decimals: a Wh is the smallest"
        fault = Fault(file=ARGUMENT, field=option, value=mwh, problem="is no amount of whole Wh", right=right)
        raise BadInput([fault]) from error
    return int(wh)


def mwh(wh: float) -> str:
    """Return Wh as MWh for people, to the Wh."""
    return figure(wh / WH_PER_MWH, 6)


def second_of(said: str | None, option: str, time_zone: str) -> int | None:
    """Return a local day or hour in s (UTC); None where nothing is said."""
    from holin.cli.run import moment_of

    moment = moment_of(said, option)
    if moment is None:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))
    return int(zoned.timestamp())


def unit_of(device: str) -> str:
    """Return the last part of a device's id, which is the unit's in its park."""
    return device.rpartition(":")[2]


def clock_of(second: int, time_zone: str) -> str:
    """Return s (UTC) as a local time for people."""
    return f"{datetime.fromtimestamp(second, ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def which_of(
    facts: Facts,
    devices: list[str] | None,
    start: str | None,
    end: str | None,
    gec: bool,
    certificate: int | None = None,
) -> Which:
    """Return which certificates the options mean."""
    from holin.ledger import Which

    return Which(
        devices=tuple(devices or ()),
        start=second_of(start, "--start", facts.time_zone),
        end=second_of(end, "--end", facts.time_zone),
        kinds=("gec",) if gec else ("generation", "discharge"),
        certificate=certificate,
    )


@contextmanager
def ledger_at(address: str, key: Path | None, *, check_head: bool = True) -> Iterator[Ledger]:
    """Open a ledger for a command."""
    from holin.ledger import opened

    with opened(address, key=key, check_head=check_head) as ledger:
        yield ledger


def print_kind(kind: str, language: str) -> None:
    """Say what the ledger holds: certificates made from computed runs are no proof of anything."""
    out.print(text(f"certificates.kind.{kind}", language), style="yellow" if kind == "demo" else "", soft_wrap=True)
