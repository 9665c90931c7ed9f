"""Every check, in the order in which its faults are best read."""

from __future__ import annotations

from collections.abc import Mapping

from holin.errors import Fault
from holin.parkfile.checks import branches, dates, identity, islands, nodes, tariffs
from holin.parkfile.checks.ahead import all_ahead_checks
from holin.parkfile.checks.bills import all_bill_checks
from holin.parkfile.checks.candidates import all_candidate_checks
from holin.parkfile.checks.grid_series import faults_of_grid_series
from holin.parkfile.checks.series import faults_of_series
from holin.parkfile.checks.strays import faults_of_strays
from holin.parkfile.checks.units import all_unit_checks
from holin.parkfile.draft import Draft
from holin.parkfile.seriesfile import SeriesFile

CHECKS = (
    dates.faults_of_facts,
    dates.faults_of_stages,
    identity.faults_of_ids,
    identity.faults_of_references,
    identity.faults_of_provenance,
    dates.faults_of_dates,
    dates.faults_of_outages,
    dates.faults_of_claims,
    dates.faults_of_standing_references,
    islands.faults_of_feeding,
    branches.faults_of_lines,
    branches.faults_of_transformers,
    branches.faults_of_equivalent_branches,
    branches.faults_of_switches,
    islands.faults_of_zero_impedance_loops,
    islands.faults_of_islands,
    nodes.faults_of_voltage_set_points,
    nodes.faults_of_phases,
    tariffs.faults_of_tariffs,
    tariffs.faults_of_lost_load,
    tariffs.faults_of_wash_trade,
)


def faults_of_draft(draft: Draft, files: Mapping[str, SeriesFile]) -> list[Fault]:
    """Return everything that is wrong with a park as read, beyond its single cells; `[]` is good."""
    faults = [fault for check in CHECKS for fault in check(draft)]
    for checks in (all_unit_checks, all_ahead_checks, all_candidate_checks, all_bill_checks):
        faults += checks(draft)
    faults += faults_of_strays(draft)
    return faults + faults_of_series(draft, files) + list(faults_of_grid_series(draft, files))
