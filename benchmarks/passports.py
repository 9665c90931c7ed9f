"""A park-year of passports: every batch of a year read, accounted, signed, and shown as a page in both languages.

    python benchmarks/passports.py RUN LEDGER [--pdf 20]

RUN is a year's run with records (`holin batch demo RUN`), LEDGER its ledger with certificates retired; some are
allotted in a copy of it. Prints JSON and writes it to results/passports.json.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from holin.twin import batches_of_run, green_month, passport_files, passports

HERE = Path(__file__).parent
MONTH = "2025-06"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("run", type=Path)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--pdf", type=int, default=20, help="how many passports are also set as PDF")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(asked.run, _copied(asked.ledger, Path(folder)), Path(folder), asked.pdf)
    text = json.dumps(found, indent=2)
    (HERE / "results" / "passports.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def _copied(ledger: Path, folder: Path) -> Path:
    for file in ledger.parent.glob(f"{ledger.name}*"):
        if not file.name.endswith(".allotments"):
            shutil.copy(file, folder / file.name)
    return folder / ledger.name


def measured(run: Path, ledger: Path, folder: Path, pdfs: int) -> dict[str, Any]:
    """Return the seconds of each step and of the whole."""
    load = os.getloadavg()[0]
    began, cpu_before = time.perf_counter(), _cpu_s()
    found = batches_of_run(run)
    read = time.perf_counter()
    chosen = green_month(found, ledger, MONTH, tonnes=500, write=True, first=True)
    allotted = time.perf_counter()
    written = passport_files(found, folder / "all", address=ledger, pdf=False)
    shown, cpu_after = time.perf_counter(), _cpu_s()
    size = sum(f.stat().st_size for f in (folder / "all").iterdir())
    names = list(found.account.batches)[:pdfs]
    passport_files(found, folder / "papers", names, address=ledger, html=False)
    printed = time.perf_counter()
    sealed = sum(1 for _ in passports(found, address=ledger))
    signed = time.perf_counter()
    return {
        "batches": len(written),
        "taps": len(found.production.taps),
        "cores": os.cpu_count(),
        "read_and_account_s": read - began,
        "allot_500_t_s": allotted - read,
        "allotted_batches": len(chosen.chosen),
        "sign_and_pages_s": shown - allotted,
        "sign_only_s": signed - printed,
        "signed": sealed,
        "together_s": shown - began,
        "together_cpu_s": cpu_after - cpu_before,
        "load_before": load,
        "pdf_each_s": (printed - shown) / max(2 * pdfs, 1),
        "files_mb": size / 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _cpu_s() -> float:
    """Return the CPU time of this process and those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


if __name__ == "__main__":
    main()
