"""What no meter sees, and so stays empty where no pseudo-measurement may fill it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.fit import Fit, open_nodes
from holin.flow.estimate.layout import Layout
from holin.flow.estimate.rows import Statements
from holin.kernel.estimation_gain import OBSERVED_SIGMA
from holin.kernel.estimation_model import Meters, Sees, slopes

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Hidden:
    """What no meter sees: nodes, ends and powers at nodes, (node,) and (end,); `blank` where that stays NaN."""

    node: Flags
    end: Flags
    power: Flags
    blank: bool

    @staticmethod
    def of(layout: Layout, fit: Fit, *, blank: bool) -> Hidden:
        """Return what a fit's meters leave hidden."""
        topology, hidden = layout.network.topology, fit.hidden
        n, ends = topology.nodes, 2 * len(topology.node_from)
        if not hidden.shape[1]:
            return Hidden(node=np.zeros(n, bool), end=np.zeros(ends, bool), power=np.zeros(n, bool), blank=False)

        def unseen(kinds: tuple[Sees, Sees], count: int) -> Flags:
            found = np.zeros(count, dtype=bool)
            for kind in kinds:
                rows = Meters(kind=np.full(count, kind, dtype=np.int64), at=np.arange(count))
                h = slopes(topology, rows, fit.middle).toarray()
                found |= np.linalg.norm(h @ hidden, axis=1) > OBSERVED_SIGMA * np.linalg.norm(h, axis=1)
            return found

        return Hidden(
            node=open_nodes(layout, hidden), end=unseen((Sees.P_END, Sees.Q_END), ends),
            power=unseen((Sees.P_NODE, Sees.Q_NODE), n), blank=blank,
        )  # fmt: skip

    def units(self, layout: Layout, said: Statements) -> Flags:
        """Return which injectors (injector,) stay NaN: of a hidden power, or without meter beside others."""
        if not self.blank:
            return np.zeros(len(layout.injectors), dtype=bool)
        metered = {k for k, _ in said.known}
        company = {k for ks in layout.at_node().values() if len(ks) > 1 for k in ks}
        return np.array(
            [self.power[x.node] or (k in company and k not in metered) for k, x in enumerate(layout.injectors)],
            dtype=bool,
        )
