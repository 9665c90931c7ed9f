"""One process beside this one that stays: it answers questions one after another, the newest first.

A desk gives each job a fresh process, which takes seconds to import and compile what it needs. Who moves a slider waits
for less: here the process stays warm between the questions, and ends when nobody has asked for a while.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from holin.jobs.worker import deaf_to_interrupts, end_with_parent, one_thread_each

IDLE_S = 300.0
KEPT = 512
"""So many answers are remembered."""

SPAWN = multiprocessing.get_context("spawn")

Question = Callable[..., Mapping[str, Any]]
"""A function of a module that can be imported; it returns plain values."""


class Beside:
    """Answers questions in a process of its own. Threads may ask at once; the same question is answered once."""

    def __init__(self, *, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._answers: OrderedDict[Hashable, Future[Mapping[str, Any]]] = OrderedDict()
        self._waiting: dict[Hashable, tuple[Question, Mapping[str, Any]]] = {}
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._starting = threading.Lock()
        self._closed = False

    def ask(self, key: Hashable, question: Question, arguments: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        """Return the answer to come; one that waits already is put before all others.

        What the question raises is raised by the answer and remembered, but a process that died is not: whoever asks
        again has it tried again.
        """
        with self._changed:
            known = self._answers.get(key)
            if known is not None and not _lost(known):
                self._answers.move_to_end(key)
                if key in self._waiting:
                    self._waiting[key] = self._waiting.pop(key)
                return known
            answer: Future[Mapping[str, Any]] = Future()
            if self._closed:
                answer.set_exception(Closed(STOPPED))
                return answer
            self._answers[key], self._waiting[key] = answer, (question, arguments)
            self._forget_old()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, daemon=True)
                self._keeper.start()
            self._changed.notify()
            return answer

    def forget(self, key: Hashable) -> None:
        """Remember an answer no longer that is there; whoever asks again has it worked out again."""
        with self._changed:
            answer = self._answers.get(key)
            if answer is not None and answer.done():
                del self._answers[key]

    def close(self) -> None:
        """End the process, in mid-question too. What waits, and whatever is asked from now on, is told that."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            keeper = self._keeper
        with self._starting:  # a process that is killed while it is being started says so in a traceback
            if self._process is not None:
                self._process.kill()
        if keeper is not None:
            keeper.join()

    def _forget_old(self) -> None:
        done = [key for key, answer in self._answers.items() if answer.done()]
        for key in done[: max(0, len(self._answers) - KEPT)]:
            del self._answers[key]

    def _keep(self) -> None:
        """Ask what waits, the newest first, until nobody has asked for so long."""
        while True:
            with self._changed:
                if not self._waiting and not self._closed:
                    self._changed.wait(self._idle_s)
                if self._closed:
                    for key in self._waiting:
                        self._answers[key].set_exception(Closed(STOPPED))
                    self._waiting.clear()
                if not self._waiting:
                    self._keeper = None
                    self._end()
                    return
                key = next(reversed(self._waiting))
                question, arguments = self._waiting.pop(key)
                answer = self._answers[key]
            try:
                found = self._told(question, arguments)
            except (EOFError, OSError) as error:
                self._end()
                ended = Closed(STOPPED) if self._closed else Died(ENDED)
                ended.__cause__ = error
                answer.set_exception(ended)
            except Exception as error:  # of the question: the answer says it
                answer.set_exception(error)
            else:
                answer.set_result(found)

    def _told(self, question: Question, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._begin()
        assert self._pipe is not None
        self._pipe.send_bytes(pickle.dumps((question, dict(arguments)), protocol=pickle.HIGHEST_PROTOCOL))
        found, error = pickle.loads(self._pipe.recv_bytes())
        if error is not None:
            raise error
        told: Mapping[str, Any] = found
        return told

    def _begin(self) -> None:
        with self._starting:
            if self._closed:
                raise EOFError
            near, far = SPAWN.Pipe()
            process = SPAWN.Process(target=answer_questions, args=(far,), daemon=True)
            with one_thread_each(), deaf_to_interrupts():
                process.start()
            far.close()
            self._process, self._pipe = process, near

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


STOPPED = "nothing more is worked out, for it was closed"
ENDED = "the process that works things out ended, perhaps for want of memory"


class Died(RuntimeError):
    """The process ended before it had answered."""


class Closed(Died):
    """It was closed before it had answered."""


def _lost(answer: Future[Mapping[str, Any]]) -> bool:
    return answer.done() and isinstance(answer.exception(), Died)


def answer_questions(pipe: Connection) -> None:
    """Answer each question of the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            question, arguments = pickle.loads(pipe.recv_bytes())
            try:
                said: tuple[Any, Any] = dict(question(**arguments)), None
            except Exception as error:
                said = None, error
            pipe.send_bytes(_bytes_of(said))


def _bytes_of(said: tuple[Any, Any]) -> bytes:
    """Return an answer as bytes; an error that cannot be sent is sent as its text."""
    try:
        made = pickle.dumps(said)
        pickle.loads(made)
    except Exception:
        made = pickle.dumps((None, RuntimeError(f"{type(said[1]).__name__}: {said[1]}")))
    return made
