"""A TypeScript module of the page run by Node: its functions called with many cases at once."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import build_page

PAGE = Path(__file__).parent.parent.parent / "page"
SCRIPT = """
import { transformWithOxc } from 'vite';
import { readFileSync } from 'node:fs';
const [file, name, cases] = process.argv.slice(1);
const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file, { sourcemap: false });
const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
const given = JSON.parse(readFileSync(cases, 'utf8'), (_, value) => (value === 'NaN' ? NaN : value));
process.stdout.write(JSON.stringify(given.map((values) => module[name](...values)),
  (_, value) => (ArrayBuffer.isView(value) || value instanceof Map ? [...value] : value)));
"""


def called(module: str, function: str, cases: Sequence[Sequence[Any]]) -> list[Any]:
    """Return what an exported function of a module without imports answers to each list of arguments; NaN is "NaN"."""
    command, environment = build_page.npm()
    node = command[0] if len(command) > 1 else "node"
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "cases.json"
        given.write_text(json.dumps(cases), encoding="utf-8")
        found = subprocess.run(
            [node, "--input-type=module", "--eval", SCRIPT, "--", str(PAGE / "src" / module), function, str(given)],
            cwd=PAGE, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert found.returncode == 0, found.stderr
    answers: list[Any] = json.loads(found.stdout)
    return answers
