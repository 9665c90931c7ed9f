"""Vector groups of transformers (IEC 60076-1, 7): letters for the connections, clock numbers for the phases."""

from __future__ import annotations

import re


def clocks_of(vector_group: str) -> tuple[int, ...]:
    """Return the clock numbers of all windings but the first, such as (11,) for YNd11 and (0, 11) for YNyn0d11.

    A winding without a number has clock 0. Raises ValueError when the text is no vector group (IEC 60076-1, 7).
    """
    match = re.fullmatch(r"(?:YN|Y|D|ZN|Z|I)((?:(?:yn|y|d|zn|z|auto|a|i)(?:\d{1,2})?)+)", vector_group.strip())
    if match is None:
        raise ValueError(f"{vector_group!r} is not a vector group")
    numbers = tuple(int(n or 0) for n in re.findall(r"(?:yn|y|d|zn|z|auto|a|i)(\d{0,2})", match[1]))
    if max(numbers) > 12:
        raise ValueError(f"{vector_group!r} has a clock number above 12")
    return tuple(n % 12 for n in numbers)
