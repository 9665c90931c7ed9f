"""What answers need is imported before the first of them: nobody waits for it, and no two threads import at once."""

from __future__ import annotations

import contextlib
import importlib

NEEDED = (
    "holin.hall", "holin.ledger", "holin.park", "holin.parkfile", "holin.passport", "holin.picture",
    "holin.picture.invoice", "holin.picture.operation_charts", "holin.picture.paper", "holin.picture.passport",
    "holin.picture.scene", "holin.picture.series", "holin.picture.texts", "holin.potline", "holin.rules",
    "holin.settle", "holin.store", "holin.summary", "holin.tables", "holin.tariff", "holin.trace", "holin.twin",
    "holin.twin.asked_for", "holin.twin.carbon_account", "holin.twin.grid_studies", "holin.twin.knobs",
    "holin.twin.passport_files", "holin.twin.visitors", "holin.twin.what_if", "holin.web.arrays", "holin.web.columns",
    "holin.web.passport.shown",
)  # fmt: skip
"""All that a route imports when it is asked, so that `holin --help` need not."""


def load() -> None:
    """Import all that answers need.

    Two threads that import modules of one package at once may each wait for the other; Python then gives one of them
    half a module, or an error, and what was half imported stays broken until the process ends.
    """
    for name in NEEDED:
        with contextlib.suppress(ImportError):  # whoever asks for what cannot be imported is told so
            importlib.import_module(name)
    _decode()


def _decode() -> None:
    """Let xarray decode something small: at the first table it imports a good deal more."""
    import numpy as np
    import xarray as xr

    hours = xr.DataArray([0], dims="time", attrs={"units": "seconds since 2000-01-01"})
    values = xr.DataArray(np.zeros(1, np.float32), dims="time", attrs={"_FillValue": np.float32("nan")})
    xr.decode_cf(xr.Dataset({"values": values}, coords={"time": hours})).load()
