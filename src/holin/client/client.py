"""A client of a Holin server."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import httpx

from holin.client.bill_shapes import Bill, Bills, TariffWhatIf
from holin.client.shapes import Enterprises, Library, Park, Run, Table, built
from holin.errors import Fault, HolinError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

URL = "http://127.0.0.1:8765"
TIMEOUT_S = 60.0
"""An answer that is made for the first time may take seconds."""


class Refusal(HolinError):
    """A server's answer is a problem, or there is no answer: `status` is 0 then. `faults` are Holin's, if any."""

    def __init__(
        self, message: str, *, status: int = 0, kind: str = "", faults: Sequence[Fault] = (), chinese: str = ""
    ) -> None:
        self.status, self.kind, self.faults, self._chinese = status, kind, tuple(faults), chinese
        super().__init__(_with_faults(message, faults))

    def in_language(self, language: str) -> str:
        """Return the text in a language: in Chinese as far as the server has it, else in English."""
        return self._chinese if language == "zh" and self._chinese else str(self)


def _with_faults(message: str, faults: Sequence[Fault]) -> str:
    return "\n".join((message, *(f"  {fault}" for fault in faults)))


class Client:
    """Reads one server. Every method asks once, and raises Refusal where there is no answer or it is a problem.

    A server with accounts asks for a `token` (`holin users token NAME`); without one HOLIN_TOKEN is taken, if set.
    """

    def __init__(self, url: str = URL, *, token: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self.url = url.rstrip("/")
        token = token if token is not None else os.environ.get("HOLIN_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=f"{self.url}/api", headers=headers, timeout=timeout_s, follow_redirects=False
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    # ---- what is there ----------------------------------------------------------------------------------------------

    def library(self) -> Library:
        """Return all parks and runs that are served."""
        return built(Library, self._json("library"))

    def park(self, park: str, *, stage: str | None = None) -> Park:
        """Return a park with everything that ever stands in it, or what stands at `stage`."""
        return built(Park, self._json("parks", park, ask={} if stage is None else {"stage": stage}))

    def park_of_run(self, run: str) -> Park:
        """Return the park as it stood in a run."""
        return built(Park, self._json("runs", run, "park"))

    def diagram(
        self, park: str, *, stage: str | None = None, language: Literal["zh", "en", "both"] = "zh"
    ) -> dict[str, Any]:
        """Return the geometry of a park's single-line diagram (px), as the API describes it."""
        ask = {"language": language} | ({} if stage is None else {"stage": stage})
        found: dict[str, Any] = self._json("parks", park, "diagram", ask=ask)
        return found

    def diagram_of_run(self, run: str, *, language: Literal["zh", "en", "both"] = "zh") -> dict[str, Any]:
        """Return the geometry of the single-line diagram of the park as it stood in a run."""
        found: dict[str, Any] = self._json("runs", run, "diagram", ask={"language": language})
        return found

    def run(self, run: str) -> Run:
        """Return a run's facts, figures, rules, claims and months."""
        return built(Run, self._json("runs", run))

    def tables(self, run: str) -> tuple[Table, ...]:
        """Return the tables of a run with their columns."""
        return tuple(built(Table, table) for table in self._json("runs", run, "tables")["tables"])

    # ---- arrays -----------------------------------------------------------------------------------------------------

    def column(self, run: str, table: str, column: str, **only: str | Sequence[str]) -> xr.DataArray:
        """Return a column of a table, single precision, over `time` (UTC) and the labels of its other dimensions.

        `only` keeps some labels of a dimension: `client.column(run, "flows", "loading", branch="line-1")`.
        """
        from holin.client.arrays import data_array

        asked = {dim: [labels] if isinstance(labels, str) else list(labels) for dim, labels in only.items()}
        chosen = [f"{dim}:{label}" for dim, labels in asked.items() for label in labels]
        return data_array(self._bytes("runs", run, "tables", table, column, ask={"only": chosen} if chosen else {}))

    def series(self, run: str) -> pd.DataFrame:
        """Return the park's hourly series by local time: dispatch, demand, storage, price, green share."""
        from holin.client.arrays import hourly_frame

        return hourly_frame(self._bytes("runs", run, "series"))

    def green_share_of_buses(self, run: str) -> xr.DataArray:
        """Return the renewable share of what passes each busbar, over `time` (UTC) and `bus`; count: physical."""
        from holin.client.arrays import data_array

        return data_array(self._bytes("runs", run, "buses", "green_share"))

    # ---- enterprises ------------------------------------------------------------------------------------------------

    def enterprises(self, run: str) -> Enterprises:
        """Return the enterprises of a run with their months."""
        return built(Enterprises, self._json("runs", run, "enterprises"))

    def enterprise_hours(self, run: str, enterprise: str) -> pd.DataFrame:
        """Return an enterprise by local time: power, sources (`source:ID`), green share, CO2 and marginal price."""
        from holin.client.arrays import hourly_frame

        return hourly_frame(self._bytes("runs", run, "enterprises", enterprise, "hours"))

    def sources_to_users(self, run: str) -> pd.DataFrame:
        """Return the energy from source to user by local day: `day`, `source`, `user`, `mwh`; count: physical."""
        from holin.client.arrays import daily_frame

        return daily_frame(self._bytes("runs", run, "sources-to-users"))

    # ---- bills ------------------------------------------------------------------------------------------------------

    def bills(self, run: str) -> Bills:
        """Return every bill of a run in short, in whole fen, with the months' closing."""
        return built(Bills, self._json("runs", run, "bills"))

    def bill(self, run: str, enterprise: str, month: str, *, against: str | None = None) -> Bill:
        """Return one bill with every line, and why it differs from that of another month (the one before)."""
        ask = {} if against is None else {"against": against}
        return built(Bill, self._json("runs", run, "enterprises", enterprise, "bills", month, ask=ask))

    def invoice(
        self, run: str, enterprise: str, month: str, *,
        form: Literal["html", "pdf", "xlsx"] = "pdf", language: Literal["zh", "en"] = "zh",
    ) -> bytes:  # fmt: skip
        """Return the invoice of a bill as a page, a PDF or a workbook."""
        ask = {"form": form, "language": language}
        return self._bytes("runs", run, "enterprises", enterprise, "bills", month, "invoice", ask=ask)

    def tariff_what_if(self, run: str, month: str, **change: float) -> TariffWhatIf:
        """Return a month settled again under changed tariffs; nothing is billed.

        `change`: peak_factor, valley_factor, transmission_change_per_mwh, demand_charge_per_mw_month,
        green_price_per_mwh, green_premium_per_mwh; see the server's /api/openapi.json.
        """
        return built(TariffWhatIf, self._json("runs", run, "bills", month, "what-if", ask=change))

    # ---- green, passports, the catalogue ----------------------------------------------------------------------------

    def green_hours(self, run: str) -> pd.DataFrame:
        """Return the green share of each enterprise by local time; count: physical."""
        from holin.client.arrays import hourly_frame

        return hourly_frame(self._bytes("runs", run, "green", "hours"))

    def proofs(self, run: str) -> dict[str, Any]:
        """Return what stands beside a run (ledger, passports, catalogue), and which command makes what does not."""
        return self._object("runs", run, "proofs")

    def certified(self, run: str) -> dict[str, Any]:
        """Return what retired certificates cover of each enterprise's use, hour by hour and over all hours."""
        return self._object("runs", run, "green", "certified")

    def rules(self, run: str) -> dict[str, Any]:
        """Return the rules of a run's park with verdict, margin and cures."""
        return self._object("runs", run, "rules")

    def reconciliation(self, run: str) -> dict[str, Any]:
        """Return energy, certificates and bills held against each other, in whole Wh and fen."""
        return self._object("runs", run, "reconciliation")

    def certificate_sums(self, run: str) -> dict[str, Any]:
        """Return the sums of a run's certificates by month and state, enterprise and device, in Wh."""
        return self._object("runs", run, "certificates", "sums")

    def certificates(self, run: str, **choice: Any) -> dict[str, Any]:
        """Return a page of certificates; `choice`: state, unit, whose, month, page, page_size, as the API has them."""
        return self._object("runs", run, "certificates", ask=choice)

    def certificate(self, run: str, certificate: int) -> dict[str, Any]:
        """Return the whole history of a certificate, from its meter to the batch that it stands behind."""
        return self._object("runs", run, "certificates", str(certificate))

    def passports(self, run: str, **choice: Any) -> dict[str, Any]:
        """Return a page of passports; `choice`: text, green, page, page_size."""
        return self._object("runs", run, "passports", ask=choice)

    def passport(self, run: str, passport: str) -> dict[str, Any]:
        """Return a passport in both languages, with the result of the server's check."""
        return self._object("runs", run, "passports", passport)

    def passport_file(self, run: str, passport: str) -> bytes:
        """Return the file of a passport byte by byte as it was signed: what `holin verify` checks."""
        return self._bytes("runs", run, "passports", passport, "file")

    def catalogue(self, run: str, text: str = "", **choice: Any) -> dict[str, Any]:
        """Return products that answer; `choice`: category, form, alloy, use, footprint_max, order, page and others."""
        return self._object("runs", run, "catalogue", ask={"text": text, **choice})

    def product(self, run: str, product: str) -> dict[str, Any]:
        """Return a product with its footprint, its way back, and the sources of its power."""
        return self._object("runs", run, "catalogue", product)

    def enquiries(self, run: str) -> dict[str, Any]:
        """Return who offers and who seeks what, and who answers whom."""
        return self._object("runs", run, "enquiries")

    # ---- the hall ---------------------------------------------------------------------------------------------------

    def visitors(self, run: str) -> dict[str, Any]:
        """Return what visitors may move (times what stands), which week is looked at, and the factor of avoided CO2."""
        return self._object("runs", run, "visitors")

    def visitor_hours(self, run: str) -> pd.DataFrame:
        """Return by local time t of metal, of green-power metal (count: physical) and of CO2 avoided."""
        from holin.client.arrays import hourly_frame

        return hourly_frame(self._bytes("runs", run, "visitors", "hours"))

    def visitor_what_if(
        self, run: str, *, wind: str = "1", storage: str = "1", stage: str | None = None, every_s: float = 0.5
    ) -> dict[str, Any]:
        """Return a representative week with so many times the wind and storage, or at another stage; waits for it."""
        ask = {"wind": wind, "storage": storage} | ({} if stage is None else {"stage": stage})
        while not (found := self._object("runs", run, "visitors", "what-if", ask=ask))["ready"]:
            time.sleep(every_s)
        return found

    # ---- the grid, plans, jobs --------------------------------------------------------------------------------------

    def studies(self, run: str) -> dict[str, bool]:
        """Return the studies of a run's grid (n1, fault, hosting) and whether each is made."""
        return {row["study"]: row["made"] for row in self._json("runs", run, "studies")["studies"]}

    def study(self, run: str, study: Literal["n1", "fault", "hosting"]) -> dict[str, Any]:
        """Return a study of a run's grid, as the API describes it. Raises Refusal (404) until a job has made it."""
        found: dict[str, Any] = self._json("runs", run, "studies", study)
        return found

    def outage(self, run: str, element: str, hour: int) -> dict[str, Any]:
        """Return the AC power flow in an interval of a run with a branch, a unit or a busbar out."""
        return self._object("runs", run, "outages", element, ask={"hour": hour})

    def knobs(self, run: str) -> list[dict[str, Any]]:
        """Return what a what-if of a run may move, with bounds, unit and present value."""
        return list(self._json("runs", run, "knobs")["knobs"])

    def plans(self) -> dict[str, list[dict[str, Any]]]:
        """Return the plans and frontiers that are served."""
        found: dict[str, list[dict[str, Any]]] = self._json("plans")
        return found

    def plan(self, plan: str) -> dict[str, Any]:
        """Return a plan, as the API describes it."""
        found: dict[str, Any] = self._json("plans", plan)
        return found

    def frontier(self, frontier: str) -> dict[str, Any]:
        """Return a frontier, as the API describes it."""
        found: dict[str, Any] = self._json("frontiers", frontier)
        return found

    def jobs(self) -> list[dict[str, Any]]:
        """Return the jobs that the server remembers."""
        return list(self._json("jobs")["jobs"])

    def ask(self, kind: Literal["run", "study", "what_if", "plan", "frontier"], **asked: Any) -> dict[str, Any]:
        """Have the server do a job and return how it stands: `client.ask("study", run="week", study="n1")`."""
        found: dict[str, Any] = self._changed(("jobs",), {"kind": kind, **asked})
        return found

    def job(self, job: str) -> dict[str, Any]:
        """Return how a job stands."""
        found: dict[str, Any] = self._json("jobs", job)
        return found

    def waited(self, job: str, *, every_s: float = 0.5) -> dict[str, Any]:
        """Return a job once it has ended; its `state` says how."""
        while (found := self.job(job))["state"] in ("waiting", "running"):
            time.sleep(every_s)
        return found

    def cancel(self, job: str) -> dict[str, Any]:
        """Stop a job and return how it ended."""
        found: dict[str, Any] = self._changed(("jobs", job, "cancel"), {})
        return found

    def what_if(self, job: str) -> dict[str, Any]:
        """Return what came of a what-if: the figures before and after, with their differences."""
        found: dict[str, Any] = self._json("jobs", job, "what-if")
        return found

    def keep(self, job: str, name: str) -> str:
        """Keep the run of a what-if and return its id in the library."""
        return str(self._changed(("jobs", job, "keep"), {"name": name})["made"]["run"])

    # ---- asking -----------------------------------------------------------------------------------------------------

    def _json(self, *path: str, ask: Mapping[str, Any] | None = None) -> Any:
        return self._asked(path, ask or {}).json()

    def _object(self, *path: str, ask: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self._json(*path, ask=ask)
        return found

    def _bytes(self, *path: str, ask: Mapping[str, Any] | None = None) -> bytes:
        return self._asked(path, ask or {}).content

    def _changed(self, path: Sequence[str], body: Mapping[str, Any]) -> Any:
        return self._asked(path, {}, body).json()

    def _asked(
        self, path: Sequence[str], ask: Mapping[str, Any], body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        way = "/".join(quote(part, safe="") for part in path)
        try:
            answer = self._http.get(way, params=dict(ask)) if body is None else self._http.post(way, json=dict(body))
        except httpx.HTTPError as error:
            said = f"no Holin server answers at {self.url} ({error}); start one with `holin serve`"
            raise Refusal(said) from error
        if answer.is_success:
            return answer
        raise _refusal(answer, self.url)


def _refusal(answer: httpx.Response, url: str) -> Refusal:
    """Return a problem of the server, or of something else that answers in its place."""
    if answer.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
        return Refusal(f"{url} answers {answer.status_code}, but not as Holin does", status=answer.status_code)
    problem = answer.json()
    faults = [built(Fault, fault) for fault in problem.get("faults", [])]
    kind = str(problem["type"]).rpartition(":")[2]
    return Refusal(
        str(problem["detail"]),
        status=answer.status_code,
        kind=kind,
        faults=faults,
        chinese=_in_chinese(problem, faults),
    )


def _in_chinese(problem: Mapping[str, Any], faults: Sequence[Fault]) -> str:
    """Return what a problem says in Chinese, "" where an older server has none."""
    if not problem.get("detail_zh"):
        return ""
    told = [
        replace(fault, problem=one.get("problem_zh") or fault.problem, right=one.get("right_zh") or fault.right)
        for fault, one in zip(faults, problem.get("faults", []), strict=True)
    ]
    return _with_faults(str(problem["detail_zh"]), told)
