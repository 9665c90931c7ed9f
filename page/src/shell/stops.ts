/** Where the stops of a slider of stages stand on its track. */

/**
 * Returns the place of each stop as a share of the track: true to the time between the days (ms, rising), but at least
 * `apart` from the one before, so that its name can be read. As many as do not fit that way stand evenly.
 */
export function stopsOf(days: readonly number[], apart: number): number[] {
  const n = days.length;
  if (n < 2) return days.map(() => 0.5);
  const first = days[0]!;
  const whole = days[n - 1]! - first;
  if (apart * (n - 1) >= 1 || whole <= 0) return days.map((_, i) => i / (n - 1));
  const found = days.map((day) => (day - first) / whole);
  for (let i = 1; i < n; i++) found[i] = Math.max(found[i]!, found[i - 1]! + apart);
  found[n - 1] = 1;
  for (let i = n - 2; i >= 0; i--) found[i] = Math.min(found[i]!, found[i + 1]! - apart);
  return found;
}

/** Returns which stop is nearest to a share of the track; -1 where there is none. */
export function nearestStop(stops: readonly number[], share: number): number {
  return stops.reduce((best, at, i) => (best < 0 || Math.abs(at - share) < Math.abs(stops[best]! - share) ? i : best), -1);
}
