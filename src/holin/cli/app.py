"""The application: all commands in one place, and no traceback for a user."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable

import typer

from holin.cli import (
    alternatives,
    batch,
    bill,
    carbon,
    catalogue,
    catalogue_look,
    certificates_keep,
    certificates_look,
    certificates_make,
    certificates_move,
    connect,
    dispatch,
    draw,
    estimate,
    evidence,
    exchange,
    forecast,
    frontier,
    grid_fault,
    grid_flow,
    grid_hosting,
    grid_n1,
    meters,
    park,
    passport,
    plan,
    reconcile,
    replay,
    rules,
    run,
    serve,
    sweep,
    trace,
    users,
    users_look,
)
from holin.cli.output import explain
from holin.cli.stopping import stoppable

app = typer.Typer(
    name="holin",
    help="Holin: one model of a green-power industrial park. Start with `holin demo`, or `holin new my-park` and "
    "`holin run my-park`. Every command prints JSON with --json.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
COMMANDS: tuple[Callable[..., None], ...] = (
    run.demo, park.new, park.check, park.excel, park.provenance, park.schema,
    run.run, dispatch.dispatch, replay.replay, plan.plan, frontier.frontier, alternatives.alternatives, sweep.sweep,
    run.show, run.compare, run.report, carbon.carbon,
    grid_flow.flow, grid_n1.n1, grid_hosting.hosting, grid_fault.fault, estimate.estimate, forecast.forecast,
    connect.connect, draw.draw, meters.meters, trace.trace, rules.rules, bill.bill,
    reconcile.reconcile, evidence.evidence, passport.passport, passport.verify, serve.serve,
)  # fmt: skip
for command in COMMANDS:
    app.command()(stoppable(command))
certificates = typer.Typer(
    help="Certificates that cannot be counted twice; `holin certificates issue RUN --ledger park.ledger` makes the "
    "first. HOLIN_LEDGER may name the ledger instead of --ledger.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
for command in (
    certificates_make.issue, certificates_move.transfer, certificates_move.retire, certificates_look.history,
    certificates_look.show, certificates_look.verify, certificates_keep.backup, certificates_keep.restore,
    certificates_move.reserve, certificates_move.release, certificates_move.split, certificates_make.bundle,
    certificates_move.expire,
):  # fmt: skip
    certificates.command()(stoppable(command))
app.add_typer(certificates, name="certificates")
batches = typer.Typer(
    help="From hour to tonne: production records, their mass balance, each batch's energy by source and hour, and "
    "which tonnes may be sold as green-power aluminium. `holin batch demo RUN` makes records to try it with.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
for command in (batch.demo, batch.check, batch.trace, batch.green):
    batches.command()(stoppable(command))
batches.command("list")(stoppable(batch.list_batches))
app.add_typer(batches, name="batch")
hall = typer.Typer(
    help="The exhibition hall: who makes what in the park, how green it is, and where it came from. "
    "`holin catalogue demo RUN --out hall` makes a first one. HOLIN_HALL may name it instead of --hall.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
for command in (
    catalogue_look.search, catalogue_look.show, catalogue_look.path, catalogue_look.enquiries, catalogue_look.page,
    catalogue.template,
):  # fmt: skip
    hall.command()(stoppable(command))
hall.command("import")(stoppable(catalogue.import_catalogue))
hall.command("export")(stoppable(catalogue.export_catalogue))
hall.command("demo")(stoppable(catalogue.demo_catalogue))
app.add_typer(hall, name="catalogue")
accounts = typer.Typer(
    help="Accounts for `holin serve --auth`: who may see and change what. `holin users add li.na --role admin` makes "
    "the file and the first of them. HOLIN_ACCOUNTS may name the file instead of --accounts.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
for command in (
    users.add, users.role, users.disable, users.password, users.token, users_look.log, users_look.backup
):  # fmt: skip
    accounts.command()(stoppable(command))
accounts.command("list")(stoppable(users_look.list_users))
app.add_typer(accounts, name="users")
app.command("import")(stoppable(exchange.import_park))
app.command("export")(stoppable(exchange.export_park))


def _print_version(wanted: bool) -> None:
    if wanted:
        print(importlib.metadata.version("holin"))
        raise typer.Exit


@app.callback()
def holin(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True, callback=_print_version),
) -> None:
    """Holin: one model of a green-power industrial park."""


def main() -> None:
    """Run the command line; every error becomes a sentence and an exit code.

    1: the input or the run has a fault; 2: the command line is wrong; 130: interrupted. HOLIN_TRACEBACK=1 shows the
    traceback of an error that Holin did not foresee.
    """
    try:
        app()
    except Exception as error:
        if os.environ.get("HOLIN_TRACEBACK"):
            raise
        explain(error, as_json="--json" in sys.argv)
        sys.exit(1)
