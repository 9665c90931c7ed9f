"""The desk: jobs in processes of their own, how far they are, how they end, and what is left of them."""

import time
from collections.abc import Iterator
from pathlib import Path

import desk_works
import pytest
from job_checks import alive, until

from holin.jobs import Desk, State, Ticket
from holin.jobs import desk as desk_module

NOW = {"kind": "test"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "jobs")
    yield made
    made.close()


def state(desk: Desk, ticket: Ticket) -> State:
    found = desk.ticket(ticket.id)
    assert found is not None
    return found.state


def ended(desk: Desk, ticket: Ticket) -> Ticket:
    until(lambda: state(desk, ticket) not in (State.WAITING, State.RUNNING), "the job does not end")
    found = desk.ticket(ticket.id)
    assert found is not None
    return found


def left(desk: Desk, tmp_path: Path) -> list[str]:
    return sorted(p.name for p in (tmp_path / "jobs").rglob("*") if p.is_file() and p.name != ".running")


def test_a_job_is_done_in_a_process_of_its_own_and_put_in_its_place(desk: Desk, tmp_path: Path) -> None:
    steps = []

    def publish(folder: Path, result: object) -> dict[str, str]:
        (folder / "lines.txt").rename(tmp_path / "published.txt")
        return {"where": "published.txt"}

    ticket = desk.ask(desk_works.counting, {"steps": 3, "pause_s": 0.15}, about=NOW, publish=publish)
    until(lambda: steps.append(desk.ticket(ticket.id).step) or state(desk, ticket) is State.DONE, "not done")  # type: ignore[union-attr, func-returns-value]
    done = ended(desk, ticket)
    assert done.result is not None and done.result["steps"] == 3 and done.result["where"] == "published.txt"
    assert (tmp_path / "published.txt").read_text() == "0\n1\n2\n" and left(desk, tmp_path) == []
    shares = [s.share for s in steps]
    assert shares == sorted(shares) and len(set(shares)) > 2 and shares[-1] == 1.0
    until(lambda: not alive(done.result["process"]), "its process lives on")  # type: ignore[index]


def test_at_most_two_work_at_once_and_the_rest_waits_in_its_order(desk: Desk) -> None:
    tickets = [desk.ask(desk_works.counting, {"steps": 3, "pause_s": 0.1}, about=NOW) for _ in range(4)]
    assert [state(desk, t) for t in tickets] == [State.RUNNING, State.RUNNING, State.WAITING, State.WAITING]
    most = 0
    while any(state(desk, t) is not State.DONE for t in tickets):
        most = max(most, sum(state(desk, t) is State.RUNNING for t in tickets))
        time.sleep(0.01)
    assert most == 2
    begun = [desk.ticket(t.id).began for t in tickets]  # type: ignore[union-attr]
    assert begun == sorted(begun, key=lambda at: at or 0)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("work", [desk_works.counting, desk_works.deaf])
def test_a_cancelled_job_ends_and_leaves_nothing(
    desk: Desk, tmp_path: Path, work: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "GRACE_S", 0.6)
    arguments = {"steps": 1000, "pause_s": 0.1} if work is desk_works.counting else {}
    ticket = desk.ask(work, arguments, about=NOW)  # type: ignore[arg-type]
    until(lambda: left(desk, tmp_path) != [], "it does not begin")
    waits = [desk.ask(desk_works.counting, {"steps": 1, "pause_s": 30.0}, about=NOW) for _ in range(2)]
    assert desk.cancel(waits[1].id).state is State.CANCELLED  # type: ignore[union-attr]
    desk.cancel(ticket.id)
    assert ended(desk, ticket).state is State.CANCELLED and desk.folder_of(ticket.id) is None
    assert desk.cancel("nothing") is None


@pytest.mark.parametrize(
    ("work", "how", "kind"),
    [
        (desk_works.faulty, State.FAILED, "BadInput"),
        (desk_works.mistaken, State.LOST, "ZeroDivisionError"),
        (desk_works.dying, State.LOST, "WorkerDied"),
    ],
)
def test_how_a_job_failed_is_said_and_nothing_is_left(
    desk: Desk, tmp_path: Path, work: object, how: State, kind: str
) -> None:
    found = ended(desk, desk.ask(work, {}, about=NOW))  # type: ignore[arg-type]
    assert found.state is how and found.error is not None and found.error["kind"] == kind
    assert set(found.error["text"]) == {"en", "zh"} and left(desk, tmp_path) == []
    if kind == "BadInput":
        assert found.error["faults"][0]["right"] == "give 0 or more"


def test_the_same_question_is_one_job_until_it_has_ended(desk: Desk) -> None:
    first = desk.ask(desk_works.counting, {"steps": 2, "pause_s": 0.1}, about=NOW, key="n1 of a run")
    assert desk.ask(desk_works.counting, {"steps": 2}, about=NOW, key="n1 of a run").id == first.id
    ended(desk, first)
    assert desk.ask(desk_works.counting, {"steps": 2}, about=NOW, key="n1 of a run").id != first.id


def test_what_changed_is_told_from_a_change_on(desk: Desk) -> None:
    one = ended(desk, desk.ask(desk_works.counting, {"steps": 1}, about=NOW))
    seen = desk.changes
    assert [t.id for t in desk.tickets()] == [one.id] and desk.tickets(seen) == []
    two = ended(desk, desk.ask(desk_works.counting, {"steps": 1}, about=NOW))
    assert [t.id for t in desk.tickets(seen)] == [two.id]
    folder = desk.folder_of(two.id)
    assert folder is not None and folder.is_dir()
    assert desk.forget(two.id) and not folder.exists() and not desk.forget(two.id)


def test_a_closed_desk_has_ended_its_jobs_and_kept_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "jobs")
    tickets = [desk.ask(desk_works.counting, {"steps": 1000, "pause_s": 0.05}, about=NOW) for _ in range(3)]
    until(lambda: len(left(desk, tmp_path)) == 2, "they do not begin")
    desk.close()
    assert {state(desk, t) for t in tickets} == {State.CANCELLED} and left(desk, tmp_path) == []


def test_what_a_killed_desk_has_left_is_removed_and_a_living_ones_is_not(tmp_path: Path, desk: Desk) -> None:
    ended(desk, desk.ask(desk_works.counting, {"steps": 1}, about=NOW))
    stale = tmp_path / "jobs" / "desk-stale" / "job-1"
    stale.mkdir(parents=True)
    (stale / "half.txt").write_text("half")
    other = Desk(tmp_path / "jobs")
    ended(other, other.ask(desk_works.counting, {"steps": 1}, about=NOW))
    assert left(desk, tmp_path) == ["lines.txt", "lines.txt"]
    other.close()
    assert left(desk, tmp_path) == ["lines.txt"]
