/** Fewer points that do not lie: every point is one of the series, each column keeps its lowest and highest; means are of energy. */

export type Point = [x: number, y: number | null];

/**
 * The points of `values` from hour `from` to `to` for a plot of `columns` px: of each column the first, lowest, highest
 * and last known value at their own hours, so that the line covers the same pixels as all points would. An unknown hour
 * is a gap.
 */
export function envelope(values: ArrayLike<number>, from: number, to: number, columns: number): Point[] {
  const count = to - from;
  if (count <= 4 * columns) return Array.from({ length: Math.max(count, 0) }, (_, n) => point(values, from + n));
  const found: Point[] = [];
  for (let c = 0; c < columns; c++) {
    const start = from + Math.floor((c * count) / columns);
    const stop = from + Math.floor(((c + 1) * count) / columns);
    let first = -1;
    let low = -1;
    let high = -1;
    let last = -1;
    let gap = -1;
    for (let k = start; k < stop; k++) {
      const value = values[k]!;
      if (!Number.isFinite(value)) {
        gap = k;
        continue;
      }
      if (first < 0) first = low = high = k;
      if (value < values[low]!) low = k;
      if (value > values[high]!) high = k;
      last = k;
    }
    const kept = new Set(first < 0 ? [] : [first, low, high, last]);
    if (gap >= 0) kept.add(gap);
    for (const k of [...kept].sort((a, b) => a - b)) found.push(point(values, k));
  }
  return found;
}

function point(values: ArrayLike<number>, k: number): Point {
  const value = values[k]!;
  return [k, Number.isFinite(value) ? value : null];
}

/** Steps: each value holds from its hour to the next, so the last is closed at `to`. */
export function steps(points: readonly Point[], to: number): Point[] {
  const last = points.at(-1);
  return last ? [...points, [to, last[1]]] : [];
}

export interface Buckets {
  /** Bounds: bucket n reaches from `at[n]` to `at[n + 1]`, without it. */
  at: readonly number[];
  /** Whether a bucket is more than one interval. */
  merged: boolean;
}

export interface Summed {
  mean: number | null;
  low: number | null;
  high: number | null;
  /** How many intervals of the bucket are known. */
  known: number;
}

/** Mean, lowest and highest known value of each bucket; the mean times its hours is the bucket's energy. */
export function summed(values: ArrayLike<number>, { at }: Buckets): Summed[] {
  const found: Summed[] = [];
  for (let n = 0; n + 1 < at.length; n++) {
    let sum = 0;
    let low = Infinity;
    let high = -Infinity;
    let known = 0;
    for (let k = at[n]!; k < at[n + 1]!; k++) {
      const value = values[k]!;
      if (!Number.isFinite(value)) continue;
      sum += value;
      known += 1;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    found.push(known ? { mean: sum / known, low, high, known } : { mean: null, low: null, high: null, known: 0 });
  }
  return found;
}

/** Sum of the known values and how many they are. */
export function sumOf(values: ArrayLike<number>, from: number, to: number): { sum: number; known: number } {
  let sum = 0;
  let known = 0;
  for (let k = from; k < to; k++) {
    const value = values[k]!;
    if (!Number.isFinite(value)) continue;
    sum += value;
    known += 1;
  }
  return { sum, known };
}

/** The known values from the highest to the lowest. */
export function falling(values: ArrayLike<number>, from: number, to: number): Float64Array {
  const known: number[] = [];
  for (let k = from; k < to; k++) if (Number.isFinite(values[k]!)) known.push(values[k]!);
  return Float64Array.from(known).sort().reverse();
}
