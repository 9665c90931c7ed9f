"""The figures of an estimate: what fits, what is flagged, what nothing checks, what no meter sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.flow.estimate.causes import Cause, Contradiction, Contradictions
from holin.flow.estimate.observability import Cure, Observability

VERDICTS = {1: "bad", 2: "doubtful", 3: "beyond_reason", 4: "contradicts_service"}
LOOKS_LIKE = ("thousandfold", "reversed", "zero")
"""What a flagged value may be: kW for MW (or A for kA), the wrong sign, a meter that stands on 0."""

WEAK = 0.02
"""An observed bus whose voltage (p.u.) or angle (rad) has a larger sigma is known by the bending of the equations more
than by a meter: another state may fit as well."""

QUALITIES = {2: "observable", 1: "with_pseudo", 0: "not_observable", -1: "contradicts_park"}


def estimate_summary(table: xr.Dataset, seen: Observability, against: Contradictions | None = None) -> dict[str, Any]:
    """Return the figures of a table `estimate` and of its observability, ready for JSON; of one moment with all buses.

    `against` is where the states contradict the park; without it only `quality` tells. Flagged meters are listed with
    the number of moments and the figures of the first; extremes are over all moments.
    """
    single = table.sizes["time"] == 1
    quality = table["quality"].values
    figures: dict[str, Any] = {
        "moments": int(table.sizes["time"]),
        "converged": int((table["converged"].values > 0).sum()),
        "quality": {name: int((quality == code).sum()) for code, name in QUALITIES.items()},
        "objective": _extremes(table["objective"].values),
        "degrees_of_freedom": _extremes(table["degrees_of_freedom"].values),
        "p_value": _extremes(table["p_value"].values),
        "mismatch_mva": float(np.nanmax(table["mismatch_mva"].values, initial=0.0)),
        "age_s": float(table["age_s"].max()) if table.sizes["time"] else 0.0,
        "pseudo": _extremes(table["pseudo"].values),
        "v_min_pu": _least(table["v_pu"].values, np.nanmin),
        "v_max_pu": _least(table["v_pu"].values, np.nanmax),
        "loading_max": _least(table["loading"].values, np.nanmax),
        "v_sigma_max_pu": _least(table["v_sigma_pu"].values, np.nanmax),
        "v_angle_sigma_max_rad": _least(table["v_angle_sigma_rad"].values, np.nanmax),
        "flagged": _flagged(table),
        "critical": list(seen.critical),
        "unobserved": [list(group) for group in seen.unobserved],
        "cures": [_cure(c) for c in seen.cures],
        "enough": [_cure(c) for c in seen.enough],
        "dead": list(seen.dead),
        "assumed_taps": list(seen.assumed_taps),
        "weak": _weak(table),
        "contradictions": [_contradiction(c) for c in against.found] if against else [],
        "cause": _cause(against.cause) if against and against.cause else None,
    }
    return figures | ({"buses": _buses(table)} if single else {})


def _extremes(values: np.ndarray[Any, Any]) -> float | dict[str, float]:
    if len(values) == 1:
        return float(values[0])
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan")
    return {"min": float(known.min()), "median": float(np.median(known)), "max": float(known.max())}


def _least(values: np.ndarray[Any, Any], of: Any) -> float:
    return float(of(values)) if np.isfinite(values).any() else float("nan")


STATES = ("closed", "tap_pos")
"""Quantities that are reported, not measured: 0 and a minus are as good as any."""


def _flagged(table: xr.Dataset) -> list[dict[str, Any]]:
    flag = table["flag"].values
    found = []
    for m in np.flatnonzero((flag > 0).any(axis=0)):
        for code, verdict in VERDICTS.items():
            times = np.flatnonzero(flag[:, m] == code)
            if not len(times):
                continue
            first = {
                name: float(table[name].values[times[0], m]) for name in ("estimate", "residual", "normalised_residual")
            }
            found.append(
                {
                    "measurement": str(table["measurement"].values[m]),
                    "element": str(table["measured"].values[m]),
                    **{c: str(table[c].values[m]) for c in ("end", "quantity")},
                    "verdict": verdict,
                    "moments": len(times),
                    "first": str(table["time"].values[times[0]].astype("datetime64[s]")),
                    "value": first["estimate"] + first["residual"],
                    **first,
                    "looks_like": None
                    if table["quantity"].values[m] in STATES
                    else looks_like(first["estimate"] + first["residual"], first["estimate"]),
                }
            )
    return found


def looks_like(value: float, estimate: float) -> str | None:
    """Return which of LOOKS_LIKE a flagged value is, None for none; the estimate is taken as good to a tenth."""
    thousandfold, reversed_, zero = LOOKS_LIKE
    if abs(value / 1000 - estimate) <= abs(estimate) / 10 and estimate:
        return thousandfold
    if abs(value + estimate) <= abs(estimate) / 10 and estimate:
        return reversed_
    return zero if value == 0 else None


def _weak(table: xr.Dataset) -> list[str]:
    sigma = np.fmax(table["v_sigma_pu"].values, table["v_angle_sigma_rad"].values)
    weak = ((table["observed"].values == 1) & (sigma > WEAK)).any(axis=0)
    return [str(bus) for bus, is_so in zip(table["bus"].values, weak, strict=True) if is_so]


def _cure(cure: Cure) -> dict[str, Any]:
    return {
        "element": cure.element,
        "end": cure.end,
        "quantities": [q.value for q in cure.quantities],
        "directions": cure.directions,
        "buses": list(cure.buses),
    }


def _contradiction(found: Contradiction) -> dict[str, Any]:
    return {
        "what": found.what,
        "element": found.element,
        "value": found.value,
        "low": _finite(found.low),
        "high": _finite(found.high),
        "moments": found.moments,
        "first": str(found.first.astype("datetime64[s]")),
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "slip": cause.slip.value, "element": cause.element, "meters": list(cause.meters), "of": cause.of,
        "left_out": cause.left_out,
    }  # fmt: skip


def _buses(table: xr.Dataset) -> list[dict[str, Any]]:
    columns = ("v_pu", "v_angle_rad", "v_sigma_pu", "v_angle_sigma_rad", "observed")
    return [
        {"bus": str(bus), **{c: float(table[c].values[0, k]) for c in columns}}
        for k, bus in enumerate(table["bus"].values)
    ]
