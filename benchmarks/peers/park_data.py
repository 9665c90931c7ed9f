"""A synthetic industrial park of any size, made from a seed: wind, PV, captive coal, battery, potlines, grid, network.

Every figure is assumed; none describes a place. `make_park` gives all that an optimisation needs as plain arrays (MW,
MWh, h, CNY), which `pypsa_park.py --export-data` writes as a file for any other tool. The model on them:

- 5 renewables (3 wind, 2 PV), used up to what is available. Their capacity, and that of the battery, is a variable of
  a plan (capital cost pro rata of the horizon) and a figure of a dispatch.
- 4 coal units that are on or off, 8 h at least (relaxed, and without least times, in a plan): start cost, lowest load,
  and ramps p[t] - p[t-1] <= ru P on[t-1] + rs P (on[t] - on[t-1]) with their mirror image. At first all are on.
- Import at time-of-use prices and CO2, a charge on each month's peak of import; export at its price.
- Battery: 95 % each way, converter and energy; 2 potlines between 75 % and 115 % of nominal, with a heat deviation of
  half an hour at most that fades by 1 % an hour.
- DC power flow with a limit of every branch. A plan also has budgets of export, green share and production.
- Rolling dispatch: the battery ends each window at half or more, the potlines without a deficit; each window begins in
  the state that the one before had reached, and the month's peak so far is its least. What a store begins with has no
  standing loss in the first step: PyPSA has it so.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

STEPS_PER_HOUR = 4
MONTH_HOURS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24


def _ar1(rng, n, tau_hours, dt_hours=0.25):
    """Stationary unit-variance AR(1) series with correlation time tau."""
    a = np.exp(-dt_hours / tau_hours)
    e = rng.standard_normal(n) * np.sqrt(1 - a * a)
    x = np.empty(n)
    acc = rng.standard_normal()
    for i in range(n):
        acc = a * acc + e[i]
        x[i] = acc
    return x


def make_series(seed: int) -> dict[str, Any]:
    """A whole year at 15 min: wind (3 sites), PV (2), 40 loads, import/export price."""
    rng = np.random.default_rng(seed)
    n = 8760 * STEPS_PER_HOUR
    h = (np.arange(n) + 0.5) / STEPS_PER_HOUR
    doy, hod = h / 24.0, h % 24.0

    # wind: common synoptic factor + local + turbulence -> Weibull speed -> power curve
    syn = _ar1(rng, n, 36.0)
    wind = np.empty((n, 3))
    for s, (k, scale) in enumerate([(2.0, 8.6), (2.1, 8.0), (1.9, 8.3)]):
        z = sqrt(0.62) * syn + sqrt(0.30) * _ar1(rng, n, 8.0) + sqrt(0.08) * _ar1(rng, n, 1.0)
        z = z + 0.25 * np.cos(2 * np.pi * (doy - 45) / 365) + 0.12 * np.cos(2 * np.pi * (hod - 2 - s) / 24)
        u = np.clip(0.5 * (1 + np.tanh(0.7988 * z * (1 + 0.04417 * z * z))), 1e-6, 1 - 1e-6)  # ~Phi(z)
        v = scale * (-np.log(1 - u)) ** (1 / k)
        p = np.clip((v**3 - 3.0**3) / (11.5**3 - 3.0**3), 0, 1)
        p[v > 24.0] = 0.0
        wind[:, s] = 0.97 * p
    # PV: clear sky x cloud index (AR), two sites at 41N / 43N
    pv = np.empty((n, 2))
    cloud = _ar1(rng, n, 14.0)
    for s, lat in enumerate([41.0, 43.0]):
        decl = np.radians(23.45) * np.sin(2 * np.pi * (doy + 284) / 365)
        ha = np.radians(15 * (hod - 12 - 0.25 * s))
        sinel = np.sin(np.radians(lat)) * np.sin(decl) + np.cos(np.radians(lat)) * np.cos(decl) * np.cos(ha)
        c = 0.85 * cloud + 0.5 * _ar1(rng, n, 1.5)
        kt = 0.35 + 0.65 / (1 + np.exp(-1.6 * (c + 0.6)))
        pv[:, s] = np.clip(0.95 * kt * np.clip(sinel, 0, None) ** 1.15 * 1.05, 0, 1)
    # 40 enterprise loads: constant-ish, mild daily/weekly pattern, AR noise (pu of mean)
    week = ((doy.astype(int) % 7) >= 5).astype(float)
    load = np.empty((n, 40))
    for j in range(40):
        d, w, s = rng.uniform(0.0, 0.12), rng.uniform(0.0, 0.15), rng.uniform(0.01, 0.05)
        load[:, j] = 1 + d * np.cos(2 * np.pi * (hod - 15 + rng.uniform(-4, 4)) / 24) - w * week + s * _ar1(rng, n, 6.0)
    load = np.clip(load, 0.3, 1.5)
    load_mw = rng.lognormal(0.0, 0.7, 40)
    load_mw *= 500.0 / load_mw.sum()
    # time-of-use import tariff, CNY/MWh (seasonal super peak), and export price
    hh = hod.astype(int)
    month = np.searchsorted(np.cumsum(MONTH_HOURS), h, side="right")
    tou = np.full(n, 520.0)
    tou[(hh < 8)] = 310.0
    tou[((hh >= 9) & (hh < 12)) | ((hh >= 17) & (hh < 22))] = 790.0
    tou[np.isin(month, [0, 6, 7, 11]) & (hh >= 18) & (hh < 20)] = 940.0
    tou[(hh >= 12) & (hh < 14) & (np.isin(month, [2, 3, 4]))] = 240.0
    export = 0.35 * tou + 60.0
    return dict(wind=wind, pv=pv, load=load * load_mw, tou=tou, export_price=export, month=month)


def make_network(n_buses: int, lines: str, seed: int) -> dict[str, Any]:
    """220/110/35 kV park network. Reactances in pu on 1 MVA (PyPSA 'x_pu_eff')."""
    rng = np.random.default_rng(seed + 1000)
    n220 = max(3, round(0.15 * n_buses))
    n110 = max(3, round(0.30 * n_buses))
    kv = np.array([220.0] * n220 + [110.0] * n110 + [35.0] * (n_buses - n220 - n110))
    br = []  # (from, to, kind)
    for i in range(1, n220):
        br.append((i - 1, i, "line"))
    for k in range(n110):
        br.append((k % n220, n220 + k, "trafo"))
    for k in range(n_buses - n220 - n110):
        br.append((n220 + k % n110, n220 + n110 + k, "trafo"))
    if lines == "meshed":
        br.append((n220 - 1, 0, "line"))
        for k in range(n110 - 1):
            br.append((n220 + k, n220 + k + 1, "line"))
        for k in range(0, n_buses - n220 - n110 - 1, 3):
            br.append((n220 + n110 + k, n220 + n110 + k + 1, "line"))
    f = np.array([b[0] for b in br])
    t = np.array([b[1] for b in br])
    kind = np.array([b[2] for b in br])
    length = rng.uniform(3.0, 18.0, len(br))
    x_ohm = np.where(kind == "line", 0.4 * length, 0.0)
    return dict(kv=kv, f=f, t=t, kind=kind, x_ohm=x_ohm, n220=n220, n110=n110)


def make_park(args) -> dict[str, Any]:
    """Everything the optimisation needs, as plain arrays. Units: MW, MWh, h, CNY."""
    s = make_series(args.seed)
    dt = 1.0 if args.resolution == "1h" else 0.25
    start = int(args.start * STEPS_PER_HOUR)
    sl = slice(start, start + int(args.hours * STEPS_PER_HOUR))
    red = (lambda a: a[sl].reshape(-1, 4, *a.shape[1:]).mean(1)) if dt == 1.0 else (lambda a: a[sl])
    P = dict(dt=dt, hours=float(args.hours), n_buses=args.buses)
    for k in ("wind", "pv", "load", "tou", "export_price"):
        P[k] = np.ascontiguousarray(red(s[k]))
    P["month"] = np.rint(red(s["month"].astype(float))).astype(int)
    T = len(P["tou"])
    yr = args.hours / 8760.0
    P["snapshots"] = T

    net = make_network(args.buses, args.lines, args.seed)
    nb, n220, n110 = args.buses, net["n220"], net["n110"]
    rng = np.random.default_rng(args.seed + 2000)
    load_bus = np.concatenate([np.arange(n220, nb)] * (40 // max(1, nb - n220) + 1))[:40]
    if nb - n220 > 40:
        load_bus = np.sort(rng.choice(np.arange(n220, nb), 40, replace=False))
    P["load_bus"] = load_bus

    # --- technologies -------------------------------------------------------
    P["ren_name"] = np.array(["wind0", "wind1", "wind2", "pv0", "pv1"])
    P["ren_bus"] = np.array([2 % n220, n220, n220 + 1, n220 + 2, n220 + 1])
    P["ren_cap_cost"] = np.array([640e3, 600e3, 620e3, 285e3, 280e3]) * yr  # CNY/MW over the horizon
    P["ren_max"] = np.array([900.0, 700.0, 600.0, 700.0, 600.0])
    P["ren_min"] = np.zeros(5)
    P["ren_mc"] = np.array([4.0, 5.0, 6.0, 2.0, 3.0])
    P["coal_bus"] = np.array([0, 0, 1, 1])
    P["coal_pnom"] = np.array([330.0, 330.0, 300.0, 300.0])
    P["coal_pmin"] = np.array([0.45, 0.45, 0.50, 0.50])
    co2 = args.co2_price
    P["coal_mc"] = np.array([248.0, 251.0, 268.0, 271.0]) + co2 * np.array([0.84, 0.845, 0.88, 0.885])
    P["coal_startup"] = np.array([420e3, 420e3, 350e3, 350e3])
    P["coal_ramp"] = np.full(4, 0.5 if dt == 1.0 else 0.2)
    P["coal_ramp_su"] = np.full(4, 0.5)
    P["coal_minup"] = np.array(int(8 / dt))
    P["coal_mindown"] = np.array(int(8 / dt))
    P["imp_bus"], P["imp_max"] = np.array(0), np.array(900.0)
    P["imp_mc"] = P["tou"] + co2 * 0.55
    P["exp_max"] = np.array(600.0)
    # demand charge: CNY/MW per month, pro rata for months only partly in the horizon
    months = np.unique(P["month"])
    P["months"] = months
    hours_in = np.array([(P["month"] == m).sum() * dt for m in months])
    P["demand_price"] = 38e3 * hours_in / MONTH_HOURS[months]
    P["bat_bus"] = np.array(n220 + min(1, n110 - 1))
    P["bat_p_cost"], P["bat_e_cost"] = np.array(32e3 * yr), np.array(78e3 * yr)
    P["bat_p_max"], P["bat_e_max"] = np.array(800.0), np.array(4000.0)
    P["bat_eta"] = np.array([0.95, 0.95])
    P["bat_mc"] = np.array(1.0)
    P["pot_bus"] = np.array([1 % n220, 2 % n220])
    P["pot_nom"] = np.array([460.0, 440.0])
    P["pot_lo"], P["pot_hi"] = np.array(0.75), np.array(1.15)
    P["pot_e"] = 0.5 * P["pot_nom"]
    P["pot_leak"] = np.array(0.01)
    P["pot_req"] = np.array(1.0005)
    P["green_share"], P["export_share"] = np.array(args.green_share), np.array(0.20)

    # --- network: reactance, ratings ---------------------------------------
    f, t, kv, kind = net["f"], net["t"], net["kv"], net["kind"]
    nbr = len(f)
    A = np.zeros((nbr, nb))
    A[np.arange(nbr), f] = 1
    A[np.arange(nbr), t] = -1
    x = np.where(kind == "line", net["x_ohm"] / kv[f] ** 2, 0.0)
    # transformer: 12 % on its rating, rating guessed by voltage level
    s_tr = np.where(kv[f] == 220.0, 500.0, 160.0)
    x = np.where(kind == "trafo", 0.12 / s_tr, x)
    B = A.T @ np.diag(1 / x) @ A
    ptdf = np.zeros((nbr, nb))
    ptdf[:, 1:] = np.diag(1 / x) @ A[:, 1:] @ np.linalg.inv(B[1:, 1:])
    # ratings: 0.96 x the worst flow of five reference patterns (base coal, coal + import, wind, sun, mixed), but
    # 1.08 x the load-serving ones: renewable evacuation is what congests the network.
    ld = np.zeros(nb)
    np.add.at(ld, load_bus, s["load"].max(0))
    np.add.at(ld, P["pot_bus"], P["pot_nom"] * 1.15)
    tot = ld.sum()
    flows = []
    for cw, _, ww, sw in [(1, 0, 0, 0), (0.4, 0, 0, 0), (0.3, 0, 0.8, 0.0), (0.3, 0, 0.3, 0.75), (0.45, 0, 0.55, 0.55)]:
        g = np.zeros(nb)
        np.add.at(g, P["coal_bus"], cw * P["coal_pnom"])
        np.add.at(g, P["ren_bus"], P["ren_max"] * np.array([ww] * 3 + [sw] * 2))
        g[0] += tot - g.sum()  # balance on the grid bus
        flows.append(np.abs(ptdf @ (g - ld)))
    rate = np.maximum(0.96 * np.max(flows, 0), 1.08 * np.max(flows[:2], 0))
    rate = np.maximum(np.ceil(rate / 5) * 5, np.where(kv[t] == 220, 200.0, np.where(kv[t] == 110, 60.0, 25.0)))
    P.update(br_f=f, br_t=t, br_kind=kind, br_x=x, br_rate=rate, br_xohm=net["x_ohm"], kv=kv, ptdf=ptdf, tr_snom=s_tr)
    if not args.plan:  # fixed capacities for dispatch
        P["ren_fix"] = np.array([520.0, 500.0, 450.0, 300.0, 300.0])
        P["bat_fix"] = np.array([200.0, 600.0])
    P["plan"] = np.array(bool(args.plan))
    return P
