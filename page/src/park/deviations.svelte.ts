/** What deviates in a run: branches beyond their rating, busbars beyond their limits, hours without a solved power flow. */
import { shown } from '../state/shown.svelte';
import { flows } from './flows.svelte';
import { limitsOf } from './limits';

export interface Deviation {
  id: string;
  kind: 'overload' | 'voltage';
  value: number;
}

type Limits = ReadonlyMap<string, readonly [low: number, high: number]>;

/** So much beyond is rounding of the power flow. */
const ROUNDING = 1e-6;

class Deviations {
  readonly #limits: Limits = $derived(
    new Map((shown.view?.things ?? []).filter(({ kind }) => kind === 'bus').map(({ id }) => [id, limitsOf(id)] as const)),
  );
  readonly #loading = $derived(shown.arrays?.get('tables', 'flows', 'loading') ?? null);
  readonly #volts = $derived(shown.arrays?.get('tables', 'flows', 'v_pu') ?? null);
  readonly #solved = $derived(shown.arrays?.get('tables', 'flows', 'converged')?.of.get('converged') ?? null);

  readonly known: boolean = $derived(this.#loading !== null && this.#volts !== null);

  /** Whether an hour has no solved power flow: then nobody knows what deviates in it. */
  isUnsolved(k: number): boolean {
    return this.#solved?.[k] === 0;
  }

  /** The hours in which something deviates, in their order. */
  readonly hours: readonly number[] = $derived.by(() => {
    if (!this.#loading || !this.#volts) return [];
    const count = this.#loading.of.values().next().value?.length ?? 0;
    const marked = new Uint8Array(count);
    for (const values of this.#loading.of.values()) for (let k = 0; k < count; k++) if (values[k]! > 1 + ROUNDING) marked[k] = 1;
    for (const [bus, values] of this.#volts.of) {
      const [low, high] = this.#limits.get(bus) ?? [NaN, NaN];
      for (let k = 0; k < count; k++) if (values[k]! < low - ROUNDING || values[k]! > high + ROUNDING) marked[k] = 1;
    }
    for (let k = 0; k < count; k++) if (this.#solved?.[k] === 0) marked[k] = 1;
    return [...marked.keys()].filter((k) => marked[k] === 1);
  });

  /** What deviates in an hour, the worst first. */
  at(k: number): Deviation[] {
    const overloads = [...(this.#loading?.of.keys() ?? [])]
      .map((id): Deviation => ({ id, kind: 'overload', value: flows.loading(id, k) }))
      .filter(({ value }) => value > 1 + ROUNDING)
      .sort((a, b) => b.value - a.value);
    const volts = [...(this.#volts?.of.keys() ?? [])]
      .map((id): Deviation => ({ id, kind: 'voltage', value: flows.volts(id, k) }))
      .filter(({ id, value }) => {
        const [low, high] = this.#limits.get(id) ?? [NaN, NaN];
        return value < low - ROUNDING || value > high + ROUNDING;
      })
      .sort((a, b) => Math.abs(b.value - 1) - Math.abs(a.value - 1));
    return [...overloads, ...volts];
  }
}

export const deviations = new Deviations();
