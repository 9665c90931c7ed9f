"""How quick the server is: its start, its first answers, a year's arrays, and many viewers at once.

    python benchmarks/web.py [RUN] [--viewers 50] [--seconds 20]

RUN is a year's run with its ledger beside it; without one `holin demo` makes it. Each viewer first loads what the page
loads (park, diagram, figures, series and three arrays of the year), then asks for one of them every second with the
ETag that it has, as a page does that is opened or gone back to; now and then, and at last, for an enterprise that it
may not have seen. Server and viewers share the machine. In the end the answers that a year takes seconds for are asked,
of this server and of one that starts after it. Prints JSON and writes it to results/web.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
ARRAYS = ("flows/p_from_mw", "flows/loading", "flows/v_pu")
COSTLY = ("rules", "reconciliation", "green/certified", "bills")
REPEATS = 21


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = asked.run or made(Path(folder) / "year")
        found = measured(run, asked.viewers, asked.seconds)
    text = json.dumps(found, indent=2)
    (HERE / "results" / "web.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def made(folder: Path) -> Path:
    """Return a year's run of the reference park with all that belongs beside it, made as the demo makes it."""
    command = [sys.executable, "-m", "holin", "demo", "--no-open", "--json", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@contextmanager
def serving(run: Path, out: str) -> Iterator[tuple[str, int]]:
    """Serve a run, and give the address and the process; what jobs and answers write goes to `out`."""
    command = [sys.executable, "-m", "holin", "serve", str(run), "--port", "0", "--json", "--out", out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"], server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def measured(run: Path, viewers: int, seconds: float) -> dict[str, Any]:
    """Return all figures of one server, and how quick the costly answers are at first and after it started again."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        with serving(run, out) as (url, pid):
            ready = time.perf_counter() - began
            base = f"{url}api/"
            with httpx.Client(base_url=base, timeout=120) as client:
                [listed] = client.get("library").json()["runs"]
                first_answer = time.perf_counter() - began
                paths = first_load(f"runs/{listed['id']}")
                more = [f"runs/{listed['id']}/{path}" for path in ("sources-to-users", "buses/green_share")]
                cold = {path: timed(client, path)[0] for path in [*paths, *more]}
                warm = {array: warm_array(client, f"runs/{listed['id']}/tables/{array}") for array in ARRAYS}
                ids = [e["id"] for e in client.get(f"runs/{listed['id']}/enterprises").json()["enterprises"]]
                hours = [f"runs/{listed['id']}/enterprises/{e}/hours" for e in ids]
                cold["an enterprise's hours"] = timed(client, hours[0])[0]
            times = asyncio.run(crowd(base, paths, hours, viewers, seconds))
            memory_mb = peak_mb(pid)
            costly = {way: {"first_ms": ms} for way, ms in costly_ms(base, listed["id"]).items()}
        with serving(run, out) as (url, _):
            for way, ms in costly_ms(f"{url}api/", listed["id"]).items():
                costly[way]["after_restart_ms"] = ms
    return {
        "load_before": load, "cores": os.cpu_count(), "hours": listed["hours"], "ready_s": ready,
        "first_answer_s": first_answer, "cold_ms": cold, "warm": warm, "viewers": viewers, "seconds": seconds,
        "answers": {kind: spread(found) for kind, found in times.items()}, "costly": costly,
        "server_peak_mb": memory_mb,
    }  # fmt: skip


def costly_ms(base: str, run: str) -> dict[str, float]:
    """Return the ms of each costly answer, one after another: the first begins the process that works them out."""
    with httpx.Client(base_url=base, timeout=300) as client:
        client.get(f"runs/{run}").raise_for_status()
        return {way: timed(client, f"runs/{run}/{way}")[0] for way in COSTLY}


def first_load(run: str) -> list[str]:
    """Return what a page asks for when it opens a run."""
    return [run, f"{run}/park", f"{run}/diagram", f"{run}/series", *(f"{run}/tables/{array}" for array in ARRAYS)]


def timed(client: httpx.Client, path: str) -> tuple[float, httpx.Response]:
    """Return how many ms an answer took, and the answer."""
    began = time.perf_counter()
    answer = client.get(path).raise_for_status()
    return 1000 * (time.perf_counter() - began), answer


def warm_array(client: httpx.Client, path: str) -> dict[str, float]:
    """Return the bytes of an array, and the ms in the median of an answer that is on the shelf."""
    took = [timed(client, path) for _ in range(REPEATS)]
    again = {"If-None-Match": took[0][1].headers["etag"]}
    unchanged = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        assert client.get(path, headers=again).status_code == 304
        unchanged.append(1000 * (time.perf_counter() - began))
    return {
        "bytes": len(took[0][1].content), "ms": statistics.median(ms for ms, _ in took),
        "unchanged_ms": statistics.median(unchanged),
    }  # fmt: skip


async def crowd(base: str, paths: list[str], hours: list[str], viewers: int, seconds: float) -> dict[str, list[float]]:
    """Return the ms of answers: the `first` of each viewer, `later`, an enterprise's `hours`, and of a whole `page`."""
    times: dict[str, list[float]] = {"first": [], "later": [], "hours": [], "page": []}

    async def view(number: int) -> None:
        chance = random.Random(number)
        tags: dict[str, str] = {}

        async def ask(path: str, kind: str) -> None:
            began = time.perf_counter()
            answer = await client.get(path, headers={"If-None-Match": tags[path]} if path in tags else {})
            times[kind].append(1000 * (time.perf_counter() - began))
            assert answer.status_code in (200, 304), answer.text
            tags[path] = answer.headers["etag"]

        async with httpx.AsyncClient(base_url=base, timeout=120) as client:
            await asyncio.sleep(chance.uniform(0, seconds / 2))
            opened = time.perf_counter()
            await asyncio.gather(*(ask(path, "first") for path in paths))
            times["page"].append(1000 * (time.perf_counter() - opened))
            until = time.perf_counter() + seconds / 2
            while time.perf_counter() < until:
                await asyncio.sleep(chance.uniform(0.5, 1.5))
                path = chance.choice([*paths, *paths, chance.choice(hours)])
                await ask(path, "hours" if path in hours else "later")
            await ask(chance.choice(hours), "hours")

    await asyncio.gather(*(view(number) for number in range(viewers)))
    return times


def spread(times: list[float]) -> dict[str, float]:
    """Return how many answers there were and their ms: median, 95th percentile, longest."""
    ordered = sorted(times)
    return {
        "count": len(ordered), "median_ms": statistics.median(ordered), "p95_ms": ordered[int(0.95 * len(ordered))],
        "max_ms": ordered[-1],
    }  # fmt: skip


def peak_mb(pid: int) -> float | None:
    """Return the largest resident memory of a process so far in MB, None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return None
    line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
