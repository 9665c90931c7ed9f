/** What flows along one way of a drawing, and how its size is shown. */

export interface Stream {
  /** The branch or unit whose power it is. */
  id: string;
  /** x, y, x, y … in px of the drawing. */
  points: readonly number[];
  /** MW along the points in an hour; negative against them, NaN where it is not known. */
  mw: (k: number) => number;
}

/** Below this nothing moves: it is rounding of the power flow. */
export const LEAST_MW = 0.05;

export interface Gait {
  /** px per second along the points, with its sign. */
  speed: number;
  /** px from dot to dot. */
  gap: number;
  /** px across a dot. */
  size: number;
}

const SPEED = [14, 62] as const;
const GAP = [46, 13] as const;
const SIZE = [2.4, 5.4] as const;

/** How dots go for a power, beside the largest in the drawing; by its root, so that small ones can still be seen. */
export function gait(mw: number, largest: number, swell = 1): Gait | null {
  if (!Number.isFinite(mw) || Math.abs(mw) < LEAST_MW) return null;
  const share = Math.sqrt(Math.min(1, Math.abs(mw) / Math.max(largest, LEAST_MW)));
  const between = ([low, high]: readonly [number, number]): number => (low + (high - low) * share) * swell;
  return { speed: between(SPEED) * Math.sign(mw), gap: between(GAP), size: between(SIZE) };
}

/** The power that enters a branch where it enters, MW along the branch (from its first to its second end). */
export function along(from: Float32Array, to: Float32Array, k: number): number {
  const first = from[k]!;
  return first >= 0 ? first : -to[k]!;
}

/** The largest known size among some years of figures. */
export function largest(columns: Iterable<Float32Array>): number {
  let most = 0;
  for (const values of columns) {
    for (let k = 0; k < values.length; k++) {
      const size = Math.abs(values[k]!);
      if (size > most) most = size;
    }
  }
  return most;
}
