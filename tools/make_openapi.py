"""Write page/openapi.json, from which the page's types are made, from the server itself. `make api` calls it."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "page" / "openapi.json"


def openapi_text() -> str:
    """Return the description of the API as JSON, the same text for the same API.

    The version is left out: a release would change the file, but not the API.
    """
    from holin.web import Library, create_app

    described = create_app(Library([])).openapi()
    described["info"]["version"] = "0"
    return json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write the file."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(openapi_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
