"""A certificate with the attributes that EnergyTag makes compulsory, under names of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from holin.ledger.history import History, LotHistory, Step


def energytag(found: History, lot: LotHistory, step: Step) -> dict[str, Any]:
    """Return the attributes of one certificate of a lot, as EnergyTag's list has them.

    The id is unique in the world: the ledger's and the certificate's number. A certificate of a demo ledger is not
    usable for disclosure, nor is one that is at another end than retirement. Source: EnergyTag Granular Certificate
    Scheme Standard, list of compulsory attributes.
    """
    issued = min(s.time for s in lot.steps)
    facts = lot.attributes
    return {
        "id": f"{found.ledger}/{step.certificate}",
        "issuer": found.operator,
        "issued_at": _iso(issued),
        "interval_start": _iso(lot.start),
        "interval_end": _iso(lot.start + lot.seconds),
        "face_value_wh": step.wh,
        "energy_carrier": facts["energy_carrier"],
        "energy_source": facts["energy_source"],
        "technology": facts["technology"],
        "device_id": lot.device,
        "device_name": facts["name"],
        "device_capacity_mw": facts["capacity_mw"],
        "device_commissioned": facts["commissioned"],
        "country_of_issuance": facts["country"],
        "device_location": facts["location"],
        "released_from_storage": lot.kind == "discharge",
        "issued_after_conversion": lot.kind != "generation",
        "usable_for_disclosure": found.kind == "metered" and step.state in ("active", "reserved", "retired"),
        "configuration": facts.get("configuration"),
        "tradable": lot.tradable,
        "valid_until": _iso(lot.expires),
        "state": step.state,
        "beneficiary": step.beneficiary if step.state in ("retired", "reserved") else None,
        "kind": found.kind,
    }


def _iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")
