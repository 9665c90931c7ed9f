"""The invariants L1 to L6 as the database itself keeps them: what may not be inserted, whoever writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.ledger.schema import BRINGS, ROWS, SPENDS, WH_PER_GEC


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A rule of the database: inserting a row into `table` is refused where `broken` holds of it (`NEW`)."""

    name: str
    table: str
    broken: str
    says: str


def _key(table: str) -> str:
    return "number" if table in ("device", "account") else "id"


def _since(table: str, of: str = "") -> str:
    """Rows of the entry that is being sealed: those beyond the last seal. `of` is the table's name in the question.

    The upper end says nothing new; it tells PostgreSQL, which cannot know the lower one, that these are few rows.
    """
    last = f"COALESCE((SELECT {table}s_to FROM entry WHERE number = NEW.number - 1), 0)"
    return f"{of}{_key(table)} > {last} AND {of}{_key(table)} <= NEW.{table}s_to"


def _cases(kinds: Mapping[str, str]) -> str:
    return " ".join(f"WHEN '{kind}' THEN '{value}'" for kind, value in kinds.items())


def _listed(words: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


_SPENT = "(SELECT certificate FROM debit WHERE " + _since("debit") + ")"
_MOVES = f"""
  SELECT lot, account, wh FROM certificate WHERE {_since("certificate")}
  UNION ALL SELECT lot, account, -wh FROM certificate WHERE id IN {_SPENT}
"""

_UNSEALED = tuple(
    Guard(
        name=f"L6_next_{table}",
        table=table,
        broken=f"""NEW.entry <> 1 + COALESCE((SELECT MAX(number) FROM entry), 0)
            OR NEW.{_key(table)} <> 1 + COALESCE((SELECT MAX({_key(table)}) FROM {table}), 0)""",
        says="L6: a row comes with the next entry and has the next number; a sealed entry takes none",
    )
    for table in ROWS
)

GUARDS = (
    *_UNSEALED,
    Guard(
        name="one_ledger",
        table="ledger",
        broken="EXISTS (SELECT 1 FROM ledger)",
        says="a database holds one ledger",
    ),
    Guard(name="rules_stand", table="may_write", broken="1 = 1", says="L6: what an entry may write is fixed"),
    Guard(
        name="L1_metered",
        table="lot",
        broken="""NEW.kind = 'generation' AND NEW.wh + NEW.set_off_wh + COALESCE((
            SELECT SUM(l.wh + l.set_off_wh) FROM lot l JOIN measurement m ON m.id = l.measurement
            JOIN measurement n ON n.id = NEW.measurement AND m.device = n.device AND m.start = n.start
            WHERE l.kind = 'generation'), 0) - COALESCE((
            SELECT SUM(c.wh) FROM certificate c JOIN lot l ON l.id = c.lot
            JOIN measurement m ON m.id = l.measurement
            JOIN measurement n ON n.id = NEW.measurement AND m.device = n.device AND m.start = n.start
            WHERE c.state = 'withdrawn' AND n.version > 1), 0)
            > COALESCE((SELECT out_wh - in_wh FROM measurement WHERE id = NEW.measurement), -1)""",
        says="L1: more would be issued than was metered in the interval",
    ),
    Guard(
        name="L1_discharged",
        table="lot",
        broken="""NEW.kind = 'discharge' AND NEW.wh + COALESCE((
            SELECT SUM(l.wh) FROM lot l WHERE l.measurement = NEW.measurement AND l.kind = 'discharge'), 0)
            > COALESCE((SELECT out_wh FROM measurement WHERE id = NEW.measurement), -1)""",
        says="L1: more would be issued than the storage discharged in the interval",
    ),
    Guard(
        name="L2_version",
        table="measurement",
        broken="""NEW.version <> 1 + COALESCE((
            SELECT MAX(version) FROM measurement WHERE start = NEW.start AND device = NEW.device), 0)""",
        says="L2: the interval of this device stands in the ledger already; a correction is its next version",
    ),
    Guard(
        name="L2_interval",
        table="measurement",
        broken="NOT EXISTS (SELECT 1 FROM device WHERE number = NEW.device AND NEW.start % interval_s = 0)",
        says="L2: intervals of one device begin at whole multiples of its length, so that none can overlap",
    ),
    Guard(
        name="L2_role",
        table="lot",
        broken="""NEW.kind <> 'gec' AND (NEW.kind = 'discharge') <> (SELECT d.role = 'storage' FROM measurement m
            JOIN device d ON d.number = m.device WHERE m.id = NEW.measurement)""",
        says="L2: storage issues on discharge only, and generation never does",
    ),
    Guard(
        name="L5_spendable",
        table="debit",
        broken="""COALESCE((SELECT state FROM certificate WHERE id = NEW.certificate), '')
            NOT IN ('active', 'reserved', 'stored')""",
        says="L5: the certificate is retired, expired, withdrawn or lost; that is its end",
    ),
    Guard(
        name="gec_whole",
        table="certificate",
        broken=f"NEW.wh % {WH_PER_GEC} <> 0 AND (SELECT kind FROM lot WHERE id = NEW.lot) = 'gec'",
        says="a GEC is 1,000 kWh and never split further",
    ),
    Guard(
        name="L7_number",
        table="entry",
        broken="NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM entry), 0)",
        says="L7: entries are numbered without a gap",
    ),
    Guard(
        name="L7_previous",
        table="entry",
        broken="""NEW.previous <> COALESCE((SELECT hash FROM entry WHERE number = NEW.number - 1),
            (SELECT id FROM ledger))""",
        says="L7: the entry does not follow the last one",
    ),
    Guard(
        name="time_rises",
        table="entry",
        broken="NEW.time < COALESCE((SELECT time FROM entry WHERE number = NEW.number - 1), 0)",
        says="the clock stands before the last entry",
    ),
    Guard(
        name="one_kind",
        table="entry",
        broken="NEW.data_kind <> (SELECT kind FROM ledger)",
        says="a ledger holds either demo or metered data, never both",
    ),
    Guard(
        name="L6_counts",
        table="entry",
        broken=" OR ".join(f"NEW.{t}s_to <> COALESCE((SELECT MAX({_key(t)}) FROM {t}), 0)" for t in ROWS),
        says="L6: the entry's counts do not fit its rows",
    ),
    Guard(
        name="L3_balanced",
        table="entry",
        broken=f"""EXISTS (SELECT lot FROM (SELECT lot, wh FROM ({_MOVES}) moves
            UNION ALL SELECT id, -wh FROM lot WHERE {_since("lot")}) sides GROUP BY lot HAVING SUM(wh) <> 0)""",
        says="L3: debits and credits of a lot are not equal",
    ),
    Guard(
        name="L3_same_holder",
        table="entry",
        broken=f"""NEW.kind <> 'transfer' AND EXISTS (SELECT lot FROM ({_MOVES}) moves
            WHERE lot <= COALESCE((SELECT lots_to FROM entry WHERE number = NEW.number - 1), 0)
            GROUP BY lot, account HAVING SUM(wh) <> 0)""",
        says="L3: only a transfer changes the holder",
    ),
    Guard(
        name="L3_account",
        table="entry",
        broken=f"""EXISTS (SELECT 1 FROM certificate c WHERE {_since("certificate", "c.")}
            AND NOT EXISTS (SELECT 1 FROM account a WHERE a.number = c.account))
            OR EXISTS (SELECT 1 FROM device d WHERE {_since("device", "d.")}
            AND NOT EXISTS (SELECT 1 FROM account a WHERE a.number = d.account))""",
        says="L3: what is held is held in an account of this ledger",
    ),
    Guard(
        name="L1_brought",
        table="entry",
        broken=f"""NEW.kind NOT IN ('issue', 'correct') AND NEW.measurements_to
            <> COALESCE((SELECT measurements_to FROM entry WHERE number = NEW.number - 1), 0)
            OR EXISTS (SELECT 1 FROM lot WHERE {_since("lot")}
            AND kind <> CASE NEW.kind {_cases(BRINGS)} ELSE '' END)""",
        says="L1: an entry of this kind brings no measurement, or no lot of this kind",
    ),
    Guard(
        name="L3_same_rights",
        table="entry",
        broken=f"""EXISTS (SELECT 1 FROM lot n JOIN lot o ON o.id = n.origin WHERE {_since("lot", "n.")}
            AND n.kind = 'discharge' AND (n.tradable <> o.tradable OR n.expires <> o.expires))
            OR EXISTS (SELECT 1 FROM lot n JOIN certificate c ON {_since("certificate", "c.")} AND c.state = 'converted'
            JOIN lot o ON o.id = c.lot WHERE {_since("lot", "n.")} AND n.kind = 'gec'
            AND (n.tradable <> o.tradable OR n.expires > o.expires OR o.kind <> 'generation'))""",
        says="L3: what is made of certificates is no longer valid and no more tradable than they are",
    ),
    Guard(
        name="L5_spends",
        table="entry",
        broken=f"""EXISTS (SELECT 1 FROM certificate WHERE id IN {_SPENT}
            AND NOT ({
            " OR ".join(f"NEW.kind = '{kind}' AND state IN {_listed(states)}" for kind, states in SPENDS.items())
        }))""",
        says="L5: an entry of this kind may not spend a certificate in this state",
    ),
    Guard(
        name="L3_converted",
        table="entry",
        broken=f"""COALESCE((SELECT SUM(wh) FROM certificate WHERE state = 'converted' AND {_since("certificate")}), 0)
            <> COALESCE((SELECT SUM(wh) FROM lot WHERE kind <> 'generation' AND {_since("lot")}), 0)""",
        says="L3: what is converted and what is issued for it are not equal",
    ),
    Guard(
        name="L3_storage",
        table="entry",
        broken=f"""NEW.kind = 'discharge' AND EXISTS (SELECT lot FROM (
            SELECT lot, wh FROM certificate WHERE state = 'converted' AND {_since("certificate")}
            UNION ALL SELECT origin, -wh FROM lot WHERE kind = 'discharge' AND {_since("lot")}) sides
            GROUP BY lot HAVING SUM(wh) <> 0)""",
        says="L3: what is discharged of a lot and what is issued for it are not equal",
    ),
    Guard(
        name="storage_charge",
        table="entry",
        broken=f"""NEW.kind = 'charge' AND (EXISTS (SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            JOIN measurement m ON m.id = l.measurement LEFT JOIN device d ON d.id = c.beneficiary
            WHERE {_since("certificate", "c.")} AND c.state = 'stored' AND (m.start < COALESCE(c.used_from, m.start + 1)
            OR m.start >= COALESCE(c.used_from + d.interval_s, m.start))) OR EXISTS (
            SELECT c.beneficiary FROM certificate c LEFT JOIN device d ON d.id = c.beneficiary
            WHERE {_since("certificate", "c.")} AND c.state = 'stored'
            GROUP BY c.beneficiary, c.used_from, d.number, d.interval_s
            HAVING d.number IS NULL OR (SELECT COALESCE(SUM(e.wh), 0) FROM measurement m
            JOIN lot l ON l.measurement = m.id JOIN certificate e ON e.lot = l.id
            LEFT JOIN debit x ON x.certificate = e.id
            WHERE m.start >= c.used_from AND m.start < c.used_from + d.interval_s AND x.id IS NULL
            AND e.beneficiary = c.beneficiary AND e.used_from = c.used_from
            AND e.state IN ('stored', 'lost', 'converted', 'expired'))
            > COALESCE((SELECT n.in_wh FROM measurement n WHERE n.start = c.used_from AND n.device = d.number
            ORDER BY n.version DESC LIMIT 1), 0)))""",
        says="more or other certificates would go into the storage than its meter says went in then",
    ),
    Guard(
        name="storage_loss",
        table="entry",
        broken=f"""NEW.kind = 'discharge' AND EXISTS (SELECT c.beneficiary FROM certificate c
            LEFT JOIN device d ON d.id = c.beneficiary
            WHERE {_since("certificate", "c.")} AND c.state IN ('converted', 'lost')
            GROUP BY c.beneficiary, d.efficiency_ppm
            HAVING 1000000 * SUM(CASE WHEN c.state = 'converted' THEN c.wh ELSE 0 END)
            > COALESCE(d.efficiency_ppm, 0) * SUM(c.wh))""",
        says="more would come out of the storage than its losses leave",
    ),
    Guard(
        name="L3_kind",
        table="entry",
        broken=f"""EXISTS (SELECT 1 FROM certificate c WHERE {_since("certificate", "c.")} AND NOT EXISTS (
            SELECT 1 FROM may_write w WHERE w.kind = NEW.kind AND w.state = c.state))""",
        says="L3: an entry of this kind may not write a certificate in this state",
    ),
    Guard(
        name="tradable",
        table="entry",
        broken=f"""NEW.kind = 'transfer' AND EXISTS (SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.tradable = 0)""",
        says="a certificate that is not tradable stays with its holder",
    ),
    Guard(
        name="expiry",
        table="entry",
        broken=f"""NEW.kind IN ('transfer', 'reserve', 'retire', 'charge', 'bundle') AND EXISTS (
            SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.expires <= NEW.time)""",
        says="the certificate's validity has ended",
    ),
    Guard(
        name="not_yet_expired",
        table="entry",
        broken=f"""NEW.kind = 'expire' AND EXISTS (SELECT 1 FROM certificate c JOIN lot l ON l.id = c.lot
            WHERE c.id IN {_SPENT} AND l.expires > NEW.time)""",
        says="the certificate is valid still",
    ),
)
