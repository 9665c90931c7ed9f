"""A power flow of one state by Newton's method on the textbook equations: what the tests hold the importers against.

It knows only buses, equivalent branches, shunts, loads and generators, and shares no code with the flow room.
Source: MATPOWER 8.1 User's Manual, chapters 3 and 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, diags
from scipy.sparse.linalg import spsolve

from holin.park import Park


@dataclass(frozen=True, kw_only=True)
class Solved:
    v: dict[str, complex]
    loss_mw: float
    slack_mva: complex


def admittance(park: Park, place: dict[str, int]) -> csr_matrix:
    n = len(place)
    opened = {s.element for s in park.switches if not s.closed}
    rows, columns, values = [], [], []
    for b in park.equivalent_branches:
        if b.id in opened:
            continue
        f, t = place[b.bus_from], place[b.bus_to]
        y, own = 1 / complex(b.r_pu, b.x_pu), complex(b.g_pu, b.b_pu) / 2
        a = b.ratio * np.exp(1j * np.radians(b.shift_deg))
        rows += [f, f, t, t]
        columns += [f, t, f, t]
        values += [(y + own) / abs(a) ** 2, -y / np.conj(a), -y / a, y + own]
    for s in park.shunts:
        rows.append(place[s.bus])
        columns.append(place[s.bus])
        values.append(complex(s.p_nom_mw, s.q_nom_mvar))
    return coo_matrix((values, (rows, columns)), shape=(n, n), dtype=complex).tocsr()


def solved(park: Park) -> Solved:
    """On 1 MVA; generators that hold a voltage do so without limits, the one that balances takes the rest.

    It starts from the voltages without load, so that vector groups are in them.
    """
    place = {b.id: k for k, b in enumerate(park.buses)}
    y = admittance(park, place)
    s = np.zeros(len(place), dtype=complex)
    v = np.ones(len(place), dtype=complex)
    for x in park.loads:
        s[place[x.bus]] -= complex(x.load_mw, x.q_mvar)
    held, slack = set(), next(place[g.bus] for g in park.generators if g.balances)
    live = np.array([k for k in range(len(place)) if k != slack and y[[k]].nnz], dtype=int)
    if any(b.shift_deg for b in park.equivalent_branches):
        v[live] = np.exp(1j * np.angle(spsolve(y[live][:, live].tocsc(), -y[live][:, [slack]].toarray().ravel())))
    for g in park.generators:
        s[place[g.bus]] += complex(g.p_mw, 0.0 if g.v_set_pu else g.q_mvar)
        if g.v_set_pu:
            held.add(place[g.bus])
            v[place[g.bus]] *= g.v_set_pu / abs(v[place[g.bus]])
    pv = np.array(sorted(held - {slack}), dtype=int)
    pq = np.setdiff1d(live, pv)
    pvpq = np.concatenate([pv, pq])
    for _ in range(30):
        i = y @ v
        mismatch = v * i.conj() - s
        f = np.concatenate([mismatch.real[pvpq], mismatch.imag[pq]])
        if np.abs(f).max(initial=0) < 1e-9:
            break
        dv, norm = diags(v), diags(v / np.abs(v))
        ds_da = 1j * dv @ (diags(i) - y @ dv).conj()
        ds_dm = dv @ (y @ norm).conj() + diags(i.conj()) @ norm
        jacobian = bmat(
            [
                [ds_da.real.tocsr()[pvpq][:, pvpq], ds_dm.real.tocsr()[pvpq][:, pq]],
                [ds_da.imag.tocsr()[pq][:, pvpq], ds_dm.imag.tocsr()[pq][:, pq]],
            ]
        ).tocsr()
        step = spsolve(jacobian, f)
        angle, size = np.angle(v), np.abs(v)
        angle[pvpq] -= step[: len(pvpq)]
        size[pq] -= step[len(pvpq) :]
        v = size * np.exp(1j * angle)
    else:
        raise AssertionError("Newton found no solution")
    flow = v * (y @ v).conj()
    taken = sum(x.p_nom_mw * abs(v[place[x.bus]]) ** 2 for x in park.shunts)
    others = sum(
        complex(g.p_mw, 0.0 if g.v_set_pu else g.q_mvar)
        for g in park.generators
        if place[g.bus] == slack and not g.balances
    )
    load = sum(complex(x.load_mw, x.q_mvar) for x in park.loads if place[x.bus] == slack)
    return Solved(
        v=dict(zip(place, v.tolist(), strict=True)),
        loss_mw=float(flow.real.sum() - taken),
        slack_mva=complex(flow[slack] + load - others),
    )
