"""The reference parks that come with Holin, found by name."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
PLACES = (PACKAGE / "parks", PACKAGE.parent.parent / "parks")
"""Where they stand: inside an installed package, or beside `src` in a checkout."""


def reference_names() -> tuple[str, ...]:
    """Return the names of the reference parks."""
    return tuple(sorted({file.parent.name for place in PLACES for file in place.glob("*/park.toml")}))


def reference_park(name: str | Path) -> Path:
    """Return the path itself when something stands there, else the reference park of that name, else the path."""
    if not Path(name).exists():
        for place in PLACES:
            if str(name) and (place / str(name) / "park.toml").is_file():
                return place / str(name)
    return Path(name)
