"""The paths through the house: short functions that hand tables from room to room."""

from holin.twin.ahead import Planned, planned, window_of
from holin.twin.batch_green import GreenMonth, green_month
from holin.twin.batches import BatchesOfRun, batches_of_run, demo_batches
from holin.twin.bills import SettledRun, settled_run, settled_tables
from holin.twin.budget import YearPlan, budget_figures, expected_year, targets, year_plan
from holin.twin.carbon_account import CarbonAccount, carbon_account, claims_of_ledger
from holin.twin.catalogue import catalogue_demo, catalogue_figures
from holin.twin.catalogue_passports import with_passports
from holin.twin.certified_run import certified_figures, reconciled_told, rules_told
from holin.twin.connect import connect
from holin.twin.demo_proofs import demo_proofs
from holin.twin.evidence import Tried, saved_evidence, tried_evidence
from holin.twin.exchange import Brought, bring, export
from holin.twin.expectation import Expectation, expectation_of
from holin.twin.forecasts import Foretold, came_of, foreseen, foretold, history_around, part_of, scored
from holin.twin.history import known_history
from holin.twin.invoices import (
    bills_figures,
    booked,
    chosen_bills,
    invoice,
    invoice_bytes,
    saved_bills,
    versions_in,
)
from holin.twin.metered import metered_energies, metered_run, metering_within, run_of_meters
from holin.twin.outlook import Horizon, Outlook, outlook_of
from holin.twin.passport_files import passport_files
from holin.twin.passports import passports
from holin.twin.reconcile import Reconciled, reconciled, reconciled_figures
from holin.twin.replay import Replay, replay, replay_figures
from holin.twin.rules import Judged, RulesOfRun, rules_figures, rules_of_run
from holin.twin.run import Result, Settled, run, saved, settled
from holin.twin.run_certificates import (
    Amount,
    Hours,
    StandingOfRun,
    Story,
    hours_of_run,
    listed_certificates,
    standing_of_run,
    story_of,
)
from holin.twin.schedule import Scheduled, scheduled
from holin.twin.secure import Secured, secured
from holin.twin.tariff_what_if import MonthUsed, WhatIf, month_used, tariff_what_if
from holin.twin.traced_run import TracedRun, traced_run
from holin.twin.verify_passport import verify_passport

__all__ = [
    "Amount",
    "BatchesOfRun",
    "Brought",
    "CarbonAccount",
    "Expectation",
    "Foretold",
    "GreenMonth",
    "Horizon",
    "Hours",
    "Judged",
    "MonthUsed",
    "Outlook",
    "Planned",
    "Reconciled",
    "Replay",
    "Result",
    "RulesOfRun",
    "Scheduled",
    "Secured",
    "Settled",
    "SettledRun",
    "StandingOfRun",
    "Story",
    "TracedRun",
    "Tried",
    "WhatIf",
    "YearPlan",
    "batches_of_run",
    "bills_figures",
    "booked",
    "bring",
    "budget_figures",
    "came_of",
    "carbon_account",
    "catalogue_demo",
    "catalogue_figures",
    "certified_figures",
    "chosen_bills",
    "claims_of_ledger",
    "connect",
    "demo_batches",
    "demo_proofs",
    "expectation_of",
    "expected_year",
    "export",
    "foreseen",
    "foretold",
    "green_month",
    "history_around",
    "hours_of_run",
    "invoice",
    "invoice_bytes",
    "known_history",
    "listed_certificates",
    "metered_energies",
    "metered_run",
    "metering_within",
    "month_used",
    "outlook_of",
    "part_of",
    "passport_files",
    "passports",
    "planned",
    "reconciled",
    "reconciled_figures",
    "reconciled_told",
    "replay",
    "replay_figures",
    "rules_figures",
    "rules_of_run",
    "rules_told",
    "run",
    "run_of_meters",
    "saved",
    "saved_bills",
    "saved_evidence",
    "scheduled",
    "scored",
    "secured",
    "settled",
    "settled_run",
    "settled_tables",
    "standing_of_run",
    "story_of",
    "targets",
    "tariff_what_if",
    "traced_run",
    "tried_evidence",
    "verify_passport",
    "versions_in",
    "window_of",
    "with_passports",
    "year_plan",
]
