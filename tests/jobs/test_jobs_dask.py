"""Jobs on a real Dask cluster: a scheduler and worker processes with their nannies, some of which are killed."""

import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import distributed
import job_works
import pytest
from job_checks import alive, numbers, squares, until

from holin.errors import BadInput, HolinError
from holin.jobs import Progress, read_result, run_jobs

HERE = Path(__file__).parent


def started(*command: str) -> subprocess.Popen[bytes]:
    """Start a command of Dask, in a process group of its own, such that one death makes a job a suspect at once."""
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    own = {"PYTHONPATH": path, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def scheduler_in(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    file = folder / "scheduler.json"
    process = started(
        "scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)
    )
    try:
        until(lambda: file.exists() and file.stat().st_size > 0, "no scheduler")
        yield json.loads(file.read_text())["address"], process
    finally:
        ended(process)


@contextmanager
def workers_at(address: str, *options: str) -> Iterator[None]:
    process = started("worker", address, "--no-dashboard", *options)
    try:
        yield
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        scheduler_in(tmp_path_factory.mktemp("dask")) as (address, _),
        workers_at(address, "--nworkers", "2", "--nthreads", "1"),
    ):
        yield address


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    (folder := tmp_path / "seen").mkdir()
    return folder


def test_two_workers_do_all_and_this_process_writes(cluster: str, tmp_path: Path, seen: Path) -> None:
    progress: list[Progress] = []
    shared, out = {"seen": str(seen)}, tmp_path / "out"
    outcome = run_jobs(numbers(12), job_works.met, out, shared=shared, scheduler=cluster, on_progress=progress.append)
    assert squares(outcome) == [n * n for n in range(12)]
    assert len(list(seen.iterdir())) == 2 and progress[-1].share == 1.0 and max(p.workers for p in progress) == 2
    again = run_jobs(numbers(12), job_works.met, out, shared=shared, scheduler="tcp://127.0.0.1:1")
    assert again.kept == outcome.done  # nothing left: nobody is asked


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only this C library can be told")
def test_workers_keep_the_memory_that_they_free(cluster: str, tmp_path: Path) -> None:
    """A hundred arrays of 256 pages: Dask's nanny has each given back and asked for again, 25,600 pages in all."""
    outcome = run_jobs(numbers(1), job_works.pages_of_arrays, tmp_path / "out", scheduler=cluster)
    assert read_result(outcome.folder, outcome.done[0]).result["pages"] < 2_000  # type: ignore[index]


def test_a_worker_killed_in_mid_sweep_loses_nothing(cluster: str, tmp_path: Path, seen: Path) -> None:
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if not killed and progress.done >= 5:
            newest = max(seen.iterdir(), key=lambda p: p.stat().st_mtime_ns)
            killed.append(int(newest.name.split("-")[1]))
            os.kill(killed[0], signal.SIGKILL)

    out = tmp_path / "out"
    outcome = run_jobs(
        numbers(40), job_works.noted, out, shared={"seen": str(seen)}, scheduler=cluster, on_progress=kill
    )
    assert len(killed) == 1 and not alive(killed[0])
    assert squares(outcome) == [n * n for n in range(40)] and outcome.lost == () == outcome.failed
    assert sorted(p.name for p in out.iterdir() if p.name[0] != ".") == [f"n{n:02d}.json" for n in range(40)]
    by = {r.result["process"] for r in map(lambda id: read_result(out, id), outcome.done) if r.result}
    assert len(by - set(killed)) >= 1


def test_only_the_guilty_job_is_lost(cluster: str, tmp_path: Path) -> None:
    outcome = run_jobs(numbers(10), job_works.mixed, tmp_path, scheduler=cluster)
    assert outcome.failed == ("n01",) and outcome.lost == ("n02", "n03", "n04")
    assert squares(outcome) == [0, *(n * n for n in range(5, 10))]
    assert (read_result(tmp_path, "n01").error or {})["kind"] == "Infeasible"
    guilty = read_result(tmp_path, "n03")
    assert (guilty.error or {})["text"] == "2 Dask workers died while they did it" and guilty.tries == 2


def test_cancel_keeps_what_came_back_and_frees_the_cluster(cluster: str, tmp_path: Path, seen: Path) -> None:
    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise Enough

    shared, out = {"seen": str(seen)}, tmp_path / "out"
    with pytest.raises(Enough):
        run_jobs(numbers(200), job_works.noted, out, shared=shared, scheduler=cluster, on_progress=stop)
    assert len(list(out.glob("*.json"))) == 3 and len(list(seen.iterdir())) < 20
    outcome = run_jobs(numbers(8), job_works.noted, out, shared=shared, scheduler=cluster)
    assert squares(outcome) == [n * n for n in range(8)] and 1 <= len(outcome.kept) <= 3


CLIENT = """
import sys
import job_works
from holin.jobs import run_jobs
folder, seen, address = sys.argv[1:]
tasks = {f"n{n:02d}": {"number": n} for n in range(60)}
run_jobs(tasks, job_works.noted, folder, shared={"seen": seen}, scheduler=address)
"""


def test_a_client_that_was_killed_is_taken_up(cluster: str, tmp_path: Path, seen: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT)
    out = tmp_path / "out"
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    command = [sys.executable, str(tmp_path / "client.py"), str(out), str(seen), cluster]
    client = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})
    until(lambda: len(list(out.glob("*.json"))) >= 4, "no results")
    client.kill()
    client.wait()
    stood = {p.stem for p in out.glob("*.json")}
    outcome = run_jobs(numbers(60), job_works.noted, out, shared={"seen": str(seen)}, scheduler=cluster)
    assert 4 <= len(stood) < 60 and set(outcome.kept) == stood
    assert squares(outcome) == [n * n for n in range(60)]


def test_a_scheduler_that_is_lost_is_told(tmp_path: Path) -> None:
    with scheduler_in(tmp_path) as (address, process):
        beats: list[Progress] = []

        def kill(progress: Progress) -> None:
            beats.append(progress)
            if len(beats) == 3:  # no worker has come: it waits, and says so
                process.kill()

        with pytest.raises(HolinError, match="was lost; what came back is written"):
            run_jobs(numbers(3), job_works.square, tmp_path / "out", scheduler=address, on_progress=kill)
        assert {(p.left, p.workers) for p in beats} == {(3, 0)}


def test_workers_with_several_threads_are_refused(tmp_path: Path) -> None:
    with scheduler_in(tmp_path) as (address, _), workers_at(address, "--nthreads", "2", "--no-nanny"):
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        with pytest.raises(BadInput, match="--nworkers N --nthreads 1"):
            run_jobs(numbers(1), job_works.square, tmp_path / "out", scheduler=address)


def test_no_scheduler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holin.jobs.dask_pool.CONNECT_S", 0.3)
    for address in ("tcp://127.0.0.1:1", "nowhere"):
        with pytest.raises(BadInput, match="no Dask scheduler answers there"):
            run_jobs(numbers(1), job_works.square, tmp_path, scheduler=address)


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "holin.jobs.dask_pool", raising=False)
    with pytest.raises(HolinError, match=r"pip install 'holin\[dask\]'"):
        run_jobs(numbers(1), job_works.square, tmp_path, scheduler="tcp://127.0.0.1:1")
    assert run_jobs(numbers(1), job_works.square, tmp_path, workers=1).done == ("n00",)
