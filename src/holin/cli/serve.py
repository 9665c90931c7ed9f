"""The command that serves parks and runs to browsers and programs."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.grid_state import asked_by
from holin.cli.options import ACCOUNTS, AccountsOption, JsonOption, LanguageOption
from holin.cli.output import default_language, err, has_screen, out
from holin.cli.texts import text


def serve(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Park folders, run folders, or folders that hold some; without any the reference parks and runs/."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; without it the first free one from 8765 on. 0: any free one."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on; 127.0.0.1 is reached from here only.")] = (
        "127.0.0.1"
    ),
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Where jobs write runs and plans; without it the first folder of several among PATHS, else runs/.",
        ),
    ] = None,
    auth: Annotated[
        bool, typer.Option("--auth", help="People log in; needed where the network reaches the server (holin users).")
    ] = False,
    accounts: AccountsOption = ACCOUNTS,
    url: Annotated[
        str | None,
        typer.Option(help="With a reverse proxy: the address under which people reach it, https://park.example.com."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="The proxy's address, whose word on who asks is taken; without it this machine's own."),
    ] = None,
    ledger: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[RUN=]FILE", help="A run's ledger of certificates, where it is not the file RUN.ledger beside it."
        ),
    ] = None,
    passports: Annotated[
        list[str] | None,
        typer.Option(metavar="[RUN=]FOLDER", help="A run's passports, where they are not in RUN.passports beside it."),
    ] = None,
    hall: Annotated[
        list[str] | None,
        typer.Option(metavar="[RUN=]FOLDER", help="A run's catalogue, where it is not the folder RUN.hall beside it."),
    ] = None,
    show_it: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser when there is a screen.")
    ] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Serve parks and runs: the page at the printed address, and the API behind it at /api.

    `holin serve` shows the reference parks and what lies in runs/; `holin serve my-park results/` those. Runs that are
    written or removed meanwhile come and go; what is asked for on the page is written to --out. With --json one line
    says the address, and the server goes on. The API is described at /api/openapi.json, arrays come as Arrow;
    `holin.client` reads it from Python.

    Beside a run its ledger, passports and catalogue are found by its name; others are said:
    `holin serve runs/ --ledger 2025=books/park.db --passports 2025=signed/`. With one run the path alone is enough.

    Who sits at this machine needs no account. For others: `holin users add li.na --role admin`, then
    `holin serve --auth --host 0.0.0.0`, or behind a reverse proxy `holin serve --auth --url https://park.example.com`.
    """
    from holin.web.guard import is_loopback

    speech = language or default_language()
    if auth and not is_loopback(host) and not (url or "").startswith("https://"):
        err.print(text("serve.plain", speech, host=host), style="yellow", soft_wrap=True, markup=False)
    if auth and accounts.is_file():
        warn_of_nobody(accounts, speech)
    reached = Reached(
        host=host, port=port, accounts=accounts if auth else None, url=url, proxies=proxy, results=out_folder,
        ledgers=ledger, passports=passports, halls=hall,
    )  # fmt: skip
    with asked_by(
        paths="PATHS", port="--port", host="--host", accounts="--accounts", url="--url", proxies="--proxy", out="--out",
        ledgers="--ledger", passports="--passports", halls="--hall",
    ):  # fmt: skip
        keep_serving(paths, speech, reached=reached, show_it=show_it, as_json=as_json)


def warn_of_nobody(accounts: Path, speech: str) -> None:
    """Say that no admin can log in, where none can: nobody could let anybody in."""
    from holin.accounts import Role, open_accounts, users

    with asked_by(accounts="--accounts"), open_accounts(accounts) as book:
        admins = [u for u in users(book) if u.role is Role.ADMIN and not u.disabled]
    if not admins:
        err.print(text("serve.nobody", speech, accounts=accounts), style="yellow", soft_wrap=True, markup=False)


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How a server is reached, by whom, and where its jobs write."""

    host: str = "127.0.0.1"
    port: int | None = None
    accounts: Path | None = None
    url: str | None = None
    proxies: Sequence[str] | None = None
    results: Path | None = None
    ledgers: Sequence[str] | None = None
    passports: Sequence[str] | None = None
    halls: Sequence[str] | None = None

    def asked(self) -> dict[str, Any]:
        """Return what of it was said."""
        return {name: value for name, value in vars(self).items() if value is not None}


def keep_serving(
    paths: Sequence[Path] | None,
    speech: str,
    *,
    reached: Reached | None = None,
    show_it: bool = False,
    as_json: bool = False,
) -> None:
    """Serve until the server is stopped; say its address, and that it has stopped."""
    from holin.web import page_is_built
    from holin.web import serve as serve_paths

    opening = err.status(text("serve.opening", speech))  # shown in a terminal only

    def ready(url: str) -> None:
        opening.stop()
        if as_json:
            print(json.dumps({"url": url, "api": f"{url}api/openapi.json", "page": page_is_built()}), flush=True)
        else:
            out.print(text("serve.ready", speech, url=url), soft_wrap=True)
            if not page_is_built():
                out.print(text("serve.not_built", speech), soft_wrap=True)
            out.print(text("serve.stop", speech), soft_wrap=True)
        if show_it and has_screen():
            webbrowser.open(url)

    with opening:
        serve_paths(paths, **(reached or Reached()).asked(), on_ready=ready)
    if not as_json:
        out.print(text("serve.stopped", speech), soft_wrap=True)
