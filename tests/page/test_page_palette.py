"""The scale of green shares is read by those who do not see all colours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import make_page_sources

# Machado, Oliveira, Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency,
# IEEE TVCG 15(6), 2009: the matrices of severity 1.0, on linear RGB.
SIGHT = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = XYZ @ np.ones(3)


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* under D65."""
    x, y, z = (np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in XYZ @ np.clip(rgb, 0, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str) -> float:
    seen = [lab(np.asarray(SIGHT[sight]) @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measure_itself() -> None:
    # White is L* 100, black 0, and pure sRGB red L* 53.24, a* 80.09, b* 67.20 (D65).
    assert apart("#ffffff", "#000000", "all colours") == pytest.approx(100, abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert apart("#8a6d4b", "#5a7d46", "no green") < 20, "such a brown and such a green look alike"


@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("tones", [make_page_sources.GREEN_LIGHT, make_page_sources.GREEN_DARK])
def test_none_half_and_all_green_are_told_apart_by_everybody(tones: tuple[str, str, str], sight: str) -> None:
    for one, other in itertools.combinations(tones, 2):
        assert apart(one, other, sight) > 25, (one, other)
