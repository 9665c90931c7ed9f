"""What `holin flow --draws` prints: how random states around a state or a run's hours spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holin.cli.grid_state import GridState
from holin.cli.output import figure, out, percent, print_table
from holin.cli.texts import text

if TYPE_CHECKING:
    import xarray as xr

    from holin.flow import FlowSpread

SHOWN = 12


def spread_figures(state: GridState, found: FlowSpread, options: dict[str, float]) -> dict[str, Any]:
    """Return all figures for programs; quantiles by their level in percent."""
    figures = found.figures
    names = [f"p{100 * level:g}" for level in figures["quantile"].values]
    return {
        "stage": state.stage,
        "states": int(state.schedule.sizes["time"]),
        "draws": found.draws,
        "seed": found.seed,
        **options,
        "solved": found.solved,
        "by_newton": found.by_newton,
        "violated": float(figures.violated),
        "loss_mw": dict(zip(names, map(float, figures.loss_mw.values), strict=True)),
        "buses": _rows(figures, "bus", "v_pu", "voltage_violated", names),
        "branches": _rows(figures, "branch", "loading", "overloaded", names),
    }


def _rows(figures: xr.Dataset, dim: str, column: str, share: str, names: list[str]) -> list[dict[str, Any]]:
    return [
        {
            dim: str(element),
            column: dict(zip(names, map(float, figures[column].values[:, k]), strict=True)),
            "violated": float(figures[share].values[k]),
        }
        for k, element in enumerate(figures[dim].values)
    ]


def print_spread(state: GridState, found: FlowSpread, language: str) -> None:
    """Print the losses, and the branches and buses that pass a limit most often."""
    figures = found.figures
    out.print(
        text("spread.title", language, stage=state.stage, draws=found.draws, seed=found.seed, solved=found.solved),
        style="bold", soft_wrap=True, markup=False,
    )  # fmt: skip
    if not found.solved:
        return
    out.print(
        text("spread.violated", language, share=percent(float(figures.violated), 2)), soft_wrap=True, markup=False
    )
    levels = [0.05, 0.5, 0.95]
    columns = [f"{100 * level:g} %" for level in levels]
    loss = [figure(float(x), 3) + " MW" for x in figures.loss_mw.sel(quantile=levels)]
    print_table("", [text("column.figure", language), *columns], [[text("flow.loss", language), *loss]])
    over = [*columns, text("column.violated", language)]
    for dim, column, share, heading in (
        ("branch", "loading", "overloaded", "spread.branches"),
        ("bus", "v_pu", "voltage_violated", "spread.buses"),
    ):
        rows = []
        for k in _order(figures, column, share):
            values = figures[column].sel(quantile=levels).values[:, k]
            said = [percent(x) if column == "loading" else f"{x:.4f}" for x in map(float, values)]
            rows.append([str(figures[dim].values[k]), *said, percent(float(figures[share].values[k]), 2)])
        print_table(text(heading, language), [text(f"column.{dim}", language), *over], rows)


def _order(figures: xr.Dataset, column: str, share: str) -> list[int]:
    """Those that pass a limit most often first, then the most loaded, or the lowest voltage."""
    at = figures[column].sel(quantile=0.95 if column == "loading" else 0.05).values
    places = [k for k in range(len(at)) if at[k] == at[k]]
    sign = -1.0 if column == "loading" else 1.0
    return sorted(places, key=lambda k: (-float(figures[share].values[k]), sign * float(at[k])))[:SHOWN]
