"""A state estimator written from the textbook alone, for small networks: dense, NumPy only, no line of Holin's.

Weighted least squares by Gauss-Newton in polar coordinates, buses without injection as equations (Lagrange).
Source: A. Abur, A. Gómez Expósito, Power System State Estimation, Marcel Dekker 2004: measurement functions and
Jacobian 2.4.1 and 2.4.2, covariance and residuals chapter 5; the branch is that of MATPOWER (User's Manual 7.1, 3.2).
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Branch:
    """Series impedance r + jx, charging b, ratio and shift (rad) at `a`; p.u."""

    a: int
    b: int
    r: float
    x: float
    charging: float = 0.0
    ratio: float = 1.0
    shift: float = 0.0

    def admittances(self) -> tuple[complex, complex, complex, complex]:
        ys, turn = 1 / complex(self.r, self.x), self.ratio * np.exp(1j * self.shift)
        own = ys + 0.5j * self.charging
        return own / self.ratio**2, -ys / np.conj(turn), -ys / turn, own


@dataclass(frozen=True)
class Meter:
    """`kind`: v, angle, p_bus, q_bus (at bus `at`), p_from, q_from, i_from, p_to, q_to, i_to (of branch `at`)."""

    kind: str
    at: int
    value: float
    sigma: float


@dataclass(frozen=True)
class Fit:
    """Voltages and angles (bus,), their sigmas, J, and normalised residuals (meter,)."""

    v: np.ndarray
    angle: np.ndarray
    v_sigma: np.ndarray
    angle_sigma: np.ndarray
    objective: float
    normalised: np.ndarray


@dataclass
class Oracle:
    """A network of `buses` buses; bus 0 has the angle 0, `empty` buses inject nothing."""

    buses: int
    branches: list[Branch]
    empty: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = np.zeros((self.buses, self.buses), dtype=complex)
        for k in self.branches:
            ff, ft, tf, tt = k.admittances()
            self.y[k.a, k.a] += ff
            self.y[k.a, k.b] += ft
            self.y[k.b, k.a] += tf
            self.y[k.b, k.b] += tt

    def at_bus(self, v: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Injections (bus,) and their derivatives (bus, 2 bus), complex: S_i = V_i sum_j conj(Y_ij V_j)."""
        u = v * np.exp(1j * angle)
        current = self.y @ u
        by_angle = 1j * np.diag(u * current.conj()) - 1j * np.diag(u) @ (self.y @ np.diag(u)).conj()
        by_v = np.diag(u / v * current.conj()) + np.diag(u) @ (self.y @ np.diag(u / v)).conj()
        return u * current.conj(), np.hstack([by_angle, by_v])

    def at_end(self, k: int, v: np.ndarray, angle: np.ndarray, first: bool) -> tuple[complex, np.ndarray]:
        """Power into one end of a branch and its derivatives (2 bus,), complex."""
        branch, n = self.branches[k], self.buses
        ff, ft, tf, tt = branch.admittances()
        here, there = (branch.a, branch.b) if first else (branch.b, branch.a)
        own, mutual = (ff, ft) if first else (tt, tf)
        s_own = np.conj(own) * v[here] ** 2
        s_mutual = np.conj(mutual) * v[here] * v[there] * np.exp(1j * (angle[here] - angle[there]))
        slope = np.zeros(2 * n, dtype=complex)
        slope[here], slope[there] = 1j * s_mutual, -1j * s_mutual
        slope[n + here], slope[n + there] = 2 * s_own / v[here] + s_mutual / v[here], s_mutual / v[there]
        return s_own + s_mutual, slope

    def shown(self, meters: list[Meter], v: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the meters show (meter,) and its derivatives (meter, 2 bus)."""
        n, h, slopes = self.buses, np.zeros(len(meters)), np.zeros((len(meters), 2 * self.buses))
        s_bus, d_bus = self.at_bus(v, angle)
        for row, meter in enumerate(meters):
            quantity, _, place = meter.kind.partition("_")
            if place == "bus":
                h[row] = s_bus[meter.at].real if quantity == "p" else s_bus[meter.at].imag
                slopes[row] = d_bus[meter.at].real if quantity == "p" else d_bus[meter.at].imag
            elif place:
                s, ds = self.at_end(meter.at, v, angle, place == "from")
                here = self.branches[meter.at].a if place == "from" else self.branches[meter.at].b
                if quantity == "i":
                    h[row] = abs(s) / v[here]
                    slopes[row] = (np.conj(s) * ds).real / abs(s) / v[here]
                    slopes[row, n + here] -= abs(s) / v[here] ** 2
                else:
                    h[row], slopes[row] = (s.real, ds.real) if quantity == "p" else (s.imag, ds.imag)
            else:
                h[row] = v[meter.at] if quantity == "v" else angle[meter.at]
                slopes[row, meter.at + (n if quantity == "v" else 0)] = 1.0
        return h, slopes

    def fit(self, meters: list[Meter], v: np.ndarray, angle: np.ndarray) -> Fit:
        """Gauss-Newton from a start until it stands; raises when it does not."""
        n, z = self.buses, np.array([m.value for m in meters])
        sigma = np.array([m.sigma for m in meters])
        moving = np.r_[1:n, n : 2 * n]
        x = np.concatenate([angle, v])
        for _ in range(200):
            h, slopes = self.shown(meters, x[n:], x[:n])
            s, ds = self.at_bus(x[n:], x[:n])
            a = slopes[:, moving] / sigma[:, None]
            c = np.vstack([ds[self.empty].real, ds[self.empty].imag])[:, moving]
            gap = np.concatenate([s[self.empty].real, s[self.empty].imag])
            free = np.linalg.svd(c)[2][np.linalg.matrix_rank(c) :].T if len(c) else np.eye(len(moving))
            onto = -np.linalg.pinv(c) @ gap if len(c) else np.zeros(len(moving))
            left = (z - h) / sigma - a @ onto
            step = onto + free @ np.linalg.lstsq(a @ free, left, rcond=None)[0]
            x[moving] += step
            if np.abs(step).max() < 1e-13:
                break
        else:
            raise AssertionError(f"Gauss-Newton does not stand: {np.abs(step).max()}")
        gain = np.linalg.inv((a @ free).T @ (a @ free))
        p = np.zeros((2 * n, 2 * n))
        p[np.ix_(moving, moving)] = free @ gain @ free.T
        residual = (z - self.shown(meters, x[n:], x[:n])[0]) / sigma
        own = 1 - np.einsum("ri,ij,rj->r", a, p[np.ix_(moving, moving)], a)
        spread = np.sqrt(np.diag(p))
        return Fit(
            v=x[n:], angle=x[:n], v_sigma=spread[n:], angle_sigma=spread[:n], objective=float(residual @ residual),
            normalised=np.where(own > 1e-6, residual / np.sqrt(np.maximum(own, 1e-12)), np.nan),
        )  # fmt: skip
