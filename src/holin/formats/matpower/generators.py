"""The generators of a MATPOWER case: who holds a voltage, who balances, limits and costs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.formats.ids import Ids
from holin.formats.imported import Faults, LeftOut
from holin.formats.matpower.case import Case
from holin.formats.nodes import grouped
from holin.formats.surroundings import P_NOM_MW
from holin.park import Generator

PV, REF = 2, 3
PIECEWISE = 1
V_SET_RANGE = (0.8, 1.2)


def generators_of(
    case: Case, bus_id: Mapping[int, str], isolated: set[int], ids: Ids, left_out: LeftOut, faults: Faults
) -> tuple[Generator, ...]:
    """Return the generators in service.

    Those of PV buses and of reference buses hold the voltage that the last of their bus asks for; those of PQ buses
    give their Qg. The first of a reference bus balances. Source: MATPOWER 8.1, bustypes.m, makeSbus.m, ext2int.m.
    """
    gen = case.gen
    at = gen.column("GEN_BUS").astype(int)
    running = (gen.column("GEN_STATUS") > 0) & ~np.isin(at, list(isolated))
    kind = dict(zip(case.bus.column("BUS_I").astype(int).tolist(), case.bus.column("BUS_TYPE").tolist(), strict=True))
    references = _references(case, at, running, kind, left_out, faults)
    v_set = {int(n): float(v) for n, v in zip(at[running], gen.column("VG")[running], strict=True)}
    made: list[Generator] = []
    balanced: set[int] = set()
    for k in range(len(gen)):
        n = int(at[k])
        if not running[k]:
            name = f"row {k + 1} at bus {n}, {gen.column('PMIN')[k]:g} to {gen.column('PMAX')[k]:g} MW"
            where = "at isolated buses" if n in isolated else "out of service"
            left_out.name(f"generators {where} are left out", name)
            continue
        id_ = ids.new(f"gen-{n}", "gen")
        holds = kind[n] in (PV, REF)
        if holds and v_set[n] != gen.column("VG")[k]:
            name = f"{id_} {gen.column('VG')[k]:g} instead of {v_set[n]:g}"
            left_out.name("voltages that generators of one bus do not share: the last of the bus prevails", name)
        if holds and not V_SET_RANGE[0] < v_set[n] < V_SET_RANGE[1]:
            right = f"a voltage between {V_SET_RANGE[0]:g} and {V_SET_RANGE[1]:g} p.u."
            faults.add("no voltage to be held", right, row=gen.lines[k], field="gen VG", value=v_set[n])
        made.append(
            Generator(
                id=id_,
                bus=bus_id[n],
                balances=n in references and n not in balanced,
                v_set_pu=v_set[n] if holds else None,
                p_mw=float(gen.column("PG")[k]),
                q_mvar=float(gen.column("QG")[k]),
                **_limits(case, k, id_, left_out, faults),
                **_machine(case, k),
                **_cost(case, k, id_, left_out),
            )
        )
        balanced.add(n)
    _name_the_rest(case, running, left_out)
    return tuple(made)


def _references(
    case: Case,
    at: NDArray[np.int64],
    running: NDArray[np.bool_],
    kind: Mapping[int, float],
    left_out: LeftOut,
    faults: Faults,
) -> set[int]:
    """Return the numbers of the buses whose first generators balance: reference buses, else the first PV bus.

    A part of the network has one reference, of angle 0 here: another angle would shift all of its angles alike.
    """
    fed = {int(n) for n in at[running]}
    marked = [n for n, type_ in kind.items() if type_ == REF]
    chosen = [n for n in marked if n in fed]
    if not chosen:
        chosen = [n for n, type_ in kind.items() if type_ == PV and n in fed][:1]
        left_out.names(
            "no reference bus has a generator in service: the first PV bus balances instead",
            (f"bus {n}" for n in chosen),
        )
    if not chosen:
        right = "give one bus type 3 and a generator in service"
        faults.add("no bus can balance the network", right, field="bus BUS_TYPE")
        return set()
    on = case.branch.column("BR_STATUS") > 0
    ends = [[str(int(n)) for n in case.branch.column(name)[on]] for name in ("F_BUS", "T_BUS")]
    part = grouped([str(n) for n in kind], zip(*ends, strict=True))
    first = {part[str(n)]: n for n in reversed(chosen)}
    further = [n for n in chosen if first[part[str(n)]] != n]
    left_out.names("further reference buses of one network hold their voltage, not their angle", further)
    angle = case.bus.column("VA")
    for k, n in enumerate(kind):
        if n in first.values() and angle[k] != 0:
            name = f"bus {n}: {angle[k]:g} degrees"
            left_out.name("angles of reference buses are 0 here, which shifts all angles alike", name)
    return set(first.values())


def _limits(case: Case, k: int, id_: str, left_out: LeftOut, faults: Faults) -> dict[str, Any]:
    gen, line = case.gen, case.gen.lines[k]
    p_min, p_max, q_min, q_max = (float(gen.column(n)[k]) for n in ("PMIN", "PMAX", "QMIN", "QMAX"))
    if p_min > p_max:
        faults.add(f"above PMAX = {p_max:g}", "PMIN is not above PMAX", row=line, field="gen PMIN", value=p_min)
        p_min = p_max
    if p_max < 0:
        left_out.name("highest powers below 0 became 0", f"{id_} ({p_max:g} MW)")
    if math.isinf(p_max) or math.isinf(p_min):
        sentence = f"power limits without end became {P_NOM_MW:g} MW"
        left_out.name(sentence, id_)
    if q_min > q_max:
        left_out.name("reactive limits of which the lower is above the upper are left out", id_)
        q_min, q_max = -math.inf, math.inf
    return {
        "p_nom_mw": min(max(p_max, 0.0), P_NOM_MW),
        "p_min_mw": max(min(p_min, P_NOM_MW), -P_NOM_MW),
        "q_min_mvar": None if math.isinf(q_min) else q_min,
        "q_max_mvar": None if math.isinf(q_max) else q_max,
    }


def _machine(case: Case, k: int) -> dict[str, Any]:
    """A rating of its own is the machine's; the base power, or the usual 100 MVA, is the default and says nothing."""
    rating = float(case.gen.column("MBASE")[k])
    return {"s_nom_mva": rating} if rating > 0 and rating not in (case.base_mva, 100.0) else {}


def _cost(case: Case, k: int, id_: str, left_out: LeftOut) -> dict[str, Any]:
    if not len(case.gencost):
        return {}
    row = case.gencost.values[k]
    if row[1] or row[2]:
        left_out.name("start-up and shut-down costs are left out", f"{id_} ({row[1]:g}, {row[2]:g})")
    count = int(row[3])
    if row[0] == PIECEWISE:
        return _piecewise(row[4 : 4 + 2 * count].reshape(-1, 2), id_, left_out)
    c = [0.0, 0.0, 0.0, *row[4 : 4 + count].tolist()]
    higher = np.array(c[:-3])
    if higher.any():
        left_out.name("costs of a higher degree than 2 are left out", f"{id_} (degree {count - 1})")
        return {}
    if c[-3] < 0:
        left_out.name("costs that rise ever more slowly are left out", id_)
        return {}
    return {"cost_c2": c[-3], "cost_c1": c[-2], "cost_c0": c[-1]}


def _piecewise(points: NDArray[np.float64], id_: str, left_out: LeftOut) -> dict[str, Any]:
    p, cost = points.T
    if len(p) < 2 or (np.diff(p) <= 0).any():
        left_out.name("piecewise costs without two rising powers are left out", id_)
        return {}
    slopes = np.diff(cost) / np.diff(p)
    if any(after < before - 1e-6 * abs(before) for before, after in itertools.pairwise(slopes.tolist())):
        left_out.name("costs that rise ever more slowly are left out", id_)
        return {}
    return {"cost_points": tuple((float(a), float(b)) for a, b in points)}


def _name_the_rest(case: Case, running: NDArray[np.bool_], left_out: LeftOut) -> None:
    gen = case.gen
    curve = ("PC1", "PC2", "QC1MIN", "QC1MAX", "QC2MIN", "QC2MAX")
    for names, sentence in (
        (curve, "capability curves (Pc1 .. Qc2max) of generators are left out"),
        (("RAMP_AGC", "RAMP_10", "RAMP_30", "RAMP_Q"), "ramp rates of generators are left out"),
        (("APF",), "area participation factors of generators are left out"),
    ):
        given = running & np.any([gen.column(n) != 0 for n in names], axis=0)
        left_out.names(sentence, (f"gen at bus {int(n)}" for n in gen.column("GEN_BUS")[given]))
    if len(case.gencost) > len(gen) and case.gencost.values[len(gen) :, 4:].any():
        left_out.say("costs of reactive power (the second half of mpc.gencost) are left out")
