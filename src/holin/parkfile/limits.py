"""How large a park's files may be: a hostile or mistaken file is refused before it is read."""

from __future__ import annotations

TOML_BYTES = 1_000_000
TABLE_BYTES = 64_000_000
SERIES_BYTES = 512_000_000
WORKBOOK_BYTES = 128_000_000
WORKBOOK_UNPACKED_BYTES = 1_000_000_000
SERIES_VALUES = 50_000_000
CELL_CHARACTERS = 32_767  # what a cell of Excel holds
EXCEL_ROWS = 1_048_576
FAULTS_OF_ONE_SORT = 100


def fault_text_of_size(size: int, limit: int) -> tuple[str, str] | None:
    """Say what is wrong with a file of `size` bytes, and what would be right; None if it may be read."""
    if size <= limit:
        return None
    return f"too large: {size / 1e6:.1f} MB", f"the limit is {limit / 1e6:.0f} MB; is it the right file?"
