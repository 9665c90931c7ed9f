"""The docs say what the code does: README code runs, commands and columns stand in them, links lead somewhere."""

import ast
import contextlib
import functools
import importlib
import io
import re
import subprocess
from pathlib import Path

import pytest

import make_reference

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

# Folders that exist on one machine only.
PRIVATE_FOLDERS = ("home", "root", "Users", "work", "opt", "mnt")
MACHINE_PATH = re.compile(rf"(?<![\w.-])/(?:{'|'.join(PRIVATE_FOLDERS)})/[\w.]")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """The files that git knows and those it would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(ROOT / n for n in sorted(set(names)) if n and (ROOT / n).is_file())


def markdown() -> list[Path]:
    return [f for f in tracked() if f.suffix == ".md"]


def fenced(file: Path, *languages: str) -> list[str]:
    return [code for language, code in FENCE.findall(file.read_text(encoding="utf-8")) if language in languages]


def names(files: list[Path]) -> list[str]:
    return [str(f.relative_to(ROOT)) for f in files]


# ---- code and commands ------------------------------------------------------------------------------------------


def test_readme_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All Python of the README, in one namespace, in a folder that has the reference parks beside it."""
    (tmp_path / "parks").symlink_to(ROOT / "parks")
    monkeypatch.chdir(tmp_path)
    blocks = fenced(ROOT / "README.md", "python")
    assert blocks, "README.md has no Python example"
    namespace: dict[str, object] = {"__name__": "readme"}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in blocks:
            exec(compile(block, "README.md", "exec"), namespace)


def holin_commands() -> dict[str, set[str]]:
    """Every command of `holin` with its options."""
    import typer.main

    from holin.cli import app

    found = make_reference.commands_below(typer.main.get_command(app), "holin")
    return {n: {o for p in c.params for o in [*p.opts, *p.secondary_opts]} | {"--help"} for n, c in found}


def test_commands_in_the_docs_exist() -> None:
    commands = holin_commands()
    faults = []
    for file in markdown():
        for line in "\n".join(fenced(file, "sh", "bash", "console", "shell")).splitlines():
            match = re.match(r"(?:\$ )?(?:\.venv/bin/)?(holin [^#|>]*)", line)
            if not match:
                continue
            words = match[1].split()
            name = next((n for n in (" ".join(words[:3]), " ".join(words[:2])) if n in commands), None)
            unknown = {w.partition("=")[0] for w in words if w.startswith("--")} - commands.get(name or "", set())
            if (name is None and words[1:] not in (["--help"], ["--version"])) or (name and unknown):
                faults.append(f"{file.relative_to(ROOT)}: {line}")
    assert faults == []


def test_make_targets_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for file in markdown():
        text = file.read_text(encoding="utf-8")
        said = set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
        assert said <= targets, f"{file.relative_to(ROOT)} names make targets that do not exist"


# ---- reference --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", make_reference.PAGES)
def test_reference_is_fresh(page: str) -> None:
    fresh = make_reference.PAGES[page]()
    committed = make_reference.FOLDER / page
    assert committed.exists() and committed.read_text(encoding="utf-8") == fresh, "run `make docs` and commit"


def test_reference_has_every_command_option_and_column() -> None:
    from holin.columns import columns_of
    from holin.park import KINDS
    from holin.tables import SCHEMAS

    commands = (make_reference.FOLDER / "commands.md").read_text(encoding="utf-8")
    park_folder = (make_reference.FOLDER / "park-folder.md").read_text(encoding="utf-8")
    tables = (make_reference.FOLDER / "tables.md").read_text(encoding="utf-8")
    for name, options in holin_commands().items():
        section = commands.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        assert section, name
        assert [o for o in options - {"--help"} if o.startswith("-") and f"`{o}`" not in section] == [], name
    for table, kind in KINDS.items():
        section = park_folder.partition(f"## `{table}.csv`\n")[2].partition("\n## ")[0]
        assert [c.name for c in columns_of(kind) if f"| `{c.name}` |" not in section] == [], table
    for table, schema in SCHEMAS.items():
        section = tables.partition(f"## `{table}`\n")[2].partition("\n## ")[0]
        assert [c.name for c in schema.columns if f"| `{c.name}` |" not in section] == [], table


# ---- mathematics ------------------------------------------------------------------------------------------------


def test_equations_name_functions_that_exist() -> None:
    dotted = re.findall(r"`(holin(?:\.\w+)+)`", (ROOT / "docs" / "math.md").read_text(encoding="utf-8"))
    assert dotted, "docs/math.md names no function"
    for name in dotted:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function, None)), f"docs/math.md: no {name}"


def test_every_block_of_a_problem_stands_in_the_mathematics() -> None:
    mathematics = (ROOT / "docs" / "math.md").read_text(encoding="utf-8")
    blocks = {
        node.name
        for file in (ROOT / "src" / "holin").glob("operation/**/*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("add_")
    }
    assert [b for b in sorted(blocks) if f".{b}`" not in mathematics] == []


# ---- guides, links, places --------------------------------------------------------------------------------------


def test_both_languages_have_the_same_chapters() -> None:
    chapters = {
        language: {f.name: len(re.findall(r"^##? ", f.read_text(encoding="utf-8"), re.MULTILINE)) for f in files}
        for language in ("en", "zh")
        for files in [list((ROOT / "docs" / "guide" / language).glob("*.md"))]
    }
    assert chapters["en"] == chapters["zh"]


def broken_links(file: Path) -> list[str]:
    text = FENCE.sub("", file.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    paths = [t.partition("#")[0] for t in targets if not re.match(r"[a-z]+:", t)]
    return [p for p in paths if p and not (file.parent / p).exists()]


def test_links_lead_somewhere() -> None:
    assert {str(f.relative_to(ROOT)): broken for f in markdown() if (broken := broken_links(f))} == {}


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('[a](page.md#x) [b](https://x) [c](gone.md) ![d](no.png "title") <img src="not.svg">\n')
    assert broken_links(page) == ["gone.md", "no.png", "not.svg"]


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {m[0]}" for m in MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("folder", PRIVATE_FOLDERS)
def test_a_machine_path_is_found(folder: str) -> None:
    assert MACHINE_PATH.search(f"see file:///{folder}/.x")
    assert MACHINE_PATH.search(f'"/{folder}/x"')
    assert not MACHINE_PATH.search(f"https://example.org/{folder}/x, docs/{folder}/x, /etc/{folder}/x")


def test_locks_hold_no_addresses() -> None:
    locks = [f for f in tracked() if f.suffix == ".lock" or f.name == "package-lock.json"]
    assert "requirements.lock" in names(locks)
    assert [n for n, f in zip(names(locks), locks, strict=True) if re.search(r'"resolved":', f.read_text())] == []
    assert "://" not in (ROOT / "requirements.lock").read_text()
