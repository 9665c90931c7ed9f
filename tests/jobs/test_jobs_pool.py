"""Jobs on a pool of real processes: killed, failing, cancelled, and taken up again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import job_works
import pytest
from job_checks import alive, numbers, squares, until

from holin.errors import BadInput, HolinError
from holin.jobs import Progress, Status, read_result, run_jobs

HERE = Path(__file__).parent


def test_two_workers_do_all_and_a_second_call_does_nothing(tmp_path: Path) -> None:
    seen: list[Progress] = []
    (meeting := tmp_path / "meeting").mkdir()
    shared, out = {"seen": str(meeting)}, tmp_path / "out"
    outcome = run_jobs(numbers(12), job_works.met, out, workers=2, shared=shared, on_progress=seen.append)
    assert squares(outcome) == [n * n for n in range(12)] and outcome.kept == ()
    processes = {int(p.name) for p in meeting.iterdir()}
    assert len(processes) == 2 and os.getpid() not in processes and not any(map(alive, processes))
    assert [p.left for p in seen] == sorted((p.left for p in seen), reverse=True)
    assert seen[0].left == 12 and seen[-1].share == 1.0 and max(p.workers for p in seen) == 2
    assert sorted(p.name for p in out.iterdir() if p.name[0] != ".") == [f"n{n:02d}.json" for n in range(12)]

    before = {p.name: p.stat().st_mtime_ns for p in out.glob("*.json")}
    again = run_jobs(numbers(12), job_works.met, out, workers=2, shared=shared)
    assert again.kept == again.done == outcome.done
    assert {p.name: p.stat().st_mtime_ns for p in out.glob("*.json")} == before


def test_what_differs_is_done_anew_and_only_that(tmp_path: Path) -> None:
    first = run_jobs(numbers(4), job_works.square, tmp_path, workers=1)
    tasks = numbers(5) | {"n01": {"number": 9}}
    second = run_jobs(tasks, job_works.square, tmp_path, workers=1)
    assert second.kept == ("n00", "n02", "n03") and squares(second) == [0, 81, 4, 9, 16]
    third = run_jobs(numbers(4), job_works.square, tmp_path, workers=1, shared={"offset": 5})
    assert third.kept == () and squares(third) == [5, 6, 9, 14]
    assert read_result(tmp_path, "n04").status is Status.DONE  # of no task: left alone
    fourth = run_jobs({"n00": {"number": 0, "seen": str(tmp_path)}}, job_works.noted, tmp_path, workers=1)
    assert fourth.kept == () and first.folder == fourth.folder


def test_failures_are_answers_and_a_worker_that_dies_takes_nothing_with_it(tmp_path: Path) -> None:
    outcome = run_jobs(numbers(10), job_works.mixed, tmp_path, workers=2, tries=2)
    assert outcome.failed == ("n01",) and outcome.lost == ("n02", "n03", "n04")
    assert squares(outcome) == [0, *(n * n for n in range(5, 10))]
    errors = {id: read_result(tmp_path, id).error or {} for id in outcome.failed + outcome.lost}
    assert errors["n01"] == {"kind": "Infeasible", "text": "load at A cannot be served; 3 MW are short"}
    assert errors["n02"]["kind"] == "ZeroDivisionError" and "in mixed" in errors["n02"]["place"]
    assert errors["n03"]["text"] == "its worker died 2 times, at last with exit code -9"
    assert errors["n04"]["text"].startswith("object has no plain form")
    assert read_result(tmp_path, "n03").tries == 2 and read_result(tmp_path, "n01").tries == 1
    again = run_jobs(numbers(10), job_works.mixed, tmp_path, workers=2, tries=1)
    assert set(again.kept) == {*outcome.done, "n01"}  # what was lost is tried again
    assert again.lost == outcome.lost and read_result(tmp_path, "n03").tries == 1


def test_a_job_whose_worker_died_once_is_done_by_another(tmp_path: Path) -> None:
    tasks = {id: task | {"mark": str(tmp_path / "mark")} for id, task in numbers(8).items()}
    outcome = run_jobs(tasks, job_works.deadly_once, tmp_path / "out", workers=2)
    assert (tmp_path / "mark").exists()
    assert squares(outcome) == [n * n for n in range(8)] and outcome.lost == ()
    assert [read_result(outcome.folder, id).tries for id in outcome.done] == [1, 1, 1, 1, 1, 2, 1, 1]


def test_workers_killed_from_outside_lose_nothing(tmp_path: Path) -> None:
    """Two times in mid-sweep the process that gave the newest result is killed."""
    seen = tmp_path / "seen"
    seen.mkdir()
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if len(killed) < 2 and progress.done >= 4 * (len(killed) + 1):
            newest = max(seen.iterdir(), key=lambda p: p.stat().st_mtime_ns)
            killed.append(int(newest.name.split("-")[1]))
            os.kill(killed[-1], signal.SIGKILL)

    tasks = {id: task | {"seen": str(seen)} for id, task in numbers(20).items()}
    outcome = run_jobs(tasks, job_works.noted, tmp_path / "out", workers=2, on_progress=kill)
    assert len(killed) == 2
    assert squares(outcome) == [n * n for n in range(20)]
    assert len(list((tmp_path / "out").glob("*.json"))) == 20


def test_cancel_keeps_what_is_finished_and_ends_the_processes(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()

    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise Enough

    tasks = {id: task | {"seen": str(seen)} for id, task in numbers(50).items()}
    with pytest.raises(Enough):
        run_jobs(tasks, job_works.noted, tmp_path / "out", workers=2, on_progress=stop)
    assert len(list((tmp_path / "out").glob("*.json"))) == 3
    assert not any(alive(int(p.name.split("-")[1])) for p in seen.iterdir())
    outcome = run_jobs(tasks, job_works.noted, tmp_path / "out", workers=2)
    assert len(outcome.kept) == 3 and len(outcome.done) == 50


def test_cancel_is_heard_while_every_job_is_long(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if len(list(tmp_path.glob("?-*"))) == 2:
            raise Enough

    tasks = {id: task | {"seen": str(tmp_path)} for id, task in numbers(3).items()}
    with pytest.raises(Enough):
        run_jobs(tasks, job_works.slow, tmp_path / "out", workers=2, on_progress=stop)
    assert not any(alive(int(p.name.split("-")[1])) for p in tmp_path.glob("?-*"))


CLIENT = """
import sys
import job_works
from holin.jobs import run_jobs
if __name__ == "__main__":
    folder, seen = sys.argv[1:]
    tasks = {f"n{n:02d}": {"number": n, "seen": seen} for n in range(40)}
    run_jobs(tasks, job_works.noted, folder, workers=2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_client_that_was_ended_is_taken_up_and_leaves_no_process(tmp_path: Path, end: signal.Signals) -> None:
    seen, out, script = tmp_path / "seen", tmp_path / "out", tmp_path / "client.py"
    seen.mkdir()
    script.write_text(CLIENT)
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    client = subprocess.Popen(
        [sys.executable, script, out, seen], env=os.environ | {"PYTHONPATH": path}, stderr=subprocess.PIPE, text=True
    )
    until(lambda: len(list(out.glob("*.json"))) >= 4, "no results")
    with pytest.raises(BadInput, match="another run writes here"):
        run_jobs(numbers(1), job_works.square, out, workers=1)
    client.send_signal(end)
    words = client.communicate()[1]
    assert client.returncode == (-end if end == signal.SIGKILL else -signal.SIGINT)
    assert words.count("Traceback") == (0 if end == signal.SIGKILL else 1)
    pids = {int(p.name.split("-")[1]) for p in seen.iterdir()}
    until(lambda: not any(map(alive, pids)), "workers outlived their parent")
    stood = {p.stem for p in out.glob("*.json")}
    for name in stood:
        assert json.loads((out / f"{name}.json").read_text())["status"] == "done"
    tasks = {id: task | {"seen": str(seen)} for id, task in numbers(40).items()}
    outcome = run_jobs(tasks, job_works.noted, out, workers=2)
    assert 4 <= len(stood) < 40 and set(outcome.kept) == stood
    assert squares(outcome) == [n * n for n in range(40)]


def test_each_worker_has_one_thread_and_the_parent_keeps_its_own(tmp_path: Path) -> None:
    before = dict(os.environ)
    outcome = run_jobs({"t": {}}, job_works.threads, tmp_path, workers=1)
    assert read_result(tmp_path, *outcome.done).result == {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    assert dict(os.environ) == before


UNGUARDED = """
import job_works
from holin.jobs import run_jobs
run_jobs({"a": {"number": 1}}, job_works.square, "out", workers=1)
"""


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    told = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        check=False,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1 and 'below `if __name__ == "__main__":`' in told.stderr.splitlines()[-1]


def test_a_work_that_no_worker_can_load_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passing_work.py").write_text("def work(number):\n    return {}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import passing_work  # type: ignore[import-not-found]

    (tmp_path / "passing_work.py").unlink()
    with pytest.raises(HolinError, match=r"cannot load the work(?s:.*)passing_work"):
        run_jobs({"a": {"number": 1}}, passing_work.work, tmp_path / "out", workers=1)
