"""The build hook of the package: the page is built before wheel and sdist, so that they bring it along."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    """Builds src/holin/web/bundle from page/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page; an editable install without a way to npm goes on without it, and says so."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "tools"))
        import build_page

        page, bundle = root / "page", root / "src" / "holin" / "web" / "bundle"
        try:
            build_page.build(page, bundle)
        except build_page.NoPackages as error:
            if version != "editable":
                raise
            self.app.display_warning(f"The page is not built, all else works: {error}. Later: make page")
