"""Branches from nameplates: pi models in p.u. on 1 MVA, with an ideal complex ratio at the first end.

    i_from = (y_s + y_m / 2) / |n|^2  v_from  -  y_s / conj(n)  v_to
    i_to   =          - y_s / n       v_from  +  (y_s + y_m / 2) v_to

Source: MATPOWER User's Manual, chapter 3 (branches); IEC 60909-0:2016 (impedances of transformers);
power-grid-model, "Components" (line, transformer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.park import EquivalentBranch, Line, Park, Side, Transformer, Transformer3, clocks_of

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]

FREQUENCY_HZ = 50.0
SQRT3 = 3**0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Branches:
    """All branches of a park, one row each; shape (branch,) throughout.

    `y_series`, `y_shunt` are p.u. on 1 MVA and the nominal voltage of the second end; `ratio` is n, its angle the
    phase by which the second end lags. `i_nom_from_pu`, `i_nom_to_pu` are rated currents in p.u. of 1 MVA.
    """

    label: tuple[str, ...]
    element: tuple[str, ...]
    kind: tuple[str, ...]
    bus_from: tuple[str, ...]
    bus_to: tuple[str, ...]
    y_series: Complex
    y_shunt: Complex
    ratio: Complex
    i_nom_from_pu: Real
    i_nom_to_pu: Real
    s_nom_mva: Real

    @property
    def rated(self) -> NDArray[np.bool_]:
        """Return which branches (branch,) have a rating at all: only these have a loading."""
        return np.isfinite(self.i_nom_from_pu) | np.isfinite(self.i_nom_to_pu)


def branches_of(park: Park) -> Branches:
    """Return all branches: lines, two-winding transformers, three per three-winding transformer, equivalent branches.

    Raises BadInput with every element whose data give no impedance.
    """
    lines, transformers, transformers3 = park.lines, park.transformers, park.transformers3
    v_nom = {bus.id: bus.v_nom_kv for bus in park.buses}
    faults = [
        *(f for line in lines for f in _faults_of_line(line, v_nom)),
        *(f for t in transformers for f in _faults_of_transformer(t)),
        *(f for t in transformers3 for f in _faults_of_transformer3(t)),
    ]
    if faults:
        raise BadInput(faults)
    parts = [
        part
        for part, things in (
            (_lines(lines, v_nom), lines),
            (_transformers(transformers, v_nom), transformers),
            *((_star(t, v_nom), (t,)) for t in transformers3),
            (_equivalents(park.equivalent_branches), park.equivalent_branches),
        )
        if things
    ]
    return Branches(
        **{name: _joined([getattr(p, name) for p in parts], name) for name in Branches.__dataclass_fields__}
    )


def star_bus(transformer: Transformer3) -> str:
    """Return the name of the inner bus in which the three branches of a three-winding transformer meet."""
    return f"{transformer.id}.star"


def _joined(parts: list[Any], name: str) -> Any:
    if name in ("label", "element", "kind", "bus_from", "bus_to"):
        return tuple(x for part in parts for x in part)
    if not parts:
        return np.zeros(0, dtype=np.complex128 if name in ("y_series", "y_shunt", "ratio") else np.float64)
    return np.concatenate(parts)


def _column(things: Sequence[Any], name: str) -> Real:
    return np.array([getattr(t, name) for t in things], dtype=np.float64)


def _voltages(things: Sequence[Any], bus: str, v_nom: dict[str, float]) -> Real:
    return np.array([v_nom[getattr(t, bus)] for t in things])


# ---- lines ------------------------------------------------------------------------------------------------------


def _lines(lines: Sequence[Line], v_nom: dict[str, float]) -> Branches:
    """z = (r + jx) l / Z_b, y_m = 2 pi f c l (tan delta + j) Z_b, Z_b = V_nom^2 / 1 MVA."""
    v = _voltages(lines, "bus_from", v_nom)
    length, z_base = _column(lines, "length_km"), v**2
    z = (_column(lines, "r_ohm_per_km") + 1j * _column(lines, "x_ohm_per_km")) * length / z_base
    charging = 2 * np.pi * FREQUENCY_HZ * _column(lines, "c_nf_per_km") * 1e-9 * length * z_base
    i_nom = SQRT3 * v * _column(lines, "i_nom_ka")
    ids = tuple(line.id for line in lines)
    return Branches(
        label=ids,
        element=ids,
        kind=("line",) * len(ids),
        bus_from=tuple(line.bus_from for line in lines),
        bus_to=tuple(line.bus_to for line in lines),
        y_series=np.asarray(1 / z, dtype=np.complex128),
        y_shunt=charging * (_column(lines, "tan_delta") + 1j),
        ratio=np.ones(len(ids), dtype=np.complex128),
        i_nom_from_pu=i_nom,
        i_nom_to_pu=i_nom,
        s_nom_mva=i_nom,
    )


def _faults_of_line(line: Line, v_nom: dict[str, float]) -> list[Fault]:
    faults = []
    if line.r_ohm_per_km == 0 and line.x_ohm_per_km == 0:
        faults.append(
            Fault(
                file="line.csv",
                field="x_ohm_per_km",
                value="0",
                problem=f"line {line.id} has no impedance",
                right="give its resistance and reactance, or join the buses by a switch",
            )
        )
    if abs(v_nom[line.bus_from] / v_nom[line.bus_to] - 1) > 1e-6:
        faults.append(
            Fault(
                file="line.csv",
                field="bus_to",
                value=line.bus_to,
                problem=f"line {line.id} joins {v_nom[line.bus_from]:g} kV and {v_nom[line.bus_to]:g} kV",
                right="join buses of one nominal voltage, or use a transformer",
            )
        )
    return faults


# ---- transformers -----------------------------------------------------------------------------------------------


def _transformers(transformers: Sequence[Transformer], v_nom: dict[str, float]) -> Branches:
    """Impedance |z| = uk V_2^2 / S, r = pk V_2^2 / S^2 seen from the second winding; |n| = V_1 / V_2 over nominal.

    V_1, V_2 are rated voltages, the tapped one times 1 + (tap_pos - tap_neutral) tap_step. The magnetising branch
    |y| = i0 S / V_2^2, g = p0 / V_2^2 stands half at each end.
    """
    s = _column(transformers, "s_nom_mva")
    position = _column(transformers, "tap_pos") - _column(transformers, "tap_neutral")
    tap = 1 + position * _column(transformers, "tap_step")
    at_from = np.array([t.tap_side is Side.FROM for t in transformers], dtype=bool)
    v_1, v_2 = _column(transformers, "v_from_kv"), _column(transformers, "v_to_kv")
    v_1_tap, v_2_tap = np.where(at_from, v_1 * tap, v_1), np.where(at_from, v_2, v_2 * tap)
    base_1, base_2 = _voltages(transformers, "bus_from", v_nom), _voltages(transformers, "bus_to", v_nom)
    z = _impedance(_column(transformers, "uk"), _column(transformers, "pk_kw"), s) * (v_2_tap / base_2) ** 2
    y_m = _magnetising(_column(transformers, "i0"), _column(transformers, "p0_kw"), s) / (v_2_tap / base_2) ** 2
    clock = np.array([clocks_of(t.vector_group)[0] for t in transformers], dtype=np.float64)
    ids = tuple(t.id for t in transformers)
    return Branches(
        label=ids,
        element=ids,
        kind=("transformer",) * len(ids),
        bus_from=tuple(t.bus_from for t in transformers),
        bus_to=tuple(t.bus_to for t in transformers),
        y_series=1 / z,
        y_shunt=y_m,
        ratio=(v_1_tap / v_2_tap) / (base_1 / base_2) * np.exp(1j * np.pi / 6 * clock),
        i_nom_from_pu=s * base_1 / v_1,
        i_nom_to_pu=s * base_2 / v_2,
        s_nom_mva=s,
    )


def _impedance(uk: Real, pk_kw: Real, s_mva: Real) -> Complex:
    """Short-circuit impedance in p.u. on 1 MVA and rated voltage: r = pk / S^2, x = sqrt((uk / S)^2 - r^2)."""
    r = pk_kw * 1e-3 / s_mva**2
    return r + 1j * np.sqrt((uk / s_mva) ** 2 - r**2)


def _magnetising(i0: Real, p0_kw: Real, s_mva: Real) -> Complex:
    """No-load admittance in p.u. on 1 MVA and rated voltage: g = p0, b = -sqrt((i0 S)^2 - g^2)."""
    g = p0_kw * 1e-3
    return g - 1j * np.sqrt(np.maximum((i0 * s_mva) ** 2 - g**2, 0.0))


def _star(transformer: Transformer3, v_nom: dict[str, float]) -> Branches:
    """Three branches from the windings' buses to the inner bus: z_1 = (z_12 + z_31 - z_23) / 2, and cyclically.

    All on the rated voltage of winding 1, which is also the base of the inner bus; the tap stands in the ratio of
    winding 1, the magnetising branch in its branch. Source: IEC 60909-0:2016, three-winding transformers.
    """
    t = transformer
    s = np.array([t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva])
    z_12, z_23, z_31 = _pairs(t)
    z = np.array([z_12 + z_31 - z_23, z_12 + z_23 - z_31, z_23 + z_31 - z_12]) / 2
    rated = np.array([t.v_1_kv, t.v_2_kv, t.v_3_kv])
    nominal = np.array([v_nom[t.bus_1], v_nom[t.bus_2], v_nom[t.bus_3]])
    tap = np.array([1 + (t.tap_pos - t.tap_neutral) * t.tap_step, 1.0, 1.0])
    inner = t.v_1_kv / v_nom[t.bus_1]
    magnetising = np.zeros(3, dtype=np.complex128)
    magnetising[0] = _magnetising(np.array(t.i0), np.array(t.p0_kw), s[0]) / inner**2
    clock = -np.array([0, *_two_clocks(t.vector_group)])
    return Branches(
        label=tuple(f"{t.id}.{k}" for k in (1, 2, 3)),
        element=(t.id,) * 3,
        kind=("transformer3",) * 3,
        bus_from=(t.bus_1, t.bus_2, t.bus_3),
        bus_to=(star_bus(t),) * 3,
        y_series=np.asarray(1 / (z * inner**2), dtype=np.complex128),
        y_shunt=magnetising,
        ratio=(rated * tap / nominal) / inner * np.exp(1j * np.pi / 6 * clock),
        i_nom_from_pu=s * nominal / rated,
        i_nom_to_pu=s / inner,
        s_nom_mva=s,
    )


def _pairs(t: Transformer3) -> tuple[complex, complex, complex]:
    """z_12, z_23, z_31 in p.u. on 1 MVA and rated voltage, each from the smaller rating of its two windings."""
    pairs = (
        (t.uk_12, t.pk_12_kw, min(t.s_nom_1_mva, t.s_nom_2_mva)),
        (t.uk_23, t.pk_23_kw, min(t.s_nom_2_mva, t.s_nom_3_mva)),
        (t.uk_31, t.pk_31_kw, min(t.s_nom_3_mva, t.s_nom_1_mva)),
    )
    z = _impedance(*(np.array(column) for column in zip(*pairs, strict=True)))
    return complex(z[0]), complex(z[1]), complex(z[2])


def _two_clocks(vector_group: str) -> tuple[int, int]:
    clocks = clocks_of(vector_group)
    if len(clocks) != 2:
        raise ValueError(f"{vector_group!r} does not name three windings")
    return clocks[0], clocks[1]


def _faults_of_transformer(t: Transformer) -> list[Fault]:
    faults = []
    if t.pk_kw * 1e-3 / t.s_nom_mva > t.uk:
        faults.append(_too_lossy("transformer.csv", "pk_kw", t.pk_kw, t.id))
    try:
        if len(clocks_of(t.vector_group)) != 1:
            raise ValueError(f"{t.vector_group!r} does not name two windings")
    except ValueError as error:
        faults.append(_no_vector_group("transformer.csv", t.vector_group, t.id, error, "YNd11"))
    return faults


def _faults_of_transformer3(t: Transformer3) -> list[Fault]:
    faults = []
    for pk, uk, s, name in (
        (t.pk_12_kw, t.uk_12, min(t.s_nom_1_mva, t.s_nom_2_mva), "pk_12_kw"),
        (t.pk_23_kw, t.uk_23, min(t.s_nom_2_mva, t.s_nom_3_mva), "pk_23_kw"),
        (t.pk_31_kw, t.uk_31, min(t.s_nom_3_mva, t.s_nom_1_mva), "pk_31_kw"),
    ):
        if pk * 1e-3 / s > uk:
            faults.append(_too_lossy("transformer3.csv", name, pk, t.id))
    try:
        _two_clocks(t.vector_group)
    except ValueError as error:
        faults.append(_no_vector_group("transformer3.csv", t.vector_group, t.id, error, "YNyn0d11"))
    if not faults:
        z_12, z_23, z_31 = _pairs(t)
        if min(abs(z_12 + z_31 - z_23), abs(z_12 + z_23 - z_31), abs(z_23 + z_31 - z_12)) < 1e-9:
            faults.append(
                Fault(
                    file="transformer3.csv",
                    field="uk_12",
                    value=str(t.uk_12),
                    problem=f"one branch of the star of {t.id} has no impedance",
                    right="change one of uk_12, uk_23, uk_31 in its last digit",
                )
            )
    return faults


# ---- equivalent branches ----------------------------------------------------------------------------------------


def _equivalents(branches: Sequence[EquivalentBranch]) -> Branches:
    """The pi model as given; an element without a rating is never overloaded."""
    ids = tuple(b.id for b in branches)
    s_nom = np.array([np.inf if b.s_nom_mva is None else b.s_nom_mva for b in branches])
    return Branches(
        label=ids,
        element=ids,
        kind=("equivalent_branch",) * len(ids),
        bus_from=tuple(b.bus_from for b in branches),
        bus_to=tuple(b.bus_to for b in branches),
        y_series=np.asarray(1 / (_column(branches, "r_pu") + 1j * _column(branches, "x_pu")), dtype=np.complex128),
        y_shunt=_column(branches, "g_pu") + 1j * _column(branches, "b_pu"),
        ratio=np.complex128(1) * _column(branches, "ratio") * np.exp(1j * np.radians(_column(branches, "shift_deg"))),
        i_nom_from_pu=s_nom,
        i_nom_to_pu=s_nom,
        s_nom_mva=s_nom,
    )


def _too_lossy(file: str, field: str, value: float, id_: str) -> Fault:
    return Fault(
        file=file,
        field=field,
        value=str(value),
        problem=f"the copper loss of {id_} alone exceeds its short-circuit voltage",
        right="give kW, below uk times the rated power",
    )


def _no_vector_group(file: str, value: str, id_: str, error: ValueError, example: str) -> Fault:
    return Fault(
        file=file, field="vector_group", value=value, problem=f"{id_}: {error}", right=f"write it like {example}"
    )
