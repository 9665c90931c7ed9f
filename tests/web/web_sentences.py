"""The English sentences that the server's problems can say, read from the code: with {} for what is filled in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parent.parent.parent / "src" / "holin"
WITH_FAULTS = (
    "web", "accounts", "twin/knobs.py", "twin/asked_for.py", "twin/what_if.py", "twin/visitors.py", "store/reading.py",
)  # fmt: skip
"""Rooms and files whose faults reach people through the server's own questions; others are left in English."""

REFUSALS = {"HttpProblem": 2, "answered": 3}
"""Whose calls are refusals, and where the sentence stands among their arguments."""


def files_of(*parts: str) -> list[Path]:
    return [
        file for part in parts for file in (sorted((SRC / part).rglob("*.py")) if "." not in part else [SRC / part])
    ]


def calls_in(file: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def sentences_of(node: ast.expr | None) -> list[str]:
    """Return the sentences that an expression can be; `[]` where it is not written out there."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*sentences_of(one), *sentences_of(other)]
    return []


def refusals() -> Iterator[tuple[str, ast.expr, list[str]]]:
    """Yield of each refusal in `web` where it stands, its kind, and its sentences."""
    for file in files_of("web"):
        where = str(file.relative_to(SRC))
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in calls_in(file, *REFUSALS):
            if len(call.args) > 2:
                at = REFUSALS[call.func.id]  # type: ignore[attr-defined]
                kind, said = call.args[at - 1], call.args[at]
                yield f"{where} {ast.unparse(said)}", kind, sentences_of(said) or _named(tree, said)
        for node in ast.walk(tree):  # of the gate: status, kind, sentence
            match node:
                case ast.Tuple(elts=[ast.Constant(value=int()), ast.Constant(value=str()) as kind, said]):
                    yield f"{where} {ast.unparse(said)}", kind, sentences_of(said)


def _named(tree: ast.AST, said: ast.expr) -> list[str]:
    """Return the sentences that a file gives to the name of a sentence."""
    if not isinstance(said, ast.Name):
        return []
    given = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == said.id]
    return [text for one in given for text in sentences_of(one.value)]


def fault_sentences() -> Iterator[tuple[str, str]]:
    """Yield where each fault's problem and remedy stands, and the sentence: as an argument, or as a name before it."""
    for file in files_of(*WITH_FAULTS):
        where = str(file.relative_to(SRC))
        for call in calls_in(file, "Fault"):
            for keyword in call.keywords:
                if keyword.arg in ("problem", "right"):
                    yield from ((where, text) for text in sentences_of(keyword.value))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                yield from ((where, text) for text in _assigned(node.targets[0], node.value))


def _assigned(target: ast.expr, value: ast.expr) -> list[str]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=True)
        return [text for one, other in pairs for text in _assigned(one, other)]
    if isinstance(target, ast.Name) and target.id in ("problem", "right", "AGAIN"):
        return sentences_of(value)
    return []
