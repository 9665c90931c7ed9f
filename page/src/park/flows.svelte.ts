/** What flows in the shown run, by the ids of branches, units and busbars; before it is read everything is unknown. */
import { along, largest } from '../drawing/stream';
import { shown } from '../state/shown.svelte';
import { struck } from './struck.svelte';

const READ: readonly (readonly string[])[] = [
  ['tables', 'flows', 'p_from_mw'],
  ['tables', 'flows', 'p_to_mw'],
  ['tables', 'flows', 'p_mw'],
  ['tables', 'flows', 'loading'],
  ['tables', 'flows', 'v_pu'],
  ['tables', 'carbon', 'green_share'],
  ['buses', 'green_share'],
];

class Flows {
  readonly #from = $derived(shown.arrays?.get('tables', 'flows', 'p_from_mw') ?? null);
  readonly #to = $derived(shown.arrays?.get('tables', 'flows', 'p_to_mw') ?? null);
  readonly #units = $derived(shown.arrays?.get('tables', 'flows', 'p_mw') ?? null);
  readonly #loading = $derived(shown.arrays?.get('tables', 'flows', 'loading') ?? null);
  readonly #volts = $derived(shown.arrays?.get('tables', 'flows', 'v_pu') ?? null);
  readonly #green = $derived(shown.arrays?.get('buses', 'green_share') ?? null);

  /** Whether there is anything that could flow. */
  readonly known: boolean = $derived(this.#from !== null && this.#to !== null);
  readonly hasGreen: boolean = $derived(this.#green !== null);
  /** The largest power of any branch in the run, MW. */
  readonly most: number = $derived(this.#from ? largest(this.#from.of.values()) : 1);

  /** Asks for all that a drawing shows. */
  ask(): void {
    for (const parts of READ) void shown.arrays?.want(...parts);
  }

  /** MW along a branch, from its first end to its second. */
  branch(id: string, k: number): number {
    if (struck.after) return struck.branch(id);
    const [from, to] = [this.#from?.of.get(id), this.#to?.of.get(id)];
    return from && to ? along(from, to, k) : NaN;
  }

  /** MW of a unit, + into the network. */
  unit(id: string, k: number): number {
    return this.#units?.of.get(id)?.[k] ?? NaN;
  }

  loading(id: string, k: number): number {
    if (struck.after) return struck.loading(id);
    return this.#loading?.of.get(id)?.[k] ?? NaN;
  }

  volts(bus: string, k: number): number {
    if (struck.after) return struck.volts(bus);
    return this.#volts?.of.get(bus)?.[k] ?? NaN;
  }

  /** The voltage of a branch's ends that is further from nominal, p.u. */
  branchVolts(ends: readonly string[], k: number): number {
    const known = ends.map((bus) => this.volts(bus, k)).filter(Number.isFinite);
    return known.reduce((worst, pu) => (Math.abs(pu - 1) > Math.abs(worst - 1) ? pu : worst), known[0] ?? NaN);
  }

  green(bus: string, k: number): number {
    return this.#green?.of.get(bus)?.[k] ?? NaN;
  }

  /** The green share of what a branch carries: that of the busbar from which it comes. */
  branchGreen(id: string, ends: readonly string[], k: number): number {
    const mw = this.branch(id, k);
    return Number.isFinite(mw) ? this.green(ends[mw >= 0 ? 0 : 1] ?? '', k) : NaN;
  }
}

export const flows = new Flows();
