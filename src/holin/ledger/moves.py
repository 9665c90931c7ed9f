"""What a holder does with certificates: split, transfer, reserve, release, retire; and their expiry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from holin.errors import BadInput, Fault
from holin.ledger.append import Certificate, Draft, append
from holin.ledger.chain import Entry
from holin.ledger.database import Database
from holin.ledger.holdings import Held, Selection, account_of, device_of, held
from holin.ledger.opening import Ledger
from holin.ledger.schema import WH_PER_GEC


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which certificates an operation may take, in words: `devices` by id, production from `start` to `end` (s, UTC).

    `certificate` names one by its number; `kinds` are generation, discharge and gec, all where empty. The oldest are
    taken first.
    """

    devices: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    kinds: tuple[str, ...] = ()
    certificate: int | None = None


def split(ledger: Ledger, certificate: int, wh: int, *, request: str | None = None, now: int | None = None) -> Entry:
    """Cut a certificate in two, the first of `wh`."""

    def make(database: Database, now: int) -> Draft:
        one = _one(database, certificate)
        if not 0 < wh < one.wh:
            raise _wrong(database, "wh", wh, f"does not cut {one.wh} Wh in two", f"between 1 and {one.wh - 1}")
        return _rewritten("split", [one], [_same(one, wh=wh), _same(one, wh=one.wh - wh)], detail)

    detail: dict[str, object] = {"certificate": certificate, "wh": wh}
    return _done(append(ledger, make, request=request, now=now, asked={"kind": "split", **detail}))


def transfer(
    ledger: Ledger,
    source: str,
    target: str,
    wh: int,
    which: Which | None = None,
    *,
    request: str | None = None,
    now: int | None = None,
) -> Entry:
    """Hand `wh` from one account to another. Certificates that are not tradable or not valid any more stay."""

    def make(database: Database, now: int) -> Draft:
        giver, taker = account_of(database, source), account_of(database, target)
        if giver.number == taker.number:
            raise _wrong(database, "to", target, "holds them already", "another account")
        chosen = _selection(database, which, account=giver.number, valid_at=now, tradable=True)
        return _moved(
            database, "transfer", chosen, wh, lambda c: c._replace(account=taker.number),
            detail,
        )  # fmt: skip

    detail: dict[str, object] = {"from": source, "to": target, "wh": wh}
    return _done(append(ledger, make, request=request, now=now, asked={"kind": "transfer", **detail}))


def reserve(
    ledger: Ledger,
    account: str,
    beneficiary: str,
    wh: int,
    which: Which | None = None,
    *,
    request: str | None = None,
    now: int | None = None,
) -> Entry:
    """Set `wh` of an account aside for a beneficiary: until released they can only be retired, and only for it."""

    def make(database: Database, now: int) -> Draft:
        named(database, beneficiary)
        chosen = _selection(database, which, account=account_of(database, account).number, valid_at=now)
        return _moved(
            database, "reserve", chosen, wh, lambda c: c._replace(state="reserved", beneficiary=beneficiary),
            detail,
        )  # fmt: skip

    detail: dict[str, object] = {"account": account, "beneficiary": beneficiary, "wh": wh}
    return _done(append(ledger, make, request=request, now=now, asked={"kind": "reserve", **detail}))


def release(
    ledger: Ledger, account: str, beneficiary: str, *, request: str | None = None, now: int | None = None
) -> Entry | None:
    """Give back all that an account has set aside for a beneficiary; None where there is nothing."""

    def make(database: Database, now: int) -> Draft | None:
        reserved = Selection(
            accounts=(account_of(database, account).number,), states=("reserved",), beneficiary=beneficiary
        )
        found = held(database, reserved)
        freed = [_same(c, state="active", beneficiary=None) for c in found]
        detail = {"account": account, "beneficiary": beneficiary, "wh": sum(c.wh for c in found)}
        return _rewritten("release", found, freed, detail) if found else None

    asked = {"kind": "release", "account": account, "beneficiary": beneficiary}
    return append(ledger, make, request=request, now=now, asked=asked)


@dataclass(frozen=True, kw_only=True)
class Use:
    """What certificates are retired for: the interval in which the energy was used (s, UTC) and the purpose."""

    start: int | None = None
    seconds: int | None = None
    purpose: str = ""


def retire(
    ledger: Ledger,
    account: str,
    beneficiary: str,
    wh: int,
    which: Which | None = None,
    *,
    use: Use | None = None,
    request: str | None = None,
    now: int | None = None,
) -> Entry:
    """Retire `wh` of an account for a beneficiary, for good: what it had reserved for it first, then the oldest."""
    used = use or Use()

    def make(database: Database, now: int) -> Draft:
        holder = account_of(database, account).number
        named(database, beneficiary)
        chosen = _selection(database, which, account=holder, valid_at=now)
        reserved = replace(chosen, states=("reserved",), beneficiary=beneficiary)
        found = [*held(database, reserved), *held(database, chosen)]

        def claimed(c: Certificate) -> Certificate:
            return c._replace(
                state="retired", beneficiary=beneficiary, used_from=used.start, used_s=used.seconds
            )  # fmt: skip

        return _taken(database, "retire", found, wh, claimed, detail)

    detail: dict[str, object] = {
        "account": account, "beneficiary": beneficiary, "wh": wh, "purpose": used.purpose
    }  # fmt: skip
    return _done(append(ledger, make, request=request, now=now, asked={"kind": "retire", **detail}))


def expire(ledger: Ledger, *, request: str | None = None, now: int | None = None) -> Entry | None:
    """End all certificates whose validity is over; None where there are none."""

    def make(database: Database, now: int) -> Draft | None:
        found = [c for c in held(database, Selection(states=("active", "reserved", "stored"))) if c.expires <= now]
        ended = [_same(c, state="expired") for c in found]
        return _rewritten("expire", found, ended, {"wh": sum(c.wh for c in found)}) if found else None

    return append(ledger, make, request=request, now=now, asked={"kind": "expire"})


def _selection(
    database: Database, which: Which | None, *, account: int, valid_at: int, tradable: bool | None = None
) -> Selection:
    asked = which or Which()
    return Selection(
        accounts=(account,),
        devices=tuple(device_of(database, name).number for name in asked.devices),
        start=asked.start,
        end=asked.end,
        kinds=asked.kinds,
        certificate=asked.certificate,
        valid_at=valid_at,
        tradable=tradable,
    )


def _moved(
    database: Database, kind: str, chosen: Selection, wh: int, change: Callable[[Certificate], Certificate],
    detail: dict[str, object],
) -> Draft:  # fmt: skip
    return _taken(database, kind, held(database, chosen), wh, change, detail)


def _taken(
    database: Database, kind: str, found: Sequence[Held], wh: int, change: Callable[[Certificate], Certificate],
    detail: dict[str, object],
) -> Draft:  # fmt: skip
    """Change `wh` of the certificates found, in their order; the last is cut where need be, a GEC only whole."""
    if wh <= 0:
        raise _wrong(database, "wh", wh, "is nothing to take", "whole Wh above 0")
    spent: list[Held] = []
    written: list[Certificate] = []
    left = wh
    for certificate in found:
        part = min(left, certificate.wh)
        if certificate.kind == "gec":
            part -= part % WH_PER_GEC
        if part == 0:
            continue
        left -= part
        spent.append(certificate)
        written.append(change(_same(certificate, wh=part)))
        if part < certificate.wh:
            written.append(_same(certificate, wh=certificate.wh - part))
        if left == 0:
            break
    if left:
        there = sum(c.wh for c in found)
        problem = f"is more than the {there} Wh that are there and may be taken ({len(found)} certificates)"
        raise _wrong(
            database, "wh", wh, problem, "less, or other devices, hours or accounts; see `holin certificates show`"
        )
    return _rewritten(kind, spent, written, detail)


def _rewritten(kind: str, spent: Sequence[Held], written: Sequence[Certificate], detail: dict[str, object]) -> Draft:
    return Draft(kind=kind, detail=detail, debits=[c.id for c in spent], certificates=written)


def _same(held_one: Held, **changes: Any) -> Certificate:
    """Return a held certificate as one to be written, changed."""
    one = Certificate(
        held_one.lot, held_one.account, held_one.state, held_one.wh, held_one.beneficiary, held_one.used_from,
        held_one.used_s,
    )  # fmt: skip
    return one._replace(**changes) if changes else one


def _one(database: Database, certificate: int) -> Held:
    found = held(database, Selection(certificate=certificate, states=("active", "reserved")))
    if not found:
        known = database.rows(
            "SELECT c.state, d.entry FROM certificate c LEFT JOIN debit d ON d.certificate = c.id WHERE c.id = ?",
            (certificate,),
        )
        problem = "does not exist"
        if known:
            state, entry = known[0]
            problem = f"is at its end ({state})" if entry is None else f"was spent by entry {entry}"
        raise _wrong(database, "certificate", certificate, problem, "see `holin certificates history`")
    return found[0]


def named(database: Database, beneficiary: str) -> str:
    """Return the name of a beneficiary; raises BadInput where it is none."""
    if not beneficiary.strip() or "\n" in beneficiary or "\r" in beneficiary:
        raise _wrong(database, "beneficiary", beneficiary, "is no name", "say for whom: an enterprise, a product")
    return beneficiary


def _wrong(database: Database, field: str, value: object, problem: str, right: str) -> BadInput:
    return BadInput([Fault(file=database.address, field=field, value=str(value), problem=problem, right=right)])


def _done(entry: Entry | None) -> Entry:
    assert entry is not None
    return entry
