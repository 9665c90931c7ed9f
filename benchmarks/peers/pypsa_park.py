# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pypsa==1.4.0",
#   "linopy==0.10.1",
#   "highspy==1.15.1",
#   "highspy-extras==1.15.1",
#   "numpy", "pandas", "psutil",
# ]
# ///
"""The synthetic park of park_data.py in PyPSA with linopy and HiGHS: plan, dispatch, rolling unit commitment.

    uv run --script benchmarks/peers/pypsa_park.py --hours 744 --solver hipo
    uv run --script benchmarks/peers/pypsa_park.py --hours 336 --resolution 15min --export-data park.npz --no-solve
    uv run --script benchmarks/peers/pypsa_park.py --rolling 48 --hours 336 --resolution 15min --start 2160 --dispatch

It prints one JSON object; all else goes to standard error. With highspy-extras installed, HiGHS 1.15 takes `ipm` as
HiPO; `ipx` is the older interior point. A rolling run gives the state in which every window began, so that another
tool can solve the very same windows.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import sys
import time

import numpy as np
from park_data import make_park


def build_network(P, plan: bool):
    import pandas as pd
    import pypsa

    T, dt = P["snapshots"], P["dt"]
    n = pypsa.Network()
    sns = pd.date_range("2025-01-01", periods=T, freq="1h" if dt == 1.0 else "15min")
    n.set_snapshots(sns)
    n.snapshot_weightings = pd.DataFrame(dt, index=n.snapshots, columns=n.snapshot_weightings.columns)
    bus = [f"b{i}" for i in range(P["n_buses"])]
    n.add("Bus", bus, v_nom=P["kv"])
    for kind, comp in (("line", "Line"), ("trafo", "Transformer")):
        i = np.flatnonzero(P["br_kind"] == kind)
        if not len(i):
            continue
        names = [f"br{k}" for k in i]
        kw = dict(bus0=[bus[k] for k in P["br_f"][i]], bus1=[bus[k] for k in P["br_t"][i]])
        if comp == "Line":
            n.add(comp, names, x=P["br_xohm"][i], r=0.0, s_nom=P["br_rate"][i], **kw)
        else:  # keep x_pu on the reference rating while the limit is br_rate
            n.add(comp, names, x=P["br_x"][i] * P["br_rate"][i], r=0.0, s_nom=P["br_rate"][i], **kw)
    ln = [f"load{j}" for j in range(40)]
    n.add("Load", ln, bus=[bus[k] for k in P["load_bus"]], p_set=pd.DataFrame(P["load"], sns, ln))
    rn = list(P["ren_name"])
    cf = pd.DataFrame(np.hstack([P["wind"], P["pv"]]), sns, rn)
    kw = (
        dict(p_nom_extendable=True, p_nom_max=P["ren_max"], capital_cost=P["ren_cap_cost"])
        if plan
        else dict(p_nom=P["ren_fix"])
    )
    n.add("Generator", rn, bus=[bus[k] for k in P["ren_bus"]], marginal_cost=P["ren_mc"], p_max_pu=cf, **kw)
    cn = [f"coal{j}" for j in range(4)]
    n.add(
        "Generator",
        cn,
        bus=[bus[k] for k in P["coal_bus"]],
        p_nom=P["coal_pnom"],
        p_min_pu=P["coal_pmin"],
        marginal_cost=P["coal_mc"],
        committable=True,
        start_up_cost=P["coal_startup"],
        ramp_limit_up=P["coal_ramp"],
        ramp_limit_down=P["coal_ramp"],
        ramp_limit_start_up=P["coal_ramp_su"],
        ramp_limit_shut_down=P["coal_ramp_su"],
        min_up_time=0 if plan else int(P["coal_minup"]),
        min_down_time=0 if plan else int(P["coal_mindown"]),
    )
    g = bus[int(P["imp_bus"])]
    n.add("Generator", "import", bus=g, p_nom=float(P["imp_max"]), marginal_cost=pd.Series(P["imp_mc"], sns))
    n.add(
        "Generator",
        "export",
        bus=g,
        p_nom=float(P["exp_max"]),
        p_min_pu=-1.0,
        p_max_pu=0.0,
        marginal_cost=pd.Series(P["export_price"], sns),
    )
    n.add("Bus", "battery")
    bb = bus[int(P["bat_bus"])]
    ek = (
        dict(e_nom_extendable=True, e_nom_max=float(P["bat_e_max"]), capital_cost=float(P["bat_e_cost"]))
        if plan
        else dict(e_nom=P["bat_fix"][1])
    )
    n.add("Store", "battery", bus="battery", e_cyclic=plan, **ek)
    pk = dict(p_nom_extendable=True, p_nom_max=float(P["bat_p_max"]) / 0.95) if plan else dict(p_nom=P["bat_fix"][0])
    pd_ = dict(pk)
    if plan:
        pk["capital_cost"] = float(P["bat_p_cost"])
    else:
        pd_["p_nom"] = P["bat_fix"][0] / P["bat_eta"][1]
    n.add(
        "Link",
        "bat_charge",
        bus0=bb,
        bus1="battery",
        efficiency=P["bat_eta"][0],
        marginal_cost=float(P["bat_mc"]),
        **pk,
    )
    n.add("Link", "bat_discharge", bus0="battery", bus1=bb, efficiency=P["bat_eta"][1], **pd_)
    for k in range(2):
        n.add("Bus", f"pot{k}")
        n.add("Load", f"pot{k}", bus=f"pot{k}", p_set=P["pot_nom"][k])
        n.add(
            "Link",
            f"pot{k}",
            bus0=bus[P["pot_bus"][k]],
            bus1=f"pot{k}",
            p_nom=P["pot_nom"][k],
            p_min_pu=float(P["pot_lo"]),
            p_max_pu=float(P["pot_hi"]),
        )
        n.add(
            "Store",
            f"pot{k}",
            bus=f"pot{k}",
            e_nom=P["pot_e"][k],
            e_min_pu=-1.0,
            e_cyclic=plan,
            standing_loss=float(P["pot_leak"]),
        )
    return n


def extra_constraints(P, plan: bool, peak_floor=None):
    """Returns extra_functionality(n, sns): demand charge, budgets, converter sizing."""
    import pandas as pd
    import xarray as xr

    def add(n, sns):
        m, dt = n.model, P["dt"]
        p = m["Generator-p"]
        idx = n.snapshots.get_indexer(sns)
        mon = P["month"][idx]
        ms = np.unique(mon)
        month = pd.Index(ms, name="month")
        lo = np.array([0.0 if peak_floor is None else peak_floor.get(int(k), 0.0) for k in ms])
        peak = m.add_variables(lower=xr.DataArray(lo, coords=[month]), name="peak")
        imp = p.sel(name="import", drop=True)
        for k in ms:
            sel = sns[mon == k]
            m.add_constraints(imp.sel(snapshot=sel) - peak.sel(month=k, drop=True) <= 0, name=f"demand-charge-{k}")
        price = xr.DataArray(P["demand_price"][np.searchsorted(P["months"], ms)], coords=[month])
        m.objective = m.objective + (peak * price).sum()
        if not plan:
            return
        ren = p.sel(name=list(P["ren_name"])).sum() * dt
        exp = p.sel(name="export", drop=True).sum() * dt  # <= 0
        f = m["Link-p"]
        pots = f.sel(name=["pot0", "pot1"])
        m.add_constraints(-1 * exp - float(P["export_share"]) * ren <= 0, name="export-share")
        x = float(P["green_share"])
        load = float(P["load"].sum() * dt)
        m.add_constraints(ren + exp - x * dt * pots.sum() >= x * load, name="green-share")
        req = xr.DataArray(
            P["pot_nom"] * float(P["pot_req"]) * P["hours"], coords=[pd.Index(["pot0", "pot1"], name="name")]
        )
        m.add_constraints(pots.sum("snapshot") * dt >= req, name="production")
        pn = m["Link-p_nom"]
        m.add_constraints(
            pn.sel(name="bat_charge", drop=True) - float(P["bat_eta"][1]) * pn.sel(name="bat_discharge", drop=True)
            == 0,
            name="battery-converter",
        )

    return add


def highs_options(args):
    o = dict(output_flag=bool(args.verbose), threads=args.threads)
    if args.solver != "default":
        o["solver"] = args.solver
    if args.solver in ("ipm", "ipx", "hipo", "pdlp"):
        o["run_crossover"] = "on" if args.crossover else "off"
    if args.time_limit:
        o["time_limit"] = float(args.time_limit)
    if not args.plan:
        o["mip_rel_gap"] = args.mip_gap
    for kv in args.option or []:
        k, v = kv.split("=", 1)
        o[k] = (
            int(v) if v.lstrip("-").isdigit() else (float(v) if v.replace(".", "").replace("e-", "").isdigit() else v)
        )
    return o


def rss_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


COALS, STORES = [f"coal{j}" for j in range(4)], ("battery", "pot0", "pot1")


def rolling_ends(P, peak):
    """The extra constraints of a window: the month's peak so far, and what the stores hold at its end."""
    base = extra_constraints(P, False, peak)

    def add(n, sns):
        base(n, sns)
        e = n.model["Store-e"].sel(snapshot=sns[-1], drop=True)
        n.model.add_constraints(e.sel(name="battery", drop=True) >= 0.5 * P["bat_fix"][1], name="battery-end")
        for q in ("pot0", "pot1"):
            n.model.add_constraints(e.sel(name=q, drop=True) >= 0.0, name=f"{q}-end")

    return add


def state_of(n, first, peak):
    """The state before a window: what `carry` has written into the network, as plain figures."""
    stores, coal = n.c.stores.static, n.c.generators.static.loc[COALS]
    on = coal.up_time_before > 0
    return dict(
        first=first,
        soc=float(stores.e_initial["battery"]),
        heat=[float(stores.e_initial[q]) for q in STORES[1:]],
        on=[bool(v) for v in on],
        run=[int(v) for v in coal.up_time_before.where(on, coal.down_time_before)],
        p=[None if np.isnan(v) else float(v) for v in coal.p_init],
        peak={str(k): v for k, v in peak.items()},
    )


def carry(n, P, k, last, peak):
    """Write the state after step `last` of a window that began at step `k` into the network."""
    s, ps = n.c.stores, n.c.generators
    for q in STORES:
        s.static.loc[q, "e_initial"] = s.dynamic.e[q].iloc[last]
    imp, month = ps.dynamic.p["import"].iloc[k : last + 1], P["month"][k : last + 1]
    for mth in np.unique(month):
        peak[int(mth)] = max(peak.get(int(mth), 0.0), float(imp[month == mth].max()))
    st = ps.dynamic.status[COALS].iloc[: last + 1].round().astype(int)
    for c in st:
        v = st[c].values[max(0, last - 63) : last + 1]
        run = int((v[::-1] != v[-1]).argmax()) if (v != v[-1]).any() else len(v)
        ps.static.loc[c, "up_time_before"] = run if v[-1] == 1 else 0
        ps.static.loc[c, "down_time_before"] = run if v[-1] == 0 else 0
        ps.static.loc[c, "p_init"] = float(ps.dynamic.p[c].iloc[last])


def run_rolling(P, args, out):
    """Rolling-horizon dispatch with unit commitment, one model per window (as a PyPSA user would)."""
    logging.disable(logging.WARNING)
    dt = P["dt"]
    W, step = int(args.rolling / dt), int(args.rolling_step / dt)
    n = build_network(P, plan=False)
    n.c.stores.static.loc["battery", "e_initial"] = 0.5 * P["bat_fix"][1]
    k, peak, windows, states = 0, {}, [], []
    while k + W <= P["snapshots"] and (args.max_windows is None or len(windows) < args.max_windows):
        states.append(state_of(n, k, peak))
        t1, c1 = time.perf_counter(), time.process_time()
        n.optimize(
            snapshots=n.snapshots[k : k + W],
            extra_functionality=rolling_ends(P, peak),
            solver_name="highs",
            io_api=args.io_api,
            solver_options=highs_options(args),
            include_objective_constant=False,
            log_to_console=False,
            progress=False,
        )
        highs = n.model.solver.solver_model
        carry(n, P, k, k + step - 1, peak)
        windows.append(
            dict(
                objective=float(n.objective),
                bound=float(highs.getInfo().mip_dual_bound),
                highs_s=highs.getRunTime(),
                wall_s=time.perf_counter() - t1,
                cpu_s=time.process_time() - c1,
            )
        )
        k += step
    out.update(windows=windows, states=states, total_cpu_s=sum(w["cpu_s"] for w in windows))


def main(argv=None):
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--hours", type=int, default=8760)
    ap.add_argument("--start", type=int, default=0, help="first hour of the year")
    ap.add_argument("--resolution", choices=["1h", "15min"], default="1h")
    ap.add_argument("--buses", type=int, default=20)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--lines", choices=["meshed", "radial"], default="meshed")
    g = ap.add_mutually_exclusive_group()
    g.add_argument("--plan", dest="plan", action="store_true", default=True)
    g.add_argument("--dispatch", dest="plan", action="store_false")
    ap.add_argument("--rolling", type=int, default=0, help="window hours; dispatch with rolling horizon")
    ap.add_argument("--rolling-step", type=int, default=24)
    ap.add_argument("--max-windows", type=int, default=None)
    ap.add_argument("--green-share", type=float, default=0.50)
    ap.add_argument("--co2-price", type=float, default=100.0, help="CNY/t")
    ap.add_argument(
        "--solver",
        default="default",
        help="default|simplex|ipm|ipx|hipo|pdlp (HiGHS >= 1.14: ipm means hipo when highspy-extras is installed)",
    )
    ap.add_argument("--crossover", action="store_true", help="ipm/hipo: run crossover (off by default)")
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--time-limit", type=float, default=0)
    ap.add_argument("--mip-gap", type=float, default=1e-4)
    ap.add_argument("--option", action="append", help="any HiGHS option as key=value")
    ap.add_argument("--io-api", default="direct", choices=["direct", "lp", "mps"])
    ap.add_argument("--export-data", help="write the park as .npz")
    ap.add_argument("--no-solve", action="store_true")
    ap.add_argument("--write-mps")
    ap.add_argument("--verbose", action="store_true")
    args = ap.parse_args(argv)

    if args.rolling:
        args.plan = False
    t = time.perf_counter()
    P = make_park(args)
    out = dict(tool="pypsa", args={k: v for k, v in vars(args).items()}, data_seconds=time.perf_counter() - t)
    if args.export_data:
        np.savez(args.export_data, **P)
        if args.no_solve and not args.write_mps:
            print(json.dumps(out, default=float))
            return
    t = time.perf_counter()
    import linopy, pypsa, highspy  # noqa

    out["import_seconds"] = time.perf_counter() - t
    out["versions"] = dict(pypsa=pypsa.__version__, linopy=linopy.__version__, highs=highspy.Highs().version())
    real_stdout = os.dup(1)
    os.dup2(2, 1)  # keep stdout clean: solver logs to stderr
    try:
        if args.rolling:
            run_rolling(P, args, out)
        else:
            t0, c0 = time.perf_counter(), time.process_time()
            n = build_network(P, args.plan)
            t1 = time.perf_counter()
            m = n.optimize.create_model(linearized_unit_commitment=args.plan, include_objective_constant=False)
            extra_constraints(P, args.plan)(n, n.snapshots)
            t2, c2 = time.perf_counter(), time.process_time()
            out.update(
                network_seconds=t1 - t0,
                model_seconds=t2 - t1,
                build_seconds=t2 - t0,
                build_cpu=c2 - c0,
                build_rss_mb=rss_mb(),
                n_vars=int(m.nvars),
                n_cons=int(m.ncons),
            )
            if args.write_mps:
                m.to_file(args.write_mps)
            if not args.no_solve:
                n.optimize.solve_model(
                    solver_name="highs", io_api=args.io_api, solver_options=highs_options(args), progress=False
                )
                t3, c3 = time.perf_counter(), time.process_time()
                h = m.solver.solver_model if m.solver is not None else None
                out.update(
                    solve_seconds=t3 - t2,
                    total_seconds=t3 - t0,
                    solve_cpu=c3 - c2,
                    total_cpu=c3 - c0,
                    objective=float(m.objective.value),
                    status=str(m.termination_condition),
                    highs_seconds=float(h.getRunTime()) if h is not None else None,
                )
                if args.plan:
                    out["capacities"] = {
                        **n.c.generators.static.p_nom_opt[list(P["ren_name"])].round(4).to_dict(),
                        "bat_p": float(n.c.links.static.p_nom_opt["bat_charge"]),
                        "bat_e": float(n.c.stores.static.e_nom_opt["battery"]),
                    }
                    loading = []
                    for c in (n.c.lines, n.c.transformers):
                        if len(c.static):
                            q = (c.dynamic.p0.abs() / c.static.s_nom).max()
                            loading += q[q > 0.999].index.tolist()
                    out["branches_at_limit"] = loading
    finally:
        sys.stdout.flush()
        os.dup2(real_stdout, 1)
    out["peak_rss_mb"] = rss_mb()
    print(json.dumps(out, default=float))


if __name__ == "__main__":
    main()
