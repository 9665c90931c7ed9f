/** The year of each branch and busbar: its largest and smallest figures, and when they were. */

export interface Ranked {
  id: string;
  values: Float32Array;
  high: number;
  highAt: number;
  low: number;
  lowAt: number;
  /** Hours in which it is above `limit`. */
  over: number;
}

export function ranked(columns: ReadonlyMap<string, Float32Array>, limit: number): Ranked[] {
  return [...columns].flatMap(([id, values]) => {
    let [high, highAt, low, lowAt, over] = [-Infinity, -1, Infinity, -1, 0];
    for (let k = 0; k < values.length; k++) {
      const value = values[k]!;
      if (value > high) [high, highAt] = [value, k];
      if (value < low) [low, lowAt] = [value, k];
      if (value > limit) over += 1;
    }
    return highAt < 0 ? [] : [{ id, values, high, highAt, low, lowAt, over }];
  });
}
