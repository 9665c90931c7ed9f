/** The day that passes on the hall's screen: its hour, and what has come together since its midnight. */
import type { Columns } from '../api/ask';
import { clock } from '../state/clock.svelte';
import { shown } from '../state/shown.svelte';

/** A day in a minute. */
export const HOURS_PER_SECOND = 24 / 60;

class Day {
  readonly #series: Columns | null = $derived(shown.arrays?.get('series') ?? null);
  readonly #visitors: Columns | null = $derived(shown.arrays?.get('visitors', 'hours') ?? null);

  ask(): void {
    void shown.arrays?.want('series');
    void shown.arrays?.want('visitors', 'hours');
  }

  /** A series in the hour that is shown; NaN where it is not known. */
  now(name: string): number {
    return this.#series?.of.get(name)?.[clock.k] ?? NaN;
  }

  /** t of `green_metal`, or of CO2 `avoided`, from midnight to the end of the hour that is shown. */
  since(name: string): number {
    const values = this.#visitors?.of.get(name);
    return values ? summed(values, clock.dayOf(clock.k)[0], clock.k + 1) : NaN;
  }

  /** MWh of a series (MWh by the hour) over the local week, or what the run has of it, around the hour that is shown. */
  week(name: string): number {
    const values = this.#series?.of.get(name);
    if (!values || !clock.local) return NaN;
    let [from, to] = clock.dayOf(clock.k);
    for (let back = clock.local.weekday; back > 0 && from > 0; back--) from = clock.dayOf(from - 1)[0];
    for (let on = 6 - clock.local.weekday; on > 0 && to < values.length; on--) to = clock.dayOf(to)[1];
    return summed(values, from, to);
  }
}

function summed(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += values[k]!;
  return sum;
}

export const day = new Day();
