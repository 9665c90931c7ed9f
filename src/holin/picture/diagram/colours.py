"""The colours of a single-line diagram: of voltage levels, of loadings and voltages, in light and dark."""

from __future__ import annotations

import math

LEVELS: tuple[tuple[float, str, str, str], ...] = (
    (700.0, "v1000", "#1f3fd0", "#8ea2ff"),
    (400.0, "v500", "#c81e1e", "#ff7b72"),
    (280.0, "v330", "#1277c9", "#5db2ff"),
    (150.0, "v220", "#8a1a8f", "#e08be6"),
    (90.0, "v110", "#d7263d", "#ff7d92"),
    (50.0, "v66", "#c77700", "#ffb733"),
    (28.0, "v35", "#8f8a00", "#ece23a"),
    (13.5, "v20", "#9c6b1e", "#d6a85a"),
    (8.0, "v10", "#178a3a", "#4fd67a"),
    (2.0, "v6", "#23408e", "#8fa8f0"),
    (0.0, "v0", "#66727c", "#a5b0b9"),
)
"""Lowest nominal voltage (kV), token, colour on light and on dark ground, by the hues usual in Chinese dispatch centres
(500 kV red, 330 kV light blue, 220 kV violet, 110 kV vermilion, 66 kV orange, 35 kV yellow, 10 kV green), darker on
light ground where they could not be seen."""

LIGHT = {"heat_low": "#f2f4f1", "heat_mid": "#f0c75e", "heat_high": "#c4541c", "bad": "#8c0d25", "cold": "#2f6ea5"}
DARK = {"heat_low": "#20282e", "heat_mid": "#b98d2a", "heat_high": "#ee7d3c", "bad": "#ff5d73", "cold": "#5aa7e6"}
"""The report's colours of loadings and voltages (`page.css`)."""

LOADING_MAX = 1.2
LOADING_STEPS = 24
VOLTAGE_LOW, VOLTAGE_HIGH = 0.94, 1.06
VOLTAGE_STEPS = 12


def level_token(v_nom_kv: float) -> str:
    """Return the colour token of a voltage level."""
    return next(token for lowest, token, _, _ in LEVELS if v_nom_kv > lowest)


def loading_token(loading: float) -> str:
    """Return the colour token of a loading (1 is full), or that of nothing known."""
    if not math.isfinite(loading):
        return "none"
    return f"l{min(int(loading / LOADING_MAX * LOADING_STEPS), LOADING_STEPS - 1)}"


def voltage_token(v_pu: float) -> str:
    """Return the colour token of a voltage in p.u., or that of nothing known."""
    if not math.isfinite(v_pu):
        return "none"
    share = (v_pu - VOLTAGE_LOW) / (VOLTAGE_HIGH - VOLTAGE_LOW)
    return f"u{min(max(int(share * VOLTAGE_STEPS), 0), VOLTAGE_STEPS - 1)}"


def loading_colour(loading: float, tones: dict[str, str]) -> str:
    """Return the colour of a loading on the report's scale: rising to full, another above."""
    share = loading / LOADING_MAX
    if share >= 0.8334:
        return tones["bad"]
    if share < 0.5:
        return mixed(tones["heat_low"], tones["heat_mid"], share / 0.5)
    return mixed(tones["heat_mid"], tones["heat_high"], (share - 0.5) / 0.333)


def voltage_colour(v_pu: float, tones: dict[str, str]) -> str:
    """Return the colour of a voltage on the report's scale: cold below 1, hot above."""
    share = min(max((v_pu - VOLTAGE_LOW) / (VOLTAGE_HIGH - VOLTAGE_LOW), 0.0), 1.0)
    if share < 0.5:
        return mixed(tones["cold"], tones["heat_low"], share / 0.5)
    return mixed(tones["heat_low"], tones["heat_high"], (share - 0.5) / 0.5)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that lies `share` of the way from one to the other (sRGB, as plotly mixes)."""
    parts = [(int(one[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * min(max(share, 0.0), 1.0)):02x}" for a, b in parts)


def levels(*, dark: bool) -> str:
    """Return the CSS variables of the voltage levels on light or dark ground."""
    return ";".join(f"--{token}:{on_dark if dark else on_light}" for _, token, on_light, on_dark in LEVELS)


def scales(*, dark: bool) -> str:
    """Return the CSS variables of loadings and voltages on light or dark ground, and of what is not known."""
    tones, step = DARK if dark else LIGHT, (VOLTAGE_HIGH - VOLTAGE_LOW) / VOLTAGE_STEPS
    named = {f"--l{k}": loading_colour((k + 0.5) * LOADING_MAX / LOADING_STEPS, tones) for k in range(LOADING_STEPS)}
    named |= {f"--u{k}": voltage_colour(VOLTAGE_LOW + (k + 0.5) * step, tones) for k in range(VOLTAGE_STEPS)}
    named["--none"] = "#5c6670" if dark else "#c3cad0"
    return ";".join(f"{name}:{value}" for name, value in named.items())
