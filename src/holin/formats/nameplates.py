"""Foreign nameplates of transformers as a park's: the high-voltage side first, or a pi model where none can be."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any

from holin.formats.imported import LeftOut
from holin.park import Bus, EquivalentBranch, Side, Transformer, Transformer3, clocks_of
from holin.park.equivalents import star_bus_of, star_pi, transformer_pi

RATED_OFF = 0.15
"""How far a rated voltage may lie from its bus's nominal one in a park folder."""


@dataclass(frozen=True, kw_only=True)
class Nameplate:
    """A two-winding transformer as another tool has it: `buses`, `v_kv` in its own order, `tap_side` 0 or 1.

    `shift_deg` is what the second side lags beside the vector group, `sign_of_x` -1 for a capacitive reactance.
    """

    id: str
    buses: tuple[Bus, Bus]
    v_kv: tuple[float, float]
    s_nom_mva: float
    uk: float
    pk_kw: float
    i0: float
    p0_kw: float
    vector_group: str
    tap_side: int
    tap_step: float
    tap_pos: int
    tap_neutral: int
    tap_min: int
    tap_max: int
    name: str = ""
    uk0: float | None = None
    pk0_kw: float | None = None
    shift_deg: float = 0.0
    sign_of_x: float = 1.0

    def made(self, left_out: LeftOut) -> tuple[Transformer | EquivalentBranch, bool]:
        """Return the transformer, and whether its sides were exchanged.

        What a park's nameplate cannot say (rated voltages far from the buses', a short-circuit voltage of 1 or more,
        steps above 10 %) stands as its pi model at its tap.
        """
        i0 = max(self.i0, abs(self.p0_kw) * 1e-3 / self.s_nom_mva)
        turned = self.v_kv[0] < self.v_kv[1]
        order = (1, 0) if turned else (0, 1)
        group = _turned(self.vector_group) if turned else self.vector_group
        transformer = Transformer(
            id=self.id,
            name=self.name,
            bus_from=self.buses[order[0]].id,
            bus_to=self.buses[order[1]].id,
            s_nom_mva=self.s_nom_mva,
            v_from_kv=self.v_kv[order[0]],
            v_to_kv=self.v_kv[order[1]],
            uk=self.uk,
            pk_kw=self.pk_kw,
            i0=i0,
            p0_kw=self.p0_kw,
            vector_group=group,
            tap_side=Side.FROM if self.tap_side == order[0] else Side.TO,
            tap_pos=self.tap_pos,
            tap_neutral=self.tap_neutral,
            tap_min=min(self.tap_min, self.tap_pos, self.tap_neutral),
            tap_max=max(self.tap_max, self.tap_pos, self.tap_neutral),
            tap_step=self.tap_step,
            uk0=self.uk0,
            pk0_kw=self.pk0_kw,
        )
        transformer = _with_plain_taps(transformer)
        near = all(abs(v / b.v_nom_kv - 1) <= RATED_OFF for v, b in zip(self.v_kv, self.buses, strict=True))
        fits = near and self.uk < 1 and i0 < 1 and self.pk_kw * 1e-3 / self.s_nom_mva <= self.uk
        fits = fits and self.shift_deg == 0 and self.sign_of_x > 0 and min(self.p0_kw, self.pk_kw) >= 0
        if fits and self.tap_step <= 0.1 and is_vector_group(group):
            return transformer, turned
        left_out.name("transformers that no nameplate of a park can be became their pi models at their taps", self.id)
        v_nom = [self.buses[k].v_nom_kv for k in order]
        pi = transformer_pi(transformer, v_nom[0], v_nom[1])
        shift = pi.shift_deg + (-self.shift_deg if turned else self.shift_deg)
        return dataclasses.replace(pi, x_pu=self.sign_of_x * pi.x_pu, shift_deg=_near(shift)), turned


def _near(degrees: float) -> float:
    """Return the same angle within -360 to 360 degrees."""
    return math.remainder(degrees, 360.0) if abs(degrees) > 360 else degrees


def _with_plain_taps(transformer: Transformer) -> Transformer:
    """Without a step there are no taps; positions would then say nothing, and a park refuses them."""
    if transformer.tap_step > 0:
        return transformer
    return dataclasses.replace(transformer, tap_pos=0, tap_neutral=0, tap_min=0, tap_max=0)


@dataclass(frozen=True, kw_only=True)
class Nameplate3:
    """A three-winding transformer as another tool has it, `tap_side` 0, 1 or 2; pairs are named "12", "13", "23"."""

    id: str
    buses: tuple[Bus, Bus, Bus]
    v_kv: tuple[float, float, float]
    s_nom_mva: tuple[float, ...]
    uk: dict[str, float]
    pk_kw: dict[str, float]
    i0: float
    p0_kw: float
    vector_group: str
    tap_side: int
    tap_step: float
    tap_pos: int
    tap_neutral: int
    tap_min: int
    tap_max: int
    name: str = ""

    def made(self, left_out: LeftOut) -> Transformer3 | tuple[Bus, tuple[EquivalentBranch, ...]]:
        """Return the transformer with falling voltages, or its inner bus and branches where no nameplate can be it.

        A park's taps stand at winding 1: taps at another winding are fixed in its rated voltage.
        """
        v, s = list(self.v_kv), self.s_nom_mva
        order = sorted(range(3), key=lambda k: -v[k])
        taps: dict[str, Any] = {"tap_pos": self.tap_pos, "tap_neutral": self.tap_neutral, "tap_step": self.tap_step}
        taps |= {
            "tap_min": min(self.tap_min, self.tap_pos, self.tap_neutral),
            "tap_max": max(self.tap_max, self.tap_pos, self.tap_neutral),
        }
        if self.tap_side != order[0] or not self.tap_step > 0:
            if self.tap_step > 0 and self.tap_min < self.tap_max:
                left_out.name("taps of three-winding transformers at another winding than the first are fixed", self.id)
            v[self.tap_side] *= 1 + (self.tap_pos - self.tap_neutral) * self.tap_step
            taps = {}
        if order[0] != 0 and (self.i0 or self.p0_kw):
            left_out.name("no-load losses of three-winding transformers stand at their highest voltage", self.id)
        a, b, c = order
        made = Transformer3(
            id=self.id, name=self.name, bus_1=self.buses[a].id, bus_2=self.buses[b].id, bus_3=self.buses[c].id,
            s_nom_1_mva=s[a], s_nom_2_mva=s[b], s_nom_3_mva=s[c], v_1_kv=v[a], v_2_kv=v[b], v_3_kv=v[c],
            uk_12=self.uk[_pair(a, b)], uk_23=self.uk[_pair(b, c)], uk_31=self.uk[_pair(c, a)],
            pk_12_kw=self.pk_kw[_pair(a, b)], pk_23_kw=self.pk_kw[_pair(b, c)], pk_31_kw=self.pk_kw[_pair(c, a)],
            i0=max(self.i0 * s[0], self.p0_kw * 1e-3) / s[a], p0_kw=self.p0_kw,
            vector_group=_reordered(self.vector_group, order), **taps,
        )  # fmt: skip
        near = all(abs(v[k] / self.buses[k].v_nom_kv - 1) <= RATED_OFF for k in range(3))
        plates = (
            (made.uk_12, made.pk_12_kw, a, b),
            (made.uk_23, made.pk_23_kw, b, c),
            (made.uk_31, made.pk_31_kw, c, a),
        )
        physical = all(uk < 1 and pk * 1e-3 / min(s[k], s[m]) <= uk for uk, pk, k, m in plates)
        if near and physical and made.i0 < 1 and made.tap_step <= 0.1 and is_vector_group(made.vector_group):
            return made
        left_out.name("transformers that no nameplate of a park can be became their pi models at their taps", self.id)
        v_nom = {bus.id: bus.v_nom_kv for bus in self.buses}
        return star_bus_of(made, v_nom), star_pi(made, v_nom)


def _pair(k: int, m: int) -> str:
    return f"{min(k, m) + 1}{max(k, m) + 1}"


WINDING = re.compile(r"(YN|ZN|Y|D|Z|yn|zn|y|d|z)(\d{0,2})")
GROUP = re.compile(r"([YDZ])N?([ydz])n?(\d{1,2})(?:([ydz])n?(\d{1,2}))?")


def is_vector_group(group: str) -> bool:
    """Return whether a park may hold a vector group: known letters, clock numbers up to 11 that fit them."""
    match = GROUP.fullmatch(group)
    if match is None:
        return False
    first, second, clock, third, other = match.groups()
    pairs = [(second, clock)] + ([(third, other)] if third else [])
    return all(
        int(n) <= 11 and ("z" in (first.lower(), w) or ((first == "Y") == (w == "y")) == (int(n) % 2 == 0))
        for w, n in pairs
    )


def _reordered(group: str, order: list[int]) -> str:
    """Return the vector group of the windings in another order; clock numbers count from the first."""
    windings = WINDING.findall(group)
    clocks = [0, *clocks_of(group)]
    first, *others = order
    turned = str(windings[first][0]).upper()
    for k in others:
        turned += windings[k][0].lower() + str((clocks[k] - clocks[first]) % 12)
    return turned


def _turned(group: str) -> str:
    """Return the vector group seen from the other side: Dyn5 is YNd7."""
    return _reordered(group, [1, 0])
