/** The period that is looked at: what was brushed in any chart, else the reach of the slider. */
import { addressTime, hourOf } from '../times';
import { clock } from './clock.svelte';

const SAID = /^(\d{4}-\d\d-\d\dT\d\d)--(\d{4}-\d\d-\d\dT\d\d)$/;

class Brush {
  /** First and last hour in local time, so that another run of the same days keeps them. */
  #said: readonly [string, string] | null = $state.raw(null);
  /** What is being drawn with the pointer, before it is let go. */
  draft: readonly [number, number] | null = $state.raw(null);

  /** Hours from, and to without it; null where nothing is brushed, or the run has not these hours. */
  readonly range: readonly [number, number] | null = $derived.by(() => {
    const { period } = clock;
    if (!period || !this.#said) return null;
    const { first, stepMs, hours, zone } = period;
    const [from, last] = this.#said.map((text) => hourOf(text, first, stepMs, hours, zone));
    if (from === null || from === undefined || last === null || last === undefined || last < from) return null;
    return [from, Math.min(hours, last + Math.max(1, Math.round(3_600_000 / stepMs)))];
  });

  /** Hours of the period: from, and to without it. */
  readonly period: readonly [number, number] = $derived(this.range ?? clock.window);

  set(from: number, to: number): void {
    const hours = clock.period?.hours ?? 0;
    const [first, after] = [Math.max(0, Math.round(from)), Math.min(hours, Math.round(to))];
    this.draft = null;
    if (after <= first) return;
    this.#said = [addressTime(clock.localOf(first)), addressTime(clock.localOf(after - 1))];
  }

  clear(): void {
    this.#said = null;
    this.draft = null;
  }

  take(asked: string | null): void {
    const found = SAID.exec(asked ?? '');
    this.#said = found ? [found[1]!, found[2]!] : null;
  }

  get said(): string | null {
    return this.#said?.join('--') ?? null;
  }

  #start: number | null = null;

  /** Marks the hour that is shown as one end of a period; the second time as the other. */
  mark(): void {
    const { k } = clock;
    if (this.#start === null) {
      this.#start = k;
      this.draft = [k, k + 1];
    } else {
      const [from, to] = [Math.min(this.#start, k), Math.max(this.#start, k) + 1];
      this.#start = null;
      this.set(from, to);
    }
  }
}

export const brush = new Brush();
